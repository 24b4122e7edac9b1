"""Where an intake stands, its answers opened for one of the two whom it concerns."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import NotYours
from domain.model.booking import LIVE, BookingState
from domain.model.intake import INTAKE_CONSENT_VERSION, Answers, Intake, next_open
from domain.model.people import Person
from domain.model.plan import Plan, PlanState
from domain.model.request import RequestState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.usecases.telling import by, record


class Standing(StrEnum):
    NEW = "new"  # not agreed to: nothing has been asked
    DECLINED = "declined"  # the client would rather not; they may still agree
    DELETED = "deleted"  # the client took back answers and consent; they may agree anew
    ASKING = "asking"
    DONE = "done"  # every question was answered or skipped


class Closed(StrEnum):
    """Why nothing can be answered or changed any more. Deleting stays possible."""

    CANCELLED = "cancelled"
    SENT = "sent"  # the plan was made from what was known
    BEGUN = "begun"  # the session


def standing(intake: Intake, answers: Answers) -> Standing:
    """An intake that was brought to an end and has no consent (any more) was deleted."""
    if intake.consented_at is not None:
        return Standing.DONE if next_open(answers) is None else Standing.ASKING
    if intake.declined_at is not None:
        return Standing.DECLINED
    return Standing.NEW if intake.completed_at is None else Standing.DELETED


def closed_because(card: RequestCard, plan: Plan | None, now: datetime) -> Closed | None:
    if card.request.state is not RequestState.APPROVED:
        return Closed.CANCELLED
    if card.request.kind is ServiceKind.MEAL_PLAN:
        if plan is None or plan.state is PlanState.CANCELLED:
            return Closed.CANCELLED
        return None if plan.state is PlanState.WAITING else Closed.SENT
    booking = card.booking
    if booking is None or booking.state in {BookingState.CANCELLED, BookingState.EXPIRED}:
        return Closed.CANCELLED
    return None if booking.state in LIVE and now < booking.start else Closed.BEGUN


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeView:
    """An intake with its answers opened. `place` is the question that the next typed message answers."""

    card: RequestCard
    intake: Intake
    answers: Answers
    closed: Closed | None
    place: int | None = None

    @property
    def standing(self) -> Standing:
        return standing(self.intake, self.answers)

    @property
    def agreed(self) -> bool:
        return self.intake.consented_at is not None

    @property
    def outdated(self) -> bool:
        """Agreed to in other words than today's: nothing more is asked before they agree to these."""
        return self.agreed and self.intake.consent_version != INTAKE_CONSENT_VERSION

    @property
    def following(self) -> int | None:
        """What is to be asked next."""
        asks = self.agreed and not self.outdated and self.closed is None
        return next_open(self.answers) if asks else None


def view_of(uow: UnitOfWork, card: RequestCard, vault: Vault, now: datetime) -> IntakeView:
    """`NotYours` where nothing is asked: no questions, or not paid for."""
    intake = uow.intakes.of_request(card.request.id)
    if intake is None:
        raise NotYours
    answers: Answers = (None,) * len(intake.questions)
    if intake.sealed_answers is not None:
        answers = tuple(json.loads(vault.open(intake.sealed_answers)))
    closed = closed_because(card, uow.plans.of_request(card.request.id), now)
    return IntakeView(card=card, intake=intake, answers=answers, closed=closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadIntake:
    """The request's own dietitian reads the answers; every time is written down. `NotYours` for anybody else."""

    transactions: Transactions
    clock: Clock
    vault: Vault

    async def __call__(self, *, person: Person, public_id: str) -> IntakeView:
        def read(uow: UnitOfWork) -> IntakeView:
            card = uow.requests.card(public_id)
            dietitian = card.dietitian
            if person.telegram_id is None or dietitian.telegram_id != person.telegram_id:
                raise NotYours
            if not dietitian.active:
                raise NotYours
            now = self.clock.now()
            view = view_of(uow, card, self.vault, now)
            record(uow, now, by(person.id), "read intake", f"request:{public_id}")
            return view

        return await self.transactions.write(read)
