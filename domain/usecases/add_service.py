"""A dietitian adds a service, one question after the other.

What is known so far stands in the step that asks the next question: there is no half-made service anywhere.
"""

import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from domain.errors import MovedOn, NotYours
from domain.model.ids import new_public_id
from domain.model.people import Dietitian
from domain.model.service import DEFAULT_PROMISED_DAYS, Service, ServiceKind
from domain.model.step import STEP_LIVES, Step, StepKind
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.readiness import tell_when_ready
from domain.usecases.telling import by, record

_LONGEST_SLUG = 40
_NAMES = {ServiceKind.CONSULTATION: "consultation", ServiceKind.MEAL_PLAN: "meal-plan"}


class Asked(StrEnum):
    TITLE = "title"
    MINUTES = "minutes"
    PRICE = "price"
    DESCRIPTION = "description"
    DAYS = "promised_days"


QUESTIONS = {
    ServiceKind.CONSULTATION: (Asked.TITLE, Asked.MINUTES, Asked.PRICE, Asked.DESCRIPTION),
    ServiceKind.MEAL_PLAN: (Asked.TITLE, Asked.PRICE, Asked.DESCRIPTION, Asked.DAYS),
}
"""In the order in which they are asked; each is named like the field of a `Service` that it fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """`public_id` is the service's own from the start: a press after the last question finds what it became."""

    public_id: str
    kind: ServiceKind
    asked: Asked = Asked.TITLE
    title: str | None = None
    minutes: int | None = None
    price: int | None = None
    description: str | None = None
    promised_days: int | None = None

    @property
    def before(self) -> Asked | None:
        """The question before the present one."""
        questions = QUESTIONS[self.kind]
        place = questions.index(self.asked)
        return questions[place - 1] if place else None

    @property
    def after(self) -> Asked | None:
        questions = QUESTIONS[self.kind]
        place = questions.index(self.asked)
        return questions[place + 1] if place + 1 < len(questions) else None


def draft_of(subject: str) -> ServiceDraft:
    """From the subject of a step."""
    told = json.loads(subject)
    return ServiceDraft(**{**told, "kind": ServiceKind(told["kind"]), "asked": Asked(told["asked"])})


def add_service(uow: UnitOfWork, dietitian: Dietitian, draft: ServiceDraft, currency: str) -> Service:
    """Behind those that are on offer. The dietitian is locked."""
    everything = uow.services.everything_of(dietitian.id)
    if draft.title is None or draft.price is None:
        raise MovedOn
    is_plan = draft.kind is ServiceKind.MEAL_PLAN
    return uow.services.add(
        Service(
            public_id=draft.public_id,
            dietitian_id=dietitian.id,
            slug=slug_of(draft.title, draft.kind, {service.slug for service in everything}),
            kind=draft.kind,
            title=draft.title,
            minutes=None if is_plan else draft.minutes,
            price=draft.price,
            currency=currency,
            description=draft.description,
            promised_days=(draft.promised_days or DEFAULT_PROMISED_DAYS) if is_plan else None,
            position=max((service.position for service in everything), default=-1) + 1,
        )
    )


def slug_of(title: str, kind: ServiceKind, taken: Collection[str]) -> str:
    """`Ọlá's first visit` -> `olas-first-visit`; the kind's name where no letter of A to Z is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    slug = words[:_LONGEST_SLUG].strip("-") or _NAMES[kind]
    free, number = slug, 1
    while free in taken:
        number += 1
        end = f"-{number}"
        free = slug[: _LONGEST_SLUG - len(end)].strip("-") + end
    return free


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """Kind, title, minutes, price, description, promised days. Each answer is taken once, whoever repeats it."""

    transactions: Transactions
    clock: Clock
    currency: str

    async def begin(self, *, dietitian: Dietitian, kind: ServiceKind) -> ServiceDraft:
        draft = ServiceDraft(public_id=new_public_id(), kind=kind)
        await self.transactions.write(lambda uow: self._ask(uow, dietitian, draft))
        return draft

    async def back(self, *, dietitian: Dietitian, public_id: str, to: str) -> ServiceDraft | Service:
        """To an earlier question; what was answered since is asked again."""

        def go_back(uow: UnitOfWork) -> ServiceDraft | Service:
            uow.dietitians.lock(dietitian.id)
            found = self._draft(uow, dietitian, public_id)
            if isinstance(found, Service) or found.before is None or to not in QUESTIONS[found.kind]:
                return found
            if QUESTIONS[found.kind].index(Asked(to)) >= QUESTIONS[found.kind].index(found.asked):
                return found
            return self._ask(uow, dietitian, replace(found, asked=Asked(to)))

        return await self.transactions.write(go_back)

    async def answer(
        self, *, dietitian: Dietitian, public_id: str, asked: Asked, value: str | int | None
    ) -> ServiceDraft | Service:
        """The draft at its next question, or the service once that was the last."""

        def answered(uow: UnitOfWork) -> ServiceDraft | Service:
            uow.dietitians.lock(dietitian.id)
            found = self._draft(uow, dietitian, public_id)
            if isinstance(found, Service) or found.asked is not asked:
                return found  # answered already
            filled = replace(found, **{asked.value: value})  # type: ignore[arg-type]
            if filled.after is not None:
                return self._ask(uow, dietitian, replace(filled, asked=filled.after))
            return self._add(uow, dietitian, filled)

        return await self.transactions.write(answered)

    def _draft(self, uow: UnitOfWork, dietitian: Dietitian, public_id: str) -> ServiceDraft | Service:
        step = uow.steps.of(dietitian.telegram_id)
        if step is not None and step.kind is StepKind.NEW_SERVICE and self.clock.now() < step.expires_at:
            draft = draft_of(step.subject or "")
            if draft.public_id == public_id:
                return draft
        service = uow.services.by_public_id(public_id)
        if service is None or service.dietitian_id != dietitian.id:
            raise NotYours
        return service

    def _ask(self, uow: UnitOfWork, dietitian: Dietitian, draft: ServiceDraft) -> ServiceDraft:
        uow.steps.put(
            Step(
                telegram_id=dietitian.telegram_id,
                kind=StepKind.NEW_SERVICE,
                subject=json.dumps(asdict(draft), ensure_ascii=False),
                expires_at=self.clock.now() + STEP_LIVES,
            )
        )
        return draft

    def _add(self, uow: UnitOfWork, dietitian: Dietitian, draft: ServiceDraft) -> Service:
        service = add_service(uow, dietitian, draft, self.currency)
        tell_when_ready(uow, dietitian.id, self.clock.now())
        uow.steps.clear(dietitian.telegram_id)
        who = by(dietitian.person_id)
        record(
            uow, self.clock.now(), who, "added a service", f"service:{service.public_id}", slug=service.slug
        )
        return service
