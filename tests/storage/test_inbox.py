"""What came in is stored once, and worked by one until it is done."""

from datetime import timedelta

from sqlalchemy import select

from domain.model.queue import InboxItem, InboxState, Source
from domain.ports import UnitOfWork
from storage.database import Database
from storage.tables import inbox
from tests.clock import MORNING
from tests.storage.seeds import update

MINUTE = timedelta(minutes=1)
LEASE = MORNING + MINUTE


async def add(database: Database, *keys: str, owner: str = "a") -> list[InboxItem]:
    items = [update(key) for key in keys]
    return await database.write(lambda uow: uow.inbox.add(items, owner=owner, lease_until=LEASE))


async def orphans(database: Database, *, now: object = LEASE, limit: int = 9) -> list[str]:
    found = await database.write(
        lambda uow: uow.inbox.orphans(owner="b", now=now, lease_until=LEASE + MINUTE, limit=limit)  # type: ignore[arg-type]
    )
    return [item.key for item in found]


async def test_new_ones_come_back_in_order_with_rising_ids(database: Database) -> None:
    keys = [str(number) for number in range(200)]
    added = await add(database, *keys)
    assert [item.key for item in added] == keys
    assert [item.id for item in added] == sorted(item.id for item in added)
    assert min(item.id for item in added) > 0


async def test_duplicates_are_left_out(database: Database) -> None:
    await add(database, "1", "2")
    assert [item.key for item in await add(database, "2", "3", "3", "1", "4")] == ["3", "4"]
    assert await add(database, "1") == []
    assert await add(database) == []
    assert await database.read(lambda uow: uow.inbox.counts()) == {"new": 4, "done": 0, "failed": 0}


async def test_the_same_key_from_another_source_is_another_item(database: Database) -> None:
    await add(database, "1")
    other = InboxItem(source=Source.PAYSTACK, key="1", lane="p", body='{"₦": 1}', received_at=MORNING)
    added = await database.write(lambda uow: uow.inbox.add([other], owner="a", lease_until=LEASE))
    assert [(item.source, item.body) for item in added] == [(Source.PAYSTACK, '{"₦": 1}')]


async def test_an_item_is_an_orphan_when_its_lease_is_over(database: Database) -> None:
    await add(database, "1", "2", "3")
    assert await orphans(database, now=LEASE - timedelta(microseconds=1)) == []
    assert await orphans(database, limit=2) == ["1", "2"]
    assert await orphans(database) == ["3"]
    assert await orphans(database) == []


async def test_renewing_keeps_what_one_works_on(database: Database) -> None:
    await add(database, "1")
    await add(database, "2", owner="c")
    await database.write(lambda uow: uow.inbox.renew(owner="a", lease_until=LEASE + MINUTE))
    assert await orphans(database) == ["2"]


async def test_a_retry_is_due_again_later_for_anybody(database: Database) -> None:
    [item] = await add(database, "1")
    due = MORNING + timedelta(seconds=5)
    await database.write(lambda uow: uow.inbox.retry(item.id, due_at=due, error="database away"))
    assert await orphans(database, now=due - timedelta(seconds=1)) == []

    def claim(uow: UnitOfWork) -> list[InboxItem]:
        return uow.inbox.orphans(owner="b", now=due, lease_until=LEASE, limit=9)

    [again] = await database.write(claim)
    assert (again.id, again.attempts, again.state) == (item.id, 1, InboxState.NEW)


async def test_what_is_done_or_failed_is_never_claimed_again(database: Database) -> None:
    first, second, third, fourth = await add(database, "1", "2", "3", "4")
    await database.write(lambda uow: uow.inbox.done([first.id, second.id], MORNING))
    await database.write(lambda uow: uow.inbox.done([], MORNING))
    await database.write(lambda uow: uow.inbox.failed(third.id, now=MORNING, error="bug"))
    await database.write(lambda uow: uow.inbox.retry(third.id, due_at=MORNING, error="late"))
    assert await orphans(database) == ["4"]
    assert await database.read(lambda uow: uow.inbox.counts()) == {"new": 1, "done": 2, "failed": 1}
    assert await add(database, "1") == []
    assert fourth.key == "4"


async def test_after_a_start_alone_everything_new_is_ones_own(database: Database) -> None:
    first, *_ = await add(database, "1", "2", "3")
    await database.write(lambda uow: uow.inbox.done([first.id], MORNING))
    claimed = await database.write(lambda uow: uow.inbox.all_new(owner="b", lease_until=LEASE + MINUTE))
    assert [item.key for item in claimed] == ["2", "3"]
    assert await orphans(database) == []


async def test_the_oldest_that_waits_is_known_by_source(database: Database) -> None:
    items = [update("1", at=MORNING + MINUTE), update("2", at=MORNING)]
    await database.write(lambda uow: uow.inbox.add(items, owner="a", lease_until=LEASE))
    assert await database.read(lambda uow: uow.inbox.oldest_new(Source.TELEGRAM)) == MORNING
    assert await database.read(lambda uow: uow.inbox.oldest_new(Source.PAYSTACK)) is None


async def test_what_was_said_goes_as_soon_as_it_is_worked_or_let_be(database: Database) -> None:
    done, failed, let_be, new = await add(database, "1", "2", "3", "4")

    def work(uow: UnitOfWork) -> None:
        uow.inbox.done([done.id], MORNING)
        uow.inbox.failed(let_be.id, now=MORNING, error="x")
        uow.inbox.let_be(None, now=MORNING)
        uow.inbox.failed(failed.id, now=MORNING, error="x")

    await database.write(work)
    bodies = await database.snapshot(lambda it: it.execute(select(inbox.c.body).order_by(inbox.c.id)).all())
    assert [row[0] for row in bodies] == ["", failed.body, "", new.body]
