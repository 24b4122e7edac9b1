"""What must go out is said once, in order within a lane, by one worker at a time."""

import asyncio
from datetime import datetime, timedelta

import pytest

from domain.model.queue import OutboxItem, OutboxState
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING
from tests.storage.seeds import errand

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def add(database: Database, *items: OutboxItem) -> None:
    def work(uow: UnitOfWork) -> None:
        for item in items:
            assert uow.outbox.add(item)

    await database.write(work)


async def claim(
    database: Database, owner: str = "a", *, now: datetime = MORNING, limit: int = 99
) -> list[OutboxItem]:
    return await database.write(
        lambda uow: uow.outbox.claim(owner=owner, now=now, lease_until=now + MINUTE, limit=limit)
    )


def keys(items: list[OutboxItem]) -> list[str]:
    return [item.key for item in items]


async def test_a_key_is_said_once(database: Database) -> None:
    await add(database, errand("a", lane="1"))
    assert not await database.write(lambda uow: uow.outbox.add(errand("a", lane="2")))
    [item] = await claim(database)
    assert item.payload == {"to": 7, "words": "Ọlá ₦"}
    await database.write(lambda uow: uow.outbox.sent(item.id, now=MORNING, receipt="42"))
    assert not await database.write(lambda uow: uow.outbox.add(errand("a", lane="1")))


async def test_due_ones_are_claimed_in_order_of_due_time(database: Database) -> None:
    await add(
        database,
        errand("late", lane="1", due=MORNING - SECOND),
        errand("not yet", lane="2", due=MORNING + SECOND),
        errand("early", lane="3", due=MORNING - MINUTE),
        errand("now", lane="1"),
    )
    assert keys(await claim(database, limit=1)) == ["early"]
    assert keys(await claim(database)) == ["late", "now"]
    assert await claim(database) == []


async def test_a_lane_another_holds_waits_and_others_do_not(database: Database) -> None:
    await add(database, errand("a1", lane="a"), errand("a2", lane="a"), errand("b1", lane="b"))
    [first] = await claim(database, "one", limit=1)
    assert keys(await claim(database, "two")) == ["b1"]
    assert keys(await claim(database, "one")) == ["a2"]
    await database.write(lambda uow: uow.outbox.sent(first.id, now=MORNING, receipt=None))
    await add(database, errand("a3", lane="a"))
    assert await claim(database, "two") == []  # a2 is still with the first


async def test_what_a_dead_worker_held_is_claimed_when_its_lease_is_over(database: Database) -> None:
    await add(database, errand("a1", lane="a"), errand("a2", lane="a"))
    await claim(database, "dead", limit=1)
    assert await claim(database, "two", now=MORNING + MINUTE - SECOND) == []
    assert keys(await claim(database, "two", now=MORNING + MINUTE)) == ["a1", "a2"]


async def test_what_is_released_is_due_as_before(database: Database) -> None:
    await add(database, errand("a1", lane="a"))
    [item] = await claim(database, "one")
    await database.write(lambda uow: uow.outbox.release([item.id]))
    await database.write(lambda uow: uow.outbox.release([]))
    assert await claim(database, "two") == [item]


async def test_what_is_tried_again_goes_before_what_came_after_it(database: Database) -> None:
    await add(database, errand("a1", lane="a"), errand("a2", lane="a"), errand("b1", lane="b"))
    first, *_ = await claim(database, limit=1)
    due = MORNING + 5 * SECOND
    await database.write(lambda uow: uow.outbox.retry(first.id, due_at=due, error="429"))
    assert keys(await claim(database)) == ["b1"]
    assert await database.read(lambda uow: uow.outbox.next_due()) == due
    [again] = await claim(database, now=due)
    assert (again.key, again.attempts) == ("a1", 1)
    await database.write(lambda uow: uow.outbox.sent(again.id, now=due, receipt=None))
    assert keys(await claim(database, now=due)) == ["a2"]


