"""What the stand-in remembers: people, messages, files, presses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.telegram.entities import Formatted
from sandbox.telegram.keyboards import MarkupKind, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes = field(repr=False)
    photo: tuple[int, int] | None = None  # width, height

    def as_json(self) -> Any:
        """A Document, or the one-size list of PhotoSize."""
        file: dict[str, object] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }
        if self.photo:
            return [file | {"width": self.photo[0], "height": self.photo[1]}]
        return file | {"file_name": self.name, "mime_type": self.mime_type}


@dataclass(slots=True, kw_only=True)
class Message:
    id: int
    mine: bool  # the person's own; otherwise the bot's
    at: datetime
    content: Formatted  # the text, or the caption under a file
    file: StoredFile | None = None
    markup: dict[str, Any] | None = None
    service: dict[str, Any] = field(default_factory=dict)  # users_shared and the like
    reply_to: int | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    protected: bool = False
    silent: bool = False

    @property
    def inline(self) -> dict[str, Any] | None:
        return self.markup if self.markup and kind_of(self.markup) is MarkupKind.INLINE else None


@dataclass(slots=True, kw_only=True)
class Callback:
    id: str
    message_id: int
    data: str
    at: datetime
    answered: bool = False
    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True, kw_only=True)
class Chat:
    """A private chat and the person in it; both have the same id."""

    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    language_code: str = "en"
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard_of: int | None = None  # the message that brought the keyboard under the text box
    reply_forced_by: int | None = None
    callbacks: list[Callback] = field(default_factory=list)
    action: tuple[str, datetime] | None = None  # "typing", since when
    revision: int = 0

    @property
    def user_json(self) -> dict[str, object]:
        return {"id": self.id, "is_bot": False, **self._names(), "language_code": self.language_code}

    @property
    def json(self) -> dict[str, object]:
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> dict[str, object]:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value}

    @property
    def keyboard(self) -> dict[str, Any] | None:
        bearer = self.messages.get(self.keyboard_of) if self.keyboard_of else None
        return bearer.markup if bearer else None

    def visible(self, message_id: int) -> Message | None:
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message
