"""What was said: a worded message as a sealed outbox payload, and back; which message shows a Pay button."""

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from bot.sealed import opened
from domain.errors import StorageUnavailable
from domain.model.message import Button, File, FileKind, LocationPicker, Message, PersonPicker
from domain.ports import Transactions, Vault
from handlers.callbacks import Verb, parse


def message_payload(message: Message, vault: Vault) -> str:
    """Sealed JSON."""
    payload = asdict(message)
    if message.file is not None:
        payload["file"]["content"] = b64encode(message.file.content).decode()
    return vault.seal(json.dumps(payload, ensure_ascii=False))


def message_from(stored: str | dict[str, Any], vault: Vault) -> Message:
    """From what `message_payload` made, or from the plain object of an earlier version."""
    payload = json.loads(opened(vault, stored)) if isinstance(stored, str) else stored
    file, picker = payload.get("file"), payload.get("picker")
    if file is not None:
        file = File(**{**file, "kind": FileKind(file["kind"]), "content": b64decode(file["content"])})
    return Message(
        text=payload["text"],
        rows=tuple(tuple(Button(**button) for button in row) for row in payload["rows"]),
        file=file,
        picker=_picker(picker) if picker is not None else None,
        closes_picker=payload["closes_picker"],
        silent=payload.get("silent", False),
    )


def _picker(stored: dict[str, Any]) -> PersonPicker | LocationPicker:
    return PersonPicker(**stored) if "ask_id" in stored else LocationPicker(**stored)


async def note_pay_screen(transactions: Transactions, message: Message, message_id: int) -> None:
    """Remember the message that shows a request's Pay button: once paid, that one is to be redrawn.

    Where that fails the button says so when it is pressed; the message was said, and is not to be said again.
    """
    presses = [parse(button.data) for row in message.rows for button in row if button.data is not None]
    subject = next((press.subject for press in presses if press.verb is Verb.PAID), None)
    if subject is not None:
        with suppress(StorageUnavailable):
            await transactions.write(lambda uow: uow.requests.note_screen(subject, message_id))
