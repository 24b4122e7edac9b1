"""One stored payment event: a rumour. What it is about is asked of Paystack; what Paystack says counts."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from domain.model.queue import InboxItem
from domain.usecases.disputes import NoteDispute
from domain.usecases.follow_refund import FollowRefund
from domain.usecases.settle_payment import SettlePayment
from integrations.paystack.webhook import PaystackEvent, parse_event

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWorker:
    settle: SettlePayment
    follow_refund: FollowRefund
    note_dispute: NoteDispute

    async def __call__(self, item: InboxItem) -> None:
        event = parse_event(item.body.encode())
        outcome = "recorded" if event.reference is None else await self._work(event, event.reference)
        log.info("event worked", kind=event.kind, outcome=outcome)

    async def _work(self, event: PaystackEvent, reference: str) -> str:
        if event.kind.startswith("charge.dispute."):
            return "dispute noted" if await self._dispute(event, reference) else "unknown reference"
        if event.kind.startswith("charge."):
            settled = await self.settle(reference=reference)
            return settled.verdict.value if settled.verdict is not None else "unknown reference"
        if event.kind.startswith("refund."):
            refund = await self.follow_refund(reference=reference)
            return f"refund {refund.state.value}" if refund is not None else "no refund of ours"
        return "recorded"

    async def _dispute(self, event: PaystackEvent, reference: str) -> bool:
        """The event itself is all there is to go by: it is signed, and it gives nothing away."""
        data = event.data
        due = data.get("dueAt")
        return await self.note_dispute(
            reference=reference,
            status=str(data.get("status") or "open"),
            due_at=_instant(due) if isinstance(due, str) else None,
            resolution=str(data["resolution"]) if data.get("resolution") else None,
            again=event.kind == "charge.dispute.remind",
        )


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else None
