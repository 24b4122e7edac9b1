"""From an approved request to a held slot."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from domain.errors import CalendarAway, MovedOn, NeedsConsent
from domain.model.availability import Interval
from domain.model.booking import Booking, BookingState
from domain.model.ids import new_public_id
from domain.model.ledger import LedgerAccount
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome, Payment
from domain.model.people import Dietitian, Person
from domain.model.request import Request
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.answer_request import clients_card
from domain.usecases.busy_times import NOTHING, BusyTimes, Diary, Said, diary_of
from domain.usecases.confirming import confirm
from domain.usecases.freeing import free_again
from domain.usecases.refunding import move_money
from domain.usecases.reminding import remind_of_hold
from domain.usecases.schedule import Schedule, require_free, schedule_of
from domain.usecases.suspending import must_take_new
from domain.usecases.telling import by, record, redraw, tell
from domain.usecases.welcome import must_be_welcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A request's card and every start that could be chosen now.

    `closed`: nothing is offered as long as the dietitian's calendar cannot be asked.
    """

    card: RequestCard
    slots: list[datetime]
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSlots:
    """What the client can choose from; reads only."""

    transactions: Transactions
    clock: Clock
    busy_times: BusyTimes | None = None

    async def __call__(self, *, person: Person, public_id: str) -> Choices:
        now = self.clock.now()

        def look(
            uow: UnitOfWork, also_busy: Sequence[Interval] = ()
        ) -> tuple[RequestCard, Schedule, Diary | None]:
            card = clients_card(uow, person, public_id, lock=False)
            if not card.request.is_open or card.request.kind is not ServiceKind.CONSULTATION:
                raise MovedOn
            must_take_new(card.dietitian)
            must_be_welcome(uow, card)
            diary = diary_of(uow, card.dietitian, now) if self.busy_times is not None else None
            return card, schedule_of(uow, card.dietitian, now, also_busy=also_busy), diary

        card, schedule, diary = await self.transactions.read(look)
        if self.busy_times is not None and diary is not None:
            said = await self.busy_times.offered(diary)
            if said.closed:
                return Choices(card=card, slots=[], closed=True)
            if said.times:
                card, schedule, _ = await self.transactions.read(lambda uow: look(uow, said.times))
        return Choices(card=card, slots=schedule.starts(card.request.minutes or 0, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSlot:
    """Take a slot for `hold_minutes`: lock, expire lapsed holds, check, insert; the database decides.

    Pressing the same slot again returns the hold that is there; pressing another gives up the former in the
    same transaction, so that nobody is ever left without the one before they have the other.
    """

    transactions: Transactions
    clock: Clock
    hold_minutes: int
    calendar_is_offered: bool
    busy_times: BusyTimes | None = None

    async def __call__(
        self, *, person: Person, public_id: str, rev: int, start: datetime, message_id: int | None
    ) -> RequestCard:
        """`CalendarAway` where nobody can say what is free, and the dietitian takes no bookings then."""
        said = await self._ask(person, public_id, start)
        return await self.transactions.write(
            lambda uow: self._hold(uow, person, public_id, rev, start, message_id, said)
        )

    async def _ask(self, person: Person, public_id: str, start: datetime) -> Said:
        """Who has no calendar connected pays one small look for it."""

        def look(uow: UnitOfWork) -> Diary | None:
            if uow.connections.of_request(public_id) is None:
                return None
            card = clients_card(uow, person, public_id, lock=False)
            return diary_of(uow, card.dietitian, self.clock.now()) if card.request.is_open else None

        if self.busy_times is None:
            return NOTHING
        diary = await self.transactions.read(look)
        return NOTHING if diary is None else await self.busy_times.around(diary, start)

    def _hold(
        self,
        uow: UnitOfWork,
        person: Person,
        public_id: str,
        rev: int,
        start: datetime,
        message_id: int | None,
        said: Said,
    ) -> RequestCard:
        now = self.clock.now()
        card = clients_card(uow, person, public_id, lock=True)
        waits = card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT
        credit = card.payment if waits else None
        if credit is None and not person.has_consented:  # what is paid goes on without it
            raise NeedsConsent
        if card.booking is not None and card.booking.holds_slot_at(now) and card.booking.start == start:
            return card
        if not card.request.is_open or card.request.agreed_at is None or card.request.rev != rev:
            raise MovedOn
        dietitian = uow.dietitians.lock(card.dietitian.id)
        must_take_new(dietitian)
        must_be_welcome(uow, card)
        expire_lapsed(uow, dietitian.id, now, quiet_for=card.request.id)
        if card.booking is not None and card.booking.holds_slot_at(now):
            self._give_up(uow, card.booking, person, now)
        if said.closed:
            raise CalendarAway
        require_free(uow, dietitian, card.request, start, now, also_busy=said.times)
        booking = self._insert(uow, dietitian, card.request, person, start, now)
        ends = card.request.ends_after(now)
        request = uow.requests.save(replace(card.request, screen_message_id=message_id, expires_at=ends))
        record(uow, now, by(person.id), "held", f"booking:{booking.public_id}", start=start.isoformat())
        card = replace(card, request=request, booking=booking)
        if credit is not None:
            return self._use_credit(uow, card, booking, credit, person, now)
        remind_of_hold(uow, booking, now)
        return card

    def _use_credit(
        self,
        uow: UnitOfWork,
        card: RequestCard,
        booking: Booking,
        credit: Payment,
        person: Person,
        now: datetime,
    ) -> RequestCard:
        """The money is here already: no second payment, the booking is confirmed at once."""
        payment = uow.payments.by_reference(credit.reference, lock=True)
        if payment is None or payment.outcome is not MoneyOutcome.CREDIT:
            raise MovedOn
        payment = uow.payments.save(replace(payment, outcome=MoneyOutcome.VALUE, booking_id=booking.id))
        record(uow, now, by(person.id), "credit used", f"payment:{payment.reference}")
        amount = payment.arrived
        move_money(
            uow,
            payment,
            LedgerAccount.CREDIT,
            LedgerAccount.VALUE,
            amount,
            by=by(person.id),
            why="chose another time",
            now=now,
        )
        confirm(uow, card, booking, payment, now, calendar=self.calendar_is_offered)
        return uow.requests.card_by_id(card.request.id)

    def _give_up(self, uow: UnitOfWork, former: Booking, person: Person, now: datetime) -> None:
        if former.state is not BookingState.PENDING:
            raise MovedOn
        uow.bookings.save(replace(former, state=BookingState.CANCELLED, closed_at=now))
        free_again(uow, former, now)
        record(uow, now, by(person.id), "gave up", f"booking:{former.public_id}")

    def _insert(
        self,
        uow: UnitOfWork,
        dietitian: Dietitian,
        request: Request,
        person: Person,
        start: datetime,
        now: datetime,
    ) -> Booking:
        end = start + timedelta(minutes=request.minutes or 0)
        return uow.bookings.add(
            Booking(
                public_id=new_public_id(),
                request_id=request.id,
                dietitian_id=dietitian.id,
                client_id=person.id,
                start=start,
                end=end,
                busy_until=end + timedelta(minutes=dietitian.buffer_minutes),
                hold_until=now + timedelta(minutes=self.hold_minutes),
                shown_until=now + timedelta(minutes=self.hold_minutes),
                free_hours=dietitian.free_hours,
                late_refund_percent=dietitian.late_refund_percent,
                created_at=now,
                client_zone=person.timezone,
                dietitian_zone=dietitian.timezone,
            )
        )


def expire_lapsed(uow: UnitOfWork, dietitian_id: int, now: datetime, *, quiet_for: int) -> None:
    """Give back the slots of holds that ended; the client of request `quiet_for` is choosing anew anyway.

    The dietitian is locked, so the others' requests are only read: a request is locked before, never after.
    """
    for booking in uow.bookings.lapsed_of(dietitian_id, now):
        theirs = booking.request_id != quiet_for
        expire(uow, booking, now, tell_client=theirs)
        if theirs:
            redraw(uow, uow.requests.card_by_id(booking.request_id).request, now)


def expire(uow: UnitOfWork, booking: Booking, now: datetime, *, tell_client: bool) -> None:
    uow.bookings.save(replace(booking, state=BookingState.EXPIRED, closed_at=now))
    free_again(uow, booking, now)
    record(uow, now, "clock", "expired", f"booking:{booking.public_id}")
    if not tell_client:
        return
    expired = Notice(
        kind=NoticeKind.HOLD_EXPIRED,
        to=booking.client_id,
        key=f"expired:{booking.public_id}",
        request_id=booking.request_id,
        booking_id=booking.id,
    )
    tell(uow, expired, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold:
    """The client gives the held slot back and thinks again. The request stays open."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, rev: int) -> RequestCard:
        def release(uow: UnitOfWork) -> RequestCard:
            now = self.clock.now()
            card = clients_card(uow, person, public_id, lock=True)
            if not card.request.is_open:
                raise MovedOn
            if card.booking is None or card.booking.state is not BookingState.PENDING:
                return card
            if card.request.rev != rev:
                raise MovedOn
            booking = uow.bookings.save(replace(card.booking, state=BookingState.CANCELLED, closed_at=now))
            free_again(uow, booking, now)
            request = uow.requests.save(card.request)
            record(uow, now, by(person.id), "released", f"booking:{booking.public_id}")
            return replace(card, request=request, booking=booking)

        return await self.transactions.write(release)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireHolds:
    """A tick: tell those whose hold has ended. The slot was free from that moment, swept or not."""

    transactions: Transactions
    clock: Clock
    limit: int = 100

    async def __call__(self) -> int:
        now = self.clock.now()
        lapsed = await self.transactions.read(lambda uow: uow.bookings.lapsed(now, limit=self.limit))
        for booking in lapsed:
            with suppress(MovedOn):  # somebody changed it at this moment; the next tick looks again
                await self.transactions.write(partial(self._expire, booking=booking))
        return len(lapsed)

    def _expire(self, uow: UnitOfWork, *, booking: Booking) -> None:
        now = self.clock.now()
        card = uow.requests.card_by_id(booking.request_id, lock=True)
        current = uow.bookings.get(booking.id)
        if current.state is not BookingState.PENDING or current.holds_slot_at(now):
            return
        expire(uow, current, now, tell_client=True)
        redraw(uow, uow.requests.save(card.request), now)
