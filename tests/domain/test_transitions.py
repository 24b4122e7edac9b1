"""What the tables of transitions say is what the use cases do, cell by cell, on a real database."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refusal
from domain.model.ledger import LedgerMove
from domain.model.transitions import BOOKING, LEDGER, PAYMENT, REQUEST, Cell, Money
from domain.ports import UnitOfWork
from tests.domain import stages
from tests.domain.scenes import Act, Scene, scene
from tests.engines import SqliteFiles
from tests.property.inline import open_inline
from tests.property.practice import Practice

Table = Mapping[Any, Mapping[Any, Cell]]
BEGINS = {Money.RETURNS, Money.CREDIT_RETURNS, Money.HELD_RETURNS, Money.VALUE_RETURNS, Money.PART_RETURNS}


def _cells(table: Table) -> list[Any]:
    return [
        pytest.param(state, event, cell, id=f"{state.value}, {event.value}")
        for event, row in table.items()
        for state, cell in row.items()
    ]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def url(folder: Path, sqlite_files: SqliteFiles) -> str:
    for file in folder.iterdir():
        file.unlink()
    return sqlite_files.fresh(folder)


@pytest.mark.parametrize(("state", "event", "cell"), _cells(REQUEST))
def test_a_request_goes_where_the_table_says(url: str, state: Any, event: Any, cell: Cell) -> None:
    asyncio.run(_try(url, "request", stages.REQUESTS[state], stages.OF_REQUEST[event], state, cell))


@pytest.mark.parametrize(("state", "event", "cell"), _cells(BOOKING))
def test_a_booking_goes_where_the_table_says(url: str, state: Any, event: Any, cell: Cell) -> None:
    asyncio.run(_try(url, "booking", stages.BOOKINGS[state], stages.OF_BOOKING[event], state, cell))


@pytest.mark.parametrize(("state", "event", "cell"), _cells(PAYMENT))
def test_a_payment_goes_where_the_table_says(url: str, state: Any, event: Any, cell: Cell) -> None:
    asyncio.run(_try(url, "payment", stages.PAYMENTS[state], stages.OF_PAYMENT[event], state, cell))


async def _try(url: str, of: str, bring_about: Act, event: Act, state: StrEnum, cell: Cell) -> None:
    database = open_inline(url)
    await database.open()
    try:
        at = await scene(Practice(database))
        await bring_about(at)
        before = await database.read(lambda uow: _standing(uow, at, of))
        assert before.state.value == state.value.partition(",")[0], "the scene is not what it should be"
        refused = await _refused(at, event)
        after = await database.read(lambda uow: _standing(uow, at, of))
        _compare(before, after, cell, refused=refused)
    finally:
        await database.close()


async def _refused(scene: Scene, event: Act) -> bool:
    try:
        await event(scene)
    except Refusal:
        return True
    return False


class _Standing:
    def __init__(self, state: StrEnum, moves: list[LedgerMove], refunds: int, audit: int, paid: int) -> None:
        self.state, self.moves, self.refunds, self.audit, self.paid = state, moves, refunds, audit, paid


def _standing(uow: UnitOfWork, scene: Scene, of: str) -> _Standing:
    request = uow.requests.card(scene.request).request
    booking = uow.bookings.by_public_id(scene.booking)
    payment = uow.payments.by_reference(scene.reference)
    assert booking is not None
    assert payment is not None
    payments = uow.payments.of_request(request.id)
    name = {"request": scene.request, "booking": scene.booking, "payment": scene.reference}[of]
    state: StrEnum = {
        "request": request.state,
        "booking": booking.state,
        "payment": payment.outcome or payment.state,
    }[of]
    about = [payment] if of == "payment" else payments
    return _Standing(
        state=state,
        moves=[move for one in about for move in uow.ledger.of_payment(one.id)],
        refunds=sum(uow.refunds.of_payment(one.id) is not None for one in about),
        audit=len(uow.audit.of(f"{of}:{name}")),
        paid=payment.amount,
    )


def _compare(before: _Standing, after: _Standing, cell: Cell, *, refused: bool) -> None:
    assert refused == cell.refused
    assert after.state == (cell.to or before.state)
    moves = after.moves[len(before.moves) :]
    assert [(move.source, move.target) for move in moves] == list(LEDGER[cell.money])
    assert after.refunds - before.refunds == (cell.money in BEGINS)
    if moves and cell.money in {Money.PART_RETURNS, Money.STUCK_PART}:
        assert moves[0].amount == after.paid // 2
    if after.state != before.state:
        assert after.audit > before.audit, "it left no trace"
    if refused:
        assert after.audit == before.audit


@pytest.mark.parametrize(
    ("table", "states", "events"),
    [
        (REQUEST, stages.REQUESTS, stages.OF_REQUEST),
        (BOOKING, stages.BOOKINGS, stages.OF_BOOKING),
        (PAYMENT, stages.PAYMENTS, stages.OF_PAYMENT),
    ],
    ids=["request", "booking", "payment"],
)
def test_no_cell_is_empty(table: Table, states: Mapping[Any, Act], events: Mapping[Any, Act]) -> None:
    assert list(table) == list(events)
    for row in table.values():
        assert list(row) == list(states)
