"""On an event loop whose clock jumps to the next timer: seconds cost nothing and every order is exact."""

import asyncio
import selectors
import warnings
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, RetryAfter
from telegram.request import BaseRequest, RequestData

from integrations.telegram.client import build_bot
from integrations.telegram.limiter import PerChatLimiter, retry_after_seconds


class _JumpingSelector(selectors.DefaultSelector):
    now = 1_000.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += max(timeout or 0, 0)
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return float(self._jumping.now)


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        runner.run(scene())


class Telegram:
    """What left, when, and whether it was refused: `refusals[chat]` are the seconds of the next 429s."""

    def __init__(self) -> None:
        self.limiter = PerChatLimiter()
        self.log: list[tuple[str, float]] = []
        self.refusals: dict[int, list[int]] = {}
        self.refused: RetryAfter | None = None
        self.started = asyncio.get_running_loop().time()

    def clock(self) -> float:
        return round(asyncio.get_running_loop().time() - self.started, 3)

    async def call(self, what: str, chat: int | None = 1, endpoint: str = "sendMessage") -> bool:
        async def answer() -> bool:
            self.log.append((what, self.clock()))
            if chat is not None and self.refusals.get(chat):
                self.refused = RetryAfter(self.refusals[chat].pop(0))
                raise self.refused
            return True

        data = {} if chat is None else {"chat_id": chat}
        return bool(await self.limiter.process_request(answer, (), {}, endpoint, data, None))


def test_a_burst_of_five_leaves_at_once_then_one_a_second_in_order() -> None:
    async def scene() -> None:
        telegram = Telegram()
        await asyncio.gather(*[telegram.call(str(n)) for n in range(20)])
        assert telegram.log == [(str(n), max(0, n - 4)) for n in range(20)]

    play(scene)


def test_a_quiet_chat_earns_its_burst_back() -> None:
    async def scene() -> None:
        telegram = Telegram()
        await asyncio.gather(*[telegram.call("first") for _ in range(5)])
        await asyncio.sleep(2)
        await asyncio.gather(*[telegram.call("second") for _ in range(3)])
        assert [at for what, at in telegram.log if what == "second"] == [2, 2, 3]

    play(scene)


def test_one_chats_pace_is_not_anothers() -> None:
    async def scene() -> None:
        telegram = Telegram()
        await asyncio.gather(*[telegram.call("x", chat=chat) for chat in range(500) for _ in range(5)])
        assert {at for _, at in telegram.log} == {0}

    play(scene)


@pytest.mark.parametrize(
    "endpoint", ["editMessageText", "editMessageReplyMarkup", "deleteMessage", "sendChatAction"]
)
def test_what_makes_no_message_is_never_paced(endpoint: str) -> None:
    async def scene() -> None:
        telegram = Telegram()
        await asyncio.gather(*[telegram.call("x", endpoint=endpoint) for _ in range(50)])
        assert {at for _, at in telegram.log} == {0}

    play(scene)


@pytest.mark.parametrize("endpoint", ["sendMessage", "sendDocument", "copyMessage", "forwardMessage"])
def test_what_makes_a_message_is_paced(endpoint: str) -> None:
    async def scene() -> None:
        telegram = Telegram()
        await asyncio.gather(*[telegram.call("x", endpoint=endpoint) for _ in range(6)])
        assert telegram.log[-1] == ("x", 1)

    play(scene)


def test_an_edit_overtakes_messages_that_wait_their_turn() -> None:
    async def scene() -> None:
        telegram = Telegram()
        async with asyncio.TaskGroup() as group:
            for _ in range(7):
                group.create_task(telegram.call("message"))
            await asyncio.sleep(0.5)
            await telegram.call("edit", endpoint="editMessageText")
        assert [what for what, _ in telegram.log[5:]] == ["edit", "message", "message"]

    play(scene)


def test_after_a_429_the_same_request_goes_again_when_the_wait_is_over() -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [3, 2]
        assert await telegram.call("x") is True
        assert telegram.log == [("x", 0), ("x", 3), ("x", 5)]

    play(scene)


def test_a_third_429_is_the_callers() -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [1, 1, 4]
        with pytest.raises(RetryAfter) as caught:
            await telegram.call("x")
        assert retry_after_seconds(caught.value) == 4
        assert len(telegram.log) == 3

    play(scene)


def test_a_long_429_is_the_callers_at_once_and_so_is_all_that_follows_until_it_is_over() -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [30]
        with pytest.raises(RetryAfter) as caught:
            await telegram.call("refused")
        assert caught.value is telegram.refused
        await asyncio.sleep(9.5)
        for endpoint in ("sendMessage", "editMessageText"):
            with pytest.raises(RetryAfter) as caught:
                await telegram.call("unsent", endpoint=endpoint)
            assert retry_after_seconds(caught.value) == 21
        await asyncio.sleep(20.5)
        await telegram.call("sent")
        assert telegram.log == [("refused", 0), ("sent", 30)]

    play(scene)


