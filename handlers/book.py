"""The client chooses a day and a slot, and pays."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

from domain.errors import CalendarAway, GatewayError, GatewayRefused, MovedOn, NeedsEmail, NotYours, SlotTaken
from domain.model.availability import free_days, slots_of_day
from domain.model.payment import MoneyOutcome
from domain.model.people import Role
from domain.model.service import ServiceKind
from domain.model.settlement import Verdict
from domain.model.step import StepKind
from domain.model.views import RequestCard
from handlers.call import Call, Reply
from handlers.formats import local
from handlers.screens import booking, money
from handlers.screens.slots import CALENDAR_AWAY, choose_day, choose_slot

T = TypeVar("T")
PATIENCE_SECONDS = 1.0


async def days(call: Call) -> Reply:
    return await show_days(call, call.button.subject, call.button.page)


async def show_days(call: Call, public_id: str, number: int, *, toast: str | None = None) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    choices = await call.cases.offer(person=call.person, public_id=public_id)
    counts = free_days(choices.slots, call.person.timezone)
    screen = choose_day(choices.card, counts, number, call.person.timezone, closed=choices.closed)
    return Reply(screen=screen, toast=toast, alert=toast is not None)


async def day(call: Call) -> Reply:
    choices = await call.cases.offer(person=call.person, public_id=call.button.subject)
    chosen = call.button.day
    slots = slots_of_day(choices.slots, call.person.timezone, chosen)
    if not slots:
        return await show_days(
            call, call.button.subject, 0, toast="That day is full now. Here are the days with free times."
        )
    return Reply(screen=choose_slot(choices.card, chosen, slots, call.person.timezone))


async def slot(call: Call) -> Reply:
    press = call.button
    try:
        return await take_slot(call, press.rev)
    except SlotTaken:
        return await _taken(call, press.subject)
    except CalendarAway:
        return await show_days(call, press.subject, 0, toast=CALENDAR_AWAY)


async def take_slot(call: Call, rev: int) -> Reply:
    """Hold it, then make the pay link; the press is answered as soon as the slot is held."""
    press = call.button
    card = await call.cases.hold(
        person=call.person,
        public_id=press.subject,
        rev=rev,
        start=press.instant,
        message_id=call.message_id,
    )
    if not card.request.is_open:  # money that waited has paid for it at once
        return Reply(screen=booking.request_screen(card, call.person.timezone, call.house.clock.now()))
    reply, _ = await asyncio.gather(pay_screen(call, card.request.public_id), call.acknowledge())
    return reply


async def _taken(call: Call, public_id: str) -> Reply:
    """Somebody was first: say so, and show what is free that day, else the days."""
    words = "That time has just been taken. Nothing was charged; here is what is free."
    choices = await call.cases.offer(person=call.person, public_id=public_id)
    zone = call.person.timezone
    chosen = local(call.button.instant, zone).date()
    slots = slots_of_day(choices.slots, zone, chosen)
    if slots:
        screen = choose_slot(choices.card, chosen, slots, zone)
        return Reply(screen=booking.after(words, screen), toast=words, alert=True)
    reply = await show_days(call, public_id, 0, toast=words)
    return replace(reply, screen=booking.after(words, reply.screen) if reply.screen else None)


async def pay_screen(call: Call, public_id: str) -> Reply:
    """The summary with its pay link; asks for the e-mail first where none is known."""
    try:
        card = await _patiently(call, call.cases.start_payment(person=call.person, public_id=public_id))
    except NeedsEmail:
        return await ask_email(call, public_id)
    except GatewayRefused as refused:
        return await _refused(call, public_id, refused)
    return Reply(screen=booking.request_screen(card, call.person.timezone, call.house.clock.now()))


async def _patiently(call: Call, work: Awaitable[T]) -> T:
    """Paystack may take longer than Telegram waits for a press's answer: past a second it is given."""
    working = asyncio.gather(work)
    done, _ = await asyncio.wait([working], timeout=PATIENCE_SECONDS)
    if not done:
        await call.acknowledge()
    return (await working)[0]


async def ask_email(call: Call, public_id: str) -> Reply:
    card = await _unpaid(call, public_id)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.EMAIL, subject=public_id)
    return Reply(
        screen=booking.ask_email(card, call.person.timezone, one_is_known=call.person.email is not None)
    )


async def _refused(call: Call, public_id: str, refused: GatewayRefused) -> Reply:
    if refused.code == "invalid_email_address":
        asked = await ask_email(call, public_id)
        words = "Paystack does not accept that e-mail. Your time stays kept; please type another."
        screen = booking.after(words, asked.screen) if asked.screen else None
        return Reply(screen=screen, toast=words, alert=True)
    return Reply(screen=booking.pay_refused(await own(call, public_id)))


async def own(call: Call, public_id: str) -> RequestCard:
    """The caller's own request; `NotYours` for everybody else."""
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=public_id)
    if role is not Role.CLIENT:
        raise NotYours
    return card


async def _unpaid(call: Call, public_id: str) -> RequestCard:
    """The caller's own request, while there is something to pay for."""
    card = await own(call, public_id)
    held = card.booking is not None and card.booking.holds_slot_at(call.house.clock.now())
    if not card.request.is_open or not (held or card.request.kind is ServiceKind.MEAL_PLAN):
        raise MovedOn
    return card


async def pay(call: Call) -> Reply:
    return await pay_screen(call, call.button.subject)


async def use_email(call: Call) -> Reply:
    """Take the e-mail from the request, after one press."""
    card = await _unpaid(call, call.button.subject)
    if card.request.client_email is None:
        raise MovedOn
    await call.cases.change_profile(person=call.person, email=card.request.client_email)
    return await pay_screen(call, call.button.subject)


async def new_email(call: Call) -> Reply:
    return await ask_email(call, call.button.subject)


async def release(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    card = await call.cases.release(person=call.person, public_id=call.button.subject, rev=call.button.rev)
    screen = booking.released(card)
    return Reply(screen=screen, toast="Cancelled: the time is free again")


async def paid(call: Call) -> Reply:
    """ "I've paid": ask Paystack now, in the way every other sign of a payment does."""
    card = await own(call, call.button.subject)
    if card.payment is None:
        raise MovedOn
    was_paid = card.payment.paid_at is not None
    try:
        settled = await _patiently(call, call.cases.settle(reference=card.payment.reference))
    except GatewayError:
        return Reply(
            toast="Paystack isn't answering just now. Your payment is safe: I keep asking and tell you.",
            alert=True,
        )
    if settled.verdict is Verdict.NOT_PAID or settled.card is None:
        return Reply(toast=booking.not_paid_yet(card), alert=True)
    screen = booking.request_screen(settled.card, call.person.timezone, call.house.clock.now())
    payment = settled.payment
    if payment is None or payment.outcome is not MoneyOutcome.REFUND:
        return Reply(screen=screen)
    refund = await call.cases.look.refund(payment=payment)
    return Reply(screen=screen, toast=money.went_back(payment, refund, before=was_paid), alert=True)
