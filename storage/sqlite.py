"""SQLite through aiosqlite: one writer and one reader that does not wait for it, each with its thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite
from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from storage import migrations
from storage.failures import as_unavailable
from storage.worker import Work, Worker

T = TypeVar("T")

_BUSY_MS = 5_000
_STARTS, _AGAIN_SECONDS = 5, 0.2
_STATEMENTS = 512  # every one of ours stays compiled
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
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


def _engine(begin: str, connect: Callable[[], sqlite3.Connection]) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _reading(connect: Callable[[], sqlite3.Connection]) -> Engine:
    engine = _engine("BEGIN", connect)
    event.listen(engine, "connect", _refuse_writing)
    return engine


class SqliteEngine:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Worker | None = None
        self._reader: Worker | None = None

    async def open(self) -> None:
        with as_unavailable():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            writing = partial(_engine, "BEGIN IMMEDIATE")
            self._writer = await Worker.open(_connecting(self._path), writing)
            self._reader = await Worker.open(_connecting(self._path), _reading)

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
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_current():
            return
        engine = _engine("BEGIN EXCLUSIVE", self._connect)
        with engine.begin() as connection:
            migrations.upgrade(connection)
        engine.dispose()

    def _is_current(self) -> bool:
        engine = _engine("BEGIN", self._connect)
        with engine.connect() as connection:
            return migrations.is_current(connection)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None, timeout=_BUSY_MS / 1000)
