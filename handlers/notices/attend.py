"""The session itself: it begins, who is there, how it ended, how it was."""

from datetime import datetime

from domain.model.attendance import can_be_held, join_is_open
from domain.model.booking import Booking, BookingState
from domain.model.message import Message
from domain.model.notice import NoticeKind
from domain.model.people import Role
from domain.model.views import RequestCard
from domain.usecases.session_card import Beside
from handlers.notices.facts import Facts
from handlers.screens import attend as screens
from handlers.screens import ending, rating

ABOUT_SESSION = {NoticeKind.WHO_IS_THERE, NoticeKind.OTHER_SIDE, NoticeKind.SESSION_OVER}


def _role(facts: Facts) -> Role:
    return Role.DIETITIAN if facts.for_dietitian else Role.CLIENT


def _unmoved(facts: Facts) -> Booking | None:
    """Where it begins as it did when the notice was written."""
    booking = facts.booking
    if booking is None or facts.notice.detail.get("start") != booking.start.isoformat():
        return None
    return booking


def session_starts(facts: Facts, card: RequestCard) -> Message | None:
    """Not for what was cancelled or moved, nor once it is over."""
    booking = _unmoved(facts)
    if booking is None or not join_is_open(booking, facts.now):
        return None
    return screens.starts(card, booking, _role(facts), facts.timezone, facts.now)


def who_is_there(facts: Facts, card: RequestCard) -> Message | None:
    """Not to those who have tapped both, nor once it is over."""
    booking, role = _unmoved(facts), _role(facts)
    if booking is None or not screens.taps(card, booking, role, facts.attendances, facts.now):
        return None
    return screens.who(card, booking, role, facts.attendances, facts.timezone, facts.now)


def other_side(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or not join_is_open(booking, facts.now):
        return None
    what, at = facts.notice.detail["what"], datetime.fromisoformat(facts.notice.detail["at"])
    role = _role(facts)
    note = screens.said(card, role, what, at, facts.timezone)
    return screens.who(card, booking, role, facts.attendances, facts.timezone, facts.now, note=note)


def session_over(facts: Facts, card: RequestCard) -> Message | None:
    """Not where the dietitian has said so already."""
    booking = _unmoved(facts)
    if booking is None or not can_be_held(booking, facts.now):
        return None
    beside = Beside(attendances=facts.attendances, asked_at=facts.now)
    return ending.ending(card, booking, beside, facts.timezone, facts.now)


def session_counted(facts: Facts, card: RequestCard) -> Message | None:
    """In the place of that question. Not where it was taken back meanwhile."""
    booking = facts.booking
    if booking is None or booking.state is not BookingState.COMPLETED:
        return None
    return ending.counted(card, booking, facts.timezone, facts.now)


def session_missed(facts: Facts, card: RequestCard) -> Message | None:
    """Only the last word: what was taken back meanwhile is not told first."""
    booking = facts.booking
    if booking is None or booking.state.value != facts.notice.detail.get("state"):
        return None
    return ending.missed(card, booking, facts.timezone)


def not_held(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CANCELLED:
        return None
    back = int(facts.notice.detail["back"])
    return ending.not_held(card, booking, _role(facts), back, facts.timezone)


def review_asked(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.COMPLETED:
        return None
    return rating.rating(card, booking, Beside(), facts.timezone, facts.now)
