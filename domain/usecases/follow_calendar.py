"""The calendar's event follows a booking that was moved or cancelled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import ConnectionLost, EventMissing
from domain.model.booking import Booking, BookingState
from domain.model.calendar import Connection, ConnectionState
from domain.model.people import Dietitian
from domain.ports import Calendar, Clock, Transactions, UnitOfWork
from domain.usecases.calendar_health import lose, note_success
from domain.usecases.watch_events import tell_gone

_Read = tuple[Booking, Dietitian, Connection | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowCalendar:
    """Where the booking stands now decides, so that an errand that comes late or twice does no harm.

    Raises `CalendarUnavailable` to come back. False: there is nothing to change, or no way in; what could not
    be changed is made up for when the calendar is connected again.
    """

    transactions: Transactions
    clock: Clock
    calendar: Calendar | None
    changed: Callable[[int], None] = lambda _: None  # told the dietitian whose calendar has changed

    async def __call__(self, *, booking_id: int) -> bool:
        booking, dietitian, connection = await self.transactions.read(lambda uow: _read(uow, booking_id))
        if self.calendar is None or connection is None or booking.event_id is None:
            return False
        if connection.state is not ConnectionState.ACTIVE:
            return False
        try:
            start = await self._carry_over(self.calendar, connection, booking, dietitian)
        except EventMissing:
            await self.transactions.write(lambda uow: tell_gone(uow, booking, self.clock.now()))
            return False
        except ConnectionLost:
            await self.transactions.write(lambda uow: lose(uow, connection, self.clock.now()))
            return False
        self.changed(dietitian.id)
        await self.transactions.write(lambda uow: self._note(uow, booking, connection, start))
        return True

    async def _carry_over(
        self, calendar: Calendar, connection: Connection, booking: Booking, dietitian: Dietitian
    ) -> datetime | None:
        """Where the event stands afterwards; None: it is gone."""
        event_id = booking.event_id or ""
        if booking.state is not BookingState.CONFIRMED:
            await calendar.delete(connection, event_id)
            return None
        zone = dietitian.timezone
        await calendar.move(connection, event_id, start=booking.start, end=booking.end, timezone=zone)
        return booking.start

    def _note(self, uow: UnitOfWork, asked: Booking, connection: Connection, start: datetime | None) -> None:
        now = self.clock.now()
        note_success(uow, connection, now)
        booking = uow.bookings.get(asked.id)
        if booking.event_id == asked.event_id and booking.event_start != start:
            uow.bookings.save(replace(booking, event_start=start))


def _read(uow: UnitOfWork, booking_id: int) -> _Read:
    booking = uow.bookings.get(booking_id)
    whose = booking.dietitian_id
    return booking, uow.dietitians.get(whose), uow.connections.of(whose)
