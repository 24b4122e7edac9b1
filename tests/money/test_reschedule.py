"""A paid session is moved by either side: the new time is taken before the old one is given up."""

from datetime import datetime

import pytest

from domain.model.booking import Booking
from domain.model.request import Request
from handlers.callbacks import Verb
from handlers.formats import plain_moment
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from tests.money.practice import (
    DAY,
    HOUR,
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    another,
    booked,
    card,
    choose,
    connect_google,
    held,
    invitations,
    play,
    screen,
    stands,
    told,
)
from tests.rig import ACCOUNT, Rig


async def booking_of(rig: Rig, request: Request) -> Booking:
    booking = (await card(rig, request)).booking
    assert booking is not None
    return booking


async def moved(rig: Rig, phone: Phone, request: Request, *, day: int = 5, slot: int = 2) -> datetime:
    """From the session's own screen to Confirm; where it starts then."""
    await rig.press_data(phone, f"v1:{Verb.BOOKING}:{request.public_id}::0")
    await rig.press(phone, "Reschedule")
    await choose(rig, phone, day, slot)
    await rig.press(phone, "Confirm")
    return (await booking_of(rig, request)).start


@pytest.mark.parametrize("side", ["ada", "amina"])
async def test_either_side_moves_it_and_both_are_told(rig: Rig, side: str) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    request, reference = await booked(rig, cast)
    before = await booking_of(rig, request)
    start = await moved(rig, cast.ada if side == "ada" else cast.amina, request)
    after = await booking_of(rig, request)
    assert start not in (before.start, None)
    assert (after.state, after.id, after.end - after.start) == ("confirmed", before.id, 45 * MINUTE)
    assert after.meeting_url == before.meeting_url
    assert str(after.meeting_url).startswith("https://meet.google.com/")
    (event,) = rig.google.events(ACCOUNT)
    assert datetime.fromisoformat(event["start"]["dateTime"]) == start
    assert event["hangoutLink"] == before.meeting_url
    was = plain_moment(before.start, "Africa/Lagos")
    assert told(cast.amina, f"It was {was}.") == told(cast.ada, f"It was {was}.") == 1
    assert told(cast.amina, "this file replaces the earlier one") == 1
    assert told(cast.amina, "Moved: First consultation") == told(cast.ada, "Moved: First consultation") == 1
    can_cancel = told(cast.amina, "you can cancel for a full refund")
    assert can_cancel == (1 if side == "ada" else 0)
    assert await stands(rig, reference) == {"value": PRICE}
    assert rig.paystack.refunds.all == []
    first, second = invitations(cast.amina)
    assert second == ("PUBLISH", "CONFIRMED", first[2], first[3] + 1, start)
    await all_well(rig, cast.ada, cast.amina)


