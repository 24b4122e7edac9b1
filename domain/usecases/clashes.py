"""Sessions that are booked where a dietitian is not there (any more), and asking their clients to move.

Nothing is moved by itself: a slot stays booked until the client, or the dietitian, acts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.booking import Booking, BookingState
from domain.model.hours import Interval, MinuteRange, TimeOff, opened_once
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person, Role
from domain.model.views import Page, RequestCard
from domain.model.wall_clock import passed, reached
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.change_booking import confirmed_card, require_ahead
from domain.usecases.telling import by, record, tell

PAGE_SIZE = 5
_EVER = timedelta(days=2 * 366)  # further ahead than any booking window


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    card: RequestCard
    booking: Booking

    @property
    def asked(self) -> bool:
        """Its client was asked already to move it from where it is; after a move they may be asked again."""
        return self.booking.is_asked_to_move

    @property
    def can_be_asked(self) -> bool:
        """A hold lapses by itself; who cannot be written to cannot be asked."""
        client = self.card.client
        is_there = client is not None and client.can_be_written_to
        return self.booking.state is BookingState.CONFIRMED and is_there and not self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashes:
    """`to_ask`: of how many on all pages the clients can still be asked."""

    page: Page[Clash]
    to_ask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindClashes:
    """Reads only."""

    transactions: Transactions
    clock: Clock

    async def within(self, *, dietitian: Dietitian, time_off: Sequence[TimeOff], number: int) -> Clashes:
        """What lies in time off, soonest first."""

        def look(uow: UnitOfWork) -> Clashes:
            found = bookings_within(uow, dietitian, time_off, self.clock.now())
            page = _page(uow, found, number)
            waiting = [one for one in _with_cards(uow, found) if one.can_be_asked]
            return Clashes(page=page, to_ask=len(waiting))

        return await self.transactions.read(look)

    async def count(self, *, dietitian: Dietitian, time_off: Sequence[TimeOff]) -> int:
        return await self.transactions.read(
            lambda uow: len(bookings_within(uow, dietitian, time_off, self.clock.now()))
        )

    async def outside(self, *, dietitian: Dietitian, number: int) -> Page[Clash]:
        """What lies outside the hours as they are, soonest first."""
        return await self.transactions.read(
            lambda uow: _page(uow, bookings_outside(uow, dietitian, self.clock.now()), number)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToMove:
    """The client may choose another time, or have all their money back, as if the dietitian had moved it."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str) -> bool:
        """False where they were asked before. `NotYours`, `MovedOn`, `TooLate` as for any other change."""
        return await self.transactions.write(lambda uow: self._ask(uow, person, public_id))

    async def all(self, *, person: Person, dietitian: Dietitian, time_off: Sequence[TimeOff]) -> int:
        """Everybody with a session in that time off; how many were asked now. One transaction each."""

        def look(uow: UnitOfWork) -> list[str]:
            found = _with_cards(uow, bookings_within(uow, dietitian, time_off, self.clock.now()))
            return [one.card.request.public_id for one in found if one.can_be_asked]

        asked = 0
        for public_id in await self.transactions.read(look):
            try:
                asked += await self(person=person, public_id=public_id)
            except (MovedOn, TooLate, NotYours):  # changed at this moment: there is nothing to ask any more
                continue
        return asked

    def _ask(self, uow: UnitOfWork, person: Person, public_id: str) -> bool:
        now = self.clock.now()
        card, booking, role = confirmed_card(uow, person, public_id, lock=True)
        if role is not Role.DIETITIAN:
            raise NotYours
        require_ahead(booking, now)
        if booking.is_asked_to_move:
            return False
        asked = replace(booking, moved_by_dietitian=True, move_asked=booking.sequence)
        booking = uow.bookings.save(asked)
        record(uow, now, by(person.id), "asked to move", f"booking:{booking.public_id}")
        notice = Notice(
            kind=NoticeKind.MOVE_ASKED,
            to=booking.client_id,
            key=f"moveasked:{booking.public_id}:{booking.sequence}",
            request_id=card.request.id,
            booking_id=booking.id,
            detail={"start": booking.start.isoformat()},
        )
        tell(uow, notice, now)
        return True


def bookings_within(
    uow: UnitOfWork, dietitian: Dietitian, time_off: Sequence[TimeOff], now: datetime
) -> list[Booking]:
    """Confirmed and held, that are not over."""
    zone = ZoneInfo(dietitian.timezone)
    away = [one for one in (off.interval(zone) for off in time_off) if one[0] < one[1]]
    if not away:
        return []
    after, before = max(now, min(begin for begin, _ in away)), max(end for _, end in away)
    ahead = uow.bookings.ahead(dietitian.id, after=after, before=before, now=now)
    return [one for one in ahead if any(begin < one.end and one.start < end for begin, end in away)]


def bookings_outside(uow: UnitOfWork, dietitian: Dietitian, now: datetime) -> list[Booking]:
    """Confirmed and held, that are not over, and that the hours and openings of their day do not hold."""
    ahead = uow.bookings.ahead(dietitian.id, after=now, before=now + _EVER, now=now)
    is_held = _holding(uow, dietitian)
    return [one for one in ahead if not is_held((one.start, one.end))]


def count_outside(uow: UnitOfWork, dietitian: Dietitian, now: datetime) -> int:
    ahead = uow.bookings.times_ahead(dietitian.id, after=now, before=now + _EVER, now=now)
    is_held = _holding(uow, dietitian)
    return sum(not is_held(one) for one in ahead)


def _holding(uow: UnitOfWork, dietitian: Dietitian) -> Callable[[Interval], bool]:
    """Whether the hours and openings of its day hold a session."""
    hours, openings = uow.dietitians.hours(dietitian.id), uow.dietitians.openings(dietitian.id)
    zone = ZoneInfo(dietitian.timezone)
    once = opened_once(openings, hours, begin=date.min, end=date.max)

    @cache
    def opened(day: date) -> list[Interval]:
        return open_times(once.get(day, hours[day.weekday()]), day, zone)

    def is_held(session: Interval) -> bool:
        start, end = session
        day = opened(start.astimezone(zone).date())
        return any(opens <= start and end <= closes for opens, closes in day)

    return is_held


def open_times(ranges: Sequence[MinuteRange], day: date, zone: ZoneInfo) -> list[Interval]:
    """Of one day. Where one range ends as another begins there is no gap."""
    midnight = datetime.combine(day, time())
    return [
        (
            reached(midnight + timedelta(minutes=opens), zone),
            passed(midnight + timedelta(minutes=closes), zone),
        )
        for opens, closes in _without_seams(ranges)
    ]


def _without_seams(ranges: Sequence[MinuteRange]) -> list[MinuteRange]:
    found: list[MinuteRange] = []
    for opens, closes in sorted(ranges):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return found


def _page(uow: UnitOfWork, found: Sequence[Booking], number: int) -> Page[Clash]:
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(number, 0), pages - 1)
    shown = _with_cards(uow, found[number * PAGE_SIZE : (number + 1) * PAGE_SIZE])
    return Page(items=shown, number=number, pages=pages, total=len(found))


def _with_cards(uow: UnitOfWork, found: Sequence[Booking]) -> list[Clash]:
    cards = uow.overviews.cards({one.request_id for one in found})
    return [Clash(card=cards[one.request_id], booking=one) for one in found if one.request_id in cards]
