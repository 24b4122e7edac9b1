"""Two hands on one PDF at once: what was confirmed is never lost, and arrives once, on both engines."""

import asyncio
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import delete, text
from sqlalchemy.util import await_only

from bot.outbox import Deliver, OutboxWorker, Outcome
from bot.tasks import Nursery
from domain.errors import NotYours
from domain.model.plan import PlanFile, PlanState
from domain.model.queue import OutboxItem
from domain.ports import UnitOfWork
from domain.usecases import deliver_plan, upload_plan
from storage.database import Database
from storage.repositories.outbox import SqlOutbox
from storage.repositories.plans import SqlPlanFiles
from storage.rows import Revisions
from storage.tables import plan_contents, plan_files
from storage.uow import SqlUnitOfWork
from tests.money.practice import all_well
from tests.money.practice import another as another_client
from tests.races.hands import RUNS, at_once, parts, replica
from tests.races.plan_hands import (
    Waiting,
    another,
    as_before,
    assign,
    confirm,
    discard,
    done,
    files,
    hands_over,
    received,
    shown,
    take,
    unguarded,
    upload,
    waiting,
)
from tests.rig import Rig

POSTGRES = pytest.mark.parametrize(
    "engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.mark.parametrize("run", RUNS)
async def test_an_upload_replaced_while_it_is_confirmed_is_a_version_or_gone(rig: Rig, run: int) -> None:
    at = await waiting(rig)
    old = await upload(rig, at)
    async with replica(rig) as other:
        confirms, takes = confirm(rig, rig.database, at, old), take(rig, other, at, "new")
        ended = await at_once(*((confirms, takes) if run else (takes, confirms)))
    await rig.settled()
    was_first = not any(isinstance(one, NotYours) for one in ended)
    uploaded = ("uploaded", None)
    assert await files(rig) == ([("confirmed", 1), uploaded] if was_first else [uploaded])
    assert received(at) == ([b"plan"] if was_first else [])
    assert (await shown(rig, at)).plan.state is (PlanState.RECEIVED if was_first else PlanState.WAITING)
    await all_well(rig, at.cast.ada, at.cast.amina)


async def test_without_lock_and_condition_the_replacement_takes_the_version_away(rig: Rig) -> None:
    """The negative control: it was read as an upload before it was confirmed, and is deleted as one."""
    at = await waiting(rig)
    rig.machine.outbox.stop()
    old = await upload(rig, at)
    await confirm(rig, rig.database, at, old)

    def delete_anything(self: SqlPlanFiles, file_id: int) -> None:
        self._connection.execute(delete(plan_contents).where(plan_contents.c.file_id == file_id))
        self._connection.execute(delete(plan_files).where(plan_files.c.id == file_id))

    with (
        patch.object(SqlPlanFiles, "uploads", as_before([old])),
        patch.object(SqlPlanFiles, "delete", delete_anything),
    ):
        await take(rig, rig.database, at, "new")
    assert (await shown(rig, at)).plan.state is PlanState.SENT
    assert await files(rig) == [("uploaded", None)]


async def given_to_two(rig: Rig, *, locked: bool) -> Waiting:
    """One phone says that an upload is another's plan; before that is written, a second phone confirms it."""
    at = await waiting(rig)
    theirs = await another(rig, await another_client(rig, at.cast), at.owner)
    await rig.pay(theirs.reference)
    rig.machine.outbox.stop()
    file = await upload(rig, at)
    looked, confirmed, look = asyncio.Event(), asyncio.Event(), upload_plan._own_upload

    def slow(uow: UnitOfWork, *rest: Any, **_: Any) -> PlanFile:
        found = look(uow, *rest, lock=locked)
        if not looked.is_set():
            looked.set()
            assert isinstance(uow, SqlUnitOfWork)
            uow.connection.execute(text("SELECT pg_sleep(0.3)")) if locked else await_only(confirmed.wait())
        return found

    async def confirms() -> None:
        await looked.wait()
        await at_once(confirm(rig, rig.database, at, file))
        confirmed.set()

    with patch.object(upload_plan, "_own_upload", slow):
        async with replica(rig) as other:
            await at_once(assign(rig, other, theirs, file), confirms())
    return at


async def _makes_sense(rig: Rig, at: Waiting) -> bool:
    now = await shown(rig, at)
    return (now.plan.state is PlanState.SENT) == (len(now.versions) == 1)


@POSTGRES
async def test_an_upload_confirmed_for_one_is_not_given_to_another(rig: Rig) -> None:
    at = await given_to_two(rig, locked=True)
    assert await _makes_sense(rig, at)


@POSTGRES
async def test_without_its_lock_a_plan_is_sent_whose_version_is_anothers(rig: Rig) -> None:
    """The negative control: the locks of two plans do not keep them apart."""
    at = await given_to_two(rig, locked=False)
    assert not await _makes_sense(rig, at)


@pytest.mark.parametrize("run", RUNS)
async def test_an_upload_thrown_away_while_it_is_confirmed_is_one_of_both(rig: Rig, run: int) -> None:
    at = await waiting(rig)
    file = await upload(rig, at)
    async with replica(rig) as other:
        works = (confirm(rig, rig.database, at, file), discard(rig, other, at, file))
        ended = await at_once(*(works if run else reversed(works)))
    await rig.settled()
    was_sent = (await shown(rig, at)).plan.state is PlanState.RECEIVED
    assert await files(rig) == ([("confirmed", 1)] if was_sent else [])
    assert any(isinstance(one, NotYours) for one in ended) != was_sent
    await all_well(rig, at.cast.ada, at.cast.amina)


@pytest.mark.parametrize("run", RUNS)
async def test_two_who_say_that_one_pdf_arrived_tell_of_it_once(rig: Rig, run: int) -> None:
    """The lease of the first ran out while Telegram took its time."""
    at = await waiting(rig)
    rig.machine.outbox.stop()
    file = await upload(rig, at)
    await confirm(rig, rig.database, at, file)
    async with replica(rig) as other:
        ways = [hands_over(rig, one) for one in (rig.database, other) * 2]
        await at_once(*(way.arrived(file_id=file.id, handle=f"h{run}") for way in ways))
    assert await done(rig, at) == {"waits": 1, "sent": 1, "received": 1}
    assert (await shown(rig, at)).plan.state is PlanState.RECEIVED


async def test_without_the_look_under_the_lock_it_arrives_twice(rig: Rig) -> None:
    """The negative control."""
    at = await waiting(rig)
    rig.machine.outbox.stop()
    await confirm(rig, rig.database, at, await upload(rig, at))
    before = await shown(rig, at)
    with (
        patch.object(deliver_plan, "_locked", as_before((before, before.latest))),
        patch.object(Revisions, "revise", unguarded),
    ):
        for _ in range(2):
            assert before.latest is not None
            await hands_over(rig, rig.database).arrived(file_id=before.latest.id, handle="h")
    assert (await done(rig, at))["received"] == 2


def worker(rig: Rig, database: Database, owner: str, deliver: Deliver) -> tuple[OutboxWorker, Nursery]:
    """One more program's outbox."""
    nursery = Nursery()
    outbox = OutboxWorker(
        **parts(rig, database), owner=owner, nursery=nursery, deliver=deliver, on_dead=_nobody
    )
    return outbox, nursery


async def _nobody(*_: object) -> None:
    return


async def two_workers(rig: Rig, *, apart: bool) -> Waiting:
    """Both look for the PDF in the outbox: at once, or the second while the first delivers (`apart`)."""
    at = await waiting(rig)
    rig.machine.outbox.stop()
    begun, enough = asyncio.Event(), asyncio.Event()

    async def deliver(item: OutboxItem) -> Outcome:
        enough.set() if begun.is_set() else begun.set()
        if apart:
            await enough.wait()
        return await rig.machine.outbox._deliver(item)

    async with replica(rig) as other:
        both = [worker(rig, one, name, deliver) for one, name in ((rig.database, "one"), (other, "two"))]
        await confirm(rig, rig.database, at, await upload(rig, at))
        for outbox, _ in both:
            outbox.nudge()
            if apart:
                await begun.wait()
        for _, nursery in both:
            while nursery._tasks:
                await nursery.finish(within=10)
    return at


@pytest.mark.parametrize("run", RUNS)
async def test_two_workers_bring_a_pdf_once(rig: Rig, run: int) -> None:
    at = await two_workers(rig, apart=False)
    assert received(at) == [b"plan"]
    assert await done(rig, at) == {"waits": 1, "sent": 1, "received": 1}


async def test_without_the_claim_two_workers_bring_it_twice_and_tell_of_it_once(rig: Rig) -> None:
    """The negative control."""
    claim = SqlOutbox.claim

    def grabs(self: SqlOutbox, **how: Any) -> Any:
        found = claim(self, **how)
        self.release([item.id for item in found])
        return found

    with patch.object(SqlOutbox, "claim", grabs):
        at = await two_workers(rig, apart=True)
    assert Counter(received(at)) == {b"plan": 2}
    assert (await done(rig, at))["received"] == 1
