"""Who was at a session, what was said of it, who waits for one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, text

from domain.model.attendance import Attendance, Rated, Review
from domain.model.people import Role
from domain.model.wish import Wish
from storage.rows import Records, Revisions, Rows
from storage.tables import OPEN_WISHES, attendances, bookings, reviews, wishes

_ATTENDANCES = Rows(Attendance, attendances)
_OF_BOOKING = _ATTENDANCES.select.where(attendances.c.booking_id == bindparam("booking_id"))
_REMOVE = delete(attendances).where(
    attendances.c.booking_id == bindparam("which"), attendances.c.role == bindparam("whose")
)
_PUT = insert(attendances)
_REVIEWS = Records(Review, reviews)
_REVIEW = _REVIEWS.select.where(reviews.c.booking_id == bindparam("booking_id"))
_RATED = (
    select(func.count(), func.coalesce(func.sum(reviews.c.stars), 0))
    .select_from(reviews.join(bookings, bookings.c.id == reviews.c.booking_id))
    .where(bookings.c.dietitian_id == bindparam("whose"))
)
_RATED_BY_CLIENT = _RATED.where(bookings.c.client_id == bindparam("client"))
_RATED_BETWEEN = _RATED.where(bookings.c.start >= bindparam("since"), bookings.c.start < bindparam("before"))
_WISHES = Revisions(Wish, wishes)
_OF_REQUEST = _WISHES.select.where(wishes.c.request_id == bindparam("request_id"))
_OF_DIETITIAN = wishes.c.dietitian_id == bindparam("whose")
_OPEN = _WISHES.select.where(text(OPEN_WISHES), _OF_DIETITIAN).order_by(wishes.c.created_at, wishes.c.id)
_ANY_OPEN = select(wishes.c.id).where(text(OPEN_WISHES), _OF_DIETITIAN).limit(1)


class SqlAttendances:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, booking_id: int) -> dict[Role, Attendance]:
        found = _ATTENDANCES.all(self._connection, _OF_BOOKING, {"booking_id": booking_id})
        return {one.role: one for one in found}

    def put(self, attendance: Attendance) -> None:
        values = {"which": attendance.booking_id, "whose": attendance.role}
        self._connection.execute(_REMOVE, values)
        self._connection.execute(_PUT, _ATTENDANCES.values(attendance))


class SqlReviews:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, booking_id: int) -> Review | None:
        return _REVIEWS.one(self._connection, _REVIEW, {"booking_id": booking_id})

    def add(self, review: Review) -> Review:
        return _REVIEWS.add(self._connection, review)

    def save(self, review: Review) -> None:
        _REVIEWS.save(self._connection, review)

    def by_client(self, dietitian_id: int, person_id: int) -> Rated:
        return self._rated(_RATED_BY_CLIENT, {"whose": dietitian_id, "client": person_id})

    def between(self, dietitian_id: int, *, since: datetime, before: datetime) -> Rated:
        return self._rated(_RATED_BETWEEN, {"whose": dietitian_id, "since": since, "before": before})

    def _rated(self, statement: Select[Any], values: dict[str, Any]) -> Rated:
        number, stars = self._connection.execute(statement, values).one()
        return Rated(number, int(stars))


class SqlWishes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, wish: Wish) -> Wish:
        return _WISHES.add(self._connection, wish)

    def save(self, wish: Wish) -> Wish:
        return _WISHES.revise(self._connection, wish)

    def of_request(self, request_id: int) -> Wish | None:
        return _WISHES.one(self._connection, _OF_REQUEST, {"request_id": request_id})

    def open_of(self, dietitian_id: int) -> list[Wish]:
        return _WISHES.all(self._connection, _OPEN, {"whose": dietitian_id})

    def any_open(self, dietitian_id: int) -> bool:
        return self._connection.execute(_ANY_OPEN, {"whose": dietitian_id}).first() is not None
