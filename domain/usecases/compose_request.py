"""A dietitian puts a request together: kind, service, client, a word, then Send.

The unsent request is a row in state DRAFT, one a dietitian; each step changes it and its `rev`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.errors import MovedOn, NotYours
from domain.model.ids import new_public_id, new_token, token_hash
from domain.model.link import LINK_LIVES, Link, LinkPurpose
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.model.queue import Errand, OutboxItem
from domain.model.request import Origin, Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.approving import know_client
from domain.usecases.telling import by, record, tell

MESSAGE_LIMIT = 1000


def own_draft(uow: UnitOfWork, dietitian: Dietitian, public_id: str, rev: int | None) -> RequestCard:
    """The dietitian's unsent request, locked. `rev` None: whichever revision it is at (a typed answer)."""
    card = uow.requests.card(public_id, lock=True)
    if card.dietitian.id != dietitian.id or card.request.origin is not Origin.DIETITIAN:
        raise NotYours
    if card.request.state is not RequestState.DRAFT or (rev is not None and card.request.rev != rev):
        raise MovedOn
    return card


def offered(service: Service) -> dict[str, Any]:
    """What a request keeps of its service, so that later edits of the service change nothing of it."""
    return {
        "title": service.title,
        "minutes": service.minutes,
        "price": service.price,
        "currency": service.currency,
        "description": service.description,
        "promised_days": service.promised_days,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """A fresh draft; an unfinished older one is thrown away."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian) -> RequestCard:
        def start(uow: UnitOfWork) -> RequestCard:
            older = uow.requests.draft_of(dietitian.id)
            if older is not None:
                uow.requests.delete(older.id)
            draft = uow.requests.add(
                Request(
                    public_id=new_public_id(),
                    dietitian_id=dietitian.id,
                    origin=Origin.DIETITIAN,
                    created_at=self.clock.now(),
                )
            )
            uow.steps.clear(dietitian.telegram_id)
            return uow.requests.card_by_id(draft.id)

        return await self.transactions.write(start)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRequest:
    """One step of the draft. Choosing the kind again forgets the service."""

    transactions: Transactions
    clock: Clock

    async def kind(self, *, dietitian: Dietitian, public_id: str, rev: int, kind: ServiceKind) -> RequestCard:
        return await self._change(dietitian, public_id, rev, kind=kind, service_id=None, title=None)

    async def back_to_kind(self, *, dietitian: Dietitian, public_id: str, rev: int) -> RequestCard:
        return await self._change(dietitian, public_id, rev, kind=None, service_id=None, title=None)

    async def service(self, *, dietitian: Dietitian, public_id: str, rev: int, service: str) -> RequestCard:
        def change(uow: UnitOfWork) -> RequestCard:
            card = own_draft(uow, dietitian, public_id, rev)
            chosen = uow.services.by_public_id(service)
            if chosen is None or chosen.dietitian_id != dietitian.id or chosen.archived:
                raise NotYours
            draft = replace(
                card.request,
                kind=chosen.kind,
                service_id=chosen.id,
                **offered(chosen),
            )
            return self._store(uow, dietitian, draft)

        return await self.transactions.write(change)

    async def back_to_service(self, *, dietitian: Dietitian, public_id: str, rev: int) -> RequestCard:
        return await self._change(dietitian, public_id, rev, service_id=None, title=None)

    async def known_client(
        self, *, dietitian: Dietitian, public_id: str, rev: int, client_id: int
    ) -> RequestCard:
        def change(uow: UnitOfWork) -> RequestCard:
            card = own_draft(uow, dietitian, public_id, rev)
            client = uow.clients.get(client_id)
            if client.dietitian_id != dietitian.id:
                raise NotYours
            draft = replace(
                card.request, client_id=client.person_id, client_name=client.name, client_email=client.email
            )
            return self._store(uow, dietitian, draft)

        return await self.transactions.write(change)

    async def shared_client(
        self, *, dietitian: Dietitian, public_id: str, telegram_id: int, name: str, timezone: str
    ) -> RequestCard:
        """Somebody picked with Telegram's own picker: their id is known, reachable or not."""

        def change(uow: UnitOfWork) -> RequestCard:
            card = own_draft(uow, dietitian, public_id, None)
            now = self.clock.now()
            person = uow.people.by_telegram_id(telegram_id) or uow.people.add(
                Person(telegram_id=telegram_id, name=name, timezone=timezone, created_at=now)
            )
            known = uow.clients.find(dietitian.id, person.id)
            draft = replace(
                card.request,
                client_id=person.id,
                client_name=known.name if known else person.name,
                client_email=known.email if known else None,
            )
            return self._store(uow, dietitian, draft)

        return await self.transactions.write(change)

    async def new_client_name(self, *, dietitian: Dietitian, public_id: str, name: str) -> RequestCard:
        return await self._change(
            dietitian, public_id, None, client_id=None, client_name=name, client_email=None
        )

    async def new_client_email(
        self, *, dietitian: Dietitian, public_id: str, rev: int | None, email: str | None
    ) -> RequestCard:
        """The new client becomes a person of their own, not yet in Telegram."""

        def change(uow: UnitOfWork) -> RequestCard:
            card = own_draft(uow, dietitian, public_id, rev)
            if card.request.client_name is None:
                raise MovedOn
            person = uow.people.add(
                Person(
                    telegram_id=None,
                    name=card.request.client_name,
                    timezone=dietitian.timezone,
                    created_at=self.clock.now(),
                )
            )
            draft = replace(card.request, client_id=person.id, client_email=email)
            return self._store(uow, dietitian, draft)

        return await self.transactions.write(change)

    async def back_to_client(self, *, dietitian: Dietitian, public_id: str, rev: int) -> RequestCard:
        return await self._change(
            dietitian, public_id, rev, client_id=None, client_name=None, client_email=None, message=None
        )

    async def message(
        self, *, dietitian: Dietitian, public_id: str, rev: int | None, message: str | None
    ) -> RequestCard:
        return await self._change(dietitian, public_id, rev, message=message)

    async def _change(
        self, dietitian: Dietitian, public_id: str, rev: int | None, **fields: Any
    ) -> RequestCard:
        def change(uow: UnitOfWork) -> RequestCard:
            card = own_draft(uow, dietitian, public_id, rev)
            return self._store(uow, dietitian, replace(card.request, **fields))

        return await self.transactions.write(change)

    def _store(self, uow: UnitOfWork, dietitian: Dietitian, draft: Request) -> RequestCard:
        stored = uow.requests.save(draft)
        uow.steps.clear(dietitian.telegram_id)
        return uow.requests.card_by_id(stored.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardRequest:
    """The dietitian gives up the draft; it disappears, as nobody else has seen it."""

    transactions: Transactions

    async def __call__(self, *, dietitian: Dietitian, public_id: str) -> None:
        def discard(uow: UnitOfWork) -> None:
            card = own_draft(uow, dietitian, public_id, None)
            uow.requests.delete(card.request.id)
            uow.steps.clear(dietitian.telegram_id)

        await self.transactions.write(discard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`token` is the secret of the one-time link, known only now; None where the client is told directly."""

    card: RequestCard
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """DRAFT -> PENDING. A client who can be written to is told; anyone else gets a one-time link."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str, rev: int) -> Sent:
        return await self.transactions.write(lambda uow: self._send(uow, dietitian, public_id, rev))

    def _send(self, uow: UnitOfWork, dietitian: Dietitian, public_id: str, rev: int) -> Sent:
        now = self.clock.now()
        card = own_draft(uow, dietitian, public_id, rev)
        if card.client is None or card.request.service_id is None:
            raise MovedOn
        request = uow.requests.save(replace(card.request, state=RequestState.PENDING, sent_at=now))
        know_client(uow, request, card.client, now)
        record(uow, now, by(dietitian.person_id), "sent", f"request:{request.public_id}")
        token = None
        if card.client.can_be_written_to:
            tell(uow, _received(request, card.client.id), now)
        else:
            token = issue_link(uow, request, now)
            if request.client_email:
                _mail(uow, request, now)
        return Sent(card=uow.requests.card_by_id(request.id), token=token)


def issue_link(uow: UnitOfWork, request: Request, now: datetime) -> str:
    """A new one-time link to the request; the database keeps only its hash."""
    token = new_token()
    uow.links.add(
        Link(
            token_hash=token_hash(token),
            purpose=LinkPurpose.REQUEST,
            request_id=request.id,
            expires_at=now + LINK_LIVES,
            created_at=now,
        )
    )
    return token


def _received(request: Request, client_id: int) -> Notice:
    return Notice(
        kind=NoticeKind.REQUEST_RECEIVED,
        to=client_id,
        key=f"received:{request.public_id}",
        request_id=request.id,
    )


def _mail(uow: UnitOfWork, request: Request, now: datetime) -> None:
    """The mail gets a link of its own when it is sent: no token waits in the database."""
    item = OutboxItem(
        errand=Errand.MAIL,
        key=f"mail:received:{request.public_id}",
        lane=f"mail:{request.public_id}",
        payload={"request_id": request.id},
        due_at=now,
        created_at=now,
    )
    uow.outbox.add(item)
