"""When somebody is reminded of a session, and which messages make no sound. All instants are aware UTC."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.model.booking import Booking
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person


class Lead(StrEnum):
    DAY = "day"
    HOUR = "hour"
    SOON = "soon"


BEFORE: Mapping[Lead, timedelta] = {
    Lead.DAY: timedelta(hours=24),
    Lead.HOUR: timedelta(hours=1),
    Lead.SOON: timedelta(minutes=10),
}
LONGEST = max(BEFORE.values())
_LATE: Mapping[Lead, timedelta] = {
    Lead.DAY: timedelta(minutes=15),
    Lead.HOUR: timedelta(minutes=10),
    Lead.SOON: timedelta(minutes=3),
}
_NEAR = timedelta(hours=1)

LATE_MINUTES = (5, 10, 15)
LATE_BEFORE, LATE_AFTER = timedelta(hours=1), timedelta(minutes=30)
"""the start: who runs late can say so"""

# Somebody has just chosen a time, or is waited for.
_URGENT = frozenset({NoticeKind.HOLD_ENDING, NoticeKind.PAY_LINK_READY, NoticeKind.RUNNING_LATE})


class Standing(StrEnum):
    """Of a reminder whose time has come; the words are kept with what was dropped."""

    ON_TIME = "on time"
    LATE = "late, and still of use"
    NOT_WANTED = "not wanted by who would be reminded"
    OVERTAKEN = "a nearer reminder is due as well"
    BEGUN = "the session has begun"


def due(lead: Lead, start: datetime) -> datetime:
    """So many hours that pass, whatever the clocks on the walls do meanwhile."""
    return start.astimezone(UTC) - BEFORE[lead]


def wanted(person: Person) -> frozenset[Lead]:
    chosen = {Lead.DAY: person.remind_day, Lead.HOUR: person.remind_hour, Lead.SOON: person.remind_soon}
    return frozenset(lead for lead, is_chosen in chosen.items() if is_chosen)


def standing(lead: Lead, start: datetime, now: datetime, chosen: Collection[Lead]) -> Standing:
    """`chosen`: which reminders this person gets at all; what they don't get overtakes nothing."""
    if lead not in chosen:
        return Standing.NOT_WANTED
    if now >= start:
        return Standing.BEGUN
    if any(BEFORE[other] < BEFORE[lead] and now >= due(other, start) for other in chosen):
        return Standing.OVERTAKEN
    return Standing.LATE if now >= due(lead, start) + _LATE[lead] else Standing.ON_TIME


def is_quiet(person: Person, now: datetime, timezone: str) -> bool:
    """By the clock on the wall: an hour that comes twice is quiet twice, one that is skipped never comes."""
    begins, ends = person.quiet_from, person.quiet_until
    if begins is None or ends is None:
        return False
    wall = now.astimezone(ZoneInfo(timezone))
    minute = wall.hour * 60 + wall.minute
    return begins <= minute < ends if begins < ends else minute >= begins or minute < ends


def is_urgent(notice: Notice, booking: Booking | None, now: datetime) -> bool:
    """Sounds in quiet hours too: the last reminder, and what concerns a session near its start or under way."""
    if notice.kind is NoticeKind.REMINDER:
        return notice.detail.get("lead") == Lead.SOON
    near = booking is not None and booking.start - _NEAR <= now < booking.end
    return near or notice.kind in _URGENT


def may_say_late(start: datetime, now: datetime) -> bool:
    return start - LATE_BEFORE <= now <= start + LATE_AFTER
