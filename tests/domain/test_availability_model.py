"""Free slots against a second opinion: a walk through real time, minute by minute, watching the clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.model.availability import Interval, MinuteRange, SlotRules, free_slots, is_free
from domain.model.hours import Opening, TimeOff

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
MINUTE = timedelta(minutes=1)
NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    rules: SlotRules
    minutes: int
    busy: list[Interval]
    time_off: list[TimeOff]
    openings: list[Opening]
    sessions: list[datetime]
    now: datetime

    def free(self, first: datetime | None = None, last: datetime | None = None) -> list[datetime]:
        return free_slots(
            self.rules,
            minutes=self.minutes,
            busy=self.busy,
            time_off=self.time_off,
            openings=self.openings,
            sessions=self.sessions,
            now=self.now,
            first=first,
            last=last,
        )

    def is_free(self, start: datetime) -> bool:
        return is_free(
            self.rules,
            minutes=self.minutes,
            busy=self.busy,
            time_off=self.time_off,
            openings=self.openings,
            sessions=self.sessions,
            now=self.now,
            start=start,
        )


@cache
def days_of_change(zone: str) -> list[date]:
    """Dates between 1990 and 2037 after whose noon the clock is not what it was a day ago."""
    noons = [datetime(1990, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(0, 48 * 365, 30)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    months = [noon for noon, old, new in zip(noons, offsets, offsets[1:], strict=False) if old != new]
    return [
        (noon + timedelta(days=n)).date()
        for noon in months
        for n in range(30)
        if offset_on(zone, noon + timedelta(days=n)) != offset_on(zone, noon + timedelta(days=n + 1))
    ]


def offset_on(zone: str, moment: datetime) -> timedelta | None:
    return moment.astimezone(ZoneInfo(zone)).utcoffset()


T = TypeVar("T")


@st.composite
def several(draw: st.DrawFn, each: st.SearchStrategy[T], most: int) -> list[T]:
    """As often many as few: left to itself hypothesis draws mostly none."""
    number = draw(st.integers(0, most))
    return draw(st.lists(each, min_size=number, max_size=number))


@st.composite
def opening_hours(draw: st.DrawFn, quarters: st.SearchStrategy[int]) -> tuple[MinuteRange, ...]:
    number = draw(st.sampled_from([0, 2, 2, 4, 4, 6]))
    edges = draw(st.lists(quarters, unique=True, min_size=number, max_size=number).map(sorted))
    return tuple((15 * opens, 15 * closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def periods_off(draw: st.DrawFn, day: date, quarters: st.SearchStrategy[int]) -> TimeOff:
    first, last = sorted(draw(st.tuples(*[st.integers(-1, 2)] * 2)))
    begins, ends = draw(st.none() | quarters), draw(st.none() | quarters)
    return TimeOff(
        first=day + timedelta(days=first),
        last=day + timedelta(days=draw(st.sampled_from([first, first, last]))),
        begins=None if begins is None else min(15 * begins, 1439),
        ends=None if ends is None else max(15 * ends, 1),
    )


@st.composite
def openings(draw: st.DrawFn, day: date, quarters: st.SearchStrategy[int]) -> Opening:
    opens, closes = sorted(draw(st.lists(quarters, min_size=2, max_size=2, unique=True)))
    on = day + timedelta(days=draw(st.integers(-1, 2)))
    return Opening(day=on, opens=15 * opens, closes=15 * closes)


@st.composite
def moments(draw: st.DrawFn, day: date, zone: str, quarters: st.SearchStrategy[int]) -> datetime:
    on = datetime.combine(day + timedelta(days=draw(st.integers(-1, 2))), time())
    wall = on + timedelta(minutes=15 * draw(quarters), seconds=draw(st.sampled_from([0, 0, 300, 1])))
    return wall.replace(tzinfo=ZoneInfo(zone), fold=draw(st.integers(0, 1))).astimezone(UTC)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Much on few days and within six hours of them, so that what could meet does."""
    zone = draw(st.sampled_from(ZONES))
    ordinary = st.dates(date(1990, 1, 1), date(2037, 12, 31))
    near_change = st.sampled_from(days_of_change(zone)) if days_of_change(zone) else ordinary
    day = draw(near_change | near_change | ordinary)
    noon = datetime.combine(day, time(12), UTC)
    early = draw(st.sampled_from([0, 0, 0, 24, 48, 72]))
    quarters = st.integers(early, early + 24)
    lengths = st.sampled_from([0, 1, 15, 15, 30, 60, 300]).map(lambda minutes: minutes * MINUTE)
    starts = draw(several(st.tuples(moments(day, zone, quarters), lengths), 6))
    return Case(
        rules=SlotRules(
            timezone=zone,
            hours=tuple(draw(st.tuples(*[opening_hours(quarters)] * 7))),
            minimum_notice_hours=draw(st.sampled_from([0, 1, 5, 20])),
            booking_window_days=draw(st.sampled_from([3, 2, 1, 0])),
            buffer_minutes=draw(st.sampled_from([0, 5, 10, 45])),
            buffer_before_minutes=draw(st.sampled_from([30, 5, 0])),
            step_minutes=draw(st.sampled_from([15, 20, 30, 45, 60])),
            daily_maximum=draw(st.none() | st.integers(1, 3)),
        ),
        minutes=draw(st.sampled_from([5, 15, 30, 45, 75, 180])),
        busy=[(start, start + length) for start, length in starts],
        time_off=draw(several(periods_off(day, quarters), 2)),
        openings=draw(several(openings(day, quarters), 3)),
        sessions=draw(several(moments(day, zone, quarters), 5)),
        now=noon - timedelta(seconds=draw(st.integers(0, 2 * 86400))),
    )


