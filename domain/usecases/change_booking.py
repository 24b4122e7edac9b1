"""A confirmed booking is cancelled or moved, by either side."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.availability import free_slots
from domain.model.booking import Booking, BookingState
from domain.model.notice import NoticeKind
from domain.model.payment import MoneyOutcome, Payment
from domain.model.people import Person, Role
from domain.model.queue import Errand, OutboxItem
from domain.model.request import RequestState
from domain.model.terms import ALL
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.book_slot import Choices, expire_lapsed, require_free, schedule_of
from domain.usecases.confirming import announce, ask_for_meeting, invite, look_after
from domain.usecases.refunding import give_back
from domain.usecases.telling import by, record, redraw


def confirmed_card(
    uow: UnitOfWork, person: Person, public_id: str, *, lock: bool
) -> tuple[RequestCard, Booking, Role]:
    """A booking as one of its two sides; `NotYours` for anybody else, `MovedOn` unless it is confirmed."""
    card = uow.requests.card(public_id, lock=lock)
    role = card.role_of(person.telegram_id) if person.telegram_id is not None else None
    if role is None:
        raise NotYours
    if card.booking is None or card.booking.state is not BookingState.CONFIRMED:
        raise MovedOn
    return card, card.booking, role


def require_ahead(booking: Booking, now: datetime) -> None:
    if now >= booking.start:
        raise TooLate("This session has begun; it can no longer be changed here.")


def _payment(card: RequestCard) -> Payment:
    if card.payment is None or card.payment.outcome is not MoneyOutcome.VALUE:
        raise MovedOn
    return card.payment


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBooking:
    """The slot is free at once. The dietitian's cancellation refunds all, the client's by the terms shown."""

    transactions: Transactions
    clock: Clock

    async def __call__(
        self, *, person: Person, public_id: str, rev: int, percent: int | None = None
    ) -> RequestCard:
        """`percent`: what they were shown that comes back; `MovedOn` where the free hours ended meanwhile."""
        return await self.transactions.write(lambda uow: self._cancel(uow, person, public_id, rev, percent))

    def _cancel(
        self, uow: UnitOfWork, person: Person, public_id: str, rev: int, shown: int | None
    ) -> RequestCard:
        now = self.clock.now()
        card, booking, role = confirmed_card(uow, person, public_id, lock=True)
        if card.request.rev != rev:
            raise MovedOn
        require_ahead(booking, now)
        payment = _payment(card)
        percent = booking.refund_percent_at(now, by_dietitian=role is Role.DIETITIAN)
        if shown is not None and percent != shown:
            raise MovedOn
        booking = uow.bookings.save(
            replace(booking, state=BookingState.CANCELLED, closed_at=now, sequence=booking.sequence + 1)
        )
        request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
        record(
            uow, now, by(person.id), "cancelled", f"booking:{booking.public_id}", side=role, percent=percent
        )
        record(uow, now, by(person.id), "cancelled", f"request:{request.public_id}", side=role)
        amount = (payment.paid_amount or payment.amount) * percent // 100
        said = {"by": role.value, "back": str(amount)}
        announce(uow, card, payment, NoticeKind.BOOKING_CANCELLED, now, booking=booking, detail=said)
        invite(uow, booking, now)
        _follow_in_calendar(uow, booking, now)
        give_back(uow, payment, amount, by=by(person.id), why=f"cancelled by the {role.value}", now=now)
        redraw(uow, request, now)
        return uow.requests.card_by_id(request.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMoves:
    """Where a confirmed booking could be moved to; its own time does not count as busy. Reads only."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str) -> Choices:
        now = self.clock.now()

        def look(uow: UnitOfWork) -> Choices:
            card, booking, role = confirmed_card(uow, person, public_id, lock=False)
            _require_movable(booking, role, now)
            schedule = schedule_of(uow, card.dietitian, now)
            own = (booking.start, booking.busy_until)
            slots = free_slots(
                schedule.rules,
                minutes=card.request.minutes or 0,
                busy=[interval for interval in schedule.busy if interval != own],
                time_off=schedule.time_off,
                now=now,
            )
            return Choices(card=card, slots=[start for start in slots if start != booking.start])

        return await self.transactions.read(look)


def _require_movable(booking: Booking, role: Role, now: datetime) -> None:
    """A client moves it as long as it could be cancelled for nothing: else moving first would undo the terms."""
    require_ahead(booking, now)
    if role is Role.CLIENT and booking.refund_percent_at(now, by_dietitian=False) < ALL:
        raise TooLate(
            f"It is less than {booking.free_hours} hours to your session, so it can no longer be moved here. "
            "You can ask your dietitian to move it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBooking:
    """Takes the new slot and gives up the old one in one change of one row. The meeting link stays."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, rev: int, start: datetime) -> RequestCard:
        return await self.transactions.write(lambda uow: self._move(uow, person, public_id, rev, start))

    def _move(
        self, uow: UnitOfWork, person: Person, public_id: str, rev: int, start: datetime
    ) -> RequestCard:
        now = self.clock.now()
        card, booking, role = confirmed_card(uow, person, public_id, lock=True)
        if booking.start == start:
            return card
        if card.request.rev != rev:
            raise MovedOn
        _require_movable(booking, role, now)
        payment = _payment(card)
        dietitian = uow.dietitians.lock(card.dietitian.id)
        expire_lapsed(uow, dietitian.id, now, quiet_for=card.request.id)
        require_free(uow, dietitian, card.request, start, now, but=booking)
        moved = self._moved(booking, start, dietitian.buffer_minutes, card.request.minutes or 0, role)
        booking = uow.bookings.save(moved)
        request = uow.requests.save(card.request)
        record(
            uow, now, by(person.id), "moved", f"booking:{booking.public_id}", side=role, to=start.isoformat()
        )
        self._tell(uow, replace(card, request=request), booking, payment, now)
        redraw(uow, request, now)
        return uow.requests.card_by_id(request.id)

    def _moved(
        self, booking: Booking, start: datetime, buffer_minutes: int, minutes: int, role: Role
    ) -> Booking:
        end = start + timedelta(minutes=minutes)
        return replace(
            booking,
            start=start,
            end=end,
            busy_until=end + timedelta(minutes=buffer_minutes),
            sequence=booking.sequence + 1,
            moved_by_dietitian=booking.moved_by_dietitian or role is Role.DIETITIAN,
        )

    def _tell(
        self, uow: UnitOfWork, card: RequestCard, booking: Booking, payment: Payment, now: datetime
    ) -> None:
        # it can be moved more than once, and each time is told
        kind, mark = NoticeKind.BOOKING_MOVED, f":{booking.sequence}"
        announce(uow, card, payment, kind, now, booking=booking, mark=mark)
        invite(uow, booking, now)
        look_after(uow, card, booking, now)
        _follow_in_calendar(uow, booking, now)
        if booking.meeting_url is None:
            ask_for_meeting(uow, booking, now)


def _follow_in_calendar(uow: UnitOfWork, booking: Booking, now: datetime) -> None:
    if booking.event_id is None:
        return
    uow.outbox.add(
        OutboxItem(
            errand=Errand.CALENDAR_CHANGE,
            key=f"calendarchange:{booking.public_id}:{booking.sequence}",
            lane=f"calendar:{booking.public_id}",
            payload={"booking_id": booking.id},
            due_at=now,
            created_at=now,
        )
    )
