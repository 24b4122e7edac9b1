"""Paystack, pretended: the API, the checkout page and the webhooks of one integration in one mode."""

from collections.abc import Sequence

from aiohttp import web

from sandbox.faults import Faults
from sandbox.paystack import events, routes
from sandbox.paystack.api import Api
from sandbox.paystack.checkout import Checkout
from sandbox.paystack.disputes import Disputes
from sandbox.paystack.ledger import Ledger
from sandbox.paystack.model import Attempt, Clock, Dispute, Json, Refund, RefundStatus, Status, Transaction
from sandbox.paystack.refunds import Refunds
from sandbox.paystack.schedule import Schedule
from sandbox.paystack.webhooks import Delivery, WebhookSender


class PaystackStandIn:
    """`public_url` is the root this stand-in is reached at; it is put in front of every checkout link."""

    def __init__(self, *, clock: Clock, secret_key: str, public_url: str, webhook_url: str | None) -> None:
        self.faults = Faults()
        self.calls: list[str] = []  # "METHOD /path" of everything asked, faults included
        self.heard: list[str] = []  # all that the program said: the same with query and body
        self._written = "once"
        self.schedule = Schedule(clock)
        self.sender = WebhookSender(
            clock=clock, schedule=self.schedule, secret_key=secret_key, url=webhook_url
        )
        domain = "live" if secret_key.startswith("sk_live_") else "test"
        self.ledger = Ledger(clock=clock, domain=domain)
        self.refunds = Refunds(clock=clock, ledger=self.ledger, schedule=self.schedule, webhooks=self.sender)
        self.disputes = Disputes(clock=clock, webhooks=self.sender)
        self.api = Api(secret_key=secret_key, public_url=public_url, ledger=self.ledger, refunds=self.refunds)
        self.checkout = Checkout(clock=clock, ledger=self.ledger, schedule=self.schedule, pay=self.pay)

    def app(self) -> web.Application:
        """To be served as it is or mounted under any prefix."""
        return routes.build(
            api=self.api, checkout=self.checkout, faults=self.faults, calls=self.calls, heard=self.heard
        )

    async def start(self) -> None:
        """Run what the clock brings: late webhooks, retries, refunds, payments made later."""
        self.schedule.start()

    async def close(self) -> None:
        await self.schedule.close()
        await self.sender.close()

    async def tick(self) -> None:
        """Do what is due by the clock now, and see the webhooks of it delivered."""
        await self.schedule.tick()
        await self.sender.settle()

    async def settle(self) -> None:
        """Wait for the webhooks that are under way (retries still to come are not)."""
        await self.sender.settle()

    @property
    def public_url(self) -> str:
        return self.api.public_url

    @public_url.setter
    def public_url(self, url: str) -> None:
        self.api.public_url = url

    @property
    def webhook_url(self) -> str | None:
        return self.sender.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.sender.url = url

    @property
    def webhooks(self) -> str:
        """`once`, `twice_at_once`, `never` or `late(seconds)`; a mode that is not one is a ValueError."""
        return self._written

    @webhooks.setter
    def webhooks(self, written: str) -> None:
        self.sender.delivery = Delivery.of(written)
        self._written = written

    @property
    def attempts(self) -> Sequence[Attempt]:
        """Every webhook sent, in the order the answers came."""
        return self.sender.attempts

    @property
    def transactions(self) -> Sequence[Transaction]:
        return self.ledger.transactions

    @property
    def customer_bears_fees(self) -> bool:
        return self.ledger.customer_bears_fees

    @customer_bears_fees.setter
    def customer_bears_fees(self, bears: bool) -> None:
        self.ledger.customer_bears_fees = bears

    @property
    def refund_seconds(self) -> float | None:
        """From request to outcome by the clock; None: only `finish_refund` moves one."""
        return self.refunds.seconds

    @refund_seconds.setter
    def refund_seconds(self, seconds: float | None) -> None:
        self.refunds.seconds = seconds

    @property
    def refund_outcome(self) -> str:
        return str(self.refunds.outcome)

    @refund_outcome.setter
    def refund_outcome(self, outcome: str) -> None:
        self.refunds.outcome = RefundStatus(outcome)

    def find(self, reference: str) -> Transaction:
        """KeyError where there is none."""
        found = self.ledger.find(reference)
        if found is None:
            raise KeyError(reference)
        return found

    async def pay(
        self,
        reference: str,
        channel: str = "card",
        *,
        amount: int | None = None,
        currency: str | None = None,
        domain: str | None = None,
        send_webhook: bool = True,
        delivery: Delivery | None = None,
    ) -> Transaction:
        """Pay, rightly or (with amount, currency, domain) wrongly; ValueError where it is paid already."""
        transaction = self.find(reference)
        self.ledger.pay(transaction, channel=channel, amount=amount, currency=currency)
        transaction.domain = domain or transaction.domain
        if send_webhook:
            self.sender.send(events.charge_success(transaction), by=delivery)
        return transaction

    async def fail(self, reference: str) -> None:
        """Declined; the link still works."""
        self.ledger.decline(self.find(reference))

    async def set_status(self, reference: str, status: str) -> None:
        """`ongoing`, `pending`, `processing` …: what verify shall say until something else happens."""
        self.find(reference).status = Status(status)

    async def reject_transfer(self, reference: str, sent: int) -> None:
        """A bank transfer of a wrong amount: sent back at once, the transaction stays unpaid."""
        self.sender.send(events.transfer_rejected(self.find(reference), sent))

    async def finish_refund(self, refund_id: int, outcome: str | None = None) -> Refund:
        refund = self.refunds.get(str(refund_id))
        self.refunds.finish(refund, RefundStatus(outcome) if outcome else None)
        return refund

    async def open_dispute(self, reference: str, *, category: str = "chargeback") -> Dispute:
        return self.disputes.open(self.find(reference), category=category)

    async def remind_dispute(self, dispute: Dispute) -> None:
        self.disputes.remind(dispute)

    async def resolve_dispute(self, dispute: Dispute, *, resolution: str = "auto-accepted") -> None:
        """`declined` is the merchant's victory."""
        self.disputes.resolve(dispute, resolution=resolution)

    async def send_event(self, event: Json) -> None:
        """Any event at all, rightly signed."""
        self.sender.send(event)
