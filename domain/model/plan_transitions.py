"""What can happen to a meal plan, and to its request and payment: every state with every event, like `transitions`."""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial

from domain.model.cells import NO, STAYS, Cell, Money, row, stays, to
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.plan import PlanState
from domain.model.request import RequestState
from domain.model.transitions import PaymentAt, RequestAt

REQUEST_COLUMNS: tuple[RequestAt, ...] = tuple(
    at for at in RequestAt if at not in {RequestAt.WAITING, RequestAt.OWN_WAITING}
)
PAYMENT_COLUMNS: tuple[PaymentAt, ...] = tuple(at for at in PaymentAt if at is not PaymentAt.CREDIT)
"""A plan takes no time that somebody else could have: its money never waits."""


class PlanEvent(StrEnum):
    UPLOADED = "a PDF is uploaded"
    REPLACED = "an upload is confirmed after another took its place"
    CONFIRMED = "a PDF is confirmed"
    CONFIRMED_TWICE = "two versions are confirmed, and the older one arrives"
    ARRIVES = "what was confirmed arrives"
    MAILED = "the chat is closed, and it goes by e-mail"
    REFUSED = "Telegram refuses it for good"
    UNREACHED = "the chat is closed, and there is no e-mail"
    COMES_BACK = "the client closes the chat and comes back"
    WANTED_AGAIN = "the client asks for it again"
    DAY_PASSES = "the promised day passes"
    CLIENT_CANCELS = "the client cancels in time"
    CLIENT_CANCELS_LATE = "the client cancels late"
    CLIENT_CANCELS_OVERDUE = "the client cancels after the promised day"
    DIETITIAN_CANCELS = "the dietitian cancels"
    PAID = "it is paid once more"


class PlanRequestEvent(StrEnum):
    AGREES = "the client approves"
    DECLINES = "the client declines"
    WITHDRAWS = "the dietitian withdraws it"
    EXPIRES = "the time to answer is over"
    PAID = "what was asked for is paid"
    WRONG = "something else is paid"
    CONFIRMED = "the dietitian confirms a PDF"
    CLIENT_CANCELS = "the client cancels the plan in time"
    CLIENT_CANCELS_LATE = "the client cancels the plan late"
    CLIENT_CANCELS_OVERDUE = "the client cancels the plan after the promised day"
    DIETITIAN_CANCELS = "the dietitian cancels the plan"


class PlanPaymentEvent(StrEnum):
    PAID = "Paystack says: paid, what was asked for"
    WRONG = "Paystack says: paid, something else"
    IN_VAIN = "Paystack says: paid, after the request was withdrawn"
    WEEK = "a week passes"
    CLIENT_CANCELS = "the client cancels the plan in time"
    CLIENT_CANCELS_LATE = "the client cancels the plan late"
    CLIENT_CANCELS_OVERDUE = "the client cancels the plan after the promised day"
    DIETITIAN_CANCELS = "the dietitian cancels the plan"


_plan_row, _request_row = partial(row, PlanState), partial(row, REQUEST_COLUMNS)
_payment_row = partial(row, PAYMENT_COLUMNS)


def _cancelled(money: Money) -> dict[PlanState, Cell]:
    """Once a PDF is confirmed the work is done."""
    return _plan_row(NO, waiting=to(PlanState.CANCELLED, money))


def _unpaid(cell: Cell, otherwise: Cell, **more: Cell) -> dict[PaymentAt, Cell]:
    """The same for every attempt whose money has not come."""
    return _payment_row(otherwise, created=cell, open=cell, linkless=cell, refused=cell, closed=cell, **more)


_ALL_BACK = _payment_row(NO, value=to(MoneyOutcome.REFUND, Money.VALUE_RETURNS), refund=STAYS, failed=STAYS)