async def test_what_was_said_of_an_earlier_time_says_so_and_keeps_the_receipt(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.say(cast.ada, "/upcoming")
    await moved(rig, cast.ada, request)
    for phone in (cast.ada, cast.amina):
        assert screen(phone, "Booking confirmed: First") == ["🔎 Open"]
        assert told(phone, "This session was moved. It is now") == 1
        assert "🔁 Reschedule" in screen(phone, "The booking stays confirmed")
    assert told(cast.amina, "Reference: DD-") == told(cast.amina, "Receipt") == 1
    await rig.press_data(cast.ada, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    assert "may then cancel for a full refund" in await confirmation(rig, cast.ada)
    await rig.press(cast.ada, "Confirm")
    assert told(cast.amina, "This session was moved. It is now") == 2
    await rig.say(cast.amina, "/upcoming")
    await rig.press(cast.amina, "Cancel")
    await rig.press(cast.amina, "Yes")
    for phone in (cast.ada, cast.amina):
        assert told(phone, "This session was cancelled") == 3
        assert told(phone, "It is now") == told(phone, "stays confirmed") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_the_message_in_which_it_was_cancelled_shows_that(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    confirmed = [one for one in cast.ada.messages if "Booking confirmed" in one.text][-1].id
    await rig.press(cast.ada, "Cancel")
    await rig.press(cast.ada, "Yes")
    [shown] = [one.text for one in cast.ada.messages if one.id == confirmed]
    assert shown.startswith("✖️ Cancelled: ")


async def confirmation(rig: Rig, phone: Phone) -> str:
    """The question before it is moved to some other time."""
    await choose(rig, phone, 4, 1)
    return phone.last.text


async def test_the_old_time_is_free_and_the_new_one_taken(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    old = (await booking_of(rig, request)).start
    new = await moved(rig, cast.amina, request)
    rival = await another(rig, cast)
    theirs, _ = await held(rig, rival)
    assert (await booking_of(rig, theirs)).start == old
    await rig.press(rival.amina, "Change time")
    await rig.press(rival.amina, rival.amina.last.labels[5])
    assert f"{new.hour + 1:02d}:{new.minute:02d}" not in rival.amina.last.labels
    await all_well(rig, cast.ada, cast.amina)


async def test_its_own_time_is_not_in_its_way(rig: Rig) -> None:
    """A quarter of an hour later overlaps with where it is now."""
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    old = (await booking_of(rig, request)).start
    new = await moved(rig, cast.amina, request, day=3, slot=0)
    assert timedelta_minutes(new, old) < 45
    await all_well(rig, cast.ada, cast.amina)


def timedelta_minutes(new: datetime, old: datetime) -> float:
    return (new - old).total_seconds() / 60


async def test_reminders_come_for_the_new_time_alone(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    old = (await booking_of(rig, request)).start
    new = await moved(rig, cast.amina, request)
    await rig.pass_time(old - HOUR - rig.clock.now())
    await rig.pass_time(HOUR)
    assert told(cast.amina, "Reminder") == told(cast.ada, "Reminder") == 0
    await rig.pass_time(new - DAY - rig.clock.now())
    assert told(cast.amina, "Reminder") == told(cast.ada, "Reminder") == 1
    await rig.pass_time(23 * HOUR)
    assert told(cast.amina, "Reminder") == told(cast.ada, "Reminder") == 2
    await rig.pass_time(HOUR)
    assert told(cast.amina, "Reminder") == 2
    await all_well(rig, cast.ada, cast.amina)


async def test_a_time_that_is_taken_meanwhile_changes_nothing(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    before = await booking_of(rig, request)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    await choose(rig, cast.amina, 5, 0)
    await booked(rig, await another(rig, cast), day=5)
    words = await rig.press(cast.amina, "Confirm")
    assert "has just been taken" in words
    assert await booking_of(rig, request) == before
    assert told(cast.ada, "Moved") == 0
    assert len(invitations(cast.amina)) == 1
    await rig.press(cast.amina, cast.amina.last.labels[0])
    await rig.press(cast.amina, "Confirm")
    assert (await booking_of(rig, request)).start != before.start
    await all_well(rig, cast.ada, cast.amina)


async def test_a_client_who_is_too_late_is_told_why(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    before = await booking_of(rig, request)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    await choose(rig, cast.amina, 5, 0)
    await rig.pass_time(before.start - 23 * HOUR - rig.clock.now())
    words = await rig.press(cast.amina, "Confirm")
    assert "less than 24 hours" in words
    assert "less than 24 hours" in await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    assert (await booking_of(rig, request)).start == before.start


async def test_after_the_dietitian_moved_it_the_client_cancels_for_all_and_moves_it_however_late(
    rig: Rig,
) -> None:
    cast = await play(rig, free_hours=24 * 30)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    assert "less than 720 hours" in cast.amina.toasts[-1].text
    await moved(rig, cast.ada, request)
    await moved(rig, cast.amina, request, day=6)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    assert "you get ₦12,500.00 of ₦12,500.00 back" in cast.amina.last.text
    await rig.press(cast.amina, "Yes, cancel it")
    assert await stands(rig, reference) == {"refund": PRICE}
    sequences = [sequence for _, _, _, sequence, _ in invitations(cast.amina)]
    assert sequences == [0, 1, 2, 3]
    await all_well(rig, cast.ada, cast.amina)


async def test_confirm_pressed_many_times_moves_it_once(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    await choose(rig, cast.amina, 5, 0)
    await cast.amina.press_many("Confirm", 3)
    await rig.settled()
    assert (await booking_of(rig, request)).sequence == 1
    assert told(cast.ada, "Moved") == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_it_follows_in_the_calendar_when_google_is_back(rig: Rig) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    request, _ = await booked(rig, cast)
    rig.google.faults.plan(Fault(match="*", kind=FaultKind.STATUS, status=503, times=-1))
    await moved(rig, cast.amina, request)
    new = await moved(rig, cast.ada, request, day=6)
    rig.google.faults.clear()
    await rig.pass_time(MINUTE)
    await rig.pass_time(MINUTE)
    (event,) = rig.google.events(ACCOUNT)
    assert datetime.fromisoformat(event["start"]["dateTime"]) == new
    await all_well(rig, cast.ada, cast.amina)


async def test_moved_before_google_made_the_event_it_is_made_for_the_new_time(rig: Rig) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    rig.google.faults.plan(Fault(match="*", kind=FaultKind.STATUS, status=503, times=-1))
    request, _ = await booked(rig, cast)
    new = await moved(rig, cast.amina, request)
    rig.google.faults.clear()
    for _ in range(3):
        await rig.pass_time(MINUTE)
    (event,) = rig.google.events(ACCOUNT)
    assert datetime.fromisoformat(event["start"]["dateTime"]) == new
    assert str((await booking_of(rig, request)).meeting_url).startswith("https://meet.google.com/")
    await all_well(rig, cast.ada, cast.amina)


async def test_what_was_cancelled_is_not_moved(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    await choose(rig, cast.amina, 5, 0)
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.ada, "Yes, cancel it")
    await rig.press(cast.amina, "Confirm")
    assert (await booking_of(rig, request)).state == "cancelled"
    assert told(cast.ada, "Moved") == 0
    assert (await admin_of(rig)).unanswered_callbacks == []
