"""At the end everything is waited for, also what began meanwhile."""

import asyncio

from bot.tasks import Nursery


async def test_what_the_last_task_starts_is_waited_for_as_well() -> None:
    nursery, done = Nursery(), asyncio.Event()

    async def mark() -> None:
        await asyncio.sleep(0.01)
        done.set()

    async def work() -> None:
        await asyncio.sleep(0.01)
        nursery.start(mark(), name="mark")

    nursery.start(work(), name="work")
    assert await nursery.finish(within=5)
    assert done.is_set()


async def test_what_takes_longer_than_there_is_time_is_cut_off() -> None:
    nursery = Nursery()
    task = nursery.start(asyncio.sleep(60), name="long")
    assert not await nursery.finish(within=0.01)
    assert task.cancelled()
