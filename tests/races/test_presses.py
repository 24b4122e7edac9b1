"""Fifty clients press one slot at the same moment, through the whole program."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from domain.model.availability import Interval
from domain.model.people import Person
from domain.model.request import Request
from domain.ports import UnitOfWork
from domain.usecases import book_slot
from domain.usecases.book_slot import HoldSlot
from domain.usecases.schedule import require_free
from sandbox.telegram.phone import Phone
from storage.uow import SqlUnitOfWork
from tests.races.test_slots import drop_the_constraint
from tests.rig import Cast, Rig, newest_bubble

TAKERS = 50
TEN = "20261103T0900Z"  # 10:00 in Lagos, tomorrow
Taker = tuple[Phone, Request]


async def takers(rig: Rig, number: int = TAKERS) -> list[Taker]:
    """All of them clients of one dietitian, each with an approved request."""
    cast = await rig.cast(email="amina@example.com")
    people = [(cast.client, cast.amina)]
    people += [await rig.person(email=f"client{at}@example.com") for at in range(number - 1)]
    return [(phone, await _approved(rig, cast, person, phone)) for person, phone in people]


async def _approved(rig: Rig, cast: Cast, person: Person, phone: Phone) -> Request:
    theirs = Cast(dietitian=cast.dietitian, service=cast.service, client=person, ada=cast.ada, amina=phone)
    return await rig.request(theirs, agreed_at=rig.clock.now())


async def press_the_slot(rig: Rig, everybody: list[Taker]) -> list[str]:
    """The words of the answers, in the order of the clients."""
    presses = [
        phone.press_raw(newest_bubble(phone), f"v1:slot:{request.public_id}:{TEN}:1")
        for phone, request in everybody
    ]
    answers = await asyncio.gather(*presses)
    await rig.settled()
    assert all(answer.answered for answer in answers)
    return [answer.text for answer in answers]


async def holds(rig: Rig) -> int:
    def busy(uow: UnitOfWork) -> list[Interval]:
        whose = uow.dietitians.all()[0].id
        now = rig.clock.now()
        return uow.bookings.busy(whose, after=now, before=now.replace(year=2027), now=now)

    return len(await rig.read(busy))


async def test_one_of_fifty_gets_the_slot_and_the_others_what_is_free(rig: Rig) -> None:
    everybody = await takers(rig)
    words = await press_the_slot(rig, everybody)
    assert await holds(rig) == 1
    losers = [phone for (phone, _), said in zip(everybody, words, strict=True) if "taken" in said]
    assert len(losers) == TAKERS - 1
    for phone in losers:
        assert "Tuesday 3 November 2026" in phone.last.text
        assert "09:00" in phone.last.labels
        assert "10:00" not in phone.last.labels
    (winner,) = [phone for phone, _ in everybody if phone not in losers]
    assert "10:00–10:45" in winner.last.text
    assert (
        winner.url_of("Pay")
        == f"{rig.paystack.public_url}/checkout/{rig.paystack.transactions[0].access_code}"
    )
    assert len(rig.paystack.transactions) == 1
    assert await rig.failed() == []


async def test_the_database_alone_lets_one_in(rig: Rig) -> None:
    """Without our check the constraint speaks, and the losers are told the same."""
    everybody = await takers(rig, 20)
    with patch.object(book_slot, "require_free", lambda *_, **__: None):
        words = await press_the_slot(rig, everybody)
    assert sum("taken" in said for said in words) == 19
    assert await holds(rig) == 1
    assert await rig.failed() == []


async def test_without_check_and_constraint_everybody_gets_it(rig: Rig) -> None:
    """The negative control."""
    everybody = await takers(rig, 20)
    await rig.write(drop_the_constraint)
    with patch.object(book_slot, "require_free", lambda *_, **__: None):
        words = await press_the_slot(rig, everybody)
    assert not any("taken" in said for said in words)
    assert await holds(rig) == 20


def _pause(uow: UnitOfWork) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    uow.connection.execute(text("SELECT pg_sleep(0.1)"))


@pytest.mark.parametrize("engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("locked", [True, False])
async def test_the_lock_is_what_makes_the_check_hold(rig: Rig, locked: bool) -> None:  # noqa: FBT001
    """With time between check and insert and no constraint: one gets it under the lock, several without."""
    everybody = await takers(rig, 5)
    await rig.write(drop_the_constraint)
    check = require_free

    def slow(uow: UnitOfWork, *rest: Any, **more: Any) -> None:
        check(uow, *rest, **more)
        _pause(uow)

    class Unlocked:
        """A practice that nobody waits for."""

        def __init__(self, inner: object) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, "get" if name == "lock" else name)

    hold = HoldSlot._hold

    def unlocked(self: HoldSlot, uow: UnitOfWork, *rest: object) -> object:
        if not locked:
            uow.dietitians = Unlocked(uow.dietitians)  # type: ignore[misc, assignment]
        return hold(self, uow, *rest)  # type: ignore[arg-type]

    with patch.object(book_slot, "require_free", slow), patch.object(HoldSlot, "_hold", unlocked):
        await press_the_slot(rig, everybody)
    assert (await holds(rig) == 1) is locked


async def test_one_client_who_presses_many_slots_at_once_holds_one(rig: Rig) -> None:
    ((phone, request),) = await takers(rig, 1)
    slots = [f"v1:slot:{request.public_id}:202611{day:02}T0900Z:1" for day in range(3, 13)]
    await rig.press_all(phone, [(newest_bubble(phone), slot) for slot in slots])
    assert await holds(rig) == 1
    assert len(rig.paystack.transactions) == 1
    assert await rig.failed() == []


async def test_two_who_open_one_link_at_once_do_not_both_get_it(rig: Rig) -> None:
    from tests.handlers import tour

    scene = await tour.sent_by_link(rig)
    token = (await scene.phone.wait_for("t.me/")).text.partition("start=")[2].split()[0]
    phones = [rig.phone(first_name=f"Person {at}") for at in range(10)]
    await asyncio.gather(*(phone.start(token) for phone in phones))
    await rig.settled()
    first = [phone for phone in phones if "sent you a request" in phone.last.text]
    late = [phone for phone in phones if any("used up" in one.text for one in phone.messages)]
    assert (len(first), len(late)) == (1, 9)
    assert await rig.failed() == []
