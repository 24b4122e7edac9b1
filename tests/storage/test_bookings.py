"""Bookings: the database itself refuses an overlap."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.errors import MovedOn, NotYours, SlotTaken
from domain.model.booking import Booking, BookingState
from domain.model.views import Page, RequestCard
from domain.ports import UnitOfWork
from storage.database import Database
from tests.clock import MORNING
from tests.storage.seeds import HOUR, Practice, booking, person, practice, request

TEN = MORNING + timedelta(hours=24)
QUARTER = timedelta(minutes=15)


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


async def add(database: Database, seed: Practice, start: datetime, **fields: object) -> Booking:
    return await database.write(lambda uow: uow.bookings.add(booking(seed.request, start, **fields)))


async def test_what_is_stored_is_what_is_read(database: Database, seed: Practice) -> None:
    odd = TEN + timedelta(microseconds=123_457)
    added = await add(database, seed, odd, hold_until=odd, meeting_url="https://meet.example.com/ọ")
    assert await database.read(lambda uow: uow.bookings.get(added.id)) == added
    assert await database.read(lambda uow: uow.bookings.by_public_id(added.public_id)) == added
    assert await database.read(lambda uow: uow.bookings.by_public_id("B?")) is None


async def test_an_instant_without_a_zone_is_refused(database: Database, seed: Practice) -> None:
    with pytest.raises(Exception, match="no time zone"):
        await add(database, seed, TEN.replace(tzinfo=None))


@pytest.mark.parametrize("offset", [-3 * QUARTER, -QUARTER, 0 * QUARTER, QUARTER, 3 * QUARTER])
async def test_an_overlap_is_refused_on_insert(database: Database, seed: Practice, offset: timedelta) -> None:
    await add(database, seed, TEN)
    with pytest.raises(SlotTaken):
        await add(database, seed, TEN + offset)


async def test_one_inside_and_one_around_another_are_refused(database: Database, seed: Practice) -> None:
    await add(database, seed, TEN, end=TEN + 3 * HOUR, busy_until=TEN + 3 * HOUR)
    await add(database, seed, TEN + 5 * HOUR)
    with pytest.raises(SlotTaken):
        await add(database, seed, TEN + HOUR)
    with pytest.raises(SlotTaken):
        await add(database, seed, TEN + 4 * HOUR, end=TEN + 7 * HOUR, busy_until=TEN + 7 * HOUR)


async def test_back_to_back_is_allowed(database: Database, seed: Practice) -> None:
    for start in (TEN, TEN + HOUR, TEN - HOUR):
        await add(database, seed, start)


async def test_the_buffer_is_part_of_it(database: Database, seed: Practice) -> None:
    first = await add(database, seed, TEN)
    with pytest.raises(SlotTaken):
        await add(database, seed, first.end)


async def test_another_dietitian_has_their_own_time(database: Database, seed: Practice) -> None:
    other = await database.write(practice)
    await add(database, seed, TEN)
    await add(database, other, TEN)


async def test_an_overlap_is_refused_on_update(database: Database, seed: Practice) -> None:
    await add(database, seed, TEN)
    second = await add(database, seed, TEN + HOUR)
    moved = replace(second, start=TEN + QUARTER, end=TEN + 4 * QUARTER, busy_until=TEN + HOUR)
    with pytest.raises(SlotTaken):
        await database.write(lambda uow: uow.bookings.save(moved))
    assert await database.read(lambda uow: uow.bookings.get(second.id)) == second


async def test_coming_back_to_life_is_refused_where_the_slot_has_gone(
    database: Database, seed: Practice
) -> None:
    expired = await add(database, seed, TEN, state=BookingState.EXPIRED)
    await add(database, seed, TEN)
    with pytest.raises(SlotTaken):
        await database.write(lambda uow: uow.bookings.save(replace(expired, state=BookingState.CONFIRMED)))


async def test_it_may_move_within_its_own_time(database: Database, seed: Practice) -> None:
    held = await add(database, seed, TEN)
    later = replace(held, start=TEN + QUARTER, end=TEN + HOUR, busy_until=TEN + 5 * QUARTER)
    saved = await database.write(lambda uow: uow.bookings.save(later))
    assert saved == replace(later, rev=held.rev + 1)


@pytest.mark.parametrize("state", [BookingState.EXPIRED, BookingState.CANCELLED])
async def test_what_is_over_frees_its_slot(database: Database, seed: Practice, state: BookingState) -> None:
    held = await add(database, seed, TEN)
    await database.write(lambda uow: uow.bookings.save(replace(held, state=state)))
    await add(database, seed, TEN)


async def test_a_lapsed_hold_blocks_until_it_is_expired_in_the_same_transaction(
    database: Database, seed: Practice
) -> None:
    await add(database, seed, TEN, hold_until=MORNING)
    with pytest.raises(SlotTaken):
        await add(database, seed, TEN)

    def expire_then_add(uow: UnitOfWork) -> Booking:
        for lapsed in uow.bookings.lapsed_of(seed.dietitian.id, MORNING):
            uow.bookings.save(replace(lapsed, state=BookingState.EXPIRED))
        return uow.bookings.add(booking(seed.request, TEN))

    assert (await database.write(expire_then_add)).start == TEN


async def test_a_use_case_can_go_on_after_the_refusal(database: Database, seed: Practice) -> None:
    await add(database, seed, TEN)

    def try_then_say(uow: UnitOfWork) -> None:
        try:
            uow.bookings.add(booking(seed.request, TEN))
        except SlotTaken:
            uow.people.add(person(telegram_id=5))

    await database.write(try_then_say)
    assert await database.read(lambda uow: uow.people.by_telegram_id(5)) is not None


async def test_other_broken_constraints_are_not_a_taken_slot(database: Database, seed: Practice) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await add(database, seed, TEN, client_id=999)
    with pytest.raises(Exception, match="ck_bookings_order"):
        await add(database, seed, TEN, end=TEN)


async def test_a_stale_booking_has_moved_on(database: Database, seed: Practice) -> None:
    held = await add(database, seed, TEN)
    await database.write(lambda uow: uow.bookings.save(held))
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.bookings.save(held))
    with pytest.raises(NotYours):
        await database.read(lambda uow: uow.bookings.get(999))


async def test_busy_is_what_holds_its_slot_now(database: Database, seed: Practice) -> None:
    now = MORNING
    await add(database, seed, TEN, hold_until=now + QUARTER)
    await add(database, seed, TEN + HOUR, hold_until=now)  # lapsed this very moment
    await add(database, seed, TEN + 2 * HOUR, state=BookingState.CONFIRMED, hold_until=None)
    await add(database, seed, TEN + 3 * HOUR, state=BookingState.CANCELLED)
    await add(database, seed, TEN - HOUR, state=BookingState.CONFIRMED)
    await add(database, seed, TEN + 5 * HOUR, state=BookingState.CONFIRMED)
    busy = await database.read(
        lambda uow: uow.bookings.busy(seed.dietitian.id, after=TEN, before=TEN + 5 * HOUR, now=now)
    )
    assert busy == [(TEN, TEN + HOUR), (TEN + 2 * HOUR, TEN + 3 * HOUR)]


async def test_lapsed_holds_come_oldest_first(database: Database, seed: Practice) -> None:
    other = await database.write(practice)
    late = await add(database, seed, TEN, hold_until=MORNING - QUARTER)
    early = await add(database, other, TEN, hold_until=MORNING - HOUR)
    await add(database, seed, TEN + HOUR, hold_until=MORNING + QUARTER)
    await add(database, seed, TEN + 2 * HOUR, hold_until=MORNING, state=BookingState.EXPIRED)
    assert await database.read(lambda uow: uow.bookings.lapsed(MORNING, limit=9)) == [early, late]
    assert await database.read(lambda uow: uow.bookings.lapsed(MORNING, limit=1)) == [early]
    of_one = await database.read(lambda uow: uow.bookings.lapsed_of(seed.dietitian.id, MORNING))
    assert of_one == [late]


async def test_what_comes_is_paged_soonest_first_with_its_card(database: Database, seed: Practice) -> None:
    async def on(start: datetime, **fields: object) -> Booking:
        fresh = request(seed.dietitian.id, seed.client.id)
        added = await database.write(lambda uow: uow.requests.add(fresh))
        return await database.write(lambda uow: uow.bookings.add(booking(added, start, **fields)))

    confirmed = {"state": BookingState.CONFIRMED, "hold_until": None}
    third = await on(TEN + 2 * HOUR, **confirmed)
    first = await on(TEN, **confirmed)
    second = await on(TEN + HOUR, hold_until=TEN)
    await on(TEN + 3 * HOUR, hold_until=TEN - HOUR)  # lapsed by then
    await on(TEN + 4 * HOUR, state=BookingState.CANCELLED)
    await on(TEN - 2 * HOUR, **confirmed)  # over
    after = TEN - HOUR

    async def page(number: int, *, of_client: bool) -> Page[RequestCard]:
        if of_client:
            return await database.read(
                lambda uow: uow.bookings.page_for_client(seed.client.id, after=after, number=number, size=2)
            )
        whose = seed.dietitian.id
        return await database.read(
            lambda uow: uow.bookings.page_for_dietitian(whose, after=after, number=number, size=2)
        )

    for of_client in (True, False):
        front, back = await page(0, of_client=of_client), await page(7, of_client=of_client)
        assert [card.booking for card in front.items] == [first, second]
        assert [card.request.id for card in front.items] == [first.request_id, second.request_id]
        assert (front.number, front.pages, front.total) == (0, 2, 3)
        assert [card.booking for card in back.items] == [third]
        assert back.number == 1
