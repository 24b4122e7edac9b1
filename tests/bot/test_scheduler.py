"""The ticks of the program."""

import asyncio
import logging

import pytest

from bot.scheduler import Ticks
from bot.tasks import Nursery
from tests.clock import FrozenClock


async def test_a_stop_between_two_steps_of_the_scheduler_is_no_error(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    nursery = Nursery()
    ticks = Ticks(nursery, clock=clock, program="one")
    ran = asyncio.Event()

    async def tick() -> None:
        ran.set()

    ticks.every(0.05, tick, name="tick")
    ticks.start()
    await asyncio.wait_for(ran.wait(), 5)
    ticks.stop()
    ticks = Ticks(nursery, clock=clock, program="two")
    for number in range(6):
        ticks.every(1, tick, name=f"tick {number}")
    ticks.start()
    ticks.stop()
    ran.clear()
    await asyncio.sleep(0.15)
    assert await nursery.finish(within=5)
    assert not ran.is_set()
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR] == []
