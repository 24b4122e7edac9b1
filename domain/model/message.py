"""What can be said in a chat, before any messenger's own types: text, buttons, a file."""

from dataclasses import dataclass
from enum import StrEnum


def units(text: str) -> int:
    """How long it is as Telegram counts: an emoji is two (core.telegram.org/api/entities, UTF-16 code units)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`data` comes back when pressed (at most 64 bytes); `url` opens a page; `copy` goes to the clipboard."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


class FileKind(StrEnum):
    DOCUMENT = "document"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`handle` is the messenger's own name for a file it already has: sent instead of the content."""

    kind: FileKind = FileKind.DOCUMENT
    name: str
    mime_type: str
    content: bytes
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that somebody sent, not fetched yet. `size` in bytes, as far as it was told."""

    file_id: str
    name: str
    mime_type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """`handle` sends the same file again without its content."""

    message_id: int
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPicker:
    """A keyboard that lets the person share somebody from their contacts."""

    label: str
    ask_id: int
    cancel_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationPicker:
    """A keyboard that lets the person share where they are."""

    label: str
    cancel_label: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`text` is Telegram's HTML, with everything that people typed escaped; a file's text is its caption."""

    text: str
    rows: Rows = ()
    file: File | None = None
    picker: PersonPicker | LocationPicker | None = None
    closes_picker: bool = False
    silent: bool = False  # it arrives without a sound
