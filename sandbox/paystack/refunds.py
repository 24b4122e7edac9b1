"""Refunds: pending, then processing, then what `outcome` says; every step told by a webhook."""

import itertools

from sandbox.paystack import banks, events, refusals
from sandbox.paystack.initialize import read_amount
from sandbox.paystack.ledger import Ledger
from sandbox.paystack.model import Clock, Json, Refund, RefundStatus, Status, Transaction
from sandbox.paystack.refusals import RefusedError
from sandbox.paystack.schedule import Schedule
from sandbox.paystack.webhooks import WebhookSender

_KNOWN = frozenset(["transaction", "amount", "currency", "customer_note", "merchant_note"])


class Refunds:
    """`seconds` from request to outcome on the sandbox's clock; None: only `finish` moves a refund."""

    def __init__(self, *, clock: Clock, ledger: Ledger, schedule: Schedule, webhooks: WebhookSender) -> None:
        self.all: list[Refund] = []
        self.seconds: float | None = 4.0
        self.outcome = RefundStatus.PROCESSED
        self.partial_refund_leaves = Status.REVERSED
        self._clock = clock
        self._ledger = ledger
        self._schedule = schedule
        self._webhooks = webhooks
        self._ids = itertools.count(3_018_284)

    def create(self, body: Json) -> Refund:
        """Not idempotent, as Paystack's is not: the same call twice is two refunds."""
        if unknown := body.keys() - _KNOWN:
            raise refusals.unknown_parameters(set(unknown))
        transaction = self._named(body.get("transaction"))
        amount = self._refundable(transaction, body)
        note = f"Refund for transaction {transaction.reference}"
        now = self._clock.now()
        refund = Refund(
            id=next(self._ids),
            transaction=transaction,
            amount=amount,
            customer_note=body.get("customer_note") or note,
            merchant_note=body.get("merchant_note") or f"{note} by sandbox@example.com",
            created_at=now,
            updated_at=now,
        )
        self.all.append(refund)
        transaction.status = Status.REVERSAL_PENDING
        self._webhooks.send(events.refund_event(refund))
        self._progress(refund, outcome=None)
        return refund

    def get(self, refund_id: str) -> Refund:
        found = next((each for each in self.all if str(each.id) == refund_id), None)
        if found is None:
            raise RefusedError("Refund not found", code="refund_not_found", status=404)
        return found

    def retry(self, refund_id: str, body: Json) -> Refund:
        """Only for `needs-attention`, with the account the money shall go to instead."""
        refund = self.get(refund_id)
        if refund.status is not RefundStatus.NEEDS_ATTENTION:
            raise RefusedError('Invalid Refund state, refund status should be "needs-attention"', status=422)
        details = body.get("refund_account_details")
        if not isinstance(details, dict) or details.keys() != {"currency", "account_number", "bank_id"}:
            raise refusals.missing("refund_account_details")
        if not banks.bank_exists(str(details["bank_id"])):
            raise RefusedError("Invalid bank_id", code="invalid_bank_id")
        self._move(refund, RefundStatus.PROCESSING)
        self._progress(refund, outcome=RefundStatus.PROCESSED)
        return refund

    def finish(self, refund: Refund, outcome: RefundStatus | None = None) -> None:
        """Take an open refund to its end now; `outcome` None: the one this sandbox is set to."""
        if refund.status is RefundStatus.PENDING:
            self._move(refund, RefundStatus.PROCESSING)
        if refund.status is RefundStatus.PROCESSING:
            self._move(refund, outcome or self.outcome)

    def _named(self, named: object) -> Transaction:
        if named in (None, ""):
            raise refusals.missing("Transaction")
        found = self._ledger.find(str(named)) or self._ledger.by_id(str(named))
        if found is None or not found.paid:
            raise refusals.transaction_not_found("Transaction not found", status=404)
        return found

    def _refundable(self, transaction: Transaction, body: Json) -> int:
        if body.get("currency", transaction.currency) != transaction.currency:
            raise RefusedError("Transaction currency must match refund currency")
        spent = sum(each.amount for each in self.all if each.transaction is transaction and each.counts)
        taken_back = transaction.status is Status.REVERSED and not spent  # by the payer's bank
        if taken_back or spent >= transaction.amount:
            raise RefusedError(
                "Transaction has been fully reversed", code="transaction_reversed", kind="api_error"
            )
        given = body.get("amount")
        amount = transaction.amount if given is None else read_amount(given)
        if amount < 1:
            raise RefusedError(f"Cannot refund less than {transaction.currency} 0.01")
        if spent + amount > transaction.amount:
            raise RefusedError("Total refund amount cannot exceed original transaction amount")
        return amount

    def _progress(self, refund: Refund, *, outcome: RefundStatus | None) -> None:
        if self.seconds is None:
            return

        async def process() -> None:
            if refund.status is RefundStatus.PENDING:
                self._move(refund, RefundStatus.PROCESSING)

        async def end() -> None:
            self.finish(refund, outcome)

        self._schedule.after(self.seconds / 2, process)
        self._schedule.after(self.seconds, end)

    def _move(self, refund: Refund, status: RefundStatus) -> None:
        refund.status = status
        refund.updated_at = self._clock.now()
        if status is RefundStatus.PROCESSED:
            refund.refunded_at = refund.updated_at
        self._settle(refund.transaction)
        self._webhooks.send(events.refund_event(refund))

    def _settle(self, transaction: Transaction) -> None:
        """A refund that failed gives the transaction back its success."""
        own = [each for each in self.all if each.transaction is transaction and each.counts]
        done = sum(each.amount for each in own if each.status is RefundStatus.PROCESSED)
        if any(each.status is not RefundStatus.PROCESSED for each in own):
            transaction.status = Status.REVERSAL_PENDING
        elif done:
            whole = done >= transaction.amount
            transaction.status = Status.REVERSED if whole else self.partial_refund_leaves
        else:
            transaction.status = Status.SUCCESS
