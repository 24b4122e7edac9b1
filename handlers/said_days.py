"""Which days a piece of a sentence means: `tomorrow`, `next week`, `24/12`, `Friday 27 November`.

Dates are read by the library dateparser: day before month, those to come before those that were. What it would
have to guess at (weeks, weekdays, a month as a whole) is told to it in full.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from domain.errors import Malformed
from handlers.formats import long_day

Days = tuple[date, date]
"""The first and the last, both included."""

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_SATURDAY = 5


class Length(Enum):
    DAY = auto()
    WEEK = auto()
    WEEKEND = auto()
    MONTH = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`words` as the library reads them, without the year. `ahead`: so many weeks or months after this one.

    What stands in `day`, `month` and `year` is what the words must come out as: the library also reads 12/24.
    """

    words: str = ""
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    ahead: int | None = None
    length: Length = Length.DAY

    @property
    def lacks_year(self) -> bool:
        return self.year is None and (self.day is not None or self.month is not None)


def days_meant(said: Said, *, today: date, since: date, example: str) -> Days:
    """The next ones from `since` on, for what does not name its year; `today` is what `tomorrow` counts from."""
    if said.length is Length.WEEKEND:
        return _weekend(today, said.ahead or 0)
    if said.length is Length.MONTH:
        return _month(said, today)
    if said.length is Length.WEEK:
        return _week(said, today, since, example)
    if said.weekday is not None and not said.words:
        day = _weekday(said.weekday, said.ahead, today, since)
        return day, day
    found = _date(said, today, since, example)
    if said.weekday is not None and found.weekday() != said.weekday:
        raise Malformed(f"That weekday is not right: it is a {long_day(found)}. {example}")
    return found, found


def before(said: Said, last: date, *, today: date, example: str) -> Days:
    """The latest ones that do not come after `last`, for `24 Dec - 2 Jan 2027`."""
    same = days_meant(replace(said, year=last.year), today=today, since=today, example=example)
    if same[0] <= last:
        return same
    return days_meant(replace(said, year=last.year - 1), today=today, since=today, example=example)


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _weekend(today: date, ahead: int) -> Days:
    saturday = _monday(today) + _SATURDAY * _DAY + ahead * _WEEK
    return max(saturday, today), saturday + _DAY


def _month(said: Said, today: date) -> Days:
    """This month is what is left of it."""
    if said.month is None:
        number = today.month - 1 + (said.ahead or 0)
        year, month = today.year + number // 12, number % 12 + 1
    else:
        year, month = said.year or today.year + (said.month < today.month), said.month
    first = date(year, month, 1)
    is_this = (year, month) == (today.year, today.month)
    return today if is_this else first, date(year, month, monthrange(year, month)[1])


def _week(said: Said, today: date, since: date, example: str) -> Days:
    """From Monday to Sunday; this week is what is left of it."""
    monday = _monday(_date(said, today, since, example) if said.ahead is None else today)
    monday += (said.ahead or 0) * _WEEK
    first = max(monday, today) if monday + _WEEK > today else monday
    return first, monday + 6 * _DAY


def _weekday(weekday: int, ahead: int | None, today: date, since: date) -> date:
    """`Friday` is the next one, also today; `next Friday` is that of the next week, `last Friday` was before."""
    if ahead is not None:
        return _monday(today) + ahead * _WEEK + weekday * _DAY
    return since + (weekday - since.weekday()) % 7 * _DAY


def _day_of_month(day: int, since: date, example: str) -> date:
    """The next that there is: `the 31st` is not in every month."""
    for ahead in range(62):
        found = since + ahead * _DAY
        if found.day == day:
            return found
    raise Malformed(f"I know no such day as “{day}”. {example}")


def _date(said: Said, today: date, since: date, example: str) -> date:
    if said.day is not None and said.month is None:
        return _day_of_month(said.day, since, example)
    from dateparser import parse  # noqa: PLC0415 - loaded when a date is typed

    calendar = said.day is not None
    # the library's future begins after its now: a date must be able to be that very day
    now = (
        datetime.combine(since, time()) - timedelta(seconds=1)
        if calendar
        else datetime.combine(today, time())
    )
    words = f"{said.words} {said.year}" if said.year is not None else said.words
    settings = {
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": now,
        "RETURN_AS_TIMEZONE_AWARE": False,
        "TIMEZONE": "UTC",  # nothing is converted: the base is the clock on the dietitian's wall
    }
    found: datetime | None = parse(words, languages=["en"], settings=settings)
    if found is None or not _agrees(said, found.date()):
        raise Malformed(f"I know no such day as “{words}”. {example}")
    return found.date()


def _agrees(said: Said, found: date) -> bool:
    wanted = ((said.day, found.day), (said.month, found.month), (said.year, found.year))
    return all(said_so is None or said_so == is_so for said_so, is_so in wanted)
