"""A request with all it stands with, in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from domain.model.booking import LIVE, Booking
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import Dietitian, Person
from domain.model.plan import Plan
from domain.model.request import Request
from domain.model.views import RequestCard
from storage.rows import Records, Revisions
from storage.tables import bookings, dietitians, payments, people, plans, requests

REQUESTS = Revisions(Request, requests)
DIETITIANS = Records(Dietitian, dietitians)
PEOPLE = Records(Person, people)
BOOKINGS = Revisions(Booking, bookings)
PAYMENTS = Revisions(Payment, payments)
PLANS = Revisions(Plan, plans)

_PARTS = (REQUESTS, DIETITIANS, PEOPLE, BOOKINGS, PAYMENTS)
_COLUMNS = tuple(column for part in _PARTS for column in part.columns)
_DIETITIAN = len(REQUESTS.columns)
_CLIENT = _DIETITIAN + len(DIETITIANS.columns)
_BOOKING = _CLIENT + len(PEOPLE.columns)
_PAYMENT = _BOOKING + len(BOOKINGS.columns)
PLAN = _PAYMENT + len(PAYMENTS.columns)
"""Where a plan's columns begin in a row of `PLANNED_CARDS`."""


def _first(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 0), else_=1)


def _booking_of_request() -> ColumnElement[int]:
    """The live one, else the latest."""
    one = bookings.alias("one_booking")
    live = one.c.state.in_(LIVE)
    chosen = select(one.c.id).where(one.c.request_id == requests.c.id)
    return chosen.order_by(_first(live), one.c.id.desc()).limit(1).correlate(requests).scalar_subquery()


def _payment_of_request() -> ColumnElement[int]:
    """The one that was given value, else a credit that waits, else the latest that matters."""
    one = payments.alias("one_payment")
    matters = (one.c.state == PaymentState.SUCCEEDED) | (one.c.state == PaymentState.OPEN)
    rank = case((one.c.outcome == MoneyOutcome.VALUE, 0), (one.c.outcome == MoneyOutcome.CREDIT, 1), else_=2)
    chosen = select(one.c.id).where(one.c.request_id == requests.c.id, matters)
    return chosen.order_by(rank, one.c.id.desc()).limit(1).correlate(requests).scalar_subquery()


_RECORD = requests.join(dietitians, dietitians.c.id == requests.c.dietitian_id).outerjoin(
    people, people.c.id == requests.c.client_id
)
_PAID = payments.c.id == _payment_of_request()

CARDS: Select[Any] = select(*_COLUMNS).select_from(
    _RECORD.outerjoin(bookings, bookings.c.id == _booking_of_request()).outerjoin(payments, _PAID)
)
BOOKED_CARDS: Select[Any] = select(*_COLUMNS).select_from(
    _RECORD.join(bookings, bookings.c.request_id == requests.c.id).outerjoin(payments, _PAID)
)
"""One row a booking instead of one a request."""
PLANNED_CARDS: Select[Any] = select(*_COLUMNS, *PLANS.columns).select_from(
    _RECORD.join(plans, plans.c.request_id == requests.c.id)
    .outerjoin(bookings, bookings.c.id == _booking_of_request())
    .outerjoin(payments, _PAID)
)
"""Those of a plan, with the plan."""


def card_of(row: Sequence[Any]) -> RequestCard:
    return RequestCard(
        request=REQUESTS.of(row),
        dietitian=DIETITIANS.of(row, _DIETITIAN),
        client=None if row[_CLIENT] is None else PEOPLE.of(row, _CLIENT),
        booking=None if row[_BOOKING] is None else BOOKINGS.of(row, _BOOKING),
        payment=None if row[_PAYMENT] is None else PAYMENTS.of(row, _PAYMENT),
    )
