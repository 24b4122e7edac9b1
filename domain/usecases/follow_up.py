"""After a session: the next request to the same client, begun in one tap."""

from dataclasses import dataclass

from domain.errors import MovedOn, NotYours
from domain.model.people import Client, Dietitian, Role
from domain.model.service import Service
from domain.model.views import RequestCard
from domain.ports import Transactions, UnitOfWork
from domain.usecases.compose_request import FillRequest, StartRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    transactions: Transactions
    start: StartRequest
    fill: FillRequest

    async def __call__(self, *, dietitian: Dietitian, public_id: str) -> RequestCard:
        """A fresh draft for that client; of the same service, where that is still on offer."""
        client, service = await self.transactions.read(lambda uow: _both(uow, dietitian, public_id))
        draft = await self.start(dietitian=dietitian, client_id=client.id)
        if service is None:
            return draft
        return await self.fill.service(
            dietitian=dietitian,
            public_id=draft.request.public_id,
            rev=draft.request.rev,
            service=service.public_id,
        )


def _both(uow: UnitOfWork, dietitian: Dietitian, public_id: str) -> tuple[Client, Service | None]:
    card = uow.requests.card(public_id)
    if card.dietitian.id != dietitian.id or card.role_of(dietitian.telegram_id) is not Role.DIETITIAN:
        raise NotYours
    client = None if card.client is None else uow.clients.find(dietitian.id, card.client.id)
    if client is None:
        raise MovedOn
    wanted = card.request.service_id
    service = None if wanted is None else uow.services.get(wanted)
    return client, None if service is None or service.archived else service
