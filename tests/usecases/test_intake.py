"""The rules of an intake: what may be answered, by whom, and what many hands at once make of it."""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.booking import Booking, BookingState
from domain.model.consent import Purpose
from domain.model.intake import INTAKE_CONSENT_VERSION, LONGEST_ANSWER, Answers, Intake
from domain.model.people import Person
from domain.model.plan import Plan, PlanState
from domain.model.policy import Policy
from domain.model.request import RequestState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.intake import FillIntake, worded
from domain.usecases.read_intake import Closed, ReadIntake, Standing, closed_because, standing
from storage.database import Database
from storage.vault import FernetVault
from tests.clock import MORNING, FrozenClock
from tests.storage import seeds
from tests.storage.seeds import Practice

QUESTIONS = ("Any allergies?", "What is your aim?")
DAY = timedelta(days=1)
NOTICE = Policy().notice(Purpose.HEALTH)


@dataclass(kw_only=True)
class Desk:
    database: Database
    fill: FillIntake
    read: ReadIntake
    seed: Practice

    @property
    def client(self) -> dict[str, Any]:
        return {"person": self.seed.client, "public_id": self.seed.request.public_id}

    @property
    def subject(self) -> str:
        return f"{self.seed.request.public_id}:"

    async def owner(self) -> Person:
        return await self.database.read(lambda uow: uow.people.get(self.seed.dietitian.person_id))

    async def agreed(self) -> None:
        await self.fill.agree(**self.client, wording=NOTICE)

    async def answer(self, place: int, text: str) -> Answers:
        view = await self.fill.answer(person=self.seed.client, subject=f"{self.subject}{place}", text=text)
        return view.answers

    async def kept(self) -> Intake:
        found = await self.database.read(lambda uow: uow.intakes.of_request(self.seed.request.id))
        assert found is not None
        return found

    async def told(self) -> list[str]:
        late = MORNING + 99 * DAY
        rows = await self.database.write(
            lambda uow: uow.outbox.claim(owner="t", now=late, lease_until=late, limit=99)
        )
        return sorted(row.payload["kind"] for row in rows)


def _seed(uow: UnitOfWork) -> Practice:
    owner = uow.people.add(seeds.person(telegram_id=77))
    theirs = uow.dietitians.add(seeds.dietitian(owner.id, telegram_id=77))
    client = uow.people.add(seeds.person())
    paid = {"kind": ServiceKind.MEAL_PLAN, "state": RequestState.APPROVED}
    request = uow.requests.add(seeds.request(theirs.id, client.id, **paid))
    uow.plans.add(_plan(request_id=request.id, dietitian_id=theirs.id, client_id=client.id))
    uow.intakes.add(Intake(request_id=request.id, questions=QUESTIONS, created_at=MORNING))
    return Practice(dietitian=theirs, client=client, request=request)


def _plan(**fields: Any) -> Plan:
    terms = {"promised_at": MORNING + 7 * DAY, "free_hours": 24, "late_refund_percent": 0}
    return Plan(
        **{"request_id": 1, "dietitian_id": 1, "client_id": 2, "created_at": MORNING, **terms, **fields}
    )


@pytest.fixture
async def desk(database: Database, clock: FrozenClock) -> Desk:
    common: dict[str, Any] = {
        "transactions": database,
        "clock": clock,
        "vault": FernetVault([Fernet.generate_key().decode()]),
    }
    seed = await database.write(_seed)
    return Desk(database=database, fill=FillIntake(**common), read=ReadIntake(**common), seed=seed)


async def outcomes(*works: Awaitable[Any]) -> list[str]:
    """What each came to, all begun at once."""
    found = await asyncio.gather(*works, return_exceptions=True)
    return sorted(type(one).__name__ if isinstance(one, Exception) else "done" for one in found)


async def test_of_many_texts_for_one_question_one_is_kept(desk: Desk) -> None:
    await desk.agreed()
    works = [desk.answer(0, f"answer {number}") for number in range(6)]
    assert await outcomes(*works) == ["MovedOn"] * 5 + ["done"]
    view = await desk.fill.look(**desk.client)
    assert view.intake.rev == 3  # one for the consent, one for the answer
    assert (view.following, view.answers[1]) == (1, None)


