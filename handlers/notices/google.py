"""The dietitian's calendar: connected, lost, away, and events that they changed there."""

from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.calendar import ConnectionState
from domain.model.message import Message
from domain.model.notice import NoticeKind
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.notices.facts import Facts
from handlers.screens import google
from handlers.screens.parts import HOME, button, rows

ABOUT_CONNECTION = frozenset({NoticeKind.GOOGLE_CONNECTED, NoticeKind.GOOGLE_LOST, NoticeKind.GOOGLE_AWAY})
_CARD = button("🎥 Google Calendar", Verb.GOOGLE)


def connected(facts: Facts) -> Message | None:
    """Whose account it is stands here too: who was talked into another's consent must be able to see it."""
    connection = facts.connection
    if connection is None:
        return None
    account = f" to <b>{safe(connection.account)}</b>" if connection.account else ""
    text = f"✅ Google is connected{account}. Every paid booking now gets an event with a Meet link"
    if connection.covers_busy_times:
        text += ", and what is in your calendar is not offered to clients."
        again = []
    else:
        text += (
            ".\n⚠️ The box for busy times was not ticked: I don't know when you are busy, and offer times as if your "
            "calendar were empty. Connect again and tick both boxes to change that."
        )
        again = [button("🔗 Connect again", Verb.CONNECT)]
    return Message(text=text, rows=rows(again, [_CARD, HOME]))


def lost(facts: Facts) -> Message | None:
    connection = facts.connection
    if connection is None or connection.state is not ConnectionState.NEEDS_RECONNECT:
        return None
    offered = ""
    if connection.covers_busy_times and facts.practice is not None:
        offered = f" I can't see your busy times either: {google.without_google(facts.practice)}."
    room = facts.practice is not None and facts.practice.fallback_meeting_url is not None
    goes_on = "with your own room" if room else "but without a link to join: you have no room of your own set"
    return Message(
        text=f"⚠️ Google no longer lets me in: the connection was revoked or has expired. Bookings go on {goes_on}."
        f"{offered} Connect again to get Meet links.",
        rows=rows([button("🔗 Connect", Verb.CONNECT)], [HOME]),
    )


def away(facts: Facts) -> Message | None:
    connection, dietitian = facts.connection, facts.practice
    if connection is None or connection.unreachable_since is None or dietitian is None:
        return None
    return Message(
        text="⚠️ Google does not tell me just now when you are busy. Until it does, "
        f"{google.without_google(dietitian)}. You can change that.",
        rows=rows([_CARD, HOME]),
    )


def _still_asked(facts: Facts) -> Booking | None:
    """The booking, while it is what the question was about and lies ahead."""
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED or facts.now >= booking.start:
        return None
    return booking if facts.notice.detail["start"] == booking.start.isoformat() else None


def event_moved(facts: Facts, card: RequestCard) -> Message | None:
    booking = _still_asked(facts)
    if booking is None:
        return None
    start = datetime.fromisoformat(facts.notice.detail["event_start"])
    return google.event_moved(card, booking, start, facts.timezone)


def event_gone(facts: Facts, card: RequestCard) -> Message | None:
    booking = _still_asked(facts)
    if booking is None or booking.event_id != facts.notice.detail["event_id"]:
        return None
    return google.event_gone(card, booking, facts.timezone)
