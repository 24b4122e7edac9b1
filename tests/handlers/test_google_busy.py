"""What a dietitian has in their own calendar is not offered; what happens when nobody can say what that is."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from handlers.callbacks import Verb
from handlers.screens.slots import CALENDAR_AWAY
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from tests.handlers.calendars import (
    ASKED,
    AWAY,
    BOTH,
    EVENTS,
    HOUR,
    asked,
    booking_of,
    connect,
    connection_of,
    down,
)
from tests.money.practice import all_well, booked, play, told
from tests.rig import ACCOUNT, Cast, Rig

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
TUESDAY = "Tue 3 Nov"
TEN = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)  # 10:00 in Lagos
MINUTE = timedelta(minutes=1)


async def with_calendar(rig: Rig, *, offered: bool = True) -> Cast:
    cast = await play(rig, book_without_google=offered)
    await connect(rig, cast)
    return cast


def times(phone: Phone) -> list[str]:
    return [label for label in phone.last.labels if label[:2].isdigit()]


async def slots_of_tuesday(rig: Rig, cast: Cast) -> list[str]:
    await rig.approved(cast)
    await rig.press(cast.amina, TUESDAY)
    return times(cast.amina)


async def test_what_is_in_her_calendar_is_not_offered(rig: Rig) -> None:
    cast = await with_calendar(rig)
    free = await slots_of_tuesday(rig, cast)
    rig.google.add_event(ACCOUNT, TEN, TEN + 2 * HOUR, summary="Dentist")
    await rig.pass_time(MINUTE)
    left = await slots_of_tuesday(rig, cast)
    assert [one for one in free if one not in left] == ["09:30", "10:00", "10:30", "11:00", "11:30"]
    assert "Dentist" not in " ".join(one.text for one in cast.amina.messages)
    await all_well(rig, cast.ada, cast.amina)


async def test_a_day_that_she_is_away_is_not_offered_at_all(rig: Rig) -> None:
    cast = await with_calendar(rig)
    rig.google.add_event(ACCOUNT, TEN - 9 * HOUR, TEN + 14 * HOUR)
    await rig.approved(cast)
    assert TUESDAY not in cast.amina.last.labels
    assert "Wed 4 Nov" in cast.amina.last.labels


async def test_what_she_marked_as_free_is_offered(rig: Rig) -> None:
    cast = await with_calendar(rig)
    rig.google.add_event(ACCOUNT, TEN, TEN + HOUR, transparency="transparent")
    assert "10:00" in await slots_of_tuesday(rig, cast)


async def test_browsing_asks_once_a_minute_and_taking_a_slot_asks_anew(rig: Rig) -> None:
    cast = await with_calendar(rig)
    await slots_of_tuesday(rig, cast)
    await rig.press(cast.amina, "Back")
    await rig.press(cast.amina, TUESDAY)
    assert asked(rig) == 1
    rig.google.add_event(ACCOUNT, TEN, TEN + HOUR)
    words = await rig.press(cast.amina, "10:00")
    assert "just been taken" in words
    assert "10:00" not in times(cast.amina)
    assert asked(rig) == 2
    assert (
        await rig.read(
            lambda uow: uow.bookings.busy(cast.dietitian.id, after=TEN - HOUR, before=TEN + HOUR, now=TEN)
        )
        == []
    )
    await all_well(rig, cast.ada, cast.amina)


async def test_a_slot_that_is_still_free_is_held(rig: Rig) -> None:
    cast = await with_calendar(rig)
    rig.google.add_event(ACCOUNT, TEN, TEN + HOUR)
    await slots_of_tuesday(rig, cast)
    await rig.press(cast.amina, "11:00")
    assert cast.amina.url_of("Pay ₦")
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("ticked", [None, (EVENTS,)], ids=["not connected", "without the box"])
async def test_who_has_no_calendar_here_is_not_asked_about(rig: Rig, ticked: tuple[str, ...] | None) -> None:
    cast = await play(rig, book_without_google=False)
    if ticked is not None:
        await connect(rig, cast, ticked=ticked)
    before = len(rig.google.calls)
    await slots_of_tuesday(rig, cast)
    await rig.press(cast.amina, "10:00")
    assert cast.amina.url_of("Pay ₦")
    assert len(rig.google.calls) == before


async def test_while_google_is_away_times_are_offered_where_she_wants_it_so(rig: Rig) -> None:
    cast = await with_calendar(rig)
    rig.google.add_event(ACCOUNT, TEN, TEN + HOUR)
    down(rig)
    assert "10:00" in await slots_of_tuesday(rig, cast)
    await rig.press(cast.amina, "10:00")
    assert cast.amina.url_of("Pay ₦")
    await rig.pass_time(MINUTE)
    await slots_of_tuesday(rig, cast)
    assert told(cast.ada, AWAY) == 1
    assert "as if your calendar were empty" in next(one.text for one in cast.ada.messages if AWAY in one.text)
    assert told(cast.amina, AWAY) == 0
    await rig.say(cast.ada, "/google")
    assert "⚠️ Since Monday 2 November 2026" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_while_google_is_away_nothing_is_offered_where_she_wants_it_so(rig: Rig) -> None:
    cast = await with_calendar(rig, offered=False)
    down(rig)
    await rig.approved(cast)
    assert "No times can be offered just now" in cast.amina.last.text
    assert cast.amina.last.labels == ["🔄 Look again", "← Back"]
    assert "offered no times" in next(one.text for one in cast.ada.messages if AWAY in one.text)
    rig.google.faults.clear()
    await rig.pass_time(MINUTE)
    await rig.press(cast.amina, "Look again")
    assert TUESDAY in cast.amina.last.labels
    await rig.say(cast.ada, "/google")
    assert "⚠️" not in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_google_that_goes_away_between_the_list_and_the_press_holds_nothing(rig: Rig) -> None:
    cast = await with_calendar(rig, offered=False)
    await slots_of_tuesday(rig, cast)
    down(rig)
    words = await rig.press(cast.amina, "10:00")
    assert words == CALENDAR_AWAY
    assert "Times" not in cast.amina.last.text
    assert times(cast.amina) == []
    assert (await rig.read(lambda uow: uow.bookings.lapsed_of(cast.dietitian.id, TEN))) == []
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("reason", ["internalError", "notFound"])
async def test_an_error_inside_googles_good_answer_is_an_absence(rig: Rig, reason: str) -> None:
    cast = await with_calendar(rig, offered=False)
    rig.google.free_busy_errors["primary"] = reason
    await rig.approved(cast)
    assert "No times can be offered just now" in cast.amina.last.text
    assert told(cast.ada, AWAY) == 1


@pytest.mark.parametrize("offered", [True, False])
async def test_a_revoked_permission_is_found_by_whoever_looks_for_a_time(rig: Rig, *, offered: bool) -> None:
    cast = await with_calendar(rig, offered=offered)
    rig.google.revoke(ACCOUNT)
    await rig.approved(cast)
    assert (TUESDAY in cast.amina.last.labels) is offered
    assert told(cast.ada, "Google no longer lets me in") == 1
    await rig.say(cast.ada, "/google")
    assert "Google no longer lets me in" in cast.ada.last.text
    assert "Connect again" in " ".join(cast.ada.last.labels)
    await all_well(rig, cast.ada, cast.amina)


async def test_she_decides_and_can_change_her_mind(rig: Rig) -> None:
    cast = await with_calendar(rig)
    await rig.say(cast.ada, "/google")
    await rig.press(cast.ada, "Then offer no times")
    assert "clients are offered no times" in cast.ada.last.text
    down(rig)
    await rig.approved(cast)
    assert "No times can be offered" in cast.amina.last.text
    await rig.press(cast.ada, "Then offer times all the same")
    await rig.press(cast.amina, "Look again")
    assert TUESDAY in cast.amina.last.labels
    stranger = (await rig.cast()).amina
    assert "not here for you" in await rig.press_data(stranger, f"v1:{Verb.WITHOUT_GOOGLE}::closed:0")


async def test_a_slow_google_holds_up_nobody_elses_press(rig: Rig) -> None:
    cast, other = await with_calendar(rig), await rig.cast(email="bola@example.com")
    await slots_of_tuesday(rig, cast)
    await rig.approved(other)
    rig.google.faults.plan(Fault(match=ASKED, kind=FaultKind.HANG, seconds=1.5))
    slow = asyncio.gather(cast.amina.press("10:00"))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await other.amina.press(TUESDAY)
    assert time.monotonic() - began < 0.8
    await slow
    await rig.settled()
    assert asked(rig) == 2
    assert cast.amina.url_of("Pay ₦"), "and the slow one is booked all the same"
    await all_well(rig, cast.ada, cast.amina, other.amina)


async def test_a_session_is_moved_over_its_own_event_and_not_over_a_private_one(rig: Rig) -> None:
    cast = await with_calendar(rig)
    request, _ = await booked(rig, cast, day=1, slot=4)  # Tuesday 10:00
    start = (await booking_of(rig, request)).start
    assert start == TEN
    rig.google.add_event(ACCOUNT, TEN + HOUR, TEN + 2 * HOUR)
    await rig.pass_time(MINUTE)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE_DAY}:{request.public_id}:20261103:0")
    shown = times(cast.amina)
    assert {"09:30", "12:00"} <= set(shown), "its own event is no obstacle, nor what comes after"
    assert not {"10:30", "11:00", "11:30"} & set(shown)
    rig.google.add_event(ACCOUNT, TEN + 3 * HOUR, TEN + 4 * HOUR)
    await rig.press(cast.amina, "13:00")
    assert "just been taken" in await rig.press(cast.amina, "Confirm")
    await rig.press(cast.amina, "09:30")
    await rig.press(cast.amina, "Confirm")
    assert (await booking_of(rig, request)).start == TEN - 30 * MINUTE
    await all_well(rig, cast.ada, cast.amina)


async def test_while_google_is_away_she_moves_it_herself_and_her_client_does_not(rig: Rig) -> None:
    cast = await with_calendar(rig, offered=False)
    request, _ = await booked(rig, cast)
    start = (await booking_of(rig, request)).start
    down(rig)
    await rig.pass_time(MINUTE)
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    assert "No times can be offered just now" in cast.amina.last.text
    later = f"{start + HOUR:%Y%m%dT%H%MZ}"
    rev = (await rig.read(lambda uow: uow.requests.card_by_id(request.id))).request.rev
    move = f"v1:{Verb.MOVE_SURE}:{request.public_id}:{later}:{rev}"
    assert await rig.press_data(cast.amina, move) == CALENDAR_AWAY
    await rig.press_data(cast.ada, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    assert TUESDAY in cast.ada.last.labels
    await rig.press_data(cast.ada, move)
    assert (await booking_of(rig, request)).start == start + HOUR
    await all_well(rig, cast.ada, cast.amina)


async def test_a_time_that_was_given_back_is_free_at_once(rig: Rig) -> None:
    """Our own event goes a moment later than the booking: it is ours, and no obstacle."""
    cast = await with_calendar(rig)
    request, _ = await booked(rig, cast, day=1, slot=4)
    rig.google.faults.plan(Fault(match="DELETE *", kind=FaultKind.STATUS, status=503, body={}, times=-1))
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.ada, "Yes, cancel it")
    assert "10:00" in await slots_of_tuesday(rig, cast)
    await rig.press(cast.amina, "10:00")
    assert cast.amina.url_of("Pay ₦")
    rig.google.faults.clear()
    await rig.pass_time(MINUTE)
    assert [one["status"] for one in rig.google.events(ACCOUNT)] == ["cancelled"]


async def test_the_card_says_who_since_when_for_what_and_how_it_fares(rig: Rig) -> None:
    cast = await with_calendar(rig)
    await rig.approved(cast)
    await rig.say(cast.ada, "/google")
    text = cast.ada.last.text
    for words in (
        f"Connected to {ACCOUNT} since Monday 2 November 2026, 09:00 (Africa/Lagos)",
        "✅ events with Meet links, ✅ see when you are busy",
        "Last success: Monday 2 November 2026, 09:00 (Africa/Lagos)",
        "What is in your calendar is not offered to clients",
    ):
        assert words in text
    assert cast.ada.last.labels == ["🔒 Then offer no times", "Disconnect", "🏠 Home"]
    found = await connection_of(rig, cast)
    assert found is not None
    assert set(found.scopes.split()) == set(BOTH)
