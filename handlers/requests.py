"""The client's requests: the list, one of them, Approve, Decline."""

from contextlib import suppress

from domain.errors import Blocked, MovedOn
from domain.model.people import Role
from domain.model.request import Origin, RequestState
from domain.model.service import ServiceKind
from domain.model.step import StepKind
from domain.model.views import RequestCard
from domain.usecases.answer_request import REASON_LIMIT
from handlers.book import pay_screen, show_days
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import as_sent, resume
from handlers.screens import booking, compose, lists, waiting_list
from handlers.typed_offers import paragraphs

_REASON_EXAMPLE = "I am away that month."


async def list_requests(call: Call) -> Reply:
    """/requests: a dietitian's own, or a client's; the argument is `state.page`, on older buttons the page alone."""
    now = call.house.clock.now()
    if call.dietitian is not None and call.press is None:
        page = await call.cases.look.requests_of_dietitian(
            dietitian=call.dietitian, states=compose.STATES["pending"], number=0
        )
        return Reply(screen=compose.sent_list(page, "pending", now))
    state, number = _tab(call)
    page = await call.cases.look.requests_of_client(
        person=call.person, states=lists.STATES[state], number=number
    )
    return Reply(screen=lists.requests_list(page, state, now))


def _tab(call: Call) -> tuple[str, int]:
    if call.press is None:
        return "pending", 0
    state, _, number = call.press.argument.partition(".")
    if state in lists.STATES:
        return state, number_in(number) or 0
    return "pending", call.press.page


async def show(call: Call) -> Reply:
    """A request as whoever looks may see it."""
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    if role is Role.DIETITIAN and card.request.state is RequestState.DRAFT:
        return await resume(call, card)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    if role is Role.DIETITIAN:
        return Reply(screen=as_sent(call, card))
    return await where_it_stands(call, card)


async def where_it_stands(call: Call, card: RequestCard) -> Reply:
    """A held time or an agreed plan without a pay link goes on where it stopped: at the e-mail, or the link."""
    now = call.house.clock.now()
    payment = card.payment
    linkless = payment is None or payment.authorization_url is None or payment.paid_at is not None
    held = card.booking is not None and card.booking.holds_slot_at(now)
    agreed_plan = card.request.kind is ServiceKind.MEAL_PLAN and card.request.agreed_at is not None
    if card.request.is_open and (held or agreed_plan) and linkless and card.dietitian.takes_new:
        with suppress(MovedOn, Blocked):  # it lapsed or was paid at this moment: shown as it stands
            return await pay_screen(call, card.request.public_id)
    screen = booking.request_screen(card, call.person.timezone, now)
    if card.request.is_open and card.request.agreed_at is not None and not held:
        screen = waiting_list.noted(screen, card, await call.cases.waiting.of(card=card))
    return Reply(screen=screen)


async def approve(call: Call) -> Reply:
    return await go_on(call, await call.cases.approve(person=call.person, public_id=call.button.subject))


async def go_on(call: Call, card: RequestCard) -> Reply:
    """What comes once it is agreed to: a plan is paid for, a session needs a time first."""
    if card.request.kind is ServiceKind.MEAL_PLAN:
        return await pay_screen(call, card.request.public_id)
    if card.booking is not None and card.booking.holds_slot_at(call.house.clock.now()):
        return await where_it_stands(call, card)
    return await show_days(call, card.request.public_id, 0)


async def decline(call: Call) -> Reply:
    """Asks for a reason first; a typed one or Skip declines. What they began themselves needs none."""
    card = await _to_decline(call, call.button.subject)
    if card.request.origin is Origin.CLIENT:
        await call.cases.ask.take_back(telegram_id=call.telegram_id)
        return Reply(screen=lists.cancel_sure(card))
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.DECLINE_REASON, subject=card.request.public_id
    )
    return Reply(screen=booking.ask_reason(card))


async def _to_decline(call: Call, public_id: str) -> RequestCard:
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=public_id)
    if role is not Role.CLIENT or not card.request.is_open:
        raise MovedOn
    return card


async def ask_reason_again(call: Call, subject: str) -> Reply:
    return Reply(screen=booking.ask_reason(await _to_decline(call, subject)))


async def decline_silently(call: Call) -> Reply:
    return await _declined(call, call.button.subject, None)


async def decline_with_reason(call: Call, subject: str) -> Reply:
    reason = paragraphs(call.text, longest=REASON_LIMIT, example=_REASON_EXAMPLE)
    return await _declined(call, subject, reason)


async def _declined(call: Call, public_id: str, reason: str | None) -> Reply:
    card = await call.cases.decline(person=call.person, public_id=public_id, reason=reason)
    return Reply(
        screen=booking.request_screen(card, call.person.timezone, call.house.clock.now()),
        toast="Cancelled" if card.request.origin is Origin.CLIENT else "Declined",
    )
