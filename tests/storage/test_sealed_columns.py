"""What a column seals, and that what an earlier version left in plain is still read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from storage.database import Database
from storage.sealing import Sealed, SealedJson
from storage.tables import metadata, steps
from storage.uow import SqlUnitOfWork
from storage.vault import FernetVault, is_token
from tests.clock import MORNING
from tests.storage.seeds import errand

HEALTH = "gestational-diabetes"
SEALED = {
    "requests.message",
    "requests.decline_reason",
    "steps.subject",
    "templates.text",
    "broadcasts.text",
    "time_off.reason",
    "plan_files.name",
}
SEALED_OBJECTS = {"outbox.payload", "audit.detail"}


def test_the_columns_that_hold_free_words_are_sealed() -> None:
    columns = [column for table in metadata.sorted_tables for column in table.c]
    named = {
        kind: {str(one) for one in columns if isinstance(one.type, kind)} for kind in (Sealed, SealedJson)
    }
    assert named[Sealed] >= SEALED
    assert named[SealedJson] >= SEALED_OBJECTS


def step(subject: str | None) -> Step:
    return Step(telegram_id=1, kind=StepKind.SET_UP, subject=subject, expires_at=MORNING + timedelta(days=1))


async def raw(database: Database, statement: str) -> Any:
    def read(uow: UnitOfWork) -> Any:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.connection.execute(text(statement)).scalar()

    return await database.read(read)


async def run(database: Database, statement: str) -> None:
    def write(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.connection.execute(text(statement))

    await database.write(write)


async def test_a_text_is_sealed_in_the_table_and_plain_to_whoever_asks(database: Database) -> None:
    await database.write(lambda uow: uow.steps.put(step(HEALTH)))
    assert is_token(await raw(database, "SELECT subject FROM steps"))
    found = await database.read(lambda uow: uow.steps.of(1))
    assert found == step(HEALTH)


@pytest.mark.parametrize("subject", [None, ""])
async def test_nothing_stays_nothing(database: Database, subject: str | None) -> None:
    await database.write(lambda uow: uow.steps.put(step(subject)))
    assert await raw(database, "SELECT subject FROM steps") == subject
    assert await database.read(lambda uow: uow.steps.of(1)) == step(subject)


async def test_an_object_is_sealed_in_the_table_and_plain_to_whoever_asks(database: Database) -> None:
    item = replace(errand("k", lane="l"), payload={"said": HEALTH, "to": [1, None]})
    await database.write(lambda uow: uow.outbox.add(item))
    stored = await raw(database, "SELECT CAST(payload AS TEXT) FROM outbox")
    assert HEALTH not in stored
    assert is_token(stored.strip('"'))
    later = MORNING + timedelta(days=2)
    claimed = await database.write(
        lambda uow: uow.outbox.claim(owner="o", now=later, lease_until=later, limit=9)
    )
    assert [one.payload for one in claimed] == [item.payload]


async def test_what_an_earlier_version_left_in_plain_is_read(database: Database) -> None:
    await database.write(lambda uow: uow.steps.put(step("x")))
    await database.write(lambda uow: uow.outbox.add(errand("k", lane="l")))
    await run(database, f"UPDATE steps SET subject = '{HEALTH}'")
    await run(database, """UPDATE outbox SET payload = '{"said": "plain"}'""")
    assert await database.read(lambda uow: uow.steps.of(1)) == step(HEALTH)
    later = MORNING + timedelta(days=2)
    (claimed,) = await database.write(
        lambda uow: uow.outbox.claim(owner="o", now=later, lease_until=later, limit=9)
    )
    assert claimed.payload == {"said": "plain"}


async def test_another_key_reads_nothing_and_no_key_neither_reads_nor_writes(
    database: Database, database_url: str
) -> None:
    """Also after the same statements were prepared with the right one."""
    await database.write(lambda uow: uow.steps.put(step(HEALTH)))
    assert await database.read(lambda uow: uow.steps.of(1)) is not None
    strangers = [(FernetVault([Fernet.generate_key().decode()]), ValueError), (None, RuntimeError)]
    for vault, refusal in strangers:
        other = Database.from_url(database_url, vault)
        await other.open()
        with pytest.raises(refusal):
            await other.read(lambda uow: uow.steps.of(1))
        if vault is None:
            with pytest.raises((RuntimeError, StatementError), match="without a key"):
                await other.write(lambda uow: uow.steps.put(step("new")))
        await other.close()
    assert await database.read(lambda uow: uow.steps.of(1)) == step(HEALTH)


async def test_it_is_opened_outside_the_repositories_too(database: Database) -> None:
    await database.write(lambda uow: uow.steps.put(step(HEALTH)))

    def read(uow: UnitOfWork) -> Any:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.connection.execute(select(steps.c.subject)).scalar_one()

    assert await database.read(read) == HEALTH


async def test_an_error_of_the_database_does_not_say_what_was_typed(database: Database) -> None:
    def write(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        row = {"telegram_id": 1, "kind": None, "subject": HEALTH, "expires_at": MORNING}
        uow.connection.execute(insert(steps), row)

    with pytest.raises(IntegrityError) as refused:
        await database.write(write)
    assert HEALTH not in str(refused.value)
    assert "gAAAA" not in str(refused.value).partition("DETAIL")[0]
