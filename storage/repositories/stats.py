"""What a time brought: a statement for each thing that is counted, over all dietitians or one.

The dietitians lead each statement, so that the indexes by dietitian and time serve both.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)

from domain.model.booking import BookingState
from domain.model.ledger import LedgerAccount
from domain.model.request import Origin
from domain.model.stats import Event, Gathered, Happened, Income, RowKind, Sent, StatsRow, Wait
from storage.columns import Instant
from storage.tables import (
    bookings,
    clients,
    dietitians,
    ledger,
    payments,
    people,
    plans,
    requests,
    services,
)

_WHOSE = dietitians.c.id == bindparam("whose")
_HELD = or_(
    bookings.c.state == BookingState.COMPLETED,
    and_(bookings.c.state == BookingState.CONFIRMED, bookings.c.end <= bindparam("now", type_=Instant)),
)
_MISSED = bookings.c.state == BookingState.NO_SHOW
_TO_VALUE = ledger.c.target == LedgerAccount.VALUE
_OF_VALUE = or_(_TO_VALUE, ledger.c.source == LedgerAccount.VALUE)
_BY_DIETITIAN = requests.c.origin == Origin.DIETITIAN
_NOTHING: ColumnElement[str] = literal_column("''")  # a bound value would be another one in GROUP BY
_SERVICE = func.coalesce(services.c.title, requests.c.title, _NOTHING)
_CLIENT = func.coalesce(clients.c.name, requests.c.client_name, people.c.name, _NOTHING)


def _within(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column >= bindparam("since"), column < bindparam("before"))


def _is_paid() -> ColumnElement[bool]:
    """Whether a request ever got value for money, whatever came of it later."""
    given = select(ledger.c.id).join(payments, payments.c.id == ledger.c.payment_id)
    return given.where(payments.c.request_id == requests.c.id, _TO_VALUE).correlate(requests).exists()


_PAID = case((_is_paid(), 1), else_=0)
_REQUESTS = dietitians.join(requests, requests.c.dietitian_id == dietitians.c.id)
_BOOKINGS = dietitians.join(bookings, bookings.c.dietitian_id == dietitians.c.id)
_PLANS = dietitians.join(plans, plans.c.dietitian_id == dietitians.c.id)
_MOVES = (
    ledger.join(payments, payments.c.id == ledger.c.payment_id)
    .join(requests, requests.c.id == payments.c.request_id)
    .join(dietitians, dietitians.c.id == requests.c.dietitian_id)
)
_WHEN_BOOKED = (_within(bookings.c.start), or_(_HELD, _MISSED))
_WHEN_SENT = (_within(requests.c.sent_at), _BY_DIETITIAN)

_EVENTS = (
    select(dietitians.c.id, bookings.c.start, case((_MISSED, 1), else_=0))
    .select_from(_BOOKINGS)
    .where(*_WHEN_BOOKED)
)
_DELIVERED = (
    select(dietitians.c.id, plans.c.received_at).select_from(_PLANS).where(_within(plans.c.received_at))
)
_SENT = (
    select(dietitians.c.id, func.count(), func.sum(_PAID))
    .select_from(_REQUESTS)
    .where(*_WHEN_SENT)
    .group_by(dietitians.c.id)
)
_GIVEN = func.sum(case((_TO_VALUE, ledger.c.amount), else_=-ledger.c.amount))
_INCOME = (
    select(dietitians.c.id, _SERVICE, ledger.c.currency, _GIVEN)
    .select_from(_MOVES.outerjoin(services, services.c.id == requests.c.service_id))
    .where(_within(ledger.c.at), _OF_VALUE)
    .group_by(dietitians.c.id, _SERVICE, ledger.c.currency)
)
_WAITS = (
    select(dietitians.c.id, _BY_DIETITIAN, requests.c.sent_at, requests.c.created_at, payments.c.paid_at, ledger.c.at)
    .select_from(_MOVES)
    .where(_within(ledger.c.at), _TO_VALUE)
)  # fmt: skip


def _named(record: Any) -> Any:
    """With the service's name and the client's, where the join has the request."""
    known = and_(clients.c.dietitian_id == dietitians.c.id, clients.c.person_id == requests.c.client_id)
    return (
        record.outerjoin(services, services.c.id == requests.c.service_id)
        .outerjoin(clients, known)
        .outerjoin(people, people.c.id == requests.c.client_id)
    )


def _rows(record: Any, at: ColumnElement[Any], *more: ColumnElement[Any]) -> Select[Any]:
    return select(at, dietitians.c.name, _SERVICE, _CLIENT, *more).select_from(_named(record)).order_by(at)


_ROWS_BOOKED = _rows(
    _BOOKINGS.join(requests, requests.c.id == bookings.c.request_id),
    bookings.c.start,
    case((_MISSED, 1), else_=0),
).where(*_WHEN_BOOKED)
_ROWS_DELIVERED = _rows(
    _PLANS.join(requests, requests.c.id == plans.c.request_id), plans.c.received_at
).where(_within(plans.c.received_at))
_ROWS_SENT = _rows(_REQUESTS, requests.c.sent_at, _PAID, requests.c.state).where(*_WHEN_SENT)
_ROWS_MOVED = _rows(
    _MOVES, ledger.c.at, ledger.c.amount, ledger.c.currency, case((_TO_VALUE, 1), else_=0)
).where(_within(ledger.c.at), _OF_VALUE)

_OF_ONE = {
    statement: statement.where(_WHOSE)
    for statement in (
        _EVENTS,
        _DELIVERED,
        _SENT,
        _INCOME,
        _WAITS,
        _ROWS_BOOKED,
        _ROWS_DELIVERED,
        _ROWS_SENT,
        _ROWS_MOVED,
    )
}


class SqlStats:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def gathered(self, whose: int | None, *, since: datetime, before: datetime, now: datetime) -> Gathered:
        when: dict[str, Any] = {"since": since, "before": before}
        booked = self._read(_EVENTS, whose, {**when, "now": now}, _event)
        delivered = self._read(_DELIVERED, whose, when, lambda row: Event(row[0], Happened.DELIVERED, row[1]))
        return Gathered(
            events=booked + delivered,
            sent=self._read(_SENT, whose, when, lambda row: Sent(row[0], row[1], int(row[2] or 0))),
            income=self._read(
                _INCOME, whose, when, lambda row: Income(row[0], row[1], row[2], int(row[3] or 0))
            ),
            waits=self._read(_WAITS, whose, when, _wait),
        )

    def rows(self, whose: int | None, *, since: datetime, before: datetime, now: datetime) -> list[StatsRow]:
        when: dict[str, Any] = {"since": since, "before": before}
        rows = self._read(_ROWS_BOOKED, whose, {**when, "now": now}, _booked)
        rows += self._read(_ROWS_DELIVERED, whose, when, _delivered)
        rows += self._read(_ROWS_SENT, whose, when, _sent)
        rows += self._read(_ROWS_MOVED, whose, when, _moved)
        return sorted(rows, key=lambda row: row.at)

    def _read(
        self,
        statement: Select[Any],
        whose: int | None,
        values: dict[str, Any],
        read: Callable[[Sequence[Any]], Any],
    ) -> list[Any]:
        if whose is None:
            return [read(row) for row in self._connection.execute(statement, values)]
        return [read(row) for row in self._connection.execute(_OF_ONE[statement], {**values, "whose": whose})]


def _event(row: Sequence[Any]) -> Event:
    whose, start, missed = row
    return Event(whose, Happened.NO_SHOW if missed else Happened.HELD, start)


def _wait(row: Sequence[Any]) -> Wait:
    whose, asked, sent_at, created_at, paid_at, settled = row
    return Wait(whose, (sent_at if asked else None) or created_at, paid_at or settled)


def _row(row: Sequence[Any], kind: RowKind, state: str, **more: Any) -> StatsRow:
    at, dietitian, service, client = row[:4]
    return StatsRow(
        at=at, dietitian=dietitian, kind=kind, service=service, client=client, state=state, **more
    )


def _booked(row: Sequence[Any]) -> StatsRow:
    return _row(row, RowKind.CONSULTATION, "no-show" if row[4] else "held")


def _delivered(row: Sequence[Any]) -> StatsRow:
    return _row(row, RowKind.MEAL_PLAN, "delivered")


def _sent(row: Sequence[Any]) -> StatsRow:
    return _row(row, RowKind.REQUEST, "paid" if row[4] else str(row[5].value))


def _moved(row: Sequence[Any]) -> StatsRow:
    amount, currency, given = row[4:]
    if given:
        return _row(row, RowKind.PAYMENT, "paid", amount=amount, currency=currency)
    return _row(row, RowKind.REFUND, "given back", amount=-amount, currency=currency)
