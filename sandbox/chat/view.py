"""A phone as the page needs it, in JSON."""

from datetime import timedelta
from typing import Any

from sandbox.telegram import Button, Phone, SeenFile, SeenMessage, TelegramStandIn

_SHOWN = 300  # messages; older ones stay with the stand-in
_ACTION_LASTS = timedelta(seconds=5)


def phone_view(telegram: TelegramStandIn, phone: Phone) -> dict[str, Any]:
    chat = phone.chat
    return {
        "id": phone.user_id,
        "started": chat.started,
        "blocked": chat.blocked,
        "action": current_action(telegram, phone),
        "description": telegram.world.texts.get(("description", ""), ""),
        "commands": telegram.world.commands_for(chat),
        "keyboard": [[_button(button) for button in row] for row in phone.keyboard],
        "placeholder": _placeholder(phone),
        "messages": [_message(phone.user_id, one) for one in phone.messages[-_SHOWN:]],
    }


def current_action(telegram: TelegramStandIn, phone: Phone) -> str:
    """What the bot says it is doing just now ("typing"), or nothing."""
    if phone.chat.action is None:
        return ""
    name, since = phone.chat.action
    return name if telegram.world.clock.now() - since < _ACTION_LASTS else ""


def _placeholder(phone: Phone) -> str:
    forced = phone.chat.messages.get(phone.chat.reply_forced_by or 0)
    markup = (forced.markup if forced else phone.chat.keyboard) or {}
    return str(markup.get("input_field_placeholder", ""))


def _message(user_id: int, message: SeenMessage) -> dict[str, Any]:
    files = f"people/{user_id}/files/{message.id}"
    return {
        "id": message.id,
        "mine": message.mine,
        "html": message.html,
        "at": message.at.isoformat(),
        "edited": message.edited,
        "silent": message.silent,
        "quoted": message.quoted[:120],
        "shared": message.shared,
        "place": message.place,
        "buttons": [[_button(button) for button in row] for row in message.buttons],
        "document": _file(files, message.document),
        "photo": _file(files, message.photo),
    }


def _file(href: str, file: SeenFile | None) -> dict[str, Any] | None:
    if file is None:
        return None
    return {"href": href, "name": file.name, "size": file.size}


def _button(button: Button) -> dict[str, Any]:
    kind = "press" if button.data is not None or button.reply else "other"
    if button.url is not None:
        kind = "link"
    if button.copy is not None:
        kind = "copy"
    if button.request_users is not None:
        kind = "people"
    if button.request_location:
        kind = "place"
    return {
        "label": button.label,
        "kind": kind,
        "url": button.url,
        "copy": button.copy,
        "people": button.request_users,
        "style": button.style,
    }
