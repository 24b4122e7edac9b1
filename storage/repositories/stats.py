"""What a time brought: a statement for each thing that is counted, over all dietitians or one."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
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
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

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

_COMPLETED = or_(
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


class _Microseconds(FunctionElement[int]):
    """From one instant to a later one."""

    name = "microseconds"
    type = BigInteger()
    inherit_cache = True


@compiles(_Microseconds, "sqlite")
def _subtract(element: _Microseconds, compiler: SQLCompiler, **how: Any) -> str:
    """Instants are stored as that (`storage.columns.Instant`)."""
    earlier, later = element.clauses
    return f"({compiler.process(later, **how)} - {compiler.process(earlier, **how)})"


@compiles(_Microseconds, "postgresql")
def _extract(element: _Microseconds, compiler: SQLCompiler, **how: Any) -> str:
    earlier, later = element.clauses
    between = f"{compiler.process(later, **how)} - {compiler.process(earlier, **how)}"
    return f"CAST(EXTRACT(EPOCH FROM {between}) * 1000000 AS BIGINT)"


def _within(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column >= bindparam("since"), column < bindparam("before"))


def _is_paid() -> ColumnElement[bool]:
    """Whether a request ever got value for money, whatever came of it later."""
    given = select(ledger.c.id).join(payments, payments.c.id == ledger.c.payment_id)
    return given.where(payments.c.request_id == requests.c.id, _TO_VALUE).correlate(requests).exists()


_PAID = case((_is_paid(), 1), else_=0)
_MOVES = ledger.join(payments, payments.c.id == ledger.c.payment_id).join(
    requests, requests.c.id == payments.c.request_id
)
_WHEN_BOOKED = (_within(bookings.c.start), or_(_COMPLETED, _MISSED))
_WHEN_SENT = (_within(requests.c.sent_at), _BY_DIETITIAN)

_EVENTS = select(bookings.c.dietitian_id, bookings.c.start, case((_MISSED, 1), else_=0)).where(*_WHEN_BOOKED)
_DELIVERED = select(plans.c.dietitian_id, plans.c.received_at).where(_within(plans.c.received_at))
_SENT = (
    select(requests.c.dietitian_id, func.count(), func.sum(_PAID))
    .where(*_WHEN_SENT)
    .group_by(requests.c.dietitian_id)
)
_GIVEN = func.sum(case((_TO_VALUE, ledger.c.amount), else_=-ledger.c.amount))
_INCOME = (
    select(requests.c.dietitian_id, _SERVICE, ledger.c.currency, _GIVEN)
    .select_from(_MOVES.outerjoin(services, services.c.id == requests.c.service_id))
    .where(_within(ledger.c.at), _OF_VALUE)
    .group_by(requests.c.dietitian_id, _SERVICE, ledger.c.currency)
)
_BEGUN = func.coalesce(case((_BY_DIETITIAN, requests.c.sent_at), else_=None), requests.c.created_at)
_PAID_AT = func.coalesce(payments.c.paid_at, ledger.c.at)
_WAITED = case((_PAID_AT > _BEGUN, _Microseconds(_BEGUN, _PAID_AT)), else_=0)
_WAITS = (
    select(requests.c.dietitian_id, func.count(), func.sum(_WAITED))
    .select_from(_MOVES)
    .where(_within(ledger.c.at), _TO_VALUE)
    .group_by(requests.c.dietitian_id)
)


def _named(record: Any) -> Any:
    """With the service's name and the client's, where the join has the request."""
    known = and_(
        clients.c.dietitian_id == requests.c.dietitian_id, clients.c.person_id == requests.c.client_id
    )
    return (
        record.join(dietitians, dietitians.c.id == requests.c.dietitian_id)
        .outerjoin(services, services.c.id == requests.c.service_id)
        .outerjoin(clients, known)
        .outerjoin(people, people.c.id == requests.c.client_id)
    )


def _rows(record: Any, at: ColumnElement[Any], *more: ColumnElement[Any]) -> Select[Any]:
    return select(at, dietitians.c.name, _SERVICE, _CLIENT, *more).select_from(_named(record))


_ROWS_BOOKED = _rows(
    bookings.join(requests, requests.c.id == bookings.c.request_id),
    bookings.c.start,
    case((_MISSED, 1), else_=0),
).where(*_WHEN_BOOKED)
_ROWS_DELIVERED = _rows(plans.join(requests, requests.c.id == plans.c.request_id), plans.c.received_at).where(
    _within(plans.c.received_at)
)
_ROWS_SENT = _rows(requests, requests.c.sent_at, _PAID, requests.c.state).where(*_WHEN_SENT)
_ROWS_MOVED = _rows(
    _MOVES, ledger.c.at, ledger.c.amount, ledger.c.currency, case((_TO_VALUE, 1), else_=0)
).where(_within(ledger.c.at), _OF_VALUE)

Pair = tuple[Select[Any], Select[Any]]


def _pair(statement: Select[Any], owner: ColumnElement[Any]) -> Pair:
    """Over all and of one. "All" names the dietitians one by one: only so do the indexes by dietitian and time help."""
    every = owner.in_(select(dietitians.c.id))
    return statement.where(every), statement.where(owner == bindparam("whose"))


def _money(statement: Select[Any]) -> Pair:
    """The ledger has an index by time alone."""
    return statement, statement.where(requests.c.dietitian_id == bindparam("whose"))


EVENTS = _pair(_EVENTS, bookings.c.dietitian_id)
DELIVERED = _pair(_DELIVERED, plans.c.dietitian_id)
SENT = _pair(_SENT, requests.c.dietitian_id)
INCOME = _money(_INCOME)
WAITS = _money(_WAITS)
ROWS_BOOKED = _pair(_ROWS_BOOKED, bookings.c.dietitian_id)
ROWS_DELIVERED = _pair(_ROWS_DELIVERED, plans.c.dietitian_id)
ROWS_SENT = _pair(_ROWS_SENT, requests.c.dietitian_id)
ROWS_MOVED = _money(_ROWS_MOVED)
PAIRS = (EVENTS, DELIVERED, SENT, INCOME, WAITS, ROWS_BOOKED, ROWS_DELIVERED, ROWS_SENT, ROWS_MOVED)


class SqlStats:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def gathered(self, whose: int | None, *, since: datetime, before: datetime, now: datetime) -> Gathered:
        when: dict[str, Any] = {"since": since, "before": before}
        booked = self._read(EVENTS, whose, {**when, "now": now}, _event)
        delivered = self._read(DELIVERED, whose, when, lambda row: Event(row[0], Happened.DELIVERED, row[1]))
        return Gathered(
            events=booked + delivered,
            sent=self._read(SENT, whose, when, lambda row: Sent(row[0], row[1], int(row[2] or 0))),
            income=self._read(
                INCOME, whose, when, lambda row: Income(row[0], row[1], row[2], int(row[3] or 0))
            ),
            waits=self._read(WAITS, whose, when, _wait),
        )

    def rows(self, whose: int | None, *, since: datetime, before: datetime, now: datetime) -> list[StatsRow]:
        when: dict[str, Any] = {"since": since, "before": before}
        rows = self._read(ROWS_BOOKED, whose, {**when, "now": now}, _booked)
        rows += self._read(ROWS_DELIVERED, whose, when, _delivered)
        rows += self._read(ROWS_SENT, whose, when, _sent)
        rows += self._read(ROWS_MOVED, whose, when, _moved)
        return sorted(rows, key=lambda row: row.at)

    def _read(
        self, pair: Pair, whose: int | None, values: dict[str, Any], read: Callable[[Sequence[Any]], Any]
    ) -> list[Any]:
        over_all, of_one = pair
        if whose is None:
            return [read(row) for row in self._connection.execute(over_all, values)]
        return [read(row) for row in self._connection.execute(of_one, {**values, "whose": whose})]


def _event(row: Sequence[Any]) -> Event:
    whose, start, missed = row
    return Event(whose, Happened.NO_SHOW if missed else Happened.COMPLETED, start)


def _wait(row: Sequence[Any]) -> Wait:
    return Wait(row[0], row[1], timedelta(microseconds=int(row[2])))


def _row(row: Sequence[Any], kind: RowKind, state: str, **more: Any) -> StatsRow:
    at, dietitian, service, client = row[:4]
    return StatsRow(
        at=at, dietitian=dietitian, kind=kind, service=service, client=client, state=state, **more
    )


def _booked(row: Sequence[Any]) -> StatsRow:
    return _row(row, RowKind.CONSULTATION, "no-show" if row[4] else "completed")


def _delivered(row: Sequence[Any]) -> StatsRow:
    return _row(row, RowKind.MEAL_PLAN, "delivered")


def _sent(row: Sequence[Any]) -> StatsRow:
    return _row(row, RowKind.REQUEST, "paid" if row[4] else str(row[5].value))


def _moved(row: Sequence[Any]) -> StatsRow:
    amount, currency, given = row[4:]
    if given:
        return _row(row, RowKind.PAYMENT, "paid", amount=amount, currency=currency)
    return _row(row, RowKind.REFUND, "given back", amount=-amount, currency=currency)
