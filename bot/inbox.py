"""The inbox: stored first, in one commit with all that arrived meanwhile, then worked in order per lane.

A lane is a person (or a payment reference). Lanes run beside each other; the global limit counts only what is
being worked, so that one busy lane cannot fill it and keep the others waiting.

Bodies are sealed in the database and plain in memory.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.backoff import backoff
from bot.blame import place_of
from bot.sealed import opened
from bot.tasks import Nursery
from domain.errors import OutsideError, StorageUnavailable
from domain.model.queue import InboxItem
from domain.ports import Clock, Transactions, UnitOfWork, Vault

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=15)
LATEST = timedelta(days=1)  # an answer to what somebody pressed yesterday helps nobody
AT_ONCE = 64
_PAUSE = 1.0

Work = Callable[[InboxItem], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    """`items` are sealed; `plain` has the body of each by its sealed one."""

    items: Sequence[InboxItem]
    plain: Mapping[str, str]
    stored: asyncio.Future[None]


class InboxKeeper:
    """One writer for everything that arrives and everything that is done."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, vault: Vault, owner: str, nursery: Nursery
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._vault = vault
        self._owner = owner
        self._nursery = nursery
        self._arrived: list[_Arrival] = []
        self._done: list[int] = []
        self._writing: asyncio.Task[None] | None = None
        self.on_stored: Callable[[Sequence[InboxItem]], None] = lambda _: None
        self.only_stores = False  # what arrives is anybody's to work, and nobody is told

    async def keep(self, items: Sequence[InboxItem]) -> None:
        """Returns once they are stored; raises `StorageUnavailable` where they are not."""
        arrival = self._seal(items)
        self._arrived.append(arrival)
        self._write_soon()
        await arrival.stored

    def _seal(self, items: Sequence[InboxItem]) -> _Arrival:
        """On the event loop: an item takes some tens of microseconds, less than a thread would."""
        sealed = [replace(item, body=self._vault.seal(item.body)) for item in items]
        plain = {there.body: here.body for here, there in zip(items, sealed, strict=True)}
        return _Arrival(items=sealed, plain=plain, stored=asyncio.get_running_loop().create_future())

    def opened(self, item: InboxItem) -> InboxItem:
        """What was read from the database, with its plain body; `UnreadableError` where no key opens it."""
        return replace(item, body=opened(self._vault, item.body))

    def done(self, item: InboxItem) -> None:
        """Marked with the next commit; until then it would be worked again after a crash."""
        self._done.append(item.id)
        self._write_soon()

    def is_done(self, item: InboxItem) -> bool:
        """Worked, though the database may not know it yet."""
        return item.id in self._done

    def _write_soon(self) -> None:
        if self._writing is None:
            self._writing = self._nursery.start(self._write(), name="inbox writer")

    async def _write(self) -> None:
        """Everything that arrived while the last commit ran goes into the next."""
        try:
            while self._arrived or self._done:
                arrived, self._arrived = self._arrived, []
                await self._commit(arrived, list(self._done))
        finally:
            self._writing = None

    async def _commit(self, arrived: list[_Arrival], done: list[int]) -> None:
        items = [item for arrival in arrived for item in arrival.items]
        owner = None if self.only_stores else self._owner
        try:
            fresh = await self._transactions.write(lambda uow: self._store(uow, items, done, owner))
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it was
            for arrival in arrived:
                if not arrival.stored.done():
                    arrival.stored.set_exception(error)
            if not arrived:
                log.warning("could not mark as done", count=len(done), error=str(error))
            await asyncio.sleep(_PAUSE)
            return
        del self._done[: len(done)]  # only now: until they are marked they could be claimed again
        for arrival in arrived:
            if not arrival.stored.done():
                arrival.stored.set_result(None)
        if fresh and owner is not None:
            plain = {sealed: body for arrival in arrived for sealed, body in arrival.plain.items()}
            self.on_stored([replace(item, body=plain[item.body]) for item in fresh])

    def _store(
        self, uow: UnitOfWork, items: list[InboxItem], done: list[int], owner: str | None
    ) -> list[InboxItem]:
        now = self._clock.now()
        if done:
            uow.inbox.done(done, now)
        if not items:
            return []
        return uow.inbox.add(items, owner=owner, lease_until=now + LEASE)


