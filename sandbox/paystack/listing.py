"""Offset pages of transactions and refunds, with the query parameters the documentation names."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from sandbox.paystack.model import Json, Refund, Transaction
from sandbox.paystack.refusals import RefusedError, unknown_parameters

_TRANSACTIONS = frozenset(["perPage", "page", "customer", "status", "from", "to", "amount"])
_REFUNDS = frozenset(["perPage", "page", "transaction", "currency", "from", "to"])

_Row = TypeVar("_Row", Transaction, Refund)


def transactions(rows: Iterable[Transaction], query: Mapping[str, str]) -> tuple[list[Transaction], Json]:
    _known(query, _TRANSACTIONS)
    wanted = [
        row
        for row in _between(rows, query)
        if query.get("status") in (None, str(row.status))
        and query.get("customer") in (None, str(row.customer_id))  # a CUS_ code finds nothing
        and query.get("amount") in (None, str(row.amount))
    ]
    return _page(wanted, query)


def refunds(rows: Iterable[Refund], query: Mapping[str, str]) -> tuple[list[Refund], Json]:
    """`transaction` is the numeric id; a reference finds nothing."""
    _known(query, _REFUNDS)
    wanted = [
        row
        for row in _between(rows, query)
        if query.get("transaction") in (None, str(row.transaction.id))
        and query.get("currency") in (None, row.transaction.currency)
    ]
    return _page(wanted, query)


def _known(query: Mapping[str, str], names: frozenset[str]) -> None:
    if unknown := query.keys() - names:
        raise unknown_parameters(set(unknown))


def _between(rows: Iterable[_Row], query: Mapping[str, str]) -> list[_Row]:
    since, until = _instant(query, "from"), _instant(query, "to")
    return [
        row
        for row in rows
        if (since is None or row.created_at >= since) and (until is None or row.created_at <= until)
    ]


def _instant(query: Mapping[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        instant = datetime.fromisoformat(query[name])
    except ValueError as error:
        raise RefusedError(f"{name} must be a valid date") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _page(rows: list[_Row], query: Mapping[str, str]) -> tuple[list[_Row], Json]:
    """Newest first."""
    size, number = _count(query, "perPage", 50), _count(query, "page", 1)
    meta = {
        "total": len(rows),
        "total_volume": sum(row.amount for row in rows),
        "skipped": (number - 1) * size,
        "perPage": size,
        "page": number,
        "pageCount": -(-len(rows) // size),
    }
    return rows[::-1][(number - 1) * size : number * size], meta


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    written = query.get(name, str(default))
    if not written.isdigit() or int(written) < 1:
        raise RefusedError(f"{name} must be a positive number")
    return int(written)
