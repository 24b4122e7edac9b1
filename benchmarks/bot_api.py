"""A Bot API that only hands out presses and takes answers: `python -m benchmarks.bot_api NUMBER`.

A process of its own; updates are numbered from NUMBER. Its first line on standard output is the port. Each
line on standard input is a command, each is answered by a line: `{"do": "load", …}` queues presses and
answers when each was answered and edited; `{"do": "polled"}` answers when updates were first asked for since
the last such command, on the machine's monotonic clock; `{"do": "sent"}` answers when each message left, and to whom.
HTTP is read by hand, so that the measured side is the slower one by far.
"""

import asyncio
import json
import re
import sys
from collections import deque
from typing import Any

TOKEN = "4242:nobody"
FIRST_USER, FIRST_MESSAGE = 5_000, 1_000_000
_BATCH = 100
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_OFFSET = re.compile(rb"(?:^|&)offset=(\d+)")
_PRESS = re.compile(rb'callback_query_id(?:=|": ?")(\d+)')
_CHAT = re.compile(rb'(?:^chat_id=|&chat_id=|"chat_id": ?)(\d+)')
_EDITED = re.compile(rb'(?:^message_id=|&message_id=|"message_id": ?)(\d+)')
_BOT = {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_WORDS = "New request from Dr Ada Obi: First consultation, 45 minutes, 12,500. Approve to choose a day."


def _chat(user: int) -> dict[str, Any]:
    return {"id": user, "type": "private", "first_name": f"Client {user}", "username": f"client{user}"}


def _message(user: int, message_id: int) -> dict[str, Any]:
    keyboard = [
        [{"text": "Approve", "callback_data": "v1:ok:R:0:1"}, {"text": "Decline", "callback_data": "x"}]
    ]
    return {
        "message_id": message_id,
        "from": _BOT,
        "chat": _chat(user),
        "date": 1_780_000_000,
        "text": _WORDS,
        "entities": [{"type": "bold", "offset": 17, "length": 10}],
        "reply_markup": {"inline_keyboard": keyboard},
    }


def _update(number: int, user: int, data: str) -> bytes:
    person = {"id": user, "is_bot": False, "first_name": f"Client {user}", "language_code": "en"}
    press = {
        "id": str(number),
        "from": person,
        "message": _message(user, FIRST_MESSAGE + number),
        "chat_instance": "-7",
        "data": data,
    }
    return json.dumps({"update_id": number, "callback_query": press}).encode()


_TRUE = b'{"ok":true,"result":true}'
_ME = json.dumps({"ok": True, "result": _BOT}).encode()
_EDIT = json.dumps({"ok": True, "result": _message(FIRST_USER, FIRST_MESSAGE)}).encode()


class BotApi:
    def __init__(self, number: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.delay = 0.0
        self.waiting: deque[tuple[int, bytes]] = deque()
        self.asking: asyncio.Transport | None = None
        self.polled: asyncio.Future[float] = self.loop.create_future()
        self.queued_at: dict[int, float] = {}
        self.left: dict[int, int] = {}
        self.took: list[float] = []
        self.sent: list[tuple[float, int]] = []
        self.all_done = asyncio.Event()
        self._number = number

    async def load(self, *, data: list[str], users: int, delay: float, pace: float | None) -> dict[str, Any]:
        """Seconds from the first press to the last answer, and how long each press took."""
        self.delay, self.took = delay, []
        self.all_done.clear()
        begun, first = self.loop.time(), self._number + 1
        updates = [
            (first + n, _update(first + n, FIRST_USER + n % users, words)) for n, words in enumerate(data)
        ]
        self._number += len(data)
        self.left = {number: 2 for number, _ in updates}
        if pace is None:
            begun = self.loop.time()
            self._hand_out(updates)
        else:
            for n, update in enumerate(updates):
                await asyncio.sleep(begun + n / pace - self.loop.time())
                self._hand_out([update])
        await self.all_done.wait()
        return {"seconds": self.loop.time() - begun, "took": self.took}

    def _hand_out(self, updates: list[tuple[int, bytes]]) -> None:
        now = self.loop.time()
        self.queued_at.update((number, now) for number, _ in updates)
        self.waiting.extend(updates)
        self.give()

    def give(self) -> None:
        if self.asking is None or not self.waiting:
            return
        batch = [update for _, update in list(self.waiting)[:_BATCH]]
        asking, self.asking = self.asking, None
        _answer(asking, b'{"ok":true,"result":[' + b",".join(batch) + b"]}")

    def asked(self, transport: asyncio.Transport, body: bytes) -> None:
        if not self.polled.done():
            self.polled.set_result(self.loop.time())
        offset = _OFFSET.search(body)
        while offset and self.waiting and self.waiting[0][0] < int(offset[1]):
            self.waiting.popleft()
        self.asking = transport
        self.give()

    def did(self, number: int) -> None:
        """One of the two calls of a press was answered."""
        left = self.left.get(number)
        if left is None:
            return
        if left > 1:
            self.left[number] = left - 1
            return
        del self.left[number]
        self.took.append(self.loop.time() - self.queued_at.pop(number))
        if not self.left:
            self.all_done.set()


def _answer(transport: asyncio.Transport, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    transport.write(head % len(body) + body)


class Connection(asyncio.Protocol):
    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._api.asking is self._transport:
            self._api.asking = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._asked(head.split(b" ", 2)[1].rpartition(b"/")[2].partition(b"?")[0].lower(), body)

    def _asked(self, method: bytes, body: bytes) -> None:
        match method:
            case b"getupdates":
                self._api.asked(self._transport, body)
            case b"answercallbackquery" if found := _PRESS.search(body):
                self._later(_TRUE, int(found[1]))
            case b"editmessagetext" if found := _EDITED.search(body):
                self._later(_EDIT, int(found[1]) - FIRST_MESSAGE)
            case b"getme":
                _answer(self._transport, _ME)
            case b"sendmessage" if found := _CHAT.search(body):
                self._api.sent.append((self._api.loop.time(), int(found[1])))
                self._later(_EDIT, None)
            case _:
                _answer(self._transport, _TRUE)

    def _later(self, body: bytes, number: int | None) -> None:
        if self._api.delay:
            self._api.loop.call_later(self._api.delay, self._now, body, number)
        else:
            self._now(body, number)

    def _now(self, body: bytes, number: int | None) -> None:
        _answer(self._transport, body)
        if number is not None:
            self._api.did(number)


async def _obey(api: BotApi, command: dict[str, Any]) -> Any:
    what = command.pop("do")
    if what == "load":
        return await api.load(**command)
    if what == "sent":
        return api.sent
    seen = await api.polled
    api.polled = api.loop.create_future()
    return seen


async def main() -> None:
    loop = asyncio.get_running_loop()
    api = BotApi(int(sys.argv[1]))
    server = await loop.create_server(lambda: Connection(api), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await _obey(api, json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
