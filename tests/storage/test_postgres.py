"""What is PostgreSQL's alone: reconnecting, running again, what a locked row shows."""

import asyncio
from functools import partial
from typing import Any

import pytest

from domain.errors import StorageUnavailable
from domain.model.booking import Booking
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from storage.database import Database
from storage.repositories import outbox
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.storage.seeds import HOUR, Practice, booking, errand, person, practice

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine_name() -> str:
    return "postgres"


def execute(uow: UnitOfWork, statement: str) -> Any:
    assert isinstance(uow, SqlUnitOfWork)
    result = uow.connection.exec_driver_sql(statement)
    return result.scalar() if result.returns_rows else None


LOSE_ON_COMMIT = """
DO $$ BEGIN
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON doomed DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION lose();
END $$
"""


async def test_sessions_are_set_as_decided(database: Database) -> None:
    wanted = {"lock_timeout": "5s", "application_name": "dietdesk", "transaction_isolation": "read committed"}
    for name, value in wanted.items():
        assert await database.write(partial(execute, statement=f"SHOW {name}")) == value


async def test_what_changes_a_whole_table_may_take_its_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres._COMMAND_SECONDS", 0.1)
    await database.rebuild(lambda connection: connection.exec_driver_sql("SELECT pg_sleep(0.3)"))


async def test_a_lost_connection_is_replaced_and_the_work_run_again(
    database: Database, database_url: str
) -> None:
    backend = await database.write(partial(execute, statement="SELECT pg_backend_pid()"))
    other = Database.from_url(database_url)
    await other.open()
    await other.write(partial(execute, statement=f"SELECT pg_terminate_backend({backend}, 5000)"))
    await other.close()
    again = await database.write(partial(execute, statement="SELECT pg_backend_pid()"))
    assert again != backend


async def test_a_connection_lost_while_committing_is_told_not_run_again(
    database: Database, database_url: str
) -> None:
    """Nobody knows whether it was done; twice would be worse."""
    tries: list[int] = []

    def work(uow: UnitOfWork) -> None:
        tries.append(execute(uow, "SELECT pg_backend_pid()"))
        # ends the session as the transaction ends, after the last statement has been answered
        execute(uow, "CREATE TABLE doomed (id int)")
        execute(uow, LOSE_ON_COMMIT)
        execute(uow, "INSERT INTO doomed VALUES (1)")

    with pytest.raises(StorageUnavailable):
        await database.write(work)
    assert len(tries) == 1


async def test_a_server_that_is_not_there_is_unavailable(tmp_path_factory: pytest.TempPathFactory) -> None:
    for url in (
        f"postgresql+asyncpg://postgres:@/nobody?host={tmp_path_factory.mktemp('nothing')}",
        "postgresql+asyncpg://postgres@127.0.0.1:9/nobody",
    ):
        database = Database.from_url(url)
        await database.open()
        for call in (database.ping, database.migrate):
            with pytest.raises(StorageUnavailable):
                await call()
        await database.close()


async def test_who_looked_before_another_inserted_looks_again(database: Database) -> None:
    """Both find nobody and both insert; the one that is refused runs again and finds the other's row."""
    looked: list[bool] = []

    def look_then_add(uow: UnitOfWork) -> int:
        found = uow.people.by_telegram_id(5)
        looked.append(found is not None)
        if found is not None:
            return found.id
        execute(uow, "SELECT pg_sleep(0.2)")
        return uow.people.add(person(telegram_id=5)).id

    first, second = await asyncio.gather(database.write(look_then_add), database.write(look_then_add))
    assert first == second
    assert looked == [False, False, True]


async def test_a_deadlock_is_run_again(database: Database) -> None:
    one = await database.write(practice)
    two = await database.write(practice)
    tries: list[str] = []

    def lock_both(uow: UnitOfWork, *, name: str, order: tuple[Practice, Practice]) -> None:
        tries.append(name)
        uow.dietitians.lock(order[0].dietitian.id)
        execute(uow, "SELECT pg_sleep(0.2)")
        uow.dietitians.lock(order[1].dietitian.id)

    await asyncio.gather(
        database.write(partial(lock_both, name="a", order=(one, two))),
        database.write(partial(lock_both, name="b", order=(two, one))),
    )
    assert len(tries) == 3


async def test_a_card_that_waited_for_its_lock_shows_what_the_holder_left(database: Database) -> None:
    """One locking statement would show the request as it is now, beside the bookings as they were before."""
    seed = await database.write(practice)

    def hold_and_book(uow: UnitOfWork) -> Booking:
        uow.requests.card(seed.request.public_id, lock=True)
        execute(uow, "SELECT pg_sleep(0.3)")
        return uow.bookings.add(booking(seed.request, MORNING + HOUR))

    def look(uow: UnitOfWork) -> RequestCard:
        execute(uow, "SELECT pg_sleep(0.1)")
        return uow.requests.card(seed.request.public_id, lock=True)

    booked, card = await asyncio.gather(database.write(hold_and_book), database.write(look))
    assert card.booking == booked


async def test_a_lock_is_not_waited_for_without_end(database: Database) -> None:
    seed = await database.write(practice)

    def hold(uow: UnitOfWork) -> None:
        uow.dietitians.lock(seed.dietitian.id)
        execute(uow, "SELECT pg_sleep(0.5)")

    def hurry(uow: UnitOfWork) -> None:
        execute(uow, "SELECT pg_sleep(0.1)")
        execute(uow, "SELECT set_config('lock_timeout', '50ms', true)")
        uow.dietitians.lock(seed.dietitian.id)

    results = await asyncio.gather(database.write(hold), database.write(hurry), return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["NoneType", "StorageUnavailable"]


async def claim_at_once(database: Database) -> tuple[set[str], set[str]]:
    """The second claims while the first has claimed and not yet committed; each row of one lane."""

    def add(uow: UnitOfWork) -> None:
        for key in ("a1", "a2"):
            uow.outbox.add(errand(key, lane="a"))

    def claim(uow: UnitOfWork, *, owner: str, wait: float, limit: int) -> set[str]:
        execute(uow, f"SELECT pg_sleep({wait})")
        lease = MORNING + HOUR
        claimed = uow.outbox.claim(owner=owner, now=MORNING, lease_until=lease, limit=limit)
        execute(uow, "SELECT pg_sleep(0.3)")
        return {item.key for item in claimed}

    await database.write(add)
    first = partial(claim, owner="one", wait=0, limit=1)
    second = partial(claim, owner="two", wait=0.1, limit=2)
    return await asyncio.gather(database.write(first), database.write(second))


async def test_of_two_who_claim_at_once_one_has_the_lane(database: Database) -> None:
    assert list(await claim_at_once(database)) == [{"a1"}, set()]


async def test_without_taking_turns_both_have_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control; SQLite needs none: its one writer cannot be two."""
    monkeypatch.setattr(outbox, "_take_turn", lambda _: None)
    one, two = await claim_at_once(database)
    assert one
    assert two
