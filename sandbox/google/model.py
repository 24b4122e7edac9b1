"""What the pretended Google remembers of people, their consent and their calendars."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]

SCOPE_ROOT = "https://www.googleapis.com/auth/"


class Clock(Protocol):
    def now(self) -> datetime: ...


class Conference(StrEnum):
    """What becomes of a request for a Meet link."""

    SUCCESS = "success"  # pending at first, see `pending_gets`
    FAILURE = "failure"  # pending at first, then no entry points
    NEVER = "never"  # pending for ever
    REFUSED = "refused"  # 400, the whole insert with it
    IGNORED = "ignored"  # no conferenceData in the answer at all


class ApiError(Exception):
    """An error of the Calendar API: `where` goes into the first of its `errors`, `more` beside them."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        where: Json | None = None,
        more: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        first = {"domain": domain, "reason": reason, "message": message, **(where or {})}
        self.body: Json = {"error": {"errors": [first], "code": status, "message": message, **(more or {})}}


class OAuthError(Exception):
    """An error of the token or revocation endpoint: RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass(slots=True, kw_only=True)
class Meet:
    """One createRequest. `gets_left`: how many more reads still say `pending`."""

    request_id: str
    code: str
    outcome: Conference
    gets_left: int


@dataclass(slots=True, kw_only=True)
class Event:
    """`start` and `end` as instants; `fields` are the client's own, as stored."""

    id: str
    start: datetime
    end: datetime
    fields: Json
    created: datetime
    updated: datetime
    status: str = "confirmed"
    version: int = 0
    meet: Meet | None = None

    @property
    def etag(self) -> str:
        return f'"{self.version:016d}"'

    @property
    def cancelled(self) -> bool:
        return self.status == "cancelled"

    @property
    def blocks(self) -> bool:
        return not self.cancelled and self.fields.get("transparency", "opaque") == "opaque"


@dataclass(slots=True, kw_only=True)
class Account:
    email: str
    time_zone: str
    events: dict[str, Event] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Grant:
    """One consent and the refresh token it gave; without `refresh_token` it lives an hour only."""

    account: Account
    scopes: frozenset[str]
    refresh_token: str | None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    grant: Grant
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorisation code not yet spent."""

    account: Account
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str | None
    offline: bool
    expires_at: datetime
