"""What the tables of transitions say is what the use cases do, cell by cell, on a real database."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refusal
from domain.model.cells import LEDGER, Cell, Money
from domain.model.ledger import LedgerMove
from domain.model.payment import MoneyOutcome
from domain.model.plan_transitions import PLAN, PLAN_PAYMENT, PLAN_REQUEST
from domain.model.transitions import BOOKING, PAYMENT, REQUEST
from domain.ports import UnitOfWork
from tests.domain import plan_stages, stages
from tests.domain.plan_scenes import plan_scene
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


@pytest.mark.parametrize(("state", "event", "cell"), _cells(PLAN))
def test_a_plan_goes_where_the_table_says(url: str, state: Any, event: Any, cell: Cell) -> None:
    act = plan_stages.OF_PLAN[event]
    asyncio.run(_try(url, "plan", plan_stages.PLANS[state], act, state, cell, begin=plan_scene))


@pytest.mark.parametrize(("state", "event", "cell"), _cells(PLAN_REQUEST))
def test_a_plans_request_goes_where_the_table_says(url: str, state: Any, event: Any, cell: Cell) -> None:
    act = plan_stages.OF_REQUEST[event]
    asyncio.run(_try(url, "request", plan_stages.REQUESTS[state], act, state, cell, begin=plan_scene))


@pytest.mark.parametrize(("state", "event", "cell"), _cells(PLAN_PAYMENT))
def test_a_plans_payment_goes_where_the_table_says(url: str, state: Any, event: Any, cell: Cell) -> None:
    act = plan_stages.OF_PAYMENT[event]
    asyncio.run(_try(url, "payment", plan_stages.PAYMENTS[state], act, state, cell, begin=plan_scene))


Begin = Callable[[Practice], Awaitable[Scene]]


async def _try(
    url: str, of: str, bring_about: Act, event: Act, state: StrEnum, cell: Cell, begin: Begin = scene
) -> None:
    database = open_inline(url)
    await database.open()
    try:
        at = await begin(Practice(database))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    state: StrEnum
    moves: list[LedgerMove]
    refunds: int
    audit: int
    paid: int
    outcomes: dict[int, MoneyOutcome | None]


def _standing(uow: UnitOfWork, scene: Scene, of: str) -> _Standing:
    request = uow.requests.card(scene.request).request
    payment = uow.payments.by_reference(scene.reference)
    assert payment is not None
    payments = uow.payments.of_request(request.id)
    about = [payment] if of == "payment" else payments
    names = {"booking": scene.booking, "payment": scene.reference}
    return _Standing(
        state=_state(uow, scene, of),
        moves=[move for one in about for move in uow.ledger.of_payment(one.id)],
        refunds=sum(uow.refunds.of_payment(one.id) is not None for one in about),
        audit=len(uow.audit.of(f"{of}:{names.get(of, scene.request)}")),
        paid=payment.amount,
        outcomes={one.id: one.outcome for one in payments},
    )


def _state(uow: UnitOfWork, scene: Scene, of: str) -> StrEnum:
    match of:
        case "request":
            return uow.requests.card(scene.request).request.state
        case "booking":
            booking = uow.bookings.by_public_id(scene.booking or "")
            assert booking is not None
            return booking.state
        case "plan":
            return uow.plans.card(scene.request).plan.state
        case _:
            payment = uow.payments.by_reference(scene.reference)
            assert payment is not None
            return payment.outcome or payment.state


def _compare(before: _Standing, after: _Standing, cell: Cell, *, refused: bool) -> None:
    assert refused == cell.refused
    assert after.state == (cell.to or before.state)
    moves = [move for move in after.moves if move not in before.moves]
    assert [(move.source, move.target) for move in moves] == list(LEDGER[cell.money])
    assert after.refunds - before.refunds == (cell.money in BEGINS)
    for move in moves:
        _amount_is_right(move, after, cell)
    if after.state != before.state:
        assert after.audit > before.audit, "it left no trace"
    if refused:
        assert after.audit == before.audit


def _amount_is_right(move: LedgerMove, after: _Standing, cell: Cell) -> None:
    """A part leaves the payment what it was; all of it makes it a refund."""
    if cell.money in {Money.PART_RETURNS, Money.STUCK_PART}:
        assert move.amount == after.paid // 2
        assert after.outcomes[move.payment_id] is MoneyOutcome.VALUE
    elif cell.money in BEGINS:
        assert after.outcomes[move.payment_id] is MoneyOutcome.REFUND


@pytest.mark.parametrize(
    ("table", "states", "events"),
    [
        (REQUEST, stages.REQUESTS, stages.OF_REQUEST),
        (BOOKING, stages.BOOKINGS, stages.OF_BOOKING),
        (PAYMENT, stages.PAYMENTS, stages.OF_PAYMENT),
        (PLAN, plan_stages.PLANS, plan_stages.OF_PLAN),
        (PLAN_REQUEST, plan_stages.REQUESTS, plan_stages.OF_REQUEST),
        (PLAN_PAYMENT, plan_stages.PAYMENTS, plan_stages.OF_PAYMENT),
    ],
    ids=["request", "booking", "payment", "plan", "plan's request", "plan's payment"],
)
def test_no_cell_is_empty(table: Table, states: Mapping[Any, Act], events: Mapping[Any, Act]) -> None:
    assert list(table) == list(events)
    for row in table.values():
        assert list(row) == list(states)
