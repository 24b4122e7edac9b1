"""What a dietitian may decide beyond weekly hours: time kept free, full days, parts of days, one-off openings."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.model.availability import Interval, MinuteRange, SlotRules, free_slots, is_free
from domain.model.hours import CLOSED, Opening, TimeOff, opened_once
from domain.model.wall_clock import local_dates
from tests.domain.test_availability_model import ZONES, days_of_change

MONDAY = date(2026, 11, 2)
MORNING: MinuteRange = (9 * 60, 12 * 60)


def at(text: str, zone: str = "Africa/Lagos") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def span(begins: str, ends: str, day: str = "2026-11-02") -> Interval:
    return at(f"{day} {begins}"), at(f"{day} {ends}")


def rules(*ranges: MinuteRange, zone: str = "Africa/Lagos", **more: Any) -> SlotRules:
    usual = {"minimum_notice_hours": 0, "booking_window_days": 0, "buffer_minutes": 0}
    return SlotRules(**{"timezone": zone, "hours": (ranges or (MORNING,),) * 7, **usual, **more})


def offered(practice: SlotRules, day: date = MONDAY, *, minutes: int = 30, **more: Any) -> list[str]:
    """The slots of one day as the dietitian's clock shows them; one start by itself is judged the same."""
    zone = ZoneInfo(practice.timezone)
    now = datetime.combine(day, time(), zone).astimezone(UTC)
    given = {"minutes": minutes, "busy": [], "time_off": [], **more}
    slots = free_slots(practice, now=now, **given)
    grid = (now + timedelta(minutes=5 * n) for n in range(288 * (practice.booking_window_days + 1)))
    assert [start for start in grid if is_free(practice, now=now, start=start, **given)] == slots
    return [f"{slot.astimezone(zone):%H:%M}" for slot in slots]


def off(
    day: date, begins: int | None = None, ends: int | None = None, *, last: date | None = None
) -> TimeOff:
    return TimeOff(first=day, last=last or day, begins=begins, ends=ends)


def test_the_time_before_a_session_is_kept_free_of_the_one_before_it() -> None:
    practice = rules(buffer_before_minutes=15)
    busy = [span("09:45", "10:30")]  # 10:00 to 10:30 and the quarter of an hour before it
    assert offered(practice, busy=busy) == ["09:00", "11:00", "11:30"]
    assert offered(practice, busy=busy, minutes=45) == ["09:00", "11:00"]
    assert offered(rules(buffer_before_minutes=30), busy=busy) == ["09:00", "11:00", "11:30"]
    assert offered(rules(buffer_before_minutes=31), busy=busy) == ["09:00", "11:30"]


def test_both_buffers_lie_between_two_sessions() -> None:
    practice = rules(buffer_minutes=10, buffer_before_minutes=20, step_minutes=5)
    busy = [span("10:10", "10:40")]  # 10:30 to 10:30 and something after it
    starts = offered(practice, busy=busy)
    assert max(start for start in starts if start < "10:10") == "09:30"  # over at 10:00, ten minutes after it
    assert min(start for start in starts if start > "10:10") == "11:00"


def test_the_time_before_the_first_session_may_lie_before_opening() -> None:
    assert offered(rules(buffer_before_minutes=120))[0] == "09:00"


def test_the_grid_has_the_step_that_the_dietitian_wants() -> None:
    assert offered(rules(step_minutes=60)) == ["09:00", "10:00", "11:00"]
    assert offered(rules((540, 600), step_minutes=20)) == ["09:00", "09:20"]
    assert offered(rules(step_minutes=240)) == ["09:00"]


def test_a_full_day_offers_nothing_and_the_next_one_does() -> None:
    practice = rules((540, 600), daily_maximum=2, booking_window_days=1)
    one, two = at("2026-11-02 15:00"), at("2026-11-02 16:00")
    assert offered(practice, sessions=[one]) == ["09:00", "09:30"] * 2
    assert offered(practice, sessions=[two, one]) == ["09:00", "09:30"]


def test_sessions_count_by_the_dietitians_own_date() -> None:
    zone = "Pacific/Auckland"
    practice = rules((0, 60), zone=zone, daily_maximum=1)
    late = datetime.combine(MONDAY, time(23, 30), ZoneInfo(zone)).astimezone(UTC)
    early = datetime.combine(MONDAY, time(), ZoneInfo(zone)).astimezone(UTC)
    assert early.date() < MONDAY
    for session in (late, early):
        assert offered(practice, sessions=[session]) == []
    for session in (early - timedelta(minutes=1), late + timedelta(minutes=30)):
        assert offered(practice, sessions=[session]) == ["00:00", "00:30"]


