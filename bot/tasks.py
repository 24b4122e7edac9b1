"""The one place where tasks are started: each is kept, its failure logged, and all are ended together."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Nursery:
    """Holds references, so that no task is collected while it runs."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task failed", task=task.get_name(), exc_info=task.exception())

    def cancel_named(self, names: set[str]) -> None:
        """Those that would run for ever."""
        for task in self._tasks:
            if task.get_name() in names:
                task.cancel()

    async def finish(self, *, within: float) -> bool:
        """Wait for what runs, and for what that starts; cancel what is not done in time. True: all was done."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while self._tasks and (left := until - loop.time()) > 0:
            await asyncio.wait(list(self._tasks), timeout=left)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late


class Shared(Generic[T]):
    """Whoever asks while the last answer is still being found gets that one: many askers cost no more than one."""

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, T]], *, nursery: Nursery, name: str) -> None:
        self._ask = ask
        self._nursery = nursery
        self._name = name
        self._asking: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        if self._asking is None or self._asking.done():
            self._asking = self._nursery.start(self._ask(), name=self._name)
        return await asyncio.shield(self._asking)
