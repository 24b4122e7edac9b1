"""Reminders in the outbox: the nearest session first, one a person at a time, and called off."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.queue import OutboxItem
from storage.database import Database
from tests.clock import MORNING
from tests.storage.seeds import errand
from tests.storage.test_outbox import MINUTE, add, keys

HOUR = timedelta(hours=1)


def reminder(key: str, *, lane: str, start: datetime, due: datetime = MORNING) -> OutboxItem:
    return replace(errand(key, lane=lane, due=due), about_at=start)


async def claim(
    database: Database,
    owner: str = "a",
    *,
    now: datetime = MORNING,
    limit: int = 99,
    reminders: int | None = None,
) -> list[OutboxItem]:
    return await database.write(
        lambda uow: uow.outbox.claim(
            owner=owner, now=now, lease_until=now + MINUTE, limit=limit, reminders=reminders
        )
    )


async def test_the_nearest_session_goes_first_and_what_is_of_none_before_all(database: Database) -> None:
    await add(
        database,
        reminder("tomorrow", lane="1", start=MORNING + 24 * HOUR, due=MORNING - HOUR),
        reminder("soon", lane="2", start=MORNING + HOUR),
        reminder("not yet", lane="3", start=MORNING + 2 * HOUR, due=MORNING + HOUR),
        reminder("sooner", lane="4", start=MORNING + MINUTE),
        errand("a receipt", lane="5"),
    )
    assert keys(await claim(database)) == ["a receipt", "sooner", "soon", "tomorrow"]


async def test_so_many_are_claimed_as_there_is_room_for(database: Database) -> None:
    await add(database, *(reminder(f"{n}", lane=f"{n}", start=MORNING + n * MINUTE) for n in range(5)))
    await add(database, errand("a receipt", lane="r"))
    assert keys(await claim(database, reminders=0)) == ["a receipt"]
    assert keys(await claim(database, reminders=2)) == ["0", "1"]
    assert keys(await claim(database, reminders=9)) == ["2", "3", "4"]


async def test_one_person_has_one_at_a_time_and_keeps_nobody_waiting(database: Database) -> None:
    many = [reminder(f"ada {n}", lane="ada", start=MORNING + (9 - n) * MINUTE) for n in range(9)]
    await add(database, *many, reminder("tunde", lane="tunde", start=MORNING + HOUR))
    first, other = await claim(database)
    assert (first.key, other.key) == ("ada 8", "tunde")
    assert await claim(database) == []
    assert await claim(database, "b") == []
    await database.write(lambda uow: uow.outbox.sent(first.id, now=MORNING, receipt="1"))
    assert keys(await claim(database, "b")) == ["ada 7"]


async def test_one_that_is_tried_again_holds_up_no_nearer_one(database: Database) -> None:
    await add(database, reminder("a", lane="ada", start=MORNING + MINUTE))
    [first] = await claim(database)
    await database.write(lambda uow: uow.outbox.retry(first.id, due_at=MORNING + HOUR, error="429"))
    await add(database, reminder("b", lane="ada", start=MORNING + HOUR))
    assert keys(await claim(database)) == ["b"]


async def test_what_a_dead_worker_held_goes_out_when_its_lease_is_over(database: Database) -> None:
    await add(database, reminder("a", lane="ada", start=MORNING + HOUR))
    await claim(database, "dead")
    assert await claim(database, "b", now=MORNING + MINUTE - timedelta(seconds=1)) == []
    assert keys(await claim(database, "b", now=MORNING + MINUTE)) == ["a"]


async def test_what_is_called_off_is_dropped_and_what_was_sent_or_is_on_its_way_is_named(
    database: Database,
) -> None:
    names = ["sent", "on its way", "waits", "waits too", "another's"]
    await add(database, *(reminder(name, lane=name, start=MORNING + HOUR) for name in names[:2]))
    by_key = {item.key: item.id for item in await claim(database)}
    await database.write(lambda uow: uow.outbox.sent(by_key["sent"], now=MORNING, receipt="42"))
    await add(database, *(reminder(name, lane=name, start=MORNING + HOUR) for name in names[2:]))

    there = await database.write(
        lambda uow: uow.outbox.withdraw([*names[:4], "unknown"], now=MORNING, why="moved")
    )
    assert sorted(there) == ["on its way", "sent"]
    assert keys(await claim(database, "b", now=MORNING + HOUR)) == ["another's"]
    assert await database.read(lambda uow: uow.outbox.receipt("sent")) == "42"
    assert await database.read(lambda uow: uow.outbox.receipt("on its way")) is None
    # it did arrive
    await database.write(lambda uow: uow.outbox.sent(by_key["on its way"], now=MORNING, receipt="43"))
    assert await database.read(lambda uow: uow.outbox.receipt("on its way")) == "43"
    assert await database.write(lambda uow: uow.outbox.withdraw([], now=MORNING, why="moved")) == []
