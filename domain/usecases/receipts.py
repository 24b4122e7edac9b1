"""Receipts by e-mail, for who wants them: of each payment that was given value, and of each refund."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import Malformed
from domain.model.payment import Payment
from domain.model.people import Person
from domain.model.queue import Errand, OutboxItem
from domain.model.refund import Refund
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record


def send_receipt(uow: UnitOfWork, payment: Payment, now: datetime, *, refund: Refund | None = None) -> bool:
    """In the caller's transaction; False where the payer wants none, or it was sent before."""
    if not uow.people.get(payment.client_id).mail_receipts:
        return False
    item = OutboxItem(
        errand=Errand.RECEIPT,
        key=f"receipt:{payment.reference if refund is None else refund.public_id}",
        lane=f"mail:{payment.client_id}",
        payload={"payment_id": payment.id, "refund": refund is not None},
        due_at=now,
        created_at=now,
    )
    return uow.outbox.add(item)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantReceipts:
    """The person's own choice; it holds for payments from now on. `Malformed` where no mail could be sent."""

    transactions: Transactions
    clock: Clock
    mail_is_sent: bool

    async def __call__(self, *, person: Person, wanted: bool) -> Person:
        if wanted and not self.mail_is_sent:
            raise Malformed("This bot sends no e-mail, so no receipts either. Nothing has changed.")

        def change(uow: UnitOfWork) -> Person:
            changed = replace(uow.people.get(person.id), mail_receipts=wanted)
            uow.people.save(changed)
            record(uow, self.clock.now(), by(person.id), "set receipts", f"person:{person.id}", wanted=wanted)
            return changed

        return await self.transactions.write(change)
