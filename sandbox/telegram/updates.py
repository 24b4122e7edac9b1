"""Updates on their way to the bot: kept until acknowledged or too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sandbox.clock import MovableClock

MESSAGE_LIFE = timedelta(hours=24)
CALLBACK_LIFE = timedelta(seconds=150)


@dataclass(slots=True, kw_only=True)
class Pending:
    id: int
    body: dict[str, Any]
    lane: int  # one lane is delivered in order; lanes know nothing of each other
    expires: datetime
    deliveries: int = 1

    @property
    def json(self) -> dict[str, Any]:
        return {"update_id": self.id, **self.body}


class UpdateQueue:
    def __init__(self, clock: MovableClock, random: Random) -> None:
        self._clock = clock
        self._pending: list[Pending] = []
        self._next_id = random.randrange(100_000_000, 900_000_000)
        self.allowed: list[str] | None = None  # None: everything this stand-in sends
        self.twice = False

    def add(self, kind: str, content: dict[str, Any], *, lane: int, life: timedelta) -> None:
        if self.allowed and kind not in self.allowed:
            return
        self._pending.append(
            Pending(
                id=self._next_id,
                body={kind: content},
                lane=lane,
                expires=self._clock.now() + life,
                deliveries=2 if self.twice else 1,
            )
        )
        self._next_id += 1

    def waiting(self) -> list[Pending]:
        """What can still be delivered, oldest first."""
        now = self._clock.now()
        self._pending = [one for one in self._pending if one.expires > now]
        return list(self._pending)

    def acknowledge(self, offset: int) -> None:
        """As getUpdates does: everything before the offset, or all but the last -offset."""
        if offset < 0:
            self._pending = self._pending[offset:]
            return
        for one in [one for one in self._pending if one.id < offset]:
            self.done(one)

    def done(self, pending: Pending) -> None:
        pending.deliveries -= 1
        if pending.deliveries <= 0 and pending in self._pending:
            self._pending.remove(pending)

    def clear(self) -> None:
        self._pending.clear()
