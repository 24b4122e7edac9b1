"""The client answers a request: Approve, or Decline with an optional reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import MovedOn, NeedsConsent, NotYours
from domain.model.booking import BookingState
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome
from domain.model.people import Person, Role
from domain.model.request import Origin, Request, RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.freeing import free_again
from domain.usecases.refunding import give_back
from domain.usecases.suspending import must_take_new
from domain.usecases.telling import by, record, tell
from domain.usecases.welcome import must_be_welcome

REASON_LIMIT = 500


def clients_card(uow: UnitOfWork, person: Person, public_id: str, *, lock: bool) -> RequestCard:
    """The request as its client; `NotYours` for anybody else."""
    card = uow.requests.card(public_id, lock=lock)
    if person.telegram_id is None or card.role_of(person.telegram_id) is not Role.CLIENT:
        raise NotYours
    return card


def return_waiting_credit(uow: UnitOfWork, card: RequestCard, who: str, why: str, now: datetime) -> None:
    """A request that ends takes no money with it."""
    payment = card.payment
    if payment is not None and payment.outcome is MoneyOutcome.CREDIT:
        give_back(uow, payment, payment.arrived, by=who, why=why, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest:
    """The client wants it. Nothing is booked or paid yet; pressing again changes nothing."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str) -> RequestCard:
        def approve(uow: UnitOfWork) -> RequestCard:
            card = clients_card(uow, person, public_id, lock=True)
            if not person.has_consented:
                raise NeedsConsent
            if not card.request.is_open:
                raise MovedOn
            must_take_new(card.dietitian)
            must_be_welcome(uow, card)
            if card.request.agreed_at is not None:
                return card
            now = self.clock.now()
            ends = card.request.ends_after(now)
            request = uow.requests.save(replace(card.request, agreed_at=now, expires_at=ends))
            record(uow, now, by(person.id), "approved", f"request:{public_id}")
            return replace(card, request=request)

        return await self.transactions.write(approve)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRequest:
    """PENDING -> DECLINED; a hold is given back. The dietitian is told, with the reason if there is one.

    What the client began by themselves becomes CANCELLED, and nobody is told: nobody else has heard of it.
    """

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str, reason: str | None) -> RequestCard:
        return await self.transactions.write(lambda uow: self._decline(uow, person, public_id, reason))

    def _decline(self, uow: UnitOfWork, person: Person, public_id: str, reason: str | None) -> RequestCard:
        card = clients_card(uow, person, public_id, lock=True)
        if not card.request.is_open:
            raise MovedOn
        request = decline(uow, card, person, reason, self.clock.now())
        return uow.requests.card_by_id(request.id)


def decline(uow: UnitOfWork, card: RequestCard, person: Person, reason: str | None, now: datetime) -> Request:
    """An open request, in the caller's transaction, which has locked it."""
    public_id, own = card.request.public_id, card.request.origin is Origin.CLIENT
    if card.booking is not None and card.booking.state is BookingState.PENDING:
        booking = uow.bookings.save(replace(card.booking, state=BookingState.CANCELLED, closed_at=now))
        free_again(uow, booking, now)
        record(uow, now, by(person.id), "released", f"booking:{booking.public_id}")
    return_waiting_credit(uow, card, by(person.id), "cancelled" if own else "declined", now)
    if person.telegram_id is not None:
        uow.steps.clear(person.telegram_id)
    ended = replace(card.request, decided_at=now)
    if own:
        record(uow, now, by(person.id), "cancelled", f"request:{public_id}")
        return uow.requests.save(replace(ended, state=RequestState.CANCELLED))
    record(uow, now, by(person.id), "declined", f"request:{public_id}")
    _tell(uow, card, now)
    return uow.requests.save(replace(ended, state=RequestState.DECLINED, decline_reason=reason))


def _tell(uow: UnitOfWork, card: RequestCard, now: datetime) -> None:
    declined = Notice(
        kind=NoticeKind.REQUEST_DECLINED,
        to=card.dietitian.person_id,
        key=f"declined:{card.request.public_id}",
        request_id=card.request.id,
    )
    tell(uow, declined, now)
