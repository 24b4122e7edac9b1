"""What is held about a person: shown to them, and deleted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.model.erasure import Erasure, Open
from domain.model.people import Dietitian, Person


class Erasures(Protocol):
    """Who wants their data deleted; one row a person."""

    def of(self, person_id: int) -> Erasure | None: ...
    def get(self, erasure_id: int) -> Erasure | None: ...
    def add(self, erasure: Erasure) -> Erasure: ...
    def save(self, erasure: Erasure) -> None: ...
    def drop(self, person_id: int) -> None: ...
    def waiting(self) -> list[int]:
        """Ids of the people whose data go as soon as nothing is open any more."""

    def leaving(self) -> list[Erasure]:
        """Those of people with a practice that are decided, oldest first."""


class Traces(Protocol):
    """All that leads to a person."""

    def lock(self, person_id: int) -> Person:
        """Nobody else changes their erasure until the transaction ends."""

    def practice_of(self, person_id: int) -> Dietitian | None:
        """Also one that was put away."""

    def open_things(self, person_id: int, now: datetime) -> Mapping[Open, Sequence[int]]:
        """Ids of requests, the most urgent first, as their client."""

    def open_of_practice(self, dietitian_id: int, now: datetime) -> Mapping[Open, Sequence[int]]:
        """The same as their dietitian: sessions and plans."""

    def unpaid(self, person_id: int) -> list[int]:
        """Ids of the requests that this client could still go on with."""

    def unpaid_of_practice(self, dietitian_id: int) -> list[int]: ...
    def clients_of_practice(self, dietitian_id: int) -> list[int]:
        """Ids of the people with whom something was booked, bought or asked; without those blocked or erased."""

    def erase(self, person: Person, practice: Dietitian | None, now: datetime) -> None:
        """Everything about them, and their practice; what the accounts need stays without them."""

    def forget_errand(self, item_id: int) -> None:
        """What an outbox row says, and to whom."""

    def is_nobodys(self, reference: str) -> bool:
        """Whether this payment's client had their data deleted."""

    def forget_event(self, item_id: int, now: datetime) -> None:
        """What a worked inbox row says; it is done with that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose data are asked for; what is no practice is 0."""

    person_id: int
    telegram_id: int
    practice_id: int = 0
    practice_code: str = ""


class Copies(Protocol):
    """All that is held about a person, as it can be shown to them."""

    def sections(self, *, practice: bool) -> Sequence[str]:
        """Their names, in order; those of a practice have `practice.` before them."""

    def page(
        self, section: str, whose: Whose, *, after: int, opened: Callable[[str], str]
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Plain values, what is sealed `opened`; and where to go on, None at the end."""
