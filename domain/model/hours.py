"""When a dietitian is there: the hours of a week, what is open once, and time off. All of it wall-clock time.

Time off wins over openings, and openings win over the week: an opening is an extra wish for one date, so it
stands on a weekday that is closed otherwise; who is away is away, whatever was opened before or after.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.model.wall_clock import passed, reached

Interval = tuple[datetime, datetime]
"""Start included, end excluded; aware UTC."""

MinuteRange = tuple[int, int]
"""Minutes after local midnight, start included, end excluded; 24:00 is 1440."""

WeeklyHours = tuple[tuple[MinuteRange, ...], ...]
"""Seven days from Monday, each its opening ranges in order; an empty day is closed."""

CLOSED: WeeklyHours = ((), (), (), (), (), (), ())
MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """Days in the dietitian's zone, both ends included. The reason is the dietitian's alone.

    `begins` (0 to 1439) and `ends` (1 to 1440) are minutes after local midnight, of the first and the last
    day; None: the whole of it.
    """

    first: date
    last: date
    begins: int | None = None
    ends: int | None = None
    reason: str | None = None

    @property
    def is_of_whole_days(self) -> bool:
        return self.begins is None and self.ends is None

    def interval(self, zone: ZoneInfo) -> Interval:
        """All that the clock shows of it, and what lies between where the clock is put back over an edge.

        Where the clock is put forward over an edge, the change is the edge. Empty where the clock shows none of it.
        """
        begins = _wall(self.first, self.begins or 0)
        ends = _wall(self.last, MIDNIGHT if self.ends is None else self.ends)
        since = reached(begins, zone)
        return since, passed(ends, zone) if begins < ends else since


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Open once, outside the weekly hours: minutes after local midnight, the end excluded."""

    day: date
    opens: int
    closes: int


def opened_once(
    openings: Sequence[Opening], hours: WeeklyHours, *, begin: date, end: date
) -> dict[date, tuple[MinuteRange, ...]]:
    """The ranges of each date from `begin` to `end` that has an opening, the weekly ones of that day among them.

    What an opening meets or touches becomes one range with it, and so has one grid of starts.
    """
    if not openings:
        return {}
    extra: dict[date, list[MinuteRange]] = defaultdict(list)
    for opening in openings:
        if begin <= opening.day <= end:
            extra[opening.day].append((opening.opens, opening.closes))
    return {day: _joined(hours[day.weekday()], more) for day, more in extra.items()}


def _joined(ranges: Sequence[MinuteRange], more: Sequence[MinuteRange]) -> tuple[MinuteRange, ...]:
    """Two weekly ranges that only touch each other stay two."""
    joined = list(ranges)
    for opens, closes in more:
        met = [one for one in joined if one[0] <= closes and opens <= one[1]]
        met.append((opens, closes))
        joined = [one for one in joined if one not in met]
        joined.append((min(one[0] for one in met), max(one[1] for one in met)))
    return tuple(sorted(joined))


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)
