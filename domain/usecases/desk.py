"""The admin's desk: money that needs a person, bookings without a link, the ledger, what happened to a record.

Every use case here is for admins alone; `handlers.rights` says so and the router asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import MovedOn, NotYours
from domain.model.audit import AuditEntry
from domain.model.job import Job
from domain.model.ledger import LedgerMove
from domain.model.overview import OfficeFacts
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import Person
from domain.model.refund import Refund
from domain.model.views import Page, RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.refunding import give_back
from domain.usecases.telling import by

PAGE_SIZE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCard:
    """A payment with what became of it."""

    payment: Payment
    card: RequestCard
    refund: Refund | None
    moves: list[LedgerMove]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    transactions: Transactions
    clock: Clock

    async def counts(self) -> tuple[OfficeFacts, Sequence[Job]]:
        """What waits, and the jobs that do not run as they should."""

        def count(uow: UnitOfWork) -> tuple[OfficeFacts, Sequence[Job]]:
            now = self.clock.now()
            unwell = [job for job in uow.jobs.all() if not job.is_well_at(now)]
            return uow.overviews.of_office(now), unwell

        return await self.transactions.read(count)

    async def money(self, *, number: int) -> Page[Payment]:
        return await self.transactions.read(
            lambda uow: uow.payments.needing_person(number=number, size=PAGE_SIZE)
        )

    async def payment(self, *, reference: str) -> PaymentCard:
        return await self.transactions.read(lambda uow: _payment_card(uow, reference))

    async def without_link(self, *, number: int) -> Page[RequestCard]:
        now = self.clock.now()
        return await self.transactions.read(
            lambda uow: uow.bookings.without_link(now, number=number, size=PAGE_SIZE)
        )

    async def history(self, *, reference: str) -> list[AuditEntry]:
        """Everything that was done to a payment, its request and its booking, oldest first; not who looked."""

        def look(uow: UnitOfWork) -> list[AuditEntry]:
            card = _payment_card(uow, reference)
            records = [f"payment:{reference}", f"request:{card.card.request.public_id}"]
            if card.card.booking is not None:
                records.append(f"booking:{card.card.booking.public_id}")
            if card.refund is not None:
                records.append(f"refund:{card.refund.public_id}")
            entries = [entry for record in records for entry in uow.audit.of(record) if not entry.is_look]
            return sorted(entries, key=lambda entry: (entry.at, entry.id))

        return await self.transactions.read(look)

    async def ledger(self) -> list[tuple[LedgerMove, str]]:
        """Every move with its payment's reference."""

        return await self.transactions.read(lambda uow: uow.ledger.named())

    async def refund(self, *, person: Person, reference: str) -> PaymentCard:
        """Give a quarantined payment or a waiting credit back."""

        def give(uow: UnitOfWork) -> PaymentCard:
            payment = uow.payments.by_reference(reference, lock=True)
            if payment is None:
                raise NotYours
            waiting = payment.outcome in {MoneyOutcome.QUARANTINE, MoneyOutcome.CREDIT}
            if payment.state is not PaymentState.SUCCEEDED or not waiting or payment.arrived == 0:
                raise MovedOn
            if uow.refunds.of_payment(payment.id, lock=True) is not None:
                raise MovedOn  # it failed once: that one is tried again, there is never a second
            now = self.clock.now()
            give_back(uow, payment, payment.arrived, by=by(person.id), why="an admin gave it back", now=now)
            return _payment_card(uow, reference)

        return await self.transactions.write(give)


def _payment_card(uow: UnitOfWork, reference: str) -> PaymentCard:
    payment = uow.payments.by_reference(reference)
    if payment is None:
        raise NotYours
    return PaymentCard(
        payment=payment,
        card=uow.requests.card_by_id(payment.request_id),
        refund=uow.refunds.of_payment(payment.id),
        moves=uow.ledger.of_payment(payment.id),
    )
