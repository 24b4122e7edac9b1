"""What a dietitian wants to know: asked one at a time, after consent of its own. Every answer is sealed at once."""

import json
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.consent import Purpose, Wording, about_request
from domain.model.intake import LONGEST_ANSWER, SKIPPED, next_open
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person
from domain.model.step import STEP_LIVES, Step, StepKind
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.usecases.answer_request import clients_card
from domain.usecases.consenting import give, take_back
from domain.usecases.read_intake import IntakeView, view_of
from domain.usecases.telling import by, record, tell

_WORDS = {
    NoticeKind.INTAKE_DONE: "completed",
    NoticeKind.INTAKE_CHANGED: "changed",
    NoticeKind.INTAKE_TAKEN_BACK: "deleted",
}
_UNPRINTABLE = {"Cc", "Cs"}
_UNSEEN = {"Cf", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"}


def worded(text: str) -> str:
    """An answer in any script, lines and emoji kept. `Malformed` where there is nothing to read, or too much."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNPRINTABLE).strip()
    if all(c in "\n\t" or unicodedata.category(c) in _UNSEEN for c in kept):
        raise Malformed("Please type your answer in words. For example: none that I know of")
    if len(kept) > LONGEST_ANSWER:
        raise Malformed(
            f"That is {len(kept):,} characters long, and an answer has room for {LONGEST_ANSWER:,}. "
            "Please send a shorter one; the question stays open."
        )
    return kept


def subject_of(subject: str) -> tuple[str, int]:
    """Of a step: the request's public id and the question's place."""
    public_id, _, place = subject.partition(":")
    return public_id, int(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillIntake:
    """The client's side. `NotYours` for anybody else, `MovedOn` for what the record no longer allows."""

    transactions: Transactions
    clock: Clock
    vault: Vault

    async def look(self, *, person: Person, public_id: str) -> IntakeView:
        """As it stands; changes nothing."""
        return await self.transactions.read(lambda uow: self._own(uow, person, public_id, lock=False))

    async def go_on(self, *, person: Person, public_id: str) -> IntakeView:
        """Asks the next question, where there is one; any other open question is left."""

        def go_on(uow: UnitOfWork) -> IntakeView:
            view = self._own(uow, person, public_id)
            return self._ask(uow, person, view, view.following)

        return await self.transactions.write(go_on)

    async def agree(self, *, person: Person, public_id: str, wording: Wording) -> IntakeView:
        """To these words; pressing again changes nothing."""

        def agree(uow: UnitOfWork) -> IntakeView:
            view = self._own(uow, person, public_id)
            if not view.agreed or view.outdated:
                view = self._consent(uow, person, view, wording)
            return self._ask(uow, person, view, view.following)

        return await self.transactions.write(agree)

    async def refuse(self, *, person: Person, public_id: str) -> IntakeView:
        """They would rather not say."""

        def refuse(uow: UnitOfWork) -> IntakeView:
            view = self._own(uow, person, public_id)
            if view.intake.declined_at is not None:
                return view
            if view.agreed or view.closed is not None:
                raise MovedOn
            now = self.clock.now()
            record(uow, now, by(person.id), "declined intake", f"request:{public_id}")
            return self._save(uow, view, declined_at=now)

        return await self.transactions.write(refuse)

    async def ask(self, *, person: Person, public_id: str, place: int) -> IntakeView:
        """This question, whether or not it was answered before."""

        def ask(uow: UnitOfWork) -> IntakeView:
            return self._ask(uow, person, self._open(uow, person, public_id, place), place)

        return await self.transactions.write(ask)

    async def answer(self, *, person: Person, subject: str, text: str) -> IntakeView:
        """`subject` is the step's. `Malformed` for what is no answer."""
        words = worded(text)
        public_id, place = subject_of(subject)

        def answer(uow: UnitOfWork) -> IntakeView:
            view = self._open(uow, person, public_id, place)
            step = uow.steps.of(person.telegram_id) if person.telegram_id is not None else None
            if step is None or (step.kind, step.subject) != (StepKind.INTAKE_ANSWER, subject):
                raise MovedOn  # another message has answered it at the same moment
            return self._put(uow, person, view, place, words)

        return await self.transactions.write(answer)

    async def skip(self, *, person: Person, public_id: str, place: int, rev: int) -> IntakeView:
        """Leaves it out; an answer that was there is gone. `rev` is the intake's, as the button was drawn."""

        def skip(uow: UnitOfWork) -> IntakeView:
            view = self._open(uow, person, public_id, place)
            if view.intake.rev != rev:
                raise MovedOn
            return self._put(uow, person, view, place, SKIPPED)

        return await self.transactions.write(skip)

    async def clear(self, *, person: Person, public_id: str) -> IntakeView:
        """Answers and consent are gone, also where nothing can be changed any more; the dietitian hears that much."""

        def clear(uow: UnitOfWork) -> IntakeView:
            view = self._own(uow, person, public_id)
            if not view.agreed:
                return view
            now = self.clock.now()
            take_back(uow, person.id, Purpose.HEALTH, now, about=about_request(public_id))
            self._tell(uow, person, view.card, NoticeKind.INTAKE_TAKEN_BACK)
            view = self._save(
                uow,
                replace(view, answers=(None,) * len(view.answers)),
                sealed_answers=None,
                consented_at=None,
                consent_version=None,
                completed_at=view.intake.completed_at or now,
            )
            return self._ask(uow, person, view, None)

        return await self.transactions.write(clear)

    def _own(self, uow: UnitOfWork, person: Person, public_id: str, *, lock: bool = True) -> IntakeView:
        return view_of(uow, clients_card(uow, person, public_id, lock=lock), self.vault, self.clock.now())

    def _open(self, uow: UnitOfWork, person: Person, public_id: str, place: int) -> IntakeView:
        """One that may be answered and has such a question."""
        view = self._own(uow, person, public_id)
        if not view.agreed or view.outdated or view.closed is not None or not 0 <= place < len(view.answers):
            raise MovedOn
        return view

    def _consent(self, uow: UnitOfWork, person: Person, view: IntakeView, wording: Wording) -> IntakeView:
        """To an earlier version it was given before: the answers stay."""
        if view.closed is not None:
            raise MovedOn
        now, subject = self.clock.now(), about_request(view.card.request.public_id)
        give(uow, person.id, wording, now, about=subject)
        record(uow, now, by(person.id), "agreed to intake", subject, version=wording.version)
        changes: dict[str, Any] = {"consented_at": now, "consent_version": wording.version}
        if not view.agreed:
            changes |= {"declined_at": None, "completed_at": None}
        return self._save(uow, view, **changes)

    def _ask(self, uow: UnitOfWork, person: Person, view: IntakeView, place: int | None) -> IntakeView:
        if person.telegram_id is None:
            raise NotYours
        if place is None:
            uow.steps.clear(person.telegram_id)
        else:
            step = Step(
                telegram_id=person.telegram_id,
                kind=StepKind.INTAKE_ANSWER,
                subject=f"{view.card.request.public_id}:{place}",
                expires_at=self.clock.now() + STEP_LIVES,
            )
            uow.steps.put(step)
        return replace(view, place=place)

    def _put(self, uow: UnitOfWork, person: Person, view: IntakeView, place: int, answer: str) -> IntakeView:
        """Seals it with the others and asks the next; after the last one the dietitian is told."""
        answers = (*view.answers[:place], answer, *view.answers[place + 1 :])
        sealed = self.vault.seal(json.dumps(answers))
        changes: dict[str, Any] = {"sealed_answers": sealed}
        if next_open(answers) is None and view.intake.completed_at is None:
            changes["completed_at"] = self.clock.now()
            self._tell(uow, person, view.card, NoticeKind.INTAKE_DONE)
        elif view.intake.completed_at is not None and answer != view.answers[place]:
            self._tell(uow, person, view.card, NoticeKind.INTAKE_CHANGED)
        view = self._save(uow, replace(view, answers=answers), **changes)
        return self._ask(uow, person, view, view.following)

    def _save(self, uow: UnitOfWork, view: IntakeView, **changes: Any) -> IntakeView:
        return replace(view, intake=uow.intakes.save(replace(view.intake, **changes)))

    def _tell(self, uow: UnitOfWork, person: Person, card: RequestCard, kind: NoticeKind) -> None:
        """At most once an hour: a plan must not be made from what was said before, nor a chat filled."""
        now, public_id = self.clock.now(), card.request.public_id
        record(uow, now, by(person.id), f"{_WORDS[kind]} intake", f"request:{public_id}")
        done = Notice(
            kind=kind,
            to=card.dietitian.person_id,
            key=f"{kind.value}:{public_id}:{now:%Y%m%d%H}",
            request_id=card.request.id,
        )
        tell(uow, done, now)
