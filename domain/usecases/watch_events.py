"""A dietitian moves or deletes our event in their own calendar: seen before the reminder, and asked about.

The booking is what the client was promised. It follows the calendar only where the dietitian says so.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import CalendarRefused, ConnectionLost, EventMissing, MovedOn, NotYours
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.calendar import CalendarEvent, Connection, ConnectionState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person, Role
from domain.model.views import RequestCard
from domain.ports import Calendar, Clock, Transactions, UnitOfWork
from domain.usecases.calendar_health import lose
from domain.usecases.change_booking import MoveBooking, confirmed_card, follow_in_calendar, require_ahead
from domain.usecases.confirming import ask_for_meeting
from domain.usecases.telling import by, record, tell


def tell_gone(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    """The event is not in the calendar (any more)."""
    _ask(uow, NoticeKind.EVENT_GONE, booking, now, {"event_id": booking.event_id or ""})


def _ask(uow: UnitOfWork, kind: NoticeKind, asked: Booking, now: datetime, detail: dict[str, str]) -> None:
    booking = uow.bookings.get(asked.id)
    still = booking.state is BookingState.CONFIRMED and booking.event_id == asked.event_id
    if not still or booking.start != asked.start or now >= booking.start:
        return
    card = uow.requests.card_by_id(booking.request_id)
    notice = Notice(
        kind=kind,
        to=card.dietitian.person_id,
        key=f"{kind.value}:{booking.public_id}:{now.isoformat()}",
        request_id=booking.request_id,
        booking_id=booking.id,
        detail={**detail, "start": booking.start.isoformat()},
    )
    tell(uow, notice, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEvent:
    """25 and 2 hours before a meeting: does the calendar still say what the booking says?

    Raises `CalendarUnavailable` to come back. False: it does, or there is nothing to look at.
    """

    transactions: Transactions
    clock: Clock
    calendar: Calendar | None

    async def __call__(self, *, booking_id: int, start: datetime) -> bool:
        booking, connection = await self.transactions.read(lambda uow: self._read(uow, booking_id))
        if self.calendar is None or connection is None or connection.state is not ConnectionState.ACTIVE:
            return False
        holds = booking.state is BookingState.CONFIRMED and booking.start == start
        if not holds or booking.event_id is None or self.clock.now() >= start:
            return False
        try:
            event = await self.calendar.get(connection, booking.event_id)
        except EventMissing:
            event = None
        except ConnectionLost:
            await self.transactions.write(lambda uow: lose(uow, connection, self.clock.now()))
            return False
        except CalendarRefused:
            return False  # the calendar's other errands meet the same, and tell of it
        return await self.transactions.write(lambda uow: self._compare(uow, booking, event))

    def _read(self, uow: UnitOfWork, booking_id: int) -> tuple[Booking, Connection | None]:
        booking = uow.bookings.get(booking_id)
        return booking, uow.connections.of(booking.dietitian_id)

    def _compare(self, uow: UnitOfWork, booking: Booking, event: CalendarEvent | None) -> bool:
        now = self.clock.now()
        if event is None or event.cancelled:
            tell_gone(uow, booking, now)
            return True
        if event.start == booking.start:
            return False
        if event.start == booking.event_start:  # not theirs: we could not move it when the booking was moved
            follow_in_calendar(uow, booking, now, again=f":{now.isoformat()}")
            return False
        _ask(uow, NoticeKind.EVENT_MOVED, booking, now, {"event_start": event.start.isoformat()})
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SortOutEvent:
    """What the dietitian answers. Each can be pressed again without doing more."""

    transactions: Transactions
    clock: Clock
    calendar: Calendar | None
    move_booking: MoveBooking

    async def follow(self, *, person: Person, public_id: str, rev: int, start: datetime) -> RequestCard:
        """The booking goes where the event is, by the rules of any move. `SlotTaken` where it cannot be there.

        `MovedOn` where the event is no longer at `start`. Raises a `CalendarError` where Google cannot be asked.
        """
        booking, connection = await self.transactions.read(lambda uow: self._own(uow, person, public_id))
        if booking.start == start:
            return await self.transactions.read(lambda uow: uow.requests.card(public_id))
        if self.calendar is None or connection is None or booking.event_id is None:
            raise MovedOn
        event = await self.calendar.get(connection, booking.event_id)
        if event.cancelled or event.start != start:
            raise MovedOn
        return await self.move_booking(
            person=person, public_id=public_id, rev=rev, start=start, but=[(event.start, event.end)]
        )

    def _own(self, uow: UnitOfWork, person: Person, public_id: str) -> tuple[Booking, Connection | None]:
        card, booking = _of_dietitian(uow, person, public_id, lock=False)
        return booking, uow.connections.of(card.dietitian.id)

    async def put_back(self, *, person: Person, public_id: str) -> RequestCard:
        """The event goes back to where the booking is."""

        def put(uow: UnitOfWork) -> RequestCard:
            card, booking = _of_dietitian(uow, person, public_id, lock=True)
            now = self.clock.now()
            require_ahead(booking, now)
            follow_in_calendar(uow, booking, now, again=f":{now:%Y%m%d%H%M}")
            record(uow, now, by(person.id), "put event back", f"booking:{booking.public_id}")
            return card

        return await self.transactions.write(put)

    async def make_again(self, *, person: Person, public_id: str, event_id: str) -> RequestCard:
        """Another event, with a link of its own; the deleted one's id stays taken at Google."""

        def make(uow: UnitOfWork) -> RequestCard:
            card, booking = _of_dietitian(uow, person, public_id, lock=True)
            if booking.event_id != event_id:
                return card  # it is being made, or was
            now = self.clock.now()
            require_ahead(booking, now)
            anew = replace(booking, event_id=None, event_start=None, meeting_state=MeetingState.WAITING)
            booking = uow.bookings.save(anew)
            ask_for_meeting(uow, booking, now, again=f":again:{event_id}")
            record(uow, now, by(person.id), "asked for event again", f"booking:{booking.public_id}")
            return replace(card, booking=booking)

        return await self.transactions.write(make)


def _of_dietitian(
    uow: UnitOfWork, person: Person, public_id: str, *, lock: bool
) -> tuple[RequestCard, Booking]:
    card, booking, role = confirmed_card(uow, person, public_id, lock=lock)
    if role is not Role.DIETITIAN:
        raise NotYours
    return card, booking
