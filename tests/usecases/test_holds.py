"""A slot is held, swapped, given back, and lapses."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import MovedOn, NeedsConsent, NotYours, SlotTaken
from domain.model.booking import Booking, BookingState
from domain.model.hours import Opening, TimeOff
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.people import CONSENT_VERSION, Person
from domain.model.request import Request, RequestState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.book_slot import ExpireHolds, HoldSlot, OfferSlots, ReleaseHold
from domain.usecases.change_booking import CancelBooking, MoveBooking, OfferMoves
from domain.usecases.schedule import schedule_of, still_fits
from storage.database import Database
from tests.clock import MORNING, FrozenClock
from tests.storage.seeds import Practice, booking, payment, person, practice, request

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
TEN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # 10:00 in Lagos
ELEVEN = TEN + timedelta(hours=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY_DAY = (((480, 1020),),) * 7


@dataclass(kw_only=True)
class Desk:
    database: Database
    clock: FrozenClock
    seed: Practice

    @property
    def common(self) -> dict[str, Any]:
        return {"transactions": self.database, "clock": self.clock}

    async def hold(self, start: datetime, *, rev: int | None = None, by: Person | None = None) -> RequestCard:
        take = HoldSlot(**self.common, hold_minutes=35, calendar_is_offered=False)
        at = rev if rev is not None else (await self.card()).request.rev
        return await take(
            person=by or self.seed.client,
            public_id=self.seed.request.public_id,
            rev=at,
            start=start,
            message_id=5,
        )

    async def release(self, *, rev: int | None = None) -> RequestCard:
        at = rev if rev is not None else (await self.card()).request.rev
        give_back = ReleaseHold(**self.common)
        return await give_back(person=self.seed.client, public_id=self.seed.request.public_id, rev=at)

    async def expire(self) -> int:
        return await ExpireHolds(**self.common)()

    async def card(self) -> RequestCard:
        return await self.database.read(lambda uow: uow.requests.card(self.seed.request.public_id))

    async def free(self) -> list[datetime]:
        offer = OfferSlots(**self.common)
        choices = await offer(person=self.seed.client, public_id=self.seed.request.public_id)
        return choices.slots

    async def decide(self, **rules: Any) -> None:
        """What the dietitian allows from now on."""
        changed = replace(self.seed.dietitian, **rules)
        await self.database.write(lambda uow: uow.dietitians.save(changed))

    async def rival(self, start: datetime, **fields: Any) -> Booking:
        """Somebody else's session, three quarters of an hour and one more of buffer."""

        def add(uow: UnitOfWork) -> Booking:
            other = uow.people.add(person())
            theirs = uow.requests.add(request(self.seed.dietitian.id, other.id))
            return uow.bookings.add(booking(theirs, start, **fields))

        return await self.database.write(add)

    async def somebody_else_holds(self, start: datetime) -> None:
        def add(uow: UnitOfWork) -> tuple[Person, Request]:
            other = uow.people.add(person(consented_at=MORNING, consent_version=CONSENT_VERSION))
            fields = {"kind": ServiceKind.CONSULTATION, "minutes": 45, "agreed_at": MORNING}
            return other, uow.requests.add(request(self.seed.dietitian.id, other.id, **fields))

        other, theirs = await self.database.write(add)
        take = HoldSlot(**self.common, hold_minutes=35, calendar_is_offered=False)
        await take(person=other, public_id=theirs.public_id, rev=theirs.rev, start=start, message_id=6)

    async def book(self, start: datetime) -> None:
        """The client's own, paid."""

        def add(uow: UnitOfWork) -> None:
            own = uow.bookings.add(
                booking(self.seed.request, start, state=BookingState.CONFIRMED, hold_until=None)
            )
            money = {"state": PaymentState.SUCCEEDED, "outcome": MoneyOutcome.VALUE}
            uow.payments.add(payment(self.seed.request, booking_id=own.id, **money))
            uow.requests.save(replace(self.seed.request, state=RequestState.APPROVED))

        await self.database.write(add)

    async def movable(self) -> list[datetime]:
        offer = OfferMoves(**self.common)
        return (await offer(person=self.seed.client, public_id=self.seed.request.public_id)).slots

    async def move(self, start: datetime, *, rev: int | None = None) -> datetime:
        change = MoveBooking(**self.common)
        at = rev if rev is not None else (await self.card()).request.rev
        now = await change(
            person=self.seed.client, public_id=self.seed.request.public_id, rev=at, start=start
        )
        assert now.booking is not None
        return now.booking.start

    async def cancel(self, *, rev: int) -> RequestCard:
        change = CancelBooking(**self.common)
        return await change(person=self.seed.client, public_id=self.seed.request.public_id, rev=rev)

    async def told(self) -> list[str]:
        late = self.clock.now() + timedelta(days=99)
        rows = await self.database.write(
            lambda uow: uow.outbox.claim(owner="t", now=late, lease_until=late, limit=99)
        )
        kinds = (row.payload["kind"] for row in rows)
        return sorted(kind for kind in kinds if kind != "hold_ending")  # has tests of its own


