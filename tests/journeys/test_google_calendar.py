"""Her calendar, in the real program: connecting it, what it blocks, and what she changes in it."""

import re
from datetime import datetime, timedelta

import aiohttp
import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.stage import ACCOUNT, Stage
from tests.journeys.checks import assert_answered, assert_log_is_clean, quiet
from tests.journeys.consultation import (
    ALL,
    APPROVES,
    ARRIVES,
    ASKS,
    DAY,
    EMAIL,
    OPENS,
    PAYS,
    SLOT,
    Consultation,
    choose_day,
    choose_slot,
    count,
    labels,
    press,
)
from tests.journeys.google import answer, connect, put_connection, to_google
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes
_DAY = re.compile(r"\w{3} \d{1,2} \w{3}")
FREE_BUSY = "* /calendar/v3/freeBusy"


async def arrived(stage: Stage) -> Consultation:
    journey = Consultation(stage=stage)
    await journey.go(ARRIVES)
    return journey


async def test_she_connects_with_one_box_and_then_with_both(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await arrived(stage)
        status, words, _ = await answer(await to_google(journey), without="freebusy")
        assert (status, "Google is connected" in words) == (200, True)
        await journey.ada.wait_for(f"connected to {ACCOUNT}")
        await journey.ada.wait_for("I don't know when you are busy")
        await press(journey.ada, "Connect again")
        await journey.ada.wait_until(lambda: count(journey.ada, "real browser") == 2)
        await answer(journey.ada.url_of("Connect with Google"))
        await journey.ada.wait_for("what is in your calendar is not offered to clients")
        assert_log_is_clean(stage)


async def test_who_refuses_is_not_connected_and_a_state_is_good_once(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await arrived(stage)
        url = await to_google(journey)
        assert "You did not allow it" in (await answer(url, decision="deny"))[1]
        status, words, _ = await answer(url, without="events.owned")
        assert (status, "Nothing was connected" in words) == (400, True)
        await press(journey.ada, "Back")
        await journey.ada.wait_for("Not connected")
        await press(journey.ada, "Connect")
        await journey.ada.wait_for_button("Connect with Google")
        _, _, end = await answer(journey.ada.url_of("Connect with Google"))
        await journey.ada.wait_for("Google is connected")
        async with aiohttp.ClientSession() as browser:
            for again in (end, f"{stage.public_url}/google/callback?code=x&state=forged"):
                async with browser.get(again) as page:
                    assert page.status == 400
                    assert "has been used or has expired" in await page.text()
        assert count(journey.ada, "Google is connected") == 1
        assert_log_is_clean(stage)


async def at_the_slots(stage: Stage) -> Consultation:
    journey = await arrived(stage)
    await connect(journey)
    await journey.go((*ASKS, *OPENS, APPROVES))
    return journey


async def test_what_she_has_in_her_calendar_is_never_booked(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await at_the_slots(stage)
        now = stage.clock.now()
        before = days_of(journey)
        await choose_day(journey)
        await journey.client.wait_for("Choose a time")
        stage.google.add_event(ACCOUNT, now, now + timedelta(days=10), summary="Away")
        await choose_slot(journey)
        await journey.client.wait_for("just been taken")
        await journey.client.wait_until(lambda: bool(days_of(journey)))
        assert before[journey.day] not in days_of(journey)
        journey.day = -1  # beyond those ten days
        await journey.go((DAY, SLOT, EMAIL, PAYS))
        assert "Away" not in " ".join(one.text for one in journey.client.messages)
        assert_answered(journey.ada, journey.client)
        assert_log_is_clean(stage)


def days_of(journey: Consultation) -> list[str]:
    return [label for label in labels(journey.client) if _DAY.fullmatch(label)]


@pytest.mark.parametrize("closed", [False, True])
async def test_while_google_is_down_she_has_decided_what_is_offered(
    open_stage: OpenStage, *, closed: bool
) -> None:
    async with open_stage() as stage:
        journey = await arrived(stage)
        await connect(journey)
        if closed:
            await press(journey.ada, "Google Calendar")
            await journey.ada.wait_for_button("Then offer no times")
            await press(journey.ada, "Then offer no times")
        stage.google.faults.plan(Fault(match=FREE_BUSY, kind=FaultKind.STATUS, status=503, body={}, times=-1))
        await journey.go((*ASKS, *OPENS))
        await press(journey.client, "Approve")
        await journey.client.wait_for("No times can be offered just now" if closed else "Choose a day")
        await journey.ada.wait_for("Google does not tell me just now")
        stage.google.faults.clear()
        stage.clock.advance(timedelta(minutes=1))
        if closed:
            await press(journey.client, "Look again")
            await journey.client.wait_for("Choose a day")
        await journey.go((DAY, SLOT, EMAIL, PAYS))
        assert count(journey.ada, "Google does not tell me just now") == 1
        assert_answered(journey.ada, journey.client)
        assert_log_is_clean(stage)


async def booked(stage: Stage) -> Consultation:
    journey = Consultation(stage=stage)
    await put_connection(stage)
    await journey.go(ALL)
    await quiet(stage)
    return journey


async def test_an_event_that_she_moved_takes_the_booking_along_where_she_says_so(
    open_stage: OpenStage,
) -> None:
    async with open_stage() as stage:
        journey = await booked(stage)
        [event] = stage.google.events(ACCOUNT)
        start = datetime.fromisoformat(event["start"]["dateTime"])
        stage.google.move_event(ACCOUNT, event["id"], timedelta(minutes=30))
        stage.clock.advance(start - timedelta(hours=25) - stage.clock.now())
        await journey.ada.wait_for("is not where it was booked")
        assert count(journey.client, "Moved") == 0
        await press(journey.ada, "Move the booking too")
        await journey.client.wait_for("🔁 Moved")
        await journey.ada.wait_until(lambda: count(journey.ada, "is where your event is") == 1)
        [after] = stage.google.events(ACCOUNT)
        assert datetime.fromisoformat(after["start"]["dateTime"]) == start + timedelta(minutes=30)
        assert count(journey.ada, "is not where it was booked") == 0
        assert_answered(journey.ada, journey.client)
        assert_log_is_clean(stage)


async def test_an_event_that_she_deleted_is_made_again_where_she_says_so(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await booked(stage)
        [event] = stage.google.events(ACCOUNT)
        start = datetime.fromisoformat(event["start"]["dateTime"])
        stage.google.delete_event(ACCOUNT, event["id"])
        stage.clock.advance(start - timedelta(hours=25) - stage.clock.now())
        await journey.ada.wait_for("no longer in your Google Calendar")
        await press(journey.ada, "Make it again")
        await journey.ada.wait_until(lambda: count(journey.ada, "is ready.") == 2)
        await journey.client.wait_until(lambda: count(journey.client, "is ready.") == 2)
        [_, new] = stage.google.events(ACCOUNT)
        assert new["start"] == event["start"]
        assert journey.client.url_of("Join") == journey.ada.url_of("Join") == new["hangoutLink"]
        assert_answered(journey.ada, journey.client)
        assert_log_is_clean(stage)
