"""What an admin tells all dietitians: written, looked at, sent, followed."""

from domain.model.broadcast import LONGEST_BROADCAST, Broadcast
from domain.model.message import Message
from domain.model.queue import OutboxState
from domain.model.views import Page
from domain.usecases.broadcast import PAGE_SIZE, Shown
from handlers.callbacks import Verb
from handlers.formats import moment, safe
from handlers.screens.desk import DESK
from handlers.screens.parts import button, numbered, pager, rows, short

_FIRST_WORDS = 60
EXAMPLE = "From Monday on payouts arrive a day later."
_WRITE = button("✏️ Write to all dietitians", Verb.BROADCAST_NEW)
_ALL = button("← Back", Verb.BROADCASTS, argument="0")


def broadcasts(page: Page[Broadcast], timezone: str) -> Message:
    if not page.total:
        text = (
            "<b>Broadcasts</b>\nNothing was sent yet. Write once, and every dietitian has it in their chat."
        )
        return Message(text=text, rows=rows([_WRITE], [DESK]))
    lines, buttons = [f"<b>Broadcasts ({page.total})</b>{numbered(page)}, newest first"], []
    for number, one in enumerate(page.items, page.number * PAGE_SIZE + 1):
        at = moment(one.sent_at or one.created_at, timezone)
        lines.append(f"{number}. {at}\n   {safe(short(one.text, _FIRST_WORDS))}")
        buttons.append(button(str(number), Verb.BROADCAST, one.public_id))
    return Message(text="\n".join(lines), rows=rows(buttons, pager(page, Verb.BROADCASTS), [_WRITE], [DESK]))


def ask() -> Message:
    return Message(
        text=f"What should all dietitians hear? Type it, up to {LONGEST_BROADCAST:,} characters, for example <i>{EXAMPLE}</i> "
        "You see it once more before it goes out.",
        rows=rows([_ALL, DESK]),
    )


def shown(found: Shown, timezone: str) -> Message:
    return _preview(found) if found.broadcast.sent_at is None else _sent(found, timezone)


def _people(number: int) -> str:
    return f"{number} dietitian" if number == 1 else f"{number} dietitians"


def _preview(found: Shown) -> Message:
    one, audience = found.broadcast, found.audience
    parts = [
        f"<b>This goes to {_people(len(audience.people))}</b>",
        f"<blockquote>{safe(one.text)}</blockquote>",
    ]
    if audience.suspended:
        parts.append(f"Left out: {audience.suspended} suspended.")
    if audience.unreachable:
        parts.append(
            f"Cannot be written to: {audience.unreachable} who have not opened the chat, or blocked it."
        )
    send = []
    if audience.people:
        label = f"📣 Yes, send to {_people(len(audience.people))}"
        send = [button(label, Verb.BROADCAST_SEND, one.public_id)]
        parts.append("It cannot be taken back once it is sent.")
    else:
        parts.append("Nobody would get it now. Invite dietitians under Desk → Dietitians.")
    return Message(
        text="\n".join(parts),
        rows=rows(
            send,
            [
                button("✏️ Write it anew", Verb.BROADCAST_NEW),
                button("✖️ Discard", Verb.BROADCAST_DISCARD, one.public_id),
            ],
            [DESK],
        ),
    )


def _sent(found: Shown, timezone: str) -> Message:
    one, progress = found.broadcast, found.progress
    there, due = progress.of(OutboxState.SENT), progress.of(OutboxState.DUE)
    failed, dropped = progress.of(OutboxState.DEAD), progress.of(OutboxState.DROPPED)
    bar = "▓" * (10 * there // max(1, progress.total))
    parts = [
        f"<b>Broadcast</b> of {moment(one.sent_at or one.created_at, timezone)}",
        f"<blockquote>{safe(one.text)}</blockquote>",
        f"{bar:░<10} {there} of {progress.total} have it",
    ]
    parts += [f"On their way: {due}"] if due else []
    parts += [f"Could not be delivered: {failed}, see Failed deliveries"] if failed else []
    parts += [f"Not sent, for they were suspended or left meanwhile: {dropped}"] if dropped else []
    again = button("🔄 Look again", Verb.BROADCAST, one.public_id)
    failures = [button("📮 Failed deliveries", Verb.DESK_FAILED, argument="out.0")] if failed else []
    return Message(text="\n".join(parts), rows=rows([again] if due else [], failures, [_ALL, DESK]))