def _seed(uow: UnitOfWork) -> Practice:
    seed = practice(uow)
    uow.dietitians.set_hours(seed.dietitian.id, EVERY_DAY)
    client = replace(seed.client, consented_at=MORNING, consent_version=CONSENT_VERSION)
    uow.people.save(client)
    fields = {"kind": ServiceKind.CONSULTATION, "minutes": 45, "agreed_at": MORNING}
    theirs = uow.requests.add(request(seed.dietitian.id, client.id, **fields))
    return Practice(dietitian=seed.dietitian, client=client, request=theirs)


@pytest.fixture
async def desk(database: Database, clock: FrozenClock) -> Desk:
    return Desk(database=database, clock=clock, seed=await database.write(_seed))


async def test_a_held_slot_is_offered_to_nobody_until_the_hold_ends(desk: Desk) -> None:
    assert TEN in await desk.free()
    held = (await desk.hold(TEN)).booking
    assert held is not None
    assert held.hold_until == MORNING + timedelta(minutes=35)
    assert TEN not in await desk.free()
    desk.clock.advance(timedelta(minutes=35))
    assert TEN in await desk.free()  # swept or not


async def test_the_terms_are_those_that_held_when_it_was_taken(desk: Desk) -> None:
    dietitian = replace(desk.seed.dietitian, free_hours=48, late_refund_percent=50, buffer_minutes=15)
    await desk.database.write(lambda uow: uow.dietitians.save(dietitian))
    held = (await desk.hold(TEN)).booking
    assert held is not None
    assert (held.free_hours, held.late_refund_percent) == (48, 50)
    assert held.busy_until - held.end == timedelta(minutes=15)


async def test_the_same_slot_again_is_the_same_hold_whatever_the_button_says(desk: Desk) -> None:
    first = await desk.hold(TEN)
    desk.clock.advance(timedelta(minutes=10))
    again = await desk.hold(TEN, rev=1)
    assert again.booking == first.booking
    assert again.request == first.request


async def test_another_slot_gives_up_the_former_in_one_step(desk: Desk) -> None:
    former = (await desk.hold(TEN)).booking
    now = (await desk.hold(ELEVEN)).booking
    assert former is not None
    assert now is not None
    assert (await booked(desk, former)).state is BookingState.CANCELLED
    assert (now.state, now.start) == (BookingState.PENDING, ELEVEN)
    assert TEN in await desk.free()


async def test_who_wants_a_taken_slot_keeps_the_one_they_have(desk: Desk) -> None:
    await desk.hold(TEN)
    await desk.database.write(lambda uow: uow.bookings.add(_rival(uow, desk, ELEVEN)))
    with pytest.raises(SlotTaken):
        await desk.hold(ELEVEN)
    kept = (await desk.card()).booking
    assert kept is not None
    assert (kept.state, kept.start) == (BookingState.PENDING, TEN)


def _rival(uow: UnitOfWork, desk: Desk, start: datetime) -> Booking:
    other = uow.people.add(person())
    return booking(uow.requests.add(request(desk.seed.dietitian.id, other.id)), start)


async def booked(desk: Desk, former: Booking) -> Booking:
    return await desk.database.read(lambda uow: uow.bookings.get(former.id))


@pytest.mark.parametrize(
    "start",
    [
        TEN + timedelta(minutes=1),  # off the grid
        TEN.replace(hour=3),  # closed
        TEN.replace(hour=15, minute=45),  # runs past closing
        MORNING + timedelta(hours=1),  # within the notice
        MORNING - timedelta(days=1),
        MORNING + timedelta(days=200),
        datetime(2001, 1, 1, tzinfo=UTC),
        datetime(2999, 12, 31, tzinfo=UTC),
    ],
)
async def test_a_start_that_was_never_offered_is_not_to_be_had(desk: Desk, start: datetime) -> None:
    with pytest.raises(SlotTaken):
        await desk.hold(start)
    assert (await desk.card()).booking is None


