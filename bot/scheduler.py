"""APScheduler only ticks: rows know when they are due. No job is stored; the next tick finds what is."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.blame import place_of
from bot.tasks import Nursery
from domain.errors import OutsideError
from domain.model.job import FORGOTTEN_AFTER, REPORTED_EVERY, Job
from domain.model.secrets import without_secrets
from domain.ports import Clock, Transactions

log = structlog.get_logger(__name__)
_WATCH_SECONDS = 3.0
_LONGEST_ERROR = 300

Tick = Callable[[], Awaitable[object]]


class Ticks:
    """Runs each tick every so many seconds, one at a time of each kind."""

    def __init__(self, nursery: Nursery, *, clock: Clock, program: str) -> None:
        """`program` tells it from others that work the same database."""
        self._nursery = nursery
        self._clock = clock
        self.program = program
        self._jobs: dict[str, Job] = {}
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def every(self, seconds: float, tick: Tick, *, name: str) -> None:
        now = self._clock.now()
        self._jobs[name] = Job(program=self.program, name=name, every=seconds, reported_at=now)

        async def guarded() -> None:
            self._note(name, ran_at=self._clock.now())
            try:
                await tick()
            except OutsideError as error:
                log.warning("tick skipped", tick=name, error=str(error))
                self._failed(name, str(error))
            except Exception as error:
                log.exception("tick failed", tick=name)
                self._failed(name, place_of(error))
            else:
                self._note(name, succeeded_at=self._clock.now())

        running: asyncio.Task[None] | None = None

        async def begin() -> None:
            """What runs in the nursery is finished at shutdown; the scheduler does not wait for its jobs."""
            nonlocal running
            if running is None or running.done():
                running = self._nursery.start(guarded(), name=f"tick {name}")

        self._scheduler.add_job(begin, "interval", seconds=seconds, id=name, next_run_time=_wall_clock())

    def _note(self, name: str, **what: datetime | str) -> None:
        self._jobs[name] = replace(self._jobs[name], **what)  # type: ignore[arg-type]

    def _failed(self, name: str, error: str) -> None:
        line = " ".join(without_secrets(error).split())
        self._note(name, failed_at=self._clock.now(), error=line[:_LONGEST_ERROR])

    def jobs(self) -> list[Job]:
        """How each has done so far."""
        now = self._clock.now()
        return [replace(job, reported_at=now) for job in self._jobs.values()]

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Paused, not shut down: that would cancel a job between its turn and its first step, and call it an error."""
        if self._scheduler.running:
            self._scheduler.pause()

    async def keep_time(self) -> None:
        """Until cancelled. The scheduler compares with the wall clock: set back by an hour it would be silent
        for an hour. What is further away than its interval is brought near."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            now = _wall_clock()
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > job.trigger.interval + timedelta(seconds=1):
                    job.modify(next_run_time=now)


class JobReports:
    """Writes down how the jobs do, for the admins: whichever program is asked can tell of all of them."""

    def __init__(self, ticks: Ticks, *, transactions: Transactions, clock: Clock, alone: bool) -> None:
        """`alone`: no other program can be alive, so what the last one reported is over."""
        self._ticks = ticks
        self._transactions = transactions
        self._clock = clock
        self._alone = alone
        self._due_at: datetime | None = None

    async def tick(self) -> None:
        """Tells of a job that was late again soon: after the clock was put forward all of them look so at first."""
        jobs, now = self._ticks.jobs(), self._clock.now()
        if self._due_at is not None and now < self._due_at:
            return
        self._due_at = now if any(job.was_late for job in jobs) else now + REPORTED_EVERY
        forget = now if self._alone else now - FORGOTTEN_AFTER
        program = self._ticks.program
        await self._transactions.write(lambda uow: uow.jobs.report(program, jobs, forget_before=forget))

    async def stop(self) -> None:
        """What was stopped on purpose is not missed."""
        program, forget = self._ticks.program, self._clock.now() - FORGOTTEN_AFTER
        with suppress(OutsideError):
            await self._transactions.write(lambda uow: uow.jobs.report(program, (), forget_before=forget))


def _wall_clock() -> datetime:
    """The machine's clock, as the scheduler reads it; the practice has its own, `domain.ports.Clock`."""
    return datetime.now(UTC)  # noqa: TID251
