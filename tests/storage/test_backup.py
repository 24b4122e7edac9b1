"""A practice in a file, and back: the same rows on either engine, or nothing at all."""

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection

from domain.model.erasure import Erasure
from domain.model.job import Job
from domain.model.queue import OutboxItem
from domain.model.restore import MAY_HAVE_BEEN_SENT
from domain.ports import UnitOfWork
from storage import migrations
from storage.backup import Contents, NotABackupError, back_up, restore
from storage.backup.file import read_backup, write_backup
from storage.backup.rows import dump, load
from storage.database import Database
from tests.clock import MORNING
from tests.engines import ENGINES, KEY, VAULT, sqlite_url
from tests.storage import seeds

LATER = MORNING + timedelta(days=1)


def furnish(uow: UnitOfWork) -> None:
    theirs = seeds.practice(uow)
    booking = uow.bookings.add(seeds.booking(theirs.request, LATER))
    uow.payments.add(seeds.payment(theirs.request, booking_id=booking.id))
    uow.outbox.add(seeds.errand("waits", lane="1"))
    uow.outbox.add(seeds.errand("later", lane="2", due=LATER + timedelta(days=1)))
    uow.inbox.add([seeds.update("1")], owner="me", lease_until=MORNING)


async def lines(database: Database) -> list[str]:
    return await database.snapshot(lambda connection: list(dump(connection, MORNING, lambda _: None)))


def by_table(written: Sequence[str]) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    name = ""
    for line in written[1:-1]:
        said = json.loads(line)
        if isinstance(said, dict):
            name = said["table"]
            tables[name] = []
        else:
            tables[name].append(line)
    return tables


async def taken(database: Database, path: Path) -> Contents:
    return await back_up(database, path, key=KEY, now=MORNING)


@pytest.fixture
async def elsewhere(tmp_path: Path) -> Database:
    return Database.from_url(sqlite_url(tmp_path / "elsewhere.db"), VAULT)


