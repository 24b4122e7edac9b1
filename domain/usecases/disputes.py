"""A payer disputes a payment with their bank: an admin must answer within hours."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import record, tell_admins


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDispute:
    """What an event says of a dispute is kept on its payment, which marks the booking; the admins are told.

    Nigeria: 16 business hours to answer, or it is accepted by itself (Paystack support, disputes).
    """

    transactions: Transactions
    clock: Clock

    async def __call__(
        self,
        *,
        reference: str,
        status: str,
        due_at: datetime | None,
        resolution: str | None,
        again: bool = False,
    ) -> bool:
        """False where the payment is not ours. `again`: a reminder of it, told although nothing has changed."""

        def note(uow: UnitOfWork) -> bool:
            payment = uow.payments.by_reference(reference, lock=True)
            if payment is None:
                return False
            now = self.clock.now()
            if payment.dispute_resolution is not None and resolution is None:
                return True  # an older event that comes late
            due = due_at or payment.dispute_due_at
            standing = (status, due, resolution)
            known = (payment.dispute, payment.dispute_due_at, payment.dispute_resolution)
            if standing == known and not again:
                return True
            uow.payments.save(
                replace(
                    payment,
                    dispute=status,
                    dispute_due_at=due,
                    dispute_resolution=resolution,
                )
            )
            record(uow, now, "paystack", f"dispute {status}", f"payment:{reference}", resolution=resolution)
            detail = {
                "what": "A payment is disputed" if resolution is None else "A dispute is resolved",
                "payment": reference,
                "stands": status,
                "answer by": f"{due:%Y-%m-%d %H:%M} UTC" if due else "not named",
                "resolution": resolution or "none yet",
            }
            # a dispute can come back to where it stood before, with another time to answer
            mark = now if again else due
            key = f"dispute:{reference}:{status}:{resolution}:{mark.isoformat() if mark else ''}"
            tell_admins(uow, key, now, detail, payment_id=payment.id)
            return True

        return await self.transactions.write(note)
