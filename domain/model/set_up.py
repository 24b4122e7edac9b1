"""What a new practice still lacks decides what is asked next; nothing else remembers how far a set-up has come."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.model.people import Dietitian, Invite, Person
from domain.model.service import FirstService, ServiceKind


class Part(StrEnum):
    NAME = "name"
    EMAIL = "email"
    ZONE = "zone"
    SERVICE = "service"
    HOURS = "hours"
    MEETING = "meeting"  # Google Calendar or a room of their own; all but this is needed to be booked


class Question(StrEnum):
    NAME = "name"
    EMAIL = "email"
    ZONE = "zone"
    KIND = "kind"
    TITLE = "title"
    MINUTES = "minutes"
    PRICE = "price"
    DAYS = "days"
    HOURS = "hours"
    MEETING = "meeting"


PART_OF = {
    **dict.fromkeys(Question, Part.SERVICE),
    **{Question(part.value): part for part in Part if part is not Part.SERVICE},
}
OF_SERVICE = {
    ServiceKind.CONSULTATION: (Question.KIND, Question.TITLE, Question.MINUTES, Question.PRICE),
    ServiceKind.MEAL_PLAN: (Question.KIND, Question.TITLE, Question.PRICE, Question.DAYS),
}


def missing(
    dietitian: Dietitian, *, has_service: bool, has_hours: bool, has_google: bool
) -> tuple[Part, ...]:
    """In the order in which they are asked for."""
    there = {
        Part.NAME: True,
        Part.EMAIL: bool(dietitian.email),
        Part.ZONE: not dietitian.zone_is_guessed,
        Part.SERVICE: has_service,
        Part.HOURS: has_hours,
        Part.MEETING: has_google or dietitian.fallback_meeting_url is not None,
    }
    return tuple(part for part in Part if not there[part])


def can_be_booked(missing: Collection[Part]) -> bool:
    """A place to meet may follow: the booking says then that the link to join follows."""
    return set(missing) <= {Part.MEETING}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpState:
    """How far a practice is set up. `dietitian` is None until the name is known."""

    person: Person
    invite: Invite | None
    dietitian: Dietitian | None
    first: FirstService | None
    missing: tuple[Part, ...]

    @property
    def can_be_booked(self) -> bool:
        return can_be_booked(self.missing)

    @property
    def following(self) -> Question | None:
        """What to ask now; None where nothing is missing."""
        return self.question_for(self.missing[0]) if self.missing else None

    def after(self, question: Question) -> Question | None:
        """A service that was begun is told to its end, whatever else is missing."""
        if PART_OF[question] is Part.SERVICE and Part.SERVICE in self.missing:
            return self.question_for(Part.SERVICE)
        return self.following

    def question_for(self, part: Part) -> Question:
        if part is not Part.SERVICE:
            return Question(part.value)
        if self.first is None:
            return Question.KIND
        told = {
            Question.TITLE: self.first.title,
            Question.MINUTES: self.first.minutes,
            Question.PRICE: self.first.price,
        }
        return next(one for one in OF_SERVICE[self.first.kind][1:] if told.get(one) is None)

    def before(self, question: Question) -> Question | None:
        """The question to go back to."""
        if question in {Question.NAME, Question.KIND, Question.HOURS, Question.MEETING}:
            return None
        if PART_OF[question] is Part.SERVICE:
            questions = OF_SERVICE[self.first.kind if self.first is not None else ServiceKind.CONSULTATION]
            return questions[questions.index(question) - 1] if question in questions else Question.KIND
        return Question.NAME if question is Question.EMAIL else Question.EMAIL

    def may_answer(self, question: Question) -> bool:
        """What is missing, and while something is, what was asked for before it."""
        part = PART_OF[question]
        if part is Part.SERVICE:
            return Part.SERVICE in self.missing and self._is_told_up_to(question)
        if self.dietitian is None:
            return question is Question.NAME
        if part in {Part.HOURS, Part.MEETING}:
            return part in self.missing
        return not self.can_be_booked

    def _is_told_up_to(self, question: Question) -> bool:
        if question is Question.KIND or self.dietitian is None:
            return self.dietitian is not None
        if self.first is None or question not in OF_SERVICE[self.first.kind]:
            return False
        questions = OF_SERVICE[self.first.kind]
        return questions.index(question) <= questions.index(self.question_for(Part.SERVICE))
