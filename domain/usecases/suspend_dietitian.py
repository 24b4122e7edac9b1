"""An admin suspends a dietitian, or lets them go on. What is booked and paid goes on either way."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from domain.errors import MovedOn, NotYours
from domain.model.booking import Booking, BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.freeing import free_again, more_time
from domain.usecases.telling import by, record, redraw, tell

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendDietitian:
    """For admins alone; `handlers.rights` says so and the router asks.

    Pressing again does no more than what the first press was kept from, where the process died over it.
    """

    transactions: Transactions
    clock: Clock

    async def suspend(self, *, admin: Person, public_id: str, reason: str | None) -> Dietitian:
        """Times held and not paid are given back: who held one is told. The Pay buttons in the clients' chats go."""
        return await self._set(admin, public_id, suspended=True, detail={"reason": reason} if reason else {})

    async def close(self, *, admin: Person, public_id: str) -> Dietitian:
        """The same for who asked to leave, in other words."""
        return await self._set(admin, public_id, suspended=True, detail={"leaves": "yes"})

    async def reinstate(self, *, admin: Person, public_id: str) -> Dietitian:
        return await self._set(admin, public_id, suspended=False, detail={})

    async def _set(
        self, admin: Person, public_id: str, *, suspended: bool, detail: dict[str, str]
    ) -> Dietitian:
        dietitian, changed = await self.transactions.write(
            lambda uow: self._mark(uow, admin, public_id, suspended=suspended, detail=detail)
        )
        if not changed and not suspended:
            return dietitian  # holds that a suspension should have given up do harm; a screen redrawn late does none
        payable = await self.transactions.read(lambda uow: uow.requests.payable_of(dietitian.id))
        for request_id in payable:  # one by one: a request is locked before its dietitian, never after
            await self.transactions.write(partial(self._redraw, admin=admin, request_id=request_id))
        return dietitian

    def _mark(
        self, uow: UnitOfWork, admin: Person, public_id: str, *, suspended: bool, detail: dict[str, str]
    ) -> tuple[Dietitian, bool]:
        known = uow.dietitians.by_public_id(public_id)
        if known is None:
            raise NotYours
        current = uow.dietitians.lock(known.id)
        if not current.active:
            raise MovedOn
        if (current.suspended_at is not None) is suspended:
            return current, False
        now = self.clock.now()
        changed = replace(current, suspended_at=now if suspended else None)
        uow.dietitians.save(changed)
        if not suspended:
            more_time(uow, changed.id, now)
        action, kind = (
            ("suspended", NoticeKind.SUSPENDED) if suspended else ("reinstated", NoticeKind.REINSTATED)
        )
        record(uow, now, by(admin.id), action, f"dietitian:{public_id}", **detail)
        told = Notice(
            kind=kind,
            to=changed.person_id,
            key=f"{kind.value}:{public_id}:{now.isoformat()}",
            detail=detail,
        )
        tell(uow, told, now)
        return changed, True

    def _redraw(self, uow: UnitOfWork, *, admin: Person, request_id: int) -> None:
        now = self.clock.now()
        card = uow.requests.card_by_id(request_id, lock=True)
        if not card.request.is_open:
            return  # paid or ended meanwhile
        if (
            card.booking is not None
            and card.booking.state is BookingState.PENDING
            and not card.dietitian.takes_new
        ):
            booking = uow.bookings.save(replace(card.booking, state=BookingState.CANCELLED, closed_at=now))
            free_again(uow, booking, now)
            record(uow, now, by(admin.id), "released", f"booking:{booking.public_id}", why="suspended")
            self._tell(uow, booking, now)
        redraw(uow, uow.requests.save(card.request), now)

    def _tell(self, uow: UnitOfWork, booking: Booking, now: datetime) -> None:
        given_back = Notice(
            kind=NoticeKind.HOLD_SUSPENDED,
            to=booking.client_id,
            key=f"holdsuspended:{booking.public_id}",
            request_id=booking.request_id,
            booking_id=booking.id,
        )
        tell(uow, given_back, now)
