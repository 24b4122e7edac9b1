"""Many journeys at once while the program is killed at random, again and again: nothing lost, nothing doubled.

`DIETDESK_KILLS=200` for the long run; the suite itself makes do with a few.
"""

import asyncio
import os
import random
import re
import sys
from contextlib import suppress
from datetime import timedelta

import pytest

from domain.model.people import CONSENT_VERSION
from domain.model.service import ServiceKind
from domain.ports import UnitOfWork
from sandbox.stage import DIETITIAN, Stage
from sandbox.telegram import Phone
from tests.engines import ENGINES, database_of
from tests.faults.crowd import until
from tests.journeys.checks import assert_log_is_clean, rows, waiting
from tests.journeys.consultation import KOBO, labels
from tests.journeys.staging import OpenStage
from tests.property.invariants import Invariants, _money, _slots, _value
from tests.storage import seeds

pytestmark = pytest.mark.processes

KILLS = int(os.environ.get("DIETDESK_KILLS", "8"))
CLIENTS, ENOUGH = 30, 4
DAY = re.compile(r"\w{3} \d{1,2} \w{3}")
SLOT = re.compile(r"\d\d:\d\d")


async def seed(stage: Stage) -> None:
    """Thirty clients who have agreed to the notice, each with a request that waits for them."""
    now = stage.clock.now()

    def put(uow: UnitOfWork) -> None:
        dietitian = uow.dietitians.by_telegram_id(DIETITIAN)
        assert dietitian is not None
        for number in range(CLIENTS):
            client = uow.people.add(
                seeds.person(
                    telegram_id=5000 + number, name=f"Client {number}", email=f"c{number}@example.com", started_at=now,
                    consented_at=now, consent_version=CONSENT_VERSION, created_at=now,
                )
            )  # fmt: skip
            uow.requests.add(
                seeds.request(
                    dietitian.id,
                    client.id,
                    price=KOBO,
                    currency="NGN",
                    minutes=45,
                    title="Talk",
                    kind=ServiceKind.CONSULTATION,
                    created_at=now,
                )
            )

    database = database_of(stage.environment())
    await database.open()
    await database.write(put)
    await database.close()


class Robot:
    """A client who presses what is offered, pays most of the time, and now and then thinks again."""

    def __init__(self, stage: Stage, number: int, chance: random.Random) -> None:
        self.stage, self.chance = stage, chance
        self.phone: Phone = stage.telegram.phone(5000 + number, first_name=f"Client {number}")
        self.paid: set[str] = set()

    async def live(self, over: asyncio.Event) -> None:
        await self.phone.start()
        while not over.is_set():
            await asyncio.sleep(self.chance.uniform(0.05, 0.6))
            with suppress(AssertionError):
                await self.act()

    async def act(self) -> None:
        shown = labels(self.phone)
        if any("Pay ₦" in label for label in shown) and self.chance.random() < 0.7:
            await self.pay()
            return
        chosen = self.choice(shown)
        if chosen is not None:
            await self.phone.press(chosen, timeout=3)
        elif self.chance.random() < 0.5:
            await self.phone.send("/requests" if self.chance.random() < 0.5 else "/upcoming")

    def choice(self, shown: list[str]) -> str | None:
        """None: nothing to do just now."""
        likely = [
            one for one in shown if DAY.fullmatch(one) or SLOT.match(one) or "Approve" in one or "Yes" in one
        ]
        likely += [one for one in shown if "Choose" in one or "I've paid" in one]
        rare = [
            one
            for one in shown
            if any(word in one for word in ("Cancel", "Reschedule", "Change time", "Back"))
        ]
        if likely and (not rare or self.chance.random() < 0.85):
            return self.chance.choice(likely)
        if rare and self.chance.random() < 0.3:
            return self.chance.choice(rare)
        return None

    async def pay(self) -> None:
        url = self.phone.url_of("Pay ₦")
        reference = next(one.reference for one in self.stage.paystack.transactions if one.access_code in url)
        if reference not in self.paid:
            self.paid.add(reference)
            await self.stage.paystack.pay(reference)


async def confirmed(stage: Stage) -> int:
    return len(await rows(stage, "SELECT id FROM bookings WHERE state = 'confirmed'"))


async def everything_is_quiet(stage: Stage) -> None:
    """What is for later (reminders, looks for a link) stays."""
    later = (
        "linkcheck:",
        "creditlapse:",
        "notice:credit:",
        "notice:refund_waiting:",
        "notice:intakewaiting:",
    )
    await until(
        lambda: waiting(stage),
        lambda left: not [key for key in left if not key.startswith(later)],
        seconds=90,
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_journeys_survive_kills(open_stage: OpenStage, engine_name: str) -> None:
    chance = random.Random(engine_name)
    async with open_stage(start=False) as stage:
        await seed(stage)
        await stage.start()
        over = asyncio.Event()
        robots = [Robot(stage, number, random.Random(number)) for number in range(CLIENTS)]
        async with asyncio.TaskGroup() as group:
            for robot in robots:
                group.create_task(robot.live(over))
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.0, 1.5))
                await stage.kill()
                await stage.start()
            await until(lambda: confirmed(stage), lambda number: number > ENOUGH, seconds=120)
            over.set()
        await stage.paystack.settle()
        stage.clock.advance(
            timedelta(minutes=40)
        )  # what was held and not paid lapses; what was paid is found
        await asyncio.sleep(5)
        await everything_is_quiet(stage)
        survived = await nothing_lost_nothing_doubled(stage)
        sys.stderr.write(f"\n{engine_name}: {KILLS} kills survived by {CLIENTS} journeys: {survived}\n")
        assert_log_is_clean(stage)


async def nothing_lost_nothing_doubled(stage: Stage) -> str:
    invariants = Invariants()
    database = database_of(stage.environment())
    await database.open()
    now = await database.read(invariants.read)
    await database.close()
    for holds in (_slots, _money, _value):
        holds(now)
    here = {payment.reference: payment for payment in now.payments.values()}
    paid = [one for one in stage.paystack.transactions if one.paid]
    for transaction in paid:
        payment = here[transaction.reference]
        assert (payment.state, payment.outcome is not None) == ("succeeded", True), transaction.reference
    refunded = [one.transaction.reference for one in stage.paystack.refunds.all]
    assert len(refunded) == len(set(refunded))
    assert await rows(stage, "SELECT error FROM inbox WHERE state = 'failed'") == []
    number = sum(booking.state == "confirmed" for booking in now.bookings.values())
    assert number, "nobody got anywhere: the robots prove nothing"
    return f"{len(paid)} payments, {number} bookings confirmed, {len(refunded)} refunds"
