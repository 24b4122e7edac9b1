"""A request for several clients at once: the draft keeps who is chosen, until it is sent to each of them."""

from dataclasses import dataclass, replace

from domain.errors import Malformed, NotYours
from domain.model.people import Client, Dietitian
from domain.model.request import Request
from domain.model.views import Page, RequestCard
from domain.ports import Transactions, UnitOfWork
from domain.usecases.compose_request import own_draft
from domain.usecases.welcome import must_not_be_blocked

MOST_AT_ONCE = 50
PAGE_SIZE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralClients:
    transactions: Transactions

    async def page(self, *, dietitian: Dietitian, number: int) -> Page[Client]:
        return await self.transactions.read(
            lambda uow: uow.clients.page(dietitian.id, number=number, size=PAGE_SIZE, welcome=True)
        )

    async def chosen(self, *, dietitian: Dietitian, request: Request) -> list[Client]:
        """By name; one who is no client any more, or is blocked, is left out."""
        if not request.chosen_clients:
            return []
        return await self.transactions.read(
            lambda uow: uow.clients.among(dietitian.id, request.chosen_clients)
        )

    async def choose(
        self, *, dietitian: Dietitian, public_id: str, client_id: int, chosen: bool
    ) -> RequestCard:
        """Not bound to a revision: it says what shall be, so that a repeated press changes nothing."""

        def choose(uow: UnitOfWork) -> RequestCard:
            card = own_draft(uow, dietitian, public_id, None)
            client = uow.clients.get(client_id)
            if client.dietitian_id != dietitian.id:
                raise NotYours
            if chosen:
                must_not_be_blocked(client)
            others = tuple(one for one in card.request.chosen_clients if one != client_id)
            now_chosen = (*others, client_id) if chosen else others
            if len(now_chosen) > MOST_AT_ONCE:
                raise Malformed(f"{MOST_AT_ONCE} clients at once are the most. Send this one first.")
            if sorted(now_chosen) == sorted(card.request.chosen_clients):
                return card
            uow.steps.clear(dietitian.telegram_id)
            draft = replace(
                card.request, client_id=None, client_name=None, client_email=None, chosen_clients=now_chosen
            )
            return uow.requests.card_by_id(uow.requests.save(draft).id)

        return await self.transactions.write(choose)
