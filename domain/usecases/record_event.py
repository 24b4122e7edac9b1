"""A payment event arrives: keep it first. What it means is asked of Paystack later."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.model.queue import InboxItem, Source
from domain.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent:
    """Store the event under a key that can be stored once; the same event again changes nothing.

    `keep` is the inbox's own door (it commits many arrivals together) and returns once they are stored.
    """

    clock: Clock
    keep: Callable[[InboxItem], Awaitable[None]]

    async def __call__(self, *, key: str, lane: str, body: str) -> None:
        item = InboxItem(source=Source.PAYSTACK, key=key, lane=lane, body=body, received_at=self.clock.now())
        await self.keep(item)