def test_without_a_maximum_no_number_of_sessions_fills_a_day() -> None:
    assert offered(rules((540, 570)), sessions=[at("2026-11-02 09:00")] * 99) == ["09:00"]


def test_a_part_of_a_day_off_leaves_the_rest() -> None:
    assert offered(rules(), time_off=[off(MONDAY, 600, 660)]) == ["09:00", "09:30", "11:00", "11:30"]
    assert offered(rules(), time_off=[off(MONDAY, 600, 660)], minutes=45) == ["09:00", "11:00"]
    assert offered(rules(), time_off=[off(MONDAY, 600)]) == ["09:00", "09:30"]
    assert offered(rules(), time_off=[off(MONDAY, None, 660)]) == ["11:00", "11:30"]
    assert offered(rules(), time_off=[off(MONDAY, 610, 611)]) == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    assert offered(rules(), time_off=[off(MONDAY, 0, 1440)]) == []


def test_buffers_may_lie_in_time_off_as_they_may_lie_outside_opening_hours() -> None:
    practice = rules(buffer_minutes=30, buffer_before_minutes=30)
    assert offered(practice, time_off=[off(MONDAY, 600, 660)]) == ["09:00", "09:30", "11:00", "11:30"]


def test_time_off_across_midnight_takes_the_end_of_one_day_and_the_beginning_of_another() -> None:
    night = rules((0, 60), (1380, 1440), booking_window_days=1)
    away = [off(date(2026, 11, 1), 1410, 30, last=MONDAY), off(MONDAY, 1410, 30, last=date(2026, 11, 3))]
    assert offered(night, time_off=away) == ["00:30", "23:00", "00:30", "23:00", "23:30"]


def test_the_days_between_a_partial_beginning_and_a_partial_end_are_off() -> None:
    practice = rules((600, 660), booking_window_days=3)
    away = [off(MONDAY, 630, 630, last=date(2026, 11, 5))]
    assert offered(practice, time_off=away) == ["10:00", "10:30"]
    now = at("2026-11-02 00:00")
    slots = free_slots(practice, minutes=30, busy=[], time_off=away, now=now)
    assert slots == [at("2026-11-02 10:00"), at("2026-11-05 10:30")]


def test_time_off_that_is_over_before_it_begins_takes_nothing() -> None:
    assert offered(rules((540, 600)), time_off=[off(MONDAY, 600, 540)]) == ["09:00", "09:30"]


def test_an_opening_stands_on_a_day_that_is_closed_otherwise() -> None:
    practice = rules(hours=CLOSED, booking_window_days=7)
    once = [Opening(day=date(2026, 11, 4), opens=600, closes=660)]
    slots = free_slots(practice, minutes=30, busy=[], time_off=[], openings=once, now=at("2026-11-02 00:00"))
    assert slots == [at("2026-11-04 10:00"), at("2026-11-04 10:30")]


@pytest.mark.parametrize(
    ("opening", "grid"),
    [
        ((840, 900), ["09:00", "10:00", "11:00", "14:00"]),  # apart
        ((720, 780), ["09:00", "10:00", "11:00", "12:00"]),  # touches the end
        ((690, 810), ["09:00", "10:00", "11:00", "12:00"]),  # 9:00 to 13:30
        ((510, 600), ["08:30", "09:30", "10:30"]),  # begins earlier: the grid is its own
        ((600, 660), ["09:00", "10:00", "11:00"]),  # inside
        ((480, 780), ["08:00", "09:00", "10:00", "11:00", "12:00"]),  # around
    ],
)
def test_an_opening_and_the_hours_it_meets_are_one_range(opening: MinuteRange, grid: list[str]) -> None:
    once = [Opening(day=MONDAY, opens=opening[0], closes=opening[1])]
    assert offered(rules(step_minutes=60), minutes=60, openings=once) == grid


def test_an_opening_closes_a_gap_but_leaves_ranges_that_only_touch_each_other() -> None:
    def joined(week: tuple[MinuteRange, ...], *more: MinuteRange) -> tuple[MinuteRange, ...]:
        once = [Opening(day=MONDAY, opens=opens, closes=closes) for opens, closes in more]
        return opened_once(once, (week,) * 7, begin=MONDAY, end=MONDAY)[MONDAY]

    assert joined(((540, 600), (660, 720)), (600, 660)) == ((540, 720),)
    assert joined(((540, 600), (600, 660)), (900, 960)) == ((540, 600), (600, 660), (900, 960))
    assert joined((), (900, 960), (930, 990), (600, 660)) == ((600, 660), (900, 990))


