"""A meal plan that is paid for, its PDFs, and what became of them."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from domain.model.message import Document
from domain.model.people import Person
from domain.model.plan import PlanFile
from domain.model.request import Request
from domain.model.service import ServiceKind
from domain.model.views import PlanCard
from domain.usecases.cancel_plan import CancelPlan
from domain.usecases.deliver_plan import DeliverPlan
from domain.usecases.upload_plan import ConfirmFile, SortFile, TakeFile
from storage.database import Database
from storage.tables import audit, plan_contents, plan_files
from tests.money.practice import play
from tests.property.post import Chats, OnePage
from tests.races.hands import parts
from tests.rig import Cast, Rig
from tests.storage import plan_seeds

PRICE = 2_500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A plan that its client has paid for; `owner` is the dietitian as a person."""

    cast: Cast
    request: Request
    reference: str
    owner: Person

    @property
    def name(self) -> str:
        return self.request.public_id


async def unpaid(rig: Rig, **terms: Any) -> Waiting:
    """Its pay link is open."""
    cast = await play(rig, **terms)
    name = f"P{cast.dietitian.public_id}"  # the seeds count by themselves, and so does the rig
    given = plan_seeds.service(cast.dietitian.id, public_id=name, questions=("Why now?",), price=PRICE)
    service = await rig.write(lambda uow: uow.services.add(given))
    owner = await rig.read(lambda uow: uow.people.get(cast.dietitian.person_id))
    return await another(rig, replace(cast, service=service), owner)


async def another(rig: Rig, cast: Cast, owner: Person) -> Waiting:
    request = await rig.consultation(cast, kind=ServiceKind.MEAL_PLAN, promised_days=6)
    await rig.press(cast.amina, "Approve")
    (reference,) = await rig.references(request)
    return Waiting(cast=cast, request=request, reference=reference, owner=owner)


async def waiting(rig: Rig, **terms: Any) -> Waiting:
    at = await unpaid(rig, **terms)
    await rig.pay(at.reference)
    return at


async def upload(rig: Rig, at: Waiting, content: bytes = b"plan") -> PlanFile:
    """Checked, previewed, not confirmed."""
    fresh = plan_seeds.file(
        at.request, sha256=sha256(content).hexdigest(), size=len(content), uploaded_at=rig.clock.now()
    )
    sealed = rig.world.vault.seal_bytes(content)
    file: PlanFile = await rig.write(lambda uow: uow.plan_files.add(fresh, sealed))
    return file


def confirm(rig: Rig, database: Database, at: Waiting, file: PlanFile) -> Any:
    who = at.cast.dietitian
    return ConfirmFile(**parts(rig, database))(dietitian=who, public_id=at.name, file=file.public_id)


def _sort(rig: Rig, database: Database) -> SortFile:
    return SortFile(transactions=database, inspector=OnePage(), vault=rig.world.vault)


def assign(rig: Rig, database: Database, at: Waiting, file: PlanFile) -> Any:
    return _sort(rig, database).assign(dietitian=at.cast.dietitian, public_id=at.name, file=file.public_id)


def discard(rig: Rig, database: Database, at: Waiting, file: PlanFile) -> Any:
    return _sort(rig, database).discard(dietitian=at.cast.dietitian, file=file.public_id)


def take(rig: Rig, database: Database, at: Waiting, words: str) -> Any:
    """Another PDF for the same plan; what is in it is `words`."""
    do = TakeFile(**parts(rig, database), messenger=Chats(), inspector=OnePage(), vault=rig.world.vault)
    document = Document(file_id=words, name="plan.pdf")
    return do(dietitian=at.cast.dietitian, document=document, note=None, request=at.name)


async def cancel(rig: Rig, database: Database, at: Waiting, person: Person) -> Any:
    """From a screen that is up to date."""
    seen = await shown(rig, at)
    percent = seen.plan.refund_percent_at(rig.clock.now(), by_dietitian=person.id == at.owner.id)
    rev = seen.card.request.rev
    return CancelPlan(**parts(rig, database))(person=person, public_id=at.name, rev=rev, percent=percent)


def hands_over(rig: Rig, database: Database) -> DeliverPlan:
    return DeliverPlan(**parts(rig, database), vault=rig.world.vault, mail_is_sent=False)


async def shown(rig: Rig, at: Waiting) -> PlanCard:
    found: PlanCard = await rig.read(lambda uow: uow.plans.card(at.name))
    return found


async def done(rig: Rig, at: Waiting) -> dict[str, int]:
    """How often each thing was done to the plan; unlike the outbox the audit forgives no second time."""
    rows = await rig.rows(select(audit.c.action).where(audit.c.record == f"plan:{at.name}"))
    actions = [action for (action,) in rows]
    return {action: actions.count(action) for action in actions}


async def files(rig: Rig) -> list[tuple[Any, ...]]:
    """State and number of every PDF whose content is there, oldest first."""
    joined = plan_files.join(plan_contents, plan_contents.c.file_id == plan_files.c.id)
    columns = (plan_files.c.state, plan_files.c.number)
    return await rig.rows(select(*columns).select_from(joined).order_by(plan_files.c.id))


def received(at: Waiting) -> list[bytes]:
    return [one.document.bytes for one in at.cast.amina.messages if one.document and not one.mine]


def as_before(record: Any) -> Any:
    """In place of a look: what stood there before anybody had done anything."""

    def look(*_: object, **__: object) -> Any:
        return record

    return look


def unguarded(_: object, __: object, record: Any) -> Any:
    """In place of `Revisions.revise`: nothing minds that the record has changed, and nothing is written."""
    return replace(record, rev=record.rev + 1)
