"""Connecting a calendar: by a real browser, with every box or with some, for the first time and again."""

from datetime import timedelta

import aiohttp
import pytest

from domain.model.booking import MeetingState
from domain.model.calendar import ConnectionState
from handlers.callbacks import Verb
from tests.handlers.calendars import (
    BOTH,
    EVENTS,
    FREE_BUSY,
    HOUR,
    asked,
    booking_of,
    connect,
    connection_of,
    consent,
    event_of,
    newest,
    stands_at,
    until_before,
)
from tests.money.practice import all_well, another, booked, card, connect_google, play, told
from tests.rig import ACCOUNT, Cast, Rig

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MEET = "https://meet.google.com/"
ROOM = "https://meet.example.com/ada"
READY = "The link for your session"


async def at_the_door(rig: Rig) -> Cast:
    cast = await play(rig)
    await rig.say(cast.ada, "/google")
    await rig.press(cast.ada, "Connect")
    return cast


async def test_the_screen_says_which_browser_and_why(rig: Rig) -> None:
    cast = await at_the_door(rig)
    text = cast.ada.last.text
    for words in (
        "real browser (Chrome, Safari, Firefox)",
        "disallowed_useragent",
        "tick both boxes",
        "ten minutes",
    ):
        assert words in text
    assert cast.ada.last.labels[:2] == ["🔗 Connect with Google", "📋 Copy the address"]


async def copied(rig: Rig, cast: Cast) -> str:
    address = (await cast.ada.press("Copy the address")).copied
    assert address is not None
    return address


async def test_the_copied_address_leads_to_the_same_page_and_is_not_used_up_by_that(rig: Rig) -> None:
    cast = await at_the_door(rig)
    address = await copied(rig, cast)
    assert address.startswith(f"{rig.url}/google/start?state=")
    async with aiohttp.ClientSession() as browser:
        for _ in range(2):
            async with browser.get(address, allow_redirects=False) as answer:
                assert answer.status == 303
                assert answer.headers["Location"] == cast.ada.url_of("Connect with Google")
                assert answer.headers["Cache-Control"] == "no-store"
        async with browser.get(address) as page:
            assert ACCOUNT in await page.text()
    assert (await consent(rig, cast.ada))[0] == 200
    async with aiohttp.ClientSession() as browser, browser.get(address) as page:
        assert page.status == 400
        assert "used or has expired" in await page.text()


@pytest.mark.parametrize("query", ["", "?state=", "?state=forged", "?state=%00", "?state=" + "x" * 4000])
async def test_a_forged_address_leads_nowhere(rig: Rig, query: str) -> None:
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{rig.url}/google/start{query}", allow_redirects=False) as page,
    ):
        assert page.status == 400


async def test_the_copied_address_is_good_for_ten_minutes(rig: Rig) -> None:
    cast = await at_the_door(rig)
    address = await copied(rig, cast)
    rig.clock.advance(timedelta(minutes=10))
    async with aiohttp.ClientSession() as browser, browser.get(address) as page:
        assert page.status == 400


async def test_the_chat_says_whose_account_it_is(rig: Rig) -> None:
    cast = await at_the_door(rig)
    await consent(rig, cast.ada)
    assert f"Google is connected to {ACCOUNT}" in cast.ada.last.text
    assert "not offered to clients" in cast.ada.last.text
    await all_well(rig, cast.ada)


async def test_without_the_box_for_busy_times_it_is_connected_for_events_and_says_so(rig: Rig) -> None:
    cast = await at_the_door(rig)
    status, _ = await consent(rig, cast.ada, ticked=[EVENTS])
    assert status == 200
    assert f"Google is connected to {ACCOUNT}" in cast.ada.last.text
    assert "I don't know when you are busy" in cast.ada.last.text
    assert cast.ada.last.labels[0] == "🔗 Connect again"
    await rig.say(cast.ada, "/google")
    assert "✅ events with Meet links, ❌ see when you are busy" in cast.ada.last.text
    assert cast.ada.last.labels == ["🔗 Connect again", "Disconnect", "🏠 Home"]
    rig.google.pending_gets = 0
    request, _ = await booked(rig, cast)
    assert (await booking_of(rig, request)).meeting_state is MeetingState.READY
    assert asked(rig) == 0
    await connect(rig, cast)
    assert (await connection_of(rig, cast)).covers_busy_times  # type: ignore[union-attr]
    await all_well(rig, cast.ada, cast.amina)


async def test_an_account_that_was_connected_without_busy_times_is_asked_to_connect_again(rig: Rig) -> None:
    """As connections are that were made before busy times were asked for."""
    cast = await play(rig)
    await connect(rig, cast, ticked=[EVENTS])
    await rig.say(cast.ada, "/google")
    assert "I don't know when you are busy" in cast.ada.last.text


@pytest.mark.parametrize("ticked", [[FREE_BUSY], []], ids=["busy times alone", "nothing"])
async def test_without_the_box_for_events_nothing_is_connected_and_the_page_says_why(
    rig: Rig, ticked: list[str]
) -> None:
    cast = await at_the_door(rig)
    status, words = await consent(rig, cast.ada, ticked=ticked)
    assert await connection_of(rig, cast) is None
    if ticked:
        assert status == 400
        assert "I cannot make your meetings: tick every box" in words
    else:
        assert "You did not allow it" in words
    await rig.say(cast.ada, "/google")
    assert "Not connected" in cast.ada.last.text


