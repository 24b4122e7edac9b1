"""What a practice file declares, put into the database and read back out of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr

from bot.practice import apply_practice, export_practice
from bot.practice_file import difference, read_practice, write_practice
from bot.settings import Settings
from domain.errors import Malformed
from domain.model.booking import Booking, BookingState
from domain.model.ids import new_public_id
from domain.model.practice import Practice
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from domain.usecases.declare_practice import ApplyPractice, ReadPractice
from storage.database import Database
from storage.repositories.dietitians import SqlDietitians
from tests.bot.test_practice_file import practices, with_all_rules
from tests.clock import MORNING, FrozenClock
from tests.engines import KEY, VAULT, SqliteFiles
from tests.storage import seeds

EXAMPLE = Path(__file__).with_name("practice_example.toml").read_text(encoding="utf-8")
PLAN = """
[[dietitian.service]]
slug = "plan"
kind = "meal_plan"
title = "Plan"
price = "25000.00"
promised_days = 5
by_request_only = true
questions = [
    "Are you allergic to any food?",
    "Kí ni o ń jẹ?",
]
"""


async def apply(database: Database, text: str) -> None:
    change = ApplyPractice(transactions=database, clock=FrozenClock(), currency="NGN")
    await change(read_practice(text))


async def export(database: Database) -> str:
    return write_practice(await ReadPractice(transactions=database)())


async def offered(database: Database) -> list[Service]:
    def look(uow: UnitOfWork) -> list[Service]:
        (dietitian,) = uow.dietitians.all()
        return uow.services.of(dietitian.id)

    return await database.read(look)


async def test_what_an_offer_says_is_stored_and_exported_byte_for_byte(database: Database) -> None:
    await apply(database, EXAMPLE + PLAN)
    first, plan = await offered(database)
    assert (first.promised_days, first.questions, first.by_request_only) == (None, (), False)
    assert (plan.promised_days, plan.by_request_only) == (5, True)
    assert plan.questions == ("Are you allergic to any food?", "Kí ni o ń jẹ?")
    written = await export(database)
    assert written.endswith(PLAN)
    await apply(database, written)
    assert await offered(database) == [first, plan]
    assert await export(database) == written


async def test_what_the_next_file_leaves_out_goes_back_to_its_default(database: Database) -> None:
    await apply(database, EXAMPLE + PLAN)
    _, plan = await offered(database)
    await apply(database, EXAMPLE + PLAN.partition("promised_days")[0])
    _, plain = await offered(database)
    assert plain == replace(plan, promised_days=7, by_request_only=False, questions=())


async def test_a_plan_that_became_a_consultation_promises_no_day(database: Database) -> None:
    await apply(database, EXAMPLE + PLAN)
    talk = PLAN.replace('"meal_plan"', '"consultation"').replace("promised_days = 5", "minutes = 20")
    await apply(database, EXAMPLE + talk)
    _, service = await offered(database)
    assert (service.kind, service.promised_days) == (ServiceKind.CONSULTATION, None)
    assert len(service.questions) == 2


async def test_a_plan_from_before_there_were_promises_is_exported_with_the_usual_one(
    database: Database,
) -> None:
    await apply(database, EXAMPLE + PLAN)
    _, plan = await offered(database)
    await database.write(lambda uow: uow.services.save(replace(plan, promised_days=None)))
    written = await export(database)
    assert written.endswith(PLAN.replace("promised_days = 5", "promised_days = 7"))
    assert write_practice(read_practice(written)) == written


async def test_what_a_practice_says_of_its_time_is_stored_and_exported(database: Database) -> None:
    text = with_all_rules()
    await apply(database, text)
    (ada,) = await database.read(lambda uow: uow.dietitians.all())
    assert (ada.buffer_before_minutes, ada.slot_step_minutes, ada.daily_maximum) == (15, 20, 6)
    assert (ada.request_days, ada.book_without_google) == (7, False)
    assert await export(database) == text
    assert difference(await ReadPractice(transactions=database)(), read_practice(text)) == "nothing changes"
    await apply(database, EXAMPLE)
    assert await export(database) == write_practice(read_practice(EXAMPLE))
    (plain,) = await database.read(lambda uow: uow.dietitians.all())
    assert (plain.slot_step_minutes, plain.daily_maximum, plain.book_without_google) == (30, None, True)
    assert await database.read(lambda uow: uow.dietitians.openings(plain.id)) == []


OTHER = EXAMPLE.replace("1001", "1009").replace("Dr Ada Obi", "Dr Bisi Ojo")


async def test_a_file_without_a_dietitian_puts_them_away_unless_paid_work_would_go_with_them(
    database: Database,
) -> None:
    await apply(database, EXAMPLE)
    (ada,) = await database.read(lambda uow: uow.dietitians.all())

    def book(uow: UnitOfWork) -> Booking:
        client = uow.people.add(seeds.person())
        request = uow.requests.add(seeds.request(ada.id, client.id))
        return uow.bookings.add(
            seeds.booking(request, MORNING + timedelta(days=2), state=BookingState.CONFIRMED, hold_until=None)
        )

    booked = await database.write(book)
    for attempt in (ApplyPractice.check, ApplyPractice.__call__):
        change = ApplyPractice(transactions=database, clock=FrozenClock(), currency="NGN")
        with pytest.raises(Malformed, match=r"Dr Ada Obi .* 1 sessions ahead .* Nothing was changed"):
            await attempt(change, read_practice(OTHER))
    assert [
        one.telegram_id for one in await database.read(lambda uow: uow.dietitians.all()) if one.active
    ] == [1001]
    done = replace(booked, state=BookingState.COMPLETED)
    await database.write(lambda uow: uow.bookings.save(done))
    await apply(database, OTHER)
    assert [
        one.telegram_id for one in await database.read(lambda uow: uow.dietitians.all()) if one.active
    ] == [1009]


async def test_a_suspension_of_this_moment_outlives_the_file(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it can be written between the file's look at everybody and its words about one."""
    await apply(database, EXAMPLE)
    before = await database.read(lambda uow: uow.dietitians.all())
    suspended = replace(before[0], suspended_at=MORNING)
    await database.write(lambda uow: uow.dietitians.save(suspended))
    with monkeypatch.context() as patched:
        patched.setattr(SqlDietitians, "all", lambda _: before)
        await apply(database, EXAMPLE.replace("Dr Ada Obi", "Dr Ada Eze"))
    (now,) = await database.read(lambda uow: uow.dietitians.all())
    assert (now.name, now.suspended_at) == ("Dr Ada Eze", MORNING)