async def test_without_the_step_the_later_text_would_win(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the guard is what keeps the first answer."""
    await desk.agreed()
    subject = f"{desk.subject}0"
    step = await desk.database.read(lambda uow: uow.steps.of(desk.seed.client.telegram_id or 0))
    assert step is not None
    assert step.subject == subject
    await desk.answer(0, "first")
    with pytest.raises(MovedOn):
        await desk.answer(0, "second")
    await desk.database.write(lambda uow: uow.steps.put(step))
    assert (await desk.answer(0, "second"))[0] == "second"


async def test_of_a_text_and_a_skip_at_once_one_counts(desk: Desk) -> None:
    await desk.agreed()
    rev = (await desk.kept()).rev
    works = (desk.answer(0, "nuts"), *(desk.fill.skip(**desk.client, place=0, rev=rev) for _ in range(3)))
    assert await outcomes(*works) == ["MovedOn"] * 3 + ["done"]
    assert (await desk.fill.look(**desk.client)).answers[0] in {"nuts", ""}


async def test_an_older_skip_leaves_the_answer_that_was_given_since(desk: Desk) -> None:
    await desk.agreed()
    older = (await desk.kept()).rev
    await desk.answer(0, "nuts")
    with pytest.raises(MovedOn):
        await desk.fill.skip(**desk.client, place=0, rev=older)
    assert (await desk.fill.look(**desk.client)).answers[0] == "nuts"


async def test_agreeing_many_times_at_once_is_agreeing_once(desk: Desk) -> None:
    works = [desk.fill.agree(**desk.client, wording=NOTICE) for _ in range(5)]
    assert await outcomes(*works) == ["done"] * 5
    assert (await desk.kept()).rev == 2
    entries = await desk.database.read(lambda uow: uow.audit.of(f"request:{desk.seed.request.public_id}"))
    assert [(one.action, one.detail) for one in entries] == [
        ("agreed to intake", {"version": INTAKE_CONSENT_VERSION})
    ]


async def test_agreeing_and_refusing_at_once_leave_one_of_the_two(desk: Desk) -> None:
    await outcomes(desk.agreed(), desk.fill.refuse(**desk.client))
    kept = await desk.kept()
    assert kept.consented_at is None or kept.declined_at is None


async def test_deleting_while_the_last_answer_comes_keeps_nothing_without_consent(desk: Desk) -> None:
    await desk.agreed()
    await desk.answer(0, "nuts")
    await outcomes(desk.answer(1, "to sleep"), desk.fill.clear(**desk.client), desk.fill.clear(**desk.client))
    kept = await desk.kept()
    assert (kept.sealed_answers, kept.consented_at) == (None, None)
    assert standing(kept, (None, None)) is Standing.DELETED
    with pytest.raises(MovedOn):
        await desk.answer(1, "to sleep")


async def test_an_answer_and_the_plan_sent_at_once_agree_about_who_was_first(desk: Desk) -> None:
    await desk.agreed()

    def send(uow: UnitOfWork) -> None:
        uow.requests.card(desk.seed.request.public_id, lock=True)
        plan = uow.plans.of_request(desk.seed.request.id)
        assert plan is not None
        uow.plans.save(replace(plan, state=PlanState.SENT))

    came = await outcomes(desk.answer(0, "nuts"), desk.database.write(send))
    view = await desk.fill.look(**desk.client)
    assert view.closed is Closed.SENT
    assert (view.answers[0] == "nuts") is (came == ["done", "done"])
    with pytest.raises(MovedOn):
        await desk.answer(1, "to sleep")


async def test_the_dietitian_is_told_when_the_last_was_answered_and_when_one_is_changed(desk: Desk) -> None:
    await desk.agreed()
    await desk.fill.skip(**desk.client, place=0, rev=2)
    assert (await desk.kept()).completed_at is None
    await desk.answer(1, "to sleep")
    assert (await desk.kept()).completed_at == MORNING
    await desk.fill.ask(**desk.client, place=0)
    await desk.answer(0, "nuts")
    assert await desk.told() == ["intake_changed", "intake_done"]


async def test_only_the_two_whom_it_concerns_get_to_it(desk: Desk) -> None:
    stranger = await desk.database.write(lambda uow: uow.people.add(seeds.person()))
    public_id, owner = desk.seed.request.public_id, await desk.owner()
    for person in (stranger, desk.seed.client):
        with pytest.raises(NotYours):
            await desk.read(person=person, public_id=public_id)
    for person in (stranger, owner):
        for work in (desk.fill.look, desk.fill.go_on, desk.fill.refuse, desk.fill.clear):
            with pytest.raises(NotYours):
                await work(person=person, public_id=public_id)
    assert (await desk.read(person=owner, public_id=public_id)).standing is Standing.NEW
    with pytest.raises(NotYours):
        await desk.read(person=owner, public_id="NOWHERE")


async def test_what_is_kept_opens_to_the_answers_and_is_not_them(desk: Desk) -> None:
    await desk.agreed()
    await desk.answer(0, "ọ̀gẹ̀dẹ̀ 🍌")
    kept = await desk.kept()
    assert kept.sealed_answers is not None
    assert json.loads(desk.fill.vault.open(kept.sealed_answers)) == ["ọ̀gẹ̀dẹ̀ 🍌", None]
    assert "ọ̀gẹ̀dẹ̀" not in kept.sealed_answers


def _card(kind: ServiceKind, state: RequestState, booking: Booking | None) -> RequestCard:
    owner = seeds.dietitian(1, id=1)
    request = seeds.request(1, 2, kind=kind, state=state)
    return RequestCard(request=request, dietitian=owner, client=None, booking=booking, payment=None)


@pytest.mark.parametrize(
    ("request_state", "plan", "why"),
    [
        (RequestState.APPROVED, PlanState.WAITING, None),
        (RequestState.APPROVED, PlanState.SENT, Closed.SENT),
        (RequestState.APPROVED, PlanState.RECEIVED, Closed.SENT),
        (RequestState.APPROVED, PlanState.CANCELLED, Closed.CANCELLED),
        (RequestState.APPROVED, None, Closed.CANCELLED),
        (RequestState.CANCELLED, PlanState.WAITING, Closed.CANCELLED),
    ],
)
def test_a_plans_questions_are_open_until_it_is_sent(
    request_state: RequestState, plan: PlanState | None, why: Closed | None
) -> None:
    card = _card(ServiceKind.MEAL_PLAN, request_state, None)
    record = _plan(state=plan) if plan is not None else None
    assert closed_because(card, record, MORNING + 99 * DAY) is why


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (BookingState.CONFIRMED, None),
        (BookingState.CANCELLED, Closed.CANCELLED),
        (BookingState.EXPIRED, Closed.CANCELLED),
        (BookingState.COMPLETED, Closed.BEGUN),
        (BookingState.NO_SHOW, Closed.BEGUN),
        (None, Closed.CANCELLED),
    ],
)
def test_a_sessions_questions_are_open_until_it_begins(
    state: BookingState | None, why: Closed | None
) -> None:
    request = seeds.request(1, 2)
    start = MORNING + DAY
    booking = seeds.booking(request, start, state=state) if state is not None else None
    card = _card(ServiceKind.CONSULTATION, RequestState.APPROVED, booking)
    assert closed_because(card, None, start - timedelta(microseconds=1)) is why
    if state is BookingState.CONFIRMED:
        assert closed_because(card, None, start) is Closed.BEGUN


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  none \n", "none"),
        ("a\x00b\x07c\ud800d", "abcd"),
        ("one\r\n\ttwo", "one\n\ttwo"),
        ("👩‍⚕️", "👩‍⚕️"),
        ("🫨", "🫨"),
        ("?", "?"),
        ("x" * LONGEST_ANSWER, "x" * LONGEST_ANSWER),
        (f" {'🌸' * LONGEST_ANSWER} ", "🌸" * LONGEST_ANSWER),
    ],
    ids=ascii,
)
def test_an_answer_is_kept_as_it_is_meant(typed: str, kept: str) -> None:
    assert worded(typed) == kept


@pytest.mark.parametrize("typed", ["", " \n\t", "\u200b\u200d", "\x00\x07", "\u0301", "\ud800"], ids=ascii)
def test_nothing_to_read_is_no_answer(typed: str) -> None:
    with pytest.raises(Malformed, match="in words"):
        worded(typed)


def test_too_long_an_answer_is_told_by_how_much() -> None:
    with pytest.raises(Malformed, match=r"1,001 characters long, and an answer has room for 1,000"):
        worded("x" * (LONGEST_ANSWER + 1))
