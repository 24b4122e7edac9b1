"""What somebody waits for, on both engines."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import MovedOn
from domain.model.wish import WISH_LIVES, Wish, WishState
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING
from tests.storage.seeds import Practice, practice, request

MINUTE = timedelta(minutes=1)


def wish(uow: UnitOfWork, seed: Practice, **fields: Any) -> Wish:
    theirs = uow.requests.add(request(seed.dietitian.id, seed.client.id))
    given = {
        "request_id": theirs.id,
        "dietitian_id": seed.dietitian.id,
        "client_id": seed.client.id,
        "timezone": "Africa/Lagos",
        "created_at": MORNING,
        "expires_at": MORNING + WISH_LIVES,
    }
    return uow.wishes.add(Wish(**{**given, **fields}))


async def test_it_comes_back_as_it_was_put(database: Database) -> None:
    seed = await database.write(practice)
    fields = {
        "weekdays": (0, 6),
        "opens": 0,
        "closes": 720,
        "known": (29_000_000, 29_000_030),
        "told_at": MORNING,
    }
    added = await database.write(lambda uow: wish(uow, seed, **fields))
    assert await database.read(lambda uow: uow.wishes.of_request(added.request_id)) == added
    assert (added.weekdays, added.known) == ((0, 6), (29_000_000, 29_000_030))


async def test_the_open_ones_stand_in_the_order_in_which_they_came(database: Database) -> None:
    seed = await database.write(practice)
    late = await database.write(lambda uow: wish(uow, seed, created_at=MORNING + MINUTE))
    early = await database.write(lambda uow: wish(uow, seed))
    over = await database.write(lambda uow: wish(uow, seed, state=WishState.CLOSED))
    found = await database.read(lambda uow: uow.wishes.open_of(seed.dietitian.id))
    assert [one.id for one in found] == [early.id, late.id]
    assert over.id not in [one.id for one in found]


async def test_whether_anybody_waits_is_asked_of_one_dietitian(database: Database) -> None:
    seed = await database.write(practice)
    assert not await database.read(lambda uow: uow.wishes.any_open(seed.dietitian.id))
    added = await database.write(lambda uow: wish(uow, seed))
    assert await database.read(lambda uow: uow.wishes.any_open(seed.dietitian.id))
    assert not await database.read(lambda uow: uow.wishes.any_open(seed.dietitian.id + 1))
    await database.write(lambda uow: uow.wishes.save(replace(added, state=WishState.DONE)))
    assert not await database.read(lambda uow: uow.wishes.any_open(seed.dietitian.id))
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.wishes.save(replace(added, state=WishState.CLOSED)))


async def test_there_is_one_a_request(database: Database) -> None:
    seed = await database.write(practice)
    added = await database.write(lambda uow: wish(uow, seed))
    with pytest.raises(IntegrityError):
        await database.write(lambda uow: uow.wishes.add(replace(added, id=0)))
