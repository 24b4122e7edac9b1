"""What is old enough goes at night, and nothing that still matters."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import insert, select, update

from bot.nights import Nights
from domain.errors import StorageUnavailable
from domain.model.audit import AuditEntry
from domain.model.booking import BookingState
from domain.model.broadcast import Broadcast
from domain.model.calendar import OAuthAttempt
from domain.model.intake import Intake
from domain.model.link import Link, LinkPurpose
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.people import Invite
from domain.model.plan import PlanState
from domain.model.request import Request, RequestState
from domain.model.retention import Kind, Retention, Shelf, following_night
from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from storage.database import Database
from storage.tables import inbox, outbox, people, plan_contents, requests
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING, FrozenClock
from tests.engines import VAULT
from tests.storage import plan_seeds, seeds

DAY = timedelta(days=1)
KEPT = Retention()
AGES = (1, 3, 29, 31, 89, 91, 364, 366, 2189, 2191)  # days: around every period
ENDED = (RequestState.APPROVED, RequestState.DECLINED, RequestState.CANCELLED, RequestState.EXPIRED)


def nights(database: Database, clock: FrozenClock, kept: Retention = KEPT) -> Nights:
    return Nights(transactions=database, clock=clock, kept=kept, timezone="Africa/Lagos")


async def whole_night(database: Database, clock: FrozenClock, kept: Retention = KEPT) -> dict[Kind, Shelf]:
    night = nights(database, clock, kept)
    await night.tick()
    while night._steps is not None:
        await night.tick()
    return {shelf.kind: shelf for shelf in await database.read(lambda uow: uow.shelves.all())}


async def rows(database: Database, statement: Any) -> list[Any]:
    def read(uow: UnitOfWork) -> list[Any]:
        assert isinstance(uow, SqlUnitOfWork)
        return [tuple(row) for row in uow.connection.execute(statement)]

    return await database.read(read)


def on(uow: UnitOfWork, statement: Any) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    uow.connection.execute(statement)


class Seeds:
    """A practice of some years, drawn at random; what must stay and what must go is known by `expected`."""

    def __init__(self, uow: UnitOfWork, seed: int) -> None:
        self.draw = random.Random(seed)
        self.uow = uow
        self.dietitian = uow.dietitians.add(seeds.dietitian(uow.people.add(seeds.person()).id))
        self.words: dict[int, bool] = {}
        self.answers: dict[int, bool] = {}
        self.drafts: dict[int, bool] = {}
        for _ in range(150):
            self._request()

    def ago(self) -> tuple[int, datetime]:
        days = self.draw.choice(AGES)
        return days, MORNING - days * DAY

    def _request(self) -> None:
        """Each of a client of its own, so that its own visits are all there are."""
        client = self.uow.people.add(seeds.person(started_at=MORNING))
        days, at = self.ago()
        state = self.draw.choice(list(RequestState))
        is_draft = state is RequestState.DRAFT
        request = self.uow.requests.add(
            seeds.request(
                self.dietitian.id,
                client.id,
                state=state,
                message="weight",
                created_at=at,
                sent_at=None if is_draft else at,
                decided_at=at if state in ENDED else None,
            )
        )
        last, matters, hangs = self._hang(request, days)
        self.drafts[request.id] = is_draft and not hangs and days > KEPT.drafts
        over = state in ENDED and not matters and last > KEPT.health
        self.words[request.id] = over
        if not is_draft and self.draw.random() < 0.7:
            intake = Intake(
                request_id=request.id,
                questions=("?",),
                sealed_answers=VAULT.seal('["x"]'),
                consented_at=at,
                consent_version="1",
                created_at=at,
            )
            self.answers[self.uow.intakes.add(intake).id] = over

    def _hang(self, request: Request, days: int) -> tuple[int, bool, bool]:
        """The age of the last visit; whether money or a plan is still owed; whether anything hangs on it."""
        last, matters, hangs = days, False, False
        if self.draw.random() < 0.6:
            hangs = True
            age = self.draw.choice((*AGES, -5, -40))  # some are ahead
            ahead = timedelta(hours=len(self.drafts) if age < 0 else 1)  # no two live ones overlap
            start = MORNING - age * DAY - ahead
            state = BookingState.COMPLETED if age > 0 else BookingState.CONFIRMED
            self.uow.bookings.add(seeds.booking(request, start, state=state, created_at=MORNING - 3000 * DAY))
            last = min(last, age)
        if self.draw.random() < 0.4:
            hangs = True
            outcome = self.draw.choice([None, *MoneyOutcome])
            self.uow.payments.add(
                seeds.payment(request, state=PaymentState.SUCCEEDED, outcome=outcome, next_check_at=None)
            )
            matters = outcome in {MoneyOutcome.CREDIT, MoneyOutcome.QUARANTINE}
        if self.draw.random() < 0.3:
            hangs = True
            plan_state, age = self.draw.choice(list(PlanState)), self.draw.choice(AGES)
            at = MORNING - age * DAY
            received = at if plan_state is PlanState.RECEIVED else None
            closed = at if plan_state is PlanState.CANCELLED else None
            self.uow.plans.add(
                plan_seeds.plan(
                    request, state=plan_state, created_at=at, received_at=received, closed_at=closed
                )
            )
            matters = matters or plan_state in {PlanState.WAITING, PlanState.SENT}
            last = min(last, age)
        return last, matters, hangs


@pytest.mark.parametrize("seed", range(3))
async def test_of_a_practice_of_years_goes_what_is_over_and_nothing_else(
    database: Database, clock: FrozenClock, seed: int
) -> None:
    drawn = await database.write(lambda uow: Seeds(uow, seed))
    shelves = await whole_night(database, clock)
    there = {row: (message, state) for row, message, state in await rows(
        database, select(requests.c.id, requests.c.message, requests.c.state)
    )}  # fmt: skip
    assert {row for row in drawn.drafts if row not in there} == {
        row for row, goes in drawn.drafts.items() if goes
    }
    wordless = {row for row, (message, _) in there.items() if message is None}
    assert wordless == {row for row, goes in drawn.words.items() if goes}
    answers = await intakes_of(database, drawn)
    assert {row for row, intake in answers.items() if intake.sealed_answers is None} == {
        row for row, goes in drawn.answers.items() if goes
    }
    assert all((one.sealed_answers is None) is (one.consented_at is None) for one in answers.values())
    assert shelves[Kind.WORDS].taken == sum(drawn.words.values()) > 0
    assert shelves[Kind.REQUEST_DRAFTS].taken == sum(drawn.drafts.values())
    clock.advance(timedelta(hours=20))
    again = await whole_night(database, clock)
    assert sum(shelf.taken for shelf in again.values()) == 0


async def intakes_of(database: Database, drawn: Seeds) -> dict[int, Intake]:
    def read(uow: UnitOfWork) -> dict[int, Intake]:
        found = [uow.intakes.of_request(row) for row in drawn.words]
        return {intake.id: intake for intake in found if intake is not None}

    return await database.read(read)


QUEUED = [(state, days) for state in ("new", "done", "failed") for days in AGES]
SENT = [(state, days) for state in ("due", "sent", "dropped", "dead") for days in AGES]


async def test_of_the_queues_goes_what_was_worked_and_nobody_waits_for(
    database: Database, clock: FrozenClock
) -> None:
    """What waits for a person or for its time stays; so does the key of what was said."""

    def fill(uow: UnitOfWork) -> None:
        for number, (state, days) in enumerate(QUEUED):
            at = MORNING - days * DAY
            row = {"source": "paystack", "key": str(number), "lane": "l", "body": "x", "received_at": at}
            closed = None if state == "new" else at
            on(uow, insert(inbox).values(**row, state=state, attempts=0, due_at=at, closed_at=closed))
        for number, (state, days) in enumerate(SENT):
            at = MORNING - days * DAY
            uow.outbox.add(seeds.errand(str(number), lane=str(number), due=at))
            closed = None if state == "due" else at
            on(uow, update(outbox).where(outbox.c.key == str(number)).values(state=state, closed_at=closed))

    await database.write(fill)
    shelves = await whole_night(database, clock)
    left = {int(key) for (key,) in await rows(database, select(inbox.c.key))}
    gone = {at for at, (state, days) in enumerate(QUEUED) if state == "done" and days > KEPT.raw}
    assert left == set(range(len(QUEUED))) - gone
    payloads = {
        int(key): payload for key, payload in await rows(database, select(outbox.c.key, outbox.c.payload))
    }
    emptied = {
        at for at, (state, days) in enumerate(SENT) if state in {"sent", "dropped"} and days > KEPT.messages
    }
    assert {at for at, payload in payloads.items() if payload == {}} == emptied
    assert len(payloads) == len(SENT)
    assert (shelves[Kind.INBOX].taken, shelves[Kind.OUTBOX].taken) == (len(gone), len(emptied))
    done = [days for state, days in QUEUED if state == "done" and days <= KEPT.raw]
    assert (shelves[Kind.INBOX].kept, shelves[Kind.INBOX].oldest) == (len(done), MORNING - max(done) * DAY)
    assert not await database.write(lambda uow: uow.outbox.add(seeds.errand(str(min(emptied)), lane="l")))


def small_things(uow: UnitOfWork) -> None:
    """One of each age: links, invitations, attempts, questions, uploads, drafts of broadcasts, audit rows."""
    practice = seeds.practice(uow)
    admin = practice.client.id
    for number, days in enumerate(AGES):
        at = MORNING - days * DAY
        link = Link(
            token_hash=f"l{number}",
            purpose=LinkPurpose.REQUEST,
            request_id=practice.request.id,
            expires_at=at,
            created_at=at,
        )
        uow.links.add(link)
        invite = Invite(
            public_id=f"I{number}",
            token_hash=f"i{number}",
            name="Bola",
            created_by=admin,
            created_at=at,
            expires_at=at,
        )
        uow.invites.add(invite)
        uow.invites.add(
            replace(invite, public_id=f"U{number}", token_hash=f"u{number}", used_by=admin, used_at=at)
        )
        uow.connections.add_attempt(
            OAuthAttempt(
                state_hash=f"o{number}",
                dietitian_id=practice.dietitian.id,
                sealed_verifier=VAULT.seal("v"),
                expires_at=at,
            )
        )
        uow.steps.put(Step(telegram_id=-number, kind=StepKind.NAME, subject="x", expires_at=at))
        uow.plan_files.add(plan_seeds.file(practice.request, uploaded_at=at), b"x")
        uow.plan_files.add(plan_seeds.version(practice.request, number + 1, uploaded_at=at), b"x")
        uow.broadcasts.add(
            Broadcast(public_id=f"N{number}", author=admin, text="t", created_at=at, sent_at=None)
        )
        uow.broadcasts.add(
            Broadcast(public_id=f"S{number}", author=admin, text="t", created_at=at, sent_at=at)
        )
        uow.audit.add(AuditEntry(at=at, actor="clock", action="x", record=f"a:{number}"))


async def test_of_the_small_things_goes_what_is_used_up(database: Database, clock: FrozenClock) -> None:
    await database.write(small_things)
    shelves = await whole_night(database, clock)
    old, ancient = [days for days in AGES if days > 30], [days for days in AGES if days > KEPT.audit]
    by_the_month = (
        Kind.LINKS, Kind.INVITES, Kind.CONNECTING, Kind.QUESTIONS, Kind.UPLOADS, Kind.BROADCAST_DRAFTS,
    )  # fmt: skip
    for kind in by_the_month:
        assert (kind, shelves[kind].taken, shelves[kind].kept) == (kind, len(old), len(AGES) - len(old))
        assert shelves[kind].oldest == MORNING - 29 * DAY
    assert (shelves[Kind.AUDIT].taken, shelves[Kind.AUDIT].kept) == (len(ancient), len(AGES) - len(ancient))
    contents = await rows(database, select(plan_contents.c.file_id))
    assert len(contents) == 2 * len(AGES) - len(old)


async def test_who_was_named_and_never_came_goes_once_nothing_names_them(
    database: Database, clock: FrozenClock
) -> None:
    def fill(uow: UnitOfWork) -> dict[str, int]:
        old = {"created_at": MORNING - 40 * DAY, "telegram_id": None}
        practice = seeds.practice(uow)
        found = {
            "asked": uow.people.add(seeds.person(**old)).id,
            "in a draft": uow.people.add(seeds.person(**old)).id,
            "nobody's": uow.people.add(seeds.person(**old)).id,
            "of today": uow.people.add(seeds.person(telegram_id=None)).id,
            "came": uow.people.add(seeds.person(created_at=MORNING - 40 * DAY, started_at=MORNING)).id,
        }
        uow.requests.add(seeds.request(practice.dietitian.id, found["asked"]))
        draft = {"state": RequestState.DRAFT, "sent_at": None, "created_at": MORNING - 40 * DAY}
        uow.requests.add(seeds.request(practice.dietitian.id, found["in a draft"], **draft))
        return found

    found = await database.write(fill)
    await whole_night(database, clock)
    left = {row for (row,) in await rows(database, select(people.c.id))}
    assert {name for name, row in found.items() if row in left} == {"asked", "of today", "came"}


def test_night_falls_at_three_where_the_practice_is() -> None:
    at = datetime(2026, 11, 2, 1, 59, tzinfo=UTC)
    assert following_night(at, "Africa/Lagos") == datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
    assert following_night(at + timedelta(minutes=1), "Africa/Lagos") == datetime(
        2026, 11, 3, 2, 0, tzinfo=UTC
    )


async def test_it_works_once_a_night_and_makes_up_for_one_it_slept_through(
    database: Database, clock: FrozenClock
) -> None:
    first = await whole_night(database, clock)  # never before: at once
    began = {shelf.began_at for shelf in first.values()}
    assert (set(first), began) == (set(Kind), {MORNING})
    night = nights(database, clock)
    clock.advance(timedelta(hours=17, minutes=59))
    await night.tick()
    assert {one.began_at for one in await database.read(lambda uow: uow.shelves.all())} == {MORNING}
    clock.advance(timedelta(minutes=1))
    later = await whole_night(database, clock)
    assert {shelf.began_at for shelf in later.values()} == {datetime(2026, 11, 3, 2, 0, tzinfo=UTC)}
    clock.advance(timedelta(days=5))
    caught_up = await whole_night(database, clock)
    assert {shelf.began_at for shelf in caught_up.values()} == {clock.now()}


async def test_what_the_next_night_takes_is_counted(database: Database, clock: FrozenClock) -> None:
    def fill(uow: UnitOfWork) -> None:
        for hours in (1, 10, 30):
            at = MORNING - 30 * DAY + timedelta(hours=hours)
            uow.steps.put(Step(telegram_id=hours, kind=StepKind.NAME, expires_at=at))

    await database.write(fill)
    shelf = (await whole_night(database, clock))[Kind.QUESTIONS]
    assert (shelf.taken, shelf.kept, shelf.next_takes) == (0, 3, 2)
    clock.advance(timedelta(days=1))
    assert (await whole_night(database, clock))[Kind.QUESTIONS].taken == 2


async def test_it_works_in_small_batches_with_room_for_others_between(
    database: Database, clock: FrozenClock
) -> None:
    """No transaction touches more than a batch, also where there is far more."""

    def fill(uow: UnitOfWork) -> None:
        for number in range(95):
            uow.steps.put(Step(telegram_id=number, kind=StepKind.NAME, expires_at=MORNING - 40 * DAY))

    await database.write(fill)
    night, ticks = nights(database, clock), 0
    with patch("bot.nights.BATCH", 2):
        while night._steps is not None or not ticks:
            await night.tick()
            ticks += 1
    assert ticks > 4
    assert (await database.read(lambda uow: uow.shelves.all()))[3].taken == 95


async def test_a_night_that_broke_off_begins_anew(database: Database, clock: FrozenClock) -> None:
    await database.write(
        lambda uow: uow.steps.put(Step(telegram_id=1, kind=StepKind.NAME, expires_at=MORNING - 40 * DAY))
    )
    night = nights(database, clock)

    async def away(*_: object) -> None:
        raise StorageUnavailable("gone")

    with patch.object(Database, "write", away), pytest.raises(StorageUnavailable):
        await night.tick()
    shelves = await whole_night(database, clock)
    assert shelves[Kind.QUESTIONS].taken == 1


async def test_a_question_that_was_asked_anew_meanwhile_stays(database: Database, clock: FrozenClock) -> None:
    old = Step(telegram_id=1, kind=StepKind.NAME, expires_at=MORNING - 40 * DAY)
    await database.write(lambda uow: uow.steps.put(old))
    seen = await database.read(lambda uow: uow.shelves.batch(Kind.QUESTIONS, after=None, limit=9))
    await database.write(lambda uow: uow.steps.put(replace(old, expires_at=MORNING + DAY)))
    before = MORNING - 30 * DAY
    taken = await database.write(
        lambda uow: uow.shelves.take(Kind.QUESTIONS, [one.row for one in seen], before=before)
    )
    assert (len(seen), taken) == (1, 0)
    assert await database.read(lambda uow: uow.steps.of(1)) is not None
