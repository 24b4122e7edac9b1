"""The outbox: what must reach somebody, delivered as often as it takes; in order per lane."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.backoff import backoff
from bot.tasks import Nursery
from domain.errors import (
    CalendarUnavailable,
    DeliveryUnavailable,
    OutsideError,
    RecipientGone,
    StorageUnavailable,
)
from domain.model.queue import OutboxItem
from domain.ports import Clock, Transactions

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=90)
AT_ONCE = 32
BATCH = 200


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
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._owner = owner
        self._nursery = nursery
        self._deliver = deliver
        self._on_dead = on_dead
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._mine: set[int] = set()
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
        self._stopped = True

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
        now = self._clock.now()
        items = await self._transactions.write(
            lambda uow: uow.outbox.claim(owner=self._owner, now=now, lease_until=now + LEASE, limit=BATCH)
        )
        lanes: dict[str, list[OutboxItem]] = defaultdict(list)
        for item in items:
            if item.id not in self._mine:
                self._mine.add(item.id)
                lanes[item.lane].append(item)
        for lane, waiting in lanes.items():
            self._nursery.start(self._run(waiting), name=f"outbox {lane}")
        if len(items) == BATCH:
            self._wanted = True

    async def _run(self, items: Sequence[OutboxItem]) -> None:
        """A lane stops at its first failure: what comes after must not overtake."""
        left = list(items)
        try:
            while left and not self._stopped:
                async with self._slots:
                    going_on = await self._one(left[0])
                self._mine.discard(left.pop(0).id)
                if not going_on:
                    break
        finally:
            await self._release(left)
        self.nudge()  # more of this lane may have come meanwhile

    async def _release(self, left: Sequence[OutboxItem]) -> None:
        if not left:
            return
        ids = [item.id for item in left]
        self._mine.difference_update(ids)
        try:
            await self._transactions.write(lambda uow: uow.outbox.release(ids))
        except StorageUnavailable:
            log.warning("left to the lease", count=len(ids))

    async def _one(self, item: OutboxItem) -> bool:
        structlog.contextvars.bind_contextvars(correlation=f"outbox-{item.id}", errand=item.errand.value)
        try:
            outcome = await self._deliver(item)
            await self._note(item, outcome)
        except StorageUnavailable as error:
            log.warning("the database is away", error=str(error))
            return False
        except OutsideError as error:
            return await self._failed(item, error)
        except Exception as error:
            log.exception("failed")
            await self._dead(item, f"{type(error).__name__}: {error}")
        return True

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

    async def _failed(self, item: OutboxItem, error: OutsideError) -> bool:
        """True where the lane may go on."""
        if not error.retryable:
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