@given(practice=practices)
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_an_export_makes_the_same_practice_out_of_nothing(
    database_url: str, sqlite_files: SqliteFiles, tmp_path: Path, practice: Practice
) -> None:
    """The first database may hold others who were put away; the second is new."""
    async with open_database(database_url) as used:
        await ApplyPractice(transactions=used, clock=FrozenClock(), currency="NGN")(practice)
        written = await export(used)
    assert read_practice(written) == practice
    async with open_database(fresh(sqlite_files, tmp_path)) as empty:
        await apply(empty, written)
        assert await ReadPractice(transactions=empty)() == practice
        assert await export(empty) == written


def fresh(files: SqliteFiles, tmp_path: Path) -> str:
    """A database of its own for each example."""
    folder = tmp_path / new_public_id()
    folder.mkdir()
    return files.fresh(folder)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    database = Database.from_url(url, VAULT)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        telegram_bot_token=SecretStr("1:a"),
        paystack_secret_key=SecretStr("sk_test_x"),
        encryption_key=SecretStr(KEY),
        database_url=SecretStr(database_url),
    )


async def test_a_rehearsal_prints_the_difference_and_changes_nothing(settings: Settings) -> None:
    clock = FrozenClock()
    await apply_practice(settings, clock, read_practice(EXAMPLE + PLAN), dry_run=False)
    changed = PLAN.replace("= 5", "= 9").replace("by_request_only = true\n", "").replace("any food", "food")
    declared = read_practice(EXAMPLE + changed)
    printed = await apply_practice(settings, clock, declared, dry_run=True)
    assert [line for line in printed.split("\n")[2:] if line[:1] in {"+", "-"} and line] == [
        "-promised_days = 5",
        "-by_request_only = true",
        "+promised_days = 9",
        '-    "Are you allergic to any food?",',
        '+    "Are you allergic to food?",',
    ]
    assert (await export_practice(settings)).endswith(PLAN)
    assert await apply_practice(settings, clock, declared, dry_run=False) == printed
    assert (await export_practice(settings)).endswith(changed)
    assert await apply_practice(settings, clock, declared, dry_run=True) == "nothing changes\n"
