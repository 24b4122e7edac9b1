"""A mail server that takes connections and says nothing: only mail waits for it."""

import asyncio
from dataclasses import replace

import pytest

from bot import outbox as worker
from bot.outbox import AT_ONCE, Done, OutboxWorker, Outcome
from bot.tasks import Nursery
from domain.model.queue import Errand, OutboxItem
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import FrozenClock
from tests.storage.seeds import errand

MAILS = AT_ONCE + 8


class Deliveries:
    """Mail hangs until the end; everything else arrives."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.arrived = asyncio.Event()

    async def __call__(self, item: OutboxItem) -> Outcome:
        if item.errand is Errand.NOTICE_MAIL:
            await self.over.wait()
        else:
            self.arrived.set()
        return Done()


def _rows(uow: UnitOfWork) -> None:
    for number in range(MAILS):
        mail = errand(f"mail {number}", lane=f"mail:{number}")
        uow.outbox.add(replace(mail, errand=Errand.NOTICE_MAIL))
    uow.outbox.add(errand("words", lane="person:7"))


async def _arrives(database: Database, clock: FrozenClock, *, within: float) -> bool:
    """Whether what is no mail gets through while as many mails hang as there are slots, and more."""

    async def nobody(*_: object) -> None:
        return

    nursery, deliveries = Nursery(), Deliveries()
    outbox = OutboxWorker(
        transactions=database, clock=clock, owner="me", nursery=nursery, deliver=deliveries, on_dead=nobody
    )
    await database.write(_rows)
    outbox.nudge()
    try:
        async with asyncio.timeout(within):
            await deliveries.arrived.wait()
    except TimeoutError:
        return False
    finally:
        deliveries.over.set()
        assert await nursery.finish(within=10)
    return True


async def test_a_message_does_not_wait_for_mail(database: Database, clock: FrozenClock) -> None:
    assert await _arrives(database, clock, within=10)


async def test_among_the_same_slots_it_would(
    database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(worker, "_MAILED", frozenset())
    assert not await _arrives(database, clock, within=0.6)
