"""Plans, their files and what was asked, to begin with."""

from hashlib import sha256
from itertools import count
from typing import Any

from domain.model.intake import Intake
from domain.model.people import Person
from domain.model.plan import Plan, PlanFile, PlanFileState, PlanState
from domain.model.request import Request
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from tests.clock import MORNING
from tests.storage.seeds import HOUR, Practice, person, request

_numbers = count(1)


def plan(of: Request, **fields: Any) -> Plan:
    """Owed a day from now."""
    given = {
        "request_id": of.id,
        "dietitian_id": of.dietitian_id,
        "client_id": of.client_id,
        "promised_at": MORNING + 24 * HOUR,
        "free_hours": 24,
        "late_refund_percent": 0,
        "created_at": MORNING,
    }
    return Plan(**{**given, **fields})


def file(of: Request, **fields: Any) -> PlanFile:
    """An upload, checked and not confirmed."""
    given = {
        "public_id": f"F{next(_numbers)}",
        "dietitian_id": of.dietitian_id,
        "request_id": of.id,
        "name": "Ètò oúnjẹ.pdf",
        "size": 3,
        "sha256": sha256(b"abc").hexdigest(),
        "pages": 1,
        "uploaded_at": MORNING,
    }
    return PlanFile(**{**given, **fields})


def version(of: Request, number: int, **fields: Any) -> PlanFile:
    return file(of, number=number, state=PlanFileState.CONFIRMED, confirmed_at=MORNING, **fields)


def service(dietitian_id: int, **fields: Any) -> Service:
    number = next(_numbers)
    given = {
        "public_id": f"S{number}",
        "dietitian_id": dietitian_id,
        "slug": f"plan-{number}",
        "kind": ServiceKind.MEAL_PLAN,
        "title": "Plan",
        "minutes": None,
        "price": 2_500_000,
        "currency": "NGN",
    }
    return Service(**{**given, **fields})


def intake(of: Request, **fields: Any) -> Intake:
    given = {"request_id": of.id, "questions": ("Why now?", "Kí ni o ń jẹ?"), "created_at": MORNING}
    return Intake(**{**given, **fields})


def planned(uow: UnitOfWork, seed: Practice, *, client: Person | None = None, **fields: Any) -> Plan:
    """A plan with a request of its own, of the practice's client where no other is named."""
    of = uow.requests.add(request(seed.dietitian.id, (client or seed.client).id))
    return uow.plans.add(plan(of, **fields))


def filed(uow: UnitOfWork, seed: Practice, *files: dict[str, Any], **fields: Any) -> tuple[Plan, Request]:
    """A plan that was sent, with a version for each of `files`, in their order."""
    of = uow.requests.add(request(seed.dietitian.id, uow.people.add(person()).id))
    made = uow.plans.add(plan(of, **{"state": PlanState.SENT, **fields}))
    for number, given in enumerate(files, start=1):
        uow.plan_files.add(version(of, number, **given), b"sealed")
    return made, of
