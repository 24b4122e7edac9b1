"""The meal plan over real processes: paid, uploaded, received byte for byte, and by nobody else."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import product

import pytest

from domain.model.plan import LARGEST_FILE
from handlers.callbacks import Verb
from sandbox.stage import Stage
from sandbox.telegram import Phone
from tests.engines import ENGINES
from tests.journeys.checks import assert_answered, assert_log_is_clean, quiet, rows
from tests.journeys.consultation import ARRIVES, Consultation, press
from tests.journeys.plans import (
    AGREES,
    ASKS,
    NOTE,
    STATES,
    TITLE,
    MealPlan,
    deliver,
    pay,
    pdf,
    plans_of,
    received,
    upload,
    waiting_plans,
)
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

MIB = 1024 * 1024


@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_it_goes_from_the_request_to_the_pdf_a_new_version_and_back_after_a_restart(
    open_stage: OpenStage, mode: str
) -> None:
    async with open_stage(mode=mode) as stage:
        on = MealPlan(stage=stage, content=pdf("first"))
        await on.go((*ARRIVES, *ASKS, *AGREES))
        await pay(on)
        await _both_see_that_it_waits(on)
        await upload(on)
        _assert_preview(on)
        await on.confirm()
        await on.client.wait_until(lambda: received(on))
        _assert_received(on)
        first = on.content
        await _replace(on, pdf("second"))
        await quiet(stage)
        await stage.kill()
        await stage.start()
        await _send_again(on, [first, on.content])
        assert_answered(on.ada, on.client)
        assert_log_is_clean(stage)


async def _both_see_that_it_waits(on: MealPlan) -> None:
    await on.client.send("/mealplans")
    mine = await on.client.wait_for("Your meal plans (1)")
    assert "being prepared, expected by" in mine.text
    await on.ada.send("/plans")
    hers = await on.ada.wait_for("Meal plans · waiting (1)")
    assert on.name in hers.text
    assert "due by" in hers.text
    [(state,)] = await rows(on.stage, STATES)
    assert state == "waiting"


def _assert_preview(on: MealPlan) -> None:
    """She sees whose it is and its first page, and nobody else has seen anything."""
    preview = on.preview
    assert preview.photo is not None
    assert preview.photo.bytes.startswith(b"\x89PNG")
    for words in (f"For {on.name} – {TITLE}", f"{on.name}.pdf", "1 page", NOTE):
        assert words in preview.text
    assert plans_of(on.client) == []


def _assert_received(on: MealPlan) -> None:
    message = next(one for one in on.client.messages if one.document is not None)
    assert message.document is not None
    assert sha256(message.document.bytes).digest() == sha256(on.content).digest()
    assert message.document.name.startswith(f"Meal plan   {on.name}   20")
    for words in (TITLE, "Dr Ada Obi", NOTE):
        assert words in message.text


async def _replace(on: MealPlan, content: bytes) -> None:
    on.content = content
    await press(on.ada, "Details")
    await on.ada.wait_for("received in the chat")
    await press(on.ada, "new version")
    await on.ada.wait_for("It replaces what you sent before")
    await on.send_pdf()
    await on.ada.wait_for("It becomes version 2", timeout=20)
    await on.confirm()
    await on.ada.wait_for(f"{on.name} has received version 2")
    newest = [one for one in on.client.messages if one.document is not None][-1]
    assert "New version (2)" in newest.text
    assert plans_of(on.client)[1:] == [content]


async def _send_again(on: MealPlan, versions: Sequence[bytes]) -> None:
    """By Telegram's own handle; once Telegram has forgotten that, from the database."""
    files, told = on.stage.telegram.world.files, len(on.ada.messages)
    await on.client.send("/mealplans")
    await on.client.wait_for("received on")
    await press(on.client, "Details")
    await on.client.wait_for("There are 2 versions")
    await press(on.client, "Version 2")
    await on.client.wait_until(lambda: len(plans_of(on.client)) == 3)
    assert isinstance(on.stage.telegram.calls("sendDocument")[-1].params["document"], str)
    files._by_id.clear()
    on.stage.clock.advance(timedelta(minutes=2))
    await press(on.client, "Version 1")
    await on.client.wait_until(lambda: len(plans_of(on.client)) == 4)
    assert plans_of(on.client) == [*versions, versions[1], versions[0]]
    await quiet(on.stage)
    assert len(on.ada.messages) == told, "what is sent again is no news to her"


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_two_who_wait_are_never_swapped_and_others_get_at_nothing(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await Consultation(stage=stage).go(ARRIVES)
        first, second = await waiting_plans(stage, ["Halima", "Bọ́lá"])
        colleague = stage.telegram.phone(1002, first_name="Chinedu")
        await colleague.start()
        await colleague.wait_for_button("Agree")
        await press(colleague, "Agree")
        for on in (first, second):  # one right after the other
            await on.hand_over()
        await first.ada.wait_until(lambda: first.has_preview() and second.has_preview(), timeout=20)
        before = await _everything(stage)
        file = first.file_id
        for phone in (colleague, second.client):
            await _forge(first, file, phone)
        await colleague.send_document("mine.pdf", pdf("of a colleague"))
        await colleague.wait_for("Nobody is waiting for a plan", timeout=20)
        assert await _everything(stage) == before
        assert plans_of(first.client) == plans_of(second.client) == plans_of(colleague) == []
        await second.confirm()
        await first.confirm()
        for on in (first, second):
            await on.client.wait_until(partial(received, on))
        for phone in (colleague, second.client):
            await _forge(first, file, phone)
        await quiet(stage)
        assert plans_of(first.client) == [first.content]
        assert plans_of(second.client) == [second.content]
        assert plans_of(colleague) == []
        assert_log_is_clean(stage)


_EVERYTHING = (
    "SELECT p.id, p.rev, p.state, r.rev, r.state FROM plans p JOIN requests r ON r.id = p.request_id ORDER BY p.id",
    (
        "SELECT f.id, f.public_id, f.request_id, f.state FROM plan_files f JOIN dietitians d ON d.id = f.dietitian_id "
        "WHERE d.telegram_id = 1001 ORDER BY f.id"
    ),
)


async def _everything(stage: Stage) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in await rows(stage, sql)] for sql in _EVERYTHING]


