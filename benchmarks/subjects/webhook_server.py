"""What a webhook could cost at best: aiohttp that answers 200; checks the signature too; stores too.

`python -m benchmarks.subjects.webhook_server bare|signed|stored PORT DATABASE`. `stored` is the reference:
one thread owns a sqlite3 connection and commits all that arrived while the last commit ran, with
`synchronous=FULL`.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import threading
from queue import Empty, SimpleQueue

from aiohttp import web

KEY = os.environ["PAYSTACK_SECRET_KEY"].encode()
Waiting = tuple[str, str, asyncio.Future[None]]


class Store:
    def __init__(self, path: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived: SimpleQueue[Waiting] = SimpleQueue()
        self._path = path
        threading.Thread(target=self._run, daemon=True).start()

    async def keep(self, key: str, body: str) -> None:
        stored = self._loop.create_future()
        self._arrived.put((key, body, stored))
        await stored

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE inbox (id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT)"
        )
        while True:
            batch = self._batch()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO inbox (key, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(key, body) for key, body, _ in batch],
            )
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, [stored for _, _, stored in batch])

    def _batch(self) -> list[Waiting]:
        batch = [self._arrived.get()]
        try:
            while True:
                batch.append(self._arrived.get_nowait())
        except Empty:
            return batch


def _tell(waiting: list[asyncio.Future[None]]) -> None:
    for stored in waiting:
        stored.set_result(None)


def is_signed(raw: bytes, request: web.Request) -> bool:
    expected = hmac.new(KEY, raw, hashlib.sha512).hexdigest()
    return hmac.compare_digest(expected, request.headers.get("x-paystack-signature", ""))


async def bare(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def signed(request: web.Request) -> web.Response:
    return web.Response(text="ok", status=200 if is_signed(await request.read(), request) else 401)


async def main(kind: str, port: int, path: str) -> None:
    store = Store(path)

    async def stored(request: web.Request) -> web.Response:
        raw = await request.read()
        if not is_signed(raw, request):
            return web.Response(status=401)
        event = json.loads(raw)
        await store.keep(f"{event['event']}:{event['data']['id']}", raw.decode())
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/paystack/webhook", {"bare": bare, "signed": signed, "stored": stored}[kind])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
