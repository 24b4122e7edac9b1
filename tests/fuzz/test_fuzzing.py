"""The negative control: a fault that was put there is found, whichever way it goes wrong."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from unittest.mock import patch

import pytest

from handlers import onboarding, router
from handlers.call import Call, Reply
from tests.fuzz.house import Act, House
from tests.rig import running

SENDER = {"is_bot": False, "first_name": "Amina"}
ACT = Act(kind="message", who=0, sender=SENDER, what={"text": "/help"})


async def _bug(_: Call) -> Reply:
    raise LookupError("what somebody typed")


async def _well(call: Call) -> Reply:
    return await onboarding.help_(call)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("handler", "kinds"),
    [
        (_bug, ["failed: LookupError at ", "somebody got an apology"]),
        (_well, []),
    ],
)
async def test_a_fault_is_found(
    database_url: str, handler: Callable[[Call], Awaitable[Reply]], kinds: list[str]
) -> None:
    async with AsyncExitStack() as closing:
        rig = await closing.enter_async_context(running(database_url))
        house = House(rig=rig)
        await house.furnish(["offer"])
        with patch.dict(router.COMMANDS, {"help": handler}):
            await house.live([ACT])
    assert len(house.faults) == len(kinds)
    assert all(any(found.startswith(kind) for found in house.faults) for kind in kinds)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_press_that_nobody_answers_is_found(database_url: str) -> None:
    async with running(database_url) as rig:
        house = House(rig=rig)
        await house.furnish(["offer"])
        press = Act(kind="press", who=1, sender=SENDER, what={"on": "new", "more": {"data": "v1:help:::0"}})
        with patch("bot.updates.Press.answer", _nothing):
            await house.live([press])
    assert list(house.faults) == ["a press was not answered"]


async def _nothing(*_: object, **__: object) -> None:
    return
