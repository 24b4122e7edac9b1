"""A booking: first a hold on a slot, then, once paid, an appointment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.model.terms import ALL, refund_percent


class BookingState(StrEnum):
    PENDING = "pending"  # a hold: the slot is kept until `hold_until`
    CONFIRMED = "confirmed"  # paid
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # the hold lapsed
    COMPLETED = "completed"
    NO_SHOW = "no_show"


GRACE_STEP = timedelta(minutes=5)
LONGEST_GRACE = timedelta(minutes=15)

LIVE = frozenset({BookingState.PENDING, BookingState.CONFIRMED})


class MeetingState(StrEnum):
    NONE = "none"  # not asked for yet
    WAITING = "waiting"  # asked for; Google has not made the link yet
    READY = "ready"
    FALLBACK = "fallback"  # the dietitian's own room stands in
    MISSING = "missing"  # nothing could be made and no room of their own is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """`busy_until` is the end plus the buffer that stays free after it: the interval that must not overlap.

    `event_id` is the calendar event's id, chosen by us so that making it twice makes one.
    """

    id: int = 0
    public_id: str
    rev: int = 1
    request_id: int
    dietitian_id: int
    client_id: int
    state: BookingState = BookingState.PENDING
    start: datetime
    end: datetime
    busy_until: datetime
    hold_until: datetime | None
    shown_until: datetime | None = None  # what the client was told; a hidden grace may move `hold_until` on
    free_hours: int  # the cancellation terms as they were shown
    late_refund_percent: int
    created_at: datetime
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    meeting_state: MeetingState = MeetingState.NONE
    meeting_url: str | None = None
    event_id: str | None = None
    event_start: datetime | None = None  # where our event stands in the calendar, as far as we put it there
    sequence: int = 0  # of the .ics: rises with every change that was sent out
    moved_by_dietitian: bool = False  # then the client may cancel for a full refund, however late
    move_asked: int | None = None  # the `sequence` at which the dietitian asked the client to move it
    client_zone: str | None = None  # in which its time was last shown to each side as theirs
    dietitian_zone: str | None = None
    came_late: bool = False  # the client, and it was held all the same

    @property
    def is_asked_to_move(self) -> bool:
        """By the dietitian, from the time at which it is now."""
        return self.move_asked == self.sequence

    @property
    def was_not_held(self) -> bool:
        """Its dietitian was not there: nothing else cancels what was paid once it has begun."""
        cancelled = self.state is BookingState.CANCELLED and self.confirmed_at is not None
        return cancelled and self.closed_at is not None and self.closed_at >= self.start

    def holds_slot_at(self, now: datetime) -> bool:
        """Whether the slot is taken by this booking: a lapsed hold takes nothing, swept or not."""
        if self.state is BookingState.PENDING:
            return self.hold_until is not None and now < self.hold_until
        return self.state is BookingState.CONFIRMED

    def may_be_moved_at(self, now: datetime, *, by_dietitian: bool) -> bool:
        """A client moves it as long as it could be cancelled for nothing: else moving first would undo the terms."""
        return self.refund_percent_at(now, by_dietitian=by_dietitian) == ALL

    def refund_percent_at(self, now: datetime, *, by_dietitian: bool) -> int:
        """How much of the price comes back if it is cancelled now, by the terms as they were shown."""
        if by_dietitian or self.moved_by_dietitian:
            return ALL
        return refund_percent(
            self.start - now, free_hours=self.free_hours, late_refund_percent=self.late_refund_percent
        )
