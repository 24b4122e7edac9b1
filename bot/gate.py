"""Who floods us is told once to wait, and not heard until that time is over. Nobody else notices.

What is let in is stored and worked, whatever comes after it; what is not, costs neither a row nor an answer. Counted
in the memory of each program, by the machine's clock: the practice's may jump.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger(__name__)
Update = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many at once; it takes `drains_in` seconds until as many may come again."""

    most: int
    drains_in: float
    closed_for: float  # seconds that somebody who is over it is not heard


# Nobody who waits for an answer before the next press comes near the first; a busy practice has some hundreds a day.
LIMITS = (
    Limit(most=600, drains_in=15.0, closed_for=15.0),
    Limit(most=10_000, drains_in=86_400.0, closed_for=900.0),
)
REMEMBERED = 20_000


@dataclass(slots=True)
class _Sender:
    at: float
    levels: list[float]
    closed_until: float = 0.0


class Gate:
    """`on_flood` is called with the first update that is not let in, and the seconds to wait."""

    def __init__(
        self,
        *,
        sender_of: Callable[[Update], int],
        on_flood: Callable[[Update, int], None],
        limits: Sequence[Limit] = LIMITS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sender_of = sender_of
        self._on_flood = on_flood
        self._limits = limits
        self._now = now
        self._senders: OrderedDict[int, _Sender] = OrderedDict()
        self.dropped = 0

    def admit(self, updates: Sequence[Update]) -> list[Update]:
        return [update for update in updates if self._lets_in(update)]

    def _lets_in(self, update: Update) -> bool:
        now = self._now()
        sender = self._known(self._sender_of(update), now)
        if now >= sender.closed_until:
            limit = self._over(sender, now)
            if limit is None:
                return True
            sender.closed_until = now + limit.closed_for
            log.warning("flood", sender=self._sender_of(update), seconds=limit.closed_for)
            self._on_flood(update, round(limit.closed_for))
        self.dropped += 1
        return False

    def _known(self, number: int, now: float) -> _Sender:
        """The longest unheard are forgotten first."""
        sender = self._senders.setdefault(number, _Sender(now, [0.0] * len(self._limits)))
        self._senders.move_to_end(number)
        if len(self._senders) > REMEMBERED:
            self._senders.popitem(last=False)
        return sender

    def _over(self, sender: _Sender, now: float) -> Limit | None:
        """None where there is room, which this one then takes."""
        gone, sender.at = now - sender.at, now
        for place, limit in enumerate(self._limits):
            drained = gone * limit.most / limit.drains_in
            sender.levels[place] = max(0.0, sender.levels[place] - drained)
        full = (
            limit for limit, level in zip(self._limits, sender.levels, strict=True) if level + 1 > limit.most
        )
        over = next(full, None)
        if over is None:
            sender.levels = [level + 1 for level in sender.levels]
        return over
