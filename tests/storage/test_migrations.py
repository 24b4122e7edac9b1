"""The migrations make what `storage.tables` describes, once, whoever starts first."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Enum, insert, inspect

from domain.errors import SlotTaken
from domain.model.booking import BookingState
from domain.model.queue import Errand
from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from storage import migrations
from storage.database import Database
from storage.tables import metadata
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.engines import VAULT
from tests.storage import first_schema
from tests.storage.seeds import errand, person

ROOT = Path(__file__).parents[2]
FIRST_TABLES = 18


def on_connection(use: Callable[[Connection], Any]) -> Callable[[UnitOfWork], Any]:
    def work(uow: UnitOfWork) -> Any:
        assert isinstance(uow, SqlUnitOfWork)
        return use(uow.connection)

    return work


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def checks(connection: Connection) -> dict[str, str]:
    found = inspect(connection)
    return {
        str(check["name"]): check["sqltext"]
        for table in found.get_table_names()
        for check in found.get_check_constraints(table)
    }


async def test_they_make_what_the_tables_describe(database: Database) -> None:
    assert await database.write(on_connection(differences)) == []


async def test_they_check_every_word_the_domain_knows(database: Database) -> None:
    """Compared by hand: Alembic does not compare checks."""
    stored = await database.read(on_connection(checks))
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.create_constraint:
                check = stored.pop(f"ck_{table.name}_{column.type.name}")
                assert {word for word in column.type.enums if f"'{word}'" in check} == set(column.type.enums)
                assert check.count("'") == 2 * len(column.type.enums), check
    rest = {
        f"ck_{table.name}_{check.name}".replace(f"ck_{table.name}_ck_{table.name}", f"ck_{table.name}")
        for table in metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint) and not getattr(check, "_type_bound", False)
    }
    assert set(stored) == rest


def partial_indexes(connection: Connection) -> dict[str, Any]:
    found = inspect(connection)
    option = f"{connection.dialect.name}_where"
    return {
        str(index["name"]): what_it_holds(str(index["dialect_options"][option]))
        for table in found.get_table_names()
        for index in found.get_indexes(table)
        if option in index.get("dialect_options", {}) and str(index["name"]).startswith("ix_")
    }


def what_it_holds(where: str) -> tuple[set[str], int, int]:
    """PostgreSQL writes a condition in its own way: its words and what is or is not NULL stay."""
    return set(re.findall("'([^']*)'", where)), where.count("IS NOT NULL"), where.count("IS NULL")


async def test_their_partial_indexes_hold_what_the_queries_ask_for(database: Database) -> None:
    """Compared by hand too: one that holds other rows is passed over by the planner, or misses some."""
    wanted = {
        str(index.name): what_it_holds(str(where))
        for table in metadata.tables.values()
        for index in table.indexes
        if (where := index.dialect_options["sqlite"]["where"]) is not None
    }
    assert await database.read(on_connection(partial_indexes)) == wanted
    assert len(wanted) > 20


async def test_a_missing_column_would_be_noticed(database: Database) -> None:
    """The negative control of the comparison."""

    def drop(connection: Connection) -> list[Any]:
        connection.exec_driver_sql("DROP INDEX ix_payments_watched")
        connection.exec_driver_sql("ALTER TABLE services DROP COLUMN description")
        return differences(connection)

    assert {change[0] for change in await database.write(on_connection(drop))} == {"add_index", "add_column"}


async def test_they_may_be_run_again(empty_database_url: str) -> None:
    database = Database.from_url(empty_database_url)
    await database.migrate()
    await database.open()
    await database.write(lambda uow: uow.people.add(person(telegram_id=5)))
    await database.migrate()
    assert await database.read(lambda uow: uow.people.by_telegram_id(5)) is not None
    await database.close()


async def test_two_at_once_do_not_meet(empty_database_url: str) -> None:
    """Threads, so that they really run beside each other."""
    start = partial(asyncio.run, Database.from_url(empty_database_url).migrate())
    other = partial(asyncio.run, Database.from_url(empty_database_url).migrate())
    await asyncio.gather(asyncio.to_thread(start), asyncio.to_thread(other))
    await Database.from_url(empty_database_url).migrate()


@pytest.mark.processes
async def test_two_programs_that_start_at_once_elsewhere_both_find_it_ready(
    empty_database_url: str, tmp_path: Path
) -> None:
    program = (
        "import asyncio, sys; from storage.database import Database; "
        "asyncio.run(Database.from_url(sys.argv[1]).migrate())"
    )
    command = [sys.executable, "-W", "error", "-c", program, empty_database_url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = partial(subprocess.run, command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    ends = await asyncio.gather(asyncio.to_thread(start), asyncio.to_thread(start))
    assert [end.returncode for end in ends] == [0, 0], ends


@pytest.fixture
async def upgraded(empty_database_url: str) -> AsyncIterator[tuple[Database, first_schema.Rows]]:
    """A database of the first release, brought up to date; with the rows that it had."""
    database = Database.from_url(empty_database_url, VAULT)
    await database.open()
    before = await database.write(on_connection(first_schema.make))
    await database.close()
    await database.migrate()
    await database.open()
    yield database, before
    await database.close()


Upgraded = tuple[Database, first_schema.Rows]


async def test_an_upgrade_keeps_every_row_of_the_first_release(upgraded: Upgraded) -> None:
    database, before = upgraded
    assert {name: len(found) for name, found in before.items()} == dict.fromkeys(before, 1)
    assert len(before) == FIRST_TABLES

    def look(connection: Connection) -> first_schema.Rows:
        now = first_schema.rows(connection, first_schema.reflected(connection))
        for found in (before, now):
            found["clients"][0].pop("sort_name")  # made of the other columns, and made anew
        return {
            name: [{column: row[column] for column in found[0]} for row in now[name]]
            for name, found in before.items()
        }

    after = await database.read(on_connection(look))
    assert before["inbox"][0]["body"]
    before["inbox"][0]["body"] = ""  # it was worked: what it said is not kept any more
    assert after == before


async def test_an_upgrade_makes_what_the_tables_describe(upgraded: Upgraded) -> None:
    database, _ = upgraded
    assert await database.write(on_connection(differences)) == []


async def test_an_upgrade_leaves_no_reference_to_a_row_that_is_gone(upgraded: Upgraded) -> None:
    database, _ = upgraded

    def broken(connection: Connection) -> list[Any]:
        if connection.dialect.name == "postgresql":  # checks each as it comes
            return []
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))

    assert await database.write(on_connection(broken)) == []


async def test_an_upgrade_gives_the_old_records_their_new_fields(upgraded: Upgraded) -> None:
    database, _ = upgraded
    service = await database.read(lambda uow: uow.services.get(1))
    assert (service.promised_days, service.questions, service.by_request_only) == (7, (), False)
    card = await database.read(lambda uow: uow.requests.card_by_id(1))
    assert (card.request.promised_days, card.request.description) == (7, None)
    assert card.booking is not None
    assert card.payment is not None


async def test_after_an_upgrade_clients_are_found_by_name_and_by_either_address(upgraded: Upgraded) -> None:
    database, before = upgraded
    (client,), (person_,) = before["clients"], before["people"]
    for words in (client["name"], client["email"], person_["email"], "o clients.name"):
        search = partial(lambda uow, words: uow.clients.found(1, words, number=0, size=9), words=words)
        assert (await database.read(search)).total == 1, words


async def test_after_an_upgrade_an_overlap_is_still_refused(upgraded: Upgraded) -> None:
    database, _ = upgraded
    held = await database.read(lambda uow: uow.bookings.get(1))
    with pytest.raises(SlotTaken):
        await database.write(lambda uow: uow.bookings.add(replace(held, public_id="again")))
    over = replace(held, public_id="over", state=BookingState.CANCELLED)
    added = await database.write(lambda uow: uow.bookings.add(over))
    with pytest.raises(SlotTaken):
        await database.write(lambda uow: uow.bookings.save(replace(added, state=BookingState.CONFIRMED)))


async def test_after_an_upgrade_words_are_taken_that_the_first_release_did_not_know(
    upgraded: Upgraded,
) -> None:
    database, _ = upgraded
    step = Step(telegram_id=5, kind=StepKind.INTAKE_ANSWER, subject="R:0", expires_at=MORNING)
    await database.write(lambda uow: uow.steps.put(step))
    assert await database.read(lambda uow: uow.steps.of(5)) == step
    late = replace(errand("late", lane="late"), errand=Errand.PLAN_LATE)
    assert await database.write(lambda uow: uow.outbox.add(late))


async def test_after_an_upgrade_the_first_release_can_go_on_adding(upgraded: Upgraded) -> None:
    """It runs beside the new one for a moment, and knows none of the new columns."""
    database, before = upgraded
    (known,) = before["services"]
    another = {**known, "id": known["id"] + 1, "public_id": "another", "slug": "another"}

    def add(connection: Connection) -> None:
        connection.execute(insert(first_schema.reflected(connection).tables["services"]), another)

    await database.write(on_connection(add))
    service = await database.read(lambda uow: uow.services.by_public_id("another"))
    assert service is not None
    assert (service.promised_days, service.questions, service.by_request_only) == (None, (), False)


def test_the_newest_revision_is_the_one_the_program_wants() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_a_start_with_nothing_to_migrate_does_not_load_alembic(tmp_path: Path) -> None:
    program = """
import asyncio, sys
from storage.database import Database
if sys.argv[1] == "first":
    asyncio.run(Database.from_url("sqlite+aiosqlite:///new.db").migrate())
else:
    asyncio.run(Database.from_url("sqlite+aiosqlite:///new.db").migrate())
    assert "alembic" not in sys.modules
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for argument in ("first", "second"):
        subprocess.run([sys.executable, "-c", program, argument], cwd=tmp_path, env=environment, check=True)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "postgresql://localhost/a",
        "postgresql+asyncpg://localhost",
        "mysql://localhost/a",
        "nothing",
        "",
    ],
)
def test_only_the_two_engines_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="database URL"):
        Database.from_url(url)
