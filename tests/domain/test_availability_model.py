"""Free slots against a second opinion: a walk through real time, minute by minute, watching the clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.model.availability import Interval, MinuteRange, SlotRules, free_slots, is_free

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
MINUTE = timedelta(minutes=1)
NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    rules: SlotRules
    minutes: int
    busy: list[Interval]
    time_off: list[tuple[date, date]]
    now: datetime


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


@st.composite
def opening_hours(draw: st.DrawFn) -> tuple[MinuteRange, ...]:
    edges = draw(st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted))
    return tuple((15 * opens, 15 * closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(ZONES))
    ordinary = st.dates(date(1990, 1, 1), date(2037, 12, 31))
    near_change = st.sampled_from(days_of_change(zone)) if days_of_change(zone) else ordinary
    day = draw(near_change | near_change | ordinary)
    noon = datetime.combine(day, time(12), UTC)
    spread = st.integers(-3 * 86400, 3 * 86400).map(lambda seconds: noon + timedelta(seconds=seconds))
    lengths = st.integers(0, 5 * 3600).map(lambda seconds: timedelta(seconds=seconds))
    starts = draw(st.lists(st.tuples(spread, lengths), max_size=6))
    off = draw(st.lists(st.integers(-2, 3), max_size=2).map(sorted))
    return Case(
        rules=SlotRules(
            timezone=zone,
            hours=tuple(draw(st.tuples(*[opening_hours()] * 7))),
            minimum_notice_hours=draw(st.integers(0, 20)),
            booking_window_days=draw(st.integers(0, 3)),
            buffer_minutes=draw(st.sampled_from([0, 5, 10, 45])),
            step_minutes=draw(st.sampled_from([15, 20, 30, 45, 60])),
        ),
        minutes=draw(st.sampled_from([5, 15, 30, 45, 60, 75, 180])),
        busy=[(start, start + length) for start, length in starts],
        time_off=[(day + timedelta(days=n), day + timedelta(days=n)) for n in off],
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
    seen: set[datetime] = set()
    for n, (moment, wall) in enumerate(clock):
        if wall in seen:
            continue
        seen.add(wall)
        if wall.date() <= last_day and may_start(case, moment, wall, closing(clock, n, case)):
            yield moment


def closing(clock: list[tuple[datetime, datetime]], n: int, case: Case) -> datetime | None:
    """When the range that the clock's n-th minute begins a step of is over, if there is such a range."""
    wall = clock[n][1]
    midnight = datetime.combine(wall.date(), time())
    for opens, closes in case.rules.hours[wall.weekday()]:
        since = (wall - midnight) // MINUTE - opens
        if since >= 0 and wall < midnight + closes * MINUTE and since % case.rules.step_minutes == 0:
            return next(moment for moment, shown in clock[n:] if shown >= midnight + closes * MINUTE)
    return None


def may_start(case: Case, moment: datetime, wall: datetime, closes: datetime | None) -> bool:
    over = moment + case.minutes * MINUTE
    clear = over + case.rules.buffer_minutes * MINUTE
    return (
        closes is not None
        and over <= closes
        and moment - case.now >= timedelta(hours=case.rules.minimum_notice_hours)
        and not any(first <= wall.date() <= last for first, last in case.time_off)
        and all(end <= moment or clear <= start or start == end for start, end in case.busy)
    )


@given(cases())
@NO_DEADLINE
def test_free_slots_are_what_a_walk_through_real_time_finds(case: Case) -> None:
    slots = free_slots(case.rules, minutes=case.minutes, busy=case.busy, time_off=case.time_off, now=case.now)
    assert slots == list(by_walking(case))
    assert slots == sorted(set(slots))


@given(cases(), st.integers(-2 * 1440, 4 * 1440), st.integers(0, 3 * 1440))
@NO_DEADLINE
def test_a_part_of_the_calendar_is_cut_from_the_whole(case: Case, offset: int, length: int) -> None:
    first = case.now + offset * MINUTE
    last = first + length * MINUTE

    def cut(since: datetime | None = None, until: datetime | None = None) -> list[datetime]:
        return free_slots(
            case.rules,
            minutes=case.minutes,
            busy=case.busy,
            time_off=case.time_off,
            now=case.now,
            first=since,
            last=until,
        )

    assert cut(first, last) == [slot for slot in cut() if first <= slot < last]


@given(cases())
@NO_DEADLINE
def test_one_start_is_free_exactly_where_it_is_offered(case: Case) -> None:
    offered = set(
        free_slots(case.rules, minutes=case.minutes, busy=case.busy, time_off=case.time_off, now=case.now)
    )
    hour = case.now.replace(minute=0, second=0)
    quarters = {hour + timedelta(minutes=15 * n) for n in range(-4, 5 * 96)}
    judged = {
        start
        for start in offered | quarters
        if is_free(
            case.rules,
            minutes=case.minutes,
            busy=case.busy,
            time_off=case.time_off,
            now=case.now,
            start=start,
        )
    }
    assert judged == offered
