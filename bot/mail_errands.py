"""What goes out by e-mail: invitations, what cannot go into a closed chat, and receipts."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.outbox import Done, Dropped, Outcome
from domain.errors import DeliveryError, NotYours, StorageUnavailable
from domain.model.notice import Notice, NoticeKind, Post
from domain.model.people import Person
from domain.model.queue import Errand, OutboxItem
from domain.model.request import Request
from domain.ports import Clock, Mailer, Transactions, UnitOfWork
from domain.usecases.send_request import issue_link
from domain.usecases.unreached import send_by_mail, tell_unreached
from handlers.letters import Letter, request_letter
from handlers.notice_letters import notice_letter
from handlers.notices import Facts, say
from handlers.notices.reminders import EDITS, why_unsaid
from handlers.receipts import Paid, receipt_letter

_RECEIPT = "mailed"

Look = Callable[[UnitOfWork, Notice], Facts]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailErrands:
    transactions: Transactions
    clock: Clock
    mailer: Mailer
    bot_username: Callable[[], str]

    def hand_over(self, uow: UnitOfWork, facts: Facts) -> bool:
        """Whether the notice goes by e-mail, in the caller's transaction. What edits a message never does."""
        notice = facts.notice
        if not self.mailer.configured or notice.kind in EDITS or _address(uow, facts) is None:
            return False
        beside = notice.detail.get("beside")
        if beside is None or uow.outbox.receipt(f"notice:{beside}") is not None:
            send_by_mail(uow, notice, self.clock.now())
        return True  # else the mail of the notice beside it carries it along

    async def __call__(self, item: OutboxItem, look: Look) -> Outcome:
        if not self.mailer.configured:
            return Dropped(why="no mail is sent here")
        match item.errand:
            case Errand.NOTICE_MAIL:
                return await self._notice(item, look)
            case Errand.RECEIPT:
                return await self._receipt(item)
            case _:
                return await self._invitation(item)

    async def _notice(self, item: OutboxItem, look: Look) -> Outcome:
        """Worded once more: what no longer holds is not sent, however long the mail server was away."""
        try:
            facts, address = await self.transactions.read(
                lambda uow: _addressed(uow, look(uow, notice_of(item)))
            )
        except NotYours:
            return Dropped(why="its record is gone")
        message = say(facts)
        if message is None:
            return Dropped(why=why_unsaid(facts))
        if address is None:
            return Dropped(why="no e-mail is known any more")
        letter = notice_letter(facts, message, await self._way_in(facts))
        await self._send_and_tell(letter, address, facts, key=item.key)
        return Done(receipt=_RECEIPT)

    async def _invitation(self, item: OutboxItem) -> Outcome:
        """To a client who has not come yet; the one-time link is made now: no token waits in the database."""
        request_id = item.payload["request_id"]
        card = await self.transactions.read(lambda uow: uow.requests.card_by_id(request_id))
        address = card.request.client_email
        if address is None or not card.request.is_open:
            return Dropped(why="no longer wanted")
        letter = request_letter(card, await self._one_time_link(card.request))
        await self._send(letter, address, key=item.key)
        return Done()

    async def _receipt(self, item: OutboxItem) -> Outcome:
        paid = await self.transactions.read(lambda uow: self._paid(uow, item))
        if not paid.payer.mail_receipts:
            return Dropped(why="no longer wanted")
        await self._send(receipt_letter(paid), paid.payer.email or paid.payment.email, key=item.key)
        return Done(receipt=_RECEIPT)

    def _paid(self, uow: UnitOfWork, item: OutboxItem) -> Paid:
        payment = uow.payments.get(item.payload["payment_id"])
        card = uow.requests.card_by_id(payment.request_id)
        payer = uow.people.get(payment.client_id)
        return Paid(
            card=card,
            payer=payer,
            payment=payment,
            plan=uow.plans.of_request(card.request.id),
            refund=uow.refunds.of_payment(payment.id) if item.payload["refund"] else None,
            timezone=_zone(uow, payer),
            now=self.clock.now(),
        )

    async def _way_in(self, facts: Facts) -> str:
        """To the chat; for who has never opened it with a one-time link, made now as well."""
        if facts.reader.telegram_id is not None or facts.card is None or not facts.card.request.is_open:
            return f"https://t.me/{self.bot_username()}"
        return await self._one_time_link(facts.card.request)

    async def _one_time_link(self, request: Request) -> str:
        token = await self.transactions.write(lambda uow: issue_link(uow, request, self.clock.now()))
        return f"https://t.me/{self.bot_username()}?start={token}"

    async def _send_and_tell(self, letter: Letter, address: str, facts: Facts, *, key: str) -> None:
        try:
            await self._send(letter, address, key=key)
        except DeliveryError as error:
            await self._tell(facts, Post.WAITS if error.retryable else Post.REFUSED)
            raise
        with suppress(StorageUnavailable):  # it has left, and is not to leave again because of that
            await self._tell(facts, Post.SENT)

    async def _tell(self, facts: Facts, post: Post) -> None:
        now = self.clock.now()
        await self.transactions.write(
            lambda uow: tell_unreached(uow, facts.notice, facts.reader, facts.card, post, now)
        )

    async def _send(self, letter: Letter, address: str, *, key: str) -> None:
        await self.mailer.send(
            to=address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            attachments=letter.files,
            key=key,
        )


def notice_of(item: OutboxItem) -> Notice:
    """As it was put into the outbox (`domain.usecases.telling`)."""
    return Notice(**{**item.payload, "kind": NoticeKind(item.payload["kind"])})


def _addressed(uow: UnitOfWork, facts: Facts) -> tuple[Facts, str | None]:
    return facts, _address(uow, facts)


def _address(uow: UnitOfWork, facts: Facts) -> str | None:
    """Their own e-mail, else their practice's, else what their dietitian gave."""
    reader, card = facts.reader, facts.card
    if reader.email or facts.practice is not None:
        return reader.email or (facts.practice.email if facts.practice is not None else None)
    if card is not None and card.client is not None and card.client.id == reader.id:
        return card.request.client_email
    if facts.notice.kind is NoticeKind.MESSAGE:
        return uow.clients.get(int(facts.notice.detail["client"])).email
    return None


def _zone(uow: UnitOfWork, person: Person) -> str:
    """In which they read; a dietitian in that of their practice."""
    found = uow.dietitians.by_telegram_id(person.telegram_id) if person.telegram_id is not None else None
    return person.timezone if found is None else found.timezone
