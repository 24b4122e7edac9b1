"""Two programs on one database, and what they do at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from domain.errors import DietdeskError
from domain.model.request import Request
from domain.usecases.settle_payment import SettlePayment
from storage.database import Database
from storage.tables import bookings
from tests.money.practice import (
    card,
)
from tests.rig import Rig

RUNS = range(2)


@asynccontextmanager
async def replica(rig: Rig) -> AsyncIterator[Database]:
    """A second program's database on the same rows."""
    database = Database.from_url(rig.settings.database_url.get_secret_value(), rig.world.vault)
    await database.open()
    await asyncio.gather(*(database.ping() for _ in range(4)), *(rig.database.ping() for _ in range(4)))
    yield database
    await database.close()


async def at_once(*works: Any) -> list[Any]:
    """What each came to; a refusal is one of the answers, a bug is not."""
    done = await asyncio.gather(*works, return_exceptions=True)
    for one in done:
        if isinstance(one, BaseException) and not isinstance(one, DietdeskError):
            raise one
    return done


def parts(rig: Rig, database: Database) -> dict[str, Any]:
    return {"transactions": database, "clock": rig.clock}


def settle(rig: Rig, database: Database) -> SettlePayment:
    return SettlePayment(**parts(rig, database), gateway=rig.world.gateway, calendar_is_offered=False)


async def rev_of(rig: Rig, request: Request) -> int:
    return (await card(rig, request)).request.rev


async def start_of(rig: Rig, request: Request) -> datetime:
    booking = (await card(rig, request)).booking
    assert booking is not None
    return booking.start


async def live(rig: Rig) -> list[tuple[datetime, datetime]]:
    """The times that are taken, in order."""
    taken = bookings.c.state.in_(["pending", "confirmed"])
    found = await rig.rows(select(bookings.c.start, bookings.c.busy_until).where(taken))
    return sorted((start, until) for start, until in found)


def overlap(spans: list[tuple[datetime, datetime]]) -> bool:
    return any(after < until for (_, until), (after, _) in pairwise(spans))
