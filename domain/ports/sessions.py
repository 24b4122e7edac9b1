"""Around a session: who was there, what the client says of it, who waits for a time."""

from datetime import datetime
from typing import Protocol

from domain.model.attendance import Attendance, Rated, Review
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
    def by_client(self, dietitian_id: int, person_id: int) -> Rated: ...
    def between(self, dietitian_id: int, *, since: datetime, before: datetime) -> Rated:
        """Of the sessions that began then."""


class Wishes(Protocol):
    def add(self, wish: Wish) -> Wish: ...
    def save(self, wish: Wish) -> Wish:
        """Store with `rev` one higher; `MovedOn` on another rev."""

    def of_request(self, request_id: int) -> Wish | None: ...
    def open_of(self, dietitian_id: int) -> list[Wish]:
        """In the order in which they came."""

    def any_open(self, dietitian_id: int) -> bool: ...
