"""The rows themselves, read after every step."""

from collections import defaultdict, namedtuple
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from domain.model.ledger import LedgerMove
from domain.model.request import Origin, RequestState
from domain.ports import UnitOfWork
from storage.tables import bookings, metadata, outbox, payments, plan_files, plans, refunds, requests
from storage.uow import SqlUnitOfWork

audit = metadata.tables["audit"]
Row = Any


@dataclass(slots=True)
class Snapshot:
    """Requests that a dietitian never sent are left out."""

    requests: dict[int, Row]
    bookings: dict[int, Row]
    payments: dict[int, Row]
    refunds: dict[int, Row]
    plans: dict[int, Row]
    files: dict[int, Row]
    moves: dict[int, list[LedgerMove]]
    audit: list[Row]  # those that are new
    outbox: list[Row]  # those that are new
    people: dict[int, int]  # dietitian -> person


def read_all(uow: UnitOfWork, *, last_audit: int, last_outbox: int) -> Snapshot:
    """What only grows is read from where it was read before."""
    assert isinstance(uow, SqlUnitOfWork)
    connection = uow.requests._connection  # the quick one

    def rows(table: Table, *, after: int | None = None) -> list[Row]:
        return list(connection.execute(_STATEMENTS[table.name], {"after": after or 0}))

    moves: dict[int, list[LedgerMove]] = defaultdict(list)
    for move in uow.ledger.all():
        moves[move.payment_id].append(move)
    known = [_Request(*row) for row in rows(requests)]
    return Snapshot(
        requests={row.id: row for row in known if not _is_unsent(row)},
        bookings={row[0]: _Booking(*row) for row in rows(bookings)},
        payments={row[0]: _Payment(*row) for row in rows(payments)},
        refunds={row[1]: _Refund(*row) for row in rows(refunds)},
        plans={row[0]: _Plan(*row) for row in rows(plans)},
        files={row[0]: _File(*row) for row in rows(plan_files)},
        moves=moves,
        audit=[_Audit(*row) for row in rows(audit, after=last_audit)],
        outbox=[_Outbox(*row) for row in rows(outbox, after=last_outbox)],
        people={row[0]: row[1] for row in rows(metadata.tables["dietitians"])},
    )


def _is_unsent(row: Row) -> bool:
    return bool(row.state == RequestState.DRAFT and row.origin == Origin.DIETITIAN)


def _tuple(name: str, table: Table, *columns: str) -> Any:
    _STATEMENTS[table.name] = select(*(table.c[column] for column in columns)).order_by(table.c.id)
    return namedtuple(name, columns)  # noqa: PYI024 - its fields are the columns named here


_STATEMENTS: dict[str, Any] = {}
_Request = _tuple(
    "_Request", requests, "id", "public_id", "dietitian_id", "client_id", "state", "kind", "origin"
)
_Booking = _tuple(
    "_Booking", bookings, "id", "public_id", "request_id", "dietitian_id", "state", "start", "end", "busy_until",
    "closed_at",
)  # fmt: skip
_Payment = _tuple(
    "_Payment", payments, "id", "reference", "request_id", "state", "outcome", "paid_amount", "paid_currency"
)
_Refund = _tuple(
    "_Refund", refunds, "id", "payment_id", "public_id", "state", "amount", "provider_id", "tries"
)
_Plan = _tuple(
    "_Plan", plans, "id", "request_id", "dietitian_id", "client_id", "state", "promised_at", "free_hours",
    "late_refund_percent",
)  # fmt: skip
_File = _tuple(
    "_File", plan_files, "id", "public_id", "request_id", "dietitian_id", "number", "state", "sha256",
    "delivered_at", "mailed_at", "failed_at",
)  # fmt: skip
_Audit = _tuple("_Audit", audit, "id", "at", "actor", "action", "record", "detail")
_Outbox = _tuple("_Outbox", outbox, "id", "key", "errand", "payload")
_tuple("_Dietitian", metadata.tables["dietitians"], "id", "person_id")
for _growing in (audit, outbox):
    _STATEMENTS[_growing.name] = _STATEMENTS[_growing.name].where(_growing.c.id > bindparam("after"))
