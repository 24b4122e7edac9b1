"""Booking and buying without being asked: what is on offer, and taking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import MovedOn, NeedsConsent
from domain.model.ids import new_public_id
from domain.model.people import Dietitian, Person
from domain.model.request import Origin, Request
from domain.model.service import Service, ServiceKind
from domain.model.views import RequestCard, Seller, Shelf
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.compose_request import offered
from domain.usecases.telling import by, record
from domain.usecases.welcome import is_blocked

A_DAY = timedelta(days=1)
PAGE_SIZE = 6


def can_be_taken(service: Service) -> bool:
    """By clients who were not asked."""
    return not service.archived and not service.by_request_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where a public link leads: what a dietitian offers to everybody, and the service where the link is one's."""

    dietitian: Dietitian
    services: Sequence[Service]
    service: Service | None = None

    def has(self, kind: ServiceKind) -> bool:
        return any(service.kind is kind for service in self.services)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What somebody can take by themselves. Nobody is a client of their own practice."""

    transactions: Transactions
    clock: Clock

    async def sellers(self, *, person: Person, kind: ServiceKind) -> list[Seller]:
        """Who never opens has no consultation to choose a time for."""

        def look(uow: UnitOfWork) -> list[Seller]:
            open_ones = self._with_hours(uow, kind)
            closed = uow.clients.who_blocked(person.id)
            return [
                seller
                for seller in uow.services.sellers(kind)
                if (open_ones is None or seller.dietitian.id in open_ones)
                and seller.dietitian.id not in closed
                and seller.dietitian.person_id != person.id
            ]

        return await self.transactions.read(look)

    def _with_hours(self, uow: UnitOfWork, kind: ServiceKind) -> set[int] | None:
        """None: hours do not matter."""
        if kind is ServiceKind.MEAL_PLAN:
            return None
        yesterday = self.clock.now().date() - A_DAY  # wherever they are, today is no earlier
        return uow.dietitians.with_hours(yesterday)

    async def shelf(self, *, person: Person, dietitian: str, kind: ServiceKind, number: int) -> Shelf | None:
        """None where there is nothing (any more) that they could take."""

        def look(uow: UnitOfWork) -> Shelf | None:
            found = uow.dietitians.by_public_id(dietitian)
            if found is None or found.person_id == person.id or not found.takes_new:
                return None
            if is_blocked(uow, found.id, person.id):
                return None
            open_ones = self._with_hours(uow, kind)
            if open_ones is not None and found.id not in open_ones:
                return None
            page = uow.services.page(found.id, kind=kind, to_all=True, number=number, size=PAGE_SIZE)
            return Shelf(dietitian=found, services=page) if page.total else None

        return await self.transactions.read(look)

    async def counter(self, *, person: Person, public_id: str) -> Counter | None:
        """A dietitian's or a service's public id; None where that is unknown, put away, suspended or not for them."""

        def look(uow: UnitOfWork) -> Counter | None:
            service = uow.services.by_public_id(public_id)
            if service is None:
                dietitian = uow.dietitians.by_public_id(public_id)
            else:
                dietitian = uow.dietitians.get(service.dietitian_id)
            if dietitian is None or not dietitian.takes_new or (service is not None and service.archived):
                return None
            if is_blocked(uow, dietitian.id, person.id):
                return None
            services = [one for one in uow.services.of(dietitian.id) if can_be_taken(one)]
            return Counter(dietitian=dietitian, services=services, service=service)

        return await self.transactions.read(look)

    async def whose(self, *, service: str) -> tuple[Dietitian, ServiceKind] | None:
        """Who offers it or once did."""

        def look(uow: UnitOfWork) -> tuple[Dietitian, ServiceKind] | None:
            found = uow.services.by_public_id(service)
            return None if found is None else (uow.dietitians.get(found.dietitian_id), found.kind)

        return await self.transactions.read(look)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeService:
    """A request that the client begins and agrees to in one; the dietitian hears of it when it is paid.

    One that was begun before at the same terms is gone on with. `MovedOn` where it is not on offer to them.
    """

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, service: str) -> RequestCard:
        return await self.transactions.write(lambda uow: self._take(uow, person, service))

    def _take(self, uow: UnitOfWork, person: Person, public_id: str) -> RequestCard:
        if not person.has_consented:
            raise NeedsConsent
        found = uow.services.by_public_id(public_id)
        if found is None:
            raise MovedOn
        dietitian = uow.dietitians.lock(found.dietitian_id)  # of two presses at once the second waits here
        service = uow.services.get(found.id)
        if not dietitian.takes_new or not can_be_taken(service) or dietitian.person_id == person.id:
            raise MovedOn
        if is_blocked(uow, dietitian.id, person.id):
            raise MovedOn
        draft = uow.requests.own_draft(person.id, service.id)
        if draft is not None and _same_terms(draft, service):
            return uow.requests.card_by_id(draft.id)
        request = uow.requests.add(self._begun(person, service))
        record(uow, request.created_at, by(person.id), "began", f"request:{request.public_id}")
        return uow.requests.card_by_id(request.id)

    def _begun(self, person: Person, service: Service) -> Request:
        now = self.clock.now()
        return Request(
            public_id=new_public_id(),
            dietitian_id=service.dietitian_id,
            client_id=person.id,
            origin=Origin.CLIENT,
            kind=service.kind,
            service_id=service.id,
            created_at=now,
            agreed_at=now,
            **offered(service),
        )


def _same_terms(draft: Request, service: Service) -> bool:
    return draft.kind is service.kind and all(
        getattr(draft, name) == value for name, value in offered(service).items()
    )
