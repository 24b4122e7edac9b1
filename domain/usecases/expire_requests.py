"""Requests that nobody answered in time."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from domain.errors import MovedOn
from domain.model.booking import BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome
from domain.model.request import Request, RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.book_slot import expire
from domain.usecases.telling import record, redraw, tell

MONEY_MAY_COME = timedelta(days=1)  # for a time that is held no more


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireRequests:
    """A tick: PENDING past its end -> EXPIRED, and both are told. Money that waits keeps it open, and so does a hold,
    until a day after its end: whoever paid at the last moment must not find it closed.

    Money that arrives after that goes back by itself: the request is closed.
    """

    transactions: Transactions
    clock: Clock
    limit: int = 100

    async def __call__(self) -> int:
        now = self.clock.now()
        overdue = await self.transactions.read(
            lambda uow: uow.requests.overdue(now, held_since=now - MONEY_MAY_COME, limit=self.limit)
        )
        for request in overdue:
            with suppress(MovedOn):  # somebody changed it at this moment; the next tick looks again
                await self.transactions.write(partial(self._expire, request=request))
        return len(overdue)

    def _expire(self, uow: UnitOfWork, *, request: Request) -> None:
        now = self.clock.now()
        card = uow.requests.card_by_id(request.id, lock=True)
        ends = card.request.expires_at
        if card.request.state is not RequestState.PENDING or ends is None or now < ends:
            return
        booking = card.booking
        held_until = booking.hold_until if booking is not None else None
        if held_until is not None and now < held_until + MONEY_MAY_COME:
            return
        if card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT:
            return
        if booking is not None and booking.state is BookingState.PENDING:
            expire(uow, booking, now, tell_client=False)  # they hear of the request
        closed = uow.requests.save(replace(card.request, state=RequestState.EXPIRED, decided_at=now))
        record(uow, now, "clock", "expired", f"request:{closed.public_id}")
        self._tell(uow, card)
        redraw(uow, closed, now)

    def _tell(self, uow: UnitOfWork, card: RequestCard) -> None:
        people = [card.dietitian.person_id]
        if card.client is not None:
            people.append(card.client.id)
        for person_id in people:
            expired = Notice(
                kind=NoticeKind.REQUEST_EXPIRED,
                to=person_id,
                key=f"lapsed:{card.request.public_id}:{person_id}",
                request_id=card.request.id,
            )
            tell(uow, expired, self.clock.now())
