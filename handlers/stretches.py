"""Some time off or an opening as it was understood: what a button carries of it, and how it reads."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.model.hours import MIDNIGHT, MinuteRange, Opening, TimeOff
from handlers.callbacks import day_argument
from handlers.formats import long_day

MOST_RANGES = 2  # what a button has room for
LONGEST = timedelta(days=366)
MOST_DAYS = 31  # of which each has hours of its own
_LONGEST_KNOWN = timedelta(days=3660)  # a practice file may hold longer ones than can be typed
_HOUR = 60
_YEARS = range(2000, 3000)
_CODE = re.compile(r"(\d{8})\.(\d{8})\.([atro])([0-9_-]{0,20})", re.ASCII)
_PART = re.compile(r"(\d{0,4})-(\d{0,4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Both days included. With `ranges`, these minutes of each day; otherwise all from `begins` on the first day
    to `ends` on the last, where None is the whole of it.
    """

    first: date
    last: date
    ranges: tuple[MinuteRange, ...] = ()
    begins: int | None = None
    ends: int | None = None
    opening: bool = False

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1)]

    def time_off(self, reason: str | None = None) -> list[TimeOff]:
        if not self.ranges:
            return [
                TimeOff(first=self.first, last=self.last, begins=self.begins, ends=self.ends, reason=reason)
            ]
        return [
            TimeOff(first=day, last=day, begins=begins, ends=ends, reason=reason)
            for day in self.days
            for begins, ends in self.ranges
        ]

    def openings(self) -> list[Opening]:
        return [
            Opening(day=day, opens=opens, closes=closes) for day in self.days for opens, closes in self.ranges
        ]

    @property
    def code(self) -> str:
        """What `stretch_from` reads; ranges are of each day (r), of an opening (o), or times of its edges (t)."""
        parts = self.ranges or ((self.begins, self.ends),)
        kind = "o" if self.opening else "r" if self.ranges else "t"
        if not self.ranges and self.begins is None and self.ends is None:
            kind, parts = "a", ()
        times = "_".join(f"{_digits(first)}-{_digits(last)}" for first, last in parts)
        return f"{day_argument(self.first)}.{day_argument(self.last)}.{kind}{times}"


def _digits(minute: int | None) -> str:
    return "" if minute is None else str(minute)


def of_entry(entry: TimeOff | Opening) -> Stretch:
    if isinstance(entry, Opening):
        ranges = ((entry.opens, entry.closes),)
        return Stretch(first=entry.day, last=entry.day, ranges=ranges, opening=True)
    return Stretch(first=entry.first, last=entry.last, begins=entry.begins, ends=entry.ends)


def stretch_from(code: str) -> Stretch:
    """ValueError for anything that no button of ours carries."""
    shape = _CODE.fullmatch(code)
    if shape is None:
        raise ValueError(f"no stretch: {code!r}")
    first, last = _day(shape[1]), _day(shape[2])
    pairs = [_PART.fullmatch(part) for part in shape[4].split("_")] if shape[4] else []
    times = [(_minute(pair[1]), _minute(pair[2])) for pair in pairs if pair is not None]
    if len(times) != len(pairs) or not first <= last < first + _LONGEST_KNOWN:
        raise ValueError(f"no stretch: {code!r}")
    if shape[3] in "at":
        if len(times) != (shape[3] == "t"):
            raise ValueError(f"no stretch: {code!r}")
        begins, ends = times[0] if times else (None, None)
        found = Stretch(first=first, last=last, begins=begins, ends=ends)
    else:
        found = Stretch(first=first, last=last, ranges=_ranges(times), opening=shape[3] == "o")
        if len(found.days) > MOST_DAYS:
            raise ValueError(f"too many days: {code!r}")
    if first == last and (found.begins or 0) >= (MIDNIGHT if found.ends is None else found.ends):
        raise ValueError(f"no time at all: {code!r}")
    return found


def _ranges(times: list[tuple[int | None, int | None]]) -> tuple[MinuteRange, ...]:
    ranges = tuple((begins, ends) for begins, ends in times if begins is not None and ends is not None)
    good = all(begins < ends for begins, ends in ranges)
    if not good or len(ranges) != len(times) or not 1 <= len(ranges) <= MOST_RANGES:
        raise ValueError(f"no ranges: {times}")
    return ranges


def _day(digits: str) -> date:
    day = datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
    if day.year not in _YEARS:
        raise ValueError(f"{digits} is not of our time")
    return day


def _minute(digits: str) -> int | None:
    minute = int(digits) if digits else None
    if minute is not None and minute > MIDNIGHT:
        raise ValueError(f"{digits} is past midnight")
    return minute


def clock_words(minute: int) -> str:
    """570 -> `09:30`."""
    return f"{minute // _HOUR:02}:{minute % _HOUR:02}"


def range_words(times: MinuteRange) -> str:
    return f"{clock_words(times[0])}–{clock_words(times[1])}"


def stretch_words(stretch: Stretch, timezone: str) -> str:
    """In full: `Friday 27 November 2026, 14:00–17:00 (Africa/Lagos)`."""
    return f"{_days_and_times(stretch)} ({timezone})"


def _days_and_times(stretch: Stretch) -> str:
    first, last, begins, ends = long_day(stretch.first), long_day(stretch.last), stretch.begins, stretch.ends
    if stretch.ranges:
        times = ", ".join(map(range_words, stretch.ranges))
        return (
            f"{first}, {times}" if stretch.first == stretch.last else f"{first} to {last}, each day {times}"
        )
    if stretch.first == stretch.last:
        return f"{first}, {_times_of_one_day(begins, ends)}"
    if begins is None and ends is None:
        return f"{first} to {last}, whole days"
    begin = f"{first}, {clock_words(begins)}" if begins is not None else first
    return f"{begin} to {f'{last}, {clock_words(ends)}' if ends is not None else f'the end of {last}'}"


def _times_of_one_day(begins: int | None, ends: int | None) -> str:
    if begins is None and ends is None:
        return "the whole day"
    if begins is not None and ends is not None:
        return range_words((begins, ends))
    return f"from {clock_words(begins)}" if begins is not None else f"until {clock_words(ends or 0)}"
