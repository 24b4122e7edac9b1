"""Every night what is old enough goes, a little at a time, so that nobody who presses waits for it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from domain.model.retention import Aged, Kind, Retention, Shelf, following_night
from domain.ports import Clock, Transactions

log = structlog.get_logger(__name__)
BATCH = 500
_A_TICK = 10


class Nights:
    """A tick. A night that was slept through is made up for at once; so is one that broke off, from its beginning."""

    def __init__(self, *, transactions: Transactions, clock: Clock, kept: Retention, timezone: str) -> None:
        self._transactions = transactions
        self._clock = clock
        self._kept = kept
        self._timezone = timezone
        self._due_at: datetime | None = None
        self._steps: AsyncIterator[None] | None = None

    async def tick(self) -> None:
        if self._steps is None and not await self._is_due():
            return
        try:
            await self._go_on(self._steps or self._night(self._clock.now()))
        except BaseException:
            self._steps = None
            raise

    async def _is_due(self) -> bool:
        if self._due_at is None:
            shelves = await self._transactions.read(lambda uow: uow.shelves.all())
            if len(shelves) < len(Kind):
                return True
            began = min(shelf.began_at for shelf in shelves)
            self._due_at = following_night(began, self._timezone)
        return self._clock.now() >= self._due_at

    async def _go_on(self, steps: AsyncIterator[None]) -> None:
        self._steps = steps
        for _ in range(_A_TICK):
            try:
                await anext(steps)
            except StopAsyncIteration:
                self._steps = self._due_at = None
                return

    async def _night(self, now: datetime) -> AsyncIterator[None]:
        taken = {}
        for kind in Kind:
            days = getattr(self._kept, kind.rule)
            shelf = Shelf(
                kind=kind, kept=0, oldest=None, next_takes=0, taken=0, days=days, began_at=now, ended_at=now
            )
            after: int | None = None
            while rows := await self._look(kind, after):
                after = rows[-1].row
                shelf = await self._work(shelf, rows)
                yield
            done = replace(shelf, ended_at=self._clock.now())
            await self._transactions.write(lambda uow, done=done: uow.shelves.note(done))  # type: ignore[misc]
            taken[kind.value] = shelf.taken
        log.info("what is no longer kept is gone", **taken)

    async def _look(self, kind: Kind, after: int | None) -> list[Aged]:
        return await self._transactions.read(lambda uow: uow.shelves.batch(kind, after=after, limit=BATCH))

    async def _work(self, shelf: Shelf, rows: list[Aged]) -> Shelf:
        span = timedelta(days=shelf.days)
        before = shelf.began_at - span
        next_before = following_night(shelf.began_at, self._timezone) - span
        ended = {one.row: one.since for one in rows if one.since is not None}
        ripe = [row for row, since in ended.items() if since < before]
        went = 0
        if ripe:
            went = await self._transactions.write(
                lambda uow: uow.shelves.take(shelf.kind, ripe, before=before)
            )
        left = [since for since in ended.values() if since >= before]
        return replace(
            shelf,
            kept=shelf.kept + len(left),
            oldest=min([*left, *([shelf.oldest] if shelf.oldest is not None else [])], default=None),
            next_takes=shelf.next_takes + sum(since < next_before for since in left),
            taken=shelf.taken + went,
        )
