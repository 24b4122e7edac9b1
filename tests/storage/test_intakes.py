"""What was asked of a client: one a request, changed by one at a time."""

import asyncio
from dataclasses import replace

import pytest

from domain.errors import MovedOn
from domain.model.intake import INTAKE_CONSENT_VERSION, MOST_QUESTIONS, Intake
from storage.database import Database
from tests.clock import MORNING
from tests.storage.plan_seeds import intake
from tests.storage.seeds import HOUR, Practice, practice


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


async def add(database: Database, added: Intake) -> Intake:
    return await database.write(lambda uow: uow.intakes.add(added))


async def stored(database: Database, seed: Practice) -> Intake | None:
    return await database.read(lambda uow: uow.intakes.of_request(seed.request.id))


async def test_what_is_stored_is_what_is_read(database: Database, seed: Practice) -> None:
    assert await stored(database, seed) is None
    questions = tuple(f'"{number}" ẹ 🍲 \\ ?' for number in range(MOST_QUESTIONS))
    full = intake(
        seed.request,
        questions=questions,
        sealed_answers="gAAAA",
        consented_at=MORNING,
        consent_version=INTAKE_CONSENT_VERSION,
        declined_at=MORNING + HOUR,
        completed_at=MORNING + 2 * HOUR,
    )
    added = await add(database, full)
    assert await stored(database, seed) == added == replace(full, id=added.id)


async def test_a_request_has_one_intake_at_most(database: Database, seed: Practice) -> None:
    await add(database, intake(seed.request))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await add(database, intake(seed.request))


async def test_a_stale_intake_has_moved_on(database: Database, seed: Practice) -> None:
    added = await add(database, intake(seed.request))
    answered = await database.write(lambda uow: uow.intakes.save(replace(added, sealed_answers="first")))
    assert answered == replace(added, rev=2, sealed_answers="first")
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.intakes.save(replace(added, sealed_answers="second")))
    assert await stored(database, seed) == answered


async def test_of_two_answers_at_once_one_is_stored_and_the_other_has_moved_on(
    database: Database, seed: Practice
) -> None:
    added = await add(database, intake(seed.request))

    async def answer(words: str) -> Intake:
        return await database.write(lambda uow: uow.intakes.save(replace(added, sealed_answers=words)))

    ends = await asyncio.gather(*(answer(f"of {hand}") for hand in range(6)), return_exceptions=True)
    won = [end for end in ends if isinstance(end, Intake)]
    assert [type(end) for end in ends if not isinstance(end, Intake)] == [MovedOn] * 5
    assert await stored(database, seed) == won[0]
