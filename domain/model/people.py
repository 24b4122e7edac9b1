"""Who takes part: people, the dietitians among them, and who is a client of whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CONSENT_VERSION = "2026-11-25"


class Role(StrEnum):
    CLIENT = "client"
    DIETITIAN = "dietitian"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a name; once they opened the chat, also somebody with a Telegram id.

    `started_at` is when they first wrote to the bot: before that Telegram lets no bot write to them.
    """

    id: int = 0
    telegram_id: int | None
    name: str
    email: str | None = None
    timezone: str
    language: str = "en"
    started_at: datetime | None = None
    reachable: bool = True
    consented_at: datetime | None = None
    consent_version: str | None = None
    created_at: datetime
    seen_at: datetime | None = None  # when they last wrote or pressed something, to the hour
    remind_day: bool = True  # of a session, 24 hours before
    remind_hour: bool = True
    remind_soon: bool = True  # 10 minutes before
    quiet_from: int | None = None  # minutes after their midnight: what is not urgent makes no sound from here
    quiet_until: int | None = None
    mail_receipts: bool = False  # of payments and refunds, by e-mail
    erased_at: datetime | None = None  # their data were deleted: nobody, kept for what the accounts need

    @property
    def can_be_written_to(self) -> bool:
        return self.telegram_id is not None and self.started_at is not None and self.reachable

    @property
    def has_consented(self) -> bool:
        return self.consented_at is not None and self.consent_version == CONSENT_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Dietitian:
    """A practice: its public face and its rules. `name` is the professional one, seen by clients."""

    id: int = 0
    public_id: str
    person_id: int
    telegram_id: int
    name: str
    email: str
    timezone: str
    zone_is_guessed: bool = False  # taken from the person when they began their set-up, not confirmed yet
    minimum_notice_hours: int = 2
    booking_window_days: int = 60
    buffer_minutes: int = 0  # kept free after each booking
    buffer_before_minutes: int = 0
    slot_step_minutes: int = 30
    daily_maximum: int | None = None  # sessions a day, in the dietitian's zone
    fallback_meeting_url: str | None = None
    free_hours: int = 24
    late_refund_percent: int = 0
    request_days: int = 14  # how long a client may take to answer a request
    book_without_google: bool = True  # whether times are offered while Google can't say what is busy
    active: bool = True  # False: put away by the practice file
    suspended_at: datetime | None = None  # by an admin; what is booked goes on
    position: int = 0
    created_at: datetime

    @property
    def takes_new(self) -> bool:
        """Whether anything can be asked, booked or bought. What is paid already goes on all the same."""
        return self.active and self.suspended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A person as one dietitian knows them: the name and e-mail are the dietitian's words.

    `sealed_notes` are the dietitian's alone. A blocked client cannot begin anything new; what is booked goes on.
    """

    id: int = 0
    dietitian_id: int
    person_id: int
    name: str
    email: str | None = None
    sealed_notes: str | None = None
    blocked_at: datetime | None = None
    created_at: datetime


INVITE_LIVES = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """An admin asks somebody to open a practice here: a link that works once, until it expires or is revoked."""

    id: int = 0
    public_id: str
    token_hash: str
    name: str
    created_by: int
    created_at: datetime
    expires_at: datetime
    used_by: int | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_open_at(self, now: datetime) -> bool:
        return self.used_by is None and self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message that a dietitian sends often, to go with a request."""

    id: int = 0
    public_id: str
    dietitian_id: int
    text: str
    created_at: datetime
