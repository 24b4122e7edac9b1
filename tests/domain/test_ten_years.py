"""Ten years of every time zone: the days on which clocks change, against a walk through real time minute by minute.

Here a sample is walked. `DIETDESK_ZONES=all` walks every day of change of every zone, which takes minutes.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.model.availability import SlotRules, slots_of_day
from domain.model.reminder import Lead, due
from domain.model.wall_clock import changes
from domain.model.wish import WISH_LIVES, Wish
from handlers.formats import Side, clock_time, span
from tests.domain.test_availability_model import ZONES, Case, by_walking

YEARS = range(2026, 2036)
ALL = os.environ.get("DIETDESK_ZONES") == "all"
BOUNDED = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
ODD = ("Asia/Kathmandu", "Australia/Eucla", "Pacific/Chatham", "Australia/Lord_Howe", "Asia/Kolkata",
       "America/St_Johns", "Pacific/Marquesas", "Asia/Yangon", "Antarctica/Troll", "Africa/Casablanca")  # fmt: skip
"""Offsets of half and quarter hours, changes by half an hour and by two, and one that changes for Ramadan."""
LENGTHS = {Lead.DAY: timedelta(days=1), Lead.HOUR: timedelta(hours=1), Lead.SOON: timedelta(minutes=10)}


def days_of_change(zone: str) -> list[date]:
    return sorted({day for year in YEARS for day in changes(zone, year)})


CHANGING = [zone for zone in ZONES if days_of_change(zone)]


def around(zone: str, day: date, minutes: int = 45, step: int = 15) -> Case:
    """Open round the clock on the day before, the day itself and the one after."""
    noon = datetime.combine(day - timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    rules = SlotRules(
        timezone=zone,
        hours=(((0, 1440),),) * 7,
        minimum_notice_hours=0,
        booking_window_days=2,
        buffer_minutes=0,
        step_minutes=step,
    )
    return Case(rules=rules, minutes=minutes, busy=[], time_off=[], openings=[], sessions=[], now=noon)


def must_hold(zone: str, day: date) -> None:
    case = around(zone, day)
    slots = case.free()
    assert slots == list(by_walking(case)), (zone, day)
    assert all(start.tzinfo is UTC for start in slots)
    shown = [start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for start in slots]
    assert len(set(shown)) == len(shown), (zone, day)  # no two read alike where the clock goes back
    for lead, length in LENGTHS.items():
        assert {start - due(lead, start) for start in slots} <= {length}, (zone, day)


@st.composite
def changing_days(draw: st.DrawFn) -> tuple[str, date]:
    zone = draw(st.sampled_from(CHANGING))
    return zone, draw(st.sampled_from(days_of_change(zone)))


@given(changing_days())
@BOUNDED
def test_a_day_on_which_clocks_change_has_the_slots_that_a_walk_finds(where: tuple[str, date]) -> None:
    must_hold(*where)


@pytest.mark.parametrize("zone", ODD)
def test_odd_zones_have_the_slots_that_a_walk_finds(zone: str) -> None:
    for day in [*days_of_change(zone)[:3], date(2026, 11, 23)]:
        must_hold(zone, day)


@pytest.mark.skipif(not ALL, reason="DIETDESK_ZONES=all walks them all")
@pytest.mark.timeout(3600)
def test_every_day_of_change_of_every_zone() -> None:
    for zone in CHANGING:
        for day in days_of_change(zone):
            must_hold(zone, day)


def lengths(zone: str) -> Iterator[float]:
    """Hours of each day of change."""
    for day in days_of_change(zone):
        ends = [
            datetime.combine(day + timedelta(days=n), time(), ZoneInfo(zone)).astimezone(UTC) for n in (0, 1)
        ]
        yield (ends[1] - ends[0]) / timedelta(hours=1)


def test_there_are_days_of_23_and_25_hours_and_such_that_differ_by_half_an_hour() -> None:
    """Else the tests above would look at nothing."""
    assert set(lengths("Europe/London")) == {23.0, 25.0}
    assert set(lengths("Australia/Lord_Howe")) == {23.5, 24.5}
    assert set(lengths("Antarctica/Troll")) == {22.0, 26.0}
    assert len(CHANGING) > 100


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)))  # noqa: DTZ001
@BOUNDED
def test_a_slot_belongs_to_the_day_that_its_reader_reads(zone: str, at: datetime) -> None:
    start = at.replace(tzinfo=UTC)
    local = start.astimezone(ZoneInfo(zone))
    assert slots_of_day([start], zone, local.date()) == [start]
    assert slots_of_day([start], zone, local.date() + timedelta(days=1)) == []


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)),  # noqa: DTZ001
)
@BOUNDED
def test_both_sides_read_one_instant(mine: str, theirs: str, at: datetime) -> None:
    start = at.replace(tzinfo=UTC, microsecond=0)
    words = span(start, start + timedelta(minutes=45), mine, Side(name="Ada", timezone=theirs))
    assert f"{clock_time(start, mine)}–" in words
    assert words.endswith(f"{clock_time(start, theirs)} for Ada ({theirs})") is (mine != theirs)


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)),  # noqa: DTZ001
    st.sets(st.integers(0, 6)),
    st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True).map(sorted),
)
@BOUNDED
def test_what_suits_is_read_from_the_clients_own_clock(
    zone: str, at: datetime, weekdays: set[int], bounds: list[int]
) -> None:
    start = at.replace(tzinfo=UTC)
    wish = Wish(
        request_id=1,
        dietitian_id=1,
        client_id=1,
        timezone=zone,
        weekdays=tuple(sorted(weekdays)),
        opens=bounds[0],
        closes=bounds[1],
        created_at=start,
        expires_at=start + WISH_LIVES,
    )
    local = start.astimezone(ZoneInfo(zone))
    minutes = (local.replace(tzinfo=None) - datetime.combine(local.date(), time())) // timedelta(minutes=1)
    fits = bounds[0] <= minutes < bounds[1] and (not weekdays or local.weekday() in weekdays)
    assert wish.suits(start) is fits
