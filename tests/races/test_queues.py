"""Two programs on one database: every row is worked once, and in the order of its lane."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from bot.inbox import InboxKeeper, InboxWorker
from bot.outbox import Done, OutboxWorker, Outcome
from bot.tasks import Nursery
from domain.model.queue import InboxItem, OutboxItem
from domain.ports import UnitOfWork
from storage.database import Database
from storage.repositories.inbox import SqlInbox
from storage.repositories.outbox import SqlOutbox
from storage.rows import Records
from storage.tables import inbox, outbox
from tests.clock import FrozenClock
from tests.engines import VAULT
from tests.storage.seeds import errand, update

LANES, DEEP = 20, 5
INCOMING, OUTGOING = Records(InboxItem, inbox), Records(OutboxItem, outbox)


@pytest.fixture
async def two(database_url: str) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as closing:
        databases = [Database.from_url(database_url, VAULT) for _ in range(2)]
        for database in databases:
            await database.open()
            closing.push_async_callback(database.close)
        yield databases


async def nobody(*_: object) -> None:
    return


class Letterbox:
    """What was delivered, in order."""

    def __init__(self, *, pause: float = 0.002) -> None:
        self.pause = pause
        self.lanes: dict[str, list[str]] = defaultdict(list)

    async def deliver(self, item: OutboxItem) -> Outcome:
        await asyncio.sleep(self.pause)
        self.lanes[item.lane].append(item.key)
        return Done()

    async def work(self, item: InboxItem) -> None:
        await asyncio.sleep(0.002)
        self.lanes[item.lane].append(item.key)

    @property
    def number(self) -> int:
        return sum(len(keys) for keys in self.lanes.values())


def outbox_worker(
    database: Database, clock: FrozenClock, letters: Letterbox, owner: str
) -> tuple[Any, Nursery]:
    nursery = Nursery()
    worker = OutboxWorker(
        transactions=database,
        clock=clock,
        owner=owner,
        nursery=nursery,
        deliver=letters.deliver,
        on_dead=nobody,
    )
    return worker, nursery


def fill_outbox(uow: UnitOfWork) -> None:
    for number in range(DEEP):
        for lane in range(LANES):
            uow.outbox.add(errand(f"{lane}:{number}", lane=str(lane)))


async def deliver_by_two(
    two: list[Database], clock: FrozenClock, letters: Letterbox | None = None
) -> Letterbox:
    letters = letters or Letterbox()
    workers = [outbox_worker(one, clock, letters, f"owner {at}") for at, one in enumerate(two)]
    for worker, _ in workers:
        worker.nudge()
    async with asyncio.timeout(10):
        while letters.number < LANES * DEEP or any(nursery._tasks for _, nursery in workers):
            for worker, _ in workers:
                worker.nudge()
            await asyncio.sleep(0.01)
    return letters


async def test_two_workers_deliver_each_row_once_and_in_its_lanes_order(
    two: list[Database], clock: FrozenClock
) -> None:
    await two[0].write(fill_outbox)
    letters = await deliver_by_two(two, clock)
    assert letters.lanes == {
        str(lane): [f"{lane}:{number}" for number in range(DEEP)] for lane in range(LANES)
    }


def claim_without_a_mark(
    self: SqlOutbox, *, owner: str, now: datetime, lease_until: datetime, limit: int, reminders: int
) -> list[OutboxItem]:
    due = OUTGOING.select.where(outbox.c.state == "due").limit(limit)
    return OUTGOING.all(self._connection, due, {})


async def test_a_claim_that_leaves_no_mark_delivers_twice(two: list[Database], clock: FrozenClock) -> None:
    """The negative control."""
    await two[0].write(fill_outbox)
    with patch.object(SqlOutbox, "claim", claim_without_a_mark):
        letters = await deliver_by_two(
            two, clock, Letterbox(pause=0.05)
        )  # both have claimed before one is done
    assert letters.number > LANES * DEEP


def replica(
    database: Database, clock: FrozenClock, letters: Letterbox, owner: str
) -> tuple[Any, Any, Nursery]:
    nursery = Nursery()
    keeper = InboxKeeper(transactions=database, clock=clock, vault=VAULT, owner=owner, nursery=nursery)
    worker = InboxWorker(
        transactions=database,
        clock=clock,
        keeper=keeper,
        owner=owner,
        nursery=nursery,
        work=letters.work,
        on_bug=nobody,
    )
    return keeper, worker, nursery


async def test_a_lane_goes_on_after_a_bug_that_cannot_even_be_told(
    database: Database, clock: FrozenClock
) -> None:
    letters = Letterbox()

    async def stumble(*_: object) -> None:
        raise ZeroDivisionError

    keeper, worker, nursery = replica(database, clock, letters, "me")
    worker._work = stumble
    worker._on_bug = stumble
    await keeper.keep([update("1", lane="a"), update("2", lane="a")])
    await quiet([(keeper, worker, nursery)])
    worker._work = letters.work
    await keeper.keep([update("3", lane="a")])
    await quiet([(keeper, worker, nursery)])
    assert letters.lanes["a"] == ["3"]
    assert worker.backlog == 0


async def test_what_is_done_is_not_worked_again_while_the_mark_is_on_its_way(
    database: Database, clock: FrozenClock
) -> None:
    """The database takes longer than the lease lasts."""
    letters, slow, go_on = Letterbox(), asyncio.Event(), asyncio.Event()
    keeper, worker, nursery = replica(database, clock, letters, "me")
    write = keeper._transactions

    class Slow:
        async def write(self, work: Any) -> Any:
            if letters.number:
                slow.set()
                await go_on.wait()
            return await write.write(work)

    keeper._transactions = Slow()
    await keeper.keep([update("1", lane="a")])
    await slow.wait()
    clock.advance(timedelta(minutes=1))
    await worker.sweep()
    go_on.set()
    await quiet([(keeper, worker, nursery)])
    assert letters.lanes["a"] == ["1"]


ITEMS = [update(f"{number}:{lane}", lane=str(lane)) for number in range(DEEP) for lane in range(LANES)]


async def quiet(replicas: list[tuple[Any, Any, Nursery]]) -> None:
    async with asyncio.timeout(10):
        while any(nursery._tasks for *_, nursery in replicas):  # noqa: ASYNC110 - of two nurseries
            await asyncio.sleep(0.005)


async def states(database: Database) -> set[tuple[str, int]]:
    def read(uow: Any) -> set[tuple[str, int]]:
        return {tuple(row) for row in uow.connection.execute(select(inbox.c.state, inbox.c.attempts))}

    return await database.read(read)


async def test_an_update_that_reaches_two_replicas_is_worked_by_one(
    two: list[Database], clock: FrozenClock
) -> None:
    letters = Letterbox()
    replicas = [replica(one, clock, letters, f"owner {at}") for at, one in enumerate(two)]
    await asyncio.gather(*(keeper.keep([item]) for item in ITEMS for keeper, *_ in replicas))
    await quiet(replicas)
    assert letters.number == len(ITEMS)
    assert await states(two[0]) == {("done", 0)}


async def orphaned(two: list[Database], clock: FrozenClock) -> Letterbox:
    """What a dead replica left behind, taken over by two at once."""
    lease = clock.now()
    await two[0].write(lambda uow: uow.inbox.add(ITEMS, owner="dead", lease_until=lease))
    letters = Letterbox()
    replicas = [replica(one, clock, letters, f"owner {at}") for at, one in enumerate(two)]
    await asyncio.gather(*(worker.sweep() for _, worker, _ in replicas for _ in range(3)))
    await quiet(replicas)
    return letters


async def test_what_a_dead_replica_left_is_taken_over_once(two: list[Database], clock: FrozenClock) -> None:
    letters = await orphaned(two, clock)
    assert letters.number == len(ITEMS)
    assert await states(two[0]) == {("done", 0)}


def look_without_a_claim(self: SqlInbox, **_: object) -> list[InboxItem]:
    waiting = INCOMING.select.where(inbox.c.state == "new").order_by(inbox.c.id)
    return INCOMING.all(self._connection, waiting, {})


async def test_a_look_that_claims_nothing_works_them_twice(two: list[Database], clock: FrozenClock) -> None:
    """The negative control."""
    with patch.object(SqlInbox, "orphans", look_without_a_claim):
        letters = await orphaned(two, clock)
    assert letters.number > len(ITEMS)
