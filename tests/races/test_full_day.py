"""The last place of a day, which no constraint of the database guards: two reach for it, one has it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from domain.errors import SlotTaken
from domain.model.request import Request
from domain.ports import UnitOfWork
from domain.usecases import book_slot, change_booking
from domain.usecases.book_slot import HoldSlot
from domain.usecases.change_booking import MoveBooking
from domain.usecases.schedule import require_free
from storage.uow import SqlUnitOfWork
from tests.money.practice import DAY, HOUR, LAPSED, PRICE, another, booked, held, play, stands
from tests.races.hands import RUNS, at_once, live, parts, replica, rev_of, start_of
from tests.rig import Cast, Rig

TEN = datetime.fromisoformat("2026-11-05T09:00:00+00:00")
Pair = list[tuple[Cast, Request]]


async def two_clients(rig: Rig) -> Pair:
    cast = await play(rig, daily_maximum=1)
    both = [cast, await another(rig, cast)]
    return [(one, await rig.request(one, agreed_at=rig.clock.now())) for one in both]


async def both_hold(rig: Rig, pair: Pair) -> list[Any]:
    """Different times of one day, from two programs."""
    async with replica(rig) as other:
        holds = [
            HoldSlot(**parts(rig, database), hold_minutes=35, calendar_is_offered=False)
            for database in (rig.database, other)
        ]
        return await at_once(
            *(
                hold(
                    person=cast.client,
                    public_id=request.public_id,
                    rev=1,
                    start=TEN + 2 * at * HOUR,
                    message_id=None,
                )
                for at, (hold, (cast, request)) in enumerate(zip(holds, pair, strict=True))
            )
        )


def refusals(done: list[Any]) -> Counter[bool]:
    return Counter(isinstance(one, SlotTaken) for one in done)


ONE_OF_TWO = Counter({True: 1, False: 1})


@pytest.mark.parametrize("run", RUNS)
async def test_one_of_two_gets_the_last_place_of_a_day(rig: Rig, run: int) -> None:
    pair = await two_clients(rig)
    assert refusals(await both_hold(rig, pair)) == ONE_OF_TWO
    assert len(await live(rig)) == 1


@pytest.mark.parametrize("run", RUNS)
async def test_a_move_into_a_day_and_a_hold_on_it_do_not_both_get_its_last_place(rig: Rig, run: int) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    rival = await another(rig, cast)
    wanted = await rig.request(rival, agreed_at=rig.clock.now())
    await rig.write(lambda uow: uow.dietitians.save(replace(cast.dietitian, daily_maximum=1)))
    was, rev = await start_of(rig, request), await rev_of(rig, request)
    async with replica(rig) as other:
        move = MoveBooking(**parts(rig, rig.database))
        hold = HoldSlot(**parts(rig, other), hold_minutes=35, calendar_is_offered=False)
        done = await at_once(
            move(person=cast.client, public_id=request.public_id, rev=rev, start=was + DAY),
            hold(
                person=rival.client,
                public_id=wanted.public_id,
                rev=1,
                start=was + DAY + 2 * HOUR,
                message_id=None,
            ),
        )
    assert refusals(done) == ONE_OF_TWO
    days = [start.date() for start, _ in await live(rig)]
    assert len(days) == len(set(days))


@pytest.mark.parametrize("run", RUNS)
async def test_without_the_look_both_get_it(rig: Rig, run: int) -> None:
    """The negative control: nothing else keeps a day from filling further."""
    pair = await two_clients(rig)
    with looking(lambda *_, **__: None):
        assert refusals(await both_hold(rig, pair)) == Counter({False: 2})
    assert len(await live(rig)) == 2


async def test_a_look_before_the_lock_lets_both_in(rig: Rig) -> None:
    """The other control, on both engines: both see a place, and only then take it."""
    pair = await two_clients(rig)
    everybody = asyncio.Barrier(2)

    def look(uow: UnitOfWork, request: Request, start: datetime) -> None:
        dietitian = uow.dietitians.get(request.dietitian_id)
        require_free(uow, dietitian, request, start, rig.clock.now())

    async def look_then_hold(cast: Cast, request: Request, start: datetime) -> None:
        await rig.read(lambda uow: look(uow, request, start))
        await everybody.wait()
        hold = HoldSlot(**parts(rig, rig.database), hold_minutes=35, calendar_is_offered=False)
        await hold(person=cast.client, public_id=request.public_id, rev=1, start=start, message_id=None)

    with looking(lambda *_, **__: None):
        await asyncio.gather(*(look_then_hold(*one, TEN + 2 * at * HOUR) for at, one in enumerate(pair)))
    assert len(await live(rig)) == 2


@pytest.mark.parametrize("engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("locked", [True, False])
async def test_the_dietitians_lock_is_what_makes_the_count_hold(rig: Rig, locked: bool) -> None:  # noqa: FBT001
    """With time between the count and the insert: one under the lock, both without."""
    pair = await two_clients(rig)

    def slow(uow: UnitOfWork, *rest: Any, **more: Any) -> None:
        require_free(uow, *rest, **more)
        assert isinstance(uow, SqlUnitOfWork)
        uow.connection.execute(text("SELECT pg_sleep(0.2)"))

    hold = HoldSlot._hold

    def unlocked(self: HoldSlot, uow: UnitOfWork, *rest: Any, **more: Any) -> Any:
        if not locked:
            uow.dietitians.lock = uow.dietitians.get  # type: ignore[method-assign]
        return hold(self, uow, *rest, **more)

    with looking(slow), patch.object(HoldSlot, "_hold", unlocked):
        done = await both_hold(rig, pair)
    assert refusals(done) == (ONE_OF_TWO if locked else Counter({False: 2}))
    assert len(await live(rig)) == (1 if locked else 2)


@contextmanager
def looking(look: Any) -> Iterator[None]:
    with patch.object(book_slot, "require_free", look), patch.object(change_booking, "require_free", look):
        yield


async def test_late_money_for_the_last_place_that_another_has_is_a_credit(rig: Rig) -> None:
    cast = await play(rig, daily_maximum=1)
    request, reference = await held_until_it_lapsed(rig, cast)
    rival = await another(rig, cast)
    theirs, _ = await booked(rig, rival, slot=4)
    assert (await start_of(rig, theirs)).date() == (await start_of(rig, request)).date()
    assert (await start_of(rig, theirs)) - (await start_of(rig, request)) >= HOUR
    await rig.pay(reference)
    assert await stands(rig, reference) == {"credit": PRICE}
    assert len(await live(rig)) == 1


async def held_until_it_lapsed(rig: Rig, cast: Cast) -> tuple[Request, str]:
    found = await held(rig, cast)
    await rig.pass_time(LAPSED)
    return found
