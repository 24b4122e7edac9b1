"""Which parameters each method takes (core.telegram.org/bots/api, Bot API 10.1), and how they are read.

Telegram ignores what it does not know. This stand-in refuses it: a misspelt parameter is a bug here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.telegram.errors import ApiError, bad_request


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    OBJECT = "object"  # JSON, as text in a form
    FILE = "file"  # an upload, a file_id or attach://name


T, N, F, J, U = Kind.TEXT, Kind.INTEGER, Kind.FLAG, Kind.OBJECT, Kind.FILE


@dataclass(frozen=True, slots=True)
class Method:
    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)

    def kind_of(self, name: str) -> Kind | None:
        return self.required.get(name) or self.optional.get(name)


_CHAT = {"chat_id": N}
_ONE = _CHAT | {"message_id": N}
_TO_TOPIC = {"business_connection_id": T, "message_thread_id": N}
_DELIVERY = _TO_TOPIC | {
    "direct_messages_topic_id": N,
    "disable_notification": F,
    "protect_content": F,
    "allow_paid_broadcast": F,
    "message_effect_id": T,
    "suggested_post_parameters": J,
    "reply_parameters": J,
    "reply_markup": J,
}
_CAPTION = {"caption": T, "parse_mode": T, "caption_entities": J}
_EDIT = {"business_connection_id": T, "inline_message_id": T, "reply_markup": J}
_TEXT = {"parse_mode": T, "entities": J, "link_preview_options": J}
_ABOVE = {"show_caption_above_media": F}
_SCOPE = {"scope": J, "language_code": T}
_LANGUAGE = {"language_code": T}

METHODS: dict[str, Method] = {
    "getMe": Method(),
    "getUpdates": Method(optional={"offset": N, "limit": N, "timeout": N, "allowed_updates": J}),
    "setWebhook": Method(
        optional={
            "url": T,
            "certificate": U,
            "ip_address": T,
            "max_connections": N,
            "allowed_updates": J,
            "drop_pending_updates": F,
            "secret_token": T,
        }
    ),
    "deleteWebhook": Method(optional={"drop_pending_updates": F}),
    "getWebhookInfo": Method(),
    "getChat": Method(_CHAT),
    "sendMessage": Method(_CHAT | {"text": T}, _DELIVERY | _TEXT),
    "sendDocument": Method(
        _CHAT | {"document": U},
        _DELIVERY | _CAPTION | {"thumbnail": U, "disable_content_type_detection": F},
    ),
    "sendPhoto": Method(_CHAT | {"photo": U}, _DELIVERY | _CAPTION | _ABOVE | {"has_spoiler": F}),
    "sendChatAction": Method(_CHAT | {"action": T}, _TO_TOPIC),
    "editMessageText": Method(_ONE | {"text": T}, _EDIT | _TEXT),
    "editMessageCaption": Method(_ONE, _EDIT | _CAPTION | _ABOVE),
    "editMessageReplyMarkup": Method(_ONE, _EDIT),
    "deleteMessage": Method(_ONE),
    "deleteMessages": Method(_CHAT | {"message_ids": J}),
    "answerCallbackQuery": Method(
        {"callback_query_id": T}, {"text": T, "show_alert": F, "url": T, "cache_time": N}
    ),
    "getFile": Method({"file_id": T}),
    "setMyCommands": Method({"commands": J}, _SCOPE),
    "deleteMyCommands": Method(optional=_SCOPE),
    "getMyCommands": Method(optional=_SCOPE),
    "setMyName": Method(optional=_LANGUAGE | {"name": T}),
    "getMyName": Method(optional=_LANGUAGE),
    "setMyDescription": Method(optional=_LANGUAGE | {"description": T}),
    "getMyDescription": Method(optional=_LANGUAGE),
    "setMyShortDescription": Method(optional=_LANGUAGE | {"short_description": T}),
    "getMyShortDescription": Method(optional=_LANGUAGE),
    "setChatMenuButton": Method(optional=_CHAT | {"menu_button": J}),
    "getChatMenuButton": Method(optional=_CHAT),
}

CANONICAL = {name.lower(): name for name in METHODS}

_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "file_id": "file_id not specified",
    "callback_query_id": "callback_query_id not specified",
}


def checked(method: str, raw: Mapping[str, object], uploads: Mapping[str, object]) -> dict[str, Any]:
    """The parameters with their types; raises ApiError where one is unknown, missing or unreadable."""
    table = METHODS[method]
    params: dict[str, Any] = {}
    for name, value in raw.items():
        kind = table.kind_of(name)
        if kind is None:
            raise bad_request(f"unknown parameter {name}")
        params[name] = _typed(name, kind, value)
    for name, kind in table.required.items():
        if params.get(name) in (None, "") and not (kind is Kind.FILE and name in uploads):
            raise _missing(name)
    return params


def _missing(name: str) -> ApiError:
    return bad_request(_MISSING.get(name, f'parameter "{name}" is required'))


def _typed(name: str, kind: Kind, value: object) -> object:
    match kind:
        case Kind.INTEGER:
            return _integer(name, value)
        case Kind.FLAG:
            return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "yes"}
        case Kind.OBJECT:
            return _object(name, value)
        case Kind.TEXT | Kind.FILE:
            return str(value)


def _integer(name: str, value: object) -> int | None:
    if value == "":
        return None
    try:
        return int(str(value))
    except ValueError:
        # Channels have @names; this stand-in has private chats alone.
        reason = "chat not found" if name == "chat_id" else f"{name} must be an integer"
        raise bad_request(reason) from None


def _object(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
