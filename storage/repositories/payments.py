"""Payment attempts."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, text, union

from domain.model.payment import Payment
from domain.model.views import Page
from storage.cards import PAYMENTS
from storage.pages import paged, read_page
from storage.tables import DISPUTED, OPEN_MONEY, REFUND_STUCK, WATCHED, payments, refunds

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
