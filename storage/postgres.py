"""PostgreSQL through asyncpg, READ COMMITTED: what waited for a lock must see what its holder left behind."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.errors import StorageUnavailable
from domain.ports import Vault
from storage import migrations
from storage.failures import as_unavailable, helps_to_run_again, is_contention, is_disconnect
from storage.sealing import give_vault
from storage.uow import SqlUnitOfWork

T = TypeVar("T")
Work = Callable[[SqlUnitOfWork], T]

_POOL = 10
_COMMAND_SECONDS = 30
_TRIES = 4
_MIGRATIONS = 0x0D1E7_0A1  # the advisory lock that starting programs take turns with
_SETTINGS = {
    "application_name": "dietdesk",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",  # costs more than these statements take
}


def _engine(url: URL, *, patient: bool = False) -> AsyncEngine:
    """`patient`: a statement takes as long as it takes, as those do that change all rows of a table."""
    return create_async_engine(
        url,
        pool_size=_POOL,
        max_overflow=0,
        pool_timeout=10,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error must not say what somebody typed
        connect_args={
            "timeout": 5,
            "command_timeout": None if patient else _COMMAND_SECONDS,
            "server_settings": _SETTINGS,
            "prepared_statement_cache_size": 500,
        },
    )


class PostgresEngine:
    def __init__(self, url: URL, vault: Vault | None = None) -> None:
        self._url = url
        self._vault = vault
        self._writers: AsyncEngine | None = None
        self._readers: AsyncEngine | None = None
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def open(self) -> None:
        """Reaches for nothing yet."""
        self._writers = _engine(self._url)
        give_vault(self._writers.dialect, self._vault)
        self._readers = self._writers.execution_options(postgresql_readonly=True)

    async def close(self) -> None:
        engine, self._writers, self._readers = self._writers, None, None
        await self._idle.wait()  # a connection that is given back after `dispose` would never be closed
        if engine is not None:
            await engine.dispose()

    async def write(self, work: Work[T]) -> T:
        return await self._work(self._writers, work)

    async def read(self, work: Work[T]) -> T:
        return await self._work(self._readers, work)

    async def _work(self, engine: AsyncEngine | None, work: Work[T]) -> T:
        if engine is None:
            raise RuntimeError("the database is not open")
        self._at_work += 1
        self._idle.clear()
        try:
            return await _run(engine, work)
        finally:
            self._at_work -= 1
            if self._at_work == 0:
                self._idle.set()

    async def migrate(self) -> None:
        """Two programs that start at once: the second waits for the first, and finds nothing to do."""
        engine = _engine(self._url, patient=True)
        try:
            with as_unavailable():
                async with engine.begin() as connection:
                    await connection.run_sync(_migrate)
        finally:
            await engine.dispose()

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        one_state = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return await self._alone(work, one_state)

    async def rebuild(self, work: Callable[[Connection], T]) -> T:
        return await self._alone(work, {})

    async def settle(self) -> None:
        """Its own vacuum does that."""

    async def _alone(self, work: Callable[[Connection], T], options: Mapping[str, Any]) -> T:
        """In a connection and a transaction of its own."""
        engine = _engine(self._url, patient=True)
        give_vault(engine.dialect, self._vault)
        try:
            with as_unavailable():
                async with engine.execution_options(**options).begin() as connection:
                    return await connection.run_sync(work)
        finally:
            await engine.dispose()


def _migrate(connection: Connection) -> None:
    if migrations.is_current(connection):
        return
    connection.execute(text("SET LOCAL lock_timeout = '25s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATIONS})
    migrations.upgrade(connection)


async def _run(engine: AsyncEngine, work: Work[T]) -> T:
    """A work is a function of the transaction alone, so where it was undone it is simply run again."""
    reconnected = False
    with as_unavailable():
        for _ in range(_TRIES - 1):
            try:
                return await _once(engine, work)
            except DBAPIError as error:
                if not helps_to_run_again(error) and (reconnected or not is_disconnect(error)):
                    raise
                reconnected = reconnected or is_disconnect(error)
        try:
            return await _once(engine, work)
        except DBAPIError as error:
            if is_contention(error):  # too many others at once: whoever asked comes back later
                raise StorageUnavailable("too busy") from error
            raise


async def _once(engine: AsyncEngine, work: Work[T]) -> T:
    async with engine.connect() as connection:
        result = await connection.run_sync(lambda opened: work(SqlUnitOfWork(opened)))
        try:
            await connection.commit()
        except DBAPIError as error:
            if is_disconnect(error):  # nobody knows whether it was done: not to be run again by itself
                raise StorageUnavailable("the connection was lost while committing") from error
            raise
        return result
