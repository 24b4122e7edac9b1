"""Two hands reach for one session at once: one of them has it, on both engines."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from domain.errors import MovedOn, SlotTaken
from domain.model.booking import BookingState
from domain.model.request import Request
from domain.model.settlement import Verdict
from domain.model.views import RequestCard
from domain.usecases import book_slot, change_booking
from domain.usecases.book_slot import HoldSlot, ReleaseHold
from domain.usecases.change_booking import CancelBooking, MoveBooking
from domain.usecases.desk import Desk
from domain.usecases.return_credit import ReturnCredit
from storage.database import Database
from tests.money.practice import (
    MINUTE,
    PRICE,
    all_well,
    another,
    booked,
    card,
    held,
    payment_of,
    play,
    stands,
    told,
    too_late,
)
from tests.money.test_surplus import second_link
from tests.races.hands import RUNS, at_once, live, overlap, parts, replica, rev_of, settle, start_of
from tests.races.test_slots import drop_the_constraint
from tests.rig import Cast, Rig


async def cancellers(rig: Rig, database: Database, cast: Cast, request: Request) -> list[Any]:
    rev = await rev_of(rig, request)
    owner = await rig.read(lambda uow: uow.people.get(cast.dietitian.person_id))
    presses = [(rig.database, cast.client), (database, owner), (rig.database, owner), (database, cast.client)]
    return [
        CancelBooking(**parts(rig, one))(person=person, public_id=request.public_id, rev=rev)
        for one, person in presses
    ]


@pytest.mark.parametrize("run", RUNS)
async def test_both_sides_cancel_at_once_and_it_is_cancelled_once(rig: Rig, run: int) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    async with replica(rig) as other:
        done = await at_once(*await cancellers(rig, other, cast, request))
    await rig.settled()
    assert Counter(isinstance(one, MovedOn) for one in done) == {False: 1, True: 3}
    assert await stands(rig, reference) == {"refund": PRICE}
    assert len(rig.paystack.refunds.all) == 1
    assert told(cast.ada, "Cancelled by ") == 1
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("run", RUNS)
async def test_a_surplus_payment_settles_while_the_session_is_cancelled(rig: Rig, run: int) -> None:
    """Whichever is first: both payments go back, each once."""
    cast = await play(rig)
    request, first = await held(rig, cast)
    second = await second_link(rig, cast)
    await rig.pay(first)
    await rig.paystack.pay(second, send_webhook=False)
    async with replica(rig) as other:
        presses = await cancellers(rig, other, cast, request)
        settles = [settle(rig, one)(reference=second) for one in (rig.database, other)]
        done = await at_once(*presses, *settles)
    await rig.settled()
    verdicts = Counter(one.verdict for one in done[4:])
    assert verdicts[Verdict.ALREADY_SETTLED] == 1
    assert verdicts[Verdict.SURPLUS] + verdicts[Verdict.NOTHING_LEFT] == 1
    assert await stands(rig, first) == await stands(rig, second) == {"refund": PRICE}
    assert Counter(one.transaction.reference for one in rig.paystack.refunds.all) == {first: 1, second: 1}
    await all_well(rig, cast.ada, cast.amina)


async def released_or_paid(rig: Rig) -> tuple[Cast, Request, str]:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.paystack.pay(reference, send_webhook=False)
    rev = await rev_of(rig, request)
    async with replica(rig) as other:
        release = ReleaseHold(**parts(rig, other))
        await at_once(
            release(person=cast.client, public_id=request.public_id, rev=rev),
            settle(rig, rig.database)(reference=reference),
        )
    await rig.settled()
    return cast, request, reference


@pytest.mark.parametrize("run", RUNS)
async def test_money_against_the_cancel_of_its_hold_books_or_goes_back(rig: Rig, run: int) -> None:
    cast, request, reference = await released_or_paid(rig)
    now = await card(rig, request)
    assert now.booking is not None
    if now.booking.state is BookingState.CONFIRMED:
        assert await stands(rig, reference) == {"value": PRICE}
    else:
        assert now.booking.state is BookingState.CANCELLED
        assert await stands(rig, reference) == {"refund": PRICE}
        assert len(rig.paystack.refunds.all) == 1
    await all_well(rig, cast.ada, cast.amina)


async def move_against_hold(rig: Rig) -> tuple[list[Any], Cast, Request]:
    """A confirmed session is moved to the very time that somebody else takes."""
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    rival = await another(rig, cast)
    wanted = await rig.request(rival, agreed_at=rig.clock.now())
    target = (await start_of(rig, request)) + 120 * MINUTE
    rev = await rev_of(rig, request)
    async with replica(rig) as other:
        move = MoveBooking(**parts(rig, rig.database))
        hold = HoldSlot(**parts(rig, other), hold_minutes=35, calendar_is_offered=False)
        done = await at_once(
            move(person=cast.client, public_id=request.public_id, rev=rev, start=target),
            hold(person=rival.client, public_id=wanted.public_id, rev=1, start=target, message_id=None),
        )
    await rig.settled()
    return done, cast, request


@pytest.mark.parametrize("run", RUNS)
async def test_a_move_and_a_hold_never_share_a_time(rig: Rig, run: int) -> None:
    done, cast, request = await move_against_hold(rig)
    moved, taken = done
    assert Counter(isinstance(one, SlotTaken) for one in done) == {True: 1, False: 1}
    spans = await live(rig)
    assert not overlap(spans)
    assert len(spans) == (1 if isinstance(taken, SlotTaken) else 2)
    booking = (await card(rig, request)).booking
    assert booking is not None
    assert (booking.state, booking.sequence) == ("confirmed", 0 if isinstance(moved, SlotTaken) else 1)
    assert told(cast.ada, "Moved") == booking.sequence
    await all_well(rig, cast.ada, cast.amina)


@contextmanager
def blind() -> Iterator[None]:
    """Nobody looks whether the time is free."""
    nothing: Callable[..., None] = lambda *_, **__: None  # noqa: E731
    with (
        patch.object(book_slot, "require_free", nothing),
        patch.object(change_booking, "require_free", nothing),
    ):
        yield


@pytest.mark.parametrize("run", RUNS)
async def test_the_database_alone_keeps_a_move_and_a_hold_apart(rig: Rig, run: int) -> None:
    with blind():
        done, _, _ = await move_against_hold(rig)
    assert Counter(isinstance(one, SlotTaken) for one in done) == {True: 1, False: 1}
    assert not overlap(await live(rig))


async def test_without_look_and_constraint_they_share_it(rig: Rig) -> None:
    """The negative control."""
    await rig.write(drop_the_constraint)
    with blind():
        await move_against_hold(rig)
    assert overlap(await live(rig))


@pytest.mark.parametrize("run", RUNS)
async def test_two_sessions_that_change_places_at_once_both_stay_booked(rig: Rig, run: int) -> None:
    """Each wants what the other has: neither can have it, and neither loses its own."""
    cast = await play(rig)
    one, _ = await booked(rig, cast)
    rival = await another(rig, cast)
    two, _ = await booked(rig, rival)
    starts = [await start_of(rig, each) for each in (one, two)]
    revs = [await rev_of(rig, each) for each in (one, two)]
    async with replica(rig) as other:
        done = await at_once(
            MoveBooking(**parts(rig, rig.database))(
                person=cast.client, public_id=one.public_id, rev=revs[0], start=starts[1]
            ),
            MoveBooking(**parts(rig, other))(
                person=rival.client, public_id=two.public_id, rev=revs[1], start=starts[0]
            ),
        )
    await rig.settled()
    assert [type(each) for each in done] == [SlotTaken, SlotTaken]
    assert [await start_of(rig, each) for each in (one, two)] == starts
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("run", RUNS)
async def test_a_credit_is_used_or_given_back_and_never_both(rig: Rig, run: int) -> None:
    """The client takes another time on one phone and presses Refund on the other; the week ends; an admin presses."""
    cast, request, reference = await too_late(rig)
    admin = await rig.read(lambda uow: uow.people.by_telegram_id(cast.ada.user_id))
    payment, rev = await payment_of(rig, reference), await rev_of(rig, request)
    start = (await start_of(rig, request)) + 120 * MINUTE
    async with replica(rig) as other:
        hold = HoldSlot(**parts(rig, rig.database), hold_minutes=35, calendar_is_offered=False)
        back = ReturnCredit(**parts(rig, other))
        done = await at_once(
            hold(person=cast.client, public_id=request.public_id, rev=rev, start=start, message_id=None),
            back(person=cast.client, public_id=request.public_id),
            back.lapsed(payment_id=payment.id),
            Desk(**parts(rig, rig.database)).refund(person=admin, reference=reference),
        )
    await rig.settled()
    assert not all(isinstance(one, MovedOn) for one in done)
    used = (await card(rig, request)).request.state == "approved"  # after a refund, a time is merely held
    assert await stands(rig, reference) == ({"value": PRICE} if used else {"refund": PRICE})
    assert len(rig.paystack.refunds.all) == (0 if used else 1)
    assert used is (isinstance(done[0], RequestCard) and done[0].request.state == "approved")
    await all_well(rig, cast.ada, cast.amina)
