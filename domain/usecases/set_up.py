"""A new dietitian sets up their practice, one question after the other; it can be left at any of them."""

from dataclasses import dataclass, replace
from typing import Any

from domain.errors import MovedOn, NotYours
from domain.model.hours import WeeklyHours
from domain.model.ids import new_public_id
from domain.model.people import Dietitian, Person
from domain.model.service import FirstService, ServiceKind
from domain.model.set_up import OF_SERVICE, PART_OF, Part, Question, SetUpState
from domain.model.step import STEP_LIVES, Step, StepKind
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.add_service import ServiceDraft, add_service
from domain.usecases.readiness import lacks, tell_when_ready
from domain.usecases.telling import by, record

Value = str | int | ServiceKind | WeeklyHours


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """For whoever was invited and whoever has a practice; `NotYours` for everybody else."""

    transactions: Transactions
    clock: Clock
    currency: str

    async def look(self, *, person: Person) -> SetUpState:
        return await self.transactions.read(lambda uow: _state(uow, person))

    async def ask(self, *, person: Person, question: Question | None) -> tuple[SetUpState, Question | None]:
        """What their next message answers. Without a question the one that follows; None: nothing is missing."""

        def ask(uow: UnitOfWork) -> tuple[SetUpState, Question | None]:
            state = _state(uow, person)
            asked = question if question is not None and state.may_answer(question) else state.following
            self._put(uow, person, asked)
            return state, asked

        return await self.transactions.write(ask)

    async def answer(self, *, person: Person, question: Question, value: Value) -> SetUpState:
        """Keep it, and ask what follows. `MovedOn` where that is not asked any more."""

        def answer(uow: UnitOfWork) -> SetUpState:
            before = _state(uow, person, lock=True)
            if not before.may_answer(question):
                raise MovedOn
            self._keep(uow, before, question, value)
            after = _state(uow, person)
            self._put(uow, person, after.after(question))
            if after.dietitian is not None and not before.can_be_booked:
                tell_when_ready(uow, after.dietitian.id, self.clock.now())
            return after

        return await self.transactions.write(answer)

    def _put(self, uow: UnitOfWork, person: Person, asked: Question | None) -> None:
        if person.telegram_id is None:
            return
        uow.steps.clear(person.telegram_id)
        if asked is not None:
            uow.steps.put(
                Step(
                    telegram_id=person.telegram_id,
                    kind=StepKind.SET_UP,
                    subject=asked.value,
                    expires_at=self.clock.now() + STEP_LIVES,
                )
            )

    def _keep(self, uow: UnitOfWork, state: SetUpState, question: Question, value: Any) -> None:
        if state.dietitian is None:
            dietitian = self._open_practice(uow, state, value)
        else:
            dietitian = state.dietitian
            match PART_OF[question]:
                case Part.SERVICE:
                    self._service(uow, dietitian, state.first, question, value)
                case Part.HOURS:
                    uow.dietitians.set_hours(dietitian.id, value)
                case part:
                    self._field(uow, state, dietitian, part, value)
        subject = f"dietitian:{dietitian.public_id}"
        record(uow, self.clock.now(), by(state.person.id), "set up", subject, part=question.value)

    def _open_practice(self, uow: UnitOfWork, state: SetUpState, name: str) -> Dietitian:
        """One that the practice file had put away comes back as it was."""
        person, everyone = state.person, uow.dietitians.all()
        if person.telegram_id is None:
            raise NotYours
        former = next((one for one in everyone if one.telegram_id == person.telegram_id), None)
        if former is not None:
            uow.dietitians.save(replace(former, name=name, active=True))
            return former
        return uow.dietitians.add(
            Dietitian(
                public_id=new_public_id(),
                person_id=person.id,
                telegram_id=person.telegram_id,
                name=name,
                email="",
                timezone=person.timezone,
                zone_is_guessed=True,
                position=max((one.position for one in everyone), default=-1) + 1,
                created_at=self.clock.now(),
            )
        )

    def _field(
        self, uow: UnitOfWork, state: SetUpState, dietitian: Dietitian, part: Part, value: str
    ) -> None:
        match part:
            case Part.NAME:
                uow.dietitians.save(replace(dietitian, name=value))
            case Part.EMAIL:
                uow.dietitians.save(replace(dietitian, email=value))
            case Part.ZONE:
                uow.dietitians.save(replace(dietitian, timezone=value, zone_is_guessed=False))
                uow.people.save(replace(uow.people.get(state.person.id), timezone=value))
            case _:
                uow.dietitians.save(replace(dietitian, fallback_meeting_url=value))

    def _service(
        self,
        uow: UnitOfWork,
        dietitian: Dietitian,
        first: FirstService | None,
        question: Question,
        value: Any,
    ) -> None:
        if question is Question.KIND:
            title = first.title if first is not None else None
            uow.services.put_draft(FirstService(dietitian_id=dietitian.id, kind=value, title=title))
            return
        if first is None:
            raise MovedOn
        if question is not Question.DAYS:
            first = replace(first, **{question.value: value})
        if question is not OF_SERVICE[first.kind][-1]:
            uow.services.put_draft(first)
            return
        draft = ServiceDraft(
            public_id=new_public_id(),
            kind=first.kind,
            title=first.title,
            minutes=first.minutes,
            price=first.price,
            promised_days=value if question is Question.DAYS else None,
        )
        add_service(uow, dietitian, draft, self.currency)
        uow.services.drop_draft(dietitian.id)


def _state(uow: UnitOfWork, person: Person, *, lock: bool = False) -> SetUpState:
    dietitian = None if person.telegram_id is None else uow.dietitians.by_telegram_id(person.telegram_id)
    invite = uow.invites.of_person(person.id)
    if dietitian is None and invite is None:
        raise NotYours
    if dietitian is None:
        return SetUpState(person=person, invite=invite, dietitian=None, first=None, missing=tuple(Part))
    if lock:
        dietitian = uow.dietitians.lock(dietitian.id)
    return SetUpState(
        person=person,
        invite=invite,
        dietitian=dietitian,
        first=uow.services.draft(dietitian.id),
        missing=lacks(uow, dietitian),
    )