def test_who_is_off_is_off_whatever_was_opened() -> None:
    once = [Opening(day=MONDAY, opens=840, closes=960)]
    both: dict[str, Any] = {"openings": once, "minutes": 60}
    assert offered(rules(), time_off=[off(MONDAY)], **both) == []
    assert offered(rules((540, 600)), time_off=[off(MONDAY, 870, 900)], **both) == ["09:00", "15:00"]


def test_an_opening_too_far_away_or_past_is_not_offered() -> None:
    for day in (date(2026, 11, 1), date(2026, 11, 5)):
        once = [Opening(day=day, opens=840, closes=960)]
        assert offered(rules((540, 570), booking_window_days=2), openings=once) == ["09:00"] * 3


@pytest.mark.parametrize(
    ("day", "begins", "ends", "expected"),
    [
        # on 29 March at 01:00 the clock is put forward to 02:00, on 25 October at 02:00 back to 01:00
        ("2026-03-29", 30, 60, ("00:30+00:00", "01:00+00:00")),
        ("2026-03-29", 75, 105, None),
        ("2026-03-29", 30, 90, ("00:30+00:00", "01:00+00:00")),
        ("2026-03-29", 90, 150, ("01:00+00:00", "01:30+00:00")),
        ("2026-10-25", 0, 60, ("23:00+00:00", "00:00+00:00")),
        ("2026-10-25", 60, 90, ("00:00+00:00", "01:30+00:00")),
        ("2026-10-25", 30, 61, ("23:30+00:00", "01:01+00:00")),
        ("2026-10-25", 90, 120, ("00:30+00:00", "02:00+00:00")),
        ("2026-10-25", 120, 180, ("02:00+00:00", "03:00+00:00")),
    ],
)
def test_time_off_where_the_clocks_change(
    day: str, begins: int, ends: int, expected: tuple[str, str] | None
) -> None:
    since, until = off(date.fromisoformat(day), begins, ends).interval(ZoneInfo("Europe/London"))
    shown = (f"{since:%H:%M}+00:00", f"{until:%H:%M}+00:00")
    assert shown == expected if since < until else expected is None


def test_a_day_that_never_was_has_nothing_to_be_off_from() -> None:
    since, until = off(date(2011, 12, 30), 600, 660).interval(ZoneInfo("Pacific/Apia"))
    assert since >= until


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, date, TimeOff]:
    zone = draw(st.sampled_from([zone for zone in ZONES if days_of_change(zone)]))
    day = draw(st.sampled_from(days_of_change(zone))) + timedelta(days=draw(st.integers(0, 1)))
    edge = st.sampled_from([0, 1, *range(15, 241, 15), 1380, 1395, 1410, 1425, 1439])
    last = day + timedelta(days=draw(st.integers(0, 1)))
    return zone, day, off(day, draw(edge), max(1, draw(edge)), last=last)


@given(near_a_change())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_time_off_is_all_that_the_clock_shows_of_it(case: tuple[str, date, TimeOff]) -> None:
    name, day, away = case
    zone = ZoneInfo(name)
    begins = datetime.combine(away.first, time()) + timedelta(minutes=away.begins or 0)
    ends = datetime.combine(away.last, time()) + timedelta(minutes=away.ends or 0)
    noon = datetime.combine(day, time(12), UTC)
    minutes = [noon + timedelta(minutes=n) for n in range(-2200, 3700)]
    read = [one for one in minutes if begins <= one.astimezone(zone).replace(tzinfo=None) < ends]
    since, until = away.interval(zone)
    if read:
        assert (since, until) == (read[0], read[-1] + timedelta(minutes=1))
    else:
        assert since >= until


@given(st.sampled_from(ZONES), st.lists(st.integers(0, 47 * 365 * 24 * 4), max_size=40), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_dates_of_many_are_those_of_each(name: str, quarters: list[int], data: st.DataObject) -> None:
    zone, begin = ZoneInfo(name), datetime(1990, 1, 1, tzinfo=UTC)
    moments = [begin + timedelta(minutes=15 * n) for n in quarters]
    if days_of_change(name):
        noon = datetime.combine(data.draw(st.sampled_from(days_of_change(name))), time(12), UTC)
        moments += [noon + timedelta(minutes=n) for n in range(-60, 1500, 7)]
    assert local_dates(moments, zone) == [one.astimezone(zone).date() for one in sorted(moments)]
