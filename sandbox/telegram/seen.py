"""A chat as it looks on a screen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.telegram.entities import Formatted
from sandbox.telegram.records import Chat, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message, or under the text box (`reply`); one of the rest says what it does."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None
    request_users: dict[str, Any] | None = None
    request_location: bool = False
    reply: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    name: str
    size: int
    mime_type: str
    bytes: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMessage:
    id: int
    mine: bool
    content: Formatted  # the caption where there is a file
    at: datetime
    edited: bool = False
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: SeenFile | None = None
    photo: SeenFile | None = None
    quoted: str = ""
    silent: bool = False
    shared: tuple[str, ...] = ()  # the names of people chosen in Telegram's picker
    place: str = ""  # where they said they are

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def html(self) -> str:
        """The same in Telegram's tags, safe to show."""
        return self.content.html

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.buttons for button in row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a press came to: the toast or alert the bot answered with, or that it never did."""

    answered: bool
    text: str = ""
    alert: bool = False
    url: str = ""
    copied: str = ""


def seen(chat: Chat) -> list[SeenMessage]:
    return [_seen(chat, message) for message in chat.messages.values() if not message.deleted]


def keyboard_rows(chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """The keyboard under the text box, empty where there is none."""
    rows = (chat.keyboard or {}).get("keyboard", [])
    return tuple(tuple(_reply_button(button) for button in row) for row in rows)


def buttons_newest_first(chat: Chat) -> Iterator[tuple[int, list[Button]]]:
    """The buttons that can be pressed, by message; the keyboard goes with the message that brought it."""
    for message in reversed(seen(chat)):
        inline = [button for row in message.buttons for button in row]
        under = (
            [button for row in keyboard_rows(chat) for button in row]
            if message.id == chat.keyboard_of
            else []
        )
        if inline or under:
            yield message.id, inline + under


def _seen(chat: Chat, message: Message) -> SeenMessage:
    file = message.file
    shown = (
        SeenFile(name=file.name, size=len(file.data), mime_type=file.mime_type, bytes=file.data)
        if file
        else None
    )
    quoted = chat.visible(message.reply_to) if message.reply_to else None
    is_photo = bool(file and file.photo)
    return SeenMessage(
        id=message.id,
        mine=message.mine,
        content=message.content,
        at=message.at,
        edited=message.edited_at is not None,
        silent=message.silent,
        buttons=_inline_rows(message),
        document=None if is_photo else shown,
        photo=shown if is_photo else None,
        quoted=quoted.content.text if quoted else "",
        shared=_shared_names(message),
        place=_place(message),
    )


def _shared_names(message: Message) -> tuple[str, ...]:
    users = message.service.get("users_shared", {}).get("users", [])
    return tuple(str(user.get("first_name") or user["user_id"]) for user in users)


def _place(message: Message) -> str:
    location = message.service.get("location")
    return f"{location['latitude']:.2f}, {location['longitude']:.2f}" if location else ""


def _inline_rows(message: Message) -> tuple[tuple[Button, ...], ...]:
    rows = (message.inline or {}).get("inline_keyboard", [])
    return tuple(tuple(_inline_button(button) for button in row) for row in rows)


def _inline_button(button: dict[str, Any]) -> Button:
    return Button(
        label=button["text"],
        data=button.get("callback_data"),
        url=button.get("url"),
        copy=(button.get("copy_text") or {}).get("text"),
        style=button.get("style", ""),
    )


def _reply_button(button: dict[str, Any] | str) -> Button:
    if isinstance(button, str):
        return Button(label=button, reply=True)
    return Button(
        label=button["text"],
        request_users=button.get("request_users"),
        request_location=bool(button.get("request_location")),
        reply=True,
        style=button.get("style", ""),
    )
