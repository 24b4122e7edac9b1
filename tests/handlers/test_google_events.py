"""Events that their owner moved or deleted in Google: seen before the reminder, asked about, never silently."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model.request import Request
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.faults import Fault, FaultKind
from tests.handlers.calendars import (
    ELSEWHERE,
    GONE,
    HOUR,
    asked,
    booking_of,
    drag,
    event_of,
    newest,
    stands_at,
    throw_away,
    until_before,
)
from tests.money.practice import all_well, booked, card, connect_google, invitations, play, screen, told
from tests.rig import ACCOUNT, Cast, Rig

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def session(rig: Rig) -> tuple[Cast, Request]:
    """Booked on Thursday at 10:00, with an event."""
    cast = await play(rig)
    await connect_google(rig, cast)
    request, _ = await booked(rig, cast, day=3, slot=4)
    assert (await booking_of(rig, request)).meeting_url
    return cast, request


async def moved(rig: Rig, by: timedelta) -> tuple[Cast, Request]:
    cast, request = await session(rig)
    await drag(rig, request, by)
    await until_before(rig, request, 25 * HOUR)
    return cast, request


async def deleted(rig: Rig) -> tuple[Cast, Request]:
    cast, request = await session(rig)
    await throw_away(rig, request)
    await until_before(rig, request, 25 * HOUR)
    return cast, request


async def test_an_event_that_stands_where_it_was_booked_is_nobodys_business(rig: Rig) -> None:
    cast, request = await session(rig)
    await until_before(rig, request, timedelta())
    assert told(cast.ada, ELSEWHERE) == told(cast.ada, GONE) == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_a_moved_event_is_asked_about_before_the_reminder(rig: Rig) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    booking = await booking_of(rig, request)
    text = newest(cast.ada, ELSEWHERE)
    assert "Booked: Thursday 5 November 2026, 10:00" in text
    assert "In the calendar: Thursday 5 November 2026, 12:00" in text
    assert screen(cast.ada, ELSEWHERE) == ["🔁 Move the booking too", "↩️ Put the event back"]
    assert (told(cast.amina, ELSEWHERE), told(cast.amina, "Moved")) == (0, 0)
    assert (await booking_of(rig, request)).start == booking.start
    assert told(cast.amina, "Reminder") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_the_booking_follows_where_she_says_so_and_the_client_is_told(rig: Rig) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    before = await booking_of(rig, request)
    await rig.press(cast.ada, "Move the booking too")
    booking = await booking_of(rig, request)
    assert booking.start == before.start + 2 * HOUR == await stands_at(rig, request)
    assert (booking.moved_by_dietitian, booking.meeting_url) == (True, before.meeting_url)
    assert "Your client is told" in cast.ada.last.text or told(cast.ada, "Your client is told") == 1
    assert told(cast.amina, "Moved") == 1
    assert "you can cancel for a full refund" in newest(cast.amina, "Moved")
    assert invitations(cast.amina)[-1][3:] == (1, booking.start)
    await until_before(rig, request, timedelta())
    assert told(cast.ada, ELSEWHERE) == 0, "the question became its answer"
    await all_well(rig, cast.ada, cast.amina)


async def test_her_own_event_in_the_new_place_is_no_obstacle_and_another_one_is(rig: Rig) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    start = (await booking_of(rig, request)).start
    rig.google.add_event(ACCOUNT, start + 2 * HOUR + 15 * MINUTE, start + 4 * HOUR)
    before = asked(rig)
    await rig.press(cast.ada, "Move the booking too")
    assert asked(rig) == before + 1
    assert (await booking_of(rig, request)).start == start + 2 * HOUR, "what it covers she has seen herself"
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("by", [9 * HOUR, 7 * MINUTE, -30 * DAY], ids=["closed", "off the grid", "past"])
async def test_where_no_booking_can_be_it_stays_and_she_is_told_why(rig: Rig, by: timedelta) -> None:
    cast, request = await moved(rig, by)
    start = (await booking_of(rig, request)).start
    words = await rig.press(cast.ada, "Move the booking too")
    assert words == "The booking can't be at that time."
    assert (await booking_of(rig, request)).start == start
    assert "can't be at" in cast.ada.last.text
    await rig.press(cast.ada, "Put the event back")
    assert await stands_at(rig, request) == start
    assert told(cast.amina, "Moved") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_somebody_elses_time_is_not_taken(rig: Rig) -> None:
    cast, request = await session(rig)
    other = await rig.person(name="Tunde Cole", email="tunde@example.com")
    rival = replace(cast, client=other[0], amina=other[1])
    theirs, _ = await booked(rig, rival, day=3, slot=6)
    start, taken = (await booking_of(rig, request)).start, (await booking_of(rig, theirs)).start
    await drag(rig, request, taken - start)
    await until_before(rig, request, 25 * HOUR)
    await rig.press_data(
        cast.ada,
        f"v1:{Verb.FOLLOW_EVENT}:{request.public_id}:{taken:%Y%m%dT%H%MZ}:{(await card(rig, request)).request.rev}",
    )
    assert (await booking_of(rig, request)).start == start
    assert (await booking_of(rig, theirs)).start == taken
    await all_well(rig, cast.ada, cast.amina, rival.amina)


async def test_the_event_goes_back_where_she_says_so_and_nobody_else_hears_of_it(rig: Rig) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    before = len(cast.amina.messages)
    await rig.press(cast.ada, "Put the event back")
    booking = await booking_of(rig, request)
    assert await stands_at(rig, request) == booking.start
    assert len(cast.amina.messages) == before
    await until_before(rig, request, HOUR + MINUTE)
    assert told(cast.ada, ELSEWHERE) == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_who_does_not_answer_is_asked_again_before_the_last_reminder(rig: Rig) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    await until_before(rig, request, 2 * HOUR + MINUTE)
    assert told(cast.ada, ELSEWHERE) == 1
    await until_before(rig, request, 2 * HOUR)
    assert told(cast.ada, ELSEWHERE) == 2
    await all_well(rig, cast.ada, cast.amina)


async def test_an_answer_to_an_older_question_does_nothing_wrong(rig: Rig) -> None:
    """She moved it once more before she pressed: the booking does not go where the event no longer is."""
    cast, request = await moved(rig, 2 * HOUR)
    start = (await booking_of(rig, request)).start
    await drag(rig, request, HOUR)
    words = await rig.press(cast.ada, "Move the booking too")
    assert "moved on" in words
    assert (await booking_of(rig, request)).start == start
    await all_well(rig, cast.ada, cast.amina)


async def test_a_deleted_event_is_made_again_with_a_new_link(rig: Rig) -> None:
    cast, request = await deleted(rig)
    assert screen(cast.ada, GONE) == ["📅 Make it again", "✖️ Cancel the booking"]
    assert told(cast.amina, GONE) == 0
    before = await booking_of(rig, request)
    await rig.press(cast.ada, "Make it again")
    booking = await booking_of(rig, request)
    assert booking.event_id != before.event_id
    assert booking.meeting_url not in {None, before.meeting_url}
    assert (await event_of(rig, request))["status"] == "confirmed"
    assert await stands_at(rig, request) == booking.start
    for phone in (cast.ada, cast.amina):
        assert phone.url_of("Join") == booking.meeting_url
    await until_before(rig, request, HOUR + MINUTE)
    assert told(cast.ada, GONE) == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_a_deleted_event_is_a_way_to_cancel_by_the_terms(rig: Rig) -> None:
    cast, request = await deleted(rig)
    await rig.press(cast.ada, "Cancel the booking")
    assert (await booking_of(rig, request)).state == "confirmed", "it is asked once more"
    await rig.press(cast.ada, "Yes, cancel it")
    assert (await booking_of(rig, request)).state == "cancelled"
    assert told(cast.amina, "Cancelled by the dietitian") == 1
    await until_before(rig, request, timedelta())
    await all_well(rig, cast.ada, cast.amina)


async def test_a_deleted_event_whose_booking_moves_is_asked_about_at_once(rig: Rig) -> None:
    cast, request = await session(rig)
    await throw_away(rig, request)
    start = (await booking_of(rig, request)).start
    rev = (await card(rig, request)).request.rev
    later = f"{start + HOUR:%Y%m%dT%H%MZ}"
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE_SURE}:{request.public_id}:{later}:{rev}")
    assert told(cast.ada, GONE) == 1
    assert "11:00" in newest(cast.ada, GONE)
    await all_well(rig, cast.ada, cast.amina)


async def test_the_look_waits_for_google_and_gives_up_at_the_start(rig: Rig) -> None:
    cast, request = await session(rig)
    await drag(rig, request, 2 * HOUR)
    rig.google.faults.plan(Fault(match="GET *events/*", kind=FaultKind.STATUS, status=503, body={}, times=-1))
    await until_before(rig, request, 25 * HOUR)
    assert told(cast.ada, ELSEWHERE) == 0
    rig.google.faults.clear()
    await rig.pass_time(MINUTE)
    assert told(cast.ada, ELSEWHERE) == 1
    rig.google.faults.plan(Fault(match="GET *events/*", kind=FaultKind.STATUS, status=503, body={}, times=-1))
    await until_before(rig, request, 2 * HOUR)
    await until_before(rig, request, timedelta())
    rig.google.faults.clear()
    await rig.pass_time(MINUTE)
    assert told(cast.ada, ELSEWHERE) == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_google_that_is_away_when_she_answers_leaves_all_as_it_is(rig: Rig) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    start = (await booking_of(rig, request)).start
    rig.google.faults.plan(Fault(match="GET *events/*", kind=FaultKind.STATUS, status=503, body={}, times=-1))
    assert "Google isn't answering" in await rig.press(cast.ada, "Move the booking too")
    rig.google.faults.clear()
    await rig.press(cast.ada, "Move the booking too")
    assert (await booking_of(rig, request)).start == start + 2 * HOUR


async def test_what_we_could_not_move_ourselves_is_not_her_doing(rig: Rig) -> None:
    """The booking was moved while Google would not take it; the look finds our own old time."""
    cast, request = await session(rig)
    rig.google.faults.plan(Fault(match="PATCH *", kind=FaultKind.STATUS, status=400, body={}, times=1))
    start = (await booking_of(rig, request)).start
    rev = (await card(rig, request)).request.rev
    later = f"{start + HOUR:%Y%m%dT%H%MZ}"
    await rig.press_data(cast.amina, f"v1:{Verb.MOVE_SURE}:{request.public_id}:{later}:{rev}")
    assert await stands_at(rig, request) == start
    assert len(await rig.failed()) == 1, "told to the admins"
    await until_before(rig, request, 25 * HOUR)
    assert await stands_at(rig, request) == start + HOUR
    assert told(cast.ada, ELSEWHERE) == 0


@pytest.mark.parametrize("verb", [Verb.FOLLOW_EVENT, Verb.PUT_EVENT_BACK, Verb.MAKE_EVENT_AGAIN])
async def test_only_the_dietitian_answers(rig: Rig, verb: Verb) -> None:
    cast, request = await moved(rig, 2 * HOUR)
    booking = await booking_of(rig, request)
    where = await stands_at(rig, request)
    rev = (await card(rig, request)).request.rev
    argument = {
        Verb.FOLLOW_EVENT: f"{where:%Y%m%dT%H%MZ}",
        Verb.MAKE_EVENT_AGAIN: booking.event_id,
    }.get(verb, "")
    stranger = (await rig.cast()).ada
    for phone in (cast.amina, stranger):
        data = f"v1:{verb}:{request.public_id}:{argument}:{rev}"
        assert await rig.press_data(phone, data) == NOT_YOURS
    assert await booking_of(rig, request) == booking
    assert await stands_at(rig, request) == where


async def test_a_forged_instant_is_no_button(rig: Rig) -> None:
    cast, request = await session(rig)
    for argument in ("", "now", "99991231T2359Z", "20261105"):
        words = await rig.press_data(cast.ada, f"v1:{Verb.FOLLOW_EVENT}:{request.public_id}:{argument}:1")
        assert "moved on" in words
    await all_well(rig, cast.ada, cast.amina)


async def test_after_disconnecting_nobody_looks(rig: Rig) -> None:
    cast, request = await session(rig)
    await drag(rig, request, 2 * HOUR)
    await rig.say(cast.ada, "/google")
    await rig.press(cast.ada, "Disconnect")
    await rig.press(cast.ada, "Yes, disconnect")
    before = len(rig.google.calls)
    await until_before(rig, request, timedelta())
    assert len(rig.google.calls) == before
    await all_well(rig, cast.ada, cast.amina)


async def test_an_all_day_event_is_not_where_it_was_booked(rig: Rig) -> None:
    cast, request = await session(rig)
    booking = await booking_of(rig, request)
    account = rig.google.accounts[ACCOUNT]
    body = {
        "start": {"date": "2026-11-05", "dateTime": None},
        "end": {"date": "2026-11-06", "dateTime": None},
    }
    rig.google.calendar.patch(account, booking.event_id or "", body, conference_version="0", if_match=None)
    await until_before(rig, request, 25 * HOUR)
    assert told(cast.ada, ELSEWHERE) == 1
    await rig.press(cast.ada, "Put the event back")
    assert await stands_at(rig, request) == booking.start
    await all_well(rig, cast.ada, cast.amina)
