"""How updates reach the bot: by polling, with what is lost, repeated and refused on the way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from sandbox.clock import MovableClock
from sandbox.telegram import Phone, TelegramStandIn
from sandbox.telegram.changes import Changes
from sandbox.telegram.serving import served

TOKEN = "4242:secret"


class Bot:
    def __init__(self, session: ClientSession, root: str) -> None:
        self._session = session
        self._root = root

    async def raw(self, method: str, **params: Any) -> Any:
        async with self._session.post(f"{self._root}/bot{TOKEN}/{method}", json=params) as response:
            return await response.json()

    async def __call__(self, method: str, **params: Any) -> Any:
        answer = await self.raw(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def texts(self, **params: Any) -> list[str]:
        return [one["message"]["text"] for one in await self("getUpdates", **params)]


@pytest.fixture
def standin(tmp_path: Path) -> TelegramStandIn:
    return TelegramStandIn(clock=MovableClock(tmp_path / "clock.json"), token=TOKEN)


@pytest.fixture
def phone(standin: TelegramStandIn) -> Phone:
    return standin.phone(1001, first_name="Ada", last_name="Obi", username="ada", language_code="en-NG")


@pytest.fixture
async def bot(standin: TelegramStandIn) -> AsyncIterator[Bot]:
    async with served(standin.app()) as root, ClientSession() as session:
        yield Bot(session, root)


async def keyboard(bot: Bot) -> int:
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    sent = await bot("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    return int(sent["message_id"])


async def test_an_offset_acknowledges(bot: Bot, phone: Phone) -> None:
    for text in "abc":
        await phone.send(text)
    first = await bot("getUpdates")
    assert [one["update_id"] - first[0]["update_id"] for one in first] == [0, 1, 2]
    assert await bot.texts() == ["a", "b", "c"], "nothing is acknowledged by reading alone"
    assert await bot.texts(offset=first[0]["update_id"] + 1, limit=1) == ["b"]
    assert await bot.texts(offset=-1) == ["c"]
    assert await bot.texts() == ["c"]


async def test_a_long_poll_wakes_for_news_and_gives_up_in_time(bot: Bot, phone: Phone) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        poll = group.create_task(bot.texts(timeout=50))
        await asyncio.sleep(0.05)
        await phone.send("news")
    assert poll.result() == ["news"]
    assert await bot.texts(offset=-1, timeout=1) == ["news"]


async def test_after_an_outage_it_knows_everything_and_polls_wait_again(
    standin: TelegramStandIn, phone: Phone
) -> None:
    async with ClientSession() as session:
        async with served(standin.app()) as root:
            assert await Bot(session, root).texts() == []
        await phone.send("meanwhile")
        async with served(standin.app()) as root:
            bot = Bot(session, root)
            updates = await bot("getUpdates")
            assert [one["message"]["text"] for one in updates] == ["meanwhile"]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await bot("getUpdates", offset=updates[0]["update_id"] + 1, timeout=5)


async def test_it_can_be_mounted_under_a_path(standin: TelegramStandIn, phone: Phone) -> None:
    root_app = web.Application()
    root_app.add_subapp("/telegram", standin.app())
    async with served(root_app) as root, ClientSession() as session:
        assert (await Bot(session, f"{root}/telegram")("getMe"))["username"] == "dietdesk_bot"


async def test_of_two_polls_the_older_is_refused(bot: Bot, phone: Phone) -> None:
    async with asyncio.TaskGroup() as group:
        older = group.create_task(bot.raw("getUpdates", timeout=50))
        await asyncio.sleep(0.05)
        await bot("getUpdates", timeout=0)
    assert older.result() == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(bot.raw("getUpdates", timeout=50))
        await asyncio.sleep(0.05)
        await bot("setWebhook", url="https://example.com/hook")
    refused = await bot.raw("getUpdates")
    assert poll.result()["description"] == "Conflict: terminated by setWebhook request"
    assert refused["error_code"] == 409
    assert refused["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    await bot("deleteWebhook")
    assert await bot("getUpdates") == []


async def test_presses_live_150_seconds_and_messages_a_day(
    bot: Bot, phone: Phone, standin: TelegramStandIn
) -> None:
    await phone.start()
    await phone.press_raw(await keyboard(bot), "go", timeout=0)
    standin.world.clock.advance(timedelta(seconds=149))
    assert [set(one) - {"update_id"} for one in await bot("getUpdates")] == [{"message"}, {"callback_query"}]
    standin.world.clock.advance(timedelta(seconds=2))
    assert [set(one) - {"update_id"} for one in await bot("getUpdates")] == [{"message"}]
    standin.world.clock.advance(timedelta(hours=24))
    assert await bot("getUpdates") == []


async def test_updates_that_are_not_allowed_are_never_sent_and_the_setting_stays(
    bot: Bot, phone: Phone
) -> None:
    await phone.start()
    await bot("getUpdates", allowed_updates=["callback_query"], offset=-1)
    await phone.send("unheard")
    assert await bot.texts() == ["/start"]
    await phone.press_raw(await keyboard(bot), "go", timeout=0)
    assert len(await bot("getUpdates")) == 2
    await bot("getUpdates", allowed_updates=[])
    await phone.send("heard")
    assert len(await bot("getUpdates")) == 3


async def test_an_update_can_be_delivered_twice(bot: Bot, phone: Phone, standin: TelegramStandIn) -> None:
    standin.deliver_twice = True
    await phone.send("a")
    first = await bot("getUpdates")
    again = await bot("getUpdates", offset=first[-1]["update_id"] + 1)
    assert again == first
    assert await bot("getUpdates", offset=first[-1]["update_id"] + 1) == []


@pytest.mark.parametrize("payload", ["x" * 65, "a b", "a=b", "é"])
async def test_a_phone_opens_no_link_that_telegram_would_not(phone: Phone, payload: str) -> None:
    with pytest.raises(AssertionError, match="no phone opens a link"):
        await phone.start(payload)


async def test_an_update_tells_who_and_where(bot: Bot, phone: Phone) -> None:
    await phone.start("payload")
    message = (await bot("getUpdates"))[0]["message"]
    assert message["text"] == "/start payload"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["chat"] == {
        "id": 1001,
        "type": "private",
        "first_name": "Ada",
        "last_name": "Obi",
        "username": "ada",
    }
    assert message["from"]["language_code"] == "en-NG"
    assert message["from"]["is_bot"] is False


async def test_a_press_on_a_deleted_message_carries_no_message(bot: Bot, phone: Phone) -> None:
    await phone.start()
    number = await keyboard(bot)
    await bot("deleteMessage", chat_id=1001, message_id=number)
    await phone.press_raw(number, "forged", timeout=0)
    query = (await bot("getUpdates"))[-1]["callback_query"]
    assert query["message"]["date"] == 0
    assert query["data"] == "forged"


async def test_blocking_tells_the_bot_once(bot: Bot, phone: Phone) -> None:
    await phone.start()
    await phone.block()
    await phone.block()
    await phone.start()
    updates = await bot("getUpdates")
    changes = [one["my_chat_member"] for one in updates if "my_chat_member" in one]
    assert [one["new_chat_member"]["status"] for one in changes] == ["kicked", "member"]


class Hook:
    """A bot's own URL, which can be slow and can refuse."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self._changes = Changes()
        self.gate = asyncio.Event()
        self.gate.set()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self._changes.notify()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.gate.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def count(self, count: int) -> None:
        assert await self._changes.wait_until(lambda: len(self.got) >= count, timeout=5), self.got

    @property
    def kinds(self) -> list[str]:
        return [one.get("message", {}).get("text", "press") for one in self.got]


