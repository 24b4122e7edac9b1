"""Whatever answers instead of Telegram, the bot does not go deaf."""

import asyncio
from typing import Any

import pytest

from bot import poller
from bot.gate import Gate
from bot.poller import Poller, sender_of
from domain.model.queue import InboxItem
from tests.clock import FrozenClock


class Answers:
    """One after the other; then silence."""

    read_timeout = 1.0
    base_url = "http://localhost/bot1:a"

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)

    async def post(self, *_: object, **__: object) -> Any:
        if not self._answers:
            await asyncio.Event().wait()
        return self._answers.pop(0)

    async def delete_webhook(self, **_: object) -> bool:
        return True


class Keeper:
    def __init__(self) -> None:
        self.kept: list[str] = []
        self.enough = asyncio.Event()

    async def keep(self, items: list[InboxItem]) -> None:
        self.kept += [item.key for item in items]
        self.enough.set()


@pytest.mark.parametrize("odd", [{"hello": "I am a proxy"}, ["word"], [{}], 7])
async def test_an_answer_that_is_no_list_of_updates_is_survived(
    odd: Any, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "_LONG_PAUSE", 0.0)
    telegram: Any = Answers(odd, [{"update_id": 5}])
    keeper: Any = Keeper()
    gate = Gate(sender_of=sender_of, on_flood=lambda *_: None)
    one = Poller(bot=telegram, request=telegram, keeper=keeper, gate=gate, clock=clock)
    listening = asyncio.get_running_loop().create_task(one.run())
    async with asyncio.timeout(5):
        await keeper.enough.wait()
    listening.cancel()
    assert keeper.kept == ["5"]
