"""What can be seen from outside, as Prometheus text. Labels are kinds and states: never a person."""

from dataclasses import dataclass

from bot.gate import Gate
from domain.model.queue import Source
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Read from the rows when asked: every replica says the same, and a restart forgets nothing.

    What the gate kept out left no row: of that each program tells for itself, since its start.
    """

    transactions: Transactions
    clock: Clock
    gate: Gate

    async def render(self) -> bytes:
        from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest  # noqa: PLC0415 - when asked

        registry = CollectorRegistry()
        inbox = Gauge("dietdesk_inbox_rows", "Rows of the inbox", ["state"], registry=registry)
        outbox = Gauge("dietdesk_outbox_rows", "Rows of the outbox", ["state"], registry=registry)
        age = Gauge(
            "dietdesk_inbox_oldest_seconds", "Age of the oldest unworked row", ["source"], registry=registry
        )

        Counter("dietdesk_updates_dropped", "Updates of those who flooded us", registry=registry).inc(
            self.gate.dropped
        )

        def read(uow: UnitOfWork) -> None:
            now = self.clock.now()
            for state, count in uow.inbox.counts().items():
                inbox.labels(state).set(count)
            for state, count in uow.outbox.counts().items():
                outbox.labels(state).set(count)
            for source in Source:
                oldest = uow.inbox.oldest_new(source)
                age.labels(source.value).set((now - oldest).total_seconds() if oldest else 0)

        await self.transactions.read(read)
        return generate_latest(registry)
