"""Keyboards under messages and under the text box (core.telegram.org/bots/api#inlinekeyboardmarkup).

The words for a long row and for unknown fields are this stand-in's own: Telegram drops them in silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.errors import ApiError, bad_request

MAX_BUTTONS = 100
MAX_IN_A_ROW = 8
MAX_DATA_BYTES = 64
_STYLES = frozenset({"danger", "success", "primary"})
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})
_REQUESTS = frozenset(
    {"request_users", "request_chat", "request_managed_bot", "request_contact", "request_location"}
    | {"request_poll", "web_app"}
)


class MarkupKind(StrEnum):
    INLINE = "inline_keyboard"
    REPLY = "keyboard"
    REMOVE = "remove_keyboard"
    FORCE_REPLY = "force_reply"


_FIELDS = {
    MarkupKind.INLINE: {"inline_keyboard"},
    MarkupKind.REPLY: {
        "keyboard",
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    MarkupKind.REMOVE: {"remove_keyboard", "selective"},
    MarkupKind.FORCE_REPLY: {"force_reply", "input_field_placeholder", "selective"},
}


def kind_of(markup: Mapping[str, Any]) -> MarkupKind | None:
    return next((kind for kind in MarkupKind if kind in markup), None)


def checked_markup(markup: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup as given, or None for an empty one; ApiError 400 where Telegram would refuse it."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict) or (kind := kind_of(markup)) is None:
        raise bad_request("object expected as reply markup")
    if inline_only and kind is not MarkupKind.INLINE:
        raise bad_request("inline keyboard expected")
    _only(markup, _FIELDS[kind], "reply markup")
    match kind:
        case MarkupKind.INLINE:
            _check_rows(_rows(markup, kind), _check_inline)
            return markup if any(markup[kind]) else None
        case MarkupKind.REPLY:
            _check_rows(_rows(markup, kind), _check_reply)
        case MarkupKind.REMOVE | MarkupKind.FORCE_REPLY if markup[kind] is not True:
            raise bad_request(f"field {kind} must be True")
        case _:
            pass
    return markup


def _rows(markup: Mapping[str, Any], kind: MarkupKind) -> list[list[Any]]:
    rows = markup[kind]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse keyboard: Array of Array expected")
    return rows


def _check_rows(rows: Sequence[Sequence[Any]], check: Any) -> None:
    if sum(len(row) for row in rows) > MAX_BUTTONS or any(len(row) > MAX_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            check(button)


def _only(given: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in set(given) - set(known):
        raise bad_request(f"unknown field {name} in {what}")


def _check_looks(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad_request("can't parse keyboard button: Text must be non-empty")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("invalid button style specified")
    return button


def _check_inline(button: Any) -> None:
    button = _check_looks(button)
    _only(button, _LOOKS | _ACTIONS, "inline keyboard button")
    if len(_ACTIONS & set(button)) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if "url" in button:
        _check_url(str(button["url"]))
    if "copy_text" in button and not 1 <= len(str(button["copy_text"].get("text", ""))) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https", "tg"}:
        raise _bad_url(url, "Unsupported URL protocol")
    host = parts.hostname or ""
    # Telegram wants a dot in the host: http://localhost is refused, http://127.0.0.1 is not.
    if parts.scheme != "tg" and (any(map(str.isspace, url)) or not ("." in host.strip(".") or ":" in host)):
        raise _bad_url(url, "Wrong HTTP URL")


def _bad_url(url: str, reason: str) -> ApiError:
    return bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")


def _check_reply(button: Any) -> None:
    button = _check_looks({"text": button} if isinstance(button, str) else button)
    _only(button, _LOOKS | _REQUESTS, "keyboard button")
    wanted = button.get("request_users")
    if wanted is None:
        return
    number = wanted.get("request_id")
    if not isinstance(number, int) or not -(2**31) <= number < 2**31:
        raise bad_request("can't parse keyboard button: request_id must be a 32-bit number")
    if not 1 <= wanted.get("max_quantity", 1) <= 10:
        raise bad_request("can't parse keyboard button: wrong max_quantity")
