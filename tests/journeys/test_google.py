"""The meeting link: Google late, forgetful, unwilling or gone never holds up a booking."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.stage import ACCOUNT, Stage
from sandbox.telegram import Phone
from tests.journeys.checks import assert_all_well
from tests.journeys.consultation import FALLBACK, PAYS, TO_PAY, Consultation, confirmed, count
from tests.journeys.google import put_connection
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

EVENTS = "* /calendar/v3/calendars/*/events*"
MEET = "https://meet.google.com/"


async def hurry(stage: Stage, until: Callable[[], object], *, step: float) -> None:
    """Let the time go by faster, until it is so."""
    async with asyncio.timeout(20):
        while not until():
            stage.clock.advance(timedelta(seconds=step))
            await asyncio.sleep(0.25)


def links(*phones: Phone) -> set[str]:
    return {phone.url_of("Join") for phone in phones}


async def connected(stage: Stage) -> Consultation:
    journey = Consultation(stage=stage)
    await put_connection(stage)
    await journey.go(TO_PAY)
    return journey


async def test_a_booking_is_confirmed_at_once_while_google_is_down(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await connected(stage)
        stage.google.faults.plan(Fault(match=EVENTS, kind=FaultKind.STATUS, status=503, times=-1))
        await journey.pay()
        await journey.client.wait_for("The link to join follows")
        await journey.ada.wait_for("Booking confirmed")
        assert stage.google.events(ACCOUNT) == []
        stage.google.faults.clear()
        await hurry(stage, lambda: confirmed(journey), step=5)
        assert links(journey.client, journey.ada).pop().startswith(MEET)
        await assert_all_well(journey)


async def test_an_answer_of_google_that_got_lost_makes_no_second_event(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await connected(stage)
        stage.google.faults.plan(Fault(match=EVENTS, kind=FaultKind.DROP, after=True, times=2))
        await journey.pay()
        await hurry(stage, lambda: confirmed(journey), step=5)
        assert links(journey.client, journey.ada).pop().startswith(MEET)
        await assert_all_well(journey)


@pytest.mark.parametrize("conference", ["never", "failure", "refused"])
async def test_her_own_room_stands_in_where_google_makes_no_link(
    open_stage: OpenStage, conference: str
) -> None:
    async with open_stage() as stage:
        stage.google.conference = conference
        journey = await connected(stage)
        await journey.pay()
        await hurry(stage, lambda: confirmed(journey), step=60 if conference == "never" else 5)
        assert links(journey.client, journey.ada) == {FALLBACK}
        await assert_all_well(journey)


async def test_a_revoked_token_is_told_once_and_her_own_room_stands_in(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = await connected(stage)
        stage.google.revoke(ACCOUNT)
        await journey.pay()
        await journey.see(PAYS)
        await journey.ada.wait_for("Google no longer lets me in")
        await assert_all_well(journey, events=0)
        second = Consultation(stage=stage, client_id=2002, name="Tunde", email="tunde@example.com", slot=2)
        await second.go((*TO_PAY[2:], PAYS))
        assert links(journey.client, second.client, journey.ada) == {FALLBACK}
        assert count(journey.ada, "Google no longer lets me in") == 1