def test_sends_and_edits_to_a_refused_chat_wait_and_then_go_one_a_second() -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [4]
        async with asyncio.TaskGroup() as group:
            group.create_task(telegram.call("refused"))
            await asyncio.sleep(1)
            group.create_task(telegram.call("edit", endpoint="editMessageText"))
            group.create_task(telegram.call("send"))
            group.create_task(telegram.call("send"))
        assert telegram.log[:1] == [("refused", 0)]
        assert sorted(telegram.log[1:], key=lambda entry: entry[1]) == telegram.log[1:]
        assert ("edit", 4) in telegram.log
        assert sorted(at for what, at in telegram.log[1:] if what != "edit") == [4, 5, 6]

    play(scene)


def test_a_429_for_one_chat_delays_no_other() -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [5]
        async with asyncio.TaskGroup() as group:
            group.create_task(telegram.call("A"))
            await asyncio.sleep(0)
            for _ in range(3):
                group.create_task(telegram.call("B", chat=2))
            group.create_task(telegram.call("answer", chat=None, endpoint="answerCallbackQuery"))
        assert [what for what, _ in telegram.log] == ["A", "B", "B", "B", "answer", "A"]

    play(scene)


def test_a_429_without_a_chat_is_the_callers() -> None:
    async def scene() -> None:
        async def refuse() -> bool:
            raise RetryAfter(1)

        with pytest.raises(RetryAfter):
            await PerChatLimiter().process_request(refuse, (), {}, "answerCallbackQuery", {}, None)

    play(scene)


def test_any_other_error_is_the_callers_at_once() -> None:
    async def scene() -> None:
        calls: list[int] = []

        async def fail() -> bool:
            calls.append(1)
            raise BadRequest("chat not found")

        with pytest.raises(BadRequest):
            await PerChatLimiter().process_request(fail, (), {}, "sendMessage", {"chat_id": 1}, None)
        assert calls == [1]

    play(scene)


def test_it_tells_until_when_a_chat_waits() -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [30]
        with pytest.raises(RetryAfter):
            await telegram.call("x")
        assert telegram.limiter.paused_until(1) == telegram.started + 30
        assert telegram.limiter.paused_until("1") == telegram.started + 30
        assert telegram.limiter.paused_until(2) is None
        await asyncio.sleep(30)
        assert telegram.limiter.paused_until(1) is None

    play(scene)


def test_a_cancelled_message_gives_its_turn_to_the_next() -> None:
    async def scene() -> None:
        telegram = Telegram()
        await asyncio.gather(*[telegram.call("burst") for _ in range(5)])
        async with asyncio.TaskGroup() as group:
            given_up = group.create_task(telegram.call("given up"))
            group.create_task(telegram.call("next"))
            await asyncio.sleep(0.5)
            given_up.cancel()
        assert telegram.log[5:] == [("next", 1)]

    play(scene)


def test_idle_chats_are_forgotten_and_waiting_ones_are_not() -> None:
    async def scene() -> None:
        telegram = Telegram()
        for chat in range(2_000):
            await telegram.call("x", chat=chat)
        telegram.refusals[9_999] = [1_000]
        with pytest.raises(RetryAfter):
            await telegram.call("x", chat=9_999)
        await asyncio.sleep(61)
        await telegram.call("x", chat=-1)
        assert set(telegram.limiter._chats) == {"9999", "-1"}

    play(scene)


@pytest.mark.parametrize("setting", ["true", "false"])
def test_the_seconds_are_read_without_a_warning_in_either_form(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", setting)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        error = RetryAfter(timedelta(seconds=7))

    assert retry_after_seconds(error) == 7


@pytest.mark.parametrize("setting", ["true", "false"])
def test_an_early_refusal_is_raised_without_a_warning_in_either_form(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        telegram = Telegram()
        telegram.refusals[1] = [30]
        with pytest.raises(RetryAfter):
            await telegram.call("x")
        monkeypatch.setenv("PTB_TIMEDELTA", setting)
        with pytest.raises(RetryAfter, match="Flood control"):
            await telegram.call("x")

    play(scene)


class _Offline(BaseRequest):
    """Refuses the first message, as Telegram would."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    @property
    def read_timeout(self) -> float:
        return 1

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: object, **given: object
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        self.calls.append(name)
        if name == "getMe":
            return 200, b'{"result": {"id": 1, "is_bot": true, "first_name": "D", "username": "d"}}'
        if self.calls.count(name) == 1:
            return 429, b'{"ok": false, "description": "Too Many", "parameters": {"retry_after": 3}}'
        return 200, b'{"result": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}'


def test_it_plugs_into_the_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    offline = _Offline()
    monkeypatch.setattr("integrations.telegram.client._calls_request", lambda: offline)

    async def scene() -> None:
        before = asyncio.get_running_loop().time()
        limiter = PerChatLimiter()
        async with build_bot(token="1:a", api_url="http://x", limiter=limiter, updates=offline) as bot:
            message = await bot.send_message(7, "hello")
        assert message.message_id == 1
        assert asyncio.get_running_loop().time() == before + 3

    play(scene)
    assert offline.calls == ["getMe", "sendMessage", "sendMessage"]
