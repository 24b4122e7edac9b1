"""A practice as its file declares it: what `practice apply` writes and `practice export` reads back."""

from dataclasses import dataclass
from datetime import date

from domain.model.availability import WeeklyHours
from domain.model.service import ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Whole days in the dietitian's zone, both ends included. The reason is the dietitian's alone."""

    first: date
    last: date
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredService:
    """`price` in the currency's subunit."""

    slug: str
    kind: ServiceKind
    title: str
    minutes: int | None
    price: int
    description: str | None = None
    promised_days: int | None = None
    questions: tuple[str, ...] = ()
    by_request_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredDietitian:
    telegram_id: int
    name: str
    email: str
    timezone: str
    minimum_notice_hours: int
    booking_window_days: int
    buffer_minutes: int
    fallback_meeting_url: str | None
    free_hours: int
    late_refund_percent: int
    hours: WeeklyHours
    time_off: tuple[TimeOff, ...]
    services: tuple[DeclaredService, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """In the order of the file."""

    dietitians: tuple[DeclaredDietitian, ...]
