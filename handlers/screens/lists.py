"""The client's requests and either side's booked sessions, a page at a time."""

from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.message import Button, Message
from domain.model.payment import MoneyOutcome
from domain.model.request import Origin, RequestState
from domain.model.service import ServiceKind
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb
from handlers.formats import clock_time, safe
from handlers.screens.parts import (
    HOME,
    actions,
    button,
    numbered,
    on,
    pager,
    rows,
    stands,
    turn_down,
    what,
    when,
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
    if card.request.state is not RequestState.APPROVED:
        return Verb.SHOW
    if card.request.kind is ServiceKind.MEAL_PLAN:
        return plan
    return Verb.SHOW if card.booking is None else Verb.BOOKING


def _client_stands(card: RequestCard, now: datetime) -> str:
    request = card.request
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
    waits = card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT
    money = " The money you paid is refunded." if waits else ""
    session = card.request.kind is ServiceKind.CONSULTATION
    held = " If a time is kept for you, it becomes free again." if session else ""
    return Message(
        text=f"Cancel this? {what(card.request)} with <b>{safe(card.dietitian.name)}</b>\nNothing was booked yet.{money}{held} You "
        "can begin anew at any time.",
        rows=rows([on(card, "← Back", Verb.SHOW)], [on(card, "✖️ Yes, cancel it", Verb.DECLINE_SILENTLY)]),
    )


def upcoming(page: Page[RequestCard], timezone: str, *, for_dietitian: bool) -> Message:
    """Booked sessions, soonest first, each with its buttons."""
    verb = Verb.AGENDA if for_dietitian else Verb.UPCOMING
    if not page.total:
        go = (
            button("➕ New request", Verb.COMPOSE)
            if for_dietitian
            else button("📨 My requests", Verb.REQUESTS, argument="pending.0")
        )
        return Message(text="<b>Upcoming</b>\nNo session is booked.", rows=rows([go, HOME]))
    text = [f"<b>Upcoming ({page.total})</b>{numbered(page)}"]
    lines: list[list[Button]] = []
    for number, card in enumerate(page.items, page.number * 5 + 1):
        if card.booking is None:
            continue
        text.append(_upcoming_line(card, card.booking, number, timezone, for_dietitian=for_dietitian))
        mark = f" {number}" if page.total > 1 else ""
        if card.booking.state is BookingState.CONFIRMED:
            details = [on(card, f"🔎 Details{mark}", Verb.BOOKING)]
            lines.extend(_compact([*actions(card, card.booking, mark), details], wide=page.total == 1))
        elif not for_dietitian:
            lines.append([on(card, f"▶️ Continue{mark}", Verb.SHOW)])
    return Message(text="\n".join(text), rows=rows(*lines, pager(page, verb), [HOME]))


def _compact(lines: list[list[Button]], *, wide: bool) -> list[list[Button]]:
    """In a longer list the buttons of one session share a row."""
    return lines if wide else [[button for line in lines for button in line]]


def _upcoming_line(
    card: RequestCard, booking: Booking, number: int, timezone: str, *, for_dietitian: bool
) -> str:
    other = card.request.client_name or (card.client.name if card.client else "")
    name = safe(other if for_dietitian else card.dietitian.name)
    state = "confirmed" if booking.state is BookingState.CONFIRMED else _waiting(booking, timezone)
    missing = "" if booking.meeting_url or booking.state is BookingState.PENDING else "\n   link follows"
    asked = (
        "\n   🔁 asked to move"
        if booking.is_asked_to_move and booking.state is BookingState.CONFIRMED
        else ""
    )
    title = safe(card.request.title or "")
    return f"{number}. <b>{when(booking, timezone)}</b>\n   {title} with {name} – {state}{missing}{asked}"


def _waiting(booking: Booking, timezone: str) -> str:
    return (
        f"held until {clock_time(booking.shown_until or booking.start, timezone)} ({timezone}), not paid yet"
    )
