"""What is stored sealed, column by column; what is not kept for ever."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.model.kept import Held, SealedColumn, Stored
from domain.model.retention import Aged, Kind, Shelf


class Keyring(Protocol):
    def columns(self) -> Sequence[SealedColumn]:
        """Everything that can hold a sealed value; the keyring's own is the last."""

    def batch(self, column: SealedColumn, *, after: int | str | None, limit: int) -> list[Held]:
        """In the order of the rows; NULLs are left out."""

    def replace(self, column: SealedColumn, held: Held, value: Stored) -> bool:
        """False where it is no longer what was held."""

    def samples(self) -> list[str]:
        """A sealed value of each column of texts that has one."""

    def keep(self, name: str, sealed: str) -> str:
        """Once: what was kept under that name before is left, and returned."""

    def kept(self, name: str) -> str | None: ...


class Shelves(Protocol):
    """What is not kept for ever."""

    def batch(self, kind: Kind, *, after: int | None, limit: int) -> list[Aged]:
        """All rows of the table in their order, also those that must stay."""

    def take(self, kind: Kind, rows: Sequence[int], *, before: datetime) -> int:
        """How many of them went: those that are still what `batch` said, and came to their end before."""

    def note(self, shelf: Shelf) -> None: ...
    def all(self) -> list[Shelf]: ...
