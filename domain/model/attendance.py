"""Who was at a session, how it ended, and what the client says of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model.booking import Booking, BookingState
from domain.model.people import Role

MOST_STARS = 5
JOIN_OPENS = timedelta(minutes=15)  # before the start
ASKED_AFTER = timedelta(minutes=5)  # are you both there?
MISSED_AFTER = timedelta(minutes=10)  # a client may still be on the way before that
ANSWER_WITHIN = timedelta(days=2)  # of the end: then an undisputed session counts as held
ASKED_LATE = timedelta(minutes=15)  # after the end: then the question says so
UNDO_WITHIN = timedelta(hours=24)
REVIEW_CHANGES = timedelta(days=7)

CLOSED = frozenset({BookingState.COMPLETED, BookingState.NO_SHOW})
CLOSING_LANES = "sessionclose:"
"""begins the outbox lane, one a booking and sequence, of what closes a session that nobody speaks of"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What one side tapped: "I'm here", "they aren't here", each kept the first time; and "I'm late", said last."""

    booking_id: int
    role: Role
    here_at: datetime | None = None
    alone_at: datetime | None = None  # "they aren't here"
    late_at: datetime | None = None  # "I'm late", said last
    late_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """1 to `MOST_STARS`; the words are sealed and for the dietitian alone."""

    id: int = 0
    booking_id: int
    stars: int
    sealed_words: str | None = None
    created_at: datetime

    def can_change_at(self, now: datetime) -> bool:
        return now < self.created_at + REVIEW_CHANGES


@dataclass(frozen=True, slots=True)
class Rated:
    """So many reviews, with so many stars together."""

    number: int = 0
    stars: int = 0

    @property
    def average(self) -> float:
        return self.stars / self.number if self.number else 0.0


def join_is_open(booking: Booking, now: datetime) -> bool:
    """From a while before the start to the end; whether there is a link is another question."""
    return booking.state is BookingState.CONFIRMED and booking.start - JOIN_OPENS <= now < booking.end


def can_tap(booking: Booking, now: datetime) -> bool:
    return join_is_open(booking, now)


def can_be_held(booking: Booking, now: datetime) -> bool:
    """Whether it can be said that the session took place."""
    return booking.state is BookingState.CONFIRMED and now >= booking.end


def can_be_missed(booking: Booking, now: datetime) -> bool:
    return booking.state is BookingState.CONFIRMED and now >= booking.start + MISSED_AFTER


def answer_until(booking: Booking, *asked: datetime | None) -> datetime:
    """When a silence counts: so long after the end, and no sooner after they were really asked, or took it back."""
    return max([booking.end, *(at for at in asked if at is not None)]) + ANSWER_WITHIN


def can_be_taken_back(booking: Booking, now: datetime) -> bool:
    """What was said of how it ended. `closed_at` is when."""
    closed = booking.closed_at if booking.state in CLOSED else None
    return closed is not None and now < closed + UNDO_WITHIN
