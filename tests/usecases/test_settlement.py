"""What Paystack's answer means, case by case; and when it is asked again."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from domain.model.booking import Booking, BookingState
from domain.model.charge import Charge, ChargeStatus
from domain.model.payment import PaymentState, next_check
from domain.model.request import Origin, Request, RequestState
from domain.model.service import ServiceKind
from domain.model.settlement import OUTCOMES, Verdict, judge_charge, judge_value
from tests.clock import MORNING
from tests.storage.seeds import booking, payment, request

REQUEST = replace(request(1, 2, kind=ServiceKind.CONSULTATION), id=3)
PAYMENT = payment(REQUEST, reference="DD-1", state=PaymentState.OPEN)
GOOD = Charge(
    reference="DD-1",
    status=ChargeStatus.SUCCESS,
    amount=1_250_000,
    currency="NGN",
    domain="test",
    fees=28_750,
)
BOOKING = booking(REQUEST, MORNING + timedelta(hours=24))


@pytest.mark.parametrize("status", ChargeStatus)
@pytest.mark.parametrize("state", PaymentState)
def test_only_success_is_money_and_only_once(state: PaymentState, status: ChargeStatus) -> None:
    verdict = judge_charge(replace(PAYMENT, state=state), replace(GOOD, status=status))
    if state is PaymentState.SUCCEEDED:
        assert verdict is Verdict.ALREADY_SETTLED
    elif status in {ChargeStatus.REVERSED, ChargeStatus.REVERSAL_PENDING}:
        assert verdict is Verdict.REVERSED
    elif status is ChargeStatus.SUCCESS:
        assert verdict is Verdict.VALUE
    else:
        assert verdict is Verdict.NOT_PAID


@pytest.mark.parametrize(
    ("what", "verdict"),
    [
        ({}, Verdict.VALUE),
        ({"requested_amount": 1_250_000}, Verdict.VALUE),
        ({"amount": 1_278_750, "requested_amount": 1_250_000}, Verdict.VALUE),  # the customer bears the fees
        ({"amount": 1_278_750}, Verdict.MISMATCH),  # by accident the same as with fees
        ({"amount": 1_278_751, "requested_amount": 1_250_000}, Verdict.MISMATCH),
        ({"amount": 1_278_750, "requested_amount": 1_250_000, "fees": None}, Verdict.MISMATCH),
        ({"amount": 1_221_250, "requested_amount": 1_250_000}, Verdict.MISMATCH),
        ({"amount": 1_249_999}, Verdict.MISMATCH),
        ({"amount": 1_250_001}, Verdict.MISMATCH),
        ({"amount": 12_500}, Verdict.MISMATCH),  # naira for kobo
        ({"amount": 125_000_000}, Verdict.MISMATCH),  # kobo for naira
        ({"amount": 0}, Verdict.MISMATCH),
        ({"currency": "USD"}, Verdict.MISMATCH),
        ({"currency": "ngn"}, Verdict.MISMATCH),
        ({"domain": "live"}, Verdict.MISMATCH),
        ({"domain": ""}, Verdict.MISMATCH),
        ({"reference": "DD-2"}, Verdict.MISMATCH),
    ],
)
def test_money_is_right_in_every_respect_or_it_is_not_value(
    what: dict[str, object], verdict: Verdict
) -> None:
    assert judge_charge(PAYMENT, replace(GOOD, **what)) is verdict  # type: ignore[arg-type]


BOOKINGS: list[Booking | None] = [None, *(replace(BOOKING, state=state) for state in BookingState)]


def expected(of: Request, booked: Booking | None, *, free: bool) -> Verdict:
    if of.state is RequestState.APPROVED:
        return Verdict.SURPLUS
    open_to_client = of.state is RequestState.PENDING or (
        of.state is RequestState.DRAFT and of.origin is Origin.CLIENT
    )
    if not open_to_client:
        return Verdict.NOTHING_LEFT
    if of.kind is ServiceKind.MEAL_PLAN:
        return Verdict.VALUE
    if booked is None or booked.state is BookingState.CANCELLED:
        return Verdict.NOTHING_LEFT
    return Verdict.VALUE if free else Verdict.SLOT_GONE


@pytest.mark.parametrize(("state", "origin", "kind"), list(product(RequestState, Origin, [*ServiceKind])))
def test_good_money_buys_what_is_still_there(state: RequestState, origin: Origin, kind: ServiceKind) -> None:
    of = replace(REQUEST, state=state, origin=origin, kind=kind)
    for booked, free in product(BOOKINGS, (True, False)):
        assert judge_value(of, booked, slot_free=free) is expected(of, booked, free=free)


def test_money_that_is_kept_has_one_outcome_and_only_value_is_value() -> None:
    kept = set(Verdict) - {Verdict.NOT_PAID, Verdict.REVERSED, Verdict.ALREADY_SETTLED}
    assert set(OUTCOMES) == kept
    assert {verdict for verdict, outcome in OUTCOMES.items() if outcome.value == "value"} == {Verdict.VALUE}


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "next_age"),
    [
        (timedelta(), 1 * MINUTE),
        (59 * MINUTE / 60, 1 * MINUTE),
        (1 * MINUTE, 2 * MINUTE),
        (2 * MINUTE, 5 * MINUTE),
        (5 * MINUTE, 10 * MINUTE),
        (10 * MINUTE, 20 * MINUTE),
        (20 * MINUTE, 35 * MINUTE),
        (35 * MINUTE, 1 * HOUR),
        (1 * HOUR, 2 * HOUR),
        (23 * HOUR, 24 * HOUR),
        (24 * HOUR, 2 * DAY),
        (2 * DAY, 3 * DAY),
        (6 * DAY, 7 * DAY),
        (6 * DAY + 23 * HOUR, 7 * DAY),
        (7 * DAY, None),
        (30 * DAY, None),
    ],
)
def test_paystack_is_asked_often_at_first_and_seldom_later(
    age: timedelta, next_age: timedelta | None
) -> None:
    due = next_check(MORNING, MORNING + age)
    assert due == (None if next_age is None else MORNING + next_age)


def test_the_questions_of_a_week_are_few_and_always_ahead() -> None:
    at, asked = MORNING, 0
    while (due := next_check(MORNING, at)) is not None:
        assert due > at
        at, asked = due, asked + 1
    assert at == MORNING + 7 * DAY
    assert 30 < asked < 50
