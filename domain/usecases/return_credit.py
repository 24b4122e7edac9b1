"""Money that waits for the client's choice goes back: because they ask for it, or after a week."""

from dataclasses import dataclass, replace

from domain.errors import MovedOn
from domain.model.payment import MoneyOutcome, Payment
from domain.model.people import Person
from domain.model.request import RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.answer_request import clients_card, return_waiting_credit
from domain.usecases.telling import by, record, redraw


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCredit:
    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, public_id: str) -> RequestCard:
        """The client's press. A second one shows what the first began."""

        def give(uow: UnitOfWork) -> RequestCard:
            card = clients_card(uow, person, public_id, lock=True)
            if card.payment is None or card.payment.outcome is not MoneyOutcome.CREDIT:
                raise MovedOn
            self._give(uow, card, card.payment, by(person.id), "asked for a refund")
            return uow.requests.card(public_id)

        return await self.transactions.write(give)

    async def lapsed(self, *, payment_id: int) -> bool:
        """A week without an answer. False: the client chose meanwhile."""

        def give(uow: UnitOfWork) -> bool:
            payment = uow.payments.get(payment_id)
            card = uow.requests.card_by_id(payment.request_id, lock=True)
            payment = uow.payments.by_reference(payment.reference, lock=True) or payment
            if payment.outcome is not MoneyOutcome.CREDIT:
                return False
            self._give(uow, card, payment, "clock", "no answer within a week")
            return True

        return await self.transactions.write(give)

    def _give(self, uow: UnitOfWork, card: RequestCard, payment: Payment, who: str, why: str) -> None:
        now = self.clock.now()
        return_waiting_credit(uow, replace(card, payment=payment), who, why, now)
        if not card.request.is_open:
            return
        request = uow.requests.save(replace(card.request, state=RequestState.CANCELLED, decided_at=now))
        record(uow, now, who, "cancelled", f"request:{request.public_id}", why=why)
        redraw(uow, request, now)
