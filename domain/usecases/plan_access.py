"""A meal plan as the person sees it who asks for it: `NotYours` for anybody else."""

from domain.errors import NotYours
from domain.model.people import Dietitian, Person, Role
from domain.model.views import PlanCard
from domain.ports import UnitOfWork


def dietitians_plan(uow: UnitOfWork, dietitian: Dietitian, public_id: str, *, lock: bool = False) -> PlanCard:
    if lock:
        uow.requests.card(public_id, lock=True)
    shown = uow.plans.card(public_id)
    if shown.card.dietitian.id != dietitian.id:
        raise NotYours
    return shown


def either_sides_plan(
    uow: UnitOfWork, person: Person, public_id: str, *, lock: bool = False
) -> tuple[PlanCard, Role]:
    if lock:
        uow.requests.card(public_id, lock=True)
    shown = uow.plans.card(public_id)
    role = shown.card.role_of(person.telegram_id) if person.telegram_id is not None else None
    if role is None:
        raise NotYours
    return shown, role


def clients_plan(uow: UnitOfWork, person: Person, public_id: str) -> PlanCard:
    shown, role = either_sides_plan(uow, person, public_id)
    if role is not Role.CLIENT:
        raise NotYours
    return shown
