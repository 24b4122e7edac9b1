"""APScheduler only ticks: rows know when they are due. No job is stored; the next tick finds what is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.tasks import Nursery
from domain.errors import OutsideError

log = structlog.get_logger(__name__)
_WATCH_SECONDS = 3.0

Tick = Callable[[], Awaitable[object]]


class Ticks:
    """Runs each tick every so many seconds, one at a time of each kind."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, seconds: float, tick: Tick, *, name: str) -> None:
        async def guarded() -> None:
            try:
                await tick()
            except OutsideError as error:
                log.warning("tick skipped", tick=name, error=str(error))
            except Exception:
                log.exception("tick failed", tick=name)

        running: asyncio.Task[None] | None = None

        async def begin() -> None:
            """At shutdown the scheduler cancels its jobs half-way; what runs in the nursery is finished."""
            nonlocal running
            if running is None or running.done():
                running = self._nursery.start(guarded(), name=f"tick {name}")

        self._scheduler.add_job(begin, "interval", seconds=seconds, id=name, next_run_time=_wall_clock())

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def keep_time(self) -> None:
        """Until cancelled. The scheduler compares with the wall clock: set back by an hour it would be silent
        for an hour. What is further away than its interval is brought near."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            now = _wall_clock()
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > job.trigger.interval + timedelta(seconds=1):
                    job.modify(next_run_time=now)


def _wall_clock() -> datetime:
    """The machine's clock, as the scheduler reads it; the practice has its own, `domain.ports.Clock`."""
    return datetime.now(UTC)  # noqa: TID251