PLAN: Mapping[PlanEvent, Mapping[PlanState, Cell]] = {
    PlanEvent.UPLOADED: _plan_row(STAYS, cancelled=NO),
    PlanEvent.REPLACED: _plan_row(NO),
    PlanEvent.CONFIRMED: _plan_row(
        STAYS, waiting=to(PlanState.SENT), received=to(PlanState.SENT), cancelled=NO
    ),
    PlanEvent.CONFIRMED_TWICE: _plan_row(
        STAYS, waiting=to(PlanState.SENT), received=to(PlanState.SENT), cancelled=NO
    ),
    PlanEvent.ARRIVES: _plan_row(STAYS, sent=to(PlanState.RECEIVED)),
    PlanEvent.MAILED: _plan_row(STAYS, sent=to(PlanState.RECEIVED)),
    PlanEvent.REFUSED: _plan_row(STAYS, sent=to(PlanState.WAITING)),
    PlanEvent.UNREACHED: _plan_row(STAYS),
    PlanEvent.COMES_BACK: _plan_row(STAYS, sent=to(PlanState.RECEIVED)),
    PlanEvent.WANTED_AGAIN: _plan_row(NO, sent=STAYS, received=STAYS),
    PlanEvent.DAY_PASSES: _plan_row(STAYS),
    PlanEvent.CLIENT_CANCELS: _cancelled(Money.VALUE_RETURNS),
    PlanEvent.CLIENT_CANCELS_LATE: _cancelled(Money.PART_RETURNS),
    PlanEvent.CLIENT_CANCELS_OVERDUE: _cancelled(Money.VALUE_RETURNS),
    PlanEvent.DIETITIAN_CANCELS: _cancelled(Money.VALUE_RETURNS),
    PlanEvent.PAID: _plan_row(stays(Money.RETURNS)),
}
PLAN_REQUEST: Mapping[PlanRequestEvent, Mapping[RequestAt, Cell]] = {
    PlanRequestEvent.AGREES: _request_row(NO, own=STAYS, pending=STAYS),
    PlanRequestEvent.DECLINES: _request_row(
        NO, own=to(RequestState.CANCELLED), pending=to(RequestState.DECLINED)
    ),
    PlanRequestEvent.WITHDRAWS: _request_row(NO, pending=to(RequestState.CANCELLED), cancelled=STAYS),
    PlanRequestEvent.EXPIRES: _request_row(STAYS, pending=to(RequestState.EXPIRED)),
    PlanRequestEvent.PAID: _request_row(
        stays(Money.RETURNS),
        own=to(RequestState.APPROVED, Money.BUYS),
        pending=to(RequestState.APPROVED, Money.BUYS),
    ),
    PlanRequestEvent.WRONG: _request_row(stays(Money.HELD)),
    PlanRequestEvent.CONFIRMED: _request_row(NO, approved=STAYS),
    PlanRequestEvent.CLIENT_CANCELS: _request_row(
        NO, approved=to(RequestState.CANCELLED, Money.VALUE_RETURNS)
    ),
    PlanRequestEvent.CLIENT_CANCELS_LATE: _request_row(
        NO, approved=to(RequestState.CANCELLED, Money.PART_RETURNS)
    ),
    PlanRequestEvent.CLIENT_CANCELS_OVERDUE: _request_row(
        NO, approved=to(RequestState.CANCELLED, Money.VALUE_RETURNS)
    ),
    PlanRequestEvent.DIETITIAN_CANCELS: _request_row(
        NO, approved=to(RequestState.CANCELLED, Money.VALUE_RETURNS)
    ),
}
PLAN_PAYMENT: Mapping[PlanPaymentEvent, Mapping[PaymentAt, Cell]] = {
    PlanPaymentEvent.PAID: _unpaid(to(MoneyOutcome.VALUE, Money.BUYS), STAYS),
    PlanPaymentEvent.WRONG: _unpaid(to(MoneyOutcome.QUARANTINE, Money.HELD), STAYS),
    PlanPaymentEvent.IN_VAIN: _unpaid(
        to(MoneyOutcome.REFUND, Money.RETURNS), NO, part=STAYS, quarantine=STAYS
    ),
    PlanPaymentEvent.WEEK: _payment_row(
        STAYS,
        created=to(PaymentState.CLOSED),
        open=to(PaymentState.CLOSED),
        linkless=to(PaymentState.CLOSED),
    ),
    PlanPaymentEvent.CLIENT_CANCELS: _ALL_BACK,
    PlanPaymentEvent.CLIENT_CANCELS_LATE: _payment_row(
        NO, value=stays(Money.PART_RETURNS), refund=STAYS, failed=STAYS
    ),
    PlanPaymentEvent.CLIENT_CANCELS_OVERDUE: _ALL_BACK,
    PlanPaymentEvent.DIETITIAN_CANCELS: _ALL_BACK,
}
