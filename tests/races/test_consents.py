"""Many presses of Agree, and of taking it back, at the same moment."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from domain.model.consent import Consent, Purpose
from domain.model.people import Person
from domain.model.policy import Policy
from domain.usecases.consenting import Agreements
from domain.usecases.meet_person import Agree
from storage.cards import PEOPLE
from storage.database import Database
from storage.repositories import people
from tests.clock import FrozenClock
from tests.storage import seeds

NOTICE = Policy().notice(Purpose.PRACTICE)
MANY = 6


async def agree(database: Database, clock: FrozenClock) -> list[Consent]:
    """Their rows after so many presses at once."""
    person: Person = await database.write(lambda uow: uow.people.add(seeds.person(email="a@example.com")))
    press = Agree(transactions=database, clock=clock)
    await asyncio.gather(*(press(person=person, wording=NOTICE) for _ in range(MANY)))
    found: list[Consent] = await database.read(lambda uow: uow.consents.of(person.id))
    return found


async def test_agreeing_many_times_at_once_is_agreeing_once(database: Database, clock: FrozenClock) -> None:
    (consent,) = await agree(database, clock)
    assert (consent.words_hash, consent.holds) == (NOTICE.words_hash, True)


@pytest.mark.parametrize("engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_without_the_lock_it_would_be_written_down_several_times(
    database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control. SQLite lets only one write at a time as it is."""
    monkeypatch.setattr(people, "_LOCK", PEOPLE.by_id)
    assert len(await agree(database, clock)) > 1


async def test_giving_and_taking_back_at_once_leave_one_of_the_two(
    database: Database, clock: FrozenClock
) -> None:
    person: Person = await database.write(lambda uow: uow.people.add(seeds.person(email="a@example.com")))
    agreements = Agreements(transactions=database, clock=clock)
    switch_on = partial(agreements.mail, person=person, wording=Policy().notice(Purpose.MAIL))
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        await asyncio.gather(*(one() for one in (switch_on, partial(agreements.no_mail, person=person)) * 3))
        now = await database.read(lambda uow: uow.people.get(person.id))
        holding = [one for one in await database.read(lambda uow: uow.consents.of(person.id)) if one.holds]
        assert len(holding) == int(now.mail_receipts)
