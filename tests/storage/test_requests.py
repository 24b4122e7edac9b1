"""Requests and the cards they are read as."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import MovedOn, NotYours
from domain.model.booking import BookingState
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.request import Origin, Request, RequestState
from domain.model.service import Service, ServiceKind
from domain.model.views import Page, RequestCard
from domain.ports import UnitOfWork
from storage.database import Database
from storage.repositories.requests import _DRAFT, _OPEN_BETWEEN, _OWN_DRAFT
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.storage.seeds import HOUR, Practice, booking, payment, practice, request

TEN = MORNING + timedelta(hours=24)
EVERY = tuple(RequestState)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_draft_is_not_looked_for_among_all_requests(database: Database) -> None:
    """Years of one dietitian, or of one service, lie behind it."""
    wanted = {_DRAFT: "ix_requests_drafts", _OWN_DRAFT: "ix_requests_open", _OPEN_BETWEEN: "ix_requests_open"}

    def explain(uow: UnitOfWork) -> list[str]:
        assert isinstance(uow, SqlUnitOfWork)
        found = []
        for statement in wanted:
            compiled = statement.compile(uow.connection.engine)
            bound = (0,) * len(compiled.positiontup or ())
            plan = uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", bound)
            found += [row[3].partition(" USING INDEX ")[2].partition(" ")[0] for row in plan]
        return found

    assert await database.read(explain) == list(wanted.values())


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


async def add(database: Database, seed: Practice, **fields: object) -> Request:
    fresh = request(seed.dietitian.id, seed.client.id, **fields)
    return await database.write(lambda uow: uow.requests.add(fresh))


def ids(page: Page[RequestCard]) -> list[int]:
    return [card.request.id for card in page.items]


async def test_a_card_holds_all_that_stands_with_it(database: Database, seed: Practice) -> None:
    def fill(uow: UnitOfWork) -> RequestCard:
        service = uow.services.add(
            Service(
                public_id="S1",
                dietitian_id=seed.dietitian.id,
                slug="first",
                kind=ServiceKind.CONSULTATION,
                title="First",
                minutes=45,
                price=1_250_000,
                currency="NGN",
            )
        )
        full = replace(
            seed.request, service_id=service.id, kind=service.kind, price=9_999_999_999, message="Báwo ni?"
        )
        stored = uow.requests.save(full)
        held = uow.bookings.add(booking(stored, TEN))
        paid = uow.payments.add(payment(stored, booking_id=held.id, state=PaymentState.OPEN))
        return RequestCard(
            request=stored, dietitian=seed.dietitian, client=seed.client, booking=held, payment=paid
        )

    expected = await database.write(fill)
    public_id = seed.request.public_id
    assert await database.read(lambda uow: uow.requests.card(public_id)) == expected
    assert await database.read(lambda uow: uow.requests.card_by_id(seed.request.id)) == expected
    assert await database.write(lambda uow: uow.requests.card(public_id, lock=True)) == expected
    assert await database.write(lambda uow: uow.requests.card_by_id(seed.request.id, lock=True)) == expected


async def test_a_draft_has_a_card_without_client_booking_or_payment(
    database: Database, seed: Practice
) -> None:
    draft = await database.write(lambda uow: uow.requests.add(request(seed.dietitian.id, None)))
    card = await database.read(lambda uow: uow.requests.card(draft.public_id))
    assert (card.client, card.booking, card.payment) == (None, None, None)


@pytest.mark.parametrize("lock", [False, True])
async def test_what_is_not_there_is_not_yours(database: Database, *, lock: bool) -> None:
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.requests.card("R?", lock=lock))
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.requests.card_by_id(99, lock=lock))


async def test_the_cards_booking_is_the_live_one_else_the_latest(database: Database, seed: Practice) -> None:
    async def book(state: BookingState, hours: int) -> int:
        fresh = booking(seed.request, TEN + hours * HOUR, state=state)
        return (await database.write(lambda uow: uow.bookings.add(fresh))).id

    async def shown() -> int | None:
        card = await database.read(lambda uow: uow.requests.card_by_id(seed.request.id))
        return card.booking.id if card.booking else None

    await book(BookingState.CANCELLED, 0)
    latest = await book(BookingState.EXPIRED, 1)
    assert await shown() == latest
    live = await book(BookingState.PENDING, 2)
    await book(BookingState.CANCELLED, 3)
    assert await shown() == live


async def test_the_cards_payment_is_the_one_that_counts(database: Database, seed: Practice) -> None:
    async def pay(state: PaymentState, outcome: MoneyOutcome | None = None) -> int:
        fresh = payment(seed.request, state=state, outcome=outcome)
        return (await database.write(lambda uow: uow.payments.add(fresh))).id

    async def shown() -> int | None:
        card = await database.read(lambda uow: uow.requests.card_by_id(seed.request.id))
        return card.payment.id if card.payment else None

    await pay(PaymentState.LINKLESS)
    await pay(PaymentState.REFUSED)
    assert await shown() is None
    await pay(PaymentState.OPEN)
    latest = await pay(PaymentState.OPEN)
    await pay(PaymentState.CLOSED)
    assert await shown() == latest
    paid = await pay(PaymentState.SUCCEEDED, MoneyOutcome.VALUE)
    await pay(PaymentState.OPEN)
    assert await shown() == paid
    await pay(PaymentState.SUCCEEDED, MoneyOutcome.REFUND)
    assert await shown() == paid


async def test_the_client_pages_through_what_was_sent_to_them(database: Database, seed: Practice) -> None:
    other = await database.write(practice)
    own = await add(database, seed, origin=Origin.CLIENT, state=RequestState.DRAFT, sent_at=None)
    await database.write(lambda uow: uow.payments.add(payment(own)))
    await add(
        database, seed, origin=Origin.CLIENT, state=RequestState.DRAFT, sent_at=None
    )  # merely looked at
    await add(database, seed, state=RequestState.DRAFT, sent_at=None)
    declined = await add(database, seed, state=RequestState.DECLINED)
    await add(database, other)

    async def page(states: tuple[RequestState, ...], number: int = 0) -> Page[RequestCard]:
        return await database.read(
            lambda uow: uow.requests.page_for_client(seed.client.id, states=states, number=number, size=2)
        )

    assert ids(await page(EVERY)) == [declined.id, own.id]
    assert ids(await page(EVERY, 1)) == [seed.request.id]
    assert ids(await page(EVERY, 9)) == [seed.request.id]
    assert ((await page(EVERY)).pages, (await page(EVERY)).total) == (2, 3)
    assert ids(await page((RequestState.PENDING,))) == [seed.request.id]
    nothing = await page((RequestState.EXPIRED,))
    assert (nothing.items, nothing.number, nothing.pages, nothing.total) == ([], 0, 1, 0)
    assert ids(await page(())) == []


async def test_the_dietitian_does_not_see_what_others_have_not_sent(
    database: Database, seed: Practice
) -> None:
    await add(database, seed, origin=Origin.CLIENT, state=RequestState.DRAFT, sent_at=None)
    draft = await add(database, seed, state=RequestState.DRAFT, sent_at=None)
    await add(database, seed, origin=Origin.CLIENT, state=RequestState.CANCELLED, sent_at=None)
    bought = await add(database, seed, origin=Origin.CLIENT, state=RequestState.APPROVED)
    await database.write(practice)
    page = await database.read(
        lambda uow: uow.requests.page_for_dietitian(seed.dietitian.id, states=EVERY, number=0, size=9)
    )
    assert ids(page) == [bought.id, draft.id, seed.request.id]


async def test_the_draft_being_put_together_is_found(database: Database, seed: Practice) -> None:
    assert await database.read(lambda uow: uow.requests.draft_of(seed.dietitian.id)) is None
    await add(database, seed, origin=Origin.CLIENT, state=RequestState.DRAFT, sent_at=None)
    draft = await add(database, seed, state=RequestState.DRAFT, sent_at=None)
    assert await database.read(lambda uow: uow.requests.draft_of(seed.dietitian.id)) == draft


async def test_only_an_unsent_draft_is_deleted(database: Database, seed: Practice) -> None:
    draft = await add(database, seed, state=RequestState.DRAFT, sent_at=None)
    await database.write(lambda uow: uow.requests.delete(draft.id))
    with pytest.raises(NotYours):
        await database.read(lambda uow: uow.requests.card_by_id(draft.id))
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.requests.delete(seed.request.id))
    # and its number is not given to another, whose messages would then count as told
    assert (await add(database, seed)).id > draft.id
