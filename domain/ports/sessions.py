"""Around a session: who was there, what the client says of it, who waits for a time."""

from typing import Protocol

from domain.model.attendance import Attendance, Review
from domain.model.people import Role
from domain.model.wish import Wish


class Attendances(Protocol):
    def of(self, booking_id: int) -> dict[Role, Attendance]: ...
    def put(self, attendance: Attendance) -> None:
        """One a booking and side."""


class Reviews(Protocol):
    def of(self, booking_id: int) -> Review | None: ...
    def add(self, review: Review) -> Review: ...
    def save(self, review: Review) -> None: ...


class Wishes(Protocol):
    def add(self, wish: Wish) -> Wish: ...
    def save(self, wish: Wish) -> Wish:
        """Store with `rev` one higher; `MovedOn` on another rev."""

    def of_request(self, request_id: int) -> Wish | None: ...
    def open_of(self, dietitian_id: int) -> list[Wish]:
        """In the order in which they came."""
