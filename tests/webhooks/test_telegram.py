"""`POST /telegram/webhook`: only Telegram is heard, each update once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from storage.tables import inbox
from tests.rig import Rig, running

SECRET = "a-secret-between-us"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def pushed(database_url: str) -> AsyncIterator[Rig]:
    """In webhook mode; nothing is polled and Telegram was not told where to push."""
    mode: dict[str, Any] = {"telegram_mode": "webhook", "telegram_webhook_secret": SECRET}
    async with running(database_url, **mode) as rig:
        rig.machine.nursery.cancel_named({"poller"})
        yield rig


def update(number: int, text: str = "/start") -> dict[str, Any]:
    somebody = {"id": 77_000, "is_bot": False, "first_name": "Bola"}
    chat = {"id": 77_000, "type": "private", "first_name": "Bola"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": somebody, "text": text}
    return {"update_id": number, "message": message}


async def push(rig: Rig, body: Any, secret: str | None = SECRET) -> int:
    headers = {HEADER: secret} if secret is not None else {}
    given = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with (
        aiohttp.ClientSession() as sender,
        sender.post(f"{rig.url}/telegram/webhook", headers=headers, **given) as answer,
    ):
        return answer.status


async def kept(rig: Rig) -> list[str]:
    await rig.settled()
    return [key for (key,) in await rig.rows(select(inbox.c.key).order_by(inbox.c.key))]


@pytest.mark.parametrize(
    "secret", [None, "", "another", SECRET + "x", SECRET[:-1], SECRET.upper(), "ünïcödé"]
)
async def test_without_the_secret_nothing_is_heard(pushed: Rig, secret: str | None) -> None:
    assert await push(pushed, update(1), secret) == 401
    assert await kept(pushed) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_secret_of_bytes_that_are_no_text_is_no_secret(pushed: Rig) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", pushed.settings.http_port)
    head = f"POST /telegram/webhook HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n{HEADER}: "
    writer.write(head.encode() + b"\xff\xfe\r\nConnection: close\r\n\r\n{}")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()
    await writer.wait_closed()


async def test_an_update_is_stored_before_it_is_answered_and_only_once(pushed: Rig) -> None:
    phone = pushed.telegram.phone(77_000, first_name="Bola")
    phone.chat.started = True
    statuses = await asyncio.gather(*(push(pushed, update(5)) for _ in range(10)))
    assert set(statuses) == {200}
    assert await kept(pushed) == ["5"]
    assert len([one for one in phone.messages if not one.mine]) == 1
    assert "Agree" in phone.last.labels[0]


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b"not json", b'{"update_id": "x"}', b'{"update_id": null}', b"\xff", b"1"],
    ids=range(9),
)
async def test_what_is_no_update_is_answered_and_forgotten(pushed: Rig, body: bytes) -> None:
    """Telegram would send it again and again."""
    assert await push(pushed, body) == 200
    assert await kept(pushed) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_updates_that_concern_nobody_are_kept_and_lead_to_nothing(pushed: Rig) -> None:
    strange: list[dict[str, Any]] = [
        {"update_id": 1},
        {"update_id": 2, "edited_message": {"text": "x"}},
        {"update_id": 3, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}}},
        {"update_id": 4, "poll": {"id": "1"}},
    ]
    group = update(5)
    group["message"]["chat"] = {"id": -100, "type": "supergroup", "title": "x"}
    robot = update(6)
    robot["message"]["from"]["is_bot"] = True
    for one in [*strange, group, robot]:
        assert await push(pushed, one) == 200
    assert len(await kept(pushed)) == 6
    assert pushed.telegram.calls("sendMessage") == []
    assert await pushed.failed() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_in_polling_mode_there_is_no_such_door(database_url: str) -> None:
    async with running(database_url) as rig:
        assert await push(rig, update(1)) == 404
