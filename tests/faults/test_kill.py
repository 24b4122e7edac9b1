"""`kill -9` after every step, at any moment, and with much in hand: it goes on where it was."""

import asyncio
import random
from contextlib import suppress

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.stage import Stage
from tests.engines import ENGINES
from tests.faults.crowd import arrive, held_bookings, until
from tests.journeys.checks import assert_all_well, assert_log_is_clean, assert_paid_once, rows
from tests.journeys.consultation import ALL, PAYS, Consultation, Step, confirmed, count
from tests.journeys.google import put_connection
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

NEW = "SELECT count(*) FROM inbox WHERE state = 'new' AND source = '{}'"


async def nothing_new(stage: Stage, source: str) -> None:
    """Everything of that source that was stored is worked."""
    await until(lambda: rows(stage, NEW.format(source)), lambda found: found[0][0] == 0)


async def restart(stage: Stage) -> None:
    await stage.kill()
    await stage.start()


@pytest.mark.timeout(300)  # eighteen starts, which a busy machine draws out
async def test_killed_after_each_step_it_goes_on(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await put_connection(stage)
        journey = Consultation(stage=stage)
        for step in ALL:
            await journey.go([step])
            await nothing_new(stage, "telegram")
            await restart(stage)
        await assert_all_well(journey)


@pytest.mark.timeout(300)  # as above
@pytest.mark.parametrize(
    ("engine_name", "mode", "seed"),
    [("sqlite", "polling", 1), pytest.param("postgres", "webhook", 2, marks=pytest.mark.postgres)],
)
async def test_killed_at_any_moment_it_goes_on(open_stage: OpenStage, mode: str, seed: int) -> None:
    """A person whose press shows nothing presses again; money and bookings are there once all the same."""
    chance = random.Random(seed)
    async with open_stage(mode=mode) as stage:
        await put_connection(stage)
        journey = Consultation(stage=stage)
        for step in ALL:
            if step is PAYS or chance.random() < 0.3:
                await _interrupted(journey, step, chance.uniform(0, 0.06))
            else:
                await journey.go([step])
        await journey.client.wait_until(lambda: confirmed(journey), timeout=20)
        await assert_paid_once(journey, events=1)
        assert count(journey.client, "Reference:") >= 1
        assert count(journey.ada, "Booking confirmed") >= 1
        assert_log_is_clean(stage)


async def _interrupted(journey: Consultation, step: Step, seconds: float) -> None:
    acting = asyncio.get_running_loop().create_task(_act(journey, step))
    await asyncio.sleep(seconds)
    await restart(journey.stage)
    try:
        await journey.see(step, seconds=40 if step is PAYS else 6)
    except AssertionError:
        acting.cancel()
        await nothing_new(journey.stage, "telegram")
        if not step.sees(journey):  # else it was only slow
            await journey.go([step])
    acting.cancel()
    # a screen that was sent but not yet noted comes again: the next press is under the newer one
    await nothing_new(journey.stage, "telegram")


async def _act(journey: Consultation, step: Step) -> None:
    with suppress(AssertionError):  # a press that is never answered: the person sees it and presses again
        await step.does(journey)


async def test_two_hundred_presses_in_hand_are_worked_after_the_restart(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        crowd = await arrive(stage, 20)
        stage.telegram.faults.plan(
            Fault(match="answerCallbackQuery", kind=FaultKind.HANG, seconds=60, times=-1)
        )
        loop = asyncio.get_running_loop()
        presses = [
            loop.create_task(phone.press_raw(phone.last.id, f"v1:{verb}:::0", timeout=60))
            for verb in ("help", "home") * 5
            for phone in crowd
        ]
        await until(lambda: rows(stage, NEW.format("telegram")), lambda found: found[0][0] == 200)
        await stage.kill()
        stage.telegram.faults.clear()
        await stage.start()
        answers = await asyncio.gather(*presses)
        assert [answer.answered for answer in answers] == [True] * 200
        await nothing_new(stage, "telegram")
        assert await rows(stage, "SELECT * FROM inbox WHERE state = 'failed'") == []
        assert all("answer your dietitian's requests" in phone.last.text for phone in crowd)
        assert_log_is_clean(stage)


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_fifty_webhooks_in_hand_are_worked_after_the_restart(open_stage: OpenStage) -> None:
    async with open_stage(start=False) as stage:
        references = await held_bookings(stage, 50)
        await stage.start()
        verify = Fault(match="GET /transaction/verify/*", kind=FaultKind.HANG, seconds=60, times=-1)
        stage.paystack.faults.plan(verify)
        for reference in references:
            await stage.paystack.pay(reference)
        await stage.paystack.settle()
        assert [attempt.status for attempt in stage.paystack.attempts] == [200] * 50
        assert (await rows(stage, NEW.format("paystack")))[0][0] == 50
        await stage.kill()
        stage.paystack.faults.clear()
        await stage.start()
        await nothing_new(stage, "paystack")
        paid = await rows(
            stage,
            "SELECT p.outcome, b.state, count(*) FROM payments p JOIN bookings b ON b.id = p.booking_id "
            "GROUP BY p.outcome, b.state",
        )
        assert [tuple(each) for each in paid] == [("value", "confirmed", 50)]
        assert_log_is_clean(stage)