async def test_an_older_revision_moves_nothing(desk: Desk) -> None:
    await desk.hold(TEN)
    with pytest.raises(MovedOn):
        await desk.hold(ELEVEN, rev=1)


async def test_only_the_client_holds(desk: Desk) -> None:
    stranger = await desk.database.write(lambda uow: uow.people.add(person()))
    ada = await desk.database.read(lambda uow: uow.people.get(desk.seed.dietitian.person_id))
    for somebody in (stranger, ada):
        with pytest.raises(NotYours):
            await desk.hold(TEN, by=somebody)


async def test_nobody_holds_without_having_agreed(desk: Desk) -> None:
    with pytest.raises(NeedsConsent):
        await desk.hold(TEN, by=replace(desk.seed.client, consented_at=None))


@pytest.mark.parametrize("state", sorted(set(RequestState) - {RequestState.PENDING}))
async def test_a_request_that_is_not_open_takes_no_slot(desk: Desk, state: RequestState) -> None:
    closed = replace(desk.seed.request, state=state)
    await desk.database.write(lambda uow: uow.requests.save(closed))
    with pytest.raises(MovedOn):
        await desk.hold(TEN)


async def test_nothing_is_held_before_approve_was_pressed(desk: Desk) -> None:
    fresh = replace(desk.seed.request, agreed_at=None)
    await desk.database.write(lambda uow: uow.requests.save(fresh))
    with pytest.raises(MovedOn):
        await desk.hold(TEN)


async def test_a_slot_given_back_is_free_and_the_request_stays_open(desk: Desk) -> None:
    await desk.hold(TEN)
    card = await desk.release()
    assert card.booking is not None
    assert card.booking.state is BookingState.CANCELLED
    assert card.request.is_open
    assert TEN in await desk.free()
    assert await desk.told() == []


async def test_giving_back_twice_is_giving_back_once(desk: Desk) -> None:
    await desk.hold(TEN)
    first = await desk.release()
    again = await desk.release(rev=1)
    assert again.request.rev == first.request.rev


async def test_an_older_button_does_not_give_back_a_newer_hold(desk: Desk) -> None:
    older = (await desk.hold(TEN)).request.rev
    await desk.hold(ELEVEN)
    with pytest.raises(MovedOn):
        await desk.release(rev=older)


async def test_the_client_is_told_once_that_the_hold_has_lapsed(desk: Desk) -> None:
    await desk.hold(TEN)
    desk.clock.advance(timedelta(minutes=35) - timedelta(microseconds=1))
    assert await desk.expire() == 0
    desk.clock.advance(timedelta(microseconds=1))
    assert await desk.expire() == 1
    assert await desk.expire() == 0
    assert await desk.told() == ["hold_expired", "redraw"]
    lapsed = (await desk.card()).booking
    assert lapsed is not None
    assert lapsed.state is BookingState.EXPIRED


async def test_who_chooses_anew_is_not_told_of_their_own_lapsed_hold(desk: Desk) -> None:
    await desk.hold(TEN)
    desk.clock.advance(timedelta(minutes=36))
    now = (await desk.hold(TEN)).booking
    assert now is not None
    assert now.state is BookingState.PENDING
    assert await desk.told() == []


async def test_a_lapsed_hold_loses_its_pay_button_also_where_somebody_was_faster_than_the_sweep(
    desk: Desk,
) -> None:
    await desk.hold(TEN)
    desk.clock.advance(timedelta(minutes=36))
    await desk.somebody_else_holds(TEN)
    assert await desk.expire() == 0
    assert await desk.told() == ["hold_expired", "redraw"]


async def test_declining_gives_the_slot_back_and_tells_the_dietitian(desk: Desk) -> None:
    await desk.hold(TEN)
    decline = DeclineRequest(**desk.common)
    card = await decline(person=desk.seed.client, public_id=desk.seed.request.public_id, reason="Too early")
    assert (card.request.state, card.request.decline_reason) == (RequestState.DECLINED, "Too early")
    assert card.booking is not None
    assert card.booking.state is BookingState.CANCELLED
    assert await desk.told() == ["request_declined"]
    with pytest.raises(MovedOn):
        await decline(person=desk.seed.client, public_id=desk.seed.request.public_id, reason=None)


