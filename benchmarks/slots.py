"""What computing the free slots costs: beside its floor, and beside the usual way of doing it.

The floor makes a list of as many datetimes, nothing else. The candidate loop is what well-known schedulers
do: every candidate of every day is made in the local zone, taken to UTC and compared with each booking of
that day. It knows no days off and no buffer, and takes no care on the days when clocks change. The last
scenario has all that a dietitian can decide; the loop beside it still knows nothing of it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from domain.model.availability import Interval, SlotRules, free_slots
from domain.model.hours import Opening, TimeOff

ROUNDS = 100
OPENS, CLOSES, MINUTES, STEP = 9 * 60, 17 * 60, 30, timedelta(minutes=30)
MONDAY = date(2026, 11, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    zone: str
    days: int
    open_days: int = 5
    bookings_a_day: int = 8
    all_rules: bool = False

    @property
    def rules(self) -> SlotRules:
        hours = tuple(((OPENS, CLOSES),) if weekday < self.open_days else () for weekday in range(7))
        return SlotRules(
            timezone=self.zone,
            hours=hours,
            minimum_notice_hours=0,
            booking_window_days=self.days - 1,
            buffer_minutes=0,
            buffer_before_minutes=5 if self.all_rules else 0,
            daily_maximum=9 if self.all_rules else None,
        )

    @property
    def time_off(self) -> list[TimeOff]:
        """A part of each Monday, or nothing."""
        weeks = [MONDAY + timedelta(weeks=n) for n in range(self.days // 7)] if self.all_rules else []
        return [TimeOff(first=day, last=day, begins=OPENS, ends=OPENS + 60) for day in weeks]

    @property
    def openings(self) -> list[Opening]:
        """Each Tuesday evening, or nothing."""
        return [
            Opening(day=off.first + timedelta(days=1), opens=CLOSES, closes=CLOSES + 120)
            for off in self.time_off
        ]

    @property
    def now(self) -> datetime:
        return datetime.combine(MONDAY, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def busy(self) -> list[Interval]:
        days = (MONDAY + timedelta(days=n) for n in range(self.days))
        opened = [day for day in days if day.weekday() < self.open_days]
        starts = [datetime.combine(day, time(9 + n)) for day in opened for n in range(self.bookings_a_day)]
        instants = [start.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC) for start in starts]
        return [(start, start + STEP) for start in instants]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Times in microseconds; ratios of the p50s to ours."""

    scenario: str
    slots: int
    minimum: float
    p50: float
    floor: float
    loop: float

    @property
    def times_floor(self) -> float:
        return self.p50 / self.floor

    @property
    def loop_times_ours(self) -> float:
        return self.loop / self.p50


SCENARIOS = (
    Scenario(name="7 days", zone="Africa/Lagos", days=7),
    Scenario(name="30 days", zone="Africa/Lagos", days=30),
    Scenario(name="365 days", zone="Africa/Lagos", days=365),
    Scenario(name="365 days, every day open", zone="Africa/Lagos", days=365, open_days=7),
    Scenario(name="365 days, nothing booked", zone="Africa/Lagos", days=365, bookings_a_day=0),
    Scenario(name="365 days, New York", zone="America/New_York", days=365),
    Scenario(name="365 days, every rule", zone="America/New_York", days=365, all_rules=True),
)


def candidate_loop(rules: SlotRules, busy: list[Interval], now: datetime) -> list[datetime]:
    """The usual way."""
    zone, found = ZoneInfo(rules.timezone), []
    taken = defaultdict(list)
    for interval in busy:
        taken[interval[0].astimezone(zone).date()].append(interval)
    for n in range(rules.booking_window_days + 1):
        day = now.astimezone(zone).date() + timedelta(days=n)
        for opens, closes in rules.hours[day.weekday()]:
            for minute in range(opens, closes - MINUTES + 1, rules.step_minutes):
                wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
                start = wall.astimezone(UTC)
                meets = any(start < end and start + STEP > begin for begin, end in taken[day])
                if start >= now and not meets:
                    found.append(start)
    return found


def floor(start: datetime, steps: list[timedelta]) -> list[datetime]:
    return [start + step for step in steps]


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Microseconds of each round; one more, unmeasured, goes first."""
    work()
    times = []
    for _ in range(rounds):
        begun = perf_counter()
        work()
        times.append((perf_counter() - begun) * 1e6)
    return times


def row(scenario: Scenario, rounds: int) -> Row:
    rules, busy, now = scenario.rules, scenario.busy(), scenario.now
    time_off, openings, sessions = scenario.time_off, scenario.openings, [start for start, _ in busy]

    def ours() -> list[datetime]:
        return free_slots(
            rules,
            minutes=MINUTES,
            busy=busy,
            time_off=time_off,
            openings=openings,
            sessions=sessions,
            now=now,
        )

    slots = ours()
    if not scenario.all_rules and slots != candidate_loop(rules, busy, now):
        raise AssertionError(f"the two ways disagree about {scenario.name}")
    steps = [slot - now for slot in slots]
    times = timed(ours, rounds)
    return Row(
        scenario=scenario.name,
        slots=len(slots),
        minimum=min(times),
        p50=median(times),
        floor=median(timed(lambda: floor(now, steps), rounds)),
        loop=median(timed(lambda: candidate_loop(rules, busy, now), max(3, rounds // 10))),
    )


def rows(rounds: int = ROUNDS) -> list[Row]:
    return [row(scenario, rounds) for scenario in SCENARIOS]


def main() -> None:
    print(
        f"{'free slots, µs':<26}{'slots':>6}{'min':>8}{'p50':>8}{'floor':>8}{'loop':>9}  p50/floor  loop/p50"
    )
    for r in rows():
        numbers = f"{r.slots:>6}{r.minimum:>8.0f}{r.p50:>8.0f}{r.floor:>8.1f}{r.loop:>9.0f}"
        print(f"{r.scenario:<26}{numbers}{r.times_floor:>11.1f}{r.loop_times_ours:>10.1f}")


if __name__ == "__main__":
    main()
