"""Refunds, and the ledger of what became of the money."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from domain.model.ledger import LedgerMove
from domain.model.refund import Refund
from storage.rows import Records, Revisions
from storage.tables import REFUND_WATCHED, ledger, payments, refunds

_REFUNDS = Revisions(Refund, refunds)
_MOVES = Records(LedgerMove, ledger)
_BY_PUBLIC_ID = _REFUNDS.select.where(refunds.c.public_id == bindparam("public_id"))
_OF_PAYMENT = _REFUNDS.select.where(refunds.c.payment_id == bindparam("payment_id"))
_DUE = (
    _REFUNDS.select.where(text(REFUND_WATCHED), refunds.c.next_check_at <= bindparam("now"))
    .order_by(refunds.c.next_check_at, refunds.c.id)
    .limit(bindparam("batch"))
)
_ALL_MOVES = _MOVES.select.order_by(ledger.c.id)
_NAMED_MOVES = (
    select(*_MOVES.columns, payments.c.reference)
    .join(payments, payments.c.id == ledger.c.payment_id)
    .order_by(ledger.c.id)
)
_MOVES_OF_PAYMENT = _ALL_MOVES.where(ledger.c.payment_id == bindparam("payment_id"))


class SqlRefunds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refund: Refund) -> Refund:
        return _REFUNDS.add(self._connection, refund)

    def save(self, refund: Refund) -> Refund:
        return _REFUNDS.revise(self._connection, refund)

    def get(self, refund_id: int) -> Refund:
        return _REFUNDS.get(self._connection, refund_id)

    def by_public_id(self, public_id: str, *, lock: bool = False) -> Refund | None:
        statement = _BY_PUBLIC_ID.with_for_update(key_share=True) if lock else _BY_PUBLIC_ID
        return _REFUNDS.one(self._connection, statement, {"public_id": public_id})

    def of_payment(self, payment_id: int, *, lock: bool = False) -> Refund | None:
        statement = _OF_PAYMENT.with_for_update(key_share=True) if lock else _OF_PAYMENT
        return _REFUNDS.one(self._connection, statement, {"payment_id": payment_id})

    def due_for_check(self, now: datetime, *, limit: int) -> list[Refund]:
        return _REFUNDS.all(self._connection, _DUE, {"now": now, "batch": limit})


class SqlLedger:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, move: LedgerMove) -> None:
        _MOVES.add(self._connection, move)

    def of_payment(self, payment_id: int) -> list[LedgerMove]:
        return _MOVES.all(self._connection, _MOVES_OF_PAYMENT, {"payment_id": payment_id})

    def all(self) -> list[LedgerMove]:
        return _MOVES.all(self._connection, _ALL_MOVES, {})

    def named(self) -> list[tuple[LedgerMove, str]]:
        return [(_MOVES.of(row), row[-1]) for row in self._connection.execute(_NAMED_MOVES)]
