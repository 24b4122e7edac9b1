"""A practice as its file declares it: what `practice apply` writes and `practice export` reads back."""

from dataclasses import dataclass
from datetime import date

from domain.model.availability import WeeklyHours
from domain.model.service import ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Days in the dietitian's zone, both ends included. The reason is the dietitian's alone.

    `begins` and `ends` are minutes after local midnight, of the first and the last day; None: the whole of it.
    """

    first: date
    last: date
    begins: int | None = None
    ends: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Open once, outside the weekly hours: minutes after local midnight, the end excluded."""

    day: date
    opens: int
    closes: int


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
    buffer_before_minutes: int = 0
    slot_step_minutes: int = 30
    daily_maximum: int | None = None
    request_days: int = 14
    book_without_google: bool = True
    openings: tuple[Opening, ...] = ()
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
