"""How fast new messages that nobody has just asked for may leave, over all chats.

Telegram's FAQ: about 30 messages a second (core.telegram.org/bots/faq). What goes to one chat is the limiter's
business; what answers a press does not come by here, and so never waits behind a burst.
"""

import asyncio
from collections import deque
from typing import Final

RATE: Final = 30.0
_AT_ONCE: Final = 3  # makes up for a timer that was late, no more


class Pace:
    """`rate` turns a second, in the order they were asked for; whoever is `first` goes before all others."""

    def __init__(self, rate: float = RATE) -> None:
        self._interval = 1 / rate
        self._full_at = 0.0
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, *, first: bool) -> None:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[None] = loop.create_future()
        (self._first if first else self._others).append(waiting)
        self._go_on()
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self.give_back()  # it came in the same moment
            raise

    def give_back(self) -> None:
        """Nothing was sent in a turn that was had."""
        self._full_at -= self._interval
        self._go_on()

    def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while (waiting := self._next()) is not None:
            now = loop.time()
            may_at = self._full_at - (_AT_ONCE - 1) * self._interval
            if may_at > now:
                self._timer = loop.call_at(may_at, self._go_on)
                return
            self._full_at = max(self._full_at, now) + self._interval
            (self._first or self._others).popleft()
            waiting.set_result(None)

    def _next(self) -> asyncio.Future[None] | None:
        """Who is at the head; those that were cancelled have left."""
        for queue in (self._first, self._others):
            while queue and queue[0].done():
                queue.popleft()
            if queue:
                return queue[0]
        return None