async def test_what_has_an_end_is_not_claimed_again(database: Database) -> None:
    await add(database, *(errand(key, lane=key) for key in ("sent", "dropped", "dead", "due")))
    by_key = {item.key: item.id for item in await claim(database)}
    far = MORNING + timedelta(days=1)

    def close(uow: UnitOfWork) -> None:
        uow.outbox.sent(by_key["sent"], now=MORNING, receipt="1")
        uow.outbox.dropped(by_key["dropped"], now=MORNING, why="cancelled")
        uow.outbox.dead(by_key["dead"], now=MORNING, error="blocked")
        for name in ("sent", "dropped", "dead"):
            uow.outbox.retry(by_key[name], due_at=MORNING, error="too late")

    await database.write(close)
    assert keys(await claim(database, now=far)) == ["due"]
    counts = await database.read(lambda uow: uow.outbox.counts())
    assert counts == {state.value: 1 for state in OutboxState}


async def test_waiting_ones_are_dropped_by_the_start_of_their_key(database: Database) -> None:
    names = ["reminder:B1:24", "reminder:B1:1", "reminder:B10:1", "REMINDER:B1:9", "reminder:B%:1"]
    await add(database, *(errand(name, lane=name) for name in names))

    async def drop(prefix: str) -> int:
        return await database.write(lambda uow: uow.outbox.drop_waiting(prefix, now=MORNING, why="moved"))

    assert await drop("reminder:B1:") == 2
    assert await drop("reminder:B1:") == 0
    assert await drop("reminder:B%") == 1
    assert keys(await claim(database)) == ["reminder:B10:1", "REMINDER:B1:9"]


async def test_what_was_dropped_on_its_way_is_not_tried_again_but_counts_as_sent_if_it_was(
    database: Database,
) -> None:
    await add(database, errand("a", lane="a"), errand("b", lane="b"))
    first, second = await claim(database)
    assert await database.write(lambda uow: uow.outbox.drop_waiting("", now=MORNING, why="moved")) == 2
    await database.write(lambda uow: uow.outbox.retry(first.id, due_at=MORNING, error="timeout"))
    await database.write(lambda uow: uow.outbox.sent(second.id, now=MORNING, receipt="1"))
    assert await claim(database) == []
    counts = await database.read(lambda uow: uow.outbox.counts())
    assert (counts["dropped"], counts["sent"]) == (1, 1)


async def test_it_knows_when_a_claim_will_bring_something(database: Database) -> None:
    async def next_due() -> datetime | None:
        return await database.read(lambda uow: uow.outbox.next_due())

    assert await next_due() is None
    await add(database, errand("a1", lane="a"), errand("b1", lane="b", due=MORNING + 5 * MINUTE))
    assert await next_due() == MORNING
    await claim(database)
    await add(database, errand("a2", lane="a"))
    assert await next_due() == MORNING + MINUTE  # when the lease of a1 ends; a2 waits behind it


@pytest.mark.parametrize("round_number", range(3))
async def test_workers_that_claim_at_once_share_no_row_and_no_lane(
    database: Database, round_number: int
) -> None:
    await add(database, *(errand(f"{lane}:{n}", lane=str(lane)) for lane in range(20) for n in range(5)))
    claims = await asyncio.gather(*(claim(database, f"w{worker}", limit=30) for worker in range(6)))
    ids = [item.id for claimed in claims for item in claimed]
    assert len(ids) == len(set(ids)) > 0
    lanes = [{item.lane for item in claimed} for claimed in claims]
    assert sum(len(each) for each in lanes) == len(set().union(*lanes))


async def test_renewing_keeps_what_one_has_claimed_and_nothing_else(database: Database) -> None:
    await add(database, errand("a", lane="a"), errand("b", lane="b"))
    await claim(database, "one", limit=1)
    await claim(database, "two", limit=1)
    later = MORNING + 2 * MINUTE
    await database.write(lambda uow: uow.outbox.renew(owner="one", lease_until=later))
    assert keys(await claim(database, "three", now=MORNING + MINUTE)) == ["b"]


async def test_after_a_start_alone_every_claim_is_given_back(database: Database) -> None:
    await add(database, errand("a", lane="a"), errand("b", lane="b"), errand("c", lane="c"))
    [first, *_] = await claim(database, "dead")
    await database.write(lambda uow: uow.outbox.sent(first.id, now=MORNING, receipt=None))
    assert await claim(database, "new") == []
    await database.write(lambda uow: uow.outbox.release_all())
    assert keys(await claim(database, "new")) == ["b", "c"]
