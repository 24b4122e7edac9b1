"""HTML parse mode and the server's words where it is wrong (core.telegram.org/bots/api#html-style)."""

import re
from dataclasses import dataclass
from html import unescape

from sandbox.telegram.entities import Entity, Formatted, in_order, is_safe_link, units
from sandbox.telegram.errors import ApiError, bad_request

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-time": "date_time",
    "tg-emoji": "custom_emoji",
}
_SUPPORTED = frozenset({*_SIMPLE, "a", "blockquote"})
_PLAIN = re.compile(r"[^<&]+")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});?")
_NAME = re.compile(r"</?([^\s>]*)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_START = re.compile(rf"<[^\s>]+(?P<attributes>(?:\s+{_ATTRIBUTE.pattern})*)\s*>")
_END = re.compile(r"</[^\s>]*\s*>")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    attributes: dict[str, str]
    offset: int  # in the text, UTF-16 units
    written: int  # index into the written pieces


def parse_html(source: str) -> Formatted:
    """Raises ApiError 400 "can't parse entities: …"."""
    return _Parser(source).parsed()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._written: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parsed(self) -> Formatted:
        while self._at < len(self._source):
            self._step()
        if self._open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return Formatted("".join(self._written), in_order(self._entities))

    def _step(self) -> None:
        if plain := _PLAIN.match(self._source, self._at):
            self._write(plain.group(), plain.end())
        elif self._source.startswith("</", self._at):
            self._end_tag()
        elif self._source.startswith("<", self._at):
            self._start_tag()
        else:
            reference = _REFERENCE.match(self._source, self._at)
            text = unescape(reference.group()) if reference else "&"
            self._write(text, reference.end() if reference else self._at + 1)

    def _write(self, text: str, upto: int) -> None:
        self._written.append(text)
        self._length += units(text)
        self._at = upto

    @property
    def _here(self) -> str:
        return f"at byte offset {len(self._source[: self._at].encode())}"

    def _name(self) -> str:
        name = _NAME.match(self._source, self._at)
        return name.group(1).lower() if name else ""

    def _start_tag(self) -> None:
        name = self._name()
        if name not in _SUPPORTED:
            raise _refused(f'Unsupported start tag "{name}" {self._here}')
        tag = _START.match(self._source, self._at)
        if tag is None:
            raise _refused(f"Unclosed start tag {self._here}")
        attributes = {
            key.lower(): unescape(value.strip("\"'"))
            for key, value in _ATTRIBUTE.findall(tag.group("attributes"))
        }
        self._check(name, attributes)
        self._open.append(_Open(name, attributes, self._length, len(self._written)))
        self._at = tag.end()

    def _check(self, name: str, attributes: dict[str, str]) -> None:
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _refused(f'Tag "span" must have class "tg-spoiler" {self._here}')
        if name != "tg-time":
            return
        if not attributes.get("unix", "").isdecimal():
            raise _refused(f'Tag "tg-time" must have a valid attribute "unix" {self._here}')
        if not _TIME_FORMAT.fullmatch(attributes.get("format", "")):
            raise _refused(f"Invalid date-time format specified {self._here}")

    def _end_tag(self) -> None:
        tag = _END.match(self._source, self._at)
        if tag is None:
            raise _refused(f"Unclosed end tag {self._here}")
        if not self._open:
            raise _refused(f"Unexpected end tag {self._here}")
        opened, found = self._open.pop(), self._name()
        if found not in {"", opened.name}:
            raise _refused(f'Unmatched end tag {self._here}, expected "</{opened.name}>", found "</{found}>"')
        self._at = tag.end()
        if self._length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, extra = self._entity(opened)
        if kind is None:
            return
        length = self._length - opened.offset
        if kind == "pre" and (inner := self._code_inside(opened.offset, length)):
            self._entities.remove(inner)
            extra = inner.extra
        if kind == "code" and not (self._open and self._open[-1].name == "pre"):
            extra = {}
        self._entities.append(Entity(type=kind, offset=opened.offset, length=length, extra=extra))

    def _code_inside(self, offset: int, length: int) -> Entity | None:
        fits = (
            one for one in self._entities if (one.type, one.offset, one.length) == ("code", offset, length)
        )
        return next(fits, None)

    def _entity(self, opened: _Open) -> tuple[str | None, dict[str, str | int]]:
        attributes = opened.attributes
        kind: str | None = _SIMPLE.get(opened.name, opened.name)
        extra: dict[str, str | int] = {}
        match opened.name:
            case "a":
                url = attributes.get("href") or "".join(self._written[opened.written :])
                # A link that leads nowhere is shown as plain text, without an error.
                kind, extra = ("text_link" if is_safe_link(url) else None), {"url": url}
            case "blockquote" if "expandable" in attributes:
                kind = "expandable_blockquote"
            case "tg-time":
                extra = {"unix_time": int(attributes["unix"])}
                if attributes.get("format"):
                    extra["date_time_format"] = attributes["format"]
            case "tg-emoji":
                extra = {"custom_emoji_id": attributes.get("emoji-id", "")}
            case "code" if attributes.get("class", "").startswith("language-"):
                extra = {"language": attributes["class"].removeprefix("language-")}
            case _:
                pass
        return kind, extra


def _refused(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
