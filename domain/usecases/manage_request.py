"""A dietitian looks after a request that was sent: a new link for it, or withdraw it."""

from dataclasses import dataclass, replace

from domain.errors import MovedOn, NotYours
from domain.model.booking import BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian
from domain.model.request import Origin, RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.answer_request import return_waiting_credit
from domain.usecases.compose_request import Sent, issue_link
from domain.usecases.telling import by, record, redraw, tell


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
            return Sent(card=card, token=issue_link(uow, card.request, self.clock.now()))

        return await self.transactions.write(renew)


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
        now = self.clock.now()
        if card.booking is not None and card.booking.state is BookingState.PENDING:
            booking = uow.bookings.save(replace(card.booking, state=BookingState.CANCELLED, closed_at=now))
            record(uow, now, by(dietitian.person_id), "released", f"booking:{booking.public_id}")
        return_waiting_credit(uow, card, by(dietitian.person_id), "withdrawn", now)
        request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
        record(uow, now, by(dietitian.person_id), "withdrew", f"request:{public_id}")
        if card.client is not None:
            withdrawn = Notice(
                kind=NoticeKind.REQUEST_WITHDRAWN,
                to=card.client.id,
                key=f"withdrawn:{public_id}",
                request_id=request.id,
            )
            tell(uow, withdrawn, now)
        redraw(uow, request, now)
        return uow.requests.card_by_id(request.id)
