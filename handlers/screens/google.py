"""The dietitian's Google connection, and their events that no longer say what the bookings say."""

from datetime import datetime

from domain.model.booking import Booking
from domain.model.calendar import Connection, ConnectionState
from domain.model.message import Button, Message
from domain.model.people import Dietitian
from domain.model.views import RequestCard
from handlers.callbacks import Verb, instant_argument
from handlers.formats import moment, safe
from handlers.screens.parts import HOME, actions, button, client_name, on, rows, when

_TITLE = "<b>Google Calendar and Meet</b>"
_BROWSER = (
    "Open the page in your real browser (Chrome, Safari, Firefox). Telegram may open links inside itself, and Google "
    "signs nobody in inside another app: it says <i>disallowed_useragent</i>, or that the browser may not be secure. If "
    "you see that, copy the address and paste it into your browser.\n\n"
    "Google asks for two permissions; please tick both boxes. One lets me make the events with their Meet links, the "
    "other lets me see when you are busy, never with what.\n\n"
    "The address is yours alone. It works once, for ten minutes."
)
_AGENDA = button("📅 Upcoming", Verb.AGENDA, argument="0")


def _room(dietitian: Dietitian) -> str:
    if dietitian.fallback_meeting_url:
        return f"Until then your own room stands in: {safe(dietitian.fallback_meeting_url)}"
    return "Until then bookings have no meeting link: you have no room of your own set."


def without_google(dietitian: Dietitian) -> str:
    """What clients are offered as long as Google can't be asked."""
    if dietitian.book_without_google:
        return "clients are offered times as if your calendar were empty"
    return "clients are offered no times"


def not_configured(dietitian: Dietitian, missing: str) -> Message:
    return Message(
        text=f"{_TITLE}\nThis bot has no Google connection to offer yet: {safe(missing)} is not set by the "
        f"person who runs it.\n{_room(dietitian)}",
        rows=((HOME,),),
    )


def not_connected(dietitian: Dietitian) -> Message:
    return Message(
        text=f"{_TITLE}\nNot connected. Connect your Google Calendar: every paid booking gets an event there with its "
        "own Meet link, and what you have in it yourself is not offered to clients. Sessions without a link get "
        f"theirs then.\n{_room(dietitian)}",
        rows=rows([button("🔗 Connect", Verb.CONNECT)], [HOME]),
    )


def go_to_google(url: str, short: str | None) -> Message:
    """`short`: an address that leads to `url` and fits into a button."""
    copy = [Button(label="📋 Copy the address", copy=short)] if short is not None else []
    return Message(
        text=f"<b>Connect Google</b>\n{_BROWSER}",
        rows=rows(
            [Button(label="🔗 Connect with Google", url=url)], copy, [button("← Back", Verb.GOOGLE), HOME]
        ),
    )


def connected(connection: Connection, dietitian: Dietitian) -> Message:
    """Who, since when, what for, when it last worked, and what is missing."""
    lost = connection.state is ConnectionState.NEEDS_RECONNECT
    missing = lost or not connection.covers_busy_times
    return Message(
        text="\n".join([_TITLE, *_state(connection, dietitian), "", *_offered(connection, dietitian)]),
        rows=rows(
            [button("🔗 Connect again", Verb.CONNECT)] if missing else [],
            [_choice(dietitian)] if connection.covers_busy_times else [],
            [button("Disconnect", Verb.DISCONNECT), HOME],
        ),
    )


def _state(connection: Connection, dietitian: Dietitian) -> list[str]:
    zone = dietitian.timezone
    account = safe(connection.account) if connection.account else "your Google account"
    since = moment(connection.connected_at, zone)
    last = connection.last_success_at
    worked = f"Last success: {moment(last, zone)}" if last else "Not used yet."
    if connection.state is ConnectionState.NEEDS_RECONNECT:
        words = (
            f"⚠️ Google no longer lets me in to {account}. Connect again: sessions without a Meet link get theirs then. "
            "Meanwhile your own room is the link, if you have one set."
        )
        return [words, worked]
    busy = "✅ see when you are busy" if connection.covers_busy_times else "❌ see when you are busy"
    return [
        f"✅ Connected to {account} since {since}.",
        f"Allowed: ✅ events with Meet links, {busy}",
        worked,
    ]


