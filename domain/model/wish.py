"""The waiting list: a client would like a time that is not free, and is told when one is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WISH_LIVES = timedelta(days=30)
OFFER_LASTS = timedelta(minutes=30)


class WishState(StrEnum):
    OPEN = "open"
    DONE = "done"  # they have a time
    CLOSED = "closed"  # they gave it up, or it expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One a request. `weekdays` (0 is Monday) and the minutes are the client's wall clock; empty or None: any."""

    id: int = 0
    rev: int = 1
    request_id: int
    dietitian_id: int
    client_id: int
    timezone: str
    weekdays: tuple[int, ...] = ()
    opens: int | None = None
    closes: int | None = None
    known: tuple[int, ...] = ()  # free starts that they have seen or been told of, in minutes since 1970
    reach: datetime | None = None  # where the booking window ended when they were found
    state: WishState = WishState.OPEN
    told_of: datetime | None = None  # the start of the slot they were last told of
    told_at: datetime | None = None
    created_at: datetime
    expires_at: datetime

    def is_for_the_same(self, other: "Wish") -> bool:
        mine, theirs = ((one.timezone, one.weekdays, one.opens, one.closes) for one in (self, other))
        return mine == theirs

    def may_be_told_at(self, now: datetime) -> bool:
        """Nobody is told of one free time after the other."""
        return self.told_at is None or now >= self.told_at + OFFER_LASTS

    def has_come_into_reach(self, start: datetime) -> bool:
        """With the days that go by, and nobody gave it back."""
        return self.reach is not None and start >= self.reach

    def suits(self, start: datetime) -> bool:
        local = start.astimezone(ZoneInfo(self.timezone))
        if self.weekdays and local.weekday() not in self.weekdays:
            return False
        minute = local.hour * 60 + local.minute
        return (self.opens is None or minute >= self.opens) and (self.closes is None or minute < self.closes)
