"""What is stored sealed, and how long things are kept."""

from dataclasses import dataclass

Stored = str | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """`was_plain`: an earlier version stored it unsealed, so what is no token there is sealed as it is."""

    name: str  # table.column
    was_plain: bool
    large: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A stored value: `raw` as the database has it, to tell whether it is still the same."""

    row: int | str
    raw: Stored
    value: Stored
