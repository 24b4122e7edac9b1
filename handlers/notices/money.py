"""Money that waits, goes back, or needs a person."""

from dataclasses import replace

from domain.model.message import Message
from domain.model.payment import MoneyOutcome, Payment
from domain.model.views import RequestCard
from domain.usecases.change_booking import ASKED_TO_MOVE
from handlers.callbacks import Verb
from handlers.formats import moment, money, safe
from handlers.notices.facts import Facts
from handlers.screens import money as money_screens
from handlers.screens.parts import HOME, button, client_name, kind_of, on, price, rows, what


def money_safe(facts: Facts, card: RequestCard) -> Message | None:
    """Of that payment; not once it bought something after all."""
    payment = facts.payment
    if payment is None or payment.outcome is MoneyOutcome.VALUE:
        return None
    return money_screens.waits(replace(card, payment=payment))


def money_needs_person(facts: Facts, card: RequestCard) -> Message | None:
    payment = facts.payment
    if payment is None or payment.outcome is MoneyOutcome.VALUE:
        return None
    amount, at = money_screens.amount_paid(payment), payment.paid_at or facts.now
    next_step = {
        MoneyOutcome.CREDIT: "The client is asked to choose another time or a refund.",
        MoneyOutcome.REFUND: "It is being refunded by itself.",
    }.get(payment.outcome or MoneyOutcome.QUARANTINE, "An admin decides about it.")
    # what a client began and never came to have is not the dietitian's to open
    seen = [] if card.role_of(card.dietitian.telegram_id) is None else [on(card, "Open", Verb.SHOW)]
    return Message(
        text=f"⚠️ {amount} arrived from {client_name(card)}, {moment(at, facts.timezone)}, and could not be given "
        f"value ({safe(_reason(payment.outcome_reason or ''))}). Nothing was booked for it. {next_step}",
        rows=rows([*seen, HOME]),
    )


def _amount(facts: Facts) -> str:
    detail = facts.notice.detail
    return money(int(detail["amount"]), detail["currency"])


def refund_started(facts: Facts, card: RequestCard) -> Message | None:
    reason = _reason(facts.notice.detail.get("why", ""))
    return Message(
        text=f"{money_screens.started(_amount(facts), reason)}\n{what(card.request)}", rows=((HOME,),)
    )


_REASONS = {
    "surplus": "it was paid for already",
    "nothing_left": "there was nothing left to pay for",
    "slot_gone": "the time was taken",
    "mismatch": "it is not what was asked for",
    "cancelled": "you cancelled",
    "declined": "you declined",
    "withdrawn": "your dietitian cancelled the request",
    "asked for a refund": "you asked for it",
    "no answer within a week": "you did not choose another time within a week",
    "cancelled by the client": "you cancelled",
    ASKED_TO_MOVE: "your dietitian can't be there",
    "cancelled by the dietitian": "your dietitian cancelled",
    "cancelled by an admin": "the practice is being closed",
    "the dietitian was not there": "your dietitian was not there",
}


def _reason(why: str) -> str:
    return _REASONS.get(why, why.replace("_", " "))


def refund_processed(facts: Facts, _: RequestCard) -> Message | None:
    return Message(text=money_screens.processed(_amount(facts)), rows=((HOME,),))


def refund_failed(facts: Facts, _: RequestCard) -> Message | None:
    return Message(text=money_screens.failed(_amount(facts)), rows=((HOME,),))


def refund_needs_account(facts: Facts, _: RequestCard) -> Message | None:
    return money_screens.needs_account(_amount(facts), facts.notice.detail["refund"])


_CODES = {
    "surplus": "it was paid for already, so it goes back",
    "nothing_left": "what it was for had ended, so it goes back",
    "slot_gone": "the time was taken; the client chooses another or a refund",
}


def alert(detail: dict[str, str], payment: Payment | None, card: RequestCard | None) -> Message:
    """To the admins. Of a payment: whose, how much, and the way to its card on the desk."""
    lines = [f"🛠 <b>{safe(detail.get('what', 'Attention'))}</b>"]
    lines += [
        f"{safe(name)}: {safe(_CODES.get(value, value))}" for name, value in detail.items() if name != "what"
    ]
    if payment is None or card is None:
        return Message(text="\n".join(lines))
    arrived = money(payment.paid_amount or 0, payment.paid_currency or payment.currency)
    lines += [
        f"{client_name(card)} → {safe(card.dietitian.name)}: {kind_of(card.request)} · {price(card.request)}",
        f"Asked for: {money(payment.amount, payment.currency)} ({payment.domain})",
        f"Arrived: {arrived} ({safe(payment.paid_domain or 'not yet')})",
        f"Reference: <code>{payment.reference}</code>",
    ]
    return Message(
        text="\n".join(lines), rows=rows([button("💰 Open", Verb.DESK_PAYMENT, payment.reference)])
    )
