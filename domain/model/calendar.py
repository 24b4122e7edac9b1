"""A dietitian's Google Calendar and the event made there for a booking."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.model.availability import Interval

OAUTH_STATE_LIVES = timedelta(minutes=10)
_SCOPES = "https://www.googleapis.com/auth/calendar"
_FREE_BUSY = frozenset(
    {_SCOPES, *(f"{_SCOPES}.{one}" for one in ("freebusy", "events.freebusy", "readonly"))}
)
"""Each of them alone lets us ask for busy times (Google discovery document calendar v3, freebusy.query)."""


class ConnectionState(StrEnum):
    ACTIVE = "active"
    NEEDS_RECONNECT = "needs_reconnect"  # Google refused the refresh token


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """`sealed_token` is the encrypted refresh token; only the calendar's client opens it.

    `scopes` are those that were granted, with spaces between. `unreachable_since`: when asking for busy times
    first failed; None once it works again.
    """

    id: int = 0
    dietitian_id: int
    state: ConnectionState = ConnectionState.ACTIVE
    account: str | None
    sealed_token: str
    scopes: str
    connected_at: datetime
    last_success_at: datetime | None = None
    unreachable_since: datetime | None = None

    @property
    def covers_busy_times(self) -> bool:
        """Whether the dietitian lets us know when they are busy: the box can be left unticked."""
        return not _FREE_BUSY.isdisjoint(self.scopes.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthAttempt:
    """One press of Connect. `sealed_verifier` is the encrypted PKCE verifier."""

    id: int = 0
    state_hash: str
    dietitian_id: int
    sealed_verifier: str
    expires_at: datetime
    used_at: datetime | None = None


class ConferenceStatus(StrEnum):
    PENDING = "pending"  # Google is still making the link
    SUCCESS = "success"
    FAILURE = "failure"  # needs a new request with a new id
    ABSENT = "absent"  # this calendar makes no meeting links


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """An event as it stands in the calendar."""

    event_id: str
    start: datetime
    end: datetime
    cancelled: bool
    conference: ConferenceStatus
    meeting_url: str | None
    account: str | None = None


def without(busy: Sequence[Interval], ours: Sequence[Interval]) -> list[Interval]:
    """What is left of `busy` where our own events are not: Google melts what touches into one."""
    taken = sorted(ours)
    return [piece for interval in busy for piece in _pieces(interval, taken)]


def _pieces(interval: Interval, taken: Sequence[Interval]) -> Iterator[Interval]:
    begin, end = interval
    for start, until in taken:
        if until <= begin or start >= end:
            continue
        if start > begin:
            yield begin, start
        begin = max(begin, until)
    if begin < end:
        yield begin, end
