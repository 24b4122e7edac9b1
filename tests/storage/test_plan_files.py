"""The PDFs of plans: first uploads, then versions that stay."""

import os
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from domain.errors import NotYours
from domain.model.plan import LARGEST_FILE, PlanFile, PlanFileState, PlanState
from domain.ports import UnitOfWork
from storage.database import Database
from storage.tables import plan_contents
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.storage.plan_seeds import file, filed, plan, version
from tests.storage.seeds import HOUR, Practice, practice

DELIVERED = {"delivered_at": MORNING}


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


async def add(database: Database, added: PlanFile, sealed: bytes = b"sealed") -> PlanFile:
    return await database.write(lambda uow: uow.plan_files.add(added, sealed))


async def contents(database: Database) -> int:
    def look(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.connection.execute(select(func.count()).select_from(plan_contents)).scalar_one()

    return await database.read(look)


def named(files: Sequence[PlanFile]) -> list[str]:
    return [found.public_id for found in files]


async def test_what_is_stored_is_what_is_read(database: Database, seed: Practice) -> None:
    full = file(seed.request, sealed_note="gAAAA", handle="BQACAg", mailed_at=MORNING, delivered_at=MORNING)
    added = await add(database, full, b"\x00sealed\xff")
    assert added == replace(full, id=added.id)
    assert await database.read(lambda uow: uow.plan_files.get(added.id)) == added
    assert await database.read(lambda uow: uow.plan_files.by_public_id(full.public_id)) == added
    assert await database.read(lambda uow: uow.plan_files.content(added.id)) == b"\x00sealed\xff"
    assert await database.read(lambda uow: uow.plan_files.by_public_id("F?")) is None
    with pytest.raises(NotYours):
        await database.read(lambda uow: uow.plan_files.get(99))


async def test_saving_leaves_the_content_alone(database: Database, seed: Practice) -> None:
    added = await add(database, file(seed.request, request_id=None))
    confirmed = replace(added, request_id=seed.request.id, number=1, state=PlanFileState.CONFIRMED)
    await database.write(lambda uow: uow.plan_files.save(confirmed))
    assert await database.read(lambda uow: uow.plan_files.get(added.id)) == confirmed
    assert await database.read(lambda uow: uow.plan_files.content(added.id)) == b"sealed"
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.plan_files.save(replace(added, id=99)))


async def test_twenty_mebibytes_come_back_byte_for_byte(database: Database, seed: Practice) -> None:
    sealed = os.urandom(LARGEST_FILE)
    added = await add(database, file(seed.request, size=len(sealed)), sealed)
    stored = await database.read(lambda uow: uow.plan_files.content(added.id))
    assert type(stored) is bytes
    assert stored == sealed, "it differs"  # without pytest's own words: they would take minutes


async def test_versions_are_the_confirmed_ones_oldest_first(database: Database, seed: Practice) -> None:
    other = await database.write(practice)
    newer, older = [await add(database, version(seed.request, number)) for number in (2, 1)]
    await add(database, file(seed.request))
    await add(database, version(other.request, 1))
    versions = await database.read(lambda uow: uow.plan_files.versions(seed.request.id))
    assert versions == [older, newer]


async def test_two_versions_never_have_one_number(database: Database, seed: Practice) -> None:
    await add(database, version(seed.request, 1))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await add(database, version(seed.request, 1))
    await add(database, version(seed.request, 2))
    assert await contents(database) == 2


async def test_uploads_are_those_of_one_dietitian_not_confirmed_yet(
    database: Database, seed: Practice
) -> None:
    other = await database.write(practice)
    first = await add(database, file(seed.request))
    homeless = await add(database, file(seed.request, request_id=None))
    again = await add(database, file(seed.request))
    await add(database, version(seed.request, 1))
    await add(database, file(other.request))
    uploads = await database.read(lambda uow: uow.plan_files.uploads(seed.dietitian.id))
    assert uploads == [first, homeless, again]


async def test_undelivered_is_the_newest_version_of_each_plan(database: Database, seed: Practice) -> None:
    def fill(uow: UnitOfWork) -> list[str]:
        client = seed.client.id
        of = {"client_id": client}
        filed(uow, seed, {"public_id": "lone"}, **of)
        filed(uow, seed, {"public_id": "old"}, {"public_id": "newest"}, **of)
        filed(uow, seed, DELIVERED, {"public_id": "replacing"}, state=PlanState.RECEIVED, **of)
        filed(uow, seed, {"public_id": "overtaken"}, DELIVERED, **of)
        filed(uow, seed, {"public_id": "taken-back"}, state=PlanState.CANCELLED, **of)
        filed(uow, seed, {"public_id": "not-sent"}, state=PlanState.WAITING, **of)
        filed(uow, seed, {"public_id": "somebody-elses"})
        _, replaced_soon = filed(uow, seed, {"public_id": "before-an-upload"}, **of)
        uow.plan_files.add(file(replaced_soon), b"")
        return named(uow.plan_files.undelivered(client))

    assert await database.write(fill) == ["lone", "newest", "replacing", "before-an-upload"]


async def test_an_upload_is_deleted_with_its_content(database: Database, seed: Practice) -> None:
    kept = await add(database, file(seed.request), b"kept")
    added = await add(database, file(seed.request))
    await database.write(lambda uow: uow.plan_files.delete(added.id))
    assert await database.read(lambda uow: uow.plan_files.by_public_id(added.public_id)) is None
    assert await database.read(lambda uow: uow.plan_files.content(kept.id)) == b"kept"
    assert await contents(database) == 1
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.plan_files.delete(added.id))


async def test_a_version_cannot_be_deleted(database: Database, seed: Practice) -> None:
    await database.write(lambda uow: uow.plans.add(plan(seed.request)))
    added = await add(database, version(seed.request, 1))
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.plan_files.delete(added.id))
    assert await database.read(lambda uow: uow.plan_files.versions(seed.request.id)) == [added]
    assert await database.read(lambda uow: uow.plan_files.content(added.id)) == b"sealed"


async def test_a_number_of_a_deleted_upload_is_not_given_again(database: Database, seed: Practice) -> None:
    added = await add(database, file(seed.request))
    await database.write(lambda uow: uow.plan_files.delete(added.id))
    assert (await add(database, file(seed.request, uploaded_at=MORNING + HOUR))).id > added.id
