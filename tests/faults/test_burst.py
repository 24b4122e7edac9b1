"""`kill -9` while many reminders leave: none is lost, and at most what was just leaving is said twice."""

import asyncio
from collections import Counter
from functools import partial

import pytest

from benchmarks.burst import Crowd, crowd, make_due
from sandbox.stage import Stage
from tests.engines import database_of
from tests.faults.crowd import until
from tests.journeys.checks import assert_log_is_clean
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes
REMINDERS = 300
IN_FLIGHT = 8


async def _people(stage: Stage) -> Crowd:
    """Everybody has opened the chat."""
    database = database_of(stage.environment())
    await database.open()
    try:
        people: Crowd = await database.write(lambda uow: crowd(uow, REMINDERS, stage.clock.now()))
        for chat in people.starts:
            stage.telegram.phone(chat).chat.started = True
        await database.write(lambda uow: make_due(uow, people))
    finally:
        await database.close()
    return people


def _said(stage: Stage, people: Crowd) -> Counter[tuple[int, str]]:
    """How often each was reminded of a session with whom."""
    return Counter(
        (chat, one.text.partition(" with ")[2].partition(" in ")[0])
        for chat in people.starts
        for one in stage.telegram.phone(chat).messages
        if "⏰ Reminder" in one.text
    )


@pytest.mark.parametrize("engine_name", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_killed_during_a_burst_nothing_is_lost(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:

        async def said() -> Counter[tuple[int, str]]:
            return _said(stage, people)

        people = await _people(stage)
        await stage.start()
        for killed_at in (REMINDERS // 4, REMINDERS // 2):
            await until(said, partial(_are_more_than, killed_at))
            await stage.kill()
            assert len(await said()) < REMINDERS
            await stage.start()
        await until(said, partial(_are_more_than, people.reminders - 1), seconds=60)
        await asyncio.sleep(1)  # what would be said again
        counts = await said()
        assert len(counts) == people.reminders
        # what was on its way when it was killed: one each time on an idle machine, a few on a busy one
        assert counts.total() <= people.reminders + 2 * IN_FLIGHT
        assert_log_is_clean(stage)


def _are_more_than(number: int, said: Counter[tuple[int, str]]) -> bool:
    return len(said) > number
