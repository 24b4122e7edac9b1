"""Paystack in memory: it does what it is told to, deterministically, and can fail at the worst moment."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count
from typing import TypeVar

from domain.errors import ChargeNotFound, GatewayRefused, GatewayUnavailable
from domain.model.charge import Charge, ChargeStatus
from domain.model.refund import Bank, RefundState, ReportedRefund, ResolvedAccount

T = TypeVar("T")
PAID = frozenset({ChargeStatus.SUCCESS, ChargeStatus.REVERSED, ChargeStatus.REVERSAL_PENDING})


class CrashError(Exception):
    """The process dies here. What it had in memory is gone."""


class Fault(StrEnum):
    """What becomes of the next call."""

    AWAY = "away"  # not done, and no answer
    LOST = "lost"  # done, but the answer is lost
    CRASH = "crash"  # done, and then our process dies
    REFUSED = "refused"  # not done; final


@dataclass(slots=True, kw_only=True)
class Transaction:
    """What stands at Paystack under one reference. `seen` stays true whatever happens to the money later."""

    charge: Charge
    refunds: list[ReportedRefund] = field(default_factory=list)

    @property
    def paid(self) -> bool:
        return self.charge.status in PAID

    def standing(self) -> list[ReportedRefund]:
        return [one for one in self.refunds if one.status is not RefundState.FAILED]


class ScriptedPaystack:
    """`domain.ports.PaymentGateway`."""

    def __init__(self) -> None:
        self.transactions: dict[str, Transaction] = {}
        self.fault: Fault | None = None
        self.passing = 0  # calls that go well before the one that does not
        self._numbers = count(1000)

    async def initialize(
        self, *, reference: str, amount: int, currency: str, email: str, callback_url: str | None
    ) -> str:
        def make() -> str:
            charge = Charge(
                reference=reference,
                status=ChargeStatus.ABANDONED,
                amount=amount,
                currency=currency,
                domain="test",
                provider_id=next(self._numbers),
            )
            self.transactions[reference] = Transaction(charge=charge)
            return f"https://checkout.example.com/{reference}"

        return self._call(make)

    async def verify(self, reference: str) -> Charge:
        return self._call(lambda: self._find(reference).charge)

    async def refund(
        self, reference: str, *, amount: int | None = None, merchant_note: str | None = None
    ) -> ReportedRefund:
        return self._call(lambda: self._refund(self._find(reference), amount))

    async def fetch_refunds(self, transaction_id: int) -> list[ReportedRefund]:
        return self._call(lambda: list(self._by_number(transaction_id).refunds))

    async def retry_refund(
        self, refund_id: int, *, currency: str, account_number: str, bank_id: int
    ) -> ReportedRefund:
        def retry() -> ReportedRefund:
            at, place = self._refund_at(refund_id)
            if at.refunds[place].status is not RefundState.NEEDS_ATTENTION:
                raise GatewayRefused("this refund needs no account")
            return self.move_refund(refund_id, RefundState.PROCESSING)

        return self._call(retry)

    async def banks(self, currency: str = "NGN") -> list[Bank]:
        return self._call(lambda: [Bank(id=9, name="Guaranty Trust Bank", code="058")])

    async def resolve_account(self, *, account_number: str, bank_code: str) -> ResolvedAccount:
        return self._call(lambda: ResolvedAccount(number=account_number, name="AMINA BELLO"))

    # what people and banks do, not the program

    def report(self, reference: str, **fields: object) -> None:
        """What verify says from now on."""
        known = self.transactions[reference]
        known.charge = replace(known.charge, **fields)  # type: ignore[arg-type]

    def move_refund(self, refund_id: int, status: RefundState) -> ReportedRefund:
        at, place = self._refund_at(refund_id)
        at.refunds[place] = replace(at.refunds[place], status=status)
        return at.refunds[place]

    def _call(self, work: Callable[[], T]) -> T:
        if self.passing:
            self.passing -= 1
            return work()
        fault, self.fault = self.fault, None
        match fault:
            case Fault.AWAY:
                raise GatewayUnavailable("no answer")
            case Fault.REFUSED:
                raise GatewayRefused("no", code="unknown")
            case Fault.LOST:
                work()
                raise GatewayUnavailable("the answer was lost", maybe_done=True)
            case Fault.CRASH:
                work()
                raise CrashError
        return work()

    def _find(self, reference: str) -> Transaction:
        found = self.transactions.get(reference)
        if found is None:
            raise ChargeNotFound(reference)
        return found

    def _by_number(self, number: int) -> Transaction:
        return next(one for one in self.transactions.values() if one.charge.provider_id == number)

    def _refund_at(self, refund_id: int) -> tuple[Transaction, int]:
        return next(
            (at, place)
            for at in self.transactions.values()
            for place, one in enumerate(at.refunds)
            if one.id == refund_id
        )

    def _refund(self, at: Transaction, amount: int | None) -> ReportedRefund:
        """It has no idempotency key: only the amount that is left keeps a second one away."""
        wanted = at.charge.amount if amount is None else amount
        if not at.paid or sum(one.amount for one in at.standing()) + wanted > at.charge.amount:
            raise GatewayRefused("fully reversed", code="transaction_reversed")
        made = ReportedRefund(
            id=next(self._numbers),
            status=RefundState.PENDING,
            amount=wanted,
            currency=at.charge.currency,
            transaction_id=at.charge.provider_id,
            reference=at.charge.reference,
        )
        at.refunds.append(made)
        return made
