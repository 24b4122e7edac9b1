"""Who was at a session, and what the client says of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.model.people import Role

MOST_STARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What one side tapped: that they are there, or that the other is not. Each is kept the first time."""

    booking_id: int
    role: Role
    here_at: datetime | None = None
    alone_at: datetime | None = None  # "they aren't here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """1 to `MOST_STARS`; the words are sealed and for the dietitian alone."""

    id: int = 0
    booking_id: int
    stars: int
    sealed_words: str | None = None
    created_at: datetime
