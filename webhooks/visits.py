"""How often a page may have Paystack asked about one payment: whoever knows an address can open it for ever."""

import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

MOST = 10  # at once, and again so many in
DRAINS_IN = 60.0  # seconds
REMEMBERED = 10_000


class Visits:
    """A leaky bucket for each reference, in the memory of this program; the longest unseen are forgotten first."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def may_ask(self, reference: str) -> bool:
        now = self._now()
        at, level = self._levels.pop(reference, (now, 0.0))
        level = max(0.0, level - (now - at) * MOST / DRAINS_IN)
        allowed = level + 1 <= MOST
        self._levels[reference] = (now, level + 1 if allowed else level)
        if len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
        return allowed


VISITS = web.AppKey("visits", Visits)
