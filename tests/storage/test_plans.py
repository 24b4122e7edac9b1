"""Meal plans: one a request, in lists by who looks."""

from dataclasses import replace

import pytest

from domain.errors import MovedOn, NotYours
from domain.model.payment import PaymentState
from domain.model.plan import Plan, PlanState
from domain.model.views import Page, PlanCard
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING
from tests.storage.plan_seeds import plan, planned, version
from tests.storage.seeds import HOUR, Practice, payment, person, practice

SIZE = 7


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


def ids(page: Page[PlanCard]) -> list[int]:
    return [card.plan.id for card in page.items]


async def tab(database: Database, seed: Practice, name: str, *, number: int = 0) -> Page[PlanCard]:
    def look(uow: UnitOfWork) -> Page[PlanCard]:
        return uow.plans.page_for_dietitian(
            seed.dietitian.id, tab=name, now=MORNING, number=number, size=SIZE
        )

    return await database.read(look)


async def client_page(database: Database, seed: Practice, *, number: int = 0) -> Page[PlanCard]:
    return await database.read(
        lambda uow: uow.plans.page_for_client(seed.client.id, number=number, size=SIZE)
    )


async def test_what_is_stored_is_what_is_read(database: Database, seed: Practice) -> None:
    full = plan(seed.request, sent_at=MORNING, received_at=MORNING + HOUR, closed_at=MORNING + 2 * HOUR)
    added = await database.write(lambda uow: uow.plans.add(full))
    assert added == replace(full, id=added.id)
    assert await database.read(lambda uow: uow.plans.of_request(seed.request.id)) == added
    assert await database.read(lambda uow: uow.plans.of_request(99)) is None


async def test_a_request_has_one_plan_at_most(database: Database, seed: Practice) -> None:
    await database.write(lambda uow: uow.plans.add(plan(seed.request)))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write(lambda uow: uow.plans.add(plan(seed.request)))


async def test_a_stale_plan_has_moved_on(database: Database, seed: Practice) -> None:
    added = await database.write(lambda uow: uow.plans.add(plan(seed.request)))
    sent = replace(added, state=PlanState.SENT, sent_at=MORNING)
    assert await database.write(lambda uow: uow.plans.save(sent)) == replace(sent, rev=added.rev + 1)
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.plans.save(replace(added, state=PlanState.CANCELLED)))


async def test_a_card_holds_the_plan_its_request_and_its_versions(database: Database, seed: Practice) -> None:
    def fill(uow: UnitOfWork) -> PlanCard:
        made = uow.plans.add(plan(seed.request))
        paid = uow.payments.add(payment(seed.request, state=PaymentState.OPEN))
        newer, older = (uow.plan_files.add(version(seed.request, number), b"") for number in (2, 1))
        card = uow.requests.card(seed.request.public_id)
        assert (card.client, card.payment) == (seed.client, paid)
        return PlanCard(plan=made, card=card, versions=[older, newer])

    expected = await database.write(fill)
    card = await database.read(lambda uow: uow.plans.card(seed.request.public_id))
    assert card == expected
    assert card.latest == expected.versions[1]
    assert (await tab(database, seed, "waiting")).items == [expected]


async def test_a_request_without_a_plan_has_no_plan_card(database: Database, seed: Practice) -> None:
    for public_id in (seed.request.public_id, "R?"):
        with pytest.raises(NotYours):
            await database.read(lambda uow, which=public_id: uow.plans.card(which))  # type: ignore[misc]


async def test_the_client_sees_what_is_waited_for_first(database: Database, seed: Practice) -> None:
    def fill(uow: UnitOfWork) -> list[int]:
        other = practice(uow)
        planned(uow, seed, client=other.client)
        received = planned(uow, seed, state=PlanState.RECEIVED, promised_at=MORNING - 9 * HOUR)
        later = planned(uow, seed, promised_at=MORNING + 48 * HOUR)
        cancelled = planned(uow, seed, state=PlanState.CANCELLED, promised_at=MORNING + 9 * HOUR)
        late = planned(uow, seed, promised_at=MORNING - HOUR)
        elsewhere = planned(uow, other, client=seed.client, promised_at=MORNING + HOUR)
        sent = planned(uow, seed, state=PlanState.SENT)
        return [found.id for found in (late, elsewhere, later, sent, cancelled, received)]

    expected = await database.write(fill)
    assert ids(await client_page(database, seed)) == expected


