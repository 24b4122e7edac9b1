"""What of an update matters to us."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.model.message import Document
from handlers.attached import document_of, media_of

Values = Mapping[str, Any]
_TAG = re.compile(r"[A-Za-z0-9-]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What of an update matters to us.

    `text` is what was typed, or the caption of what was sent; `media` is Telegram's word for what we don't read
    ("photo", "voice"), None where there is a text or a `document`. `place`: the time zone where they said they are,
    empty where that is none.
    """

    chat_id: int
    telegram_id: int
    name: str
    language: str
    press_id: str | None = None
    data: str | None = None
    message_id: int | None = None
    text: str | None = None
    document: Document | None = None
    media: str | None = None
    shared: tuple[int, str] | None = None
    place: str | None = None
    reachable: bool | None = None
    item_id: int = 0  # the inbox row it came by


def read_update(update: Values) -> Incoming | None:
    """An update as Telegram wrote it (core.telegram.org/bots/api#update).

    None for what concerns nobody: channels, groups, kinds of update that were not asked for.
    """
    press, member = update.get("callback_query"), update.get("my_chat_member")
    part = press or member or update.get("message")
    user = (part or {}).get("from")
    if part is None or user is None or user.get("is_bot"):
        return None
    where = press.get("message") if press else part  # a press on a message sent by way of another bot: none
    chat = where["chat"] if where else None
    if chat is not None and chat["type"] != "private":
        return None
    common: dict[str, Any] = {
        "chat_id": chat["id"] if chat is not None else user["id"],
        "telegram_id": user["id"],
        "name": _full_name(user)[:64] or "friend",
        "language": _language(user.get("language_code")),
    }
    if press:
        message_id = where["message_id"] if where else None
        return Incoming(**common, press_id=press["id"], data=press.get("data") or "", message_id=message_id)
    if member:
        return Incoming(**common, reachable=member["new_chat_member"]["status"] not in {"kicked", "left"})
    place = (part.get("location") or {}).get("zone")
    return Incoming(
        **common,
        place=place,
        text=(part.get("text") or part.get("caption") or "").replace("\x00", ""),
        document=document_of(part),
        media=media_of(part) if place is None else None,
        shared=_shared(part),
    )


def _language(given: object) -> str:
    """An IETF tag, as short as those that anybody has."""
    return given if isinstance(given, str) and _TAG.fullmatch(given) else "en"


def _full_name(user: Values) -> str:
    """Without what no database stores."""
    told = " ".join(part for part in (user.get("first_name"), user.get("last_name")) if part)
    return told.replace("\x00", "").strip()


def _shared(message: Values) -> tuple[int, str] | None:
    users = (message.get("users_shared") or {}).get("users")
    if not users:
        return None
    return users[0]["user_id"], _full_name(users[0])[:64] or "Client"
