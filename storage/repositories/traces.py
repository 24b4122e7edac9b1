"""All that leads to a person: what is still open with them, and its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select, text, update

from domain.errors import NotYours
from domain.model.booking import BookingState
from domain.model.erasure import Open
from domain.model.payment import MoneyOutcome
from domain.model.people import Dietitian, Person
from domain.model.plan import PlanState
from domain.model.queue import InboxState
from domain.model.refund import RefundState
from domain.model.request import RequestState
from storage.cards import DIETITIANS, PEOPLE
from storage.columns import Instant
from storage.erasing import OF_CLIENT, OF_PRACTICE
from storage.lanes import lanes_of
from storage.tables import (
    OPEN,
    bookings,
    clients,
    dietitians,
    inbox,
    outbox,
    payments,
    people,
    plans,
    refunds,
    requests,
)

_WHOSE: ColumnElement[int] = bindparam("whose")
_WHOSE_PAYMENT: ColumnElement[str] = bindparam("whose_payment")
_NOW: ColumnElement[datetime] = bindparam("now", type_=Instant)
_LOCK = PEOPLE.select.where(people.c.id == _WHOSE).with_for_update(key_share=True)
_PRACTICE = (
    DIETITIANS.select.where(dietitians.c.person_id == _WHOSE).order_by(dietitians.c.id.desc()).limit(1)
)
_GOING = [RefundState.REQUESTED, RefundState.PENDING, RefundState.PROCESSING]


def _sessions(side: ColumnElement[Any]) -> Select[Any]:
    ahead = and_(bookings.c.state == BookingState.CONFIRMED, bookings.c.end > _NOW)
    return select(bookings.c.request_id).where(side == _WHOSE, ahead).order_by(bookings.c.start)


def _plans(side: ColumnElement[Any]) -> Select[Any]:
    waits = plans.c.state == PlanState.WAITING
    return select(plans.c.request_id).where(side == _WHOSE, waits).order_by(plans.c.promised_at)


def _money(*where: ColumnElement[bool]) -> Select[Any]:
    source = payments.outerjoin(refunds, refunds.c.payment_id == payments.c.id)
    found = select(payments.c.request_id).select_from(source).where(payments.c.client_id == _WHOSE, *where)
    return found.order_by(payments.c.id)


_OPEN_THINGS = {
    Open.SESSION: _sessions(bookings.c.client_id),
    Open.PLAN: _plans(plans.c.client_id),
    Open.CREDIT: _money(payments.c.outcome == MoneyOutcome.CREDIT),
    Open.ACCOUNT: _money(refunds.c.state == RefundState.NEEDS_ATTENTION),
    Open.REFUND: _money(refunds.c.state.in_(_GOING)),
}
_OPEN_OF_PRACTICE = {
    Open.SESSION: _sessions(bookings.c.dietitian_id),
    Open.PLAN: _plans(plans.c.dietitian_id),
}
_UNPAID = select(requests.c.id).where(requests.c.client_id == _WHOSE, text(OPEN)).order_by(requests.c.id)
_UNPAID_OF_PRACTICE = (
    select(requests.c.id).where(requests.c.dietitian_id == _WHOSE, text(OPEN)).order_by(requests.c.id)
)
_CLIENTS = (
    select(requests.c.client_id)
    .join(people, people.c.id == requests.c.client_id)
    .outerjoin(
        clients,
        and_(clients.c.dietitian_id == requests.c.dietitian_id, clients.c.person_id == requests.c.client_id),
    )
    .where(
        requests.c.dietitian_id == _WHOSE,
        requests.c.state != RequestState.DRAFT,
        people.c.erased_at.is_(None),
        clients.c.blocked_at.is_(None),
    )
    .distinct()
    .order_by(requests.c.client_id)
)
_ERASE = [rule.statement() for rule in OF_CLIENT]
_ERASE_PRACTICE = [rule.statement() for rule in OF_PRACTICE]
_NOBODYS = select(people.c.id).where(
    people.c.id
    == select(payments.c.client_id).where(payments.c.reference == _WHOSE_PAYMENT).scalar_subquery(),
    people.c.erased_at.is_not(None),
)
_FORGET_EVENT = (
    update(inbox)
    .where(inbox.c.id == _WHOSE)
    .values(body="", state=InboxState.DONE, owner=None, lease_until=None, closed_at=_NOW)
)
_FORGET = update(outbox).where(outbox.c.id == _WHOSE).values(payload={}, lane="erased", error=None)


class SqlTraces:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, person_id: int) -> Person:
        found = PEOPLE.one(self._connection, _LOCK, {"whose": person_id})
        if found is None:
            raise NotYours
        return found

    def practice_of(self, person_id: int) -> Dietitian | None:
        return DIETITIANS.one(self._connection, _PRACTICE, {"whose": person_id})

    def open_things(self, person_id: int, now: datetime) -> Mapping[Open, Sequence[int]]:
        return self._open(_OPEN_THINGS, person_id, now)

    def open_of_practice(self, dietitian_id: int, now: datetime) -> Mapping[Open, Sequence[int]]:
        return self._open(_OPEN_OF_PRACTICE, dietitian_id, now)

    def _open(
        self, asked: Mapping[Open, Select[Any]], whose: int, now: datetime
    ) -> Mapping[Open, Sequence[int]]:
        return {
            kind: [
                row[0]
                for row in self._connection.execute(
                    statement, {"whose": whose, "now": now} if kind is Open.SESSION else {"whose": whose}
                )
            ]
            for kind, statement in asked.items()
        }

    def unpaid(self, person_id: int) -> list[int]:
        return [row[0] for row in self._connection.execute(_UNPAID, {"whose": person_id})]

    def unpaid_of_practice(self, dietitian_id: int) -> list[int]:
        return [row[0] for row in self._connection.execute(_UNPAID_OF_PRACTICE, {"whose": dietitian_id})]

    def clients_of_practice(self, dietitian_id: int) -> list[int]:
        return [row[0] for row in self._connection.execute(_CLIENTS, {"whose": dietitian_id})]

    def erase(self, person: Person, practice: Dietitian | None, now: datetime) -> None:
        values = {
            "person": person.id,
            "their_telegram_id": person.telegram_id or 0,
            "now": now,
            "their_record": f"person:{person.id}",
            "took_back": f"alert:left:{person.id}:%",
            **lanes_of(person.id, person.telegram_id),
        }
        if practice is not None:
            record = f"dietitian:{practice.public_id}"
            self._all(_ERASE_PRACTICE, {"practice": practice.id, "practice_record": record, "now": now})
        self._all(_ERASE, values)

    def _all(self, statements: Sequence[Any], values: Mapping[str, Any]) -> None:
        for statement in statements:
            wanted = statement.compile().params.keys() & values.keys()
            self._connection.execute(statement, {name: values[name] for name in sorted(wanted)})

    def forget_errand(self, item_id: int) -> None:
        self._connection.execute(_FORGET, {"whose": item_id})

    def is_nobodys(self, reference: str) -> bool:
        return self._connection.execute(_NOBODYS, {"whose_payment": reference}).first() is not None

    def forget_event(self, item_id: int, now: datetime) -> None:
        self._connection.execute(_FORGET_EVENT, {"whose": item_id, "now": now})
