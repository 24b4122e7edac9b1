"""The consultation from /request to Join, over real processes: engines, modes and webhooks as they come."""

from datetime import timedelta

import pytest

from tests.engines import ENGINES
from tests.journeys.checks import assert_all_well
from tests.journeys.consultation import (
    ALL,
    ARRIVES,
    ASKS,
    BOOKS,
    FALLBACK,
    OPENS,
    PAYS,
    TO_PAY,
    Consultation,
    confirmed,
)
from tests.journeys.google import connect, put_connection
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

MEET = "https://meet.google.com/"


@pytest.mark.parametrize("webhooks", ["once", "twice_at_once", "never"])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_it_goes_from_the_request_to_the_meeting(
    open_stage: OpenStage, mode: str, webhooks: str
) -> None:
    async with open_stage(mode=mode) as stage:
        stage.paystack.webhooks = webhooks
        journey = Consultation(stage=stage)
        await journey.go(ARRIVES)
        await (connect(journey) if webhooks == "once" else put_connection(stage))
        await journey.go((*ASKS, *OPENS, *BOOKS))
        await journey.pay()
        if webhooks == "never":
            stage.clock.advance(timedelta(seconds=61))
        await journey.client.wait_until(lambda: confirmed(journey))
        await assert_all_well(journey)
        for phone in (journey.client, journey.ada):
            assert phone.url_of("Join").startswith(MEET)


async def test_it_needs_neither_a_public_url_nor_google(open_stage: OpenStage) -> None:
    async with open_stage(with_public_url=False, with_google=False) as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        await journey.pay()
        stage.clock.advance(timedelta(seconds=61))
        await journey.see(PAYS)
        await assert_all_well(journey, events=0)
        for phone in (journey.client, journey.ada):
            assert phone.url_of("Join") == FALLBACK
        await journey.ada.send("/google")
        await journey.ada.wait_for("PUBLIC_URL is not set")


async def test_it_is_the_same_where_every_update_comes_twice(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.telegram.deliver_twice = True
        journey = Consultation(stage=stage)
        await journey.go(ALL)
        await assert_all_well(journey, events=0)


async def test_three_presses_at_once_are_one_press(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go((*ARRIVES, *ASKS, *OPENS))
        for step in BOOKS:
            label = {"approves": "Approve", "the e-mail by one press": "Use"}.get(step.name)
            if label is not None:
                assert all(answer.answered for answer in await journey.client.press_many(label, 3))
            else:
                await step.does(journey)
            await journey.see(step)
        await journey.go([PAYS])
        assert len(stage.paystack.transactions) == 1
        await assert_all_well(journey, events=0)