async def test_approving_again_changes_nothing(desk: Desk) -> None:
    approve = ApproveRequest(**desk.common)
    desk.clock.advance(timedelta(minutes=1))
    card = await approve(person=desk.seed.client, public_id=desk.seed.request.public_id)
    assert card.request == desk.seed.request


async def refused(desk: Desk, *starts: datetime) -> None:
    """Neither offered nor to be had by a button from before."""
    free = await desk.free()
    for start in starts:
        assert start not in free
        with pytest.raises(SlotTaken):
            await desk.hold(start)
    assert (await desk.card()).booking is None


async def test_a_full_day_is_not_to_be_had_and_the_next_one_is(desk: Desk) -> None:
    await desk.decide(daily_maximum=2)
    await desk.rival(TEN)
    await desk.rival(TEN + 2 * HOUR, state=BookingState.CONFIRMED, hold_until=None)
    await refused(desk, ELEVEN, TEN - 2 * HOUR, TEN + 5 * HOUR)
    assert (await desk.hold(TEN + DAY)).booking is not None


async def test_a_hold_that_lapsed_or_was_given_up_no_longer_fills_the_day(desk: Desk) -> None:
    await desk.decide(daily_maximum=1)
    rival = await desk.rival(TEN)
    await refused(desk, ELEVEN)
    assert rival.hold_until is not None
    desk.clock.advance(rival.hold_until - desk.clock.now())
    assert ELEVEN in await desk.free()
    assert (await desk.hold(ELEVEN)).booking is not None


async def test_the_clients_own_hold_does_not_keep_them_from_another_time_that_day(desk: Desk) -> None:
    await desk.decide(daily_maximum=1)
    await desk.hold(TEN)
    now = (await desk.hold(ELEVEN)).booking
    assert now is not None
    assert now.start == ELEVEN


async def test_a_session_earlier_today_counts_towards_today(desk: Desk) -> None:
    desk.clock.advance(timedelta(days=1, hours=6))
    await desk.decide(daily_maximum=1, minimum_notice_hours=0)
    over = desk.clock.now() - 3 * HOUR
    await desk.rival(over, state=BookingState.CONFIRMED, hold_until=None)
    today = [start for start in await desk.free() if start.date() == over.date()]
    assert today == []
    await refused(desk, over + 4 * HOUR)


async def test_a_moved_session_does_not_count_towards_its_own_day(desk: Desk) -> None:
    await desk.decide(daily_maximum=1)
    await desk.book(TEN + 2 * DAY)
    await desk.rival(TEN + 3 * DAY)
    offered = await desk.movable()
    assert ELEVEN + 2 * DAY in offered
    assert ELEVEN + 3 * DAY not in offered
    with pytest.raises(SlotTaken):
        await desk.move(ELEVEN + 3 * DAY)
    assert await desk.move(ELEVEN + 2 * DAY) == ELEVEN + 2 * DAY


async def test_an_older_button_neither_moves_nor_cancels_what_was_moved_since(desk: Desk) -> None:
    await desk.book(TEN + 2 * DAY)
    older = (await desk.card()).request.rev
    assert await desk.move(ELEVEN + 2 * DAY) == ELEVEN + 2 * DAY
    with pytest.raises(MovedOn):
        await desk.move(ELEVEN + 3 * DAY, rev=older)
    with pytest.raises(MovedOn):
        await desk.cancel(rev=older)
    kept = (await desk.card()).booking
    assert kept is not None
    assert (kept.state, kept.start) == (BookingState.CONFIRMED, ELEVEN + 2 * DAY)


async def test_the_time_before_sessions_is_kept_free_by_those_before_and_after(desk: Desk) -> None:
    await desk.decide(buffer_before_minutes=30, slot_step_minutes=15)
    await desk.rival(TEN + 2 * HOUR)  # 12:00 to 13:00 with its buffer
    quarter = timedelta(minutes=15)
    last, first = TEN + 2 * HOUR - 5 * quarter, TEN + 3 * HOUR + 2 * quarter
    await refused(desk, last + quarter, first - quarter)
    offered = await desk.free()
    assert last in offered
    assert first in offered
    held = (await desk.hold(last)).booking
    assert held is not None


