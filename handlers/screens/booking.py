"""The client's way from a request to a paid booking."""

from dataclasses import replace
from datetime import datetime

from domain.model.attendance import CLOSED
from domain.model.booking import Booking, BookingState
from domain.model.message import Message
from domain.model.payment import MoneyOutcome, Payment
from domain.model.request import Origin, RequestState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import clock_time, moment, money, safe
from handlers.screens import mealplans, paying, terms
from handlers.screens import money as money_screens
from handlers.screens.parts import (
    HOME,
    button,
    join,
    on,
    paid_session,
    price,
    rows,
    turn_down,
    what,
    when_both,
)


def request_screen(card: RequestCard, timezone: str, now: datetime) -> Message:
    """The client's request wherever it stands: the one screen that every redraw comes back to."""
    match card.request.state:
        case RequestState.APPROVED:
            return _approved(card, timezone)
        case RequestState.DECLINED:
            return _closed(card, "You declined this request.")
        case RequestState.CANCELLED:
            return _cancelled(card, timezone)
        case RequestState.EXPIRED:
            return _closed(card, "This request has expired.")
        case _:
            return _open(card, timezone, now)


def _open(card: RequestCard, timezone: str, now: datetime) -> Message:
    booking, payment = card.booking, card.payment
    if payment is not None and payment.outcome in {MoneyOutcome.CREDIT, MoneyOutcome.QUARANTINE}:
        return money_screens.waits(card)
    if not card.dietitian.takes_new:
        return _suspended(card)
    if booking is not None and booking.holds_slot_at(now):
        return pay(card, booking, payment, timezone, now)
    if card.request.agreed_at is not None and card.request.kind is ServiceKind.MEAL_PLAN:
        return mealplans.pay(card, payment, now)
    if card.request.agreed_at is not None and card.request.kind is ServiceKind.CONSULTATION:
        return _choose_again(
            card, expired=booking is not None and booking.state is not BookingState.CANCELLED
        )
    return offer(card, timezone)


def _suspended(card: RequestCard) -> Message:
    return Message(
        text=f"⏸ <b>{safe(card.dietitian.name)}</b> takes nothing new at present, so this cannot be gone on with just now.\n"
        f"{what(card.request)}\nNothing was charged, and no time is kept for you; a payment that arrives all the same goes "
        "back to you.",
        rows=rows([turn_down(card)], [button("📨 My requests", Verb.REQUESTS, argument="pending.0"), HOME]),
    )


def offer(card: RequestCard, timezone: str) -> Message:
    """Request received: Approve or Decline."""
    request = card.request
    kind = "meal plan" if request.kind is ServiceKind.MEAL_PLAN else "consultation"
    parts = [f"📨 <b>{safe(card.dietitian.name)}</b> sends you a {kind} request.", what(request)]
    if request.message:
        parts.append(f"<blockquote>{safe(request.message)}</blockquote>")
    if request.kind is ServiceKind.CONSULTATION:
        parts.append("Approve it to choose a day and a time. You pay only after that.")
    else:
        if request.description:
            parts.append(safe(request.description))
        parts.append(
            f"The plan arrives here as a PDF {mealplans.within(card)}. Approve it to see how to pay."
        )
    if request.expires_at is not None:
        parts.append(f"Please answer by {moment(request.expires_at, timezone)}.")
    return Message(
        text="\n".join(parts),
        rows=rows([on(card, "✅ Approve", Verb.APPROVE), on(card, "✖️ Decline", Verb.DECLINE)], [HOME]),
    )


def _choose_again(card: RequestCard, *, expired: bool) -> Message:
    text = "The time that was kept for you has expired. Nothing was charged.\n" if expired else ""
    return Message(
        text=f"{text}{what(card.request)} with <b>{safe(card.dietitian.name)}</b>.\nChoose a day to go on.",
        rows=rows([on(card, "📅 Choose a time", Verb.DAYS, "0")], [turn_down(card)], [HOME]),
    )


def _closed(card: RequestCard, words: str) -> Message:
    return Message(text=f"{words}\n{what(card.request)} · {safe(card.dietitian.name)}", rows=((HOME,),))


def _cancelled(card: RequestCard, timezone: str) -> Message:
    booking = paid_session(card)
    if booking is None:
        own = card.request.origin is Origin.CLIENT
        return _closed(card, "This was cancelled." if own else "This request was cancelled.")
    words = "↩️ Your session was not held." if booking.was_not_held else "✖️ Your session was cancelled."
    return _over(card, booking, words, timezone)


def _over(card: RequestCard, booking: Booking, words: str, timezone: str) -> Message:
    """What became of a session, and the way to it."""
    at = when_both(card, booking, timezone, for_dietitian=False)
    return Message(
        text=f"{words}\n{what(card.request)} with <b>{safe(card.dietitian.name)}</b>\n🗓 {at}",
        rows=rows([on(card, "🔎 Details", Verb.BOOKING)], [HOME]),
    )


