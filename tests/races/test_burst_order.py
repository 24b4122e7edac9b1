"""Many reminders in hand of two workers: each once, the nearest first, few at a time, and nothing waits behind them."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.outbox import REMINDERS_AT_ONCE, Done, OutboxWorker, Outcome
from bot.tasks import Nursery
from domain.model.queue import OutboxItem
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING, FrozenClock
from tests.engines import VAULT
from tests.races.test_queues import nobody
from tests.storage.seeds import errand

MANY, BUSY = 400, 20
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def two(database_url: str) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as closing:
        databases = [Database.from_url(database_url, VAULT) for _ in range(2)]
        for database in databases:
            await database.open()
            closing.push_async_callback(database.close)
        yield databases


class Post:
    def __init__(self) -> None:
        self.left: list[OutboxItem] = []
        self.in_hand: set[str] = set()
        self.most = 0

    async def deliver(self, item: OutboxItem) -> Outcome:
        assert item.lane not in self.in_hand, "two at once to one person"
        self.in_hand.add(item.lane)
        self.most = max(self.most, len(self.in_hand))
        await asyncio.sleep(0.1)
        self.in_hand.discard(item.lane)
        self.left.append(item)
        return Done(receipt="1")


def _reminder(key: str, lane: str, start: datetime) -> OutboxItem:
    return replace(errand(key, lane=lane), about_at=start)


def _fill(uow: UnitOfWork) -> None:
    minutes = random.Random(7).sample(range(1_400), MANY)
    uow.outbox.add_all(
        [_reminder(f"r{at}", f"client {at}", MORNING + at * MINUTE) for at in minutes]
        + [_reminder(f"busy {at}", "ada", MORNING + at * MINUTE) for at in range(BUSY)]
    )


async def test_a_burst_leaves_in_order_and_keeps_nothing_else_waiting(
    two: list[Database], clock: FrozenClock
) -> None:
    await two[0].write(_fill)
    post, nurseries = Post(), (Nursery(), Nursery())
    workers = [
        OutboxWorker(
            transactions=one,
            clock=clock,
            owner=f"owner {at}",
            nursery=nurseries[at],
            deliver=post.deliver,
            on_dead=nobody,
        )
        for at, one in enumerate(two)
    ]
    told = False
    async with asyncio.timeout(60):
        while len(post.left) < MANY + BUSY + 1 or any(nursery._tasks for nursery in nurseries):
            if len(post.left) > MANY // 4 and not told:
                told = await two[0].write(lambda uow: uow.outbox.add(errand("paid", lane="person:1")))
            for worker in workers:
                worker.nudge()
            await asyncio.sleep(0.01)
    keys = [item.key for item in post.left]
    assert len(keys) == len(set(keys)) == MANY + BUSY + 1
    assert post.most <= 2 * REMINDERS_AT_ONCE + 1
    assert keys.index("paid") < MANY // 4 + 3 * REMINDERS_AT_ONCE
    starts = [item.about_at for item in post.left if item.about_at is not None and item.lane != "ada"]
    places = {start: place for place, start in enumerate(sorted(starts))}
    assert max(abs(places[start] - at) for at, start in enumerate(starts)) <= 2 * REMINDERS_AT_ONCE
    assert [item.key for item in post.left if item.lane == "ada"] == [f"busy {at}" for at in range(BUSY)]
