"""Receipts by e-mail, for who wants them: of each payment that was given value, and of each refund."""

from datetime import datetime

from domain.model.payment import Payment
from domain.model.queue import Errand, OutboxItem
from domain.model.refund import Refund
from domain.ports import UnitOfWork


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
