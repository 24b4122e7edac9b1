"""Things that happen by themselves once the (movable) clock has reached their hour."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from sandbox.paystack.model import Clock

Action: TypeAlias = Callable[[], Awaitable[None]]

_LOOK_EVERY_SECONDS = 0.05


class Schedule:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._due: list[tuple[datetime, int, Action]] = []
        self._ticker: asyncio.Task[None] | None = None

    def after(self, seconds: float, action: Action) -> datetime:
        """Plan `action`; answers when it is due."""
        due = self._clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._due, (due, next(self._order), action))
        return due

    def start(self) -> None:
        self._ticker = asyncio.get_running_loop().create_task(self._tick_for_ever(), name="paystack schedule")

    async def close(self) -> None:
        if self._ticker is None:
            return
        self._ticker.cancel()
        await asyncio.gather(self._ticker, return_exceptions=True)
        self._ticker = None

    async def tick(self) -> None:
        """Do everything that is due now, earliest first, and what that makes due."""
        while self._due and self._due[0][0] <= self._clock.now():
            _, _, action = heapq.heappop(self._due)
            await action()

    async def _tick_for_ever(self) -> None:
        while True:
            await self.tick()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
