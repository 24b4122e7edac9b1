"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday; 09:00 in Lagos


class FrozenClock:
    def __init__(self, now: datetime = MORNING) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> datetime:
        self._now += step
        return self._now
