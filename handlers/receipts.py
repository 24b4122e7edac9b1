"""A receipt by e-mail: what was paid or given back, without what it was called."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from domain.model.payment import Payment
from domain.model.people import Person
from domain.model.plan import Plan
from domain.model.refund import WORKING_DAYS, Refund
from domain.model.views import RequestCard
from handlers.formats import money, plain_moment, straight
from handlers.letters import Letter
from handlers.screens import terms
from handlers.screens.parts import kind_of, short, when

_NAME_LIMIT = 80
_SWITCH = "You asked for receipts by e-mail; /settings in the chat turns them off."


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """The records of a payment as they stand now. `refund`: only where the receipt is of that."""

    card: RequestCard
    payer: Person
    payment: Payment
    plan: Plan | None
    refund: Refund | None
    timezone: str
    now: datetime


def receipt_letter(paid: Paid) -> Letter:
    dietitian = short(straight(paid.card.dietitian.name), _NAME_LIMIT)
    of_what = "refund" if paid.refund is not None else "receipt"
    lines = _of_refund(paid, paid.refund) if paid.refund is not None else _of_payment(paid)
    lines = [("From" if paid.refund else "To", dietitian), ("For", _item(paid)), *lines]
    title = f"Your {of_what} from {dietitian}"
    text = "\n".join(f"{name}: {value}" for name, value in lines)
    table = "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>\n" for name, value in lines)
    return Letter(
        subject=title,
        text=f"{title}\n\n{text}\n\n{_SWITCH}\n",
        html=f"<p><b>{escape(title)}</b></p>\n<table>\n{table}</table>\n<p>{_SWITCH}</p>\n",
    )


def _item(paid: Paid) -> str:
    """`consultation, Thursday 3 December 2026, 15:30–16:15 (Africa/Lagos)`."""
    booking = paid.card.booking
    at = f", {when(booking, paid.timezone)}" if booking is not None else ""
    return f"{kind_of(paid.card.request)}{at}"


def _amount(payment: Payment) -> str:
    return money(payment.arrived, payment.paid_currency or payment.currency)


def _paid(paid: Paid) -> list[tuple[str, str]]:
    payment = paid.payment
    at = plain_moment(payment.paid_at or payment.created_at, paid.timezone)
    by = (payment.channel or "Paystack").replace("_", " ")
    return [("Paid by", by), ("Paid at", at), ("Reference", payment.reference)]


def _of_payment(paid: Paid) -> list[tuple[str, str]]:
    policy = ""
    if paid.plan is not None:
        policy = terms.of_plan(paid.plan, paid.now)
    elif paid.card.booking is not None:
        policy = terms.of_booking(paid.card.booking, paid.now)
    return [("Amount", _amount(paid.payment)), *_paid(paid), ("Refunds", policy)]


def _of_refund(paid: Paid, refund: Refund) -> list[tuple[str, str]]:
    back = f"{money(refund.amount, refund.currency)} of {_amount(paid.payment)}"
    at = plain_moment(refund.changed_at, paid.timezone)
    return [
        ("Given back", back),
        ("Given back at", at),
        *_paid(paid),
        ("On your account", f"within {WORKING_DAYS}"),
    ]
