"""The power goes while an old database is brought up to date: all of it is done at the next start, or nothing was."""

import asyncio
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.database import Database
from tests.engines import VAULT
from tests.storage import first_schema
from tests.storage.test_migrations import differences, on_connection

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import asyncio, os, signal, sys
from itertools import count
from sqlalchemy import Engine, event
from storage.database import Database

left = count(int(sys.argv[2]), -1)

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, *_):
    if statement.split()[0] in {"CREATE", "ALTER", "DROP", "INSERT", "UPDATE"} and next(left) == 0:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(Database.from_url(sys.argv[1]).migrate())
"""


async def _upgrade(url: str, *, dies_after: int) -> int:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _PROGRAM, url, str(dies_after)]
    run = partial(subprocess.run, command, env=environment, check=False)
    return (await asyncio.to_thread(run)).returncode


@pytest.mark.processes
@pytest.mark.parametrize("statement", [0, 3, 7, 12])
async def test_it_goes_on_from_where_it_was(empty_database_url: str, statement: int) -> None:
    database = Database.from_url(empty_database_url, VAULT)
    await database.open()
    before = await database.write(on_connection(first_schema.make))
    await database.close()

    assert await _upgrade(empty_database_url, dies_after=statement) == -signal.SIGKILL

    def rows(connection: Connection) -> first_schema.Rows:
        return first_schema.rows(connection, first_schema.reflected(connection))

    await database.open()
    assert await database.read(on_connection(rows)) == before
    await database.close()
    await database.migrate()
    await database.open()
    assert await database.write(on_connection(differences)) == []
    after = await database.read(on_connection(rows))
    assert {name: len(after[name]) for name in before} == {name: len(found) for name, found in before.items()}
    await database.close()
