"""Every reminder of a month of a busy practice: each that was due, once; none for what no longer holds.

`DIETDESK_MONTH=full pytest tests/journeys/test_month.py -k sqlite -s` lives through four weeks with three dietitians
and forty clients, in which the clocks change in New York and in London; otherwise it is the days around the latter.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from tests.engines import ENGINES
from tests.journeys.checks import assert_log_is_clean
from tests.journeys.month import LASTS, Deed, Month, at, practice
from tests.journeys.month_expected import ASKED, HEARD, REMINDERS, Expected, Kind, Verdict
from tests.journeys.month_heard import Heard, heard, struck_out, table, to_be_struck_out
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

FULL = os.environ.get("DIETDESK_MONTH") == "full"
FIRST, LAST, CLIENTS = (
    (date(2027, 3, 8), date(2027, 4, 5), 40) if FULL else (date(2027, 3, 26), date(2027, 3, 29), 5)
)
"""New York changes its clocks on 14 March, London on the 28th."""
_SOON = timedelta(minutes=2)
_WITHIN = {Kind.STARTS: ASKED + _SOON}  # the clock stops only then


def agrees(month: Month, expected: list[Expected], said: list[Heard]) -> None:
    due = {one.what: one for one in expected if one.verdict in HEARD}
    times = Counter(one.what for one in said)
    assert [what for what, number in times.items() if number > 1] == [], "twice"
    assert set(due) - set(times) == set(), "never said"
    assert set(times) - set(due) == set(), "said, and not due"
    for one in said:
        wanted, side = due[one.what], month.history.sides[one.to]
        ends = one.start if one.kind in REMINDERS else one.start + LASTS + timedelta(days=2)
        assert wanted.at <= one.at < min(ends, wanted.at + _WITHIN.get(one.kind, _SOON)), (one, wanted)
        assert one.late is (wanted.verdict is Verdict.LATE), (one, wanted)
        assert one.silent is wanted.silent, (one, wanted)
        wall = one.start.astimezone(ZoneInfo(side.zone))
        assert f"{wall:%H:%M}" in one.text, (one, side.zone)
        assert side.zone in one.text, (one, side.zone)


def days_around_the_change(friday: date) -> Iterator[tuple[datetime, list[Deed]]]:
    saturday, sunday = friday + timedelta(days=1), friday + timedelta(days=2)
    few = [_book_soon] * 4
    yield at(friday, 6, 8), [*few, Month.switch, Month.sleep]
    yield at(friday, 10, 38), [Month.move, _stand_still(hours=3, minutes=40, killed=True)]
    yield at(saturday, 6, 38), [_book_soon, _book_soon, Month.cancel, Month.close_chat, Month.sleep]
    yield at(saturday, 12, 8), [Month.stand_still_before_a_session]
    yield at(saturday, 16, 8), [Month.move, Month.turn_away]
    yield at(saturday, 22, 38), [_stand_still(hours=9, minutes=50, killed=True)]
    yield at(sunday, 9, 38), [Month.cancel, Month.stand_still_before_a_session]
    yield at(sunday, 23, 38), []


def four_weeks(monday: date, dice: Random) -> Iterator[tuple[datetime, list[Deed]]]:
    for number in range((LAST - FIRST).days):
        day = monday + timedelta(days=number)
        yield at(day, 5, 8), [Month.book] * (5 if number < 24 else 2)
        yield at(day, 6, 38), dice.sample([Month.switch, Month.sleep, Month.switch, Month.close_chat], 2)
        yield at(day, 9, 8), [Month.move, *dice.sample([Month.cancel, _book_soon, Month.move], 2)]
        if number % 3 == 1:
            hours, minutes = dice.choice([(0, 40), (1, 30), (3, 0), (5, 20)])
            yield (
                at(day, dice.choice([9, 11, 14]), 38),
                [_stand_still(hours=hours, minutes=minutes, killed=True)],
            )
        if number % 5 == 2:
            yield at(day, 15, 8), [Month.stand_still_before_a_session]
        yield at(day, 20, 8), [dice.choice([Month.close_chat, Month.move, Month.turn_away, Month.cancel])]
        if number % 7 == 5:  # through the nights in which the clocks change, among others
            yield at(day, 22, 38), [_stand_still(hours=10, minutes=20)]
    yield at(LAST, 23, 38), []


async def _book_soon(month: Month) -> None:
    await month.book(days=2)


def _stand_still(*, hours: int = 0, minutes: int = 0, killed: bool = False) -> Deed:
    async def stand(month: Month) -> None:
        await month.stand_still(timedelta(hours=hours, minutes=minutes), killed=killed)

    return stand


@pytest.fixture
def practice_file(tmp_path: Path) -> Path:
    path = tmp_path / "month.toml"
    path.write_text(practice())
    return path


@asynccontextmanager
async def opened(open_stage: OpenStage, path: Path) -> AsyncIterator[Month]:
    async with open_stage(start=False, seeded=False, practice=path, with_google=False) as stage:
        engine = create_async_engine(stage.environment()["DATABASE_URL"])
        month = Month(stage=stage, engine=engine, clients=CLIENTS, dice=Random(6))
        month.set_clock(at(FIRST, 4, 8))
        await stage.seed()
        await stage.start()
        try:
            await month.open_up()
            yield month
        finally:
            await engine.dispose()


@pytest.mark.timeout(3600 if FULL else 300)
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_every_reminder_that_is_due_is_sent_once_and_none_for_what_no_longer_holds(
    open_stage: OpenStage, practice_file: Path
) -> None:
    async with opened(open_stage, practice_file) as month:
        days = four_weeks(FIRST, Random(7)) if FULL else days_around_the_change(FIRST)
        for when, deeds in days:
            if month.now < when:
                await month.go_to(when)
            for deed in deeds:
                await deed(month)
        expected, said = month.history.expected(month.now), list(heard(month))
        print(f"\n{table(month, expected, said)}")  # noqa: T201 - for -s
        agrees(month, expected, said)
        struck = struck_out(month)
        print(f"on the phones now struck out: {sum(struck.values())} reminders")  # noqa: T201 - for -s
        assert struck == to_be_struck_out(month, said)
        assert struck, "nothing was sent before it was moved or cancelled"
        seen = {one.verdict for one in expected}
        assert seen == set(Verdict), f"nothing was tried of {set(Verdict) - seen}"
        assert any(one.silent for one in said), "nobody slept"
        assert_log_is_clean(month.stage)
