"""A confirmed booking is cancelled or moved, by either side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import CalendarAway, MovedOn, NotYours, TooLate
from domain.model.availability import Interval
from domain.model.booking import Booking, BookingState
from domain.model.notice import NoticeKind
from domain.model.payment import MoneyOutcome, Payment
from domain.model.people import Person, Role
from domain.model.queue import Errand, OutboxItem
from domain.model.request import RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.book_slot import Choices, expire_lapsed
from domain.usecases.busy_times import NOTHING, BusyTimes, Diary, Said, diary_of
from domain.usecases.confirming import announce, ask_for_meeting, invite, look_after
from domain.usecases.freeing import free_again
from domain.usecases.refunding import canceller, give_back
from domain.usecases.reminding import call_off
from domain.usecases.schedule import require_free, schedule_of
from domain.usecases.telling import by, record, redraw

ASKED_TO_MOVE = "asked to move by the dietitian"
"""Why a client's money goes back who would rather not."""


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


def _pressed(person: Person, message_id: int | None) -> tuple[int, int] | None:
    return None if message_id is None else (person.id, message_id)


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
        self,
        *,
        person: Person,
        public_id: str,
        rev: int,
        percent: int | None = None,
        message_id: int | None = None,
        admin: Person | None = None,
    ) -> RequestCard:
        """`percent`: what they were shown that comes back; `MovedOn` where the free hours ended meanwhile.

        `message_id`: of the message in which they did it. `admin`: who does it in the dietitian's stead.
        """
        pressed = _pressed(person, message_id)
        return await self.transactions.write(
            lambda uow: self._cancel(uow, person, public_id, rev, percent, pressed, admin)
        )

    def _cancel(
        self,
        uow: UnitOfWork,
        person: Person,
        public_id: str,
        rev: int,
        shown: int | None,
        pressed: tuple[int, int] | None,
        admin: Person | None,
    ) -> RequestCard:
        now = self.clock.now()
        card, booking, role = confirmed_card(uow, person, public_id, lock=True)
        actor, side, why = canceller(person, role, admin)
        asked = booking.is_asked_to_move and side is Role.CLIENT
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
        free_again(uow, booking, now)
        request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
        record(uow, now, actor, "cancelled", f"booking:{booking.public_id}", side=side, percent=percent)
        record(uow, now, actor, "cancelled", f"request:{request.public_id}", side=side)
        amount = payment.arrived * percent // 100
        said = {"by": side.value, "back": str(amount), **({"asked": "yes"} if asked else {})}
        announce(uow, card, payment, NoticeKind.BOOKING_CANCELLED, now, booking=booking, detail=said)
        invite(uow, booking, now, beside=NoticeKind.BOOKING_CANCELLED)
        both = (booking.client_id, card.dietitian.person_id)
        call_off(uow, booking, both, now, why="the session was cancelled", pressed=pressed)
        follow_in_calendar(uow, booking, now)
        give_back(uow, payment, amount, by=actor, why=ASKED_TO_MOVE if asked else why, now=now)
        redraw(uow, request, now)
        return uow.requests.card_by_id(request.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMoves:
    """Where a confirmed booking could be moved to; its own time does not count as busy. Reads only.

    A dietitian who moves one knows their own calendar: they need not wait until it can be asked.
    """

    transactions: Transactions
    clock: Clock
    busy_times: BusyTimes | None = None

    async def __call__(self, *, person: Person, public_id: str) -> Choices:
        now = self.clock.now()

        def look(uow: UnitOfWork, also_busy: Sequence[Interval] = ()) -> tuple[Choices, Role, Diary | None]:
            card, booking, role = confirmed_card(uow, person, public_id, lock=False)
            _require_movable(booking, role, now)
            schedule = schedule_of(uow, card.dietitian, now, but=booking, also_busy=also_busy)
            slots = schedule.starts(card.request.minutes or 0, now)
            choices = Choices(card=card, slots=[start for start in slots if start != booking.start])
            return choices, role, diary_of(uow, card.dietitian, now) if self.busy_times is not None else None

        choices, role, diary = await self.transactions.read(look)
        if self.busy_times is None or diary is None:
            return choices
        said = await self.busy_times.offered(diary)
        if said.closed and role is Role.CLIENT:
            return replace(choices, slots=[], closed=True)
        if said.times:
            choices = (await self.transactions.read(lambda uow: look(uow, said.times)))[0]
        return choices


def _require_movable(booking: Booking, role: Role, now: datetime) -> None:
    require_ahead(booking, now)
    if not booking.may_be_moved_at(now, by_dietitian=role is Role.DIETITIAN):
        raise TooLate(
            f"It is less than {booking.free_hours} hours to your session, so it can no longer be moved here. "
            "You can ask your dietitian to move it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBooking:
    """Takes the new slot and gives up the old one in one change of one row. The meeting link stays."""

    transactions: Transactions
    clock: Clock
    busy_times: BusyTimes | None = None

    async def __call__(
        self,
        *,
        person: Person,
        public_id: str,
        rev: int,
        start: datetime,
        but: Sequence[Interval] = (),
        message_id: int | None = None,
    ) -> RequestCard:
        """`but`: where the booking's own event stands now, if that is elsewhere: no obstacle to it.

        `message_id`: of the message in which they did it.
        """
        said, pressed = await self._ask(person, public_id, start, but), _pressed(person, message_id)
        return await self.transactions.write(
            lambda uow: self._move(uow, person, public_id, rev, start, said, pressed)
        )

    async def _ask(self, person: Person, public_id: str, start: datetime, but: Sequence[Interval]) -> Said:
        def look(uow: UnitOfWork) -> Diary | None:
            if uow.connections.of_request(public_id) is None:
                return None
            card, booking, _ = confirmed_card(uow, person, public_id, lock=False)
            return diary_of(uow, card.dietitian, self.clock.now()) if booking.start != start else None

        if self.busy_times is None:
            return NOTHING
        diary = await self.transactions.read(look)
        return NOTHING if diary is None else await self.busy_times.around(diary, start, but=but)

    def _move(
        self,
        uow: UnitOfWork,
        person: Person,
        public_id: str,
        rev: int,
        start: datetime,
        said: Said,
        pressed: tuple[int, int] | None,
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
        if said.closed and role is Role.CLIENT:
            raise CalendarAway
        require_free(uow, dietitian, card.request, start, now, but=booking, also_busy=said.times)
        moved = self._moved(booking, start, dietitian.buffer_minutes, card.request.minutes or 0, role)
        zone = card.client.timezone if card.client is not None else booking.client_zone
        moved = replace(moved, client_zone=zone, dietitian_zone=dietitian.timezone)
        free_again(uow, booking, now)
        was, booking = booking.start, uow.bookings.save(moved)
        request = uow.requests.save(card.request)
        record(
            uow, now, by(person.id), "moved", f"booking:{booking.public_id}", side=role, to=start.isoformat()
        )
        self._tell(uow, replace(card, request=request), booking, payment, now, was=was, pressed=pressed)
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
        self,
        uow: UnitOfWork,
        card: RequestCard,
        booking: Booking,
        payment: Payment,
        now: datetime,
        *,
        was: datetime,
        pressed: tuple[int, int] | None,
    ) -> None:
        # it can be moved more than once, and each time is told
        kind, mark = NoticeKind.BOOKING_MOVED, f":{booking.sequence}"
        detail = {"was": was.isoformat()}
        announce(uow, card, payment, kind, now, booking=booking, mark=mark, detail=detail)
        invite(uow, booking, now, beside=kind, mark=mark)
        both = (booking.client_id, card.dietitian.person_id)
        call_off(uow, booking, both, now, why="the session was moved", pressed=pressed)
        look_after(uow, card, booking, now)
        follow_in_calendar(uow, booking, now)
        if booking.meeting_url is None:
            ask_for_meeting(uow, booking, now)


def follow_in_calendar(uow: UnitOfWork, booking: Booking, now: datetime, *, again: str = "") -> None:
    """`again` names a later wish for the same change."""
    if booking.event_id is None:
        return
    uow.outbox.add(
        OutboxItem(
            errand=Errand.CALENDAR_CHANGE,
            key=f"calendarchange:{booking.public_id}:{booking.sequence}{again}",
            lane=f"calendar:{booking.public_id}",
            payload={"booking_id": booking.id},
            due_at=now,
            created_at=now,
        )
    )
