"""Pushing updates to the bot's own URL, as core.telegram.org/bots/api#setwebhook describes it.

Each lane (one person's messages, one person's presses) is sent one update at a time, the next only after
a 2xx; lanes overtake each other freely. The pauses between attempts are shorter than Telegram's.
"""

import asyncio
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.clock import MovableClock
from sandbox.telegram.updates import Pending, UpdateQueue

_PAUSES = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0)  # seconds; the last one repeats
_LONGEST_RETRY_AFTER = 3600.0


class WebhookPusher:
    def __init__(self, updates: UpdateQueue, clock: MovableClock) -> None:
        self._updates = updates
        self._clock = clock
        self._session: ClientSession | None = None
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self._slots = asyncio.Semaphore(40)
        self.timeout_seconds = 60.0
        self.last_error: tuple[datetime, str] | None = None

    def use(self, url: str, *, secret: str, max_connections: int) -> None:
        self.url, self.secret = url, secret
        self.max_connections, self.last_error = max_connections, None
        self._slots = asyncio.Semaphore(max_connections)

    async def open(self) -> None:
        self._session = ClientSession()
        self.kick()

    async def close(self) -> None:
        for lane in list(self._lanes.values()):
            lane.cancel()
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def kick(self) -> None:
        """Something may be there to send."""
        if not self.url or self._session is None:
            return
        for lane in {one.lane for one in self._updates.waiting()} - set(self._lanes):
            task = asyncio.get_running_loop().create_task(self._work(lane, self._session))
            self._lanes[lane] = task

    async def _work(self, lane: int, session: ClientSession) -> None:
        failures = 0
        try:
            while self.url and (head := self._head(lane)):
                async with self._slots:
                    pause = await self._push(head, session)
                if pause is None:
                    self._updates.done(head)
                    failures = 0
                    continue
                await asyncio.sleep(max(pause, _PAUSES[min(failures, len(_PAUSES) - 1)]))
                failures += 1
        finally:
            del self._lanes[lane]

    def _head(self, lane: int) -> Pending | None:
        return next((one for one in self._updates.waiting() if one.lane == lane), None)

    async def _push(self, pending: Pending, session: ClientSession) -> float | None:
        """None once it was taken, otherwise the seconds the other side asks to be left alone."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        timeout = ClientTimeout(total=self.timeout_seconds)
        try:
            async with session.post(
                self.url, json=pending.json, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                if 200 <= response.status < 300:
                    return None
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
                asked = response.headers.get("Retry-After", "")
        except (ClientError, TimeoutError) as error:
            reason, asked = str(error) or "Read timeout expired", ""
        self.last_error = (self._clock.now(), reason)
        return min(float(asked), _LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0
