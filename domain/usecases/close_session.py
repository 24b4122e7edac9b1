"""How a session ended: held, the client did not come, or the dietitian was not there. Nothing of it by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import MovedOn, NotYours, SlotTaken, TooLate
from domain.model.attendance import (
    ANSWER_WITHIN,
    answer_until,
    can_be_held,
    can_be_missed,
    can_be_taken_back,
)
from domain.model.booking import Booking, BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome
from domain.model.people import Person, Role
from domain.model.request import RequestState
from domain.model.views import Page, RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.attend import TAKEN_BACK, close_by_itself, held
from domain.usecases.change_booking import follow_in_calendar
from domain.usecases.confirming import announce, invite
from domain.usecases.refunding import give_back
from domain.usecases.reminding import call_off
from domain.usecases.telling import by, record, redraw, tell, tell_admins

PAGE_SIZE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """By its dietitian; by an admin where that stayed unclear. `NotYours` for everybody else.

    Doing again what is done changes nothing; `MovedOn` where something else was done, `TooLate` where it is too
    early.
    """

    transactions: Transactions
    clock: Clock
    admin_ids: frozenset[int]

    async def took_place(self, *, person: Person, public_id: str, late: bool = False) -> RequestCard:
        """`late`: they came late, and it was held all the same."""

        def close(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
            if booking.state is BookingState.COMPLETED:
                return
            _require(booking, can_be_held(booking, now), "The session is not over yet.")
            held(uow, card, booking, now, actor=by(person.id), late=late)

        return await self._do(person, public_id, close)

    async def missed(self, *, person: Person, public_id: str) -> RequestCard:
        """The client did not come: nothing comes back, and they are told so."""

        def close(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
            if booking.state is BookingState.NO_SHOW:
                return
            _require(booking, can_be_missed(booking, now), "Give them 10 minutes from the start.")
            closed = uow.bookings.save(replace(booking, state=BookingState.NO_SHOW, closed_at=now))
            record(uow, now, by(person.id), "not attended", f"booking:{closed.public_id}")
            self._tell_missed(uow, card, closed, now)
            self._doubt(uow, card, closed, now)

        return await self._do(person, public_id, close)

    async def absent(self, *, person: Person, public_id: str, rev: int) -> RequestCard:
        """The dietitian was not there: the client has all of it back."""

        def close(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
            _require(
                booking, now >= booking.start, "The session has not begun; until then you can cancel it."
            )
            if card.request.rev != rev:
                raise MovedOn
            self._give_all_back(uow, person, card, booking, now)

        return await self._do(person, public_id, close)

    async def take_back(self, *, person: Person, public_id: str) -> RequestCard:
        """What was said of how it ended, for a day; it is open again."""

        def reopen(uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
            if booking.state is BookingState.CONFIRMED:
                return
            if not can_be_taken_back(booking, now):
                raise TooLate("That can no longer be taken back; 24 hours are over.")
            was = booking.state
            try:
                opened = uow.bookings.save(
                    replace(booking, state=BookingState.CONFIRMED, closed_at=None, came_late=False)
                )
            except SlotTaken:
                raise TooLate(_TAKEN) from None
            record(uow, now, by(person.id), TAKEN_BACK, f"booking:{opened.public_id}", was=was.value)
            close_by_itself(uow, opened, now, due_at=answer_until(opened, now), again=f":{opened.rev}")
            if was is BookingState.NO_SHOW:
                self._tell_missed(uow, card, opened, now)

        return await self._do(person, public_id, reopen)

    async def unclear(self, *, number: int) -> Page[RequestCard]:
        """For the admins: somebody tapped that the other was not there, and the dietitian has let their time pass."""
        before = self.clock.now() - ANSWER_WITHIN
        return await self.transactions.read(
            lambda uow: uow.bookings.unclear(before, number=number, size=PAGE_SIZE)
        )

    async def card(self, *, person: Person, public_id: str) -> RequestCard:
        """For those who may decide."""
        card = await self.transactions.read(lambda uow: uow.requests.card(public_id))
        if not self._may(person, card):
            raise NotYours
        return card

    async def _do(
        self,
        person: Person,
        public_id: str,
        change: Callable[[UnitOfWork, RequestCard, Booking, datetime], None],
    ) -> RequestCard:
        def write(uow: UnitOfWork) -> RequestCard:
            card = uow.requests.card(public_id, lock=True)
            booking = card.booking
            if not self._may(person, card):
                raise NotYours
            if booking is None or booking.state in _NO_SESSION:
                raise MovedOn
            change(uow, card, booking, self.clock.now())
            return uow.requests.card_by_id(card.request.id)

        return await self.transactions.write(write)

    def _may(self, person: Person, card: RequestCard) -> bool:
        if person.telegram_id is None:
            return False
        return card.role_of(person.telegram_id) is Role.DIETITIAN or person.telegram_id in self.admin_ids

    def _give_all_back(
        self, uow: UnitOfWork, person: Person, card: RequestCard, booking: Booking, now: datetime
    ) -> None:
        payment = card.payment
        if payment is None or payment.outcome is not MoneyOutcome.VALUE:
            raise MovedOn
        closed = uow.bookings.save(
            replace(booking, state=BookingState.CANCELLED, closed_at=now, sequence=booking.sequence + 1)
        )
        request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
        record(uow, now, by(person.id), "not held", f"booking:{closed.public_id}")
        record(uow, now, by(person.id), "not held", f"request:{request.public_id}")
        amount = payment.arrived
        announce(uow, card, payment, NoticeKind.NOT_HELD, now, booking=closed, detail={"back": str(amount)})
        invite(uow, closed, now, beside=NoticeKind.NOT_HELD)
        both = (closed.client_id, card.dietitian.person_id)
        call_off(uow, closed, both, now, why="the session was not held")
        follow_in_calendar(uow, closed, now)
        give_back(uow, payment, amount, by=by(person.id), why="the dietitian was not there", now=now)
        redraw(uow, request, now)

    def _tell_missed(self, uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
        """What was noted, or that it was taken back: by where it stands when it is sent."""
        told = Notice(
            kind=NoticeKind.SESSION_MISSED,
            to=booking.client_id,
            key=f"missed:{booking.public_id}:{booking.rev}",
            request_id=card.request.id,
            booking_id=booking.id,
            detail={"state": booking.state.value},
        )
        tell(uow, told, now)

    def _doubt(self, uow: UnitOfWork, card: RequestCard, booking: Booking, now: datetime) -> None:
        """The client had tapped that they were there, or that nobody else was: the admins hear of both."""
        theirs = uow.attendances.of(booking.id).get(Role.CLIENT)
        if theirs is None or (theirs.here_at is None and theirs.alone_at is None):
            return
        said = [
            f"{word} {at:%H:%M} UTC"
            for word, at in (("late", theirs.late_at), ("here", theirs.here_at), ("alone", theirs.alone_at))
            if at
        ]
        detail = {
            "what": "A session was called a no-show, although the client had tapped that they were there",
            "booking": booking.public_id,
            "started": f"{booking.start:%Y-%m-%d %H:%M} UTC",
            "client tapped": ", ".join(said),
        }
        payment_id = card.payment.id if card.payment is not None else None
        key = f"doubt:{booking.public_id}:{booking.rev}"
        tell_admins(uow, key, now, detail, payment_id=payment_id)


_TAKEN = (
    "That can no longer be taken back: its time has been taken by another session since. Nothing has changed."
)
_NO_SESSION = frozenset({BookingState.PENDING, BookingState.CANCELLED, BookingState.EXPIRED})


def _require(booking: Booking, is_time: bool, words: str) -> None:  # noqa: FBT001 - read where it is called
    """`MovedOn` where it was closed otherwise."""
    if booking.state is not BookingState.CONFIRMED:
        raise MovedOn
    if not is_time:
        raise TooLate(words)
