"""Read-only questions that screens ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import NotYours
from domain.model.calendar import Connection
from domain.model.payment import Payment
from domain.model.people import Client, Dietitian, Person, Role
from domain.model.refund import Refund
from domain.model.request import RequestState
from domain.model.service import Service, ServiceKind
from domain.model.views import Page, RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.read_intake import closed_because

PAGE_SIZE = 5
SERVICES_ON_A_PAGE = 8
OPEN = (RequestState.PENDING,)
LINGER = timedelta(hours=1)  # a meeting stays in the list for a while after its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    transactions: Transactions
    clock: Clock

    async def card(self, *, telegram_id: int, public_id: str) -> tuple[RequestCard, Role]:
        """`NotYours` for a record that is not theirs or not there."""
        card = await self.transactions.read(lambda uow: uow.requests.card(public_id))
        role = card.role_of(telegram_id)
        if role is None:
            raise NotYours
        return card, role

    async def client(self, *, card: RequestCard) -> Client | None:
        """As the dietitian knows them; None before the first request was sent to them."""
        person = card.client
        if person is None:
            return None
        return await self.transactions.read(lambda uow: uow.clients.find(card.dietitian.id, person.id))

    async def requests_of_client(
        self, *, person: Person, number: int, states: Collection[RequestState] = OPEN
    ) -> Page[RequestCard]:
        return await self.transactions.read(
            lambda uow: uow.requests.page_for_client(person.id, states=states, number=number, size=PAGE_SIZE)
        )

    async def requests_of_dietitian(
        self, *, dietitian: Dietitian, states: Collection[RequestState], number: int
    ) -> Page[RequestCard]:
        return await self.transactions.read(
            lambda uow: uow.requests.page_for_dietitian(
                dietitian.id, states=states, number=number, size=PAGE_SIZE
            )
        )

    async def upcoming_of_client(self, *, person: Person, number: int) -> Page[RequestCard]:
        after = self.clock.now() - LINGER
        return await self.transactions.read(
            lambda uow: uow.bookings.page_for_client(person.id, after=after, number=number, size=PAGE_SIZE)
        )

    async def upcoming_of_dietitian(self, *, dietitian: Dietitian, number: int) -> Page[RequestCard]:
        after = self.clock.now() - LINGER
        return await self.transactions.read(
            lambda uow: uow.bookings.page_for_dietitian(
                dietitian.id, after=after, number=number, size=PAGE_SIZE
            )
        )

    async def past_of_client(self, *, person: Person, number: int) -> Page[RequestCard]:
        before = self.clock.now() - LINGER
        return await self.transactions.read(
            lambda uow: uow.bookings.past_of_client(person.id, before=before, number=number, size=PAGE_SIZE)
        )

    async def past_of_dietitian(self, *, dietitian: Dietitian, number: int) -> Page[RequestCard]:
        before = self.clock.now() - LINGER
        return await self.transactions.read(
            lambda uow: uow.bookings.past_of_dietitian(
                dietitian.id, before=before, number=number, size=PAGE_SIZE
            )
        )

    async def refund(self, *, payment: Payment | None) -> Refund | None:
        """The payment's refund, if one was started."""
        if payment is None:
            return None
        return await self.transactions.read(lambda uow: uow.refunds.of_payment(payment.id))

    async def has_intake(self, *, card: RequestCard) -> bool:
        """Whether there is something to answer, or an answer."""

        def look(uow: UnitOfWork) -> bool:
            found = uow.intakes.of_request(card.request.id)
            if found is None:
                return False
            plan = uow.plans.of_request(card.request.id)
            return found.sealed_answers is not None or closed_because(card, plan, self.clock.now()) is None

        return await self.transactions.read(look)

    async def clients(self, *, dietitian: Dietitian, number: int) -> Page[Client]:
        """Those whom something can be asked of."""
        return await self.transactions.read(
            lambda uow: uow.clients.page(dietitian.id, number=number, size=PAGE_SIZE, welcome=True)
        )

    async def services(
        self, *, dietitian: Dietitian, number: int, kind: ServiceKind | None = None
    ) -> Page[Service]:
        """Those on offer."""
        return await self.transactions.read(
            lambda uow: uow.services.page(dietitian.id, kind=kind, number=number, size=SERVICES_ON_A_PAGE)
        )

    async def kinds(self, *, dietitian: Dietitian) -> set[ServiceKind]:
        """Of what is on offer."""
        return await self.transactions.read(lambda uow: uow.services.kinds(dietitian.id))

    async def connection(self, *, dietitian: Dietitian) -> Connection | None:
        return await self.transactions.read(lambda uow: uow.connections.of(dietitian.id))