async def test_the_time_before_a_moved_session_is_its_own(desk: Desk) -> None:
    await desk.decide(buffer_before_minutes=30)
    await desk.book(TEN + 2 * DAY)
    await desk.rival(TEN + 2 * DAY + 3 * HOUR)
    offered = await desk.movable()
    assert TEN + 2 * DAY + HOUR in offered
    assert TEN + 2 * DAY + 2 * HOUR not in offered
    with pytest.raises(SlotTaken):
        await desk.move(TEN + 2 * DAY + 2 * HOUR)
    assert await desk.move(TEN + 2 * DAY + HOUR / 2) == TEN + 2 * DAY + HOUR / 2


async def test_the_step_of_the_dietitian_decides_what_is_on_the_grid(desk: Desk) -> None:
    await desk.decide(slot_step_minutes=120)
    await refused(desk, TEN + HOUR / 2, ELEVEN)
    await desk.decide(slot_step_minutes=20)
    assert (await desk.hold(TEN + HOUR / 3)).booking is not None


async def test_a_part_of_a_day_off_and_an_opening_decide_too(desk: Desk) -> None:
    sunday = date(2026, 11, 8)

    def declare(uow: UnitOfWork) -> None:
        whose = desk.seed.dietitian.id
        uow.dietitians.set_hours(whose, (*EVERY_DAY[:6], ()))
        uow.dietitians.set_openings(whose, [Opening(day=sunday, opens=600, closes=720)])
        uow.dietitians.set_time_off(
            whose,
            [
                TimeOff(first=date(2026, 11, 3), last=date(2026, 11, 3), begins=600, ends=660),
                TimeOff(first=sunday, last=sunday, begins=690),
            ],
        )

    await desk.database.write(declare)
    await refused(desk, TEN, TEN - HOUR / 2, TEN + HOUR / 2, TEN + 5 * DAY + HOUR)
    offered = await desk.free()
    assert [start for start in offered if start.date() == sunday] == [TEN + 5 * DAY, TEN + 5 * DAY + HOUR / 2]
    assert (await desk.hold(TEN + 5 * DAY)).booking is not None


async def test_what_else_keeps_the_dietitian_is_no_session_and_has_no_time_before_it(desk: Desk) -> None:
    await desk.decide(buffer_before_minutes=30, daily_maximum=1)
    theirs = [(TEN + HOUR, TEN + 2 * HOUR)]

    def starts(uow: UnitOfWork) -> list[datetime]:
        dietitian = uow.dietitians.get(desk.seed.dietitian.id)
        schedule = schedule_of(uow, dietitian, MORNING, also_busy=theirs)
        return [start for start in schedule.starts(60, MORNING) if TEN <= start < TEN + 4 * HOUR]

    found = await desk.database.read(starts)
    assert found == [TEN, TEN + HOUR * 2.5, TEN + HOUR * 3, TEN + HOUR * 3.5]


@pytest.mark.parametrize(
    ("at", "fits"),
    [
        (None, True),
        (timedelta(), False),
        (timedelta(hours=5), False),  # the day is full
        (timedelta(days=1), True),
    ],
)
async def test_a_lapsed_hold_can_be_had_unless_its_day_is_full(
    desk: Desk,
    at: timedelta | None,
    fits: bool,  # noqa: FBT001
) -> None:
    await desk.decide(daily_maximum=1)
    await _lapsed_and_another(desk, at)
    assert await _fits(desk) is fits


@pytest.mark.parametrize(("minutes", "fits"), [(-90, True), (-89, False), (89, False), (90, True)])
async def test_a_lapsed_hold_can_be_had_unless_the_time_around_another_meets_it(
    desk: Desk,
    minutes: int,
    fits: bool,  # noqa: FBT001
) -> None:
    await desk.decide(buffer_before_minutes=30, buffer_minutes=15)
    await _lapsed_and_another(desk, timedelta(minutes=minutes))
    assert await _fits(desk) is fits


async def _lapsed_and_another(desk: Desk, at: timedelta | None) -> None:
    await desk.hold(TEN)
    desk.clock.advance(timedelta(minutes=36))
    await desk.expire()
    if at is not None:
        await desk.rival(TEN + at, state=BookingState.CONFIRMED, hold_until=None)


async def _fits(desk: Desk) -> bool:
    lapsed = (await desk.card()).booking
    assert lapsed is not None
    now = desk.clock.now()
    return await desk.database.write(
        lambda uow: still_fits(uow, uow.dietitians.lock(desk.seed.dietitian.id), lapsed, now)
    )
