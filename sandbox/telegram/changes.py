"""Waiting for something to become true without asking again and again."""

import asyncio
from collections.abc import Callable


class Changes:
    """Wakes everyone who waits whenever anything changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def wait_until(self, predicate: Callable[[], object], *, timeout: float) -> bool:  # noqa: ASYNC109
        """Whether the predicate came true within so many seconds of the machine's own time."""
        try:
            async with asyncio.timeout(timeout):
                while not predicate():
                    await self._next.wait()
        except TimeoutError:
            return bool(predicate())
        return True
