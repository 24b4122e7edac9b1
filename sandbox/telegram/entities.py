"""Formatted text: entities count UTF-16 units, as the Bot API's do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from urllib.parse import urlsplit

LINK_SCHEMES = frozenset({"http", "https", "tg", "mailto", "tel"})
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)\b(?![/<>])"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)'])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<!\w)@[A-Za-z]\w{3,31})"
)
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "pre": "pre",
    "text_link": "a",
    "date_time": "time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    type: str
    offset: int
    length: int
    extra: dict[str, str | int] = field(default_factory=dict)  # url, language, unix_time …

    @property
    def end(self) -> int:
        return self.offset + self.length

    def as_json(self) -> dict[str, object]:
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.extra}


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def html(self) -> str:
        return to_html(self.text, self.entities)


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def is_safe_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in LINK_SCHEMES


def with_found(formatted: Formatted) -> Formatted:
    """The text with the commands, addresses and mentions that Telegram finds by itself."""
    kept = formatted.entities
    closed = [one for one in kept if one.type in {"code", "pre", "text_link"}]
    found = [one for one in _found(formatted.text) if not any(_overlap(one, another) for another in closed)]
    return Formatted(formatted.text, in_order([*kept, *found]))


def in_order(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda one: (one.offset, -one.length)))


def _found(text: str) -> list[Entity]:
    return [
        Entity(type=str(hit.lastgroup), offset=units(text[: hit.start()]), length=units(hit.group()))
        for hit in _FOUND.finditer(text)
    ]


def _overlap(one: Entity, another: Entity) -> bool:
    return one.offset < another.end and another.offset < one.end


def trimmed(formatted: Formatted) -> Formatted:
    """Without the white space at both ends, as the server keeps it."""
    text = formatted.text.strip()
    lead = units(formatted.text[: len(formatted.text) - len(formatted.text.lstrip())])
    total = units(text)
    moved = []
    for one in formatted.entities:
        start, end = max(one.offset - lead, 0), min(one.end - lead, total)
        if start < end:
            moved.append(Entity(type=one.type, offset=start, length=end - start, extra=one.extra))
    return Formatted(text, tuple(moved))


def to_html(text: str, entities: Sequence[Entity]) -> str:
    """Safe HTML: the text escaped, nothing but this module's own tags around it."""
    data = text.encode("utf-16-le")
    marks = {0, len(data) // 2} | {edge for one in entities for edge in (one.offset, one.end)}
    edges = sorted(mark for mark in marks if mark <= len(data) // 2)
    html: list[str] = []
    inside: list[Entity] = []
    for start, end in pairwise(edges):
        wanted = [one for one in in_order(entities) if one.offset <= start and end <= one.end]
        inside = _switch(html, inside, wanted)
        html.append(escape(data[start * 2 : end * 2].decode("utf-16-le", "replace"), quote=False))
    _switch(html, inside, [])
    return "".join(html)


def _switch(html: list[str], inside: list[Entity], wanted: list[Entity]) -> list[Entity]:
    same = 0
    while same < min(len(inside), len(wanted)) and inside[same] == wanted[same]:
        same += 1
    html.extend(_tags(one)[1] for one in reversed(inside[same:]))
    html.extend(_tags(one)[0] for one in wanted[same:])
    return wanted


def _tags(entity: Entity) -> tuple[str, str]:
    name = _TAGS.get(entity.type, "span")
    match entity.type:
        case "pre":
            name += f' data-language="{escape(str(entity.extra.get("language", "")))}"'
        case "spoiler":
            name += ' class="tg-spoiler"'
        case "expandable_blockquote":
            name += ' class="expandable"'
        case "text_link":
            name += f' href="{escape(str(entity.extra["url"]))}"'
        case "date_time":
            name += f' data-unix="{int(entity.extra["unix_time"])}"'
        case "url" | "email" | "bot_command":
            name += f' class="found-{entity.type}"'
        case _:
            pass
    return f"<{name}>", f"</{name.split()[0]}>"
