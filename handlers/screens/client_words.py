"""What a dietitian writes about a client, for themselves, and to a client."""

from domain.model.message import Message
from domain.model.people import Client, Dietitian
from domain.usecases.clients_desk import MESSAGE_LIMIT
from domain.usecases.notes import NOTES_LIMIT
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.clients import back_to, on_client, who
from handlers.screens.parts import HOME, rows, short

ADD, NEW = "add", "new"
NO_REPLY = "They can't answer you through this bot; your message says so too."
_NAME_LIMIT = 80
_PRIVATE = "<i>Nobody else sees them here. What you note about a client is in the copy of their data that they can ask for.</i>"


def notes(client: Client, text: str) -> Message:
    return Message(
        text=f"📝 Notes about {who(client)}\n<blockquote>{safe(text)}</blockquote>\n{_PRIVATE}",
        rows=rows(
            [
                on_client(client, "➕ Add", Verb.CHANGE_NOTES, ADD),
                on_client(client, "✏️ Change", Verb.CHANGE_NOTES, NEW),
            ],
            [on_client(client, "🗑 Delete", Verb.DROP_NOTES)],
            [back_to(client), HOME],
        ),
    )


def ask_notes(client: Client, *, mode: str, written: bool) -> Message:
    ask = {
        ADD: "What shall be added to your notes about",
        NEW: "Type your notes anew; they take the place of those about"
        if written
        else "Type your notes about",
    }[mode]
    back = on_client(client, "← Back", Verb.CLIENT_NOTES) if written else back_to(client)
    return Message(
        text=f"{ask} {who(client)}\nUp to {NOTES_LIMIT:,} characters in all, for example <i>No nuts. Weighs herself on "
        f"Mondays.</i>\n{_PRIVATE}",
        rows=rows([back]),
    )


def drop_notes_sure(client: Client) -> Message:
    return Message(
        text=f"Delete your notes about {who(client)}? This cannot be undone.",
        rows=rows(
            [on_client(client, "🗑 Yes, delete them", Verb.DROP_NOTES_SURE)],
            [on_client(client, "← Back", Verb.CLIENT_NOTES)],
        ),
    )


def ask_message(client: Client) -> Message:
    return Message(
        text=f"Type your message to {who(client)}, up to {MESSAGE_LIMIT:,} characters, for example <i>Please bring your lab "
        f"results on Thursday.</i>\nYou see it once more before it is sent. {NO_REPLY}",
        rows=rows([back_to(client)]),
    )


def preview(client: Client, dietitian: Dietitian, text: str, mark: int) -> Message:
    return Message(
        text=f"This goes to {who(client)}:\n\n{letter(dietitian.name, text)}\n\nPress Send, or type it anew.",
        rows=rows([on_client(client, "📤 Send", Verb.SEND_MESSAGE, rev=mark)], [back_to(client)]),
    )


def letter(sender: str, text: str) -> str:
    """What the client reads."""
    return (
        f"✉️ Message from <b>{safe(short(sender, _NAME_LIMIT))}</b>\n<blockquote>{safe(text)}</blockquote>\n"
        "<i>An answer typed here doesn't reach them: this bot only carries messages to you.</i>"
    )


def message_sent(client: Client) -> Message:
    return Message(
        text=f"✅ Your message is on its way to {who(client)}. {NO_REPLY}", rows=rows([back_to(client), HOME])
    )
