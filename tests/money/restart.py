"""A `kill -9` of the program in the test's own loop, and another start on the same database."""

import asyncio

from bot.wiring import build_machine
from tests.rig import Rig


async def restart(rig: Rig) -> None:
    """What was in hand is cut off. The HTTP server stays that of the dead: let no event come after this."""
    dead = rig.machine.nursery
    tasks = list(dead._tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    rig.machine = build_machine(rig.world, bot_username=lambda: rig.world.bot.username)
    await rig.machine.inbox.resume(alone=True)
    await rig.machine.outbox.resume(alone=True)
    rig.machine.nursery.start(rig.machine.poller.run(), name="poller")
    await rig.settled()