@pytest.fixture
async def hook(bot: Bot) -> AsyncIterator[Hook]:
    hook = Hook()
    async with served(hook.app()) as root:
        await bot("setWebhook", url=f"{root}/hook", secret_token="s3cret", max_connections=7)
        yield hook
        hook.gate.set()
        await bot("deleteWebhook")


async def all_taken(bot: Bot, hook: Hook, count: int) -> None:
    await hook.count(count)
    await asyncio.sleep(0.1)
    assert (await bot("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_webhook_gets_the_secret_and_the_order(bot: Bot, phone: Phone, hook: Hook) -> None:
    for text in "abcde":
        await phone.send(text)
    await all_taken(bot, hook, 5)
    assert hook.kinds == list("abcde")
    assert set(hook.secrets) == {"s3cret"}
    assert (await bot("getWebhookInfo"))["max_connections"] == 7


async def test_a_webhook_is_tried_again_before_the_next_of_its_lane(
    bot: Bot, phone: Phone, hook: Hook
) -> None:
    hook.statuses = [500, 503, 404]
    await phone.send("a")
    await phone.send("b")
    await all_taken(bot, hook, 5)
    assert hook.kinds == ["a", "a", "a", "a", "b"]
    assert "Wrong response from the webhook: 404" in (await bot("getWebhookInfo"))["last_error_message"]


async def test_presses_overtake_messages_of_the_same_person(bot: Bot, phone: Phone, hook: Hook) -> None:
    await phone.start()
    number = await keyboard(bot)
    await all_taken(bot, hook, 1)
    hook.gate.clear()
    await phone.send("slow")
    await phone.send("behind it")
    await phone.press_raw(number, "go", timeout=0)
    await hook.count(3)
    await asyncio.sleep(0.1)
    assert sorted(hook.kinds[1:]) == ["press", "slow"]


async def test_a_webhook_has_no_more_connections_than_it_asked_for(
    bot: Bot, hook: Hook, standin: TelegramStandIn
) -> None:
    hook.gate.clear()
    for number in range(9):
        await standin.phone(5000 + number).send("x")
    await hook.count(7)
    await asyncio.sleep(0.1)
    assert len(hook.got) == 7
    hook.gate.set()
    await all_taken(bot, hook, 9)


async def test_a_webhook_that_hangs_is_given_up_and_tried_again(
    bot: Bot, phone: Phone, hook: Hook, standin: TelegramStandIn
) -> None:
    standin.world.webhook.timeout_seconds = 0.1
    hook.gate.clear()
    await phone.send("a")
    await hook.count(2)
    hook.gate.set()
    await all_taken(bot, hook, 2)


async def test_a_webhook_can_be_delivered_twice(
    bot: Bot, phone: Phone, hook: Hook, standin: TelegramStandIn
) -> None:
    standin.deliver_twice = True
    await phone.send("a")
    await all_taken(bot, hook, 2)
    assert hook.kinds == ["a", "a"]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com:9000/x"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://example.com/x", "secret_token": "ä"},
            "secret token contains unallowed characters",
        ),
        ({"url": "https://example.com/x", "max_connections": 101}, "invalid max_connections specified"),
    ],
)
async def test_a_bad_webhook_is_refused(bot: Bot, params: dict[str, Any], words: str) -> None:
    answer = await bot.raw("setWebhook", **params)
    assert answer["description"] == f"Bad Request: {words}"


async def test_pending_updates_can_be_dropped(bot: Bot, phone: Phone) -> None:
    await phone.send("a")
    await bot("deleteWebhook")
    assert await bot.texts() == ["a"]
    await bot("deleteWebhook", drop_pending_updates=True)
    assert await bot.texts() == []
