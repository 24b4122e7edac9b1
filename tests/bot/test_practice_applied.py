"""What a practice file declares, put into the database and read back out of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.practice import apply_practice, export_practice
from bot.practice_file import read_practice, write_practice
from bot.settings import Settings
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from domain.usecases.declare_practice import ApplyPractice, ReadPractice
from storage.database import Database
from tests.clock import FrozenClock

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


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        telegram_bot_token=SecretStr("1:a"),
        paystack_secret_key=SecretStr("sk_test_x"),
        encryption_key=SecretStr(Fernet.generate_key().decode()),
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
