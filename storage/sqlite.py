"""SQLite: one writer in a thread of its own, readers that do not wait for it."""

import asyncio
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import migrations
from storage.failures import as_unavailable
from storage.uow import SqlUnitOfWork
from storage.writer import Work, Writer

T = TypeVar("T")

_READERS = 4
_BUSY_MS = 5_000
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


def _engine(path: Path, begin: str) -> Engine:
    # isolation_level None: the driver begins nothing by itself, so that `begin` is what really begins
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": _BUSY_MS / 1000},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _async_engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=_READERS,
        max_overflow=0,
        connect_args={"isolation_level": None, "timeout": _BUSY_MS / 1000},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "connect", _refuse_writing)
    event.listen(engine.sync_engine, "begin", _begin_in_one_hop)
    return engine


def _begin_in_one_hop(connection: Connection) -> None:
    # by way of a cursor of SQLAlchemy's it would be four hops to the reader's thread
    driver: Any = connection.connection.dbapi_connection
    driver.run_async(lambda reader: reader.execute("BEGIN"))


def _refuse_writing(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


class SqliteEngine:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: Writer | None = None
        self._readers: AsyncEngine | None = None

    async def open(self) -> None:
        with as_unavailable():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = Writer(_engine(self._path, "BEGIN IMMEDIATE"))
            self._readers = _async_engine(self._path)

    async def close(self) -> None:
        writer, readers = self._writer, self._readers
        self._writer = self._readers = None
        if writer is not None:
            await asyncio.to_thread(writer.close)
        if readers is not None:
            await readers.dispose()

    async def write(self, work: Work[T]) -> T:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        with as_unavailable():
            return await self._writer.put(work)

    async def read(self, work: Work[T]) -> T:
        if self._readers is None:
            raise RuntimeError("the database is not open")
        with as_unavailable():
            async with self._readers.connect() as connection:
                return await connection.run_sync(lambda opened: work(SqlUnitOfWork(opened)))

    async def migrate(self) -> None:
        with as_unavailable():
            await asyncio.to_thread(self._migrate)

    def _migrate(self) -> None:
        """Two programs that start at once: the second waits for the first, and finds nothing to do."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_current():
            return
        engine = _engine(self._path, "BEGIN EXCLUSIVE")
        with engine.begin() as connection:
            migrations.upgrade(connection)
        engine.dispose()

    def _is_current(self) -> bool:
        engine = _engine(self._path, "BEGIN")
        with engine.connect() as connection:
            return migrations.is_current(connection)
