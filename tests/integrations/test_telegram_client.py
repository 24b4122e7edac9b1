import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from integrations.telegram.client import build_bot, fetch_updates, introduce, updates_request

TOKEN = "123456:AAtoken"
ME = {"id": 123456, "is_bot": True, "first_name": "D", "username": "d_bot"}
PDF = b"%PDF-1.7 " + bytes(200_000)


class Telegram:
    def __init__(self) -> None:
        self.root = ""
        self.status = 200
        self.results: dict[str, object] = {"getMe": ME}
        self.seen: list[tuple[str, dict[str, object]]] = []

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        form = await request.post()
        self.seen.append((request.path, dict(form)))
        if request.path.startswith("/file/"):
            return web.Response(body=PDF)
        result = self.results.get(request.path.rpartition("/")[2], True)
        return web.json_response({"ok": True, "result": result, "description": "why"}, status=self.status)


@asynccontextmanager
async def served(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    far = Telegram()
    async with served(far.handle) as far.root:
        yield far


async def test_the_bot_speaks_to_the_given_root_and_downloads_from_it(telegram: Telegram) -> None:
    telegram.results["getFile"] = {"file_id": "f", "file_unique_id": "u", "file_path": "documents/1.pdf"}

    async with build_bot(token=TOKEN, api_url=telegram.root + "/") as bot:
        content = await (await bot.get_file("f")).download_as_bytearray()

    assert content == PDF
    assert [path for path, _ in telegram.seen] == [
        f"/bot{TOKEN}/getMe",
        f"/bot{TOKEN}/getFile",
        f"/file/bot{TOKEN}/documents/1.pdf",
    ]


async def test_updates_come_as_telegram_wrote_them(telegram: Telegram) -> None:
    raw = [{"update_id": 5, "something_of_the_future": {"x": 1}}]
    telegram.results["getUpdates"] = raw
    updates = updates_request()

    async with build_bot(token=TOKEN, api_url=telegram.root, updates=updates) as bot:
        batch = await fetch_updates(
            updates, bot.base_url, offset=5, timeout=0, limit=100, allowed_updates=["message"]
        )

    assert batch == raw


async def test_asking_for_updates_says_offset_limit_and_kinds(telegram: Telegram) -> None:
    telegram.results["getUpdates"] = []
    root = f"{telegram.root}/bot{TOKEN}"
    async with updates_request() as updates:
        for offset in (None, 7):
            await fetch_updates(
                updates, root, offset=offset, timeout=50, limit=10, allowed_updates=["message", "x"]
            )

    first = {"timeout": "50", "limit": "10", "allowed_updates": '["message", "x"]'}
    assert [form for _, form in telegram.seen] == [first, first | {"offset": "7"}]


async def test_the_long_poll_outwaits_the_server() -> None:
    noting = _Noting()

    await fetch_updates(noting, "http://x", offset=1, timeout=50, limit=1, allowed_updates=[])

    assert noting.waited == [60]


async def test_asking_for_updates_raises_the_librarys_errors(telegram: Telegram) -> None:
    telegram.status = 409
    async with updates_request() as updates:
        with pytest.raises(Conflict, match="why"):
            await fetch_updates(
                updates, f"{telegram.root}/bot{TOKEN}", offset=1, timeout=0, limit=1, allowed_updates=[]
            )


class _Noting(BaseRequest):
    def __init__(self) -> None:
        self.waited: list[object] = []

    @property
    def read_timeout(self) -> float:
        return 10

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        self.waited.append(read_timeout)
        return 200, json.dumps({"ok": True, "result": []}).encode()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, '{"ok": false, "error_code": 401, "description": "Unauthorized"}', InvalidToken),
        (404, '{"ok": false, "error_code": 404, "description": "Not Found"}', InvalidToken),
        (401, "<html>Log in to the proxy</html>", NetworkError),
        (404, "<html>No such site</html>", NetworkError),
        (404, '{"detail": "Not Found"}', NetworkError),
        (200, "<html>Welcome</html>", TelegramError),
        (200, '"welcome"', NetworkError),
        (200, '{"ok": true}', NetworkError),
        (200, '{"ok": true, "result": {}}', NetworkError),
        (502, "", NetworkError),
    ],
)
async def test_only_telegram_itself_can_refuse_the_token(
    status: int, body: str, error: type[TelegramError]
) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text=body)

    async with served(answer) as root:
        bot = build_bot(token=TOKEN, api_url=root)
        with pytest.raises(TelegramError) as raised:
            await introduce(bot)
        await bot.shutdown()
    assert type(raised.value) is error
    assert TOKEN not in str(raised.value)
