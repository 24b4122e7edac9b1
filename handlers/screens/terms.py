"""The terms of cancelling in words: before the payment, while it runs, and at the question before it is done."""

from datetime import datetime, timedelta

from domain.model.booking import Booking
from domain.model.plan import Plan, promised
from domain.model.refund import Refund
from domain.model.request import Request
from domain.model.service import DEFAULT_PROMISED_DAYS
from domain.model.terms import ALL, refund_percent
from domain.model.views import RequestCard
from handlers.formats import money
from handlers.screens.parts import NOT_TOLD, is_gone

_NOTHING = "By the terms nothing is refunded."


def of_booking(booking: Booking, now: datetime) -> str:
    """As they hold for this booking from now on."""
    late = _late(booking.late_refund_percent)
    if booking.refund_percent_at(now, by_dietitian=False) == ALL:
        if booking.free_hours == 0 or booking.moved_by_dietitian:
            return "Cancel at any time before the start for a full refund."
        return (
            f"Cancel up to {booking.free_hours} hours before the start for a full refund; {late} after that."
        )
    return (
        f"It is less than {booking.free_hours} hours to the start, so the time for a full refund has passed: "
        f"if you cancel, {late}."
    )


def of_moving(booking: Booking, now: datetime) -> str:
    """To the client, where they can't do it themselves any more."""
    return "" if booking.may_be_moved_at(now, by_dietitian=False) else " To move it, ask your dietitian."


def of_plan(plan: Plan, now: datetime) -> str:
    """As they hold for this plan from now on."""
    if now >= plan.promised_at:
        return "It is late: you can cancel for a full refund."
    return _until_promised(plan.promised_at - now, plan.free_hours, plan.late_refund_percent)


def of_plan_to_buy(card: RequestCard, now: datetime) -> str:
    """As they will hold for a plan that is bought now."""
    owner, days = card.dietitian, card.request.promised_days or DEFAULT_PROMISED_DAYS
    left = promised(now, days, owner.timezone) - now
    return _until_promised(left, owner.free_hours, owner.late_refund_percent)


def _until_promised(left: timedelta, free_hours: int, percent: int) -> str:
    if free_hours == 0 or percent == ALL:
        return "You can cancel for a full refund until the plan is sent."
    if refund_percent(left, free_hours=free_hours, late_refund_percent=percent) == ALL:
        return (
            f"Until the plan is sent you can cancel: for a full refund up to {free_hours} hours before the promised "
            f"day; {_late(percent)} after that, unless it is late."
        )
    return (
        f"It is less than {free_hours} hours to the promised day: if you cancel before the plan is sent, "
        f"{_late(percent)}, unless it is late."
    )


def _late(percent: int) -> str:
    return f"{percent}% is refunded" if percent else "nothing is refunded"


def all_of_it(card: RequestCard) -> str:
    """What was paid."""
    payment = card.payment
    if payment is None:
        return money(card.request.price or 0, card.request.currency or "NGN")
    return money(payment.arrived, payment.currency)


def at_stake(card: RequestCard, percent: int, *, client: str | None) -> str:
    """What a cancellation now gives back. `client`: who is told, where it is the dietitian who asks."""
    payment = card.payment
    paid = payment.arrived if payment is not None else 0
    currency = payment.currency if payment is not None else "NGN"
    back = money(paid * percent // ALL, currency)
    if client is not None and is_gone(card):
        return f"{NOT_TOLD} All of it goes back: {back}."
    if client is not None:
        return f"{client} is told and gets all of it back: {back}."
    if percent == 0:
        return f"By the terms nothing of {money(paid, currency)} is refunded any more."
    return f"By the terms you get {back} of {money(paid, currency)} back."


def started(refund: Refund | None) -> str:
    """Right after the cancellation."""
    return f"A refund of {money(refund.amount, refund.currency)} is started." if refund else _NOTHING


def given_back(request: Request, amount: int) -> str:
    """For both sides, later. `amount` in the subunit of the currency."""
    return f"{money(amount, request.currency or 'NGN')} is refunded." if amount else _NOTHING
