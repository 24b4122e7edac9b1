"""What an arrived payment becomes. Pure: facts in, a verdict out."""

from enum import StrEnum

from domain.model.booking import Booking, BookingState
from domain.model.charge import Charge, ChargeStatus
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.request import Request, RequestState
from domain.model.service import ServiceKind


class Verdict(StrEnum):
    NOT_PAID = "not_paid"  # keep watching
    REVERSED = "reversed"  # the money went back: never a reason to give value
    ALREADY_SETTLED = "already_settled"
    MISMATCH = "mismatch"  # paid, but not what was asked for
    SURPLUS = "surplus"  # the request is paid for already, or its money waits for another time
    NOTHING_LEFT = "nothing_left"  # declined, cancelled or expired meanwhile, or the dietitian was suspended
    SLOT_GONE = "slot_gone"  # paid too late: somebody else has the slot
    VALUE = "value"


OUTCOMES = {
    Verdict.MISMATCH: MoneyOutcome.QUARANTINE,
    Verdict.SURPLUS: MoneyOutcome.REFUND,
    Verdict.NOTHING_LEFT: MoneyOutcome.REFUND,
    Verdict.SLOT_GONE: MoneyOutcome.CREDIT,
    Verdict.VALUE: MoneyOutcome.VALUE,
}


def judge_charge(payment: Payment, charge: Charge) -> Verdict:
    """Whether the money for this attempt is there, and is what was asked for (VALUE), before any booking.

    `amount` may be more than we asked by exactly the fees where the customer bears them: then
    `requested_amount` is ours (Paystack docs, verify payments, the sample with requested_amount).
    """
    if payment.state is PaymentState.SUCCEEDED:
        return Verdict.ALREADY_SETTLED
    if charge.status in {ChargeStatus.REVERSED, ChargeStatus.REVERSAL_PENDING}:
        return Verdict.REVERSED
    if charge.status is not ChargeStatus.SUCCESS:
        return Verdict.NOT_PAID
    if charge.reference != payment.reference or charge.currency != payment.currency:
        return Verdict.MISMATCH
    if charge.domain != payment.domain or not _covers(payment, charge):
        return Verdict.MISMATCH
    return Verdict.VALUE


def _covers(payment: Payment, charge: Charge) -> bool:
    if charge.amount == payment.amount:
        return True
    return charge.requested_amount == payment.amount and charge.amount == payment.amount + (charge.fees or 0)


def judge_value(
    request: Request,
    booking: Booking | None,
    *,
    slot_free: bool,
    credit_waits: bool = False,
    suspended: bool = False,
) -> Verdict:
    """What good money buys now. `slot_free`: whether the booking's slot could still be taken by it.

    `credit_waits`: the request was paid for before, too late; that money, not this, buys another time.
    `suspended`: the dietitian takes nothing new, so that this buys nothing however open the request is.
    """
    if request.state is RequestState.APPROVED or (request.is_open and credit_waits):
        return Verdict.SURPLUS
    if not request.is_open or suspended:
        return Verdict.NOTHING_LEFT
    if request.kind is ServiceKind.MEAL_PLAN:
        return Verdict.VALUE
    if booking is None or booking.state is BookingState.CANCELLED:
        return Verdict.NOTHING_LEFT
    return Verdict.VALUE if slot_free else Verdict.SLOT_GONE