_OF_PLANS = (
    Verb.MEAL_PLAN, Verb.SEND_AGAIN, Verb.CANCEL_PLAN, Verb.CANCEL_PLAN_SURE, Verb.PLAN, Verb.UPLOAD,
    Verb.CONFIRM_FILE, Verb.DISCARD_FILE, Verb.WHOSE_FILE, Verb.FILE_FOR, Verb.INTAKE, Verb.INTAKE_READ,
    Verb.SHOW, Verb.PAY, Verb.PAID, Verb.DESK_LATE_PLANS,
)  # fmt: skip


async def _forge(on: MealPlan, file: str, stranger: Phone) -> None:
    """Every button there is for a plan, with the right ids, pressed by somebody whose plan it is not."""
    last, before = stranger.last.id, _files(stranger)
    subjects = [*product([on.public_id], ("", "1", "100", file)), (file, "0")]
    forged = [
        f"v1:{verb}:{subject}:{argument}:{rev}"
        for verb, (subject, argument), rev in product(_OF_PLANS, subjects, (1, 2))
    ]
    for start in range(0, len(forged), 20):  # one person's presses wait for each other
        answers = [stranger.press_raw(last, data) for data in forged[start : start + 20]]
        assert all(answer.answered for answer in await asyncio.gather(*answers))
    await quiet(on.stage)
    assert all(on.name not in shown.text for shown in stranger.messages)
    assert _files(stranger) == before, "nothing was sent to them"


def _files(phone: Phone) -> int:
    return sum(one.photo is not None or one.document is not None for one in phone.messages)


async def test_a_pdf_as_large_as_telegram_lets_pass_arrives_whole(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await Consultation(stage=stage).go(ARRIVES)
        [on] = await waiting_plans(stage, ["Halima"])
        on.content = pdf("large", size=int(19.9 * MIB))
        assert 19.9 * MIB < len(on.content) < LARGEST_FILE
        await on.press_upload()
        await on.ada.send_document("larger.pdf", pdf("larger", size=LARGEST_FILE))
        await on.ada.wait_for("larger than 20 MB")
        await deliver(on)
        assert plans_of(on.client) == [on.content]
        assert any("19.9 MB" in one.text for one in on.ada.messages)
        assert_log_is_clean(stage)