@pytest.mark.parametrize("into", ENGINES)
async def test_what_is_brought_back_is_what_was_there_on_whichever_engine(
    database: Database, into: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await database.write(furnish)
    contents = await taken(database, tmp_path / "file")
    there = sqlite_url(tmp_path / "new.db")
    if into == "postgres":
        there = request.getfixturevalue("postgres").fresh(migrated=False)
    other = Database.from_url(there, VAULT)
    brought = await other.rebuild(
        lambda connection: load(connection, read_backup(tmp_path / "file", [KEY]), replace=False, now=LATER)
    )
    assert brought == contents
    assert sum(brought.rows.values()) >= 9
    assert await lines(other) == await lines(database)
    await other.open()
    added = await other.write(lambda uow: uow.people.add(seeds.person()))
    assert added.id > 2, "the numbers go on after those that were brought back"
    await other.close()


async def test_a_number_that_was_given_after_the_backup_is_not_given_again(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Buttons and alerts in the chats still carry it, and so do keys of what was told before."""
    await database.write(furnish)
    await taken(database, tmp_path / "file")
    await database.close()
    given: list[tuple[int, int]] = []
    for hours in range(3):
        now = LATER + timedelta(hours=hours)
        there = Database.from_url(database_url, VAULT)
        if hours:
            await restore(there, tmp_path / "file", keys=[KEY], now=now, replace=True)
        await there.open()
        given.append(await there.write(somebody_goes))
        await there.close()
    assert [len(set(numbers)) for numbers in zip(*given, strict=True)] == [3, 3], given


def somebody_goes(uow: UnitOfWork) -> tuple[int, int]:
    """The numbers of a person, and of an erasure that leaves its table empty."""
    person = uow.people.add(seeds.person())
    erasure = uow.erasures.add(Erasure(person_id=person.id, asked_at=MORNING))
    uow.erasures.drop(person.id)
    return person.id, erasure.id


async def test_what_waited_is_held_back_and_what_is_for_later_still_comes(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    await database.write(furnish)
    await taken(database, tmp_path / "file")
    await restore(elsewhere, tmp_path / "file", keys=[KEY], now=LATER, replace=False)
    await elsewhere.open()

    def look(uow: UnitOfWork) -> tuple[list[str], dict[str, int], list[OutboxItem]]:
        dead = uow.outbox.dead_page(number=0, size=9).items
        assert all(one.error == MAY_HAVE_BEEN_SENT for one in dead)
        due = uow.outbox.claim(owner="me", now=LATER + timedelta(days=2), lease_until=LATER, limit=9)
        return [one.item.key for one in dead], dict(uow.inbox.counts()), due

    dead, presses, due = await elsewhere.write(look)
    assert dead == ["waits"]
    assert "dietdesk erase NUMBER" in due[0].payload["detail"]["Deleted since"]
    assert presses == {"new": 0, "done": 0, "failed": 1}
    assert [item.key for item in due] == [f"alert:restored:{LATER.isoformat()}", "later"]
    payments = await elsewhere.read(lambda uow: uow.payments.due_for_check(LATER, limit=9))
    assert len(payments) == 1
    await elsewhere.close()


async def test_one_state_is_written_while_others_go_on(database: Database, database_url: str) -> None:
    await database.write(furnish)

    async def add() -> None:
        other = Database.from_url(database_url, VAULT)
        await other.open()
        await other.write(lambda uow: uow.people.add(seeds.person()))
        await other.close()

    def people(connection: Connection) -> list[str]:
        written: list[str] = []
        for line in dump(connection, MORNING, lambda _: None):
            written.append(line)
            if line.startswith("[") and not written[-2].startswith("["):  # the first row of a table
                with ThreadPoolExecutor(1) as thread:
                    thread.submit(asyncio.run, add()).result()
        return by_table(written)["people"]

    assert len(await database.snapshot(people)) == 2
    assert len(by_table(await lines(database))["people"]) > 2


@pytest.mark.parametrize("at", [0, 5, 18, 20, 30, 100, -40, -1])
@pytest.mark.parametrize("way", ["cut", "changed", "added"])
def test_a_file_that_is_not_whole_is_not_read_to_its_end(tmp_path: Path, at: int, way: str) -> None:
    write_backup(tmp_path / "file", KEY, ["one line", "and another"])
    whole = bytearray((tmp_path / "file").read_bytes())
    match way:
        case "cut":
            del whole[at:]
        case "changed":
            whole[at] ^= 0x11
        case _:
            whole += bytes(abs(at) + 1)
    (tmp_path / "file").write_bytes(whole)
    with pytest.raises(NotABackupError):
        list(read_backup(tmp_path / "file", [KEY]))


@pytest.mark.parametrize("way", ["cut", "added"])
async def test_a_file_that_is_not_whole_changes_nothing(database: Database, tmp_path: Path, way: str) -> None:
    await database.write(furnish)
    await taken(database, tmp_path / "file")
    before, whole = await lines(database), (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(whole + b"x" if way == "added" else whole[:-9])
    with pytest.raises(NotABackupError):
        await restore(database, tmp_path / "file", keys=[KEY], now=LATER, replace=True)
    assert await lines(database) == before


async def test_a_file_that_is_not_whole_leaves_no_empty_database_behind(
    database: Database, tmp_path: Path
) -> None:
    await database.write(furnish)
    await taken(database, tmp_path / "file")
    (tmp_path / "file").write_bytes((tmp_path / "file").read_bytes()[:-9])
    (tmp_path / "new").mkdir()
    fresh = Database.from_url(sqlite_url(tmp_path / "new" / "practice.db"), VAULT)
    with pytest.raises(NotABackupError):
        await restore(fresh, tmp_path / "file", keys=[KEY], now=LATER, replace=False)
    assert list((tmp_path / "new").iterdir()) == []


async def test_another_key_opens_nothing(database: Database, tmp_path: Path) -> None:
    await taken(database, tmp_path / "file")
    with pytest.raises(NotABackupError, match="ENCRYPTION_KEY"):
        await restore(
            database, tmp_path / "file", keys=[Fernet.generate_key().decode()], now=LATER, replace=True
        )


async def test_an_older_key_still_opens_it(database: Database, tmp_path: Path) -> None:
    await taken(database, tmp_path / "file")
    keys = [Fernet.generate_key().decode(), KEY]
    await restore(database, tmp_path / "file", keys=keys, now=LATER, replace=True)


async def test_a_database_with_people_in_it_is_replaced_only_when_told_to(
    database: Database, tmp_path: Path
) -> None:
    await database.write(furnish)
    await taken(database, tmp_path / "file")
    with pytest.raises(NotABackupError, match="--replace"):
        await restore(database, tmp_path / "file", keys=[KEY], now=LATER, replace=False)
    await database.write(lambda uow: uow.people.add(seeds.person()))
    await restore(database, tmp_path / "file", keys=[KEY], now=LATER, replace=True)
    assert len(by_table(await lines(database))["people"]) == 2


async def test_a_program_at_work_is_not_cut_off(database: Database, tmp_path: Path) -> None:
    await taken(database, tmp_path / "file")
    job = Job(program="p", name="outbox", every=1, reported_at=LATER)
    await database.write(lambda uow: uow.jobs.report("p", [job], forget_before=MORNING))
    soon = LATER + timedelta(seconds=30)
    with pytest.raises(NotABackupError, match="at work on this database 30 s ago"):
        await restore(database, tmp_path / "file", keys=[KEY], now=soon, replace=True)
    a_little_behind = LATER - timedelta(seconds=30)
    with pytest.raises(NotABackupError, match="at work on this database 0 s ago"):
        await restore(database, tmp_path / "file", keys=[KEY], now=a_little_behind, replace=True)
    silent = LATER + timedelta(minutes=2)
    await restore(database, tmp_path / "file", keys=[KEY], now=silent, replace=True)


async def test_a_report_from_the_future_is_of_a_wrong_clock_and_no_obstacle(
    database: Database, tmp_path: Path
) -> None:
    await taken(database, tmp_path / "file")
    job = Job(program="p", name="outbox", every=1, reported_at=LATER + timedelta(days=10))
    await database.write(lambda uow: uow.jobs.report("p", [job], forget_before=MORNING))
    await restore(database, tmp_path / "file", keys=[KEY], now=LATER, replace=True)


async def test_a_backup_of_an_older_schema_is_brought_up_to_date(elsewhere: Database, tmp_path: Path) -> None:
    people = ["id", "telegram_id", "name", "timezone", "language", "reachable", "created_at"]
    kinds = [(name, {"reachable": "truth", "created_at": "instant"}.get(name, "plain")) for name in people]
    old = [
        {"taken_at": MORNING.isoformat(), "revision": "20261120_initial"},
        {"table": "people", "columns": kinds},
        [7, 5001, "Amina Bello", "Africa/Lagos", "en", True, MORNING.isoformat()],
        {"rows": {"people": 1}},
    ]
    write_backup(tmp_path / "file", KEY, map(json.dumps, old))
    await restore(elsewhere, tmp_path / "file", keys=[KEY], now=LATER, replace=False)
    await elsewhere.open()
    found = await elsewhere.read(lambda uow: uow.people.get(7))
    assert (found.name, found.remind_day) == ("Amina Bello", True)
    await elsewhere.close()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ([{"taken_at": MORNING.isoformat(), "revision": "20991231_future"}], "newer Dietdesk"),
        ([{"something": "else"}], "does not say what it is"),
        ([{"taken_at": MORNING.isoformat(), "revision": migrations.HEAD}, {"rows": {"people": 3}}], "rows"),
        ([{"taken_at": MORNING.isoformat(), "revision": migrations.HEAD}], "rows"),
    ],
)
async def test_what_it_says_must_be_what_it_holds(
    elsewhere: Database, tmp_path: Path, written: list[object], words: str
) -> None:
    write_backup(tmp_path / "file", KEY, map(json.dumps, written))
    with pytest.raises(NotABackupError, match=words):
        await restore(elsewhere, tmp_path / "file", keys=[KEY], now=LATER, replace=False)


def test_a_large_file_comes_in_pieces_and_is_ours_alone_to_read(tmp_path: Path) -> None:
    chance = random.Random(1)
    many = [chance.randbytes(400_000).hex() for _ in range(5)]
    write_backup(tmp_path / "file", KEY, many)
    assert list(read_backup(tmp_path / "file", [KEY])) == many
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "file").read_bytes().count(b"gAAAA") >= 4


def test_pieces_of_two_backups_do_not_make_one(tmp_path: Path) -> None:
    chance = random.Random(2)
    many = [chance.randbytes(600_000).hex() for _ in range(2)]
    write_backup(tmp_path / "one", KEY, many)
    write_backup(tmp_path / "two", KEY, many)
    one, two = (tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()
    cut = 18 + 4 + int.from_bytes(one[18:22], "big")
    (tmp_path / "mixed").write_bytes(one[:cut] + two[cut:])
    with pytest.raises(NotABackupError, match="not from this backup"):
        list(read_backup(tmp_path / "mixed", [KEY]))


def test_nothing_of_a_backup_that_failed_is_left(tmp_path: Path) -> None:
    def breaks() -> Iterator[str]:
        yield "a line"
        raise OSError("the disk is full")

    (tmp_path / "file").write_bytes(b"yesterday's")
    with pytest.raises(OSError, match="full"):
        write_backup(tmp_path / "file", KEY, breaks())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"yesterday's"
