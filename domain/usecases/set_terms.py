"""A dietitian changes the cancellation terms, and how long a client may take to answer.

What is booked keeps the terms that were shown for it, and what was sent the time that it was sent with.
"""

from dataclasses import dataclass, replace

from domain.errors import Malformed
from domain.model.people import Dietitian
from domain.model.practice import HOURS_A_YEAR, LONGEST_WAIT
from domain.model.terms import ALL
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTerms:
    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, free_hours: int, late_refund_percent: int) -> Dietitian:
        if not 0 <= free_hours <= HOURS_A_YEAR or not 0 <= late_refund_percent <= ALL:
            raise Malformed("The free hours are 0 to 8760, the part refunded after that 0 to 100 percent.")

        def change(uow: UnitOfWork) -> Dietitian:
            now = self.clock.now()
            current = uow.dietitians.lock(dietitian.id)
            changed = replace(current, free_hours=free_hours, late_refund_percent=late_refund_percent)
            uow.dietitians.save(changed)
            record(
                uow,
                now,
                by(dietitian.person_id),
                "changed terms",
                f"dietitian:{dietitian.public_id}",
                free_hours=free_hours,
                late_refund_percent=late_refund_percent,
            )
            return changed

        return await self.transactions.write(change)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRequestDays:
    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, days: int) -> Dietitian:
        if not 1 <= days <= LONGEST_WAIT:
            raise Malformed(f"A client has 1 to {LONGEST_WAIT} days to answer.")

        def change(uow: UnitOfWork) -> Dietitian:
            changed = replace(uow.dietitians.lock(dietitian.id), request_days=days)
            uow.dietitians.save(changed)
            subject = f"dietitian:{dietitian.public_id}"
            record(uow, self.clock.now(), by(dietitian.person_id), "changed request days", subject, days=days)
            return changed

        return await self.transactions.write(change)
