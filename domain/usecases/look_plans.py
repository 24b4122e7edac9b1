"""Read-only questions about meal plans."""

from dataclasses import dataclass

from domain.model.people import Dietitian, Person, Role
from domain.model.views import Page, PlanCard
from domain.ports import Clock, Transactions
from domain.usecases.look import PAGE_SIZE
from domain.usecases.plan_access import clients_plan, dietitians_plan, either_sides_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPlans:
    transactions: Transactions
    clock: Clock

    async def of_client(self, *, person: Person, number: int) -> Page[PlanCard]:
        return await self.transactions.read(
            lambda uow: uow.plans.page_for_client(person.id, number=number, size=PAGE_SIZE)
        )

    async def of_dietitian(self, *, dietitian: Dietitian, tab: str, number: int) -> Page[PlanCard]:
        now = self.clock.now()
        return await self.transactions.read(
            lambda uow: uow.plans.page_for_dietitian(
                dietitian.id, tab=tab, now=now, number=number, size=PAGE_SIZE
            )
        )

    async def clients_own(self, *, person: Person, public_id: str) -> PlanCard:
        return await self.transactions.read(lambda uow: clients_plan(uow, person, public_id))

    async def dietitians_own(self, *, dietitian: Dietitian, public_id: str) -> PlanCard:
        return await self.transactions.read(lambda uow: dietitians_plan(uow, dietitian, public_id))

    async def either_side(self, *, person: Person, public_id: str) -> tuple[PlanCard, Role]:
        return await self.transactions.read(lambda uow: either_sides_plan(uow, person, public_id))

    async def late(self, *, number: int) -> Page[PlanCard]:
        """Everybody's: for the admins."""
        now = self.clock.now()
        return await self.transactions.read(lambda uow: uow.plans.late(now, number=number, size=PAGE_SIZE))
