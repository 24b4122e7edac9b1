"""The one place that asks the machine for the time."""

from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        """An aware instant in UTC."""
        return datetime.now(UTC)
