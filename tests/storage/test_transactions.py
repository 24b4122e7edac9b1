"""A transaction is a function: it commits by returning, and rolls back by any exception."""

import asyncio
from functools import partial

import pytest

from domain.errors import MovedOn, NotYours
from domain.model.people import Person
from domain.ports import UnitOfWork
from storage.database import Database
from tests.storage.seeds import errand, person, practice


def names(uow: UnitOfWork, telegram_ids: range) -> list[str]:
    found = [uow.people.by_telegram_id(number) for number in telegram_ids]
    return [one.name for one in found if one is not None]


async def test_returning_commits(database: Database) -> None:
    added = await database.write(lambda uow: uow.people.add(person(name="Ada")))
    assert await database.read(lambda uow: uow.people.get(added.id)) == added


async def test_an_exception_rolls_everything_back(database: Database) -> None:
    def fail(uow: UnitOfWork) -> None:
        uow.people.add(person(telegram_id=5))
        raise MovedOn

    with pytest.raises(MovedOn):
        await database.write(fail)
    assert await database.read(lambda uow: uow.people.by_telegram_id(5)) is None


async def test_one_that_fails_takes_nothing_of_the_others_with_it(database: Database) -> None:
    def add(uow: UnitOfWork, *, number: int) -> None:
        uow.people.add(person(telegram_id=number, name=str(number)))
        if number % 3 == 0:
            raise MovedOn(str(number))

    works = [database.write(partial(add, number=number)) for number in range(60)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert [str(error) for error in results if error is not None] == [str(n) for n in range(0, 60, 3)]
    stored = await database.read(partial(names, telegram_ids=range(60)))
    assert stored == [str(number) for number in range(60) if number % 3]


async def test_a_broken_constraint_is_the_failure_of_one_alone(database: Database) -> None:
    def add(uow: UnitOfWork, *, who: Person) -> Person:
        return uow.people.add(who)

    taken = person(telegram_id=1)
    works = [database.write(partial(add, who=who)) for who in (taken, taken, person())]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "Person", "Person"]


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"):
        await database.read(lambda uow: uow.people.add(person(telegram_id=5)))
    assert await database.read(lambda uow: uow.people.by_telegram_id(5)) is None


async def test_it_tells_of_a_commit_that_left_something_to_deliver(database: Database) -> None:
    told: list[str] = []
    database.on_outbox = lambda: told.append("go")
    await database.write(lambda uow: uow.people.add(person()))
    assert told == []
    await database.write(lambda uow: uow.outbox.add(errand("a", lane="1")))
    assert told == ["go"]
    await database.write(lambda uow: uow.outbox.add(errand("a", lane="1")))
    assert told == ["go"]


async def test_it_does_not_tell_of_what_was_rolled_back(database: Database) -> None:
    told: list[str] = []
    database.on_outbox = lambda: told.append("go")

    def fail(uow: UnitOfWork) -> None:
        uow.outbox.add(errand("a", lane="1"))
        raise MovedOn

    with pytest.raises(MovedOn):
        await database.write(fail)
    assert told == []


async def test_closing_waits_for_what_is_being_written(database: Database) -> None:
    works = asyncio.gather(*(database.write(lambda uow: uow.people.add(person())) for _ in range(20)))
    await asyncio.sleep(0)
    await database.close()
    assert all(isinstance(added, Person) for added in await works)


async def test_a_database_that_is_not_open_is_said_to_be(database: Database) -> None:
    await database.close()
    for call in (database.write, database.read):
        with pytest.raises(RuntimeError, match="not open"):
            await call(lambda uow: uow.people.by_telegram_id(1))


async def test_it_answers_a_ping(database: Database) -> None:
    await database.ping()


async def test_saving_what_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.people.save(person(id=99)))
    with pytest.raises(NotYours):
        await database.write(lambda uow: uow.dietitians.lock(99))


async def test_a_stale_revision_has_moved_on(database: Database) -> None:
    seed = await database.write(practice)
    saved = await database.write(lambda uow: uow.requests.save(seed.request))
    assert saved.rev == seed.request.rev + 1
    with pytest.raises(MovedOn):
        await database.write(lambda uow: uow.requests.save(seed.request))
    assert (await database.write(lambda uow: uow.requests.save(saved))).rev == saved.rev + 1
