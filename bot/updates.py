"""One stored update: who says what, what comes of it, and the answer to the person who is waiting.

The answer is sent after the commit. Where it cannot be sent now it becomes an outbox row, already worded.
"""

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.answers import message_payload, note_pay_screen
from bot.sealed import is_sealed
from domain.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable, RecipientGone
from domain.model.message import Message
from domain.model.queue import Errand, InboxItem, OutboxItem
from domain.ports import Clock, Messenger, Transactions, Vault
from handlers.call import Reply
from handlers.incoming import Incoming, read_update
from handlers.router import Router
from handlers.screens.home import went_wrong, words
from handlers.screens.too_much import too_many

log = structlog.get_logger(__name__)


class Press:
    """Ends the press's progress bar once, early or with the answer."""

    def __init__(self, messenger: Messenger, press_id: str | None) -> None:
        self._messenger = messenger
        self._press_id = press_id

    async def answer(self, text: str | None = None, *, alert: bool = False) -> None:
        press_id, self._press_id = self._press_id, None
        if press_id is None:
            return
        try:
            await self._messenger.answer(press_id, text, alert=alert)
        except DeliveryError as error:
            log.info("press not answered", error=str(error))  # it lapses by itself; the screen tells

    async def acknowledge(self) -> None:
        await self.answer()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorker:
    transactions: Transactions
    clock: Clock
    messenger: Messenger
    router: Router
    vault: Vault

    async def __call__(self, item: InboxItem) -> None:
        incoming = read_update(json.loads(item.body))
        if incoming is None:
            return
        press = Press(self.messenger, incoming.press_id)
        try:
            reply = await self.router(replace(incoming, item_id=item.id), press.acknowledge)
        except Exception:
            await press.acknowledge()
            raise
        await self._reply(item, incoming, press, reply)

    async def _reply(self, item: InboxItem, incoming: Incoming, press: Press, reply: Reply) -> None:
        """Answer and edit go out together."""
        screen = self._screen(item, incoming, reply.screen) if reply.screen is not None else _nothing()
        await asyncio.gather(press.answer(reply.toast, alert=reply.alert), screen)
        for number, message in enumerate(reply.also):
            await self._say(item, incoming, message, None, f"also{number}")

    async def _screen(self, item: InboxItem, incoming: Incoming, message: Message) -> None:
        await self._say(item, incoming, message, incoming.message_id, "screen")

    async def _say(
        self, item: InboxItem, incoming: Incoming, message: Message, message_id: int | None, part: str
    ) -> None:
        try:
            if message_id is not None:
                await self.messenger.edit(incoming.chat_id, message_id, message)
            else:
                message_id = await self.messenger.send(incoming.chat_id, message)
            await note_pay_screen(self.transactions, message, message_id)
        except DeliveryUnavailable as error:
            log.info("answer goes to the outbox", error=str(error))
            await self._later(item, incoming, message, message_id, part)
        except RecipientGone:
            await self.transactions.write(
                lambda uow: uow.people.set_reachable(incoming.telegram_id, reachable=False)
            )
        except DeliveryRefused:
            log.exception("our own message was refused")
            raise

    async def _later(
        self, item: InboxItem, incoming: Incoming, message: Message, message_id: int | None, part: str
    ) -> None:
        now = self.clock.now()
        answer = OutboxItem(
            errand=Errand.ANSWER,
            key=f"answer:{item.id}:{part}",
            lane=f"chat:{incoming.chat_id}",
            payload={
                "telegram_id": incoming.chat_id,
                "message_id": message_id,
                "message": message_payload(message, self.vault),
            },
            due_at=now,
            created_at=now,
        )
        await self.transactions.write(lambda uow: uow.outbox.add(answer))

    async def ask_to_wait(self, update: dict[str, Any], seconds: int) -> None:
        """To somebody who floods us; best effort, and at once."""
        incoming = read_update(update)
        if incoming is None or incoming.reachable is not None:
            return
        try:
            if incoming.press_id is not None:
                await self.messenger.answer(incoming.press_id, too_many(seconds), alert=True)
            else:
                await self.messenger.send(incoming.chat_id, words(too_many(seconds)))
        except DeliveryError as error:
            log.info("not asked to wait", error=str(error))

    async def apologise(self, item: InboxItem) -> None:
        """After a bug: say that nothing happened, and under which name it can be found."""
        if is_sealed(item.body):
            return  # the bug is that no key opens it
        incoming = read_update(json.loads(item.body))
        if incoming is None or incoming.reachable is not None:
            return
        await self._say(item, incoming, went_wrong(f"{item.source.value}-{item.id}"), None, "sorry")


async def _nothing() -> None:
    return
