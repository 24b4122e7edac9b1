"""A job that a program does again and again, as it last reported it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

REPORTED_EVERY = timedelta(seconds=15)
SILENT_AFTER = 4 * REPORTED_EVERY
FORGOTTEN_AFTER = timedelta(hours=1)
_SPARE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`every` is in seconds; `ran_at` is when it last began; `error` says in one line why it last failed."""

    program: str
    name: str
    every: float
    ran_at: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    error: str | None = None
    reported_at: datetime

    @property
    def is_failing(self) -> bool:
        if self.failed_at is None:
            return False
        return self.succeeded_at is None or self.succeeded_at < self.failed_at

    def is_silent_at(self, now: datetime) -> bool:
        """Its program reports no more: it was stopped hard, or hangs."""
        return now - self.reported_at > SILENT_AFTER

    @property
    def was_late(self) -> bool:
        """When its program last reported, it should have begun again, and had not."""
        if self.ran_at is None:
            return True
        return self.reported_at - self.ran_at > 3 * timedelta(seconds=self.every) + _SPARE

    def is_well_at(self, now: datetime) -> bool:
        return not (self.is_failing or self.was_late or self.is_silent_at(now))
