"""Who may say what: commands, typed answers and files, by the same table as the buttons."""

import pytest

from domain.model.step import StepKind
from handlers import rights, router
from handlers.rights import Standing
from tests.handlers import good_presses
from tests.handlers.tour_plans import pdf
from tests.handlers.two_practices import ADMIN, CLIENT, DIETITIAN, two_practices
from tests.handlers.who_may import (
    ASKED,
    EVERYBODY,
    LITE,
    REFUSALS,
    STANDING,
    STRANGERS,
    may,
    unchanged,
    unknown,
)
from tests.rig import Rig

pytestmark = pytest.mark.timeout(300)


@LITE
async def test_commands_are_for_those_whom_they_are_for(rig: Rig) -> None:
    house = await two_practices(rig)
    before = await house.rows()
    for name, right in rights.COMMANDS.items():
        for actor in EVERYBODY if right.standing is not Standing.ANYBODY else {CLIENT}:
            words = await rig.say(house.phones[actor], f"/{name}")
            assert (router.NOT_YOURS in words) is (actor not in STANDING[right.standing]), (name, actor)
            if router.NOT_YOURS in words:
                await unchanged(house, before)
            else:
                await house.put_back(before)


async def test_a_typed_answer_is_taken_from_nobody_else(rig: Rig) -> None:
    """Not even where the question stands open for them."""
    house = await two_practices(rig)
    before = await house.rows()
    for kind, right in ASKED.items():
        for actor in (CLIENT, DIETITIAN, ADMIN, *STRANGERS):
            if not may(right, actor):
                good = good_presses.STEPS[kind]
                nobody = dict.fromkeys(house.one.ids, unknown(right))
                for ids in (house.one.ids, nobody)[: 1 + (actor in STANDING[right.standing])]:
                    words = await house.type(actor, kind, good.subject.format_map(ids), good.text)
                    assert words == router.NOT_YOURS, (kind, actor)
        await unchanged(house, before)


async def test_a_file_for_anothers_plan_is_kept_nowhere(rig: Rig) -> None:
    house = await two_practices(rig)
    before = await house.rows()
    for actor in (*STRANGERS, CLIENT, ADMIN):
        for subject in (house.one.ids["plan"], "ZZZZZZZZZZ"):
            await house.type(actor, StepKind.PLAN_FILE, subject, "/help")
            await house.phones[actor].send_document("plan.pdf", pdf())
            await rig.settled()
    for phone in house.phones.values():
        await rig.say(phone, "/cancel")
    await unchanged(house, before)


@LITE
async def test_who_was_asked_is_heard(rig: Rig) -> None:
    house = await two_practices(rig)
    before, refused = await house.rows(), {}
    for kind, right in ASKED.items():
        for actor in (CLIENT, DIETITIAN, ADMIN):
            if may(right, actor):
                good = good_presses.STEPS[kind]
                words = await house.type(actor, kind, good.subject.format_map(house.one.ids), good.text)
                if words in REFUSALS:
                    refused[kind, actor] = words
                await house.put_back(before)
    assert refused == {}
    assert await rig.failed() == []
