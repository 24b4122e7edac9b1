"""Fifty people reach for one slot at once: exactly one has it, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Protocol

import pytest
from sqlalchemy import text

from domain.errors import SlotTaken
from domain.model.booking import Booking, BookingState
from domain.model.request import Request
from domain.ports import UnitOfWork
from storage.database import Database
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.engines import VAULT
from tests.storage.seeds import HOUR, Practice, booking, person, practice, request

TAKERS = 50
TEN = MORNING + timedelta(hours=24)


class Taking(Protocol):
    def __call__(self, uow: UnitOfWork, of: Request) -> Booking: ...


def take(uow: UnitOfWork, of: Request) -> Booking:
    """As it is done: lock, expire what lapsed, check, add."""
    uow.dietitians.lock(of.dietitian_id)
    for lapsed in uow.bookings.lapsed_of(of.dietitian_id, MORNING):
        uow.bookings.save(replace(lapsed, state=BookingState.EXPIRED))
    return check_and_add(uow, of)


def check_and_add(uow: UnitOfWork, of: Request) -> Booking:
    if uow.bookings.busy(of.dietitian_id, after=TEN, before=TEN + HOUR, now=MORNING):
        raise SlotTaken
    return uow.bookings.add(booking(of, TEN))


def add_blindly(uow: UnitOfWork, of: Request) -> Booking:
    return uow.bookings.add(booking(of, TEN))


def requests_of_many(uow: UnitOfWork, seed: Practice) -> list[Request]:
    clients = [uow.people.add(person()) for _ in range(TAKERS)]
    return [uow.requests.add(request(seed.dietitian.id, client.id)) for client in clients]


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


@pytest.fixture
async def takers(database: Database, seed: Practice) -> list[Request]:
    return await database.write(partial(requests_of_many, seed=seed))


async def race(database: Database, takers: list[Request], taking: Taking) -> list[str]:
    # all connections are there before the start: opening them one by one would let the first win unhurried
    await asyncio.gather(*(database.ping() for _ in takers))
    works = (database.write(partial(taking, of=taker)) for taker in takers)
    results = await asyncio.gather(*works, return_exceptions=True)
    return sorted(type(result).__name__ for result in results)


async def live(database: Database, seed: Practice) -> int:
    busy = await database.read(
        lambda uow: uow.bookings.busy(seed.dietitian.id, after=TEN, before=TEN + HOUR, now=MORNING)
    )
    return len(busy)


def drop_the_constraint(uow: UnitOfWork) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    drops = {
        "postgresql": ["ALTER TABLE bookings DROP CONSTRAINT ex_bookings_overlap"],
        "sqlite": ["DROP TRIGGER bookings_overlap_insert", "DROP TRIGGER bookings_overlap_update"],
    }
    for drop in drops[uow.connection.dialect.name]:
        uow.connection.execute(text(drop))


ONE_WINS = ["Booking"] + ["SlotTaken"] * (TAKERS - 1)


async def test_one_of_fifty_takes_the_slot(database: Database, seed: Practice, takers: list[Request]) -> None:
    assert await race(database, takers, take) == ONE_WINS
    assert await live(database, seed) == 1


async def test_one_of_fifty_takes_the_slot_of_a_hold_that_lapsed(
    database: Database, seed: Practice, takers: list[Request]
) -> None:
    lapsed = booking(seed.request, TEN, hold_until=MORNING)
    await database.write(lambda uow: uow.bookings.add(lapsed))
    assert await race(database, takers, take) == ONE_WINS
    assert await live(database, seed) == 1


async def test_two_programs_share_one_slot(
    database: Database, database_url: str, seed: Practice, takers: list[Request]
) -> None:
    other = Database.from_url(database_url, VAULT)
    await other.open()
    half = TAKERS // 2
    both = await asyncio.gather(race(database, takers[:half], take), race(other, takers[half:], take))
    await other.close()
    assert sorted(both[0] + both[1]) == ONE_WINS
    assert await live(database, seed) == 1


async def test_the_lock_and_the_check_alone_protect_it(
    database: Database, seed: Practice, takers: list[Request]
) -> None:
    await database.write(drop_the_constraint)
    assert await race(database, takers, take) == ONE_WINS
    assert await live(database, seed) == 1


async def test_the_database_alone_protects_it(
    database: Database, seed: Practice, takers: list[Request]
) -> None:
    """Who inserts without the lock may wait in a circle with others until its tries end: refused either way."""
    first, *others = await race(database, takers, add_blindly)
    assert first == "Booking"
    assert len(others) == TAKERS - 1
    assert set(others) <= {"SlotTaken", "StorageUnavailable"}
    assert "SlotTaken" in others
    assert await live(database, seed) == 1


async def test_without_lock_check_and_constraint_more_than_one_has_it(
    database: Database, seed: Practice, takers: list[Request]
) -> None:
    """The negative control: what these tests prove is not given by the engine anyway."""
    await database.write(drop_the_constraint)
    assert await race(database, takers, add_blindly) == ["Booking"] * TAKERS
    assert await live(database, seed) == TAKERS


async def test_a_check_before_the_lock_lets_two_in(
    database: Database, seed: Practice, takers: list[Request]
) -> None:
    """The other control: all look, see the slot free, and only then insert; the constraint is gone."""
    await database.write(drop_the_constraint)
    everybody = asyncio.Barrier(2)

    async def look_then_add(taker: Request) -> None:
        assert await live(database, seed) == 0
        await everybody.wait()
        await database.write(partial(add_blindly, of=taker))

    await asyncio.gather(*(look_then_add(taker) for taker in takers[:2]))
    assert await live(database, seed) == 2
