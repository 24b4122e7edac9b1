"""`kill -9` at each step of a plan's upload and delivery: it arrives, or she can go on; never lost after "sent"."""

import asyncio
import os
import random
import sys
from contextlib import suppress
from functools import partial

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.stage import Stage
from tests.engines import ENGINES
from tests.faults.crowd import until
from tests.journeys.checks import assert_log_is_clean, quiet, rows
from tests.journeys.consultation import ARRIVES, Consultation
from tests.journeys.plans import MealPlan, plans_of, received, waiting_plans
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

KILLS = int(os.environ.get("DIETDESK_KILLS", "3"))
IN_FLIGHT = 10
LONG = 60.0  # seconds: longer than anybody waits here


async def restart(stage: Stage) -> None:
    await stage.kill()
    stage.telegram.faults.clear()
    stage.telegram.downloads.pause = 0.0
    await stage.start()


async def worked(stage: Stage) -> None:
    """Everything that came in."""
    new = "SELECT count(*) FROM inbox WHERE state = 'new'"
    await until(lambda: rows(stage, new), lambda found: found[0][0] == 0)


async def arrives(on: MealPlan, *, at_most: int = 1) -> None:
    await on.client.wait_until(partial(received, on), timeout=40)
    await quiet(on.stage)
    assert 1 <= len(plans_of(on.client)) <= at_most
    assert set(plans_of(on.client)) == {on.content}


async def previewed(on: MealPlan) -> None:
    await on.press_upload()
    await on.send_pdf()
    await on.ada.wait_until(on.has_preview, timeout=20)


async def goes_on(on: MealPlan) -> None:
    """The preview comes by itself after the restart; nothing was sent before she confirms."""
    await on.ada.wait_until(on.has_preview, timeout=30)
    assert plans_of(on.client) == []
    await on.confirm()
    await arrives(on)


async def sent(on: MealPlan) -> None:
    """She has pressed, sent the file, and the program dies before it can have done much."""
    await on.press_upload()
    await on.send_pdf()
    await restart(on.stage)
    await goes_on(on)


async def fetching(on: MealPlan) -> None:
    on.stage.telegram.downloads.pause = LONG
    await on.press_upload()
    await on.send_pdf()
    asked = len(on.stage.telegram.calls("getFile"))
    await until(partial(_calls, on.stage, "getFile"), lambda calls: calls >= asked)
    await asyncio.sleep(0.2)
    await restart(on.stage)
    await goes_on(on)


async def _calls(stage: Stage, method: str) -> int:
    return len(stage.telegram.calls(method))


async def checking(on: MealPlan) -> None:
    """The file is here; a process of its own looks at it."""
    await on.press_upload()
    asked = len(on.stage.telegram.calls("getFile"))
    await on.send_pdf()
    await until(partial(_calls, on.stage, "getFile"), lambda calls: calls > asked)
    await asyncio.sleep(0.15)
    await restart(on.stage)
    await goes_on(on)


async def showing(on: MealPlan) -> None:
    """Stored; its preview is on the way to her."""
    on.stage.telegram.faults.plan(Fault(match="sendPhoto", kind=FaultKind.HANG, seconds=LONG))
    await on.press_upload()
    await on.send_pdf()
    stored = "SELECT count(*) FROM plan_files WHERE state = 'uploaded'"
    await until(lambda: rows(on.stage, stored), lambda found: found[0][0] == 1)
    await restart(on.stage)
    await goes_on(on)


async def shown(on: MealPlan) -> None:
    await previewed(on)
    await worked(on.stage)
    await restart(on.stage)
    await goes_on(on)


async def confirming(on: MealPlan) -> None:
    """Whatever has become of the press, it is worked; a second one under the same preview is for nothing."""
    await previewed(on)
    await worked(on.stage)  # else the preview could come again, and the one pressed be older than the newest
    message_id, data = on.preview.id, on.confirm_data
    on.ada._callback(message_id, data)
    await asyncio.sleep(0.03)
    await restart(on.stage)
    await arrives(on, at_most=2)
    there = plans_of(on.client)
    assert (await on.ada.press_raw(message_id, data)).answered
    await quiet(on.stage)
    assert plans_of(on.client) == there


async def sending(on: MealPlan) -> None:
    """Telegram has it and the answer never comes: at most this one is there twice."""
    hang = Fault(match="sendDocument", kind=FaultKind.HANG, seconds=LONG, after=True)
    on.stage.telegram.faults.plan(hang)
    await previewed(on)
    await on.confirm()
    await on.client.wait_until(lambda: plans_of(on.client))
    await restart(on.stage)
    await arrives(on, at_most=2)


async def refused(on: MealPlan) -> None:
    """Telegram is away, and before it is back the program dies."""
    on.stage.telegram.faults.plan(Fault(match="sendDocument", kind=FaultKind.STATUS, status=503, times=-1))
    await previewed(on)
    tried = await _calls(on.stage, "sendDocument")
    await on.confirm()
    await asyncio.sleep(0.5)
    assert await _calls(on.stage, "sendDocument") == tried
    await restart(on.stage)
    await arrives(on)


STEPS = (sent, fetching, checking, showing, shown, confirming, sending, refused)


@pytest.mark.timeout(300)  # nine starts an engine, which a busy machine draws out
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_killed_at_each_step_the_plan_arrives_all_the_same(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await Consultation(stage=stage).go(ARRIVES)
        plans = await waiting_plans(stage, [step.__name__.title() for step in STEPS])
        for step, on in zip(STEPS, plans, strict=True):
            await step(on)
        for on in plans:
            assert set(plans_of(on.client)) == {on.content}
        states = await rows(stage, "SELECT state, count(*) FROM plans GROUP BY state")
        assert [tuple(row) for row in states] == [("received", len(STEPS))]
        assert_log_is_clean(stage)


async def through(on: MealPlan, chance: random.Random) -> None:
    """Sends the file once. Presses Confirm, and again only under a preview that came anew."""
    await asyncio.sleep(chance.uniform(0, 2))
    await on.hand_over()
    while not received(on):
        with suppress(AssertionError):
            await on.ada.wait_until(lambda: on.has_preview() or received(on), timeout=60)
            if on.has_preview():
                await on.ada.press_raw(on.preview.id, on.confirm_data, timeout=5)
            await on.client.wait_until(partial(received, on), timeout=5)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_ten_plans_in_flight_survive_kills_and_none_is_swapped(
    open_stage: OpenStage, engine_name: str
) -> None:
    chance = random.Random(engine_name)
    async with open_stage() as stage:
        await Consultation(stage=stage).go(ARRIVES)
        plans = await waiting_plans(stage, [f"Client {letter}" for letter in "ABCDEFGHIJ"[:IN_FLIGHT]])
        async with asyncio.TaskGroup() as group:
            for on in plans:
                group.create_task(through(on, chance))
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.2, 2.0))
                await stage.kill()
                await stage.start()
        await quiet(stage, seconds=40)
        for on in plans:
            assert set(plans_of(on.client)) == {on.content}
        copies = sum(len(plans_of(on.client)) for on in plans)
        assert copies <= IN_FLIGHT + KILLS * IN_FLIGHT
        sys.stderr.write(
            f"\n{engine_name}: {KILLS} kills survived by {IN_FLIGHT} plans, {copies} documents\n"
        )
        assert_log_is_clean(stage)
