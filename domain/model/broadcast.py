"""What an admin tells all dietitians at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.model.queue import OutboxState

LONGEST_BROADCAST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """Until `sent_at` it is a draft, which only its author's phone shows."""

    id: int = 0
    public_id: str
    author: int
    text: str
    created_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who would get it now, as people's ids; of those left out how many are suspended, and cannot be written to."""

    people: tuple[int, ...]
    suspended: int
    unreachable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of its messages are in which state."""

    states: Mapping[OutboxState, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    def of(self, state: OutboxState) -> int:
        return self.states.get(state, 0)
