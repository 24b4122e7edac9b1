"""The client's requests, a page at a time."""

from datetime import datetime

from domain.model.message import Button, Message
from domain.model.request import Origin, RequestState
from domain.model.service import ServiceKind
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import (
    HOME,
    button,
    credit_waits,
    numbered,
    on,
    pager,
    paid_session,
    rows,
    stands,
    turn_down,
    what,
)

STATES = {
    "pending": (RequestState.DRAFT, RequestState.PENDING),  # a client's own draft: begun, not paid
    "approved": (RequestState.APPROVED,),
    "declined": (RequestState.DECLINED,),
    "closed": (RequestState.CANCELLED, RequestState.EXPIRED),
}


def requests_list(page: Page[RequestCard], state: str, now: datetime) -> Message:
    """The client's requests in one state: pending ones with what can be done, others with the way to them."""
    tabs = [
        button(f"• {name.title()}" if name == state else name.title(), Verb.REQUESTS, argument=f"{name}.0")
        for name in STATES
    ]
    if not page.total:
        return _no_requests(state, tabs)
    title = "" if state == "pending" else f" · {state}"
    text, lines = [f"<b>Your requests{title} ({page.total})</b>{numbered(page)}"], []
    for number, card in enumerate(page.items, page.number * 5 + 1):
        name = safe(card.dietitian.name)
        text.append(f"{number}. <b>{name}</b> – {what(card.request)}\n   {_client_stands(card, now)}")
        mark = f" {number}" if page.total > 1 else ""
        if state == "pending":
            lines.append([_go(card, mark), turn_down(card, mark)])
    if state != "pending":
        lines.append(ways(page, by_dietitian=False))
    return Message(
        text="\n".join(text),
        rows=rows(*lines, pager(page, Verb.REQUESTS, prefix=f"{state}."), tabs, [HOME]),
    )


def _no_requests(state: str, tabs: list[Button]) -> Message:
    words = "None here."
    if state == "pending":
        words = (
            "None is waiting for you. When a dietitian sends you one, it arrives here. You can also begin by "
            "yourself: /book a consultation or /buy a meal plan."
        )
    return Message(
        text=f"<b>Your requests · {state}</b>\n{words}",
        rows=rows(tabs, [button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME]),
    )


def _go(card: RequestCard, mark: str) -> Button:
    if card.request.agreed_at is not None:
        return on(card, f"▶️ Continue{mark}", Verb.SHOW)
    return on(card, f"✅ Approve{mark}", Verb.APPROVE)


def ways(page: Page[RequestCard], *, by_dietitian: bool) -> list[Button]:
    """A numbered button each: to the session or the plan that it became, else to the request."""
    plan = Verb.PLAN if by_dietitian else Verb.MEAL_PLAN
    return [
        on(card, f"{number}", _becomes(card, plan))
        for number, card in enumerate(page.items, page.number * 5 + 1)
    ]


def _becomes(card: RequestCard, plan: Verb) -> Verb:
    if paid_session(card) is not None:
        return Verb.BOOKING
    bought = card.request.state is RequestState.APPROVED and card.request.kind is ServiceKind.MEAL_PLAN
    return plan if bought else Verb.SHOW


def _client_stands(card: RequestCard, now: datetime) -> str:
    request = card.request
    if request.is_open and credit_waits(card):
        return "your payment waits: another time or a refund, as you choose"
    if request.is_open and request.agreed_at is None:
        return "waiting for your answer"
    if request.is_open and card.booking is not None and card.booking.holds_slot_at(now):
        return "a time is held for you; not paid yet"
    if request.is_open and request.origin is Origin.CLIENT:
        return "you began this; not paid yet"
    if request.is_open:
        return f"you approved it; {'not paid yet' if request.kind is ServiceKind.MEAL_PLAN else 'no time chosen yet'}"
    return stands(card, now)


def cancel_sure(card: RequestCard) -> Message:
    """Of what the client began by themselves and has not paid."""
    money = " The money you paid is refunded." if credit_waits(card) else ""
    session = card.request.kind is ServiceKind.CONSULTATION
    held = " If a time is kept for you, it becomes free again." if session else ""
    return Message(
        text=f"Cancel this? {what(card.request)} with <b>{safe(card.dietitian.name)}</b>\nNothing was booked yet.{money}{held} You "
        "can begin anew at any time.",
        rows=rows([on(card, "← Back", Verb.SHOW)], [on(card, "✖️ Yes, cancel it", Verb.DECLINE_SILENTLY)]),
    )
