"""SQLite's one writer, in a thread of its own.

It takes everything that waits, works it in one transaction and commits once: the price of `synchronous=FULL`
is shared, and a transaction costs one hop between threads instead of one a statement. Each work has a
savepoint, so that one that fails takes nothing of the others with it.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

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


class Writer:
    """The thread that alone writes."""

    def __init__(self, engine: Engine) -> None:
        """On the event loop that will wait for it; `engine` begins with `BEGIN IMMEDIATE`."""
        self._engine = engine
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._connection = self._engine.connect()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def put(self, work: Work[T]) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(work, future))
        return future

    def close(self) -> None:
        """Blocks until all that waits is written."""
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()
        self._engine.dispose()

    def _run(self) -> None:
        while batch := self._next_batch():
            self._loop.call_soon_threadsafe(_tell, self._write(batch))

    def _next_batch(self) -> list[_Job]:
        """All that waits, at least one; empty at the end."""
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH:
                return batch
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch
        if batch:
            self._jobs.put(None)  # seen too early: what was taken with it comes first
        return batch

    def _write(self, batch: Sequence[_Job]) -> list[_Outcome]:
        try:
            with self._connection.begin():
                return [_attempt(self._connection, job) for job in batch if not job.future.cancelled()]
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            return [_Outcome(job, error=error) for job in batch]


def _attempt(connection: Connection, job: _Job) -> _Outcome:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type alone
    raw.execute("SAVEPOINT work")
    try:
        result = job.work(SqlUnitOfWork(connection))
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
