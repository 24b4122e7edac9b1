"""A connection to SQLite and the thread that alone uses it (aiosqlite's): one that writes, one that reads.

aiosqlite hops to its thread and back for each statement. Here the same thread is given whole transactions,
through the queue that SQLAlchemy's own dialect uses for what must run there. It takes everything that waits,
works it in one transaction and commits once: the price of `synchronous=FULL` is shared. Each work has a
savepoint, so that one that fails takes nothing of the others with it.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine

from storage.quick import QuickConnection
from storage.uow import SqlUnitOfWork

T = TypeVar("T")
Work = Callable[[SqlUnitOfWork], T]

_BATCH = 256


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    job: _Job
    result: Any = None
    error: BaseException | None = None


class Worker:
    """What is put after something was committed sees it: a batch begins after all that it takes was put."""

    def __init__(self, sqlite: aiosqlite.Connection, engine: Engine) -> None:
        self._sqlite = sqlite
        self._engine = engine
        self._connection: Connection | None = None
        self._jobs: deque[_Job] = deque()
        self._called = False
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(cls, connecting: aiosqlite.Connection, engine_over: Callable[[Any], Engine]) -> "Worker":
        """`engine_over` makes SQLAlchemy's engine over the driver's connection; its `begin` event says how a
        transaction begins: `BEGIN IMMEDIATE` to write, `BEGIN` to read."""
        sqlite = await connecting
        worker = cls(sqlite, engine_over(lambda: sqlite._conn))  # noqa: SLF001 - as SQLAlchemy's own dialect does
        await worker._in_thread(worker._connect)
        return worker

    def put(self, work: Work[T]) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.append(_Job(work, future))
        if not self._called:
            self._called = True
            self._sqlite._tx.put_nowait((None, self._work_all))  # noqa: SLF001
        return future

    async def close(self) -> None:
        """Returns when all that waits is done."""
        await self._in_thread(self._disconnect)
        await self._sqlite.close()

    async def _in_thread(self, do: Callable[[], None]) -> None:
        done = self._loop.create_future()
        self._sqlite._tx.put_nowait((done, do))  # noqa: SLF001
        await done

    def _connect(self) -> None:
        self._connection = self._engine.connect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.detach()  # the driver closes what it opened
            self._connection.close()

    def _work_all(self) -> None:
        self._called = False  # first: what is put from now on calls again
        while batch := self._next_batch():
            self._loop.call_soon_threadsafe(_tell, self._write(batch))

    def _next_batch(self) -> list[_Job]:
        batch: list[_Job] = []
        while self._jobs and len(batch) < _BATCH:
            batch.append(self._jobs.popleft())
        return batch

    def _write(self, batch: Sequence[_Job]) -> list[_Outcome]:
        connection = self._connection
        assert connection is not None  # noqa: S101 - opened before the first job was put
        try:
            with connection.begin():
                return [_attempt(connection, job) for job in batch if not job.future.cancelled()]
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            return [_Outcome(job, error=error) for job in batch]


def _attempt(connection: Connection, job: _Job) -> _Outcome:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type alone
    raw.execute("SAVEPOINT work")
    try:
        result = job.work(SqlUnitOfWork(connection, quick=QuickConnection(connection, raw)))
    except BaseException as error:
        if not raw.in_transaction:  # a full disk, for one, ends the transaction of all
            raise
        raw.execute("ROLLBACK TO work")
        raw.execute("RELEASE work")
        return _Outcome(job, error=error)
    raw.execute("RELEASE work")
    return _Outcome(job, result)


def _tell(outcomes: Sequence[_Outcome]) -> None:
    for outcome in outcomes:
        future = outcome.job.future
        if future.done():  # cancelled meanwhile
            continue
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)
