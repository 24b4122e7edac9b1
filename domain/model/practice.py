"""A practice as its file declares it: what `practice apply` writes and `practice export` reads back."""

from dataclasses import dataclass

from domain.model.availability import SLOT_STEP_MINUTES
from domain.model.hours import Opening, TimeOff, WeeklyHours
from domain.model.service import ServiceKind

__all__ = [
    "HOURS_A_YEAR",
    "LONGEST_BUFFER",
    "LONGEST_STEP",
    "LONGEST_WAIT",
    "MOST_SESSIONS",
    "REQUEST_DAYS",
    "SHORTEST_STEP",
    "DeclaredDietitian",
    "DeclaredService",
    "Opening",
    "Practice",
    "TimeOff",
]

# What a practice may say, in its file or in the chat: the one must be able to hold what the other was told.
LONGEST_BUFFER = 480  # minutes, before a session as after it
SHORTEST_STEP, LONGEST_STEP = 5, 240  # minutes
MOST_SESSIONS = 50  # a day
LONGEST_WAIT = 90  # days for the answer to a request
HOURS_A_YEAR = 8760  # the most of notice, and of free cancelling
REQUEST_DAYS = 14  # where nothing else is said


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
    slot_step_minutes: int = SLOT_STEP_MINUTES
    daily_maximum: int | None = None
    request_days: int = REQUEST_DAYS
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
