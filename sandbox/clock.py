"""A clock that can be moved while programs run: they share one small file that holds the shift in seconds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


class MovableClock:
    """The machine's clock plus a shift that every process reading the same file agrees on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """An aware instant in UTC."""
        return datetime.now(UTC) + self.shift  # noqa: TID251 - the sandbox's one clock

    @property
    def shift(self) -> timedelta:
        try:
            return timedelta(seconds=float(json.loads(self._path.read_text())["shift_seconds"]))
        except FileNotFoundError:
            return timedelta()

    def advance(self, by: timedelta) -> None:
        """Move every reader of the file; the rename makes it all or nothing."""
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps({"shift_seconds": (self.shift + by).total_seconds()}))
        beside.replace(self._path)
