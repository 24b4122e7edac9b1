"""The transactions of one integration: opened, paid, declined."""

import itertools
import secrets

from sandbox.paystack import refusals
from sandbox.paystack.initialize import Order
from sandbox.paystack.model import Clock, Status, Transaction


def published_fee(amount: int) -> int:
    """Paystack's price for Nigerian payments: 1.5 % + ₦100 (waived under ₦2,500), at most ₦2,000. In kobo."""
    flat = 10_000 if amount >= 250_000 else 0
    return min((amount * 15 + 500) // 1000 + flat, 200_000)


class Ledger:
    def __init__(self, *, clock: Clock, domain: str) -> None:
        self.transactions: list[Transaction] = []
        self.domain = domain
        self.customer_bears_fees = False
        self._clock = clock
        self._ids = itertools.count(5_677_225_640, 17)  # past 32 bits, as the real ones are
        self._customers: dict[str, int] = {}

    def open(self, order: Order) -> Transaction:
        """A reference is taken for ever, whatever became of it."""
        reference = order.reference or secrets.token_hex(5)
        if self.find(reference) is not None:
            raise refusals.duplicate_reference()
        transaction = Transaction(
            id=next(self._ids),
            domain=self.domain,
            reference=reference,
            access_code=secrets.token_hex(8)[:15],
            email=order.email,
            customer_id=self._customers.setdefault(order.email, 181_873_746 + len(self._customers)),
            requested=order.amount,
            amount=order.amount,
            currency=order.currency,
            metadata=order.metadata,
            callback_url=order.callback_url,
            created_at=self._clock.now(),
            channels=order.channels,
            label=order.label,
        )
        self.transactions.append(transaction)
        return transaction

    def find(self, reference: str) -> Transaction | None:
        return next((each for each in self.transactions if each.reference == reference), None)

    def by_id(self, transaction_id: str) -> Transaction | None:
        return next((each for each in self.transactions if str(each.id) == transaction_id), None)

    def by_access_code(self, access_code: str) -> Transaction | None:
        return next((each for each in self.transactions if each.access_code == access_code), None)

    def pay(
        self, transaction: Transaction, *, channel: str, amount: int | None, currency: str | None
    ) -> None:
        """ValueError where it is paid already: Paystack does not take money twice for one reference."""
        if transaction.paid:
            raise ValueError(f"{transaction.reference} is paid already")
        paid = transaction.requested if amount is None else amount
        transaction.fees = published_fee(paid)
        transaction.amount = paid + transaction.fees if self.customer_bears_fees else paid
        transaction.currency = currency or transaction.currency
        transaction.channel = channel
        transaction.status = Status.SUCCESS
        transaction.gateway_response = "Successful" if channel == "card" else "Approved"
        transaction.paid_at = self._clock.now()
        transaction.pay_at = None

    def decline(self, transaction: Transaction) -> None:
        transaction.status = Status.FAILED
        transaction.gateway_response = "Transaction declined. Please use the test card."
