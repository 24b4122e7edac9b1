"""How long things are kept that are not kept for ever, and what the nights have taken of them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.model.wall_clock import instant

NIGHT = time(3)
"""On the wall clock of the practice: when the fewest people press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """In days. `logs` is a promise that the host keeps: the program writes its log and never reads it again."""

    drafts: int = 30
    links: int = 30
    raw: int = 30
    messages: int = 90
    health: int = 365
    audit: int = 2190
    logs: int = 30


class Kind(StrEnum):
    REQUEST_DRAFTS = "request_drafts"
    UPLOADS = "uploads"
    BROADCAST_DRAFTS = "broadcast_drafts"
    QUESTIONS = "questions"
    STRANGERS = "strangers"
    LINKS = "links"
    INVITES = "invites"
    CONNECTING = "connecting"
    INBOX = "inbox"
    OUTBOX = "outbox"
    INTAKES = "intakes"
    WORDS = "words"
    AUDIT = "audit"

    @property
    def rule(self) -> str:
        """The field of `Retention` that it goes by."""
        return _RULES[self]


_RULES = {
    Kind.REQUEST_DRAFTS: "drafts",
    Kind.UPLOADS: "drafts",
    Kind.BROADCAST_DRAFTS: "drafts",
    Kind.QUESTIONS: "drafts",
    Kind.STRANGERS: "drafts",  # after the drafts that named them
    Kind.LINKS: "links",
    Kind.INVITES: "links",
    Kind.CONNECTING: "links",
    Kind.INBOX: "raw",
    Kind.OUTBOX: "messages",
    Kind.INTAKES: "health",
    Kind.WORDS: "health",
    Kind.AUDIT: "audit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """A row; `since` is when it came to its end, None where it has not and so must stay, however old it is."""

    row: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What the last night left of a kind, and took; `next_takes` counts what will be old enough in the next."""

    kind: Kind
    kept: int
    oldest: datetime | None
    next_takes: int
    taken: int
    days: int
    began_at: datetime
    ended_at: datetime


def following_night(after: datetime, timezone: str) -> datetime:
    """The first instant after `after` at which the wall clock says `NIGHT`."""
    zone = ZoneInfo(timezone)
    day = after.astimezone(zone).date()
    tonight = instant(datetime.combine(day, NIGHT), zone)
    if tonight > after:
        return tonight
    return instant(datetime.combine(day + timedelta(days=1), NIGHT), zone)
