"""What hangs on a message beside its words: a document we may fetch, or a kind of thing we don't read."""

from collections.abc import Mapping
from typing import Any, Final
from unicodedata import category

from domain.model.message import Document

# Whatever a person can send (core.telegram.org/bots/api#message). A more special kind stands before the plainer one
# that Telegram also fills in for older bots: a venue is a location too, an animation a document.
_KINDS: Final = (
    "animation",
    "live_photo",
    "venue",
    "photo",
    "voice",
    "video",
    "video_note",
    "audio",
    "sticker",
    "location",
    "contact",
    "poll",
    "dice",
    "game",
    "story",
    "checklist",
    "paid_media",
    "rich_message",
    "document",
)
_LONGEST_ID: Final = 512
_LONGEST_NAME: Final = 120
_LONGEST_SUFFIX: Final = 12
_LONGEST_TYPE: Final = 100
_NAMELESS: Final = "file"
# Control characters, halves of a character, line and paragraph separators.
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# What turns the reading direction round: "plan\u202efdp.exe" would be read as "planexe.pdf".
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def document_of(message: Mapping[str, Any]) -> Document | None:
    """The sender's own words for name, type and size: bounded, believed in nothing."""
    given = message.get("document")
    if not given or message.get("animation"):
        return None
    file_id = given.get("file_id")
    if not isinstance(file_id, str) or not 0 < len(file_id) <= _LONGEST_ID:
        return None
    size = given.get("file_size")
    return Document(
        file_id=file_id,
        name=_name(given.get("file_name")),
        mime_type=_plain(given.get("mime_type"))[:_LONGEST_TYPE] or None,
        size=size if type(size) is int and size >= 0 else None,
    )


def media_of(message: Mapping[str, Any]) -> str | None:
    """Telegram's word for what came instead of a text or a document; None also for what a chat says of itself."""
    if message.get("text") or document_of(message) is not None:
        return None
    return next((kind for kind in _KINDS if message.get(kind) is not None), None)


def _name(given: object) -> str:
    """Too long a name loses its middle, so that it still ends in its type."""
    name = _plain(given) or _NAMELESS
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return name[:_LONGEST_NAME]
    return stem[: _LONGEST_NAME - len(dot + suffix)] + dot + suffix


def _plain(given: object) -> str:
    if not isinstance(given, str):
        return ""
    return "".join(one for one in given if category(one) not in _UNPRINTABLE and one not in _TURNING).strip()
