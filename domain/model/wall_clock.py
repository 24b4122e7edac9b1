"""From the clock on a wall to an instant, where clocks jump."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_INSTANT = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_PROBE = timedelta(days=5)  # since 1970 no zone has changed its offset twice within six days


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock first shows this time, aware UTC."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock ever shows this time: not where it is put forward over it."""
    return instant(wall, zone).astimezone(zone).replace(tzinfo=None) == wall


def reached(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock first shows this time or, where it is put forward over it, a later one."""
    return instant(wall, zone) if exists(wall, zone) else changes(zone.key, wall.year)[wall.date()]


def passed(wall: datetime, zone: ZoneInfo) -> datetime:
    """From when on the clock shows no earlier time: later than `reached` where it is put back over it."""
    last = (wall - _INSTANT).replace(fold=1)
    return instant(last, zone) + _INSTANT if exists(last, zone) else reached(last, zone)


def days_between(first: date, last: date) -> list[date]:
    """Both included."""
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


def local_dates(moments: Sequence[datetime], zone: ZoneInfo) -> list[date]:
    """The date that the clock shows at each, in order of time; one sum each between two changes of offset."""
    moments, dates, at = sorted(moments), [], 0
    years = range(moments[0].year, moments[-1].year + 1) if moments else ()
    edges = {change for year in years for change in changes(zone.key, year).values()}
    for edge in (*sorted(edges), datetime.max.replace(tzinfo=UTC)):
        until = bisect_left(moments, edge, at)
        if at < until:
            offset = _offset(moments[at], zone)
            dates += [(moment + offset).date() for moment in moments[at:until]]
        at = until
    return dates


@lru_cache(maxsize=1024)
def changes(zone: str, year: int) -> dict[date, datetime]:
    """Each local date of the year whose wall clock a change of offset touches, and the change's instant.

    Touched are the dates that the clock jumps from, over and to: one for the usual hour, two where the clock
    falls back over midnight, also one that never was where the date line moved.
    """
    where, found = ZoneInfo(zone), dict[date, datetime]()
    probe = datetime(year, 1, 1, tzinfo=UTC) - 2 * _DAY
    while probe.year <= year:
        if _offset(probe, where) != _offset(probe + _PROBE, where):
            change = _first_change(probe, probe + _PROBE, where)
            jumps_from = (change + _offset(change - _SECOND, where)).date()
            jumps_to = (change + _offset(change, where)).date()
            touched = days_between(min(jumps_from, jumps_to), max(jumps_from, jumps_to))
            found |= dict.fromkeys(touched, change)
        probe += _PROBE
    return found


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _first_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset of `low` ends."""
    before = _offset(low, zone)
    while high - low > _SECOND:
        middle = low + (high - low) // (2 * _SECOND) * _SECOND
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high
