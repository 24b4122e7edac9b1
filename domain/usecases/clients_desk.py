"""A dietitian looks after their clients: who they are, what there is between them, a block, a message."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from zlib import crc32

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.booking import BookingState
from domain.model.ids import token_hash
from domain.model.notice import Notice, NoticeKind, Post
from domain.model.payment import MoneyOutcome
from domain.model.people import Client, Dietitian, Person
from domain.model.request import RequestState
from domain.model.service import ServiceKind
from domain.model.step import STEP_LIVES, Step, StepKind
from domain.model.views import ClientSheet, Page, PaidFor, RequestCard
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.usecases.manage_request import withdraw
from domain.usecases.telling import by, record, tell

ON_A_PAGE = 8
CARDS_ON_A_PAGE = 5
MESSAGE_LIMIT = 1000
_NINE_DIGITS = 10**9


def own_client(uow: UnitOfWork, dietitian: Dietitian, client_id: int) -> Client:
    client = uow.clients.get(client_id)
    if client.dietitian_id != dietitian.id:
        raise NotYours
    return client


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsDesk:
    """Read only."""

    transactions: Transactions
    clock: Clock

    async def page(self, *, dietitian: Dietitian, number: int) -> Page[Client]:
        return await self.transactions.read(
            lambda uow: uow.clients.page(dietitian.id, number=number, size=ON_A_PAGE)
        )

    async def found(self, *, dietitian: Dietitian, search: str, number: int) -> Page[Client]:
        return await self.transactions.read(
            lambda uow: uow.clients.found(dietitian.id, search, number=number, size=ON_A_PAGE)
        )

    async def one(self, *, dietitian: Dietitian, client_id: int) -> tuple[Client, Person]:
        def look(uow: UnitOfWork) -> tuple[Client, Person]:
            client = own_client(uow, dietitian, client_id)
            return client, uow.people.get(client.person_id)

        return await self.transactions.read(look)

    async def sheet(self, *, dietitian: Dietitian, client_id: int) -> ClientSheet:
        now = self.clock.now()

        def look(uow: UnitOfWork) -> ClientSheet:
            client = own_client(uow, dietitian, client_id)
            rated = uow.reviews.by_client(dietitian.id, client.person_id)
            return replace(uow.clients.sheet(client, now), rated=rated)

        return await self.transactions.read(look)

    async def history(
        self, *, dietitian: Dietitian, client_id: int, became: ServiceKind | None, number: int
    ) -> tuple[Client, Page[RequestCard]]:
        """`became`: the sessions or the plans that were paid for, cancelled ones too; None: every request."""

        def look(uow: UnitOfWork) -> tuple[Client, Page[RequestCard]]:
            client = own_client(uow, dietitian, client_id)
            page = uow.requests.page_between(
                dietitian.id, client.person_id, became=became, number=number, size=CARDS_ON_A_PAGE
            )
            return client, page

        return await self.transactions.read(look)

    async def payments(
        self, *, dietitian: Dietitian, client_id: int, number: int
    ) -> tuple[Client, Page[PaidFor]]:
        def look(uow: UnitOfWork) -> tuple[Client, Page[PaidFor]]:
            client = own_client(uow, dietitian, client_id)
            page = uow.payments.between(dietitian.id, client.person_id, number=number, size=CARDS_ON_A_PAGE)
            return client, page

        return await self.transactions.read(look)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockClient:
    """Nothing new from this client; what is booked and paid goes on, and money that waits stays theirs to decide on.

    What they could still go on with is withdrawn. They are not told of the block.
    """

    transactions: Transactions
    clock: Clock

    async def block(self, *, dietitian: Dietitian, client_id: int) -> None:
        client = await self.transactions.write(
            lambda uow: self._mark(uow, dietitian, client_id, blocked=True)
        )
        open_ones = await self.transactions.read(
            lambda uow: uow.requests.open_between(dietitian.id, client.person_id)
        )
        for request_id in open_ones:  # one by one: a request is locked before its dietitian, never after
            await self.transactions.write(partial(self._end, dietitian=dietitian, request_id=request_id))

    async def unblock(self, *, dietitian: Dietitian, client_id: int) -> None:
        await self.transactions.write(lambda uow: self._mark(uow, dietitian, client_id, blocked=False))

    def _mark(self, uow: UnitOfWork, dietitian: Dietitian, client_id: int, *, blocked: bool) -> Client:
        uow.dietitians.lock(dietitian.id)
        client = own_client(uow, dietitian, client_id)
        if (client.blocked_at is not None) is blocked:
            return client
        now = self.clock.now()
        changed = replace(client, blocked_at=now if blocked else None)
        uow.clients.save(changed)
        action = "blocked" if blocked else "unblocked"
        record(uow, now, by(dietitian.person_id), action, f"client:{client.id}")
        return changed

    def _end(self, uow: UnitOfWork, *, dietitian: Dietitian, request_id: int) -> None:
        card = uow.requests.card_by_id(request_id, lock=True)
        money_waits = card.payment is not None and card.payment.outcome in {
            MoneyOutcome.CREDIT,
            MoneyOutcome.QUARANTINE,
        }
        if not card.request.is_open or money_waits:
            return
        held = card.booking is not None and card.booking.state is BookingState.PENDING
        asked = card.request.state is RequestState.PENDING
        withdraw(uow, card, by(dietitian.person_id), self.clock.now(), told=asked or held)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageClient:
    """The words wait sealed in the dietitian's open question, until Send puts them into the outbox."""

    transactions: Transactions
    clock: Clock
    vault: Vault

    async def prepare(self, *, dietitian: Dietitian, client_id: int, text: str) -> tuple[Client, int]:
        """With the mark that Send must carry: another message has another."""

        def prepare(uow: UnitOfWork) -> tuple[Client, int]:
            client = own_client(uow, dietitian, client_id)
            sealed = self.vault.seal(text)
            step = Step(
                telegram_id=dietitian.telegram_id,
                kind=StepKind.CLIENT_MESSAGE,
                subject=f"{client_id}:{sealed}",
                expires_at=self.clock.now() + STEP_LIVES,
            )
            uow.steps.put(step)
            return client, _mark(sealed)

        return await self.transactions.write(prepare)

    async def send(self, *, dietitian: Dietitian, client_id: int, mark: int) -> Client:
        """`MovedOn` where those words are not the ones that wait, `Malformed` for whom nobody can write to."""

        def send(uow: UnitOfWork) -> Client:
            client = own_client(uow, dietitian, client_id)
            sealed = self._waiting(uow, dietitian, client_id)
            if sealed is None or _mark(sealed) != mark:
                raise MovedOn
            if not uow.people.get(client.person_id).can_be_written_to:
                raise Malformed("They can't be reached in Telegram just now, so nothing was sent.")
            uow.steps.clear(dietitian.telegram_id)
            now = self.clock.now()
            tell(uow, _message(dietitian, client, sealed), now)
            record(uow, now, by(dietitian.person_id), "wrote to", f"client:{client.id}")
            return client

        return await self.transactions.write(send)

    def _waiting(self, uow: UnitOfWork, dietitian: Dietitian, client_id: int) -> str | None:
        step = uow.steps.of(dietitian.telegram_id)
        if step is None or step.kind is not StepKind.CLIENT_MESSAGE or self.clock.now() >= step.expires_at:
            return None
        whom, _, sealed = (step.subject or "").partition(":")
        return sealed if whom == str(client_id) and sealed else None


def _mark(sealed: str) -> int:
    return crc32(sealed.encode()) % _NINE_DIGITS


def _message(dietitian: Dietitian, client: Client, sealed: str) -> Notice:
    return Notice(
        kind=NoticeKind.MESSAGE,
        to=client.person_id,
        key=f"message:{token_hash(sealed)[:32]}",
        detail={
            "sealed": sealed,
            "from": dietitian.name,
            "by": str(dietitian.person_id),
            "client": str(client.id),
            "name": client.name,
        },
    )


def message_unreached(
    uow: UnitOfWork, message: Notice, now: datetime, *, refused: bool = False, post: Post = Post.NONE
) -> None:
    """Whoever wrote hears of it, without the words. `refused`: the chat is open, the message itself is at fault."""
    told = Notice(
        kind=NoticeKind.MESSAGE_UNREACHED,
        to=int(message.detail["by"]),
        key=f"unreached:{message.key}{':refused' if post is Post.REFUSED else ''}",
        detail={name: message.detail[name] for name in ("client", "name")}
        | {"why": "refused" if refused else "gone", "post": post.value},
    )
    tell(uow, told, now)
