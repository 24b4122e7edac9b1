"""The calendar's event follows a booking that was moved or cancelled."""

from dataclasses import dataclass

from domain.errors import ConnectionLost, EventMissing
from domain.model.booking import BookingState
from domain.model.calendar import ConnectionState
from domain.ports import Calendar, Clock, Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowCalendar:
    """Where the booking stands now decides, so that an errand that comes late or twice does no harm.

    Raises `CalendarUnavailable` to come back. False: there is nothing to change, or no way in.
    """

    transactions: Transactions
    clock: Clock
    calendar: Calendar | None

    async def __call__(self, *, booking_id: int) -> bool:
        booking = await self.transactions.read(lambda uow: uow.bookings.get(booking_id))
        dietitian = await self.transactions.read(lambda uow: uow.dietitians.get(booking.dietitian_id))
        connection = await self.transactions.read(lambda uow: uow.connections.of(booking.dietitian_id))
        if self.calendar is None or connection is None or booking.event_id is None:
            return False
        if connection.state is not ConnectionState.ACTIVE:
            return False
        try:
            if booking.state is BookingState.CONFIRMED:
                await self.calendar.move(
                    connection,
                    booking.event_id,
                    start=booking.start,
                    end=booking.end,
                    timezone=dietitian.timezone,
                )
            else:
                await self.calendar.delete(connection, booking.event_id)
        except (EventMissing, ConnectionLost):
            return False
        return True
