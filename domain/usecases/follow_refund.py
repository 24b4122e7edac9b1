"""Where a refund stands is asked of Paystack: after an event about it, and from time to time."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from domain.errors import GatewayError
from domain.model.payment import Payment
from domain.model.refund import Refund, RefundState, next_look
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.refunding import follow


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRefund:
    """Ask Paystack where a payment's refund stands: after an event, or because it is time to."""

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway

    async def __call__(self, *, reference: str) -> Refund | None:
        """None where we know of no such payment, or of no refund of it."""
        found = await self.transactions.read(lambda uow: self._find(uow, reference))
        if found is None:
            return None
        refund, payment = found
        if payment.provider_id is None or refund.state is RefundState.REQUESTED:
            return refund
        reports = await self.gateway.fetch_refunds(payment.provider_id)
        report = next((one for one in reports if one.id == refund.provider_id), None)
        if report is None:
            return await self.transactions.write(lambda uow: self._later(uow, refund.id))
        return await self.transactions.write(lambda uow: follow(uow, refund.id, report, self.clock.now()))

    def _find(self, uow: UnitOfWork, reference: str) -> tuple[Refund, Payment] | None:
        payment = uow.payments.by_reference(reference)
        if payment is None:
            return None
        refund = uow.refunds.of_payment(payment.id)
        return None if refund is None else (refund, payment)

    def _later(self, uow: UnitOfWork, refund_id: int) -> Refund:
        refund = uow.refunds.get(refund_id)
        refund = uow.refunds.of_payment(refund.payment_id, lock=True) or refund
        now = self.clock.now()
        return uow.refunds.save(replace(refund, next_check_at=next_look(refund.created_at, now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRefunds:
    """A tick: ask about refunds under way. One that cannot be asked about now is asked about a minute later."""

    transactions: Transactions
    clock: Clock
    follow_refund: FollowRefund
    limit: int = 20

    async def __call__(self) -> None:
        now = self.clock.now()

        def due(uow: UnitOfWork) -> list[str]:
            refunds = uow.refunds.due_for_check(now, limit=self.limit)
            return [uow.payments.get(refund.payment_id).reference for refund in refunds]

        for reference in await self.transactions.read(due):
            try:
                await self.follow_refund(reference=reference)
            except GatewayError:
                await self.transactions.write(partial(self._postpone, reference=reference))

    def _postpone(self, uow: UnitOfWork, *, reference: str) -> None:
        payment = uow.payments.by_reference(reference)
        refund = uow.refunds.of_payment(payment.id, lock=True) if payment is not None else None
        if refund is not None:
            later = self.clock.now() + timedelta(minutes=1)
            uow.refunds.save(replace(refund, next_check_at=later))
