"""/admin, Leaving: dietitians who give up their practice, and what is open with their clients."""

from collections.abc import Sequence

from domain.model.erasure import Erasure, ErasureState, Open, OpenThing
from domain.model.message import Button, Message
from domain.model.people import Dietitian
from domain.usecases.leaving import Leaving
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens import terms
from handlers.screens.desk import DESK
from handlers.screens.mealplans import day_of
from handlers.screens.parts import button, client_name, kind_of, numbered, page_of, pager, rows, short, when

ON_A_PAGE = 8
ALL = "all"
_LABEL_LIMIT = 32
LEAVINGS = button("← Back", Verb.LEAVINGS, argument="0")


def everybody(found: Sequence[tuple[Erasure, Dietitian]], number: int) -> Message:
    if not found:
        return Message(text="<b>Leaving</b>\nNobody wants to leave.", rows=rows([DESK]))
    page = page_of(found, number, ON_A_PAGE)
    lines = [
        [button(short(dietitian.name, _LABEL_LIMIT), Verb.LEAVING, str(erasure.id))]
        for erasure, dietitian in page.items
    ]
    return Message(
        text=f"<b>Leaving ({page.total})</b>{numbered(page)}\nThey asked to have their practice and their data deleted. See to "
        "their clients first.",
        rows=rows(*lines, pager(page, Verb.LEAVINGS), [DESK]),
    )


def one(found: Leaving, timezone: str) -> Message:
    parts = [
        f"<b>{safe(found.dietitian.name)}</b> wants to leave",
        _standing(found),
    ]
    if found.own:
        parts.append(
            f"They are a client too, with {found.own} still open there: only they can decide that, with /deletemydata."
        )
    parts += [f"• {_line(thing, timezone)}" for thing in found.things]
    if found.total > len(found.things):
        parts.append(f"… and {found.total - len(found.things)} more.")
    return Message(text="\n".join(parts), rows=rows(*_actions(found), [LEAVINGS, DESK]))


def _standing(found: Leaving) -> str:
    if not found.total:
        return "Nothing is open with their clients."
    kept = found.erasure.state is ErasureState.WAITING
    words = " They are kept; the deletion is done right after the last of them." if kept else ""
    return f"Open with their clients, paid: {found.total}.{words}"


def _line(thing: OpenThing, timezone: str) -> str:
    who = client_name(thing.card)
    if thing.kind is Open.PLAN and thing.plan is not None:
        return f"{who}: meal plan, promised by {day_of(thing.plan.promised_at, timezone)}"
    if thing.card.booking is not None:
        return f"{who}: {when(thing.card.booking, timezone)}"
    return who


def _actions(found: Leaving) -> list[list[Button]]:
    subject = str(found.erasure.id)
    if not found.total:
        if found.own:
            return []
        return [[button("🗑 Delete the practice", Verb.LEAVE_ERASE, subject)]]
    each = [
        [
            button(
                f"✖️ Cancel: {short(_plain_name(thing), _LABEL_LIMIT)}",
                Verb.LEAVE_CANCEL,
                subject,
                thing.card.request.public_id,
            )
        ]
        for thing in found.things
    ]
    several = [[button(f"✖️ Cancel all {found.total}", Verb.LEAVE_CANCEL, subject, ALL)]]
    kept = found.erasure.state is ErasureState.WAITING
    keep = [] if kept else [[button("⏳ Keep until done", Verb.LEAVE_KEEP, subject)]]
    return [*each, *(several if found.total > 1 else []), *keep]


def _plain_name(thing: OpenThing) -> str:
    card = thing.card
    return card.request.client_name or (card.client.name if card.client else "") or "client"


_BEGINS = "Nothing new can be booked with them from then on, and their clients are told that they leave."


def cancel_sure(found: Leaving, request: str) -> Message:
    """Everything, or the one request."""
    chosen = [thing for thing in found.things if thing.card.request.public_id == request]
    if chosen:
        card = chosen[0].card
        words = f"Cancel this {kind_of(card.request)} with {client_name(card)}? They get all of it back: {terms.all_of_it(card)}."
    else:
        words = f"Cancel all {found.total}? Each client gets all of it back."
    return _question(
        found,
        f"{words} They are told. This cannot be undone.\n{_BEGINS}",
        "✖️ Yes, cancel",
        Verb.LEAVE_CANCEL_SURE,
        request,
    )


def keep_sure(found: Leaving) -> Message:
    words = f"Keep all {found.total} until they are done? Right after the last, everything is deleted by itself.\n{_BEGINS}"
    return _question(found, words, "⏳ Yes, keep them", Verb.LEAVE_KEEP_SURE)


def erase_sure(found: Leaving) -> Message:
    words = (
        f"Delete the practice of <b>{safe(found.dietitian.name)}</b> and all that is held about them? Payments stay without "
        f"them, and their clients keep the meal plans they got. This cannot be undone.\n{_BEGINS}"
    )
    return _question(found, words, "🗑 Confirm: Delete", Verb.LEAVE_ERASE_SURE)


def _question(found: Leaving, words: str, label: str, verb: Verb, argument: str = "") -> Message:
    subject = str(found.erasure.id)
    return Message(
        text=words,
        rows=rows(
            [button("← Back", Verb.LEAVING, subject)],
            [button(label, verb, subject, argument, found.erasure.rev)],
        ),
    )


def erased() -> Message:
    return Message(
        text="🗑 The practice and all that was held about the dietitian are deleted. They are told.",
        rows=rows([LEAVINGS, DESK]),
    )
