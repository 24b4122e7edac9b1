"""What the admins are told, each of them by a row of their own."""

from dataclasses import dataclass

from bot.outbox import Done, Outcome
from domain.errors import RecipientGone
from domain.model.message import Message
from domain.model.queue import Errand, OutboxItem
from domain.ports import Clock, Messenger, Transactions, UnitOfWork
from domain.usecases.telling import admins_lane
from handlers.notices import alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertErrands:
    transactions: Transactions
    clock: Clock
    messenger: Messenger
    admin_ids: frozenset[int]

    async def __call__(self, item: OutboxItem) -> Outcome:
        """First a row for each admin, in one transaction; each of those is then sent once."""
        to: int | None = item.payload.get("to")
        if to is None:
            await self.transactions.write(lambda uow: self._fan_out(uow, item))
            return Done()
        message = await self.transactions.read(lambda uow: _worded(uow, item))
        try:
            return Done(receipt=str(await self.messenger.send(to, message)))
        except RecipientGone:  # their next word here brings it again
            await self.transactions.write(lambda uow: uow.people.set_reachable(to, reachable=False))
            raise

    def _fan_out(self, uow: UnitOfWork, item: OutboxItem) -> None:
        now = self.clock.now()
        for admin in sorted(self.admin_ids):
            uow.outbox.add(
                OutboxItem(
                    errand=Errand.ALERT,
                    key=f"{item.key}:{admin}",
                    lane=admins_lane(admin),
                    payload={**item.payload, "to": admin},
                    due_at=now,
                    created_at=now,
                )
            )


def _worded(uow: UnitOfWork, item: OutboxItem) -> Message:
    payment_id: int | None = item.payload.get("payment_id")
    if payment_id is None:
        return alert(item.payload["detail"], None, None)
    payment = uow.payments.get(payment_id)
    return alert(item.payload["detail"], payment, uow.requests.card_by_id(payment.request_id))
