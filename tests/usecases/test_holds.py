"""A slot is held, swapped, given back, and lapses."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import MovedOn, NeedsConsent, NotYours, SlotTaken
from domain.model.booking import Booking, BookingState
from domain.model.people import CONSENT_VERSION, Person
from domain.model.request import RequestState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.answer_request import ApproveRequest, DeclineRequest
from domain.usecases.book_slot import ExpireHolds, HoldSlot, OfferSlots, ReleaseHold
from storage.database import Database
from tests.clock import MORNING, FrozenClock
from tests.storage.seeds import Practice, booking, person, practice, request

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
TEN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # 10:00 in Lagos
ELEVEN = TEN + timedelta(hours=1)
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

    async def told(self) -> list[str]:
        late = self.clock.now() + timedelta(days=99)
        rows = await self.database.write(
            lambda uow: uow.outbox.claim(owner="t", now=late, lease_until=late, limit=99)
        )
        return sorted(row.payload["kind"] for row in rows)


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
