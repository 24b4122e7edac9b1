"""`AiohttpRequest` stands in for the library's `HTTPXRequest`: every test runs against both.

Where they differ, and why:

| case                                  | HTTPXRequest         | AiohttpRequest                              |
|---------------------------------------|----------------------|---------------------------------------------|
| used before `initialize()`            | works                | NetworkError: no session without a loop     |
| GET dropped before its answer         | NetworkError at once | asked once more first; GET changes nothing  |
| a proxy in the environment, loopback  | used                 | not used: what is here needs no way out     |
| class named in a NetworkError         | httpx.…              | aiohttp.…, and the token is taken out       |
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from integrations.telegram.transport import AiohttpRequest, was_not_sent

TOKEN = "123456:AAtoken-of_the_test"
BIG = bytes(range(256)) * 12_000  # 3 MB: more than any buffer on the way

_Kind = type[HTTPXRequest] | type[AiohttpRequest]


class Telegram:
    """The far side: what it does is the last part of the path; what it saw is kept."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.form: dict[str, Any] = {}
        self.peers: set[object] = set()
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.released = asyncio.Event()
        self.arrived = asyncio.Event()
        self.root = ""

    def url(self, method: str) -> str:
        return f"{self.root}/bot{TOKEN}/{method}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        self.seen.append(name)
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        self.arrived.set()
        doing: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            "hang": self._hang,
            "hangInBody": self._hang_in_body,
            "drop": self._drop,
            "dropInBody": self._drop_in_body,
            "form": self._form,
            "echo": self._echo,
            "big": self._big,
            "redirect": self._redirect,
        }
        if name in doing:
            return await doing[name](request)
        status, body = self.answers.get(name, (200, b'{"ok": true, "result": true}'))
        return web.Response(status=status, body=body)

    async def _hang(self, request: web.Request) -> web.StreamResponse:
        await self.released.wait()
        return web.Response(body=b'{"ok": true, "result": {"late": true}}')

    async def _partly(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"ok": true, ')
        return response

    async def _hang_in_body(self, request: web.Request) -> web.StreamResponse:
        response = await self._partly(request)
        await self.released.wait()
        return response

    async def _drop(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def _drop_in_body(self, request: web.Request) -> web.StreamResponse:
        response = await self._partly(request)
        assert request.transport is not None
        request.transport.close()
        return response

    async def _form(self, request: web.Request) -> web.StreamResponse:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                self.form[name] = (value.filename, value.content_type, value.file.read())
            else:
                self.form[name] = value
        return web.Response(body=b'{"ok": true, "result": true}')

    async def _echo(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        return web.json_response({"ok": True, "result": {"n": (await request.post())["n"]}})

    async def _big(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=BIG)

    async def _redirect(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": self.url("ok")})


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    far = Telegram()
    app = web.Application(client_max_size=100 * 2**20)
    app.router.add_route("*", "/{path:.*}", far.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    far.root = f"http://{host}:{port}"
    yield far
    far.released.set()
    await runner.cleanup()


@pytest.fixture(params=[HTTPXRequest, AiohttpRequest])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> _Kind:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    chosen: _Kind = request.param
    return chosen


@pytest.fixture
async def client(kind: _Kind) -> AsyncIterator[BaseRequest]:
    async with kind() as request:
        yield request


def data(**values: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def raised_by(awaitable: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await awaitable
    return caught.value


# What Telegram answers


async def test_it_returns_the_result_of_an_answer(client: BaseRequest, telegram: Telegram) -> None:
    telegram.answers["getMe"] = (200, '{"ok": true, "result": {"first_name": "Adaọ́bí"}}'.encode())

    assert await client.post(telegram.url("getMe")) == {"first_name": "Adaọ́bí"}


async def test_it_sends_parameters_as_the_library_encodes_them(
    client: BaseRequest, telegram: Telegram
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "10:00 & more", "callback_data": "v1:slot"}]]}

    await client.post(
        telegram.url("form"), data(chat_id=7, text="₦5,000 + a=b&c\n%", reply_markup=keyboard, gone=None)
    )

    assert telegram.form["chat_id"] == "7"
    assert telegram.form["text"] == "₦5,000 + a=b&c\n%"
    assert json.loads(telegram.form["reply_markup"]) == keyboard
    assert "gone" not in telegram.form


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, BadRequest),
        (401, InvalidToken),
        (403, Forbidden),
        (404, InvalidToken),
        (409, Conflict),
        (413, NetworkError),
        (429, NetworkError),
        (500, NetworkError),
        (502, NetworkError),
    ],
)
async def test_it_raises_by_status_with_telegrams_words(
    client: BaseRequest, telegram: Telegram, status: int, expected: type[TelegramError]
) -> None:
    telegram.answers["sendMessage"] = (status, b'{"ok": false, "description": "Bad Request: chat not found"}')

    error = await raised_by(client.post(telegram.url("sendMessage"), data(chat_id=1)))

    assert type(error) is expected
    assert "hat not found" in error.message


async def test_it_raises_retry_after_with_the_seconds(client: BaseRequest, telegram: Telegram) -> None:
    telegram.answers["x"] = (429, b'{"ok": false, "description": "Too", "parameters": {"retry_after": 7}}')

    error = await raised_by(client.post(telegram.url("x")))

    assert isinstance(error, RetryAfter)
    assert error.retry_after == timedelta(seconds=7)


async def test_it_raises_chat_migrated_with_the_new_chat(client: BaseRequest, telegram: Telegram) -> None:
    body = b'{"ok": false, "description": "moved", "parameters": {"migrate_to_chat_id": -100}}'
    telegram.answers["x"] = (400, body)

    error = await raised_by(client.post(telegram.url("x")))

    assert isinstance(error, ChatMigrated)
    assert error.new_chat_id == -100


async def test_it_refuses_an_answer_that_is_not_json(client: BaseRequest, telegram: Telegram) -> None:
    telegram.answers["x"] = (200, b"<html>")

    error = await raised_by(client.post(telegram.url("x")))

    assert type(error) is TelegramError
    assert error.message == "Invalid server response"


async def test_it_raises_a_network_error_for_a_gateways_error_page(
    client: BaseRequest, telegram: Telegram
) -> None:
    telegram.answers["x"] = (502, b"<html>nginx</html>")

    error = await raised_by(client.post(telegram.url("x")))

    assert type(error) is NetworkError
    assert "Bad Gateway (502)" in error.message


async def test_it_follows_no_redirect(client: BaseRequest, telegram: Telegram) -> None:
    assert type(await raised_by(client.post(telegram.url("redirect")))) is NetworkError
    assert telegram.seen == ["redirect"]


# What the network does


@pytest.mark.parametrize("where", ["hang", "hangInBody"])
async def test_silence_for_longer_than_the_read_timeout_is_timed_out(
    client: BaseRequest, telegram: Telegram, where: str
) -> None:
    error = await raised_by(client.post(telegram.url(where), read_timeout=0.05))

    assert type(error) is TimedOut
    assert error.message == "Timed out"
    assert error.__cause__ is not None
    assert not was_not_sent(error)


async def test_the_default_read_timeout_is_the_constructors(kind: _Kind, telegram: Telegram) -> None:
    async with kind(read_timeout=0.05) as client:
        assert client.read_timeout == 0.05
        assert type(await raised_by(client.post(telegram.url("hang")))) is TimedOut


async def test_none_as_read_timeout_waits_for_ever(kind: _Kind, telegram: Telegram) -> None:
    async with kind(read_timeout=0.05) as client, asyncio.TaskGroup() as group:
        call = group.create_task(client.post(telegram.url("hang"), read_timeout=None))
        await asyncio.sleep(0.2)
        assert not call.done()
        telegram.released.set()
    assert call.result() == {"late": True}


async def test_a_refused_connection_is_a_network_error(client: BaseRequest) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        error = await raised_by(client.post(f"http://127.0.0.1:{port}/bot{TOKEN}/getMe"))

    assert type(error) is NetworkError
    assert error.__cause__ is not None


async def test_a_connection_nobody_accepts_is_timed_out(client: BaseRequest) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(deaf.getsockname())

        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/bot{TOKEN}/getMe"
        error = await raised_by(client.post(url, connect_timeout=0.1))
        for each in waiting:
            each.close()

    assert type(error) is TimedOut
    assert error.message == "Timed out"


@asynccontextmanager
async def stalled() -> AsyncIterator[str]:
    """The URL of a peer that accepts and never reads."""
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0, limit=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot{TOKEN}/sendDocument"
    finally:
        for writer in held:
            writer.transport.abort()
        server.close()
        await server.wait_closed()


def more_than_any_buffer() -> RequestData:
    return data(chat_id=1, document=InputFile(bytes(40 * 2**20), filename="plan.pdf"))


async def test_a_peer_that_stops_reading_is_timed_out(client: BaseRequest) -> None:
    async with stalled() as url, asyncio.timeout(5):
        error = await raised_by(client.post(url, more_than_any_buffer(), write_timeout=0.2))

    assert type(error) is TimedOut
    assert error.message == "Timed out"


async def test_an_upload_has_its_own_write_timeout(kind: _Kind) -> None:
    async with stalled() as url, kind(write_timeout=60, media_write_timeout=0.2) as client:
        async with asyncio.timeout(5):
            error = await raised_by(client.post(url, more_than_any_buffer()))

    assert type(error) is TimedOut


async def test_an_upload_can_be_cancelled_while_it_stalls(client: BaseRequest) -> None:
    async with stalled() as url:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await client.post(url, more_than_any_buffer(), write_timeout=None)


@pytest.mark.parametrize("where", ["drop", "dropInBody"])
async def test_a_dropped_connection_is_a_network_error_and_asked_once(
    client: BaseRequest, telegram: Telegram, where: str
) -> None:
    error = await raised_by(client.post(telegram.url(where), data(chat_id=1)))

    assert type(error) is NetworkError
    assert error.message.startswith(("httpx.RemoteProtocolError", "aiohttp."))
    assert not was_not_sent(error)
    assert telegram.seen == [where]


async def test_a_kept_connection_that_drops_is_never_asked_twice(
    client: BaseRequest, telegram: Telegram
) -> None:
    await client.post(telegram.url("ok"))

    error = await raised_by(client.post(telegram.url("drop"), data(chat_id=1)))

    assert type(error) is NetworkError
    assert telegram.seen == ["ok", "drop"]
    assert len(telegram.peers) == 1


async def test_it_goes_on_after_any_failure(client: BaseRequest, telegram: Telegram) -> None:
    for where in ("drop", "dropInBody", "hang", "hangInBody"):
        await raised_by(client.post(telegram.url(where), read_timeout=0.05))

    assert await client.post(telegram.url("ok")) is True


async def test_the_token_is_in_no_message(client: BaseRequest, telegram: Telegram) -> None:
    for where in ("drop", "dropInBody", "hang"):
        error = await raised_by(client.post(telegram.url(where), read_timeout=0.05))
        assert TOKEN not in str(error)


async def test_a_malformed_url_names_no_token() -> None:
    async with AiohttpRequest() as client:
        error = await raised_by(client.post(f"ftp://telegram/bot{TOKEN}/getMe"))

    assert "aiohttp.NonHttpUrlClientError" in str(error)
    assert TOKEN not in str(error)


# The pool


async def test_a_full_pool_says_that_nothing_was_sent(kind: _Kind, telegram: Telegram) -> None:
    async with kind(connection_pool_size=1) as client, asyncio.TaskGroup() as group:
        first = group.create_task(client.post(telegram.url("hang")))
        await telegram.arrived.wait()

        error = await raised_by(client.post(telegram.url("second"), pool_timeout=0.05))
        telegram.released.set()

    assert type(error) is TimedOut
    assert error.message.startswith("Pool timeout: ")
    assert "Request was *not* sent to Telegram" in error.message
    assert first.result() == {"late": True}
    assert telegram.seen == ["hang"]


@pytest.mark.parametrize("ending", ["answered", "timed out", "dropped", "cancelled"])
async def test_a_place_in_the_pool_is_free_again_however_a_request_ends(
    kind: _Kind, telegram: Telegram, ending: str
) -> None:
    where = {"answered": "ok", "dropped": "drop"}.get(ending, "hang")
    async with kind(connection_pool_size=1) as client:
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(0.1 if ending == "cancelled" else None):
                await client.post(telegram.url(where), read_timeout=0.05 if ending == "timed out" else 5)

        assert await client.post(telegram.url("ok"), pool_timeout=0.2) is True


async def test_256_at_once_get_each_their_own_answer(client: BaseRequest, telegram: Telegram) -> None:
    calls = [client.post(telegram.url("echo"), data(n=n), pool_timeout=30) for n in range(256)]

    assert await asyncio.gather(*calls) == [{"n": str(n)} for n in range(256)]


async def test_more_at_once_than_places_wait_for_one(kind: _Kind, telegram: Telegram) -> None:
    async with kind(connection_pool_size=4, pool_timeout=30) as client:
        calls = [client.post(telegram.url("echo"), data(n=n)) for n in range(64)]
        assert await asyncio.gather(*calls) == [{"n": str(n)} for n in range(64)]

    assert len(telegram.peers) <= 4


async def test_requests_one_after_another_share_a_connection(client: BaseRequest, telegram: Telegram) -> None:
    for _ in range(5):
        await client.post(telegram.url("ok"), data(chat_id=1))

    assert len(telegram.peers) == 1


async def test_a_cancelled_request_is_cancelled_and_no_telegram_error(
    client: BaseRequest, telegram: Telegram
) -> None:
    async with asyncio.TaskGroup() as group:
        call = group.create_task(client.post(telegram.url("hang")))
        await telegram.arrived.wait()
        call.cancel()

    assert call.cancelled()


# Files


async def test_it_uploads_a_file_under_its_own_name(client: BaseRequest, telegram: Telegram) -> None:
    document = InputFile(BIG, filename="Ọ̀nà “ilera” plan.pdf")

    await client.post(telegram.url("form"), data(chat_id=7, caption="₦ & more", document=document))

    assert telegram.form["document"] == ("Ọ̀nà “ilera” plan.pdf", "application/pdf", BIG)
    assert telegram.form["chat_id"] == "7"
    assert telegram.form["caption"] == "₦ & more"


async def test_it_retrieves_a_file_whole(client: BaseRequest, telegram: Telegram) -> None:
    assert await client.retrieve(f"{telegram.root}/file/bot{TOKEN}/documents/big") == BIG


@pytest.mark.parametrize(("where", "expected"), [("hangInBody", TimedOut), ("drop", NetworkError)])
async def test_a_file_that_does_not_come_raises_as_a_call_does(
    client: BaseRequest, telegram: Telegram, where: str, expected: type[TelegramError]
) -> None:
    error = await raised_by(client.retrieve(telegram.url(where), read_timeout=0.05))

    assert type(error) is expected


async def test_a_missing_file_raises(client: BaseRequest, telegram: Telegram) -> None:
    telegram.answers["gone"] = (404, b'{"ok": false, "description": "Not Found"}')

    assert type(await raised_by(client.retrieve(telegram.url("gone")))) is InvalidToken


# Opening and closing


async def test_after_shutdown_it_refuses_and_says_why(kind: _Kind, telegram: Telegram) -> None:
    client = kind()
    await client.initialize()
    await client.shutdown()

    with pytest.raises(RuntimeError, match="is not initialized"):
        await client.do_request(telegram.url("ok"), "POST")
    error = await raised_by(client.post(telegram.url("ok")))
    assert type(error) is NetworkError
    assert "is not initialized" in error.message
    assert telegram.seen == []


async def test_opening_and_closing_twice_is_once(kind: _Kind, telegram: Telegram) -> None:
    client = kind()
    for _ in range(2):
        await client.initialize()
        await client.initialize()
        assert await client.post(telegram.url("ok")) is True
        await client.shutdown()
        await client.shutdown()


async def test_a_request_never_opened_can_be_closed(kind: _Kind) -> None:
    await kind().shutdown()


async def test_before_initialize_aiohttp_refuses() -> None:
    assert "is not initialized" in str(await raised_by(AiohttpRequest().post("http://127.0.0.1/x")))


# Proxies


async def test_a_proxy_in_the_environment_is_used_for_the_world(
    kind: _Kind, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", telegram.root)
    async with kind() as client:
        await client.post(f"http://api.telegram.invalid/bot{TOKEN}/proxied")

    assert telegram.seen == ["proxied"]


async def test_no_proxy_names_hosts_to_reach_directly(
    kind: _Kind, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", telegram.root)
    monkeypatch.setenv("no_proxy", "telegram.invalid")
    async with kind() as client:
        error = await raised_by(client.post(f"http://api.telegram.invalid/bot{TOKEN}/direct"))

    assert type(error) is NetworkError
    assert telegram.seen == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_is_never_asked_through_a_proxy(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with AiohttpRequest() as client:
        assert await client.post(telegram.url("ok").replace("127.0.0.1", host)) is True


# What is surely safe to send again


@pytest.mark.parametrize(
    ("cause", "safe"),
    [
        (aiohttp.ConnectionTimeoutError(), True),
        (aiohttp.SocketTimeoutError(), False),
        (aiohttp.ServerDisconnectedError(), False),
        (httpx.ReadTimeout(""), False),
        (None, False),
    ],
)
def test_only_what_never_left_is_safe_to_send_again(cause: Exception | None, safe: bool) -> None:  # noqa: FBT001
    error = TimedOut()
    error.__cause__ = cause

    assert was_not_sent(error) is safe


async def test_a_refused_connection_and_a_full_pool_are_safe_to_send_again(telegram: Telegram) -> None:
    async with AiohttpRequest(connection_pool_size=1) as client, asyncio.TaskGroup() as group:
        group.create_task(client.post(telegram.url("hang")))
        await telegram.arrived.wait()
        full = await raised_by(client.post(telegram.url("second"), pool_timeout=0.01))
        telegram.released.set()
    async with AiohttpRequest() as client:
        refused = await raised_by(client.post("http://127.0.0.1:9/x"))

    assert was_not_sent(full)
    assert was_not_sent(refused)
