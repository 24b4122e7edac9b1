"""A dietitian's Google Calendar and the event made there for a booking."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OAUTH_STATE_LIVES = timedelta(minutes=10)


class ConnectionState(StrEnum):
    ACTIVE = "active"
    NEEDS_RECONNECT = "needs_reconnect"  # Google refused the refresh token


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """`sealed_token` is the encrypted refresh token; only the calendar's client opens it."""

    id: int = 0
    dietitian_id: int
    state: ConnectionState = ConnectionState.ACTIVE
    account: str | None
    sealed_token: str
    scopes: str
    connected_at: datetime
    last_success_at: datetime | None = None


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
