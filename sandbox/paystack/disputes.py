"""Chargebacks, as the customer's bank would raise them."""

import itertools
from datetime import timedelta

from sandbox.paystack import events
from sandbox.paystack.model import Clock, Dispute, Status, Transaction
from sandbox.paystack.webhooks import WebhookSender


class Disputes:
    def __init__(self, *, clock: Clock, webhooks: WebhookSender) -> None:
        self.all: list[Dispute] = []
        self._clock = clock
        self._webhooks = webhooks
        self._ids = itertools.count(358_950)

    def open(self, transaction: Transaction, *, category: str) -> Dispute:
        now = self._clock.now()
        dispute = Dispute(
            id=next(self._ids),
            transaction=transaction,
            category=category,
            created_at=now,
            due_at=now + timedelta(days=1),
        )
        self.all.append(dispute)
        self._webhooks.send(events.dispute_event("create", dispute))
        return dispute

    def remind(self, dispute: Dispute) -> None:
        self._webhooks.send(events.dispute_event("remind", dispute))

    def resolve(self, dispute: Dispute, *, resolution: str) -> None:
        """`declined`: the merchant keeps the money; anything else gives it back to the customer."""
        dispute.status = "resolved"
        dispute.resolution = resolution
        dispute.resolved_at = self._clock.now()
        if resolution != "declined":
            dispute.transaction.status = Status.REVERSED
        self._webhooks.send(events.dispute_event("resolve", dispute))
