"""From a call's parameters to the content of a message, with Telegram's limits."""

from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.entities import Entity, Formatted, trimmed, units, with_found
from sandbox.telegram.errors import bad_request
from sandbox.telegram.markup_text import parse_html

MAX_TEXT = 4096
MAX_CAPTION = 1024


def text_of(call: Call) -> Formatted:
    content = _formatted(call, "text", "entities")
    if not content.text:
        raise bad_request("message text is empty")
    if units(content.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return content


def caption_of(call: Call) -> Formatted:
    content = _formatted(call, "caption", "caption_entities")
    if units(content.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return content


def _formatted(call: Call, name: str, entities: str) -> Formatted:
    source = call.text(name)
    match call.text("parse_mode").lower():
        case "html":
            content = parse_html(source)
        case "":
            given = call.params.get(entities) or []
            content = Formatted(source, tuple(_entity(one) for one in given))
        case _:
            raise bad_request("unsupported parse_mode")
    return with_found(trimmed(content))


def _entity(given: dict[str, Any]) -> Entity:
    extra = {name: value for name, value in given.items() if name not in {"type", "offset", "length"}}
    return Entity(type=given["type"], offset=given["offset"], length=given["length"], extra=extra)
