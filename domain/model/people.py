"""Who takes part: people, the dietitians among them, and who is a client of whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CONSENT_VERSION = "2026-11"


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
    minimum_notice_hours: int = 2
    booking_window_days: int = 60
    buffer_minutes: int = 0
    fallback_meeting_url: str | None = None
    free_hours: int = 24
    late_refund_percent: int = 0
    active: bool = True
    position: int = 0
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A person as one dietitian knows them: the name and e-mail are the dietitian's words."""

    id: int = 0
    dietitian_id: int
    person_id: int
    name: str
    email: str | None = None
    created_at: datetime
