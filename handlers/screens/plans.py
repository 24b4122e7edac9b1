"""The dietitian's meal plans: who waits, the PDF, what was sent."""

from collections.abc import Sequence
from datetime import datetime

from domain.model.message import Button, File, FileKind, Message, units
from domain.model.people import Person
from domain.model.plan import LARGEST_FILE, Plan, PlanFile, PlanState
from domain.model.views import Page, PlanCard, RequestCard
from domain.usecases.upload_plan import NOTE_LIMIT
from handlers.callbacks import Verb
from handlers.formats import clock_time, safe
from handlers.mail_text import as_mail
from handlers.screens.mealplans import day_of
from handlers.screens.parts import (
    HOME,
    button,
    client_name,
    marks,
    numbered,
    on,
    pager,
    rows,
    short,
    what,
    who_on_a_label,
)

_TITLE_LIMIT, _FILE_NAME_LIMIT, _SENT_AS_LIMIT = 60, 60, 80
_CAPTION, _ROUND_A_NOTE = 1024, 20
"""What a picture may have under it, and what stands beside the note (core.telegram.org/bots/api#sendphoto)."""
TABS = {"waiting": "Waiting", "late": "Late", "sent": "Sent", "cancelled": "Cancelled"}
MEGABYTE = 1024 * 1024
_EMPTY = {
    "waiting": "Nobody is waiting for a plan. When a client pays for one, it stands here until you have sent the PDF.",
    "late": "None is late. 👏",
    "sent": "You have not sent a plan yet.",
    "cancelled": "None was cancelled.",
}
LIMITS = f"a PDF of at most {LARGEST_FILE // MEGABYTE} MB, without a password"


def plans(page: Page[PlanCard], tab: str, timezone: str, now: datetime) -> Message:
    tabs = [
        button(f"• {label}" if name == tab else label, Verb.PLANS, argument=f"{name}.0")
        for name, label in TABS.items()
    ]
    if not page.total:
        return Message(
            text=f"<b>Meal plans · {TABS[tab].lower()}</b>\n{_EMPTY[tab]}",
            rows=rows(tabs[:2], tabs[2:], [HOME]),
        )
    text = [f"<b>Meal plans · {TABS[tab].lower()} ({page.total})</b>{numbered(page)}"]
    lines = []
    for number, shown in enumerate(page.items, page.number * 5 + 1):
        card, mark = shown.card, f" {number}" if page.total > 1 else ""
        text.append(
            f"{number}. <b>{client_name(card)}</b> – {safe(card.request.title or '')}\n   {marks(card)}\n"
            f"   {stands(shown, timezone, now)}"
        )
        line = [on(card, f"🔎 Details{mark}", Verb.PLAN)]
        if shown.plan.state is PlanState.WAITING:
            line.insert(0, on(card, f"📤 Upload{mark}", Verb.UPLOAD))
        lines.append(line)
    return Message(
        text="\n".join(text),
        rows=rows(*lines, pager(page, Verb.PLANS, prefix=f"{tab}."), tabs[:2], tabs[2:], [HOME]),
    )


def stands(shown: PlanCard, timezone: str, now: datetime) -> str:
    plan, latest = shown.plan, shown.latest
    refused = (
        "⚠️ Telegram would not take the file, so your client does not have it" if shown.is_refused else ""
    )
    match plan.state:
        case PlanState.WAITING:
            word = "⏰ late, it was promised by" if plan.is_late_at(now) else "🕐 due by"
            due = f"{word} {day_of(plan.promised_at, timezone)}"
            return f"{refused}; {due}" if refused else due
        case PlanState.SENT:
            return refused or _under_way(shown.card.client, latest)
        case PlanState.RECEIVED:
            return _received(plan, latest, timezone)
        case PlanState.CANCELLED:
            return "✖️ cancelled"


def _under_way(client: Person | None, latest: PlanFile | None) -> str:
    if client is not None and not client.can_be_written_to:
        mailed = " It was mailed." if latest is not None and latest.mailed_at is not None else ""
        return f"⚠️ sent, but your client can't be reached in Telegram (blocked or left).{mailed}"
    return "📨 sent, on its way"


def _received(plan: Plan, latest: PlanFile | None, timezone: str) -> str:
    at = plan.received_at
    if at is None:
        return "✅ received"
    how = "by e-mail" if latest is not None and latest.delivered_at is None else "in the chat"
    return f"✅ received {how} on {day_of(at, timezone)}, {clock_time(at, timezone)} ({timezone})"


def plan(shown: PlanCard, timezone: str, now: datetime, *, intake: list[Button], note: str = "") -> Message:
    """One plan: whose, where it stands, what to do next."""
    card, record = shown.card, shown.plan
    parts = [
        f"🥗 <b>{client_name(card)}</b> – {what(card.request)}\n{marks(card)}",
        stands(shown, timezone, now),
    ]
    if shown.versions:
        parts.append("\n".join(_version(file, timezone) for file in shown.versions[-_VERSIONS_SHOWN:]))
    if note:
        parts.insert(0, note)
    upload = "📤 Upload the PDF" if record.state is PlanState.WAITING else "📤 Upload a new version"
    open_ = record.state is not PlanState.CANCELLED
    tab = {PlanState.WAITING: "waiting", PlanState.CANCELLED: "cancelled"}.get(record.state, "sent")
    return Message(
        text="\n".join(parts),
        rows=rows(
            [on(card, "🔁 Try again", Verb.TRY_AGAIN)] if open_ and shown.is_refused else [],
            [on(card, upload, Verb.UPLOAD)] if open_ else [],
            intake,
            [on(card, "✖️ Cancel and refund", Verb.CANCEL_PLAN)] if record.state is PlanState.WAITING else [],
            [button("← Back", Verb.PLANS, argument=f"{tab}.0"), HOME],
        ),
    )


