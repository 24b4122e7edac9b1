"""A paid session is cancelled by either side: terms, money, slot, calendar, the other side."""

from datetime import timedelta

import pytest

from handlers.callbacks import Verb
from sandbox.faults import Fault, FaultKind
from tests.money.practice import (
    DAY,
    HOUR,
    MAIL,
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    another,
    booked,
    card,
    connect_google,
    held,
    invitations,
    play,
    refund_state,
    screen,
    stands,
    told,
)
from tests.rig import ACCOUNT, Cast, Rig

SURE = "Yes, cancel it"


async def open_session(rig: Rig, phone: object, public_id: str) -> None:
    await rig.press_data(phone, f"v1:{Verb.BOOKING}:{public_id}::0")  # type: ignore[arg-type]


TERMS = [
    # free hours, percent after that, days ahead, what comes back
    pytest.param(24, 0, 3, 100, id="free"),
    pytest.param(24 * 30, 0, 3, 0, id="too late for anything"),
    pytest.param(24 * 30, 40, 3, 40, id="a part"),
    pytest.param(0, 0, 1, 100, id="always free"),
]


@pytest.mark.parametrize(("free_hours", "late", "day", "percent"), TERMS)
async def test_a_clients_cancellation_gives_back_what_the_terms_say(
    rig: Rig, free_hours: int, late: int, day: int, percent: int
) -> None:
    cast = await play(rig, free_hours=free_hours, late_refund_percent=late)
    request, reference = await held(rig, cast, day=day)
    shown = "any time before the start" if free_hours == 0 else f"up to {free_hours} hours before the start"
    if percent < 100:
        shown = "the time for a full refund has passed"
    assert shown in cast.amina.last.text, "the terms stand there before anything is paid"
    await rig.pay(reference)
    await open_session(rig, cast.amina, request.public_id)
    await rig.press(cast.amina, "Cancel")
    back = PRICE * percent // 100
    words = (
        f"you get ₦{back // 100:,}.00 of ₦12,500.00 back" if percent else "nothing of ₦12,500.00 is refunded"
    )
    assert words in cast.amina.last.text
    await rig.press(cast.amina, SURE)
    await rig.pass_time(HOUR)
    now = await card(rig, request)
    assert now.booking is not None
    assert (now.request.state, now.booking.state) == ("cancelled", "cancelled")
    expected = {"value": PRICE - back, "refund": back}
    assert await stands(rig, reference) == {name: sum_ for name, sum_ in expected.items() if sum_}
    assert [one.amount for one in rig.paystack.refunds.all] == ([back] if back else [])
    assert await refund_state(rig, reference) == ("processed" if back else "none")
    assert told(cast.ada, "Cancelled by the client: First consultation with Amina Bello") == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_the_edge_of_the_free_hours_is_free_and_a_minute_later_is_not(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    await rig.pass_time(start - 24 * HOUR - rig.clock.now())
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    assert "you get ₦12,500.00 of ₦12,500.00 back" in cast.amina.last.text
    await rig.pass_time(MINUTE)
    words = await rig.press(cast.amina, SURE)
    assert "look again" in words, "more had been promised than the terms give now"
    assert (await card(rig, request)).booking.state == "confirmed"  # type: ignore[union-attr]
    assert "nothing of ₦12,500.00 is refunded any more" in screen_text(cast)
    await rig.press(cast.amina, SURE)
    assert (await card(rig, request)).booking.state == "cancelled"  # type: ignore[union-attr]
    assert rig.paystack.refunds.all == []
    await all_well(rig, cast.ada, cast.amina)


def screen_text(cast: Cast) -> str:
    return next(one.text for one in reversed(cast.amina.messages) if "Cancel this session?" in one.text)


async def test_the_dietitians_cancellation_gives_back_all_however_late(rig: Rig) -> None:
    cast = await play(rig, free_hours=24 * 30)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    assert "gets all of it back: ₦12,500.00" in cast.ada.last.text
    await rig.press(cast.ada, SURE)
    await rig.pass_time(HOUR)
    assert await stands(rig, reference) == {"refund": PRICE}
    assert told(cast.amina, "Cancelled by the dietitian: First consultation with Dr Ada Obi") >= 1
    assert told(cast.amina, "Your refund of ₦12,500.00 has been started (your dietitian cancelled)") == 1
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("side", ["ada", "amina"])
@pytest.mark.parametrize("where", ["the notice", "/upcoming"])
async def test_cancel_is_found_on_the_notice_and_in_upcoming(rig: Rig, side: str, where: str) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    phone = cast.ada if side == "ada" else cast.amina
    if where == "/upcoming":
        await rig.say(phone, "/upcoming")
        labels = phone.last.labels
    else:
        labels = screen(phone, "confirmed")
    assert {"Reschedule", "Cancel"} <= {label.split(" ", 1)[1] for label in labels if " " in label}
    await rig.press(phone, "Cancel")
    await rig.press(phone, SURE)
    assert (await card(rig, request)).booking.state == "cancelled"  # type: ignore[union-attr]
    await rig.say(phone, "/upcoming")
    assert "No session is booked" in phone.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_many_presses_cancel_once(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    sure = next(b for one in cast.amina.messages for row in one.buttons for b in row if SURE in b.label)
    await cast.amina.press_many(SURE, 3)
    await rig.settled()
    assert "moved on" in await rig.press_data(cast.amina, str(sure.data))
    await rig.pass_time(HOUR)
    assert len(rig.paystack.refunds.all) == 1
    assert told(cast.ada, "Cancelled by ") == 1
    assert [method for method, *_ in invitations(cast.amina)] == ["PUBLISH", "CANCEL"]
    await all_well(rig, cast.ada, cast.amina)


async def test_nobody_else_cancels_it(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    rev = (await card(rig, request)).request.rev
    other = await another(rig, cast)
    stranger = await play(rig)
    for phone in (other.amina, stranger.ada, await admin_of(rig)):
        for verb, argument in (
            (Verb.BOOKING, ""),
            (Verb.CANCEL_BOOKING, ""),
            (Verb.CANCEL_BOOKING_SURE, "100"),
            (Verb.MOVE, "0"),
        ):
            words = await rig.press_data(phone, f"v1:{verb}:{request.public_id}:{argument}:{rev}")
            assert "not here for you" in words
    assert (await card(rig, request)).booking.state == "confirmed"  # type: ignore[union-attr]


async def test_the_time_is_free_at_once(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.amina, SURE)
    theirs, _ = await booked(rig, await another(rig, cast))
    assert (await card(rig, theirs)).booking.start == start  # type: ignore[union-attr]
    await all_well(rig, cast.ada, cast.amina)


async def test_no_reminder_comes_after_a_cancellation(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.amina, SURE)
    for _ in range(5):
        await rig.pass_time(DAY)
    assert told(cast.amina, "Reminder") == told(cast.ada, "Reminder") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_the_calendar_file_takes_the_session_out_again(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.ada, SURE)
    first, second = invitations(cast.amina)
    assert (first[:2], second[:2]) == (("PUBLISH", "CONFIRMED"), ("CANCEL", "CANCELLED"))
    assert first[2] == second[2], "one UID for the life of the booking"
    assert second[3] > first[3]


async def test_the_event_is_deleted_in_the_calendar(rig: Rig) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    request, _ = await booked(rig, cast)
    assert [event["status"] for event in rig.google.events(ACCOUNT)] == ["confirmed"]
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.amina, SURE)
    assert [event["status"] for event in rig.google.events(ACCOUNT)] == ["cancelled"]
    await all_well(rig, cast.ada, cast.amina)


async def test_it_is_deleted_also_where_google_is_away_for_a_while(rig: Rig) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    request, _ = await booked(rig, cast)
    rig.google.faults.plan(Fault(match="*", kind=FaultKind.STATUS, status=503, times=-1))
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.amina, SURE)
    assert told(cast.ada, "Cancelled by ") == 1, "nobody waits for Google"
    await rig.pass_time(10 * MINUTE)
    rig.google.faults.clear()
    await rig.pass_time(timedelta(seconds=90))
    assert [event["status"] for event in rig.google.events(ACCOUNT)] == ["cancelled"]
    await all_well(rig, cast.ada, cast.amina)


async def test_cancelled_before_google_made_the_event_leaves_none(rig: Rig) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    rig.google.faults.plan(
        Fault(match="POST*events*", kind=FaultKind.STATUS, status=503, times=-1, after=True)
    )
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.amina, SURE)
    rig.google.faults.clear()
    for _ in range(3):
        await rig.pass_time(MINUTE)
    assert {event["status"] for event in rig.google.events(ACCOUNT)} <= {"cancelled"}
    await all_well(rig, cast.ada, cast.amina)


async def test_a_session_that_has_begun_is_not_cancelled_here(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.pass_time(start - rig.clock.now())
    for phone in (cast.amina, cast.ada):
        await rig.press(phone, SURE)
        last = [one for one in phone.toasts if one.alert][-1].text
        assert "has begun" in last or "look again" in last
    await rig.press(cast.amina, SURE)
    assert "has begun" in cast.amina.toasts[-1].text
    assert (await card(rig, request)).booking.state == "confirmed"  # type: ignore[union-attr]


async def test_who_cancelled_can_be_invited_and_book_again(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.amina, SURE)
    again, reference = await booked(rig, cast)
    assert (await card(rig, again)).request.state == "approved"
    assert await stands(rig, reference) == {"value": PRICE}
    assert cast.client.email == MAIL
    await all_well(rig, cast.ada, cast.amina)