def by_walking(case: Case) -> Iterator[datetime]:
    """Watch the wall clock from two days before now until the window is over."""
    zone, rules = ZoneInfo(case.rules.timezone), case.rules
    begin = case.now.replace(second=0, microsecond=0) - timedelta(days=2)
    clock: list[tuple[datetime, datetime]] = []
    for n in range((rules.booking_window_days + 6) * 1440):
        moment = begin + n * MINUTE
        clock.append((moment, moment.astimezone(zone).replace(tzinfo=None)))
    last_day = case.now.astimezone(zone).date() + timedelta(days=rules.booking_window_days)
    away = [found for off in case.time_off if (found := gone(clock, off)) is not None]
    seen: set[datetime] = set()
    for n, (moment, wall) in enumerate(clock):
        if wall in seen:
            continue
        seen.add(wall)
        if wall.date() > last_day or is_full(case, wall.date()):
            continue
        if may_start(case, moment, closing(clock, n, case), away):
            yield moment


Clock = list[tuple[datetime, datetime]]
"""Each minute and what the wall clock shows then."""


def gone(clock: Clock, off: TimeOff) -> Interval | None:
    """From the first minute that reads like it until after the last one that does."""
    begins = datetime.combine(off.first, time()) + timedelta(minutes=off.begins or 0)
    ends = datetime.combine(off.last, time()) + timedelta(minutes=1440 if off.ends is None else off.ends)
    read = [moment for moment, wall in clock if begins <= wall < ends]
    return (read[0], read[-1] + MINUTE) if read else None


def is_full(case: Case, day: date) -> bool:
    zone, most = ZoneInfo(case.rules.timezone), case.rules.daily_maximum
    return most is not None and [one.astimezone(zone).date() for one in case.sessions].count(day) >= most


def ranges_on(case: Case, day: date) -> list[MinuteRange]:
    """Weekly ranges and openings by flooding: an opening takes in what it meets, a weekly range does not."""
    left = [(*one, False) for one in case.rules.hours[day.weekday()]]
    left += [(one.opens, one.closes, True) for one in case.openings if one.day == day]
    found = []
    while left:
        group = [left.pop()]
        for opens, closes, once in group:  # grows meanwhile
            near = [o for o in left if o[0] <= closes and opens <= o[1] and (once or o[2])]
            left = [one for one in left if one not in near]
            group += near
        found.append((min(one[0] for one in group), max(one[1] for one in group)))
    return found


def closing(clock: Clock, n: int, case: Case) -> datetime | None:
    """When the range that the clock's n-th minute begins a step of is over, if there is such a range."""
    wall = clock[n][1]
    midnight = datetime.combine(wall.date(), time())
    for opens, closes in ranges_on(case, wall.date()):
        since = (wall - midnight) // MINUTE - opens
        if since >= 0 and wall < midnight + closes * MINUTE and since % case.rules.step_minutes == 0:
            return next(moment for moment, shown in clock[n:] if shown >= midnight + closes * MINUTE)
    return None


def may_start(case: Case, moment: datetime, closes: datetime | None, away: list[Interval]) -> bool:
    over = moment + case.minutes * MINUTE
    since = moment - case.rules.buffer_before_minutes * MINUTE
    clear = over + case.rules.buffer_minutes * MINUTE
    return (
        closes is not None
        and over <= closes
        and moment - case.now >= timedelta(hours=case.rules.minimum_notice_hours)
        and all(end <= moment or over <= start for start, end in away)
        and all(end <= since or clear <= start or start == end for start, end in case.busy)
    )


@given(cases())
@NO_DEADLINE
def test_free_slots_are_what_a_walk_through_real_time_finds(case: Case) -> None:
    slots = case.free()
    assert slots == list(by_walking(case))
    assert slots == sorted(set(slots))


@given(cases(), st.integers(-2 * 1440, 4 * 1440), st.integers(0, 3 * 1440))
@NO_DEADLINE
def test_a_part_of_the_calendar_is_cut_from_the_whole(case: Case, offset: int, length: int) -> None:
    first = case.now + offset * MINUTE
    last = first + length * MINUTE
    assert case.free(first, last) == [slot for slot in case.free() if first <= slot < last]


@given(cases())
@NO_DEADLINE
def test_one_start_is_free_exactly_where_it_is_offered(case: Case) -> None:
    offered = set(case.free())
    hour = case.now.replace(minute=0, second=0)
    quarters = {hour + timedelta(minutes=15 * n) for n in range(-4, 5 * 96)}
    assert {start for start in offered | quarters if case.is_free(start)} == offered
