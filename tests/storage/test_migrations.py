"""The migrations make what `storage.tables` describes, once, whoever starts first."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Enum, inspect

from domain.ports import UnitOfWork
from storage import migrations
from storage.database import Database
from storage.tables import metadata
from storage.uow import SqlUnitOfWork
from tests.storage.seeds import person

ROOT = Path(__file__).parents[2]


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
            if isinstance(column.type, Enum):
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
