"""When a consultation can start: opening hours minus what is taken. Pure, and fast enough for a year.

Opening hours are wall-clock times in the dietitian's zone; instants are aware UTC.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from domain.model.hours import CLOSED, Interval, MinuteRange, Opening, TimeOff, WeeklyHours, opened_once
from domain.model.wall_clock import changes, days_between, exists, instant, local_dates

__all__ = [
    "CLOSED",
    "SLOT_STEP_MINUTES",
    "Interval",
    "MinuteRange",
    "PartOfDay",
    "SlotRules",
    "WeeklyHours",
    "free_days",
    "free_slots",
    "full_days",
    "is_free",
    "part_of_day",
    "slots_of_day",
]

SLOT_STEP_MINUTES = 30

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_NOON, _EVENING = 12, 17


class PartOfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRules:
    """What a dietitian allows, whatever is booked. `daily_maximum` counts sessions by local date."""

    timezone: str
    hours: WeeklyHours
    minimum_notice_hours: int
    booking_window_days: int
    buffer_minutes: int
    buffer_before_minutes: int = 0
    step_minutes: int = SLOT_STEP_MINUTES
    daily_maximum: int | None = None


def free_slots(
    rules: SlotRules,
    *,
    minutes: int,
    busy: Sequence[Interval],
    time_off: Sequence[TimeOff],
    now: datetime,
    openings: Sequence[Opening] = (),
    sessions: Sequence[datetime] = (),
    first: datetime | None = None,
    last: datetime | None = None,
) -> list[datetime]:
    """Every start that can be offered, in order, aware UTC; with `first <= start < last` where given.

    A start lies on the grid of its opening range (from the range's own beginning, every `step_minutes` of
    wall clock), on a local date from today to `booking_window_days` later, not before now plus the notice.
    The ranges of a date are those of its weekday, joined with its `openings`. The appointment fits the range
    and meets no `time_off`. With the buffers before and after it, which may run past opening hours and into
    time off, it meets no `busy` interval; each of those holds its own buffers. A date on which as many
    `sessions` start as `daily_maximum` says offers nothing.

    Where the clocks change: a wall-clock time that does not exist is not offered; one that comes twice is
    offered the first time only, so no two slots of a day read alike; appointments last real minutes; a range
    closes when its closing time first comes, or at the change that skips it.
    """
    zone = ZoneInfo(rules.timezone)
    today = now.astimezone(zone).date()
    begin = today if first is None else max(today, first.astimezone(zone).date())
    end = today + timedelta(days=rules.booking_window_days)
    if last is not None:  # a day more: where midnight comes twice, tomorrow's first slots are before it
        end = min(end, last.astimezone(zone).date() + _DAY)
    days = _open_days(begin, end, time_off, full=full_days(rules, sessions))
    once = opened_once(openings, rules.hours, begin=begin, end=end)
    away = [off.interval(zone) for off in time_off if not off.is_of_whole_days]
    after = timedelta(minutes=rules.buffer_minutes)
    starts = _unblocked(
        _opening_starts(rules, minutes, days, once),
        _blocked(rules, busy, away, after),
        timedelta(minutes=minutes) + after,
    )
    earliest = now + timedelta(hours=rules.minimum_notice_hours)
    low = bisect_left(starts, earliest if first is None else max(earliest, first))
    return starts[low : None if last is None else bisect_left(starts, last)]


def is_free(
    rules: SlotRules,
    *,
    minutes: int,
    busy: Sequence[Interval],
    time_off: Sequence[TimeOff],
    now: datetime,
    start: datetime,
    openings: Sequence[Opening] = (),
    sessions: Sequence[datetime] = (),
) -> bool:
    """Whether `free_slots` offers this start, found without building more than the days around it."""
    if not now <= start <= now + timedelta(days=rules.booking_window_days + 2):
        return False  # also keeps an absurd start from a forged button away from date arithmetic
    return bool(
        free_slots(
            rules,
            minutes=minutes,
            busy=busy,
            time_off=time_off,
            now=now,
            openings=openings,
            sessions=sessions,
            first=start,
            last=start + _INSTANT,
        )
    )


def full_days(rules: SlotRules, sessions: Sequence[datetime]) -> set[date]:
    """The dates of the dietitian on which no more sessions may start."""
    if rules.daily_maximum is None:
        return set()
    counted = Counter(local_dates(sessions, ZoneInfo(rules.timezone)))
    return {day for day, number in counted.items() if number >= rules.daily_maximum}


def free_days(slots: Sequence[datetime], zone: str) -> dict[date, int]:
    """How many slots each local date of the reader has, dates in order; `slots` are in order."""
    reader, days, at = ZoneInfo(zone), dict[date, int](), 0
    while at < len(slots):  # a day at a time: converting each slot by itself would be ten times the work
        day = slots[at].astimezone(reader).date()
        after = bisect_left(slots, instant(datetime.combine(day + _DAY, time()), reader), at + 1)
        days[day] = days.get(day, 0) + after - at
        at = after
    return days


def slots_of_day(slots: Sequence[datetime], zone: str, day: date) -> list[datetime]:
    """The slots that fall on this local date of the reader."""
    reader = ZoneInfo(zone)
    return [slot for slot in slots if slot.astimezone(reader).date() == day]


def part_of_day(local: datetime) -> PartOfDay:
    if local.hour < _NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if local.hour < _EVENING else PartOfDay.EVENING


def _open_days(begin: date, end: date, time_off: Sequence[TimeOff], *, full: set[date]) -> list[date]:
    whole = [(max(off.first, begin), min(off.last, end)) for off in time_off if off.is_of_whole_days]
    closed = full.union(*(days_between(first, last) for first, last in whole)) if whole else full
    return [day for day in days_between(begin, end) if day not in closed]


def _opening_starts(
    rules: SlotRules, minutes: int, days: Sequence[date], once: Mapping[date, tuple[MinuteRange, ...]]
) -> Iterator[list[datetime]]:
    """The starts of each day, whatever is booked. A day without a change of offset is one sum per start."""
    zone = ZoneInfo(rules.timezone)
    by_weekday = [_after_midnight(ranges, minutes, rules.step_minutes) for ranges in rules.hours]
    changed = _changes_of(rules.timezone, days)
    midnight, previous = datetime.min.replace(tzinfo=UTC), date.min
    for day in days:
        if day in changed:
            ranges = once.get(day, rules.hours[day.weekday()])
            yield list(_starts_across(rules, minutes, day, ranges, changed[day]))
            continue
        consecutive = day.toordinal() - previous.toordinal() == 1
        midnight = midnight + _DAY if consecutive else instant(datetime.combine(day, time()), zone)
        previous = day
        after = by_weekday[day.weekday()]
        if day in once:
            after = _after_midnight(once[day], minutes, rules.step_minutes)
        yield [midnight + delta for delta in after]


@lru_cache(maxsize=1024)
def _after_midnight(ranges: tuple[MinuteRange, ...], minutes: int, step: int) -> tuple[timedelta, ...]:
    starts = (range(opens, closes - minutes + 1, step) for opens, closes in ranges)
    return tuple(timedelta(minutes=start) for start in chain.from_iterable(starts))


def _starts_across(
    rules: SlotRules, minutes: int, day: date, ranges: Iterable[MinuteRange], change: datetime
) -> Iterator[datetime]:
    """The starts of a day on which the offset changes, each looked up by itself."""
    zone, length = ZoneInfo(rules.timezone), timedelta(minutes=minutes)
    midnight = datetime.combine(day, time())
    for opens, closes in ranges:
        closing = midnight + timedelta(minutes=closes)
        closed_at = instant(closing, zone) if exists(closing, zone) else change
        for minute in range(opens, closes, rules.step_minutes):
            wall = midnight + timedelta(minutes=minute)
            start = instant(wall, zone)
            if exists(wall, zone) and start + length <= closed_at:
                yield start


def _blocked(
    rules: SlotRules, busy: Sequence[Interval], away: Sequence[Interval], after: timedelta
) -> list[Interval]:
    """What an appointment and the `after` behind it must not meet, in order of beginning."""
    blocked = [interval for interval in busy if interval[0] < interval[1]]
    if rules.buffer_before_minutes:
        before = timedelta(minutes=rules.buffer_before_minutes)
        blocked = [(start, end + before) for start, end in blocked]
    blocked += [(start + after, end) for start, end in away if start < end]  # `after` may lie in time off
    blocked.sort()
    return blocked


def _unblocked(
    days: Iterator[list[datetime]], blocked: Sequence[Interval], length: timedelta
) -> list[datetime]:
    """The starts from which `length` meets nothing that blocks: one pass over both, in order."""
    # Of the intervals not over at a start, the first in this order begins first: it alone decides.
    latest = [start - length for start, _ in blocked]  # the last start that is over before this one begins
    ends = [end for _, end in blocked]
    horizon = datetime.max.replace(tzinfo=UTC)
    latest.append(horizon)
    ends.append(horizon)
    free: list[datetime] = []
    index = 0
    for starts in days:
        for start in starts:
            while ends[index] <= start:
                index += 1
            if start <= latest[index]:
                free.append(start)
    return free


def _changes_of(zone: str, days: Sequence[date]) -> dict[date, datetime]:
    years = {day.year for day in days}
    return {day: change for year in years for day, change in changes(zone, year).items()}
