"""What size costs: each list and card with ten of everything, and with years of it.

200 services, 5,000 clients and 50,000 bookings, all one dietitian's, and in proportion what hangs on them. Each press
goes through the routing table, the use cases and the database to the screen; Telegram is left out, being the same for
both. The number of SQL statements must not grow, and the time not by more than half.
"""

import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from cryptography.fernet import Fernet

from benchmarks.bot_api import TOKEN
from benchmarks.crowd import ADMIN, fill
from benchmarks.processes import PAYSTACK_KEY
from benchmarks.sizes import TEN, YEARS, Size
from benchmarks.walks import WALKS, Walk
from bot.settings import Settings
from bot.wiring import Machine, build_machine
from bot.world import build_world
from domain.model.queue import InboxItem, Source
from domain.ports import UnitOfWork
from handlers.call import Reply
from handlers.incoming import Incoming
from storage.database import Database
from storage.quick import QuickConnection
from storage.uow import SqlUnitOfWork

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)  # a Monday; eight in Lagos
_PRESSED, _DRAWN = 7, 1  # times a round
MOST = 1.5
"""times what the same press costs with ten of everything"""
_numbers = count()


class StandingClock:
    def now(self) -> datetime:
        return NOW


@dataclass(slots=True, kw_only=True)
class Practice:
    """The program over one database, and what each person sees."""

    size: Size
    machine: Machine
    statements: int = 0

    @property
    def database(self) -> Database:
        return self.machine.world.database

    async def walk(self, walk: Walk) -> tuple[float, int]:
        """Seconds and statements of the last step."""
        reply, took = Reply(), 0.0
        for step in walk.steps:
            incoming = _incoming(walk.who, step, reply)
            gc.collect(0)
            watch = perf_counter if walk.draws else process_time
            self.statements, begun = 0, watch()
            stored = await self.database.write(_store)
            reply = await self.machine.router(incoming, _nothing)
            await self.database.write(partial(_done, stored=stored))
            took = watch() - begun
            if reply.screen is None:
                raise LookupError(f"{walk.name}: {step!r} shows nothing: {reply.toast}")
        return took, self.statements


async def _nothing() -> None:
    return


def _store(uow: UnitOfWork) -> list[InboxItem]:
    """As the program does with each update, before it is worked."""
    key = f"scale-{next(_numbers)}"
    item = InboxItem(source=Source.TELEGRAM, key=key, lane=key, body="{}", received_at=NOW)
    return uow.inbox.add([item], owner="scale", lease_until=NOW)


def _done(uow: UnitOfWork, stored: list[InboxItem]) -> None:
    uow.inbox.done([item.id for item in stored], NOW)


def _incoming(who: int, step: str, reply: Reply) -> Incoming:
    """Typed where it begins with `/` or `=`, else the first button whose label begins so."""
    person: dict[str, Any] = {"chat_id": who, "telegram_id": who, "name": "Somebody", "language": "en"}
    if step.startswith(("/", "=")):
        return Incoming(**person, text=step.removeprefix("="))
    if reply.screen is None:
        raise LookupError(f"nothing to press {step!r} on")
    buttons = [one for line in reply.screen.rows for one in line]
    found = next((one.data for one in buttons if one.label.startswith(step)), None)
    if found is None:
        raise LookupError(f"no {step!r} among {[one.label for one in buttons]}")
    return Incoming(**person, data=found, press_id="1", message_id=1)


@asynccontextmanager
async def practice(folder: Path, size: Size) -> AsyncIterator[Practice]:
    given: dict[str, Any] = {
        "telegram_bot_token": TOKEN,
        "telegram_api_url": "http://127.0.0.1:1",
        "database_url": f"sqlite+aiosqlite:///{folder / f'{size.name}.db'}",
        "paystack_secret_key": PAYSTACK_KEY,
        "paystack_api_url": "http://127.0.0.1:1",
        "encryption_key": Fernet.generate_key().decode(),
        "admin_telegram_ids": frozenset({ADMIN}),
    }
    settings = Settings(_env_file=None, **given)  # type: ignore[call-arg]
    world = build_world(settings, StandingClock())
    await world.database.migrate()
    await world.database.open()
    try:
        await world.database.write(lambda uow: _fill(uow, size))
        found = Practice(size=size, machine=build_machine(world, bot_username=lambda: "dietdesk_bot"))
        with counting(found):
            yield found
    finally:
        await world.database.close()
        await world.close()


def _fill(uow: UnitOfWork, size: Size) -> None:
    if isinstance(uow, SqlUnitOfWork):
        fill(uow.connection, size, NOW)


@contextmanager
def counting(practice: Practice) -> Iterator[None]:
    execute = QuickConnection.execute

    def count(self: QuickConnection, statement: Any, values: Any = None) -> Any:
        practice.statements += 1
        return execute(self, statement, values)

    with patch.object(QuickConnection, "execute", count):
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Milliseconds, the medians of both sizes, and statements."""

    name: str
    small: float
    large: float
    statements: tuple[int, int]

    @property
    def times(self) -> float:
        return self.large / self.small

    @property
    def is_well(self) -> bool:
        return self.statements[0] == self.statements[1] and self.times <= MOST


async def measured(walk: Walk, small: Practice, large: Practice, rounds: int) -> Row:
    """The two in turns, so that what else the machine does meets both."""
    took: dict[str, list[float]] = {small.size.name: [], large.size.name: []}
    statements = [0, 0]
    for _ in range(rounds * (_DRAWN if walk.draws else _PRESSED) + 1):
        for place, practice in enumerate((small, large)):
            seconds, statements[place] = await practice.walk(walk)
            took[practice.size.name].append(seconds * 1e3)
    medians = [median(times[1:]) for times in took.values()]  # the first one warms up
    return Row(name=walk.name, small=medians[0], large=medians[1], statements=(statements[0], statements[1]))


def show(row: Row) -> None:
    counts = f"{row.statements[0]:>6}{row.statements[1]:>6}"
    times = f"{row.small:>9.2f}{row.large:>9.2f}{row.times:>7.2f}"
    print(f"  {row.name:<58}{counts}{times}{'' if row.is_well else '  !'}", flush=True)


async def measure(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with practice(Path(folder), TEN) as small, practice(Path(folder), YEARS) as large:
            print(f"\nEach list and card: {small.size.name}, and {large.size.words}")
            print(f"  {'':<58}{'SQL':>6}{'SQL':>6}{'ms':>9}{'ms':>9}{'ratio':>7}")
            rows = []
            for walk in WALKS:
                rows.append(await measured(walk, small, large, rounds))
                show(rows[-1])
    worse = [row for row in rows if not row.is_well]
    print(
        f"  {len(rows) - len(worse)} of {len(rows)} take as many statements and at most {MOST} times the time"
    )
