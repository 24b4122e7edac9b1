"""Telegram slow, full, forgetful or away: whatever had to be said is said, and nobody waits for another."""

import asyncio
import time

import pytest

from sandbox.faults import Fault, FaultKind
from tests.journeys.checks import assert_all_well, assert_log_is_clean, assert_paid_once, quiet
from tests.journeys.consultation import (
    ALL,
    ARRIVES,
    ASKS,
    OPENS,
    PAYS,
    TO_PAY,
    Consultation,
    count,
    says,
)
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes


async def test_a_chat_that_was_told_to_wait_delays_no_other(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go((*ARRIVES, *ASKS, *OPENS))
        wait = Fault(match="sendMessage", kind=FaultKind.STATUS, status=429, seconds=7)
        stage.telegram.faults.plan(wait)
        began = time.monotonic()
        await journey.client.send("/upcoming")
        await asyncio.sleep(0.3)
        await journey.ada.send("/upcoming")
        await journey.ada.wait_until(lambda: says(journey.ada, "No session is booked"))
        assert time.monotonic() - began < 6
        assert not says(journey.client, "No session is booked")
        await journey.client.wait_until(lambda: says(journey.client, "No session is booked"), timeout=20)
        assert time.monotonic() - began > 6.5
        await quiet(stage)
        assert count(journey.client, "No session is booked") == 1
        assert_log_is_clean(stage)


@pytest.mark.parametrize(
    "faults",
    [
        [
            Fault(match="*Message*", kind=FaultKind.STATUS, status=500, times=3),
            Fault(match="send*", kind=FaultKind.DROP, times=2),
            Fault(match="send*", kind=FaultKind.STATUS, status=429, seconds=1, times=2),
            Fault(match="send*", kind=FaultKind.HANG, seconds=2, times=2),
        ],
        [
            Fault(match="getUpdates", kind=FaultKind.STATUS, status=502, times=2),
            Fault(match="getUpdates", kind=FaultKind.DROP, times=2),
            Fault(match="answerCallbackQuery", kind=FaultKind.STATUS, status=400, times=3),
        ],
    ],
    ids=["speaking", "listening"],
)
async def test_what_telegram_refused_arrives_later(open_stage: OpenStage, faults: list[Fault]) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        for fault in faults:
            stage.telegram.faults.plan(fault)
        await journey.client.send("/upcoming")
        await journey.pay()
        await journey.see(PAYS, seconds=40)
        await journey.client.wait_for("Upcoming (1)", 20)
        await assert_all_well(journey, events=0)


async def test_an_answer_of_telegram_that_got_lost_loses_nothing(open_stage: OpenStage) -> None:
    """Telegram may have shown it already: it is said twice rather than never."""
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        stage.telegram.faults.plan(Fault(match="send*", kind=FaultKind.DROP, after=True, times=2))
        await journey.pay()
        await journey.see(PAYS, seconds=40)
        await assert_paid_once(journey, events=0)
        assert count(journey.client, "Reference:") >= 1
        assert_log_is_clean(stage)


async def test_the_answers_to_presses_arrive_although_telegram_stumbles(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        for step in ALL:
            if step not in (*ARRIVES, PAYS):
                match = "*Message*"
                stage.telegram.faults.plan(Fault(match=match, kind=FaultKind.STATUS, status=502))
            await step.does(journey)
            await journey.see(step, seconds=20)
            stage.telegram.faults.clear()
        await assert_all_well(journey, events=0)
