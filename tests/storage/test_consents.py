"""What was agreed to before there were rows of it, and the words themselves."""

from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, update

from domain.model.consent import Consent, Purpose, Wording
from domain.ports import UnitOfWork
from storage import migrations
from storage.database import Database
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.storage import first_schema

BEFORE = "20261124_sessions"
AGREED = {"consent_version": "2026-11"}


def _old(connection: Connection, *, version: str | None = "2026-11") -> None:
    """The release before, with somebody who agreed to both of its notices."""
    first_schema.make(connection)
    migrations.upgrade(connection, BEFORE)
    tables = first_schema.reflected(connection).tables
    connection.execute(update(tables["people"]).values(consent_version=version))
    request = connection.execute(tables["requests"].select()).mappings().one()
    intake: dict[str, Any] = {
        "rev": 1, "request_id": request["id"], "questions": ["Why?"], "consent_version": version,
        "consented_at": request["created_at"], "created_at": request["created_at"],
    }  # fmt: skip
    connection.execute(insert(tables["intakes"]), intake)


async def _brought_up_to_date(url: str, **given: Any) -> tuple[Database, list[Consent]]:
    database = Database.from_url(url)
    await database.open()

    def make(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        _old(uow.connection, **given)

    await database.write(make)
    await database.close()
    await database.migrate()
    await database.open()
    return database, await database.read(lambda uow: uow.consents.of(1))


def _wording(uow: UnitOfWork, consent: Consent) -> Wording | None:
    return uow.consents.wording(consent.words_hash)


async def test_what_was_agreed_to_before_is_written_down_with_its_words(empty_database_url: str) -> None:
    database, found = await _brought_up_to_date(empty_database_url)
    person = await database.read(lambda uow: uow.people.get(1))
    request = (await database.read(lambda uow: uow.requests.card_by_id(1))).request
    practice, health = found
    assert (practice.purpose, practice.record, practice.given_at) == (
        Purpose.PRACTICE,
        None,
        person.consented_at,
    )
    assert (health.purpose, health.record) == (Purpose.HEALTH, f"request:{request.public_id}")
    for consent, first in ((practice, "Privacy, in short"), (health, "Your answers are health data")):
        assert (consent.version, consent.holds) == ("2026-11", True)
        words = await database.read(partial(_wording, consent=consent))
        assert words is not None
        assert words.words.startswith(first)
        assert sha256(words.words.encode()).hexdigest() == consent.words_hash
    assert not person.has_consented  # and asked anew at the next contact
    await database.close()


async def test_of_a_version_that_nobody_knows_there_are_no_words(empty_database_url: str) -> None:
    database, found = await _brought_up_to_date(empty_database_url, version=None)
    assert [(one.version, one.words_hash) for one in found] == [("", "")] * 2
    assert await database.read(lambda uow: uow.consents.wording("")) is None
    await database.close()


async def test_words_are_kept_once_and_as_they_were(database: Database) -> None:
    wording = Wording(purpose=Purpose.MAIL, version="1", words="Ọ̀rọ̀ <b>&\n🌸")
    for _ in range(2):
        await database.write(lambda uow: uow.consents.keep(wording, MORNING))
    assert await database.read(lambda uow: uow.consents.wording(wording.words_hash)) == wording
    assert await database.read(lambda uow: uow.consents.wording("0" * 64)) is None
    other = replace(wording, words=wording.words + ".")
    assert other.words_hash != wording.words_hash
    assert other.mark != wording.mark
    assert 0 < wording.mark < 10**9