def _offered(connection: Connection, dietitian: Dietitian) -> list[str]:
    if not connection.covers_busy_times:
        words = "⚠️ I don't know when you are busy, so times are offered as if your calendar were empty."
        return [f"{words} Connect again and tick both boxes to change that."]
    away = connection.unreachable_since
    policy = without_google(dietitian)
    if connection.state is ConnectionState.NEEDS_RECONNECT:
        return [f"I can't see your busy times now: {policy}."]
    if away is not None:
        since = moment(away, dietitian.timezone)
        return [f"⚠️ Since {since} Google does not tell me when you are busy: {policy}."]
    return [f"What is in your calendar is not offered to clients. If Google can't be asked, {policy}."]


def _choice(dietitian: Dietitian) -> Button:
    if dietitian.book_without_google:
        return button("🔒 Then offer no times", Verb.WITHOUT_GOOGLE, argument="closed")
    return button("🔓 Then offer times all the same", Verb.WITHOUT_GOOGLE, argument="open")


def disconnect_sure() -> Message:
    return Message(
        text="Disconnect Google? New bookings will get your own room, or no link where none is set. Events that are "
        "in your calendar stay there.",
        rows=rows([button("← Back", Verb.GOOGLE)], [button("Yes, disconnect", Verb.DISCONNECT_SURE)]),
    )


def disconnected(dietitian: Dietitian) -> Message:
    return Message(
        text=f"Google is disconnected; its access is deleted here and revoked there.\n{_room(dietitian)}",
        rows=rows([button("🔗 Connect", Verb.CONNECT)], [HOME]),
    )


def event_moved(card: RequestCard, booking: Booking, start: datetime, timezone: str) -> Message:
    """`start`: where the event is now."""
    return Message(
        text=f"📅 In your Google Calendar the session with {client_name(card)} is not where it was booked.\n"
        f"Booked: {when(booking, timezone)}\nIn the calendar: {moment(start, timezone)}\n\n"
        "Your client knows the booked time, and nothing has been changed. What should hold?",
        rows=rows(
            [on(card, "🔁 Move the booking too", Verb.FOLLOW_EVENT, instant_argument(start))],
            [on(card, "↩️ Put the event back", Verb.PUT_EVENT_BACK)],
        ),
    )


def event_gone(card: RequestCard, booking: Booking, timezone: str) -> Message:
    return Message(
        text=f"🗑 The session with {client_name(card)} is no longer in your Google Calendar.\n"
        f"Booked: {when(booking, timezone)}\n\n"
        "Your client still expects it, and nothing has been changed. Should the event be made again, with a new Meet "
        "link, or the booking be cancelled?",
        rows=rows(
            [on(card, "📅 Make it again", Verb.MAKE_EVENT_AGAIN, booking.event_id or "")],
            [on(card, "✖️ Cancel the booking", Verb.CANCEL_BOOKING)],
        ),
    )


def followed(card: RequestCard, booking: Booking, timezone: str) -> Message:
    return Message(
        text=f"🔁 Moved: the session with {client_name(card)} is where your event is.\n{when(booking, timezone)}\n"
        "Your client is told.",
        rows=rows(*actions(card, booking), [_AGENDA, HOME]),
    )


def cannot_follow(card: RequestCard, booking: Booking, start: datetime, timezone: str) -> Message:
    return Message(
        text=f"The session with {client_name(card)} can't be at {moment(start, timezone)}: that is outside your hours, "
        "between the times that can be booked, too soon, or taken. It stays where it was booked:\n"
        f"{when(booking, timezone)}",
        rows=rows(
            [on(card, "🔁 Choose another time", Verb.MOVE, "0")],
            [on(card, "↩️ Put the event back", Verb.PUT_EVENT_BACK)],
            [_AGENDA, HOME],
        ),
    )


def put_back(card: RequestCard, booking: Booking, timezone: str) -> Message:
    return Message(
        text=f"↩️ The event goes back to where the session with {client_name(card)} was booked:\n"
        f"{when(booking, timezone)}\nYour client was not bothered.",
        rows=rows([_AGENDA, HOME]),
    )


def made_again(card: RequestCard, booking: Booking, timezone: str) -> Message:
    return Message(
        text=f"📅 The event for the session with {client_name(card)} is being made again:\n{when(booking, timezone)}\n"
        "Its link is new; both of you get it as soon as it is there.",
        rows=rows([_AGENDA, HOME]),
    )
