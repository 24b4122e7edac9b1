"""What the outbox rows about a meal plan do when their time has come."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.outbox import Done, Dropped, Outcome, Postponed
from domain.errors import DeliveryRefused, RecipientGone, StorageUnavailable
from domain.model.message import SentFile
from domain.model.queue import Errand, OutboxItem
from domain.model.reminder import is_quiet
from domain.ports import Clock, Mailer, Messenger, Transactions, UnitOfWork
from domain.usecases.deliver_plan import DeliverPlan, Parcel, address_of
from domain.usecases.telling import tell_admins
from handlers.letters import plan_letter
from handlers.plan_document import PDF, document, file_name
from handlers.screens.mealplans import day_of

log = structlog.get_logger(__name__)
_PAUSE = 1.0
_AGAIN = (timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanErrands:
    transactions: Transactions
    clock: Clock
    messenger: Messenger
    mailer: Mailer
    deliver_plan: DeliverPlan

    async def __call__(self, item: OutboxItem) -> Outcome:
        payload = item.payload
        match item.errand:
            case Errand.PLAN:
                return await self._deliver(item, file_id=payload["file_id"], wanted_again=payload["again"])
            case Errand.PLAN_MAIL:
                return await self._mail(file_id=payload["file_id"], key=item.key)
            case _:
                late = await self.transactions.write(lambda uow: self._tell_if_late(uow, payload["request"]))
                return Done() if late else Dropped(why="sent or cancelled in time")

    async def _deliver(self, item: OutboxItem, *, file_id: int, wanted_again: bool) -> Outcome:
        parcel = await self.deliver_plan.pack(file_id=file_id, wanted_again=wanted_again)
        if parcel is None:
            return Dropped(why="arrived already, replaced or cancelled")
        client = parcel.shown.card.client
        if client is None or client.telegram_id is None or client.started_at is None:
            return Dropped(why="has not opened the chat")
        try:
            quiet = not wanted_again and is_quiet(client, self.clock.now(), client.timezone)
            sent = await self._send(client.telegram_id, parcel, silent=quiet)
        except RecipientGone:
            await self.deliver_plan.unreachable(file_id=file_id)
            return Dropped(why="cannot be reached: goes out when they come back")
        except DeliveryRefused as refused:
            if item.attempts < len(_AGAIN):
                return Postponed(due_at=self.clock.now() + _AGAIN[item.attempts], why=str(refused))
            await self.deliver_plan.refused(file_id=file_id, why=str(refused))
            return Dropped(why=f"refused, and told: {refused}")
        await self._arrived(file_id=file_id, handle=sent.handle)
        return Done(receipt=str(sent.message_id))

    async def _send(self, telegram_id: int, parcel: Parcel, *, silent: bool) -> SentFile:
        """By Telegram's own handle; where that is refused, the stored bytes."""
        try:
            return await self.messenger.send_file(telegram_id, replace(document(parcel), silent=silent))
        except DeliveryRefused:
            if parcel.content is not None:
                raise
        whole = await self.deliver_plan.pack(file_id=parcel.file.id, wanted_again=True, whole=True)
        return await self.messenger.send_file(telegram_id, replace(document(whole or parcel), silent=silent))

    async def _mail(self, *, file_id: int, key: str) -> Outcome:
        parcel = await self.deliver_plan.pack(file_id=file_id, wanted_again=False, whole=True)
        address = address_of(parcel.shown.card) if parcel is not None else None
        if parcel is None or parcel.content is None or address is None or not self.mailer.configured:
            return Dropped(why="arrived already, replaced, cancelled, or no way to mail it")
        letter = plan_letter(parcel.shown.card, parcel.note)
        at = parcel.file.confirmed_at or parcel.file.uploaded_at
        name = file_name(parcel.shown.card, at, parcel.file.number or 1)
        await self.mailer.send(
            to=address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            attachments=[(name, PDF, parcel.content)],
            key=key,
        )
        await self._arrived(file_id=file_id, handle=None, by_mail=True)
        return Done(receipt="mailed")

    async def _arrived(self, *, file_id: int, handle: str | None, by_mail: bool = False) -> None:
        """What is there is not to be sent again because the database was away just then."""
        while True:
            try:
                return await self.deliver_plan.arrived(file_id=file_id, handle=handle, by_mail=by_mail)
            except StorageUnavailable as error:
                log.warning("the database is away", error=str(error))
                await asyncio.sleep(_PAUSE)

    def _tell_if_late(self, uow: UnitOfWork, request: str) -> bool:
        """Who they are stands in no row that stays: the payment's card is looked up when the alert is worded."""
        now = self.clock.now()
        shown = uow.plans.card(request)
        if not shown.plan.is_late_at(now):
            return False
        detail = {
            "what": "A meal plan is late",
            "promised by": day_of(shown.plan.promised_at, shown.card.dietitian.timezone),
        }
        payment = shown.card.payment
        tell_admins(uow, f"planlate:{request}", now, detail, payment_id=payment.id if payment else None)
        return True
