"""One stored payment event: a rumour. What it is about is asked of Paystack; what Paystack says counts."""

from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from domain.model.queue import InboxItem
from domain.ports import Clock, Transactions
from domain.usecases.disputes import NoteDispute
from domain.usecases.elsewhere import NoteElsewhere
from domain.usecases.follow_refund import FollowRefund
from domain.usecases.settle_payment import SettlePayment
from integrations.paystack.webhook import PaystackEvent, parse_event

log = structlog.get_logger(__name__)
_LONGEST_WORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWorker:
    transactions: Transactions
    clock: Clock
    settle: SettlePayment
    follow_refund: FollowRefund
    note_dispute: NoteDispute
    note_elsewhere: NoteElsewhere

    async def __call__(self, item: InboxItem) -> None:
        event = parse_event(item.body.encode())
        if event.reference is None:
            outcome = await self._without_reference(event)
        else:
            outcome = await self._work(event, event.reference)
        log.info("event worked", kind=event.kind, outcome=outcome)
        if event.reference is not None:
            await self._forget(item, event.reference)

    async def _forget(self, item: InboxItem, reference: str) -> None:
        """What comes late names its payer, who may have had their data deleted."""
        if await self.transactions.read(lambda uow: uow.traces.is_nobodys(reference)):
            now = self.clock.now()
            await self.transactions.write(lambda uow: uow.traces.forget_event(item.id, now))

    async def _work(self, event: PaystackEvent, reference: str) -> str:
        if event.kind.startswith("charge.dispute."):
            return "dispute noted" if await self._dispute(event, reference) else "unknown reference"
        if event.kind.startswith("charge."):
            settled = await self.settle(reference=reference)
            return settled.verdict.value if settled.verdict is not None else "unknown reference"
        if event.kind.startswith("refund."):
            refund = await self.follow_refund(reference=reference)
            strange = await self.note_elsewhere.refund(reference=reference)
            if refund is not None:
                return f"refund {refund.state.value}"
            return "refunded elsewhere" if strange else "no refund of ours"
        return "recorded"

    async def _without_reference(self, event: PaystackEvent) -> str:
        """A transfer of a wrong amount, or one that came too late for its account."""
        transfer = event.data.get("bank_transfer")
        if event.kind != "bank.transfer.rejected" or not isinstance(transfer, dict):
            return "recorded"
        number, amount = _words(transfer.get("transaction_id")), _words(transfer.get("amount"))
        key = f"{number}:{amount}" if number else event.key
        why = _words(transfer.get("message"))
        await self.note_elsewhere.rejected_transfer(key=key, number=number, amount=amount, why=why)
        return "rejected transfer told"

    async def _dispute(self, event: PaystackEvent, reference: str) -> bool:
        """The event itself is all there is to go by: it is signed, and it gives nothing away."""
        data = event.data
        due = data.get("dueAt")
        return await self.note_dispute(
            reference=reference,
            status=_words(data.get("status")) or "open",
            due_at=_instant(due) if isinstance(due, str) else None,
            resolution=_words(data.get("resolution")) or None,
            again=event.kind == "charge.dispute.remind",
        )


def _words(value: object) -> str:
    """What can be stored and told, and no more of it than anybody reads."""
    return "".join(one for one in str(value or "") if one.isprintable())[:_LONGEST_WORDS]


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
