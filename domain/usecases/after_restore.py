"""A backup was brought back: nothing is said twice, and Paystack is asked what happened since."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from domain.model.charge import Charge, ChargeStatus
from domain.model.ids import OUR_REFERENCES
from domain.model.refund import ReportedRefund
from domain.model.restore import MARGIN, Restore
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork
from domain.usecases.elsewhere import in_words, tell_of_refund
from domain.usecases.follow_refund import FollowRefund
from domain.usecases.settle_payment import SettlePayment
from domain.usecases.telling import record, tell_admins

_PAGE = 100


def note_restore(uow: UnitOfWork, taken_at: datetime, now: datetime) -> None:
    """In the transaction that brings the rows back."""
    uow.restores.add(Restore(taken_at=taken_at, restored_at=now))
    messages, presses = uow.restores.hold_back(now)
    uow.restores.look_again(now)
    record(
        uow,
        now,
        "operator",
        "restored",
        "practice",
        taken_at=taken_at.isoformat(),
        messages=messages,
        presses=presses,
    )
    detail = {
        "what": "The practice was brought back from a backup",
        "As of": f"{taken_at:%Y-%m-%d %H:%M} UTC. What was booked or changed later is not known here",
        "Held back": f"{messages} messages and {presses} presses that may be done: /admin → Failed deliveries",
        "Deleted since": "whoever had their data deleted after the backup is back, and must be deleted again: this "
        "chat names each as person:NUMBER; on the server, dietdesk erase NUMBER",
        "Next": "Paystack is asked about every payment since; you are told of what does not fit",
    }
    tell_admins(uow, f"restored:{now.isoformat()}", now, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAboutTheGap:
    """Every payment and refund at Paystack since a backup that was brought back. A `GatewayError` where it can't be
    asked: what was found until then is kept, and asking again changes nothing of it."""

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway
    settle: SettlePayment
    follow_refund: FollowRefund

    async def __call__(self) -> None:
        for restore in await self.transactions.read(lambda uow: uow.restores.unasked()):
            since = restore.taken_at - MARGIN
            async for charge in self._charges(since):
                await self._charge(charge)
            async for refund in self._refunds(since):
                await self._refund(refund)
            await self.transactions.write(partial(self._asked, which=restore.id))

    def _asked(self, uow: UnitOfWork, *, which: int) -> None:
        uow.restores.asked(which, self.clock.now())

    async def _charges(self, since: datetime) -> AsyncIterator[Charge]:
        """Those that come in meanwhile push others onto the next page: seen twice, never missed."""
        number = 1
        while page := await self.gateway.list_transactions(page=number, per_page=_PAGE, after=since):
            for charge in page:
                yield charge
            number += 1

    async def _refunds(self, since: datetime) -> AsyncIterator[ReportedRefund]:
        number = 1
        while page := await self.gateway.list_refunds(page=number, per_page=_PAGE, after=since):
            for refund in page:
                yield refund
            number += 1

    async def _charge(self, charge: Charge) -> None:
        """Of other sellers' references on the same account we know nothing."""
        if charge.status is not ChargeStatus.SUCCESS or not charge.reference.startswith(OUR_REFERENCES):
            return
        settled = await self.settle(reference=charge.reference)
        if settled.payment is None:
            await self.transactions.write(lambda uow: self._unknown(uow, charge))

    def _unknown(self, uow: UnitOfWork, charge: Charge) -> None:
        """Asked for after the backup: whose it is, only the client and Paystack can say."""
        now = self.clock.now()
        detail = {
            "what": "A payment that these books don't know",
            "Reference": charge.reference,
            "Amount": in_words(charge.amount, charge.currency),
            "Paid": f"{charge.paid_at:%Y-%m-%d %H:%M} UTC" if charge.paid_at is not None else "not said",
            "Why": "it was asked for after the backup that was brought back. Nothing was booked for it here",
            "Next": "find the payer in Paystack's dashboard, and book for them or refund there",
        }
        tell_admins(uow, f"unknown-payment:{charge.reference}", now, detail)

    async def _refund(self, refund: ReportedRefund) -> None:
        """One of ours is followed; one that we don't know of is told, for what it paid for may stand here."""
        if refund.reference is None or not refund.reference.startswith(OUR_REFERENCES):
            return
        if await self.follow_refund(reference=refund.reference) is None:
            await self.transactions.write(lambda uow: self._unknown_refund(uow, refund))

    def _unknown_refund(self, uow: UnitOfWork, refund: ReportedRefund) -> None:
        payment = uow.payments.by_reference(refund.reference or "")
        tell_of_refund(uow, self.clock.now(), refund, payment)
