"""The PDF as it arrives at the client's: its name, the words under it."""

import unicodedata
from datetime import datetime

from domain.model.message import File, FileKind, Message
from domain.model.plan import PlanFile
from domain.model.views import PlanCard, RequestCard
from domain.usecases.deliver_plan import Parcel
from handlers.callbacks import Verb
from handlers.formats import local, safe
from handlers.screens.parts import HOME, button, rows

PDF = "application/pdf"
_NAME_LIMIT = 60
_SPECIAL = '\\/:*?"<>|'


def file_name(card: RequestCard, at: datetime, number: int = 1) -> str:
    """`Meal plan – Ada Obi – 2026-11-22.pdf`: the client's name, made safe for any file system.

    Later versions carry their number: one day may see two.
    """
    version = f" ({number})" if number > 1 else ""
    name = card.request.client_name or (card.client.name if card.client else "")
    return (
        f"Meal plan – {_plain(name) or 'client'} – {local(at, card.dietitian.timezone):%Y-%m-%d}{version}.pdf"
    )


def _plain(name: str) -> str:
    """Without what file systems refuse, what cannot be seen, and what turns the reading direction round."""
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in name if c not in _SPECIAL)
    return " ".join(kept.split())[:_NAME_LIMIT].strip(" .")


def document(parcel: Parcel) -> Message:
    card, file = parcel.shown.card, parcel.file
    at = file.confirmed_at or file.uploaded_at
    content = File(
        kind=FileKind.DOCUMENT,
        name=file_name(card, at, file.number or 1),
        mime_type=PDF,
        content=parcel.content or b"",
        handle=file.handle if parcel.content is None else None,
    )
    return Message(
        text=caption(parcel.shown, file, note=parcel.note),
        rows=rows([button("🥗 Meal plans", Verb.MEAL_PLANS, argument="0"), HOME]),
        file=content,
    )


def caption(shown: PlanCard, file: PlanFile, *, note: str | None) -> str:
    card = shown.card
    words = f"\n<blockquote>{safe(note)}</blockquote>" if note else ""
    title = safe(card.request.title or "Your meal plan")
    return f"{_version(shown, file)}🥗 <b>{title}</b>\nFrom {safe(card.dietitian.name)}{words}"


def _version(shown: PlanCard, file: PlanFile) -> str:
    """What a reader who has more than one must know."""
    number, newest = file.number or 1, len(shown.versions)
    if number < newest:
        return f"🕓 An older version ({number} of {newest}): the newest one counts.\n"
    had_one = any(one.has_arrived for one in shown.versions[: number - 1])
    return f"🔁 New version ({number}): this one counts from now on.\n" if had_one else ""
