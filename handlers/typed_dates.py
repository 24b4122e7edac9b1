"""Time off and openings as people type them: `Friday 2-5pm`, `24 Dec to 2 Jan`, `from 3pm today`.

A sentence becomes a row of letters (D a day or days, H hours, T a time, and the small words between them), and the
row one of a few shapes. What is understood must be shown back in full: much of it is said in more than one way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.errors import Malformed
from domain.model.hours import MinuteRange
from handlers.date_items import Item, items_of
from handlers.formats import long_day
from handlers.said_days import Days, Said, before, days_meant
from handlers.stretches import LONGEST, MOST_DAYS, MOST_RANGES, Stretch
from handlers.typed_hours import ranges_of, time_of

OFF_EXAMPLE = "For example: 24 Dec to 2 Jan, or Friday 2-5pm"
OPENING_EXAMPLE = "For example: Saturday 5 December 10-14"
_NOON, _EVENING = 12 * 60, 17 * 60
_PARTS: dict[str, tuple[int | None, int | None]] = {
    "morning": (None, _NOON), "afternoon": (_NOON, _EVENING), "evening": (_EVENING, None),
}  # fmt: skip
_FARTHEST = timedelta(days=3 * 366)
_MOST_ROLLED = timedelta(days=330)  # `24 Dec - 20 Dec` is a mistake, `1 Sep - 31 May` is not


def stretch_of(text: str, *, timezone: str, now: datetime, opening: bool = False) -> Stretch:
    """`Malformed`, with an example, for what cannot be read, lies in the past, ends before it begins or is too long."""
    example = OPENING_EXAMPLE if opening else OFF_EXAMPLE
    zone = ZoneInfo(timezone)
    reader = _Reader(today=now.astimezone(zone).date(), example=example)
    found = reader.read(items_of(text, example))
    if opening:
        found = _as_opening(found, example)
    return checked(found, timezone=timezone, now=now)


def checked(stretch: Stretch, *, timezone: str, now: datetime) -> Stretch:
    """`Malformed` where it is over, begins before today, or is longer than what may be taken at once."""
    example = OPENING_EXAMPLE if stretch.opening else OFF_EXAMPLE
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    if stretch.first < today:
        raise Malformed(f"{long_day(stretch.first)} is in the past. {example}")
    if stretch.last - stretch.first >= LONGEST:
        raise Malformed(f"That is longer than a year. {example}")
    if stretch.first - today > _FARTHEST:
        raise Malformed(f"{long_day(stretch.first)} is more than three years away. {example}")
    if stretch.ranges and len(stretch.days) > MOST_DAYS:
        raise Malformed(f"Hours of each day can be set for {MOST_DAYS} days at once. {example}")
    if max(off.interval(zone)[1] for off in stretch.time_off()) <= now:
        raise Malformed(f"That is over already. {example}")
    return stretch


def _as_opening(found: Stretch, example: str) -> Stretch:
    if not found.ranges:
        raise Malformed(f"I need the day and the times, with their end. {example}")
    return replace(found, opening=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    today: date
    example: str

    def read(self, items: Sequence[Item]) -> Stretch:
        items = _with_hours(items)
        row = "".join(item.letter for item in items)
        for pattern, read in _SHAPES:
            if re.fullmatch(pattern, row):
                return read(self, [item for item in items if item.letter in "DHTPL"], row)
        raise self._refused(row)

    def _refused(self, row: str) -> Malformed:
        if "D" not in row:
            return Malformed(f"On which day? {self.example}")
        if row in {"DT", "TD"}:
            return Malformed(f"Until when? {self.example}")
        if "DaD" in row or row.count("D") > 2:  # noqa: PLR2004 - from one day to another
            return Malformed(f"Please tell me one day, or one stretch of days, at a time. {self.example}")
        return Malformed(f"I can't make out what that means. {self.example}")

    def days(self, items: Sequence[Item]) -> Days:
        """Of one day, or from one to another."""
        said = [item.said for item in items if item.said is not None]
        if len(said) == 1:
            return self._meant(said[0], self.today)
        first, last = said
        if first.lacks_year and last.year is not None:
            until = self._meant(last, self.today)[1]
            return before(first, until, today=self.today, example=self.example)[0], until
        since = self._meant(first, self.today)[0]
        until = self._meant(last, max(since, self.today))[1]
        if until < since or (last.lacks_year and until - since > _MOST_ROLLED):
            raise Malformed(f"That ends before it begins. {self.example}")
        return since, until

    def _meant(self, said: Said, since: date) -> Days:
        return days_meant(said, today=self.today, since=since, example=self.example)

    def whole(self, items: Sequence[Item], _: str) -> Stretch:
        """Days, with hours or a part of the day where they were said."""
        first, last = self.days(items)
        hours = next((item.text for item in items if item.letter == "H"), None)
        if hours is not None:
            return Stretch(first=first, last=last, ranges=self._ranges(hours))
        part = next((item.text for item in items if item.letter == "P"), None)
        if part is None:
            return Stretch(first=first, last=last)
        begins, ends = _PARTS[part]
        if first == last:
            return Stretch(first=first, last=last, begins=begins, ends=ends)
        return Stretch(first=first, last=last, ranges=((begins or 0, ends or 24 * 60),))

    def _ranges(self, hours: str) -> tuple[MinuteRange, ...]:
        ranges = ranges_of(hours, self.example)
        if not 1 <= len(ranges) <= MOST_RANGES:
            raise Malformed(
                f"That is more than {MOST_RANGES} times at once; please tell me the rest after it. {self.example}"
            )
        return ranges

    def through(self, items: Sequence[Item], row: str) -> Stretch:
        """From a time on the first day to a time on the last; one of the two may be missing."""
        first, last = self.days(items)
        times = [time_of(item.text, self.example) for item in items if item.letter == "T"]
        begins, ends = _edges(times, at_the_end=row in {"D-DT", "DuDT", "D-TD", "DuTD"})
        if first == last and begins is not None and ends is not None and ends <= begins:
            raise Malformed(f"That ends before it begins. {self.example}")
        return Stretch(first=first, last=last, begins=begins, ends=ends or None)

    def since(self, items: Sequence[Item], _: str) -> Stretch:
        return self._part_of(items, begins=True)

    def until(self, items: Sequence[Item], _: str) -> Stretch:
        return self._part_of(items, begins=False)

    def _part_of(self, items: Sequence[Item], *, begins: bool) -> Stretch:
        first, last = self.days(items)
        at = next(time_of(item.text, self.example) for item in items if item.letter == "T")
        if begins:
            return Stretch(first=first, last=last, begins=at)
        return Stretch(first=first, last=last, ends=at or None)

    def from_now(self, items: Sequence[Item], _: str) -> Stretch:
        """`until Friday`, `until Friday 5pm`: the day they name is still off."""
        until = self.days(items)[1]
        times = [time_of(item.text, self.example) for item in items if item.letter == "T"]
        if until < self.today:
            raise Malformed(f"{long_day(until)} is in the past. {self.example}")
        return Stretch(first=self.today, last=until, ends=(times[0] or None) if times else None)

    def lasting(self, items: Sequence[Item], row: str) -> Stretch:
        """`from 24 Dec for 10 days`; without a day from today on."""
        first = self.days(items)[0] if "D" in row else self.today
        days = next(item.days for item in items if item.letter == "L")
        if not 1 <= days <= LONGEST.days:
            raise Malformed(f"That is longer than a year. {self.example}")
        return Stretch(first=first, last=first + timedelta(days=days - 1))


def _edges(times: Sequence[int], *, at_the_end: bool) -> tuple[int | None, int | None]:
    if len(times) > 1:
        return times[0], times[-1]
    return (None, times[0]) if at_the_end else (times[0], None)


_SHAPES = (
    (r"f?D(?:[HP])?|[HP]f?D|f?D[-u]D[HP]?|[HP]f?D[-u]D", _Reader.whole),
    (r"f?DT[-u]DT|f?TD[-u]TD|f?TD[-u]D|f?DT[-u]D|D[-u]DT|D[-u]TD", _Reader.through),
    (r"DfT|fTD|DTf|fDT", _Reader.since),
    (r"DuT|uTD|D-T", _Reader.until),
    (r"uDT?", _Reader.from_now),
    (r"f?DL|LfD|LD|L", _Reader.lasting),
)


def _with_hours(items: Sequence[Item]) -> list[Item]:
    """Two times with a dash become hours; `after 3pm` is from then on; commas say nothing here."""
    found = list[Item]()
    for item in items:
        found.append(item)
        row = "".join(one.letter for one in found[-4:])
        if re.search(r"T[-u]T$", row):
            begin = -4 if row[0] == "f" and len(row) == 4 else -3  # noqa: PLR2004 - with its `from`
            hours = f"{found[-3].text}-{found[-1].text}"
            found[begin:] = [Item("H", hours)]
    return _plainer(_together(found))


def _together(items: Sequence[Item]) -> list[Item]:
    """`9-12, 1pm-5pm` are the hours of one day; a comma beside a time or a day is only a pause."""
    found = list[Item]()
    for at, item in enumerate(items):
        before_it, after_it = items[at - 1 : at], items[at + 1 : at + 2]
        between_days = [one.letter for one in (*before_it, *after_it)] == ["D", "D"]
        if item.letter == "a" and not between_days:
            continue
        if item.letter == "H" and found and found[-1].letter == "H":
            found[-1] = Item("H", f"{found[-1].text}, {item.text}")
            continue
        found.append(item)
    return found


def _plainer(items: Sequence[Item]) -> list[Item]:
    """`after 3pm` is `from 3pm`, `before noon` is `until noon`."""
    found = list(items)
    for at, item in enumerate(items[:-1]):
        if item.letter in "gv" and items[at + 1].letter == "T":
            found[at] = Item("f" if item.letter == "g" else "u")
    return found