async def test_who_changes_their_mind_at_google_stays_as_connected_as_before(rig: Rig) -> None:
    cast = await play(rig)
    await connect(rig, cast)
    before = await connection_of(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.CONNECT}:::0")
    await consent(rig, cast.ada, ticked=[FREE_BUSY])
    await rig.press_data(cast.ada, f"v1:{Verb.CONNECT}:::0")
    await consent(rig, cast.ada, decision="deny")
    assert await connection_of(rig, cast) == before
    assert not any(grant.revoked for grant in rig.google.grants(ACCOUNT))


async def test_another_account_ends_the_permission_of_the_former(rig: Rig) -> None:
    cast = await play(rig)
    rig.google.add_account("other@example.com")
    await connect(rig, cast)
    await connect(rig, cast)
    assert not any(grant.revoked for grant in rig.google.grants(ACCOUNT)), (
        "of one account it is one permission"
    )
    await connect(rig, cast, account="other@example.com")
    assert all(grant.revoked for grant in rig.google.grants(ACCOUNT))
    assert not any(grant.revoked for grant in rig.google.grants("other@example.com"))
    assert (await connection_of(rig, cast)).account == "other@example.com"  # type: ignore[union-attr]


async def test_all_links_that_are_missing_are_made_once_it_is_connected(rig: Rig) -> None:
    cast = await play(rig, fallback_meeting_url=None)
    sessions = [(await booked(rig, who))[0] for who in (cast, await another(rig, cast))]
    assert [(await booking_of(rig, one)).meeting_state for one in sessions] == [MeetingState.MISSING] * 2
    await connect(rig, cast)
    for one in sessions:
        booking = await booking_of(rig, one)
        assert (booking.meeting_state, (booking.meeting_url or "").startswith(MEET)) == ("ready", True)
    assert told(cast.ada, READY) == 2
    assert told(cast.amina, READY) == 1
    assert len(rig.google.events(ACCOUNT)) == 2
    await connect(rig, cast)
    assert told(cast.ada, READY) == 2, "and once"
    await all_well(rig, cast.ada, cast.amina)


async def test_while_it_is_lost_her_room_is_the_link_and_then_the_sessions_get_their_own(rig: Rig) -> None:
    cast = await play(rig)
    await connect(rig, cast)
    rig.google.revoke(ACCOUNT)
    request, _ = await booked(rig, cast)
    assert (await booking_of(rig, request)).meeting_url == ROOM
    assert (await connection_of(rig, cast)).state is ConnectionState.NEEDS_RECONNECT  # type: ignore[union-attr]
    await connect(rig, cast)
    booking = await booking_of(rig, request)
    assert (booking.meeting_url or "").startswith(MEET)
    assert (booking.meeting_url or "none") in newest(cast.amina, READY)
    assert (await event_of(rig, request))["status"] == "confirmed"
    await until_before(rig, request, HOUR)
    assert cast.amina.url_of("Join") == booking.meeting_url
    await all_well(rig, cast.ada, cast.amina)


async def test_just_before_a_session_its_link_is_left_alone(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until_before(rig, request, HOUR)
    await connect(rig, cast)
    assert (await booking_of(rig, request)).meeting_url == ROOM
    assert rig.google.events(ACCOUNT) == []


async def test_a_room_that_stands_in_stays_where_google_makes_no_link(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    rig.google.conference = "refused"
    before = told(cast.amina, READY)
    await connect(rig, cast)
    booking = await booking_of(rig, request)
    assert (booking.meeting_state, booking.meeting_url) == (MeetingState.FALLBACK, ROOM)
    assert told(cast.amina, READY) == before, "nothing new to tell"
    assert (await event_of(rig, request))["status"] == "confirmed", "but it stands in the calendar"


async def test_what_was_moved_and_cancelled_while_it_was_lost_is_made_up_for(rig: Rig) -> None:
    cast = await play(rig)
    await connect_google(rig, cast)
    moved, cancelled = [(await booked(rig, who))[0] for who in (cast, await another(rig, cast))]
    rig.google.revoke(ACCOUNT)
    start = (await booking_of(rig, moved)).start
    rev = (await card(rig, moved)).request.rev
    await rig.press_data(
        cast.ada, f"v1:{Verb.MOVE_SURE}:{moved.public_id}:{start + 4 * HOUR:%Y%m%dT%H%MZ}:{rev}"
    )
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{cancelled.public_id}::0")
    await rig.press(cast.ada, "Yes, cancel it")
    assert told(cast.ada, "Google no longer lets me in") == 1
    assert await stands_at(rig, moved) == start
    await connect(rig, cast)
    assert await stands_at(rig, moved) == start + 4 * HOUR
    assert (await event_of(rig, cancelled))["status"] == "cancelled"
    await until_before(rig, moved, HOUR)
    assert told(cast.ada, "is not where it was booked") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_both_boxes_are_asked_for(rig: Rig) -> None:
    cast = await at_the_door(rig)
    await consent(rig, cast.ada)
    found = await connection_of(rig, cast)
    assert found is not None
    assert set(found.scopes.split()) == set(BOTH)