async def test_the_dietitian_has_a_tab_for_each_state(database: Database, seed: Practice) -> None:
    def fill(uow: UnitOfWork) -> dict[str, list[int]]:
        other = practice(uow)
        for state in PlanState:
            planned(uow, other, client=seed.client, state=state, promised_at=MORNING - HOUR)
        later = planned(uow, seed, promised_at=MORNING + 48 * HOUR)
        sent = planned(uow, seed, state=PlanState.SENT, promised_at=MORNING - 5 * HOUR)
        now_due = planned(uow, seed, promised_at=MORNING)
        overdue = planned(uow, seed, promised_at=MORNING - 30 * HOUR)
        cancelled = [planned(uow, seed, state=PlanState.CANCELLED, promised_at=MORNING) for _ in range(2)]
        received = planned(uow, seed, state=PlanState.RECEIVED)
        tabs = {
            "waiting": [overdue, now_due, later],
            "late": [overdue, now_due],
            "sent": [received, sent],
            "cancelled": cancelled[::-1],
        }
        return {name: [found.id for found in listed] for name, listed in tabs.items()}

    for name, expected in (await database.write(fill)).items():
        page = await tab(database, seed, name)
        assert (name, ids(page), page.total) == (name, expected, len(expected))


async def test_late_ones_are_everybodys_the_longest_overdue_first(database: Database, seed: Practice) -> None:
    def fill(uow: UnitOfWork) -> list[int]:
        other = practice(uow)
        now_due = planned(uow, seed, promised_at=MORNING)
        planned(uow, seed, promised_at=MORNING + HOUR / 3600)
        overdue = planned(uow, other, promised_at=MORNING - HOUR)
        planned(uow, other, promised_at=MORNING - HOUR, state=PlanState.SENT)
        return [overdue.id, now_due.id]

    expected = await database.write(fill)
    page = await database.read(lambda uow: uow.plans.late(MORNING, number=0, size=SIZE))
    assert ids(page) == expected
    assert page.items[0].card.dietitian.id != page.items[1].card.dietitian.id


async def test_sixty_are_paged_and_each_is_on_one_page(database: Database, seed: Practice) -> None:
    """All are promised for the same moment, so that only the last key of the order tells them apart."""

    def fill(uow: UnitOfWork) -> list[Plan]:
        return [planned(uow, seed, promised_at=MORNING) for _ in range(60)]

    every = [found.id for found in await database.write(fill)]

    async def late_page(database: Database, _: Practice, *, number: int) -> Page[PlanCard]:
        return await database.read(lambda uow: uow.plans.late(MORNING, number=number, size=SIZE))

    async def waiting(database: Database, seed: Practice, *, number: int) -> Page[PlanCard]:
        return await tab(database, seed, "waiting", number=number)

    for look, expected in ((client_page, every[::-1]), (waiting, every), (late_page, every)):
        pages = [await look(database, seed, number=number) for number in range(9)]
        assert [found for page in pages for found in ids(page)] == expected
        assert {(page.pages, page.total) for page in pages} == {(9, 60)}
        beyond = await look(database, seed, number=99)
        assert (ids(beyond), beyond.number) == (expected[-4:], 8)


async def test_nothing_is_one_empty_page(database: Database, seed: Practice) -> None:
    for page in (await client_page(database, seed, number=3), await tab(database, seed, "late")):
        assert (page.items, page.number, page.pages, page.total) == ([], 0, 1, 0)


async def test_a_merge_gives_the_placeholders_plans_to_the_person(database: Database, seed: Practice) -> None:
    placeholder = await database.write(lambda uow: uow.people.add(person(telegram_id=None)))
    theirs = await database.write(lambda uow: planned(uow, seed, client=placeholder))
    assert ids(await client_page(database, seed)) == []
    await database.write(lambda uow: uow.people.merge(placeholder=placeholder.id, into=seed.client.id))
    assert ids(await client_page(database, seed)) == [theirs.id]


@pytest.mark.parametrize("broken", [{"client_id": 999}, {"request_id": 999}, {"dietitian_id": 999}])
async def test_a_plan_belongs_to_records_that_are_there(
    database: Database, seed: Practice, broken: dict[str, int]
) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await database.write(lambda uow: uow.plans.add(plan(seed.request, **broken)))
