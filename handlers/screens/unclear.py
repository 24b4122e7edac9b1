"""Sessions whose end an admin decides."""

from datetime import datetime

from domain.model.attendance import can_be_held
from domain.model.booking import Booking
from domain.model.message import Message
from domain.model.people import Role
from domain.model.views import Page, RequestCard
from domain.usecases.session_card import Beside
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens import terms
from handlers.screens.attend import evidence
from handlers.screens.desk import DESK
from handlers.screens.parts import button, client_name, ended, kind_of, numbered, on, pager, price, rows, when

HELD, MISSED, ABSENT = "held", "missed", "absent"
VERDICTS = {
    HELD: "✅ It took place",
    MISSED: "🚫 The client did not come",
    ABSENT: "↩️ The dietitian was not there",
}
_FOLLOWS = {
    HELD: "It counts as completed; nothing is refunded, and the client is asked how it was.",
    MISSED: "It counts as a no-show; nothing is refunded, and the client is told.",
    ABSENT: "Both are told, and the client gets all of it back: {all}. This cannot be undone.",
}


def _who(card: RequestCard) -> str:
    return f"{client_name(card)} with {safe(card.dietitian.name)}"


def sessions(page: Page[RequestCard], timezone: str) -> Message:
    if not page.total:
        return Message(text="<b>Unclear sessions</b>\nNothing waits for you.", rows=rows([DESK]))
    lines, buttons = [f"<b>Unclear sessions ({page.total})</b>{numbered(page)}, oldest first"], []
    for number, card in enumerate(page.items, page.number * 5 + 1):
        if card.booking is not None:
            lines.append(f"{number}. {_who(card)}\n   {when(card.booking, timezone)}")
            buttons.append(on(card, str(number), Verb.DESK_SESSION))
    return Message(text="\n".join(lines), rows=rows(buttons, pager(page, Verb.DESK_SESSIONS), [DESK]))


def session(card: RequestCard, booking: Booking, beside: Beside, timezone: str, now: datetime) -> Message:
    lines = [
        f"<b>{_who(card)}</b>: {kind_of(card.request)} · {price(card.request)}",
        f"🗓 {when(booking, timezone)}",
        f"Now: {ended(booking)}",
        "Tapped:",
        *evidence(card, beside.attendances, Role.ADMIN, timezone),
    ]
    ways = [[on(card, words, Verb.DESK_SESSION_SURE, verdict)] for verdict, words in VERDICTS.items()]
    return Message(
        text="\n".join(lines),
        rows=rows(
            *(ways if can_be_held(booking, now) else []),
            [button("← Back", Verb.DESK_SESSIONS, argument="0"), DESK],
        ),
    )


def sure(card: RequestCard, booking: Booking, verdict: str, timezone: str) -> Message:
    follows = _FOLLOWS[verdict].format(all=terms.all_of_it(card))
    return Message(
        text=f"{VERDICTS[verdict]}?\n{_who(card)}\n🗓 {when(booking, timezone)}\n{follows}",
        rows=rows(
            [on(card, "← Back", Verb.DESK_SESSION)],
            [on(card, "✅ Yes", Verb.DESK_SESSION_END, verdict)],
        ),
    )
