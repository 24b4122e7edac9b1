"""What is counted, and of whom, on both engines."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from domain.model.booking import BookingState
from domain.model.ledger import LedgerAccount, LedgerMove
from domain.model.payment import Payment, PaymentState
from domain.model.people import Client
from domain.model.plan import PlanState
from domain.model.request import Origin, Request, RequestState
from domain.model.stats import Event, Gathered, Happened, Income, RowKind, Sent, StatsRow, Wait
from domain.ports import UnitOfWork
from storage.database import Database
from storage.repositories.stats import PAIRS
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.storage import plan_seeds
from tests.storage.seeds import HOUR, Practice, booking, payment, person, practice, request

SINCE, BEFORE = MORNING, MORNING + 24 * HOUR
NOW = MORNING + 12 * HOUR
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Two:
    one: Practice
    other: Practice


@pytest.fixture
async def two(database: Database) -> Two:
    return await database.write(lambda uow: Two(practice(uow), practice(uow)))


async def gathered(database: Database, whose: Practice | None = None, **more: datetime) -> Gathered:
    when: dict[str, Any] = {"since": SINCE, "before": BEFORE, "now": NOW, **more}
    number = whose.dietitian.id if whose else None
    return await database.read(lambda uow: uow.stats.gathered(number, **when))


async def rows(database: Database, whose: Practice | None = None) -> list[StatsRow]:
    number = whose.dietitian.id if whose else None
    return await database.read(lambda uow: uow.stats.rows(number, since=SINCE, before=BEFORE, now=NOW))


def asked(uow: UnitOfWork, seed: Practice, **fields: Any) -> Request:
    return uow.requests.add(request(seed.dietitian.id, seed.client.id, **{"sent_at": None, **fields}))


def booked(uow: UnitOfWork, seed: Practice, start: datetime, state: BookingState, **fields: Any) -> None:
    of = asked(uow, seed, title="Session")
    uow.bookings.add(booking(of, start, state=state, hold_until=None, **fields))


def paid(uow: UnitOfWork, of: Request, at: datetime, amount: int = 1_250_000, **fields: Any) -> Payment:
    made = uow.payments.add(payment(of, amount=amount, state=PaymentState.SUCCEEDED, paid_at=at, **fields))
    move(uow, made, LedgerAccount.OUTSIDE, LedgerAccount.VALUE, amount, at)
    return made


def move(
    uow: UnitOfWork, of: Payment, source: LedgerAccount, target: LedgerAccount, amount: int, at: datetime
) -> None:
    made = LedgerMove(
        payment_id=of.id,
        at=at,
        source=source,
        target=target,
        amount=amount,
        currency=of.currency,
        decided_by="test",
        reason="test",
    )
    uow.ledger.add(made)


async def test_nothing_is_nothing(database: Database, two: Two) -> None:
    early: Any = {"since": SINCE - 48 * HOUR, "before": BEFORE - 48 * HOUR}
    assert await gathered(database, **early) == Gathered()
    assert await gathered(database, two.one, **early) == Gathered()


async def test_completed_is_what_is_over_and_was_not_missed(database: Database, two: Two) -> None:
    id_of = two.one.dietitian.id

    def fill(uow: UnitOfWork) -> None:
        booked(uow, two.one, MORNING + HOUR, BookingState.CONFIRMED)
        booked(uow, two.one, MORNING + 3 * HOUR, BookingState.COMPLETED)
        booked(uow, two.one, MORNING + 5 * HOUR, BookingState.NO_SHOW)
        booked(uow, two.one, MORNING + 7 * HOUR, BookingState.CANCELLED)
        booked(uow, two.one, MORNING + 9 * HOUR, BookingState.EXPIRED)
        booked(uow, two.one, NOW - timedelta(minutes=45) + MOMENT, BookingState.CONFIRMED)  # not over yet
        booked(uow, two.other, MORNING + HOUR, BookingState.CONFIRMED)

    await database.write(fill)
    mine = [
        Event(id_of, Happened.COMPLETED, MORNING + HOUR),
        Event(id_of, Happened.COMPLETED, MORNING + 3 * HOUR),
        Event(id_of, Happened.NO_SHOW, MORNING + 5 * HOUR),
    ]
    assert sorted((await gathered(database, two.one)).events, key=lambda event: event.at) == mine
    everybody = (await gathered(database)).events
    assert len(everybody) == 4
    assert Event(two.other.dietitian.id, Happened.COMPLETED, MORNING + HOUR) in everybody


async def test_a_session_that_ends_now_is_over(database: Database, two: Two) -> None:
    start = NOW - timedelta(minutes=45)
    await database.write(lambda uow: booked(uow, two.one, start, BookingState.CONFIRMED))
    assert len((await gathered(database, two.one)).events) == 1
    assert (await gathered(database, two.one, now=NOW - MOMENT)).events == []


async def test_the_time_begins_with_its_first_moment_and_ends_before_its_last(
    database: Database, two: Two
) -> None:
    def fill(uow: UnitOfWork) -> None:
        for start in (SINCE - 2 * HOUR, SINCE, BEFORE - 2 * HOUR, BEFORE):
            booked(uow, two.one, start, BookingState.COMPLETED)

    await database.write(fill)
    found = sorted(event.at for event in (await gathered(database, two.one)).events)
    assert found == [SINCE, BEFORE - 2 * HOUR]


async def test_plans_count_when_they_arrived(database: Database, two: Two) -> None:
    def fill(uow: UnitOfWork) -> None:
        for received in (SINCE - MOMENT, SINCE + HOUR, BEFORE):
            plan_seeds.planned(uow, two.one, state=PlanState.RECEIVED, received_at=received)
        plan_seeds.planned(uow, two.one, state=PlanState.SENT, sent_at=SINCE + HOUR)

    await database.write(fill)
    arrived = Event(two.one.dietitian.id, Happened.DELIVERED, SINCE + HOUR)
    assert (await gathered(database, two.one)).events == [arrived]


async def test_income_is_value_given_less_what_was_given_back_of_it(database: Database, two: Two) -> None:
    def fill(uow: UnitOfWork) -> None:
        of = asked(uow, two.one, title="Session")
        first = paid(uow, of, MORNING + HOUR)
        move(uow, first, LedgerAccount.VALUE, LedgerAccount.REFUND, 250_001, MORNING + 2 * HOUR)
        late = paid(uow, asked(uow, two.one, title="Session"), MORNING - HOUR)
        move(uow, late, LedgerAccount.VALUE, LedgerAccount.REFUND, 7, MORNING + HOUR)
        waits = uow.payments.add(payment(of))
        move(uow, waits, LedgerAccount.OUTSIDE, LedgerAccount.CREDIT, 500, MORNING + HOUR)
        move(uow, waits, LedgerAccount.CREDIT, LedgerAccount.REFUND, 500, MORNING + 2 * HOUR)
        paid(uow, asked(uow, two.one, title="Plan"), MORNING + HOUR, 100, currency="USD")
        paid(uow, asked(uow, two.other, title="Session"), MORNING + HOUR, 9)

    await database.write(fill)
    mine = [
        Income(two.one.dietitian.id, "Plan", "USD", 100),
        Income(two.one.dietitian.id, "Session", "NGN", 1_250_000 - 250_001 - 7),
    ]
    assert sorted((await gathered(database, two.one)).income, key=lambda one: one.service) == mine
    theirs = Income(two.other.dietitian.id, "Session", "NGN", 9)
    assert theirs in (await gathered(database)).income


async def test_income_goes_by_the_name_that_the_service_has_now(database: Database, two: Two) -> None:
    def fill(uow: UnitOfWork) -> None:
        service = uow.services.add(plan_seeds.service(two.one.dietitian.id, title="New name"))
        for title in ("Old name", "Older name"):
            paid(uow, asked(uow, two.one, title=title, service_id=service.id), MORNING + HOUR, 5)

    await database.write(fill)
    assert (await gathered(database, two.one)).income == [Income(two.one.dietitian.id, "New name", "NGN", 10)]


async def test_what_was_sent_counts_as_paid_whatever_came_of_it_later(database: Database, two: Two) -> None:
    def fill(uow: UnitOfWork) -> None:
        for state in (RequestState.PENDING, RequestState.DECLINED, RequestState.EXPIRED):
            asked(uow, two.one, sent_at=MORNING + HOUR, state=state)
        approved = asked(uow, two.one, sent_at=MORNING + HOUR, state=RequestState.APPROVED)
        paid(uow, approved, BEFORE + HOUR)  # later than the time that is looked at
        cancelled = asked(uow, two.one, sent_at=MORNING + HOUR, state=RequestState.CANCELLED)
        back = paid(uow, cancelled, MORNING + 2 * HOUR)
        move(uow, back, LedgerAccount.VALUE, LedgerAccount.REFUND, back.amount, MORNING + 3 * HOUR)
        own = asked(uow, two.one, sent_at=MORNING + HOUR, origin=Origin.CLIENT, state=RequestState.APPROVED)
        paid(uow, own, MORNING + HOUR)
        asked(uow, two.one, sent_at=MORNING - HOUR)
        asked(uow, two.one, sent_at=None)

    await database.write(fill)
    # the practice's own first request was sent as well
    assert (await gathered(database, two.one)).sent == [Sent(two.one.dietitian.id, 6, 2)]


async def test_the_time_to_pay_begins_with_the_request_or_the_purchase(database: Database, two: Two) -> None:
    def fill(uow: UnitOfWork) -> None:
        sent = asked(uow, two.one, created_at=MORNING - 9 * HOUR, sent_at=MORNING - HOUR)
        paid(uow, sent, MORNING + HOUR)
        own = asked(uow, two.one, created_at=MORNING, sent_at=MORNING + 5 * HOUR, origin=Origin.CLIENT)
        paid(uow, own, MORNING + 2 * HOUR + MOMENT)
        early = asked(uow, two.one, sent_at=MORNING + 9 * HOUR)
        paid(uow, early, MORNING + HOUR)  # by Paystack's clock

    await database.write(fill)
    assert (await gathered(database, two.one)).waits == [Wait(two.one.dietitian.id, 3, 4 * HOUR + MOMENT)]


async def test_the_lines_behind_the_figures_sum_to_the_income(database: Database, two: Two) -> None:
    def fill(uow: UnitOfWork) -> None:
        known = Client(
            dietitian_id=two.one.dietitian.id,
            person_id=two.one.client.id,
            name="Mama Bọ́lá",
            created_at=MORNING,
        )
        uow.clients.add(known)
        of = asked(uow, two.one, title="Session", sent_at=MORNING + HOUR, client_name="As typed")
        got = paid(uow, of, MORNING + 2 * HOUR, 900)
        move(uow, got, LedgerAccount.VALUE, LedgerAccount.REFUND, 300, MORNING + 3 * HOUR)
        booked(uow, two.one, MORNING + 4 * HOUR, BookingState.NO_SHOW)
        stranger = uow.people.add(person(name="Ẹ̀bùn"))
        plan_seeds.planned(uow, two.one, client=stranger, received_at=MORNING + 5 * HOUR)
        booked(uow, two.other, MORNING + 4 * HOUR, BookingState.COMPLETED)

    await database.write(fill)
    found = await rows(database, two.one)
    told = [(row.kind, row.client, row.amount, row.state) for row in found if row.at > MORNING]
    assert told == [
        (RowKind.REQUEST, "Mama Bọ́lá", None, "paid"),
        (RowKind.PAYMENT, "Mama Bọ́lá", 900, "paid"),
        (RowKind.REFUND, "Mama Bọ́lá", -300, "given back"),
        (RowKind.CONSULTATION, "Mama Bọ́lá", None, "no-show"),
        (RowKind.MEAL_PLAN, "Ẹ̀bùn", None, "delivered"),
    ]
    income = (await gathered(database, two.one)).income
    assert sum(row.amount or 0 for row in found) == sum(one.amount for one in income) == 600
    assert {row.dietitian for row in await rows(database)} == {"Dr Ada Obi"}
    assert len(await rows(database)) == len(found) + 2


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_no_statement_reads_a_whole_table(database: Database) -> None:
    def explain(uow: UnitOfWork) -> list[str]:
        assert isinstance(uow, SqlUnitOfWork)
        found = []
        for statement in chain.from_iterable(PAIRS):
            compiled = statement.compile(uow.connection.engine)
            bound = (0,) * len(compiled.positiontup or ())
            plan = uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", bound)
            found += [row[3] for row in plan]
        return found

    scans = {line for line in await database.read(explain) if line.startswith("SCAN")}
    assert scans == set()
