"""The dietitian's Google connection."""

from domain.model.calendar import Connection, ConnectionState
from domain.model.message import Button, Message
from domain.model.people import Dietitian
from handlers.callbacks import Verb
from handlers.formats import moment, safe
from handlers.screens.parts import HOME, button, rows

_BROWSER = (
    "Open the page in your usual browser (Chrome, Safari, Firefox): Google refuses to sign in inside another app. "
    "The link works once, for ten minutes."
)


def _room(dietitian: Dietitian) -> str:
    if dietitian.fallback_meeting_url:
        return f"Until then your own room stands in: {safe(dietitian.fallback_meeting_url)}"
    return "Until then bookings have no meeting link: you have no room of your own set."


def not_configured(dietitian: Dietitian, missing: str) -> Message:
    return Message(
        text=f"<b>Google Meet</b>\nThis bot has no Google connection to offer yet: {safe(missing)} is not set by the "
        f"person who runs it.\n{_room(dietitian)}",
        rows=((HOME,),),
    )


def not_connected(dietitian: Dietitian) -> Message:
    return Message(
        text="<b>Google Meet</b>\nNot connected. Connect your Google Calendar and every paid booking gets an event "
        f"there with its own Meet link.\n{_room(dietitian)}",
        rows=rows([button("🔗 Connect", Verb.CONNECT)], [HOME]),
    )


def go_to_google(url: str) -> Message:
    return Message(
        text=f"<b>Connect Google</b>\n{_BROWSER}",
        rows=rows([Button(label="🔗 Connect with Google", url=url)], [button("← Back", Verb.GOOGLE), HOME]),
    )


def connected(connection: Connection, timezone: str) -> Message:
    account = safe(connection.account) if connection.account else "your Google account"
    if connection.state is ConnectionState.NEEDS_RECONNECT:
        return Message(
            text=f"<b>Google Meet</b>\nGoogle no longer lets me in to {account}. Connect again; bookings go on with "
            "your own room meanwhile.",
            rows=rows([button("🔗 Connect", Verb.CONNECT)], [button("Disconnect", Verb.DISCONNECT)], [HOME]),
        )
    last = (
        f"\nLast used: {moment(connection.last_success_at, timezone)}" if connection.last_success_at else ""
    )
    return Message(
        text=f"<b>Google Meet</b>\n✅ Connected to {account} since {moment(connection.connected_at, timezone)}.{last}",
        rows=rows([button("Disconnect", Verb.DISCONNECT)], [HOME]),
    )


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
