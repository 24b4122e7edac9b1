"""SQLite through aiosqlite: one writer and one reader that does not wait for it, each with its thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from domain.ports import Vault
from storage import migrations
from storage.failures import as_unavailable
from storage.sealing import give_vault
from storage.worker import Work, Worker

T = TypeVar("T")

_BUSY_MS = 5_000
_STARTS, _AGAIN_SECONDS = 5, 0.2
_SETTLE_SECONDS = 0.5  # nobody writes meanwhile
_STATEMENTS = 512  # every one of ours stays compiled
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is deleted is written over: no page of the file shows it any more
)


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _refuse_writing(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _connecting(path: Path) -> aiosqlite.Connection:
    # isolation_level None: the driver begins nothing by itself, so that `begin` is what really begins
    return aiosqlite.connect(
        path, isolation_level=None, timeout=_BUSY_MS / 1000, cached_statements=_STATEMENTS
    )


def _engine(begin: str, connect: Callable[[], sqlite3.Connection], vault: Vault | None = None) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    give_vault(engine.dialect, vault)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _reading(connect: Callable[[], sqlite3.Connection], vault: Vault | None) -> Engine:
    engine = _engine("BEGIN", connect, vault)
    event.listen(engine, "connect", _refuse_writing)
    return engine


class SqliteEngine:
    def __init__(self, path: Path, vault: Vault | None = None) -> None:
        self._path = path
        self._vault = vault
        self._writer: Worker | None = None
        self._reader: Worker | None = None

    def _make_place(self) -> None:
        """For us alone to read; SQLite gives the files beside it the same rights."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)

    async def open(self) -> None:
        with as_unavailable():
            self._make_place()
            writing = partial(_engine, "BEGIN IMMEDIATE", vault=self._vault)
            reading = partial(_reading, vault=self._vault)
            self._writer = await Worker.open(_connecting(self._path), writing)
            self._reader = await Worker.open(_connecting(self._path), reading)

    async def close(self) -> None:
        threads = self._writer, self._reader
        self._writer = self._reader = None
        for thread in threads:
            if thread is not None:
                await thread.close()

    async def write(self, work: Work[T]) -> T:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        with as_unavailable():
            return await self._writer.put(work)

    async def read(self, work: Work[T]) -> T:
        if self._reader is None:
            raise RuntimeError("the database is not open")
        with as_unavailable():
            return await self._reader.put(work)

    async def migrate(self) -> None:
        with as_unavailable():
            for _ in range(
                _STARTS
            ):  # two at once may find the file locked while it is made a WAL: look again
                try:
                    await asyncio.to_thread(self._migrate)
                except OperationalError:
                    await asyncio.sleep(_AGAIN_SECONDS)
                else:
                    return
            await asyncio.to_thread(self._migrate)

    def _migrate(self) -> None:
        """Two programs that start at once: the second waits for the first, and finds nothing to do."""
        self._make_place()
        if self._is_current():
            return
        engine = _engine("BEGIN EXCLUSIVE", self._connect)
        with engine.begin() as connection:
            migrations.upgrade(connection)
        engine.dispose()

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        return await self._alone("BEGIN", work)

    async def rebuild(self, work: Callable[[Connection], T]) -> T:
        was_there = self._path.exists()
        self._make_place()
        try:
            return await self._alone("BEGIN EXCLUSIVE", work)
        except BaseException:
            if not was_there:
                for end in ("", "-wal", "-shm"):
                    self._path.with_name(f"{self._path.name}{end}").unlink(missing_ok=True)
            raise

    async def settle(self) -> None:
        with suppress(sqlite3.Error):  # somebody is reading: the next one does it
            await asyncio.to_thread(self._settle)

    def _settle(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=_SETTLE_SECONDS)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    async def _alone(self, begin: str, work: Callable[[Connection], T]) -> T:
        """In a connection and a transaction of its own."""

        def run() -> T:
            engine = _engine(begin, self._connect, self._vault)
            with engine.begin() as connection:
                return work(connection)

        with as_unavailable():
            return await asyncio.to_thread(run)

    def _is_current(self) -> bool:
        engine = _engine("BEGIN", self._connect)
        with engine.connect() as connection:
            return migrations.is_current(connection)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None, timeout=_BUSY_MS / 1000)