def _approved(card: RequestCard, timezone: str) -> Message:
    if card.booking is None:
        return Message(
            text=f"✅ Paid: {what(card.request)}.\n<b>{safe(card.dietitian.name)}</b> is preparing your plan; it "
            "arrives here.",
            rows=rows([button("🥗 Meal plans", Verb.MEAL_PLANS, argument="0")], [HOME]),
        )
    if card.booking.state in CLOSED:
        missed = card.booking.state is BookingState.NO_SHOW
        words = "🚫 This session is noted as a no-show." if missed else "✅ This session took place."
        return _over(card, card.booking, words, timezone)
    link = join(card.booking)
    return Message(
        text=f"✅ Your booking is confirmed.\n{what(card.request)} with <b>{safe(card.dietitian.name)}</b>\n"
        f"{when_both(card, card.booking, timezone, for_dietitian=False)}",
        rows=rows([link] if link else [], [button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME]),
    )


def ask_email(card: RequestCard, timezone: str, *, one_is_known: bool = False) -> Message:
    known = card.request.client_email
    offered = [on(card, f"Use {known}", Verb.USE_EMAIL)] if known else []
    held = f"\n{_held(card.booking, timezone)}" if card.booking else ""
    back = [on(card, "📅 Change time", Verb.DAYS, "0"), on(card, "✖️ Cancel", Verb.RELEASE)]
    if card.request.kind is ServiceKind.MEAL_PLAN:
        back = [turn_down(card), HOME]
    if one_is_known:
        back = [on(card, "← Back", Verb.PAY)]
    return Message(
        text=f"Where should Paystack send your receipt? Type your e-mail, for example "
        f"<i>amina@example.com</i>.{held}",
        rows=rows(offered, back),
    )


def _held(booking: Booking, timezone: str) -> str:
    until = booking.shown_until or booking.hold_until or booking.start
    return f"Kept for you until {clock_time(until, timezone)} ({timezone})."


def pay(
    card: RequestCard, booking: Booking, payment: Payment | None, timezone: str, now: datetime
) -> Message:
    """The summary: what, when, how much, until when, the terms, and Pay."""
    about = [
        f"<b>{safe(card.request.title or '')}</b> with {safe(card.dietitian.name)}",
        f"🗓 {when_both(card, booking, timezone, for_dietitian=False)}",
        f"💳 {price(card.request)}",
        f"⏳ {_held(booking, timezone)}",
        f"<i>{terms.of_booking(booking, now)}</i>",
    ]
    ways_out = [on(card, "📅 Change time", Verb.DAYS, "0"), on(card, "✖️ Cancel", Verb.RELEASE)]
    return paying.summary(card, payment, about, ways_out, kept="; your time stays kept")


def ask_reason(card: RequestCard) -> Message:
    return Message(
        text=f"You are about to decline {safe(card.dietitian.name)}'s request. Type a word about why, or press "
        "Skip to decline without one.",
        rows=rows([on(card, "Skip", Verb.DECLINE_SILENTLY)], [on(card, "← Back", Verb.SHOW)]),
    )


def not_paid_yet(card: RequestCard) -> str:
    """The toast after "I've paid" when Paystack has no money yet."""
    return (
        f"Paystack has not seen {price(card.request)} yet. If you have paid, it can take a few minutes: you will "
        "be told here by itself. Nothing is lost."
    )


def receipt(card: RequestCard, payment: Payment, timezone: str) -> str:
    channel = (payment.channel or "Paystack").replace("_", " ")
    paid = moment(payment.paid_at or payment.created_at, timezone)
    amount = money(payment.arrived, payment.paid_currency or payment.currency)
    return (
        f"<b>Receipt</b>\n{safe(card.request.title or '')}: {amount} by {safe(channel)}\n{paid}\n"
        f"Reference: <code>{payment.reference}</code>"
    )


def pay_refused(card: RequestCard) -> Message:
    session = card.request.kind is ServiceKind.CONSULTATION
    kept = " and your time stays kept as long as it was" if session else ""
    return Message(
        text=f"Paystack would not start the payment of {price(card.request)}. Nothing was charged{kept}. The people who run "
        "this bot have been told; try again in a while.",
        rows=rows([on(card, "🔄 Try again", Verb.PAY)], [on(card, "✏️ Other e-mail", Verb.NEW_EMAIL)], [HOME]),
    )


def released(card: RequestCard) -> Message:
    return Message(
        text=f"Cancelled: the time is free again and nothing was charged.\n{what(card.request)} with "
        f"<b>{safe(card.dietitian.name)}</b> stays open for you.",
        rows=rows([on(card, "📅 Choose a time", Verb.DAYS, "0")], [turn_down(card)], [HOME]),
    )


def after(words: str, screen: Message) -> Message:
    """The same screen below a sentence that says why it is shown."""
    return replace(screen, text=f"{words}\n\n{screen.text}")
