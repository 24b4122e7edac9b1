"""People, dietitians, clients, services and what hangs on them."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from domain.errors import LinkUsedUp, MovedOn, NotYours
from domain.model.audit import AuditEntry
from domain.model.availability import CLOSED, WeeklyHours
from domain.model.calendar import Connection, ConnectionState, OAuthAttempt
from domain.model.link import Link, LinkPurpose
from domain.model.people import Client, Dietitian, Person
from domain.model.practice import TimeOff
from domain.model.service import Service, ServiceKind
from domain.model.step import Step, StepKind
from domain.model.views import Page
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING
from tests.storage.seeds import HOUR, Practice, booking, dietitian, payment, person, practice, request


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


async def test_a_person_is_found_saved_and_found_again(database: Database) -> None:
    added = await database.write(lambda uow: uow.people.add(person(telegram_id=7_000_000_000)))
    saved = replace(added, name="Bólá", email="b@example.com", started_at=MORNING, consent_version="1")
    await database.write(lambda uow: uow.people.save(saved))
    assert await database.read(lambda uow: uow.people.by_telegram_id(7_000_000_000)) == saved
    assert await database.read(lambda uow: uow.people.get(added.id)) == saved
    assert await database.read(lambda uow: uow.people.by_telegram_id(1)) is None
    with pytest.raises(NotYours):
        await database.read(lambda uow: uow.people.get(99))


async def test_who_blocks_the_bot_is_marked(database: Database) -> None:
    await database.write(lambda uow: uow.people.add(person(telegram_id=5)))
    await database.write(lambda uow: uow.people.set_reachable(5, reachable=False))
    found = await database.read(lambda uow: uow.people.by_telegram_id(5))
    assert found is not None
    assert not found.reachable


async def test_a_merge_gives_everything_of_the_placeholder_to_the_person(
    database: Database, seed: Practice
) -> None:
    def client(of: Dietitian, who: Person, name: str) -> Client:
        return Client(dietitian_id=of.id, person_id=who.id, name=name, created_at=MORNING)

    def known_by_two(uow: UnitOfWork) -> tuple[Person, Dietitian]:
        other = uow.dietitians.add(dietitian(uow.people.add(person()).id))
        placeholder = uow.people.add(person(telegram_id=None))
        theirs = uow.requests.add(request(seed.dietitian.id, placeholder.id))
        held = uow.bookings.add(booking(theirs, MORNING + HOUR))
        uow.payments.add(payment(theirs, booking_id=held.id, reference="DD-theirs"))
        link = uow.links.add(
            Link(
                token_hash="h",
                purpose=LinkPurpose.REQUEST,
                request_id=theirs.id,
                expires_at=MORNING,
                created_at=MORNING,
            )
        )
        uow.links.bind(link.id, placeholder.id)
        for of in (seed.dietitian, other):
            uow.clients.add(client(of, placeholder, "as typed"))
        uow.clients.add(client(seed.dietitian, seed.client, "as known"))
        return placeholder, other

    placeholder, other = await database.write(known_by_two)
    into = seed.client.id
    await database.write(lambda uow: uow.people.merge(placeholder=placeholder.id, into=into))

    def look(uow: UnitOfWork) -> tuple[object, ...]:
        paid = uow.payments.by_reference("DD-theirs")
        link = uow.links.by_hash("h")
        assert paid is not None
        assert link is not None
        card = uow.requests.card_by_id(paid.request_id)
        assert card.booking is not None
        here = uow.clients.find(seed.dietitian.id, into)
        there = uow.clients.find(other.id, into)
        assert here is not None
        assert there is not None
        owners = (card.request.client_id, card.booking.client_id, paid.client_id, link.bound_to)
        return (*owners, here.name, there.name)

    assert await database.read(look) == (into, into, into, into, "as known", "as typed")
    with pytest.raises(NotYours):
        await database.read(lambda uow: uow.people.get(placeholder.id))


async def test_somebody_who_is_in_telegram_is_not_merged_away(database: Database, seed: Practice) -> None:
    other = await database.write(lambda uow: uow.people.add(person()))
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.people.merge(placeholder=seed.client.id, into=other.id))
    card = await database.read(lambda uow: uow.requests.card_by_id(seed.request.id))
    assert card.client == seed.client


async def test_clients_are_paged_by_name_without_regard_to_case(database: Database, seed: Practice) -> None:
    names = ["zainab", "Ada", "Émeka", "bola", "Chidi"]

    def add(uow: UnitOfWork) -> None:
        for name in names:
            who = uow.people.add(person(name="somebody"))
            uow.clients.add(
                Client(dietitian_id=seed.dietitian.id, person_id=who.id, name=name, created_at=MORNING)
            )

    async def page(number: int) -> Page[Client]:
        return await database.read(lambda uow: uow.clients.page(seed.dietitian.id, number=number, size=2))

    await database.write(add)
    first, second = await page(0), await page(1)
    assert [client.name for client in (*first.items, *second.items)][:3] == ["Ada", "bola", "Chidi"]
    assert (first.pages, first.total) == (3, 5)
    renamed = replace(first.items[0], name="yemi")
    await database.write(lambda uow: uow.clients.save(renamed))
    assert (await page(0)).items[0].name == "bola"
    assert await database.read(lambda uow: uow.clients.get(renamed.id)) == renamed
    assert await database.read(lambda uow: uow.clients.find(seed.dietitian.id, 999)) is None


async def test_only_an_active_dietitian_is_found_by_telegram_id(database: Database, seed: Practice) -> None:
    theirs = seed.dietitian
    found = await database.read(lambda uow: uow.dietitians.by_telegram_id(theirs.telegram_id))
    assert found == theirs
    assert await database.write(lambda uow: uow.dietitians.lock(theirs.id)) == theirs
    away = replace(theirs, active=False, position=5)
    await database.write(lambda uow: uow.dietitians.save(away))
    assert await database.read(lambda uow: uow.dietitians.by_telegram_id(theirs.telegram_id)) is None
    assert await database.read(lambda uow: uow.dietitians.get(theirs.id)) == away
    other = (await database.write(practice)).dietitian
    assert await database.read(lambda uow: uow.dietitians.all()) == [other, away]


async def test_hours_and_days_off_are_replaced_whole(database: Database, seed: Practice) -> None:
    whose = seed.dietitian.id
    hours: WeeklyHours = (((540, 720), (780, 1440)), (), (), (), (), ((600, 840),), ())
    away = [
        TimeOff(first=date(2026, 12, 24), last=date(2027, 1, 2), reason="Holidays"),
        TimeOff(first=date(2026, 11, 9), last=date(2026, 11, 9)),
    ]
    for week, days in ((hours, away), (CLOSED, [])):

        def declare(uow: UnitOfWork, week: WeeklyHours = week, days: list[TimeOff] = days) -> None:
            uow.dietitians.set_hours(whose, week)
            uow.dietitians.set_time_off(whose, days)

        assert await database.read(lambda uow: uow.dietitians.hours(whose)) == CLOSED or week == CLOSED
        await database.write(declare)
        assert await database.read(lambda uow: uow.dietitians.hours(whose)) == week
        assert await database.read(lambda uow: uow.dietitians.time_off(whose)) == days[::-1]


async def test_archived_services_are_not_on_offer(database: Database, seed: Practice) -> None:
    def service(number: int, **fields: object) -> Service:
        given = {
            "public_id": f"S{number}",
            "slug": f"s{number}",
            "kind": ServiceKind.MEAL_PLAN,
            "title": "Plan",
            "minutes": None,
            "price": 5_000_000_000,
            "currency": "NGN",
            "position": -number,
        }
        return Service(**{**given, "dietitian_id": seed.dietitian.id, **fields})  # type: ignore[arg-type]

    one = await database.write(lambda uow: uow.services.add(service(1)))
    two = await database.write(lambda uow: uow.services.add(service(2)))
    old = await database.write(lambda uow: uow.services.add(service(3, archived=True)))
    whose = seed.dietitian.id
    assert await database.read(lambda uow: uow.services.of(whose)) == [two, one]
    assert await database.read(lambda uow: uow.services.everything_of(whose)) == [old, two, one]
    await database.write(lambda uow: uow.services.save(replace(two, archived=True)))
    assert await database.read(lambda uow: uow.services.of(whose)) == [one]
    assert await database.read(lambda uow: uow.services.by_public_id("S1")) == one
    assert await database.read(lambda uow: uow.services.get(one.id)) == one
    assert await database.read(lambda uow: uow.services.by_public_id("S?")) is None


async def test_a_link_is_bound_to_the_first_who_opens_it(database: Database, seed: Practice) -> None:
    fresh = Link(
        token_hash="a" * 64,
        purpose=LinkPurpose.REQUEST,
        request_id=seed.request.id,
        expires_at=MORNING + HOUR,
        created_at=MORNING,
    )
    link = await database.write(lambda uow: uow.links.add(fresh))
    other = await database.write(lambda uow: uow.people.add(person()))
    for _ in range(2):  # the same person may open it again
        await database.write(lambda uow: uow.links.bind(link.id, seed.client.id))
    with pytest.raises(LinkUsedUp):
        await database.write(lambda uow: uow.links.bind(link.id, other.id))
    bound = replace(link, bound_to=seed.client.id)
    assert await database.write(lambda uow: uow.links.by_hash("a" * 64, lock=True)) == bound
    assert await database.read(lambda uow: uow.links.of_request(seed.request.id)) == [bound]
    assert await database.read(lambda uow: uow.links.by_hash("b" * 64)) is None


async def test_a_newer_question_replaces_the_older(database: Database) -> None:
    older = Step(telegram_id=7, kind=StepKind.EMAIL, subject="R1", expires_at=MORNING)
    newer = Step(telegram_id=7, kind=StepKind.NAME, expires_at=MORNING + HOUR)
    await database.write(lambda uow: uow.steps.put(older))
    assert await database.read(lambda uow: uow.steps.of(7)) == older
    await database.write(lambda uow: uow.steps.put(newer))
    assert await database.read(lambda uow: uow.steps.of(7)) == newer
    await database.write(lambda uow: uow.steps.clear(7))
    assert await database.read(lambda uow: uow.steps.of(7)) is None


async def test_a_dietitian_has_one_calendar_connection(database: Database, seed: Practice) -> None:
    whose = seed.dietitian.id
    first = Connection(dietitian_id=whose, account=None, sealed_token="x", scopes="s", connected_at=MORNING)
    await database.write(lambda uow: uow.connections.put(first))
    stored = await database.read(lambda uow: uow.connections.of(whose))
    assert stored == replace(first, id=stored.id if stored else 0)
    lost = replace(first, state=ConnectionState.NEEDS_RECONNECT, account="a", last_success_at=MORNING)
    await database.write(lambda uow: uow.connections.put(lost))
    stored = await database.read(lambda uow: uow.connections.of(whose))
    assert stored == replace(lost, id=stored.id if stored else 0)
    await database.write(lambda uow: uow.connections.remove(whose))
    assert await database.read(lambda uow: uow.connections.of(whose)) is None


async def test_an_oauth_attempt_is_taken_once_and_in_time(database: Database, seed: Practice) -> None:
    def add(uow: UnitOfWork, *, name: str) -> None:
        attempt = OAuthAttempt(
            state_hash=name,
            dietitian_id=seed.dietitian.id,
            sealed_verifier="v",
            expires_at=MORNING + timedelta(minutes=10),
        )
        uow.connections.add_attempt(attempt)

    for name in ("once", "late"):
        await database.write(partial(add, name=name))
    now = MORNING + timedelta(minutes=9)
    taken = await database.write(lambda uow: uow.connections.take_attempt("once", now))
    assert taken is not None
    assert (taken.sealed_verifier, taken.used_at) == ("v", now)
    assert await database.write(lambda uow: uow.connections.take_attempt("once", now)) is None
    late = MORNING + timedelta(minutes=10)
    assert await database.write(lambda uow: uow.connections.take_attempt("late", late)) is None
    assert await database.write(lambda uow: uow.connections.take_attempt("other", now)) is None


async def test_payments_are_found_by_reference_request_and_due_time(
    database: Database, seed: Practice
) -> None:
    from domain.model.payment import PaymentState

    def add(uow: UnitOfWork) -> list[int]:
        at = [MORNING + timedelta(minutes=minutes) for minutes in (3, 1, 9, 2)]
        states = [PaymentState.OPEN, PaymentState.CREATED, PaymentState.OPEN, PaymentState.CLOSED]
        rows = [
            payment(seed.request, reference=f"DD-{number}", next_check_at=due, state=state)
            for number, (due, state) in enumerate(zip(at, states, strict=True))
        ]
        unwatched = payment(seed.request, reference="DD-9", next_check_at=None, state=PaymentState.SUCCEEDED)
        return [uow.payments.add(row).id for row in (*rows, unwatched)]

    added = await database.write(add)
    of_request = await database.read(lambda uow: uow.payments.of_request(seed.request.id))
    assert [paid.id for paid in of_request] == added
    now = MORNING + timedelta(minutes=5)
    due = await database.read(lambda uow: uow.payments.due_for_check(now, limit=9))
    assert [paid.reference for paid in due] == ["DD-1", "DD-0"]
    assert len(await database.read(lambda uow: uow.payments.due_for_check(now, limit=1))) == 1
    found = await database.write(lambda uow: uow.payments.by_reference("DD-1", lock=True))
    assert found == due[0]
    assert await database.read(lambda uow: uow.payments.by_reference("DD-x")) is None
    paid = replace(
        due[0],
        state=PaymentState.SUCCEEDED,
        next_check_at=None,
        paid_at=now,
        paid_amount=2**40,
        provider_id=2**60,
    )
    saved = await database.write(lambda uow: uow.payments.save(paid))
    assert await database.read(lambda uow: uow.payments.get(saved.id)) == replace(paid, rev=paid.rev + 1)
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.payments.save(paid))


async def test_the_audit_trail_is_read_in_order(database: Database) -> None:
    entries = [
        AuditEntry(at=MORNING, actor="clock", action=action, record="request:R1", detail={"why": "₦", "n": 1})
        for action in ("sent", "expired")
    ]
    elsewhere = replace(entries[0], record="request:R2")

    def add(uow: UnitOfWork) -> None:
        for entry in (*entries, elsewhere):
            uow.audit.add(entry)

    await database.write(add)
    found = await database.read(lambda uow: uow.audit.of("request:R1"))
    assert [replace(entry, id=0) for entry in found] == entries
