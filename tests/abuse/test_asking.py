"""Anybody may ask whether the program is ready: however many ask at once, Telegram is asked once."""

import asyncio

import aiohttp
import pytest

from tests.rig import Rig

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


async def test_many_who_ask_at_once_cost_one_question(rig: Rig) -> None:
    async def ask(path: str) -> int:
        async with browser.get(rig.url + path) as answer:
            return answer.status

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as browser:
        before = len(rig.telegram.calls("getMe"))
        assert set(await asyncio.gather(*(ask("/readyz") for _ in range(50)))) == {200}
        assert len(rig.telegram.calls("getMe")) - before < 25
        assert set(await asyncio.gather(*(ask("/metrics") for _ in range(20)))) == {200}
        before = len(rig.telegram.calls("getMe"))
        assert [await ask("/readyz") for _ in range(3)] == [200] * 3
        assert len(rig.telegram.calls("getMe")) - before == 3
