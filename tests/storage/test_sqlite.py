"""What is SQLite's alone: one writer with group commit, readers beside it, how each connection is set."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import StorageUnavailable
from domain.ports import UnitOfWork
from storage.database import Database
from storage.uow import SqlUnitOfWork
from tests.engines import VAULT
from tests.storage.seeds import dietitian, person


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def names(uow: UnitOfWork, telegram_ids: range) -> list[str]:
    found = [uow.people.by_telegram_id(number) for number in telegram_ids]
    return [one.name for one in found if one is not None]


def pragmas(uow: UnitOfWork, *, of: list[str]) -> dict[str, object]:
    assert isinstance(uow, SqlUnitOfWork)
    return {name: uow.connection.execute(text(f"PRAGMA {name}")).scalar() for name in of}


async def test_connections_are_set_as_decided(database: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert await database.write(partial(pragmas, of=list(wanted))) == wanted
    assert await database.read(partial(pragmas, of=list(wanted))) == wanted


async def test_a_reader_sees_one_moment(database: Database) -> None:
    """What is committed between two statements of one reader does not show: a page is read by two."""
    loop = asyncio.get_running_loop()

    def twice(uow: UnitOfWork) -> tuple[list[str], list[str]]:
        before = names(uow, range(1, 3))
        other = database.write(lambda other: other.people.add(person(telegram_id=2)))
        asyncio.run_coroutine_threadsafe(other, loop).result(5)
        return before, names(uow, range(1, 3))

    await database.write(lambda uow: uow.people.add(person(telegram_id=1, name="one")))
    assert await database.read(twice) == (["one"], ["one"])


async def test_what_was_cancelled_before_its_turn_is_not_done(database: Database) -> None:
    loop = asyncio.get_running_loop()
    release = asyncio.Event()

    def slow(_: UnitOfWork) -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(5)

    first = loop.create_task(database.write(slow))
    second = loop.create_task(database.write(lambda uow: uow.people.add(person(telegram_id=5))))
    await asyncio.sleep(0.05)
    second.cancel()
    await asyncio.sleep(0)
    release.set()
    await first
    assert await database.read(lambda uow: uow.people.by_telegram_id(5)) is None


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    commits: list[int] = []
    loop = asyncio.get_running_loop()
    release = asyncio.Event()

    def slow(uow: UnitOfWork) -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(5)

    def see(uow: UnitOfWork, *, number: int) -> None:
        uow.people.add(person(telegram_id=number))
        assert isinstance(uow, SqlUnitOfWork)
        commits.append(uow.connection.execute(text("PRAGMA data_version")).scalar_one())

    first = loop.create_task(database.write(slow))
    await asyncio.sleep(0.05)
    rest = [loop.create_task(database.write(partial(see, number=number))) for number in range(10)]
    await asyncio.sleep(0)
    outsider = loop.create_task(database.read(lambda uow: names(uow, range(10))))
    release.set()
    await asyncio.gather(first, *rest)
    assert len(set(commits)) == 1
    assert len(await outsider) in {0, 10}


async def test_two_programs_check_then_add_without_a_clash(database: Database, database_url: str) -> None:
    """Each takes the write lock before it looks, so neither acts on what is no longer so."""
    other = Database.from_url(database_url, VAULT)
    await other.open()

    def check_then_add(uow: UnitOfWork, *, number: int) -> bool:
        missing = uow.people.by_telegram_id(number) is None
        if missing:
            uow.people.add(person(telegram_id=number))
        return missing

    added = await asyncio.gather(
        *(
            each.write(partial(check_then_add, number=number))
            for number in range(50)
            for each in (database, other)
        )
    )
    await other.close()
    assert sum(added) == 50


async def test_a_file_that_somebody_keeps_locked_is_unavailable(
    database: Database, database_url: str
) -> None:
    def hurry(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.connection.execute(text("PRAGMA busy_timeout=50"))

    await database.write(hurry)
    other = sqlite3.connect(database_url.partition("///")[2], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable):
        await database.write(lambda uow: uow.people.add(person()))
    assert await database.read(lambda uow: names(uow, range(10))) == []  # readers do not wait
    other.execute("ROLLBACK")
    other.close()
    await database.write(lambda uow: uow.people.add(person(telegram_id=5, name="five")))
    assert await database.read(lambda uow: names(uow, range(10))) == ["five"]


async def test_a_work_that_loses_the_whole_transaction_fails_for_all_in_it(database: Database) -> None:
    """As a full disk does: SQLite rolls everything back, and nobody may be told that theirs was stored."""
    loop = asyncio.get_running_loop()
    release = asyncio.Event()

    def slow(_: UnitOfWork) -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(5)

    def lose(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.connection.exec_driver_sql("ROLLBACK")
        raise sqlite3.OperationalError("disk full")

    first = loop.create_task(database.write(slow))
    await asyncio.sleep(0.05)
    good = loop.create_task(database.write(lambda uow: uow.people.add(person(telegram_id=5))))
    bad = loop.create_task(database.write(lose))
    await asyncio.sleep(0)
    release.set()
    await first
    results = await asyncio.gather(good, bad, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["OperationalError", "OperationalError"]
    assert await database.read(lambda uow: uow.people.by_telegram_id(5)) is None
    await database.write(lambda uow: uow.people.add(person(telegram_id=5)))


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await database.write(lambda uow: uow.dietitians.add(dietitian(99)))


async def test_the_file_is_for_us_alone_to_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.db"
    database = Database.from_url(f"sqlite+aiosqlite:///{path}")
    await database.migrate()
    await database.open()
    modes = {one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    await database.close()
    assert modes == {0o600}
