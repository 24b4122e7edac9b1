"""Random people, clocks, webhooks, PDFs, refunds and crashes: no slot is doubled, no kobo lost, nobody left untold.

`MONEY_STEPS=200000 pytest tests/property/test_money_machine.py -k sqlite -s` goes on for longer, and elsewhere
each time; without it every run takes the same steps.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.engines import Postgres, SqliteFiles
from tests.property import money, people, plans, sessions
from tests.property.inline import open_inline
from tests.property.invariants import APPOINTMENTS
from tests.property.machine import Dice, Machine

EPISODE = 120
STEPS = {"sqlite": 10_000, "postgres": 600}
MORE = int(os.environ.get("MONEY_STEPS", "0"))

OF_REQUESTS = {
    people.get_a_link: 6, people.send_a_request: 1, people.approve: 1, people.decline: 1, people.withdraw: 1,
    people.hold: 3, people.two_hold_the_same: 2, people.lose_the_slot: 3,
    people.release: 1, people.move: 3, people.cancel: 3,
}  # fmt: skip
OF_MONEY = {
    money.open_a_link: 5, money.pay: 7, money.pay_every_link: 3, money.begin_to_pay: 2, money.late_webhook: 2,
    money.everybody_asks: 3,
    money.reverse: 1, money.dispute: 1, money.ask_for_the_money_back: 1, money.choose_another_time: 2,
    money.admin_refunds: 2, money.admin_retries: 2, money.a_refund_moves: 5, money.a_refund_comes_back: 1,
    money.give_an_account: 3,
}  # fmt: skip
OF_PLANS = {
    plans.buy: 4, plans.upload: 2, plans.confirm: 3, plans.send: 3, plans.replace_while_confirming: 1,
    plans.sort: 2, plans.cancel: 3, plans.both_cancel: 1, plans.cancel_while_sending: 1, plans.want_again: 1,
    plans.refuse: 2,
    plans.block: 2, plans.come_back: 2,
}  # fmt: skip
OF_SESSIONS = {
    sessions.tap: 4, sessions.say_held: 3, sessions.say_missed: 3, sessions.say_absent: 2,
    sessions.everybody_decides: 1, sessions.take_back: 3, sessions.lose_the_rest: 1,
}  # fmt: skip
ALWAYS = {
    people.time_passes: 7, people.tick: 3, people.deliver: 5, money.paystack_fails_soon: 4, money.dies_soon: 3,
}  # fmt: skip
Step = Callable[[Machine, Dice], Awaitable[None]]
CHOICES: list[Step] = [
    step
    for weighted in (OF_REQUESTS, OF_MONEY, OF_PLANS, OF_SESSIONS, ALWAYS)
    for step, weight in weighted.items()
    for _ in range(weight)
]
DRAWN = st.tuples(st.integers(0, len(CHOICES) - 1), st.integers(0, 9), st.integers(0, 9999))


async def _episode(url: str, drawn: list[tuple[int, int, int]], count: Counter[str]) -> None:
    database = open_inline(url)
    await database.open()
    try:
        machine = Machine(database, count)
        await machine.open_up(Dice(0, len(drawn)))
        for which, pick, number in drawn:
            await _step(machine, CHOICES[which], Dice(pick, number))
        await machine.come_to_rest()
        count.update(machine.laws.seen)
    finally:
        await database.close()


async def _step(machine: Machine, step: Step, dice: Dice) -> None:
    lacking = (step in OF_REQUESTS and not machine.now.requests) or (
        step in OF_MONEY and not machine.now.payments
    )
    if lacking or (step is money.give_an_account and not machine.now.refunds):
        step = people.get_a_link
    if step in OF_SESSIONS and not any(one.state in APPOINTMENTS for one in machine.now.bookings.values()):
        step = money.pay if machine.now.payments else people.get_a_link
    if step in OF_PLANS and not machine.now.plans:
        step = plans.buy
    note(f"{machine.practice.clock.now():%d %H:%M} {step.__name__} {dice.pick}")
    await step(machine, dice)
    await machine.look()
    machine.count["steps"] += 1


@pytest.fixture
def fresh(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A new migrated database for every episode."""
    if engine_name == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        memory = Path("/dev/shm")  # nobody pulls the plug of these
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path) as folder:
            yield lambda: files.fresh(_emptied(Path(folder)))
        return
    server: Postgres = request.getfixturevalue("postgres")
    used: list[str] = []

    def make() -> str:
        for url in used:
            server.give_back(url)
        used[:] = [server.fresh()]
        return used[0]

    yield make
    for url in used:
        server.give_back(url)


def _emptied(folder: Path) -> Path:
    for file in folder.iterdir():
        file.unlink()
    return folder


@pytest.mark.timeout(0 if MORE else 300)
def test_no_slot_is_doubled_no_kobo_lost_and_nobody_left_untold(
    engine_name: str, fresh: Callable[[], str]
) -> None:
    wanted, count = MORE or STEPS[engine_name], Counter[str]()

    @settings(
        max_examples=wanted // EPISODE + 1,
        derandomize=not MORE,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,) if MORE else (Phase.generate, Phase.shrink),
    )
    @given(st.lists(DRAWN, min_size=EPISODE, max_size=EPISODE))
    def episode(drawn: list[tuple[int, int, int]]) -> None:
        asyncio.run(_episode(fresh(), drawn, count))

    episode()
    print("\n".join(f"{name}: {times}" for name, times in sorted(count.items())))  # noqa: T201 - for -s
    assert count["steps"] >= wanted