class InboxWorker:
    """Works stored items: in order within a lane, lanes beside each other."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        keeper: InboxKeeper,
        owner: str,
        nursery: Nursery,
        work: Work,
        on_bug: Callable[[InboxItem, BaseException], Awaitable[None]],
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._keeper = keeper
        self._owner = owner
        self._nursery = nursery
        self._work = work
        self._on_bug = on_bug
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._lanes: dict[str, deque[InboxItem]] = defaultdict(deque)
        self._mine: set[int] = set()
        self._stopped = False
        keeper.on_stored = self.take

    @property
    def backlog(self) -> int:
        return len(self._mine)

    def take(self, items: Sequence[InboxItem]) -> None:
        """Queue what is not queued already."""
        if self._stopped:
            return  # stored: worked after the next start
        for item in items:
            if item.id in self._mine or self._keeper.is_done(item):
                continue
            self._mine.add(item.id)
            lane = self._lanes[item.lane]
            lane.append(item)
            if len(lane) == 1:
                self._nursery.start(self._run(item.lane), name=f"lane {item.lane}")

    def stop(self) -> None:
        """What is in hand is finished; what waits stays stored, as does what arrives, until `resume`."""
        self._stopped = self._keeper.only_stores = True

    async def resume(self, *, alone: bool) -> None:
        """After a start. `alone`: no other process can be alive, so everything unworked is ours."""
        self._stopped = self._keeper.only_stores = False
        if not alone:
            await self.sweep()
            return
        lease = self._clock.now() + LEASE
        items = await self._transactions.write(
            lambda uow: uow.inbox.all_new(owner=self._owner, lease_until=lease)
        )
        self.take(items)

    async def sweep(self) -> None:
        """A tick: keep what is ours, take over what a dead process or a failed try left due."""
        if self._stopped:
            return
        now = self._clock.now()

        def claim(uow: UnitOfWork) -> list[InboxItem]:
            if self._mine:
                uow.inbox.renew(owner=self._owner, lease_until=now + LEASE)
            return uow.inbox.orphans(owner=self._owner, now=now, lease_until=now + LEASE, limit=500)

        self.take(await self._transactions.write(claim))

    async def _run(self, key: str) -> None:
        lane = self._lanes[key]
        while lane and not self._stopped:
            async with self._slots:
                await self._one(lane[0])
            self._mine.discard(lane.popleft().id)
        self._lanes.pop(key, None)

    async def _one(self, item: InboxItem) -> None:
        structlog.contextvars.bind_contextvars(correlation=f"{item.source.value}-{item.id}")
        try:
            item = self._keeper.opened(item)  # here, so that one that no key opens fails by itself
            await self._work(item)
            self._keeper.done(item)
        except StorageUnavailable as error:
            log.warning("the database is away", error=str(error))
            await asyncio.sleep(1)
            await self._again(item, error)
        except OutsideError as error:
            await self._again(item, error)
        except Exception as error:
            log.exception("failed")
            await self._failed(item, error)

    async def _again(self, item: InboxItem, error: OutsideError) -> None:
        """Left due; a retry after `backoff`. What could not be done within a day is given up, and told."""
        if self._clock.now() - item.received_at > LATEST:
            await self._failed(item, error)
            return
        due_at = self._clock.now() + backoff(item.attempts)
        log.warning("will be tried again", error=str(error), attempts=item.attempts + 1)
        try:
            await self._transactions.write(
                lambda uow: uow.inbox.retry(item.id, due_at=due_at, error=str(error)[:500])
            )
        except StorageUnavailable:
            log.warning("left to the sweep")

    async def _failed(self, item: InboxItem, error: BaseException) -> None:
        words = place_of(error)
        try:
            await self._transactions.write(
                lambda uow: uow.inbox.failed(item.id, now=self._clock.now(), error=words)
            )
            await self._on_bug(item, error)
        except OutsideError:
            log.warning("could not tell about the failure")
        except Exception:  # what is told stumbles over the same item, as a rule; the lane must go on
            log.exception("could not tell about the failure")
