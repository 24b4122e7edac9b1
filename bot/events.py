"""One stored payment event: a rumour. Its reference is looked up at Paystack; what Paystack says counts."""

from dataclasses import dataclass

import structlog

from domain.model.queue import InboxItem
from domain.usecases.settle_payment import SettlePayment
from integrations.paystack.webhook import parse_event

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWorker:
    settle: SettlePayment

    async def __call__(self, item: InboxItem) -> None:
        event = parse_event(item.body.encode())
        if event.reference is None or not event.kind.startswith("charge."):
            log.debug("event recorded", kind=event.kind)
            return
        settled = await self.settle(reference=event.reference)
        verdict = settled.verdict.value if settled.verdict is not None else "unknown reference"
        log.info("event worked", kind=event.kind, verdict=verdict)
