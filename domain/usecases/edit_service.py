"""A dietitian changes, orders and archives what they offer. Requests hold copies: none of it touches them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from domain.errors import MovedOn, NotYours
from domain.model.people import Dietitian
from domain.model.service import Service
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.add_service import QUESTIONS, Asked
from domain.usecases.offers import own_service
from domain.usecases.telling import by, record

Change = Callable[[UnitOfWork, Service], Service]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A service and where it stands among those on offer, from 0; `place` is None for an archived one."""

    service: Service
    place: int | None
    count: int


def _placed(uow: UnitOfWork, service: Service) -> Placed:
    before, count = uow.services.place(service)
    return Placed(service=service, place=None if service.archived else before, count=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditService:
    """A typed value is taken as it is: whoever reads it has checked it. Doing it again changes nothing."""

    transactions: Transactions
    clock: Clock

    async def look(self, *, dietitian: Dietitian, public_id: str) -> Placed:
        """The archived ones too."""

        def read(uow: UnitOfWork) -> Placed:
            return _placed(uow, own_service(uow, dietitian, public_id, archived=True))

        return await self.transactions.read(read)

    async def archived(self, *, dietitian: Dietitian) -> list[Service]:
        """The title's order."""
        found = await self.transactions.read(lambda uow: uow.services.archived_of(dietitian.id))
        return sorted(found, key=lambda one: one.title.casefold())

    async def change(
        self, *, dietitian: Dietitian, public_id: str, field: Asked, value: str | int | None
    ) -> Placed:
        """`NotYours` for a field that this kind has not."""

        def change(uow: UnitOfWork, service: Service) -> Service:
            if field not in QUESTIONS[service.kind]:
                raise NotYours
            return self._keep(uow, dietitian, service, f"changed the {field.value}", **{field.value: value})

        return await self._on_offer(dietitian, public_id, change)

    async def show(self, *, dietitian: Dietitian, public_id: str, by_request_only: bool) -> Placed:
        def change(uow: UnitOfWork, service: Service) -> Service:
            action = "hid" if by_request_only else "showed"
            return self._keep(uow, dietitian, service, action, by_request_only=by_request_only)

        return await self._on_offer(dietitian, public_id, change)

    async def archive(self, *, dietitian: Dietitian, public_id: str) -> Placed:
        def archive(uow: UnitOfWork, service: Service) -> Service:
            return self._keep(uow, dietitian, service, "archived", archived=True)

        return await self._change(dietitian, public_id, archive)

    async def restore(self, *, dietitian: Dietitian, public_id: str) -> Placed:
        """Behind those on offer; as it was in all else."""

        def restore(uow: UnitOfWork, service: Service) -> Service:
            if not service.archived:
                return service
            last = max((one.position for one in uow.services.of(dietitian.id)), default=-1)
            return self._keep(uow, dietitian, service, "restored", archived=False, position=last + 1)

        return await self._change(dietitian, public_id, restore)

    async def place(self, *, dietitian: Dietitian, public_id: str, at: int, to: int) -> Placed:
        """`MovedOn` where it does not stand at `at` any more; past an end it goes to that end."""

        def move(uow: UnitOfWork, service: Service) -> Service:
            order = uow.services.of(dietitian.id)
            if not 0 <= at < len(order) or order[at].id != service.id:
                raise MovedOn
            order.insert(min(max(to, 0), len(order) - 1), order.pop(at))
            for position, one in enumerate(order):
                if one.position != position:
                    uow.services.save(replace(one, position=position))
            subject = f"service:{service.public_id}"
            record(uow, self.clock.now(), by(dietitian.person_id), "moved", subject, place=to)
            return uow.services.get(service.id)

        return await self._on_offer(dietitian, public_id, move)

    async def _on_offer(self, dietitian: Dietitian, public_id: str, change: Change) -> Placed:
        return await self._change(dietitian, public_id, change, archived=False)

    async def _change(
        self, dietitian: Dietitian, public_id: str, change: Change, *, archived: bool = True
    ) -> Placed:
        def work(uow: UnitOfWork) -> Placed:
            uow.dietitians.lock(dietitian.id)
            service = change(uow, own_service(uow, dietitian, public_id, archived=archived))
            uow.steps.clear(dietitian.telegram_id)
            return _placed(uow, service)

        return await self.transactions.write(work)

    def _keep(
        self, uow: UnitOfWork, dietitian: Dietitian, service: Service, action: str, **fields: Any
    ) -> Service:
        changed = replace(service, **fields)
        if changed != service:
            uow.services.save(changed)
            record(uow, self.clock.now(), by(dietitian.person_id), action, f"service:{service.public_id}")
        return changed
