"""Payment attempts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, union

from domain.model.payment import Payment
from domain.model.views import Page, PaidFor
from storage.cards import PAYMENTS
from storage.pages import paged, read_page
from storage.tables import DISPUTED, OPEN_MONEY, REFUND_STUCK, WATCHED, payments, refunds, requests

_BY_REFERENCE = PAYMENTS.select.where(payments.c.reference == bindparam("reference"))
_LOCK_BY_REFERENCE = _BY_REFERENCE.with_for_update(key_share=True)
_OF_REQUEST = PAYMENTS.select.where(payments.c.request_id == bindparam("request_id")).order_by(payments.c.id)
_DUE = (
    PAYMENTS.select.where(text(WATCHED), payments.c.next_check_at <= bindparam("now"))
    .order_by(payments.c.next_check_at, payments.c.id)
    .limit(bindparam("batch"))
)
# each part is read from its own partial index; an OR of the three would read every payment there is
NEEDING = payments.c.id.in_(
    union(
        select(payments.c.id).where(text(OPEN_MONEY)).correlate(None),
        select(payments.c.id).where(text(DISPUTED)).correlate(None),
        select(refunds.c.payment_id).where(text(REFUND_STUCK)).correlate(None),
    )
)
_COUNT_NEEDING = select(func.count()).select_from(payments).where(NEEDING)
_NEEDING_PAGE = paged(PAYMENTS.select.where(NEEDING).order_by(payments.c.settled_at, payments.c.id))
_BETWEEN = (
    payments.c.client_id == bindparam("person_id"),
    requests.c.dietitian_id == bindparam("dietitian_id"),
    payments.c.paid_at.is_not(None),
)
_PAID = payments.join(requests, requests.c.id == payments.c.request_id)
_COUNT_BETWEEN = select(func.count()).select_from(_PAID).where(*_BETWEEN)
_PAID_FOR = paged(
    select(*PAYMENTS.columns, requests.c.title, refunds.c.amount, refunds.c.state)
    .select_from(_PAID.outerjoin(refunds, refunds.c.payment_id == payments.c.id))
    .where(*_BETWEEN)
    .order_by(payments.c.paid_at.desc(), payments.c.id.desc())
)


def _paid_for(row: Sequence[Any]) -> PaidFor:
    title, refunded, state = row[len(PAYMENTS.columns) :]
    return PaidFor(payment=PAYMENTS.of(row), title=title or "", refunded=refunded, refund_state=state)


class SqlPayments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, payment: Payment) -> Payment:
        return PAYMENTS.add(self._connection, payment)

    def save(self, payment: Payment) -> Payment:
        """Store it with `rev` one higher; `MovedOn` where the stored one is no longer at `rev`."""
        return PAYMENTS.revise(self._connection, payment)

    def get(self, payment_id: int) -> Payment:
        return PAYMENTS.get(self._connection, payment_id)

    def by_reference(self, reference: str, *, lock: bool = False) -> Payment | None:
        statement = _LOCK_BY_REFERENCE if lock else _BY_REFERENCE
        return PAYMENTS.one(self._connection, statement, {"reference": reference})

    def of_request(self, request_id: int) -> list[Payment]:
        return PAYMENTS.all(self._connection, _OF_REQUEST, {"request_id": request_id})

    def between(self, dietitian_id: int, person_id: int, *, number: int, size: int) -> Page[PaidFor]:
        return read_page(
            self._connection,
            count=_COUNT_BETWEEN,
            items=_PAID_FOR,
            values={"dietitian_id": dietitian_id, "person_id": person_id},
            number=number,
            size=size,
            read=_paid_for,
        )

    def needing_person(self, *, number: int, size: int) -> Page[Payment]:
        return read_page(
            self._connection,
            count=_COUNT_NEEDING,
            items=_NEEDING_PAGE,
            values={},
            number=number,
            size=size,
            read=PAYMENTS.of,
        )

    def due_for_check(self, now: datetime, *, limit: int) -> list[Payment]:
        return PAYMENTS.all(self._connection, _DUE, {"now": now, "batch": limit})
