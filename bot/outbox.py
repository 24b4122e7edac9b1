"""The outbox: what must reach somebody, delivered as often as it takes; in order per lane."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.backoff import backoff
from bot.blame import place_of
from bot.tasks import Nursery
from domain.errors import (
    CalendarUnavailable,
    DeliveryUnavailable,
    MovedOn,
    OutsideError,
    RecipientGone,
    StorageUnavailable,
)
from domain.model.queue import Errand, OutboxItem
from domain.ports import Clock, Transactions

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=15)
AT_ONCE = 32
_PAUSE = 1.0
BATCH = 200
REMINDERS_AT_ONCE = 64
"""in hand, each to another person: so few that what is said of them is fresh, and that they go in order"""
MAILS_AT_ONCE = 8
"""beside the others: a mail server that does not answer keeps nothing waiting but mail"""
_MAILED = frozenset({Errand.MAIL, Errand.PLAN_MAIL, Errand.NOTICE_MAIL, Errand.RECEIPT})
_PACED = frozenset({Errand.NOTICE, Errand.ALERT, Errand.PLAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """No longer true when its time came."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """Not finished; nothing went wrong."""

    due_at: datetime
    why: str


Outcome = Done | Dropped | Postponed
Deliver = Callable[[OutboxItem], Awaitable[Outcome]]


class Pace(Protocol):
    """How fast new messages may leave."""

    async def turn(self, *, first: bool) -> None:
        """Returns when the next may leave; `first` ones before all others."""

    def give_back(self) -> None:
        """Nothing left in that turn."""


class OutboxWorker:
    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        owner: str,
        nursery: Nursery,
        deliver: Deliver,
        on_dead: Callable[[OutboxItem, str], Awaitable[None]],
        pace: Pace | None = None,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._owner = owner
        self._nursery = nursery
        self._deliver = deliver
        self._on_dead = on_dead
        self._pace = pace
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._mail_slots = asyncio.Semaphore(MAILS_AT_ONCE)
        self._lanes: dict[str, deque[OutboxItem]] = {}
        self._reminding = 0
        self._wanted = False
        self._claiming = False
        self._stopped = False

    def nudge(self) -> None:
        """Something may be due: look now. Cheap, and safe to call at any time on the event loop."""
        self._wanted = True
        if not self._claiming and not self._stopped:
            self._claiming = True
            self._nursery.start(self._claim_all(), name="outbox claim")

    def stop(self) -> None:
        """What is in hand is finished; what waits stays stored, until `resume`."""
        self._stopped = True

    async def resume(self, *, alone: bool) -> None:
        """After a start. `alone`: no other process can be alive, so what the last one had claimed is free."""
        self._stopped = False
        if alone:
            await self._transactions.write(lambda uow: uow.outbox.release_all())
        self.nudge()

    async def tick(self) -> None:
        """Keep what is in hand, and look for what has become due."""
        if self._lanes:
            lease = self._clock.now() + LEASE
            await self._transactions.write(lambda uow: uow.outbox.renew(owner=self._owner, lease_until=lease))
        self.nudge()

    async def _claim_all(self) -> None:
        try:
            while self._wanted and not self._stopped:
                self._wanted = False
                await self._claim()
        except StorageUnavailable as error:
            log.warning("the database is away", error=str(error))
        finally:
            self._claiming = False

    async def _claim(self) -> None:
        """All that is due but reminders: of those only so many that their order is not lost."""
        now, lease = self._clock.now(), self._clock.now() + LEASE
        room = REMINDERS_AT_ONCE - self._reminding
        items = await self._transactions.write(
            lambda uow: uow.outbox.claim(
                owner=self._owner,
                now=now,
                lease_until=lease,
                limit=BATCH,
                reminders=room if room > REMINDERS_AT_ONCE // 2 else 0,
            )
        )
        for item in items:
            self._queue(item)
        if sum(item.about_at is None for item in items) == BATCH:
            self._wanted = True

    def _queue(self, item: OutboxItem) -> None:
        """Behind what is under way in its lane, or in a new one."""
        lane = self._lanes.get(item.lane)
        if lane is not None:
            if all(waiting.id != item.id for waiting in lane):
                lane.append(item)
            return
        self._lanes[item.lane] = deque([item])
        self._reminding += item.about_at is not None  # here: the next claim may come before the task runs
        slots = self._mail_slots if item.errand in _MAILED else self._slots
        running = self._run(item.lane, slots) if item.about_at is None else self._remind(item.lane)
        self._nursery.start(running, name=f"outbox {item.lane}")

    async def _remind(self, key: str) -> None:
        """There are few at a time, and what must not wait for them has the slots to itself."""
        try:
            await self._run(key, nullcontext())
        finally:
            self._reminding -= 1
            if self._reminding < REMINDERS_AT_ONCE // 2:
                self.nudge()

    async def _run(self, key: str, slots: AbstractAsyncContextManager[None]) -> None:
        """A lane stops at its first failure: what comes after must not overtake."""
        lane = self._lanes[key]
        try:
            while lane and not self._stopped:
                async with slots:
                    going_on = await self._one(lane[0])
                lane.popleft()
                if not going_on:
                    break
        finally:
            del self._lanes[key]
            await self._release(lane)

    async def _release(self, left: Collection[OutboxItem]) -> None:
        if not left:
            return
        ids = [item.id for item in left]
        try:
            await self._transactions.write(lambda uow: uow.outbox.release(ids))
        except StorageUnavailable:
            log.warning("left to the lease", count=len(ids))

    async def _one(self, item: OutboxItem) -> bool:
        structlog.contextvars.bind_contextvars(correlation=f"outbox-{item.id}", errand=item.errand.value)
        try:
            outcome = await self._in_turn(item)
            await self._note_in_the_end(item, outcome)
        except StorageUnavailable as error:
            log.warning("the database is away", error=str(error))
            return False
        except (OutsideError, MovedOn) as error:  # MovedOn: the record changed under it, so look again
            return await self._failed(item, error)
        except Exception as error:
            log.exception("failed")
            await self._dead(item, place_of(error))
        return True

    async def _in_turn(self, item: OutboxItem) -> Outcome:
        """The turn comes before the look at the records: what is said is how they stand when it leaves."""
        if self._pace is None or item.errand not in _PACED:
            return await self._deliver(item)
        await self._pace.turn(first=item.about_at is None)
        outcome = await self._deliver(item)
        if not isinstance(outcome, Done) or outcome.receipt is None:
            self._pace.give_back()
        return outcome

    async def _note_in_the_end(self, item: OutboxItem, outcome: Outcome) -> None:
        """What was delivered is not to be delivered again because the database was away just then."""
        while True:
            try:
                return await self._note(item, outcome)
            except StorageUnavailable as error:
                if self._stopped:
                    raise
                log.warning("the database is away", error=str(error))
                await asyncio.sleep(_PAUSE)

    async def _note(self, item: OutboxItem, outcome: Outcome) -> None:
        now = self._clock.now()
        match outcome:
            case Done(receipt=receipt):
                await self._transactions.write(lambda uow: uow.outbox.sent(item.id, now=now, receipt=receipt))
            case Dropped(why=why):
                await self._transactions.write(lambda uow: uow.outbox.dropped(item.id, now=now, why=why))
            case Postponed(due_at=due_at, why=why):
                await self._transactions.write(
                    lambda uow: uow.outbox.retry(item.id, due_at=due_at, error=why)
                )

    async def _failed(self, item: OutboxItem, error: OutsideError | MovedOn) -> bool:
        """True where the lane may go on."""
        if isinstance(error, OutsideError) and not error.retryable:
            log.warning("cannot be delivered", error=str(error))
            await self._dead(item, str(error), expected=isinstance(error, RecipientGone))
            return True
        pause = backoff(item.attempts)
        if isinstance(error, DeliveryUnavailable | CalendarUnavailable) and error.retry_after is not None:
            pause = max(pause, error.retry_after)
        log.info("will be tried again", error=str(error), attempts=item.attempts + 1)
        due_at = self._clock.now() + pause
        try:
            await self._transactions.write(
                lambda uow: uow.outbox.retry(item.id, due_at=due_at, error=str(error)[:500])
            )
        except StorageUnavailable:
            log.warning("left to the lease")
        return False

    async def _dead(self, item: OutboxItem, error: str, *, expected: bool = False) -> None:
        try:
            await self._transactions.write(
                lambda uow: uow.outbox.dead(item.id, now=self._clock.now(), error=error[:500])
            )
            if not expected:
                await self._on_dead(item, error)
        except OutsideError:
            log.warning("could not note a dead row")
