"""`domain.ports.Transactions` over either engine."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ArgumentError

from domain.ports import UnitOfWork, Vault
from storage.uow import SqlUnitOfWork

T = TypeVar("T")
_PORTS = 65_536


class Engine(Protocol):
    """What differs between SQLite and PostgreSQL."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def write(self, work: Callable[[SqlUnitOfWork], T]) -> T: ...
    async def read(self, work: Callable[[SqlUnitOfWork], T]) -> T: ...
    async def migrate(self) -> None: ...
    async def snapshot(self, work: Callable[[Connection], T]) -> T: ...
    async def rebuild(self, work: Callable[[Connection], T]) -> T: ...
    async def settle(self) -> None: ...


class Database:
    """`on_outbox` is called on the event loop after a commit that left something to deliver."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.on_outbox: Callable[[], None] | None = None

    @classmethod
    def from_url(cls, url: str, vault: Vault | None = None) -> "Database":
        """`sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`; ValueError for anything else.

        Without a `vault` it can be migrated, and all be worked but what is sealed.
        """
        return cls(_engine(url, vault))

    async def open(self) -> None:
        await self._engine.open()

    async def close(self) -> None:
        """Waits for what is being written."""
        await self._engine.close()

    async def migrate(self) -> None:
        """Brings the schema up to date; may be called before `open`, and by several programs at once."""
        await self._engine.migrate()

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        grew = False

        def watched(uow: SqlUnitOfWork) -> T:
            nonlocal grew
            result = work(uow)
            grew = uow.outbox.grew
            return result

        result = await self._engine.write(watched)
        if grew and self.on_outbox is not None:
            self.on_outbox()
        return result

    async def read(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self._engine.read(work)

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        """`work` sees one state of the whole database, however long it takes; others go on meanwhile."""
        return await self._engine.snapshot(work)

    async def rebuild(self, work: Callable[[Connection], T]) -> T:
        """`work` may change everything, the schema too: whole or not at all. No program may be at work."""
        return await self._engine.rebuild(work)

    async def settle(self) -> None:
        """What was deleted goes from the files too, as far as the engine can do that at once."""
        await self._engine.settle()

    async def ping(self) -> None:
        """`StorageUnavailable` where it does not answer."""
        await self._engine.read(_answer)


def _answer(uow: SqlUnitOfWork) -> None:
    uow.connection.execute(text("SELECT 1"))


def _engine(url: str, vault: Vault | None) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("not a database URL") from None
    if parsed.port is not None and not 0 < parsed.port < _PORTS:
        raise ValueError("there is no such port")
    match parsed.drivername:
        case "sqlite+aiosqlite" if parsed.database and parsed.database != ":memory:" and not parsed.host:
            from storage.sqlite import SqliteEngine  # noqa: PLC0415 - only the driver in use is loaded

            return SqliteEngine(Path(parsed.database), vault)
        case "postgresql+asyncpg" if parsed.database:
            from storage.postgres import PostgresEngine  # noqa: PLC0415 - the same

            return PostgresEngine(parsed, vault)
    raise ValueError("a database URL starts with sqlite+aiosqlite:///path or postgresql+asyncpg://")
