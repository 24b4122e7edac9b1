"""Money that comes when the hold has lapsed: the time is still free, or the client chooses."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.model.booking import BookingState
from domain.model.hours import TimeOff
from domain.model.queue import Errand
from handlers.callbacks import Verb
from sandbox.faults import Fault, FaultKind
from storage.tables import outbox
from tests.handlers.tour_attend import LENGTH, shift
from tests.money.practice import (
    DAY,
    HOUR,
    LAPSED,
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    booked,
    card,
    choose,
    held,
    payment_of,
    play,
    refund_state,
    screen,
    stands,
    texts,
    told,
    too_late,
)
from tests.rig import Cast, Rig

SAFE = "Your money is safe"


async def test_late_money_books_the_time_where_it_is_still_free(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.pass_time(LAPSED)
    assert told(cast.amina, "has expired") >= 1
    await rig.pay(reference)
    assert (await card(rig, request)).booking.state is BookingState.CONFIRMED  # type: ignore[union-attr]
    assert told(cast.amina, "Receipt\n") == told(cast.ada, "Booking confirmed") == 1
    assert await stands(rig, reference) == {"value": PRICE}
    await all_well(rig, cast.ada, cast.amina)


async def _goes_away(rig: Rig, cast: Cast, start: datetime) -> None:
    day = start.astimezone(ZoneInfo("Africa/Lagos")).date()
    off = [TimeOff(first=day, last=day)]
    await rig.write(lambda uow: uow.dietitians.set_time_off(cast.dietitian.id, off))


async def test_late_money_does_not_book_into_time_off_that_was_taken_meanwhile(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    await rig.pass_time(LAPSED)
    await _goes_away(rig, cast, start)
    await rig.pay(reference)
    assert [label for label in screen(cast.amina, SAFE) if "Choose another time" in label]
    assert await stands(rig, reference) == {"credit": PRICE}
    await all_well(rig, cast.ada, cast.amina)


async def test_a_held_time_is_kept_through_time_off_and_the_dietitian_told_when_it_is_paid(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await _goes_away(rig, cast, (await card(rig, request)).booking.start)  # type: ignore[union-attr]
    await rig.pay(reference)
    assert await stands(rig, reference) == {"value": PRICE}
    assert told(cast.ada, "It lies in your time off") == 1
    assert told(cast.amina, "time off") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_who_paid_too_late_is_told_that_the_money_is_safe_and_can_choose(rig: Rig) -> None:
    cast, _, reference = await too_late(rig)
    labels = screen(cast.amina, SAFE)
    assert [label for label in labels if "Choose another time" in label]
    assert [label for label in labels if "Refund" in label]
    assert await stands(rig, reference) == {"credit": PRICE}
    admin = await admin_of(rig)
    assert told(cast.ada, "could not be given value (the time was taken)") == 1
    assert told(admin, "could not be given value") == 1
    assert told(cast.amina, "Your booking is confirmed") == 0
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_while_paystack_is_away_one_errand_brings_the_pay_link(rig: Rig) -> None:
    """Not one more with each time that it is tried."""
    away = Fault(match="POST /transaction/initialize", kind=FaultKind.STATUS, status=503, times=5)
    rig.paystack.faults.plan(away)
    cast = await play(rig)
    request, _ = await held(rig, cast)
    for _ in range(6):
        await rig.pass_time(MINUTE)
    assert len(await rig.references(request)) == 6
    rows = await rig.rows(select(outbox.c.state).where(outbox.c.errand == Errand.PAY_LINK))
    assert [row[0] for row in rows] == ["sent"]
    await rig.pay((await rig.references(request))[-1])
    assert (await card(rig, request)).booking.state is BookingState.CONFIRMED  # type: ignore[union-attr]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_money_for_a_held_session_that_is_over_waits_for_another_time(rig: Rig) -> None:
    """A short one, held at the last moment: its hold has not ended, but it has."""
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await shift(rig, request, LENGTH + MINUTE)
    await rig.pay(reference)
    assert await stands(rig, reference) == {"credit": PRICE}
    assert told(cast.amina, SAFE) >= 1
    await all_well(rig, cast.ada, cast.amina)


async def test_another_time_is_confirmed_at_once_for_the_money_that_is_there(rig: Rig) -> None:
    cast, request, reference = await too_late(rig)
    await rig.press(cast.amina, "Choose another time")
    assert "you have paid" not in cast.amina.last.text
    words = await choose(rig, cast.amina, 5, 2)
    assert "moved on" not in words
    now = await card(rig, request)
    assert now.booking is not None
    assert (now.request.state, now.booking.state) == ("approved", "confirmed")
    assert len(rig.paystack.transactions) == 2  # theirs, and that of who took the first time
    assert await stands(rig, reference) == {"value": PRICE}
    assert told(cast.amina, "Your booking is confirmed") >= 1
    assert told(cast.ada, f"Booking confirmed\nFirst consultation with {cast.client.name}") == 1
    await rig.pass_time(3 * DAY - HOUR)
    assert told(cast.amina, "Without an answer") == 0, "what was chosen is asked about again"
    await all_well(rig, cast.ada, cast.amina)


async def test_a_time_for_the_credit_that_is_taken_meanwhile_leaves_the_credit(rig: Rig) -> None:
    cast, _, reference = await too_late(rig)
    await rig.press(cast.amina, "Choose another time")
    await rig.press(cast.amina, cast.amina.last.labels[5])
    slot = cast.amina.last.labels[0]
    await rig.pass_time(MINUTE)
    rival = await rig.person(name="Bola", email="bola@example.com")
    await booked(
        rig,
        Cast(dietitian=cast.dietitian, client=rival[0], ada=cast.ada, amina=rival[1], service=cast.service),
        day=5,
    )
    words = await rig.press(cast.amina, slot)
    assert "taken" in words
    assert await stands(rig, reference) == {"credit": PRICE}
    assert await refund_state(rig, reference) == "none"
    await choose_from_slots(rig, cast)
    assert await stands(rig, reference) == {"value": PRICE}
    await all_well(rig, cast.ada, cast.amina)


async def choose_from_slots(rig: Rig, cast: Cast) -> None:
    await rig.press(cast.amina, cast.amina.last.labels[0])


async def test_a_refund_of_late_money_takes_two_presses(rig: Rig) -> None:
    cast, request, reference = await too_late(rig)
    await rig.press(cast.amina, "Refund")
    assert await refund_state(rig, reference) == "none"
    assert "₦12,500.00" in cast.amina.last.text
    await rig.press(cast.amina, "Yes, refund")
    assert (await card(rig, request)).request.state == "cancelled"
    await rig.pass_time(timedelta(seconds=10))
    assert await refund_state(rig, reference) == "processed"
    assert await stands(rig, reference) == {"refund": PRICE}
    assert told(cast.amina, "Your refund of ₦12,500.00 has been started") == 1
    assert told(cast.amina, "Your refund of ₦12,500.00 has been paid out") == 1
    assert [one.amount for one in rig.paystack.refunds.all] == [PRICE]
    await all_well(rig, cast.ada, cast.amina)


async def test_who_does_not_answer_is_reminded_after_two_and_five_days_and_refunded_after_a_week(
    rig: Rig,
) -> None:
    cast, request, reference = await too_late(rig)
    await rig.pass_time(48 * HOUR - MINUTE)
    assert told(cast.amina, "Without an answer") == 0
    await rig.pass_time(2 * MINUTE)
    assert told(cast.amina, "Without an answer") == 1
    labels = screen(cast.amina, "Without an answer")
    assert any("Choose another time" in label for label in labels)
    await rig.pass_time(3 * DAY)
    assert told(cast.amina, "Without an answer") == 2
    await rig.pass_time(2 * DAY - 5 * MINUTE)
    assert await stands(rig, reference) == {"credit": PRICE}
    await rig.pass_time(5 * MINUTE)
    await rig.pass_time(timedelta(seconds=10))
    assert await stands(rig, reference) == {"refund": PRICE}
    assert await refund_state(rig, reference) == "processed"
    assert (await card(rig, request)).request.state == "cancelled"
    assert told(cast.amina, "Without an answer") == 2
    assert told(cast.amina, "Your refund of ₦12,500.00 has been started") == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_old_buttons_of_a_credit_that_went_back_do_nothing(rig: Rig) -> None:
    cast, request, _ = await too_late(rig)
    old = [b for one in cast.amina.messages for row in one.buttons for b in row if b.label.endswith("Refund")]
    await rig.press(cast.amina, "Refund")
    await rig.press(cast.amina, "Yes, refund")
    assert "moved on" in await rig.press_data(cast.amina, str(old[0].data))
    await rig.press_data(cast.amina, f"v1:{Verb.DAYS}:{request.public_id}:0:1")
    assert "Choose a day" not in cast.amina.last.text
    assert len(rig.paystack.refunds.all) == 1


@pytest.mark.parametrize("ending", ["decline", "withdraw"])
async def test_a_credit_goes_back_when_its_request_ends(rig: Rig, ending: str) -> None:
    cast, request, reference = await too_late(rig)
    if ending == "decline":
        await rig.press_data(cast.amina, f"v1:{Verb.DECLINE_SILENTLY}:{request.public_id}::1")
    else:
        await rig.press_data(cast.ada, f"v1:{Verb.WITHDRAW_SURE}:{request.public_id}::1")
        assert told(cast.amina, "Nothing was charged") == told_before_paying(cast)
    await rig.pass_time(timedelta(seconds=10))
    assert await stands(rig, reference) == {"refund": PRICE}
    assert await refund_state(rig, reference) == "processed"
    await all_well(rig, cast.ada, cast.amina)


def told_before_paying(cast: Cast) -> int:
    return sum("Nothing was charged" in text for text in texts(cast.amina) if "expired" in text)


@pytest.mark.parametrize("status", ["ongoing", "pending", "processing"])
async def test_a_payment_under_way_keeps_the_time_a_little_longer_than_was_shown(
    rig: Rig, status: str
) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    assert "Kept for you until 09:35" in cast.amina.last.text
    await rig.paystack.set_status(reference, status)
    for _ in range(45):
        await rig.pass_time(MINUTE)
    now = await card(rig, request)
    assert now.booking is not None
    assert now.booking.state is BookingState.PENDING
    assert now.booking.shown_until == now.booking.created_at + 35 * MINUTE
    assert told(cast.amina, "has expired") == 0
    await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::1")
    assert "Kept for you until 09:35" in cast.amina.last.text, "the grace is hidden"
    await rig.pay(reference)
    assert (await card(rig, request)).request.state == "approved"
    await all_well(rig, cast.ada, cast.amina)


async def test_the_grace_is_at_most_a_quarter_of_an_hour(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.paystack.set_status(reference, "ongoing")
    for _ in range(49):
        await rig.pass_time(MINUTE)
    assert (await card(rig, request)).booking.state is BookingState.PENDING  # type: ignore[union-attr]
    await rig.pass_time(MINUTE)
    await rig.pass_time(MINUTE)
    assert (await card(rig, request)).booking.state is BookingState.EXPIRED  # type: ignore[union-attr]
    assert told(cast.amina, "has expired") >= 1
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("status", ["abandoned", "failed"])
async def test_who_is_not_paying_has_no_grace(rig: Rig, status: str) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.paystack.set_status(reference, status)
    for _ in range(35):
        await rig.pass_time(MINUTE)
    await rig.tick()
    assert (await card(rig, request)).booking.state is BookingState.EXPIRED  # type: ignore[union-attr]
    assert (await payment_of(rig, reference)).paid_amount is None
