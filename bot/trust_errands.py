"""What the outbox rows about somebody's data do when their time has come."""

import asyncio
from dataclasses import dataclass

from bot.outbox import Done, Dropped, Outcome
from domain.errors import DeliveryRefused, RecipientGone
from domain.model.queue import Errand, OutboxItem
from domain.ports import Messenger, Transactions
from domain.usecases.copy_data import CopyData
from handlers.data_copy import writer_of
from handlers.screens.erasure import farewell


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustErrands:
    transactions: Transactions
    messenger: Messenger
    copy: CopyData

    async def __call__(self, item: OutboxItem) -> Outcome:
        if item.errand is Errand.MY_DATA:
            return await self._my_data(item.payload["person_id"], item.payload["form"])
        return await self._farewell(item)

    async def _my_data(self, person_id: int, form: str) -> Outcome:
        """Written in a thread, page by page: the event loop must not wait for a long history."""
        subject = await self.copy.subject(person_id=person_id)
        if subject is None:
            return Dropped(why="their data are gone")
        writer = writer_of(subject, form)
        async for section, rows in self.copy.pages(subject):
            await asyncio.to_thread(writer.page, section, rows)
        message = await asyncio.to_thread(writer.end)
        return Done(receipt=str(await self.messenger.send(subject.telegram_id, message)))

    async def _farewell(self, item: OutboxItem) -> Outcome:
        """Said once, or not to be said at all: then nobody's Telegram id is left in the row."""
        telegram_id: int | None = item.payload.get("telegram_id")
        if telegram_id is None:
            return Dropped(why="said before")
        outcome: Outcome = Done()
        try:
            await self._say(telegram_id, item.payload["message_id"])
        except (RecipientGone, DeliveryRefused) as error:
            outcome = Dropped(why=f"could not be said: {type(error).__name__}")
        await self.transactions.write(lambda uow: uow.traces.forget_errand(item.id))
        return outcome

    async def _say(self, telegram_id: int, message_id: int | None) -> None:
        if message_id is None:
            await self.messenger.send(telegram_id, farewell())
            return
        await self.messenger.edit(telegram_id, message_id, farewell())
