"""A meal plan: paid for, owed by a certain day, fulfilled by a PDF."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.model.terms import ALL, refund_percent
from domain.model.wall_clock import instant

_LAST_MINUTE, _MORNING = time(23, 59), time(9)
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes: what a bot may fetch from Telegram (core.telegram.org/bots/api#getfile)."""


class PlanState(StrEnum):
    WAITING = "waiting"  # paid; the dietitian owes the PDF
    SENT = "sent"  # the dietitian confirmed a PDF; it is on its way
    RECEIVED = "received"  # the PDF is in the client's chat, or was mailed
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One a request. The terms are copied when it is paid for; `promised_at` is when it is due."""

    id: int = 0
    rev: int = 1
    request_id: int
    dietitian_id: int
    client_id: int
    state: PlanState = PlanState.WAITING
    promised_at: datetime
    free_hours: int
    late_refund_percent: int
    created_at: datetime
    sent_at: datetime | None = None
    received_at: datetime | None = None
    closed_at: datetime | None = None

    def is_late_at(self, now: datetime) -> bool:
        return self.state is PlanState.WAITING and now >= self.promised_at

    def refund_percent_at(self, now: datetime, *, by_dietitian: bool) -> int:
        """How much comes back if it is cancelled now; the promised day stands where a session's start would.

        What is late may be cancelled for all of it: the work was not done in time.
        """
        if by_dietitian or now >= self.promised_at:
            return ALL
        return refund_percent(
            self.promised_at - now, free_hours=self.free_hours, late_refund_percent=self.late_refund_percent
        )


class PlanFileState(StrEnum):
    UPLOADED = "uploaded"  # checked; waits for Confirm, and for whose it is where that is not known
    CONFIRMED = "confirmed"  # a version of the plan: never changed, never deleted with the next one


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A PDF that a dietitian sent: first an upload, once confirmed a version of a plan, counted from 1.

    `handle` is Telegram's name for the file as our bot sent it; `sealed_note` the dietitian's words to the client;
    the content is kept apart, sealed (`Plans.content`). `size` is in bytes, `sha256` of the open content in hex.
    """

    id: int = 0
    public_id: str
    dietitian_id: int
    request_id: int | None = None
    number: int | None = None
    state: PlanFileState = PlanFileState.UPLOADED
    name: str
    size: int
    sha256: str
    pages: int
    sealed_note: str | None = None
    handle: str | None = None
    uploaded_at: datetime
    confirmed_at: datetime | None = None
    delivered_at: datetime | None = None
    mailed_at: datetime | None = None
    failed_at: datetime | None = None  # Telegram would not take it; None once it is tried anew, or arrived

    @property
    def has_arrived(self) -> bool:
        """In the chat or by e-mail."""
        return self.delivered_at is not None or self.mailed_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfReport:
    """`preview` is a PNG of the first page, at most about 1,000 pixels on its longer side."""

    pages: int
    preview: bytes


def promised(paid_at: datetime, days: int, timezone: str) -> datetime:
    """The end of the day so many days after the payment, where the dietitian is: `by Monday` lasts all Monday."""
    zone = ZoneInfo(timezone)
    day = paid_at.astimezone(zone).date() + timedelta(days=days)
    return instant(datetime.combine(day, _LAST_MINUTE), zone)


def reminders(created_at: datetime, promised_at: datetime, timezone: str) -> dict[str, datetime]:
    """When the dietitian is reminded: at half time, on the morning of the day before (where that is later), and on the
    morning after, when it is late."""
    zone = ZoneInfo(timezone)
    day = promised_at.astimezone(zone).date()
    due = {
        "half": created_at + (promised_at - created_at) / 2,
        "late": instant(datetime.combine(day + timedelta(days=1), _MORNING), zone),
    }
    before = instant(datetime.combine(day - timedelta(days=1), _MORNING), zone)
    if before > due["half"]:
        due["before"] = before
    return due
