"""What was done at Paystack and not from here: an admin is told of it, and nothing is changed by itself."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import ChargeNotFound
from domain.model.payment import Payment
from domain.model.refund import Refund, RefundState, ReportedRefund
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.telling import record, tell_admins


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteElsewhere:
    """Each refund and each transfer is told once, however often its event comes."""

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway

    async def refund(self, *, reference: str) -> int:
        """Of the payment's refunds in Paystack's list those that these books don't know; how many there are.

        What the list does not have yet is found with the refund's next event.
        """
        found = await self.transactions.read(lambda uow: _with_refund(uow, reference))
        if found is None or _may_be_ours(found[1]):
            return 0
        payment, ours = found
        try:
            number = payment.provider_id or (await self.gateway.verify(reference)).provider_id
        except ChargeNotFound:
            return 0
        standing = await self.gateway.fetch_refunds(number) if number is not None else []
        strange = [one for one in standing if _is_strange(one, ours)]
        if strange:
            await self.transactions.write(lambda uow: self._tell(uow, payment, strange))
        return len(strange)

    def _tell(self, uow: UnitOfWork, payment: Payment, strange: list[ReportedRefund]) -> None:
        now = self.clock.now()
        for one in strange:
            tell_of_refund(uow, now, one, payment)

    async def rejected_transfer(self, *, key: str, number: str, amount: str, why: str) -> None:
        """Paystack names its own number of the transaction and no reference; it sends the money back."""
        subunits = int(amount) if amount.isascii() and amount.isdecimal() else None
        detail = {
            "what": "Paystack sent a bank transfer back",
            "Amount": in_words(subunits, "") if subunits is not None else "not said",
            "Why": why or "not said",
            "Transaction": number or "not said",
            "Next": "nothing was paid and nothing was booked for it. Its payer is named on Paystack's dashboard",
        }
        now = self.clock.now()
        await self.transactions.write(lambda uow: tell_admins(uow, f"transfer:{key}", now, detail))


def tell_of_refund(uow: UnitOfWork, now: datetime, refund: ReportedRefund, payment: Payment | None) -> None:
    """Once, whether its event or the questions after a restore come first: who made it, neither can say."""
    detail = {
        "what": "A refund that these books don't know",
        **({} if payment is not None else {"Reference": refund.reference or ""}),
        "Amount": in_words(refund.amount, refund.currency),
        "Stands": refund.status.value if refund.status is not None else "not said",
        "Why": "it was made at Paystack, or from here before a backup was brought back. Nothing was changed here: "
        "what was paid for stands as paid",
        "Next": "look at it with the dietitian; a refund asked for here finds the one that is there",
    }
    payment_id = payment.id if payment is not None else None
    if (
        tell_admins(uow, f"unknown-refund:{refund.id}", now, detail, payment_id=payment_id)
        and payment is not None
    ):
        subject = f"payment:{payment.reference}"
        record(uow, now, "paystack", "refunded elsewhere", subject, amount=refund.amount)


def in_words(subunits: int, currency: str) -> str:
    return f"{subunits // 100:,}.{subunits % 100:02} {currency}".rstrip()


def _with_refund(uow: UnitOfWork, reference: str) -> tuple[Payment, Refund | None] | None:
    payment = uow.payments.by_reference(reference)
    return None if payment is None else (payment, uow.refunds.of_payment(payment.id))


def _may_be_ours(refund: Refund | None) -> bool:
    """One that Paystack is being asked for has no number here yet."""
    return refund is not None and (refund.state is RefundState.REQUESTED or refund.provider_id is None)


def _is_strange(reported: ReportedRefund, ours: Refund | None) -> bool:
    """Where there is one of ours, what failed may have been its first try."""
    if ours is None:
        return True
    return reported.id != ours.provider_id and reported.status is not RefundState.FAILED
