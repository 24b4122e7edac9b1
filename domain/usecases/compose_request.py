"""A dietitian puts a request together: kind, service, client, a word, then Send.

The unsent request is a row in state DRAFT, one a dietitian; each step changes it and its `rev`.
"""

from dataclasses import dataclass, replace
from typing import Any

from domain.errors import MovedOn, NotYours
from domain.model.ids import new_public_id
from domain.model.people import Dietitian, Person
from domain.model.request import Origin, Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.suspending import must_take_new
from domain.usecases.welcome import must_not_be_blocked

MESSAGE_LIMIT = 1000
_FOR_NOBODY: dict[str, Any] = {
    "client_id": None, "client_name": None, "client_email": None, "chosen_clients": (), "message": None,
}  # fmt: skip


def own_draft(uow: UnitOfWork, dietitian: Dietitian, public_id: str, rev: int | None) -> RequestCard:
    """The dietitian's unsent request, locked. `rev` None: whichever revision it is at (a typed answer)."""
    card = uow.requests.card(public_id, lock=True)
    if card.dietitian.id != dietitian.id or card.request.origin is not Origin.DIETITIAN:
        raise NotYours
    if card.request.state is not RequestState.DRAFT or (rev is not None and card.request.rev != rev):
        raise MovedOn
    must_take_new(card.dietitian)
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


def _known(uow: UnitOfWork, dietitian: Dietitian, client_id: int) -> dict[str, Any]:
    """What a draft says of whom it is for."""
    client = uow.clients.get(client_id)
    if client.dietitian_id != dietitian.id:
        raise NotYours
    must_not_be_blocked(client)
    return {"client_id": client.person_id, "client_name": client.name, "client_email": client.email}


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """A fresh draft; an unfinished older one is thrown away. `client_id`: for whom, where that is chosen already."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, client_id: int | None = None) -> RequestCard:
        must_take_new(dietitian)

        def start(uow: UnitOfWork) -> RequestCard:
            return self._put(
                uow, dietitian, _known(uow, dietitian, client_id) if client_id is not None else {}
            )

        return await self.transactions.write(start)

    async def again(self, *, dietitian: Dietitian, public_id: str) -> RequestCard:
        """The draft says what a request said that came to nothing; at today's terms, where its service is on offer."""
        must_take_new(dietitian)

        def again(uow: UnitOfWork) -> RequestCard:
            card = uow.requests.card(public_id)
            if card.dietitian.id != dietitian.id or card.request.sent_at is None:
                raise NotYours
            if card.request.is_open or card.request.state is RequestState.APPROVED:
                raise MovedOn
            client = uow.clients.find(dietitian.id, card.client.id) if card.client is not None else None
            known = _known(uow, dietitian, client.id) if client is not None else {}
            service_id = card.request.service_id
            service = uow.services.get(service_id) if service_id is not None else None
            if service is not None and not service.archived:
                known |= {"kind": service.kind, "service_id": service.id, **offered(service)}
            return self._put(uow, dietitian, {**known, "message": card.request.message})

        return await self.transactions.write(again)

    def _put(self, uow: UnitOfWork, dietitian: Dietitian, known: dict[str, Any]) -> RequestCard:
        older = uow.requests.draft_of(dietitian.id)
        if older is not None:
            uow.requests.delete(older.id)
        draft = uow.requests.add(
            Request(
                public_id=new_public_id(),
                dietitian_id=dietitian.id,
                origin=Origin.DIETITIAN,
                created_at=self.clock.now(),
                **known,
            )
        )
        uow.steps.clear(dietitian.telegram_id)
        return uow.requests.card_by_id(draft.id)


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
            draft = replace(card.request, chosen_clients=(), **_known(uow, dietitian, client_id))
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
            must_not_be_blocked(known)
            draft = replace(
                card.request,
                client_id=person.id,
                client_name=known.name if known else person.name,
                client_email=known.email if known else None,
                chosen_clients=(),
            )
            return self._store(uow, dietitian, draft)

        return await self.transactions.write(change)

    async def new_client_name(self, *, dietitian: Dietitian, public_id: str, name: str) -> RequestCard:
        return await self._change(
            dietitian, public_id, None, client_id=None, client_name=name, client_email=None, chosen_clients=()
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
        return await self._change(dietitian, public_id, rev, **_FOR_NOBODY)

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
