"""Twenty wait for one time: all are told in the order in which they came, one gets it, the others stay."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.model.request import Request
from domain.model.wish import WishState
from domain.usecases.book_slot import HoldSlot
from handlers.callbacks import Verb
from storage.tables import outbox, wishes
from tests.money.practice import another, held, play, told
from tests.races.hands import at_once, live, parts, replica, rev_of, start_of
from tests.races.test_full_day import looking, refusals
from tests.races.test_slots import drop_the_constraint
from tests.rig import Cast, Rig

MANY = 20
Waiting = list[tuple[Cast, Request]]


async def twenty_wait(rig: Rig) -> tuple[Waiting, Any]:
    """For the one time that was held and is given back; when that is."""
    cast = await play(rig)
    request, _ = await held(rig, cast)
    start = await start_of(rig, request)
    waiting = []
    for _ in range(MANY):
        one = await another(rig, cast)
        theirs = await rig.request(one, agreed_at=rig.clock.now())
        await rig.press_data(one.amina, f"v1:{Verb.WISH_SURE}:{theirs.public_id}:0..:1")
        waiting.append((one, theirs))
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    return waiting, start


async def all_take(rig: Rig, waiting: Waiting, start: Any) -> list[Any]:
    """Half of them by another program."""
    async with replica(rig) as other:
        holds = [
            HoldSlot(**parts(rig, database), hold_minutes=35, calendar_is_offered=False)
            for database in (rig.database, other)
        ]
        return await at_once(
            *(
                holds[number % 2](
                    person=one.client, public_id=theirs.public_id, rev=1, start=start, message_id=None
                )
                for number, (one, theirs) in enumerate(waiting)
            )
        )


async def test_all_are_told_in_the_order_in_which_they_came(rig: Rig) -> None:
    waiting, _ = await twenty_wait(rig)
    assert [told(one.amina, "A time is free") for one, _ in waiting] == [1] * MANY
    written = select(outbox.c.payload).where(outbox.c.key.startswith("notice:timefree")).order_by(outbox.c.id)
    assert [row["to"] for (row,) in await rig.rows(written)] == [one.client.id for one, _ in waiting]


async def test_one_of_twenty_who_press_at_once_gets_it(rig: Rig) -> None:
    waiting, start = await twenty_wait(rig)
    presses = [
        (one.amina, next(b for row in one.amina.last.buttons for b in row if "Take it" in b.label))
        for one, _ in waiting
    ]
    answers = await at_once(*(phone.press_button(phone.last.id, button) for phone, button in presses))
    await rig.settled()
    assert sum("somebody was faster" in answer.text for answer in answers) == MANY - 1
    assert [begin for begin, _ in await live(rig)] == [start]
    assert await rig.rows(select(wishes.c.state).distinct()) == [(WishState.OPEN,)]
    assert await rig.failed() == []


async def test_one_of_twenty_in_two_programs_gets_it(rig: Rig) -> None:
    waiting, start = await twenty_wait(rig)
    refused = refusals(await all_take(rig, waiting, start))
    assert (refused[False], refused[True]) == (1, MANY - 1)
    assert len(await live(rig)) == 1


async def test_without_the_look_and_the_constraint_they_all_get_it(rig: Rig) -> None:
    """The negative control: being told gives nobody a right to it, and nothing else keeps the others out."""
    waiting, start = await twenty_wait(rig)
    await rig.write(drop_the_constraint)
    with looking(lambda *_, **__: None):
        refused = refusals(await all_take(rig, waiting, start))
    assert refused[False] == MANY
    assert len(await live(rig)) == MANY


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_without_the_look_the_constraint_alone_lets_one_in(rig: Rig) -> None:
    waiting, start = await twenty_wait(rig)
    with looking(lambda *_, **__: None):
        refused = refusals(await all_take(rig, waiting, start))
    assert (refused[False], refused[True]) == (1, MANY - 1)
