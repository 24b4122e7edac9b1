"""After a backup was brought back."""

from datetime import datetime
from typing import Protocol

from domain.model.restore import Restore


class Restores(Protocol):
    def add(self, restore: Restore) -> Restore: ...
    def asked(self, restore_id: int, now: datetime) -> None: ...
    def unasked(self) -> list[Restore]:
        """Those after which Paystack has not been asked about everything yet, oldest first."""

    def hold_back(self, now: datetime) -> tuple[int, int]:
        """Messages and presses that were waiting: who lost the database may have sent and worked them.

        They wait for a person from now on, among what failed. How many of each.
        """

    def look_again(self, now: datetime) -> None:
        """Every payment and refund that is not at its end is asked about now."""
