"""A dietitian looks after a request that was sent: a new link for it, a reminder, or withdraw it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.booking import BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian
from domain.model.request import Origin, RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.allowance import NEW_LINKS, spend
from domain.usecases.answer_request import return_waiting_credit
from domain.usecases.freeing import free_again
from domain.usecases.send_request import Sent, issue_link
from domain.usecases.suspending import must_take_new
from domain.usecases.telling import by, record, redraw, tell

REMINDED = "reminded"
BETWEEN_REMINDERS = timedelta(days=1)


def own_request(uow: UnitOfWork, dietitian: Dietitian, public_id: str, *, lock: bool) -> RequestCard:
    """A request as its dietitian; `NotYours` for anybody else."""
    card = uow.requests.card(public_id, lock=lock)
    clients_alone = card.request.origin is Origin.CLIENT and card.request.sent_at is None
    if card.dietitian.id != dietitian.id or clients_alone:
        raise NotYours
    return card


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewLink:
    """Another one-time link for a client who has not come yet; the older links stay as good as they were."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str) -> Sent:
        def renew(uow: UnitOfWork) -> Sent:
            card = own_request(uow, dietitian, public_id, lock=True)
            reached = card.client is not None and card.client.can_be_written_to
            if card.request.state is not RequestState.PENDING or reached:
                raise MovedOn
            must_take_new(card.dietitian)
            now = self.clock.now()
            spend(uow, NEW_LINKS, dietitian.person_id, now)
            return Sent(card=card, token=issue_link(uow, card.request, now))

        return await self.transactions.write(renew)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindClient:
    """Of a request that was not answered yet, or not gone on with; once a day at most.

    Whether it still waits is decided once more when the words go out.
    """

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str) -> RequestCard:
        """`TooLate` within a day of the last, `MovedOn` where there is nothing to remind of or nobody to reach."""
        return await self.transactions.write(lambda uow: self._remind(uow, dietitian, public_id))

    def _remind(self, uow: UnitOfWork, dietitian: Dietitian, public_id: str) -> RequestCard:
        now = self.clock.now()
        card = own_request(uow, dietitian, public_id, lock=True)
        reached = card.client is not None and card.client.can_be_written_to
        held = card.booking is not None and card.booking.holds_slot_at(now)
        if card.request.state is not RequestState.PENDING or card.client is None or not reached or held:
            raise MovedOn
        must_take_new(card.dietitian)
        record_of = f"request:{public_id}"
        before = [entry.at for entry in uow.audit.of(record_of) if entry.action == REMINDED]
        if before and now < max(before) + BETWEEN_REMINDERS:
            raise TooLate("They were reminded less than a day ago. You can remind them once a day.")
        record(uow, now, by(dietitian.person_id), REMINDED, record_of)
        waiting = Notice(
            kind=NoticeKind.REQUEST_WAITING,
            to=card.client.id,
            key=f"nudge:{public_id}:{len(before) + 1}",
            request_id=card.request.id,
            detail={"by": "dietitian"},
        )
        tell(uow, waiting, now)
        return card


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest:
    """PENDING -> CANCELLED; a hold is given back and the client is told. Not once it is paid for."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str) -> RequestCard:
        return await self.transactions.write(lambda uow: self._withdraw(uow, dietitian, public_id))

    def _withdraw(self, uow: UnitOfWork, dietitian: Dietitian, public_id: str) -> RequestCard:
        card = own_request(uow, dietitian, public_id, lock=True)
        if card.request.state is RequestState.CANCELLED:
            return card
        if card.request.state is not RequestState.PENDING:
            raise MovedOn
        return withdraw(uow, card, by(dietitian.person_id), self.clock.now())


def withdraw(
    uow: UnitOfWork, card: RequestCard, actor: str, now: datetime, *, told: bool = True
) -> RequestCard:
    """An open request -> CANCELLED, in the caller's transaction, which has locked it. `told`: the client."""
    public_id = card.request.public_id
    if card.booking is not None and card.booking.state is BookingState.PENDING:
        booking = uow.bookings.save(replace(card.booking, state=BookingState.CANCELLED, closed_at=now))
        free_again(uow, booking, now)
        record(uow, now, actor, "released", f"booking:{booking.public_id}")
    return_waiting_credit(uow, card, actor, "withdrawn", now)
    request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
    record(uow, now, actor, "withdrew", f"request:{public_id}")
    if card.client is not None and told:
        withdrawn = Notice(
            kind=NoticeKind.REQUEST_WITHDRAWN,
            to=card.client.id,
            key=f"withdrawn:{public_id}",
            request_id=request.id,
        )
        tell(uow, withdrawn, now)
    redraw(uow, request, now)
    return uow.requests.card_by_id(request.id)
