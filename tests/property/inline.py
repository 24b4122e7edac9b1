"""SQLite in the thread of the test: the same statements on the same file, without the hops between threads."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from storage.database import Database
from storage.quick import QuickConnection
from storage.sqlite import _engine
from storage.uow import SqlUnitOfWork
from tests.engines import VAULT

T = TypeVar("T")


class InThisThread(ThreadPoolExecutor):
    """What is meant for another thread is done on the spot: every run takes the same turns."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class InlineSqlite:
    """`storage.database.Engine`. Everything waits once, so that what runs at once does take turns."""

    def __init__(self, path: Path) -> None:
        self._engine = _engine("BEGIN IMMEDIATE", lambda: sqlite3.connect(path, isolation_level=None), VAULT)
        self._connection: Connection | None = None

    async def open(self) -> None:
        asyncio.get_running_loop().set_default_executor(InThisThread())
        self._connection = self._engine.connect()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    async def write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        await asyncio.sleep(0)
        assert self._connection is not None
        with self._connection.begin():
            raw = self._connection.connection.driver_connection
            assert raw is not None
            return work(SqlUnitOfWork(self._connection, quick=QuickConnection(self._connection, raw)))

    async def read(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        return await self.write(work)

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        assert self._connection is not None
        with self._connection.begin():
            return work(self._connection)

    rebuild = snapshot

    async def settle(self) -> None:
        """There is only one connection, and its transaction may be another's turn."""

    async def migrate(self) -> None:
        """The file is a copy of a migrated one."""


def open_inline(url: str) -> Database:
    """SQLite inline; any other engine as it is."""
    if url.startswith("sqlite"):
        return Database(InlineSqlite(Path(url.partition(":///")[2])))
    return Database.from_url(url, VAULT)
