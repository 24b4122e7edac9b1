"""Bookings: holds and appointments."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    TextClause,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from domain.errors import SlotTaken
from domain.model.attendance import CLOSING_LANES
from domain.model.availability import Interval
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.views import Page, RequestCard
from storage.cards import BOOKED_CARDS, BOOKINGS, card_of
from storage.columns import Instant
from storage.failures import is_conflict
from storage.pages import counted_to, paged_by, read_page
from storage.tables import IN_CALENDAR, LINKLESS, LIVE, PENDING, attendances, bookings, outbox


def _holds_slot(at: str) -> ColumnElement[bool]:
    """`Booking.holds_slot_at` in SQL: a lapsed hold takes nothing, swept or not."""
    unlapsed = bookings.c.hold_until > bindparam(at, type_=Instant)
    return and_(text(LIVE), or_(bookings.c.state == BookingState.CONFIRMED, unlapsed))


_OF_DIETITIAN = bookings.c.dietitian_id == bindparam("whose")
_OF_CLIENT = bookings.c.client_id == bindparam("whose")

_LONGEST = timedelta(days=1)  # of a session with its buffer: what began before that is over
# both ends, so that neither the index by start nor that by end reads what lies years behind
_BEGINS = (bookings.c.start > bindparam("since"), bookings.c.start < bindparam("before"))

_BY_PUBLIC_ID = BOOKINGS.select.where(bookings.c.public_id == bindparam("public_id"))
_BUSY = (
    select(bookings.c.start, bookings.c.busy_until)
    .where(_OF_DIETITIAN, _holds_slot("now"))
    .where(bookings.c.busy_until > bindparam("after"), *_BEGINS)
    .order_by(bookings.c.start)
)
_CLOSED = (
    select(bookings.c.start)
    .where(_OF_DIETITIAN, bookings.c.state.in_((BookingState.COMPLETED, BookingState.NO_SHOW)))
    .where(bookings.c.start > bindparam("after"), bookings.c.start < bindparam("before"))
)
_IS_AHEAD = (
    _OF_DIETITIAN,
    _holds_slot("now"),
    bookings.c.busy_until > bindparam("after"),  # what the index knows; never before the end
    bookings.c.end > bindparam("after"),
    *_BEGINS,
)
_AHEAD = BOOKINGS.select.where(*_IS_AHEAD).order_by(bookings.c.start, bookings.c.id)
_TIMES_AHEAD = select(bookings.c.start, bookings.c.end).where(*_IS_AHEAD)
_EVENTS = select(bookings.c.event_start, bookings.c.end, bookings.c.start).where(
    _OF_DIETITIAN, text(IN_CALENDAR), bookings.c.event_start > bindparam("after")
)
_ASTRAY = BOOKINGS.select.where(
    _OF_DIETITIAN,
    text(IN_CALENDAR),
    bookings.c.event_start > bindparam("after"),
    or_(bookings.c.state == BookingState.CANCELLED, bookings.c.event_start != bookings.c.start),
).order_by(bookings.c.id)
_WITHOUT_MEET = BOOKINGS.select.where(
    _OF_DIETITIAN,
    text(LIVE),
    bookings.c.state == BookingState.CONFIRMED,
    bookings.c.busy_until > bindparam("after"),
    bookings.c.start > bindparam("after"),
    bookings.c.meeting_state != MeetingState.READY,
).order_by(bookings.c.start)
_LAPSED = BOOKINGS.select.where(text(PENDING), bookings.c.hold_until <= bindparam("now")).order_by(
    bookings.c.hold_until, bookings.c.id
)
# among all that lapsed and was not swept yet, which is little; not among all that is theirs
_LAPSED_OF_DIETITIAN = _LAPSED.where(bookings.c.dietitian_id + 0 == bindparam("whose"))
_LAPSED_BATCH = _LAPSED.limit(bindparam("batch"))

_COUNT = select(func.count()).select_from(bookings)
_IDS = select(bookings.c.id)


def _soonest_first(*where: ColumnElement[bool] | TextClause) -> tuple[Select[Any], Select[Any]]:
    page = paged_by(bookings.c.id, BOOKED_CARDS, _IDS.where(*where), bookings.c.start, bookings.c.id)
    return _COUNT.where(*where), page


def _coming(whose: ColumnElement[bool], *known: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """`known`: what follows from the rest, and an index knows."""
    return _soonest_first(whose, _holds_slot("after"), bookings.c.end > bindparam("after"), *known)


NO_LINK = (
    text(LINKLESS),
    bookings.c.start > bindparam("after"),
)
_WITHOUT_LINK = _soonest_first(*NO_LINK)
_COMING_OF_CLIENT = _coming(_OF_CLIENT)
_COMING_OF_DIETITIAN = _coming(_OF_DIETITIAN, bookings.c.busy_until > bindparam("after"))

_MOST_COUNTED = 1000
_IS_PAST = or_(
    bookings.c.state.in_((BookingState.COMPLETED, BookingState.NO_SHOW)),
    and_(bookings.c.state == BookingState.CANCELLED, bookings.c.confirmed_at.is_not(None)),
    and_(bookings.c.state == BookingState.CONFIRMED, bookings.c.end <= bindparam("before", type_=Instant)),
)


def _latest_first(whose: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    ids = _IDS.where(whose, _IS_PAST)
    latest = (bookings.c.start.desc(), bookings.c.id.desc())
    return counted_to(_MOST_COUNTED, ids), paged_by(bookings.c.id, BOOKED_CARDS, ids, *latest)


_PAST_OF_CLIENT = _latest_first(_OF_CLIENT)
_PAST_OF_DIETITIAN = _latest_first(_OF_DIETITIAN)
_SOMEBODY_ALONE = select(attendances.c.booking_id).where(attendances.c.alone_at.is_not(None))
_closing = outbox.alias("closing")
_LANE = CLOSING_LANES + bookings.c.public_id + ":" + cast(bookings.c.sequence, Text)
# As long as its dietitian may still answer the end is nobody else's to decide: they may have been asked late.
_MAY_BE_ANSWERED = exists(
    select(_closing.c.id).where(text("closing.state = 'due'"), _closing.c.lane == _LANE)
)
UNCLEAR = (
    text(LIVE),
    bookings.c.state == BookingState.CONFIRMED,
    bookings.c.end <= bindparam("before", type_=Instant),
    bookings.c.id.in_(_SOMEBODY_ALONE),
    ~_MAY_BE_ANSWERED,
)
_UNCLEAR = _soonest_first(*UNCLEAR)


def _between(dietitian_id: int, after: datetime, before: datetime, now: datetime) -> dict[str, Any]:
    return {"whose": dietitian_id, "since": after - _LONGEST, "after": after, "before": before, "now": now}


class SqlBookings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, booking: Booking) -> Booking:
        with self._last_word():
            return BOOKINGS.add(self._connection, booking)

    def save(self, booking: Booking) -> Booking:
        with self._last_word():
            return BOOKINGS.revise(self._connection, booking)

    @contextmanager
    def _last_word(self) -> Iterator[None]:
        """The savepoint lets a use case catch `SlotTaken` and go on; PostgreSQL would not let it."""
        try:
            with self._connection.begin_nested():
                yield
        except IntegrityError as error:
            if is_conflict(error):
                raise SlotTaken("the database refused the overlap") from error
            raise

    def get(self, booking_id: int) -> Booking:
        return BOOKINGS.get(self._connection, booking_id)

    def by_public_id(self, public_id: str) -> Booking | None:
        return BOOKINGS.one(self._connection, _BY_PUBLIC_ID, {"public_id": public_id})

    def busy(self, dietitian_id: int, *, after: datetime, before: datetime, now: datetime) -> list[Interval]:
        values = _between(dietitian_id, after, before, now)
        return [(start, until) for start, until in self._connection.execute(_BUSY, values)]

    def closed(self, dietitian_id: int, *, after: datetime, before: datetime) -> list[datetime]:
        values = {"whose": dietitian_id, "after": after, "before": before}
        return [start for (start,) in self._connection.execute(_CLOSED, values)]

    def times_ahead(
        self, dietitian_id: int, *, after: datetime, before: datetime, now: datetime
    ) -> list[Interval]:
        values = _between(dietitian_id, after, before, now)
        return [(start, end) for start, end in self._connection.execute(_TIMES_AHEAD, values)]

    def ahead(self, dietitian_id: int, *, after: datetime, before: datetime, now: datetime) -> list[Booking]:
        values = _between(dietitian_id, after, before, now)
        return BOOKINGS.all(self._connection, _AHEAD, values)

    def events_of(self, dietitian_id: int, *, after: datetime) -> list[Interval]:
        values = {"whose": dietitian_id, "after": after - _LONGEST}
        return [
            (begins, begins + (end - start))
            for begins, end, start in self._connection.execute(_EVENTS, values)
        ]

    def astray(self, dietitian_id: int, now: datetime) -> list[Booking]:
        return BOOKINGS.all(self._connection, _ASTRAY, {"whose": dietitian_id, "after": now - _LONGEST})

    def without_meet(self, dietitian_id: int, now: datetime) -> list[Booking]:
        return BOOKINGS.all(self._connection, _WITHOUT_MEET, {"whose": dietitian_id, "after": now})

    def lapsed_of(self, dietitian_id: int, now: datetime) -> list[Booking]:
        return BOOKINGS.all(self._connection, _LAPSED_OF_DIETITIAN, {"whose": dietitian_id, "now": now})

    def lapsed(self, now: datetime, *, limit: int) -> list[Booking]:
        return BOOKINGS.all(self._connection, _LAPSED_BATCH, {"now": now, "batch": limit})

    def page_for_client(
        self, person_id: int, *, after: datetime, number: int, size: int
    ) -> Page[RequestCard]:
        return self._page(_COMING_OF_CLIENT, {"whose": person_id, "after": after}, number, size)

    def page_for_dietitian(
        self, dietitian_id: int, *, after: datetime, number: int, size: int
    ) -> Page[RequestCard]:
        return self._page(_COMING_OF_DIETITIAN, {"whose": dietitian_id, "after": after}, number, size)

    def past_of_client(
        self, person_id: int, *, before: datetime, number: int, size: int
    ) -> Page[RequestCard]:
        values = {"whose": person_id, "before": before}
        return self._page(_PAST_OF_CLIENT, values, number, size, most=_MOST_COUNTED)

    def past_of_dietitian(
        self, dietitian_id: int, *, before: datetime, number: int, size: int
    ) -> Page[RequestCard]:
        values = {"whose": dietitian_id, "before": before}
        return self._page(_PAST_OF_DIETITIAN, values, number, size, most=_MOST_COUNTED)

    def unclear(self, before: datetime, *, number: int, size: int) -> Page[RequestCard]:
        return self._page(_UNCLEAR, {"before": before}, number, size)

    def without_link(self, now: datetime, *, number: int, size: int) -> Page[RequestCard]:
        return self._page(_WITHOUT_LINK, {"after": now}, number, size)

    def _page(
        self,
        coming: tuple[Select[Any], Select[Any]],
        values: dict[str, Any],
        number: int,
        size: int,
        most: int | None = None,
    ) -> Page[RequestCard]:
        count, items = coming
        return read_page(
            self._connection,
            count=count,
            items=items,
            values=values,
            number=number,
            size=size,
            read=card_of,
            most=most,
        )
