"""A worded message as an outbox payload, and back."""

from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import Any

from domain.model.message import Button, File, FileKind, Message, PersonPicker


def message_payload(message: Message) -> dict[str, Any]:
    """JSON-ready."""
    payload = asdict(message)
    if message.file is not None:
        payload["file"]["content"] = b64encode(message.file.content).decode()
    return payload


def message_from(payload: dict[str, Any]) -> Message:
    file, picker = payload.get("file"), payload.get("picker")
    if file is not None:
        file = File(**{**file, "kind": FileKind(file["kind"]), "content": b64decode(file["content"])})
    return Message(
        text=payload["text"],
        rows=tuple(tuple(Button(**button) for button in row) for row in payload["rows"]),
        file=file,
        picker=PersonPicker(**picker) if picker is not None else None,
        closes_picker=payload["closes_picker"],
    )