_VERSIONS_SHOWN = 8


def _version(file: PlanFile, timezone: str) -> str:
    sent = day_of(file.confirmed_at or file.uploaded_at, timezone)
    return f"Version {file.number}: {_file_name(file)}, {_measure(file)}, sent on {sent}"


def _measure(file: PlanFile) -> str:
    pages = "1 page" if file.pages == 1 else f"{file.pages} pages"
    return f"{pages}, {size_words(file.size)}"


def size_words(size: int) -> str:
    """1300000 -> `1.2 MB`."""
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / 1024))} KB"


def ask_file(shown: PlanCard) -> Message:
    """The words `send the PDF` are what everybody waits for here."""
    replaced = (
        " It replaces what you sent before; your client gets it marked as new." if shown.for_client else ""
    )
    return Message(
        text=f"Now send the PDF for <b>{client_name(shown.card)}</b> ({marks(shown.card)}), {safe(shown.card.request.title or '')}, as a file "
        f"(📎), {LIMITS}. Write a note to your client as its caption (up to {NOTE_LIMIT} characters), if you like.{replaced}\nYou see it once more "
        "before anything is sent.",
        rows=rows([on(shown.card, "← Back", Verb.PLAN)]),
    )


def preview(shown: PlanCard, file: PlanFile, note: str | None, png: bytes, sent_as: str) -> Message:
    """The first page, and whose it will be: the last look before it goes out."""
    card = shown.card
    parts = [
        f"For <b>{client_name(card)}</b> – {safe(short(card.request.title or '', _TITLE_LIMIT))}\n{marks(card)}",
        f"{_file_name(file)} · {_measure(file)}",
        f"It will arrive as <i>{safe(short(sent_as, _SENT_AS_LIMIT))}</i>.",
    ]
    if shown.for_client:
        parts.append(f"It becomes version {len(shown.versions) + 1}; the client is told that it is new.")
    last = "It goes out when you press Confirm. To take another file, simply send it."
    if note:
        parts.append(f"Your note: <blockquote>{safe(_what_fits(note, [*parts, last]))}</blockquote>")
    parts.append(last)
    return Message(
        text="\n".join(parts),
        rows=rows(
            [on(card, "✅ Confirm", Verb.CONFIRM_FILE, file.public_id)],
            [on(card, "🗑 Not this one", Verb.DISCARD_FILE, file.public_id)],
            [on(card, "← Back", Verb.PLAN)],
        ),
        file=_first_page(png),
    )


def _what_fits(note: str, beside: Sequence[str]) -> str:
    """Of the note, under the picture: the client gets all of it."""
    said, _ = as_mail("\n".join(beside))
    room = _CAPTION - units(said) - _ROUND_A_NOTE
    if units(note) <= room:
        return note
    return note.encode("utf-16-le")[: 2 * (room - 1)].decode("utf-16-le", "ignore") + "…"


def _file_name(file: PlanFile) -> str:
    return safe(short(file.name, _FILE_NAME_LIMIT))


def _first_page(png: bytes) -> File:
    return File(kind=FileKind.PHOTO, name="first-page.png", mime_type="image/png", content=png)


def whose(file: PlanFile, page: Page[PlanCard], png: bytes | None) -> Message:
    """A PDF out of the blue: those who wait for one."""
    discard = button("🗑 Not for anybody", Verb.DISCARD_FILE, argument=file.public_id)
    picture = _first_page(png) if png else None
    about = f"{_file_name(file)} · {_measure(file)}"
    if not page.total:
        return Message(
            text=f"{about}\nNobody is waiting for a plan, so I have not sent this to anyone. To send a new version of an "
            "older plan, open it under /plans and press Upload.",
            rows=rows([discard], [button("🥗 Sent plans", Verb.PLANS, argument="sent.0")], [HOME]),
            file=picture,
        )
    lines = [[on(shown.card, _label(shown.card), Verb.FILE_FOR, file.public_id)] for shown in page.items]
    return Message(
        text=f"{about}\nWhose plan is this? Nothing is sent before you have confirmed it.{numbered(page)}",
        rows=rows(*lines, pager(page, Verb.WHOSE_FILE, subject=file.public_id), [discard], [HOME]),
        file=picture,
    )


def _label(card: RequestCard) -> str:
    return short(f"{who_on_a_label(card)} – {card.request.title}", _LABEL_LIMIT)


_LABEL_LIMIT = 60


def not_a_pdf(words: str) -> Message:
    return Message(
        text=f"{safe(words)}", rows=rows([button("🥗 Meal plans", Verb.PLANS, argument="waiting.0")], [HOME])
    )


def discarded() -> Message:
    return Message(
        text="Thrown away; nothing was sent.",
        rows=rows([button("🥗 Meal plans", Verb.PLANS, argument="waiting.0")], [HOME]),
    )


def no_files_here() -> Message:
    return Message(
        text="I can't take files from you here, so nothing was passed on. If your dietitian asked you for a document, "
        "send it to them directly.",
        rows=rows([HOME]),
    )


def only_files(what_came: str) -> Message:
    """Something that is no document, while a PDF is awaited or not."""
    return Message(
        text=f"I can only pass on PDFs that are sent as a file (📎); this is a {what_came}. Nothing was sent to anyone.",
        rows=rows([button("🥗 Meal plans", Verb.PLANS, argument="waiting.0")], [HOME]),
    )
