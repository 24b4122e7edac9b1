"""A dietitian changes their weekly hours and the rules of booking. What is booked stays where it is."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import Malformed
from domain.model.booking import Booking
from domain.model.hours import Interval, MinuteRange, Opening, TimeOff, WeeklyHours
from domain.model.people import Dietitian
from domain.model.practice import (
    HOURS_A_YEAR,
    LONGEST_BUFFER,
    LONGEST_STEP,
    MOST_SESSIONS,
    SHORTEST_STEP,
)
from domain.model.views import RequestCard
from domain.model.wall_clock import instant
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.busy_times import BusyTimes, Diary, diary_of
from domain.usecases.clashes import count_outside
from domain.usecases.freeing import more_time
from domain.usecases.readiness import tell_when_ready
from domain.usecases.telling import by, record

MOST_RANGES = 8  # a day
_WEEK = 7


class Rule(StrEnum):
    NOTICE = "notice"
    WINDOW = "window"
    AFTER = "after"
    BEFORE = "before"
    MAXIMUM = "most"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    field: str
    least: int
    most: int


BOUNDS = {
    Rule.NOTICE: Bounds(field="minimum_notice_hours", least=0, most=HOURS_A_YEAR),
    Rule.WINDOW: Bounds(field="booking_window_days", least=1, most=365),
    Rule.AFTER: Bounds(field="buffer_minutes", least=0, most=LONGEST_BUFFER),
    Rule.BEFORE: Bounds(field="buffer_before_minutes", least=0, most=LONGEST_BUFFER),
    Rule.MAXIMUM: Bounds(field="daily_maximum", least=1, most=MOST_SESSIONS),
    Rule.STEP: Bounds(field="slot_step_minutes", least=SHORTEST_STEP, most=LONGEST_STEP),
}
"""As the practice file has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`outside`: how many sessions that are booked lie outside the hours as they are."""

    dietitian: Dietitian
    hours: WeeklyHours
    outside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekAhead:
    """Seven days from `monday` as they stand. `sessions` hold their slots; `busy` is what the own calendar says."""

    dietitian: Dietitian
    monday: date
    hours: WeeklyHours
    openings: Sequence[Opening]
    time_off: Sequence[TimeOff]
    sessions: Sequence[tuple[RequestCard, Booking]]
    busy: Sequence[Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHours:
    """Each change can be made again without doing more."""

    transactions: Transactions
    clock: Clock

    async def look(self, *, dietitian: Dietitian) -> Week:
        return await self.transactions.read(lambda uow: _week(uow, dietitian.id, self.clock.now()))

    async def set_days(
        self, *, dietitian: Dietitian, days: Collection[int], ranges: Sequence[MinuteRange]
    ) -> Week:
        """These ranges on these days, whatever they had before; none closes them."""
        return await self._change(dietitian, lambda hours: _with(hours, days, ranges))

    async def copy(self, *, dietitian: Dietitian, day: int, to: Collection[int]) -> Week:
        return await self._change(dietitian, lambda hours: _with(hours, to, hours[day]))

    async def add(self, *, dietitian: Dietitian, day: int, ranges: Sequence[MinuteRange]) -> Week:
        """What overlaps becomes one."""
        return await self._change(
            dietitian, lambda hours: _with(hours, [day], joined([*hours[day], *ranges]))
        )

    async def drop(self, *, dietitian: Dietitian, day: int, dropped: MinuteRange) -> Week:
        return await self._change(
            dietitian, lambda hours: _with(hours, [day], [one for one in hours[day] if one != dropped])
        )

    async def _change(self, dietitian: Dietitian, change: Callable[[WeeklyHours], WeeklyHours]) -> Week:
        def work(uow: UnitOfWork) -> Week:
            uow.dietitians.lock(dietitian.id)
            now, before = self.clock.now(), uow.dietitians.hours(dietitian.id)
            after = change(before)
            if max(map(len, after)) > MOST_RANGES:
                raise Malformed(f"A day has {MOST_RANGES} times at most. For example: 9-12, 1pm-5pm")
            if after != before:
                uow.dietitians.set_hours(dietitian.id, after)
                subject = f"dietitian:{dietitian.public_id}"
                record(uow, now, by(dietitian.person_id), "changed hours", subject, hours=after)
                if not any(before):
                    tell_when_ready(uow, dietitian.id, now)
                more_time(uow, dietitian.id, now)
            uow.steps.clear(dietitian.telegram_id)
            return _week(uow, dietitian.id, now)

        return await self.transactions.write(work)

    async def set_rule(self, *, dietitian: Dietitian, rule: Rule, value: int | None) -> Dietitian:
        """None is no limit, which only the daily maximum can do without."""
        bounds = BOUNDS[rule]
        unlimited = value is None and rule is Rule.MAXIMUM
        if not unlimited and (value is None or not bounds.least <= value <= bounds.most):
            raise Malformed(f"That must be {bounds.least} to {bounds.most}.")

        def change(uow: UnitOfWork) -> Dietitian:
            current = uow.dietitians.lock(dietitian.id)
            changed = replace(current, **{bounds.field: value})  # type: ignore[arg-type]
            if changed != current:
                uow.dietitians.save(changed)
                subject = f"dietitian:{dietitian.public_id}"
                record(
                    uow,
                    self.clock.now(),
                    by(dietitian.person_id),
                    f"changed {rule.value}",
                    subject,
                    value=value,
                )
                more_time(uow, dietitian.id, self.clock.now())
            uow.steps.clear(dietitian.telegram_id)
            return changed

        return await self.transactions.write(change)


def _week(uow: UnitOfWork, dietitian_id: int, now: datetime) -> Week:
    dietitian = uow.dietitians.get(dietitian_id)
    return Week(
        dietitian=dietitian,
        hours=uow.dietitians.hours(dietitian_id),
        outside=count_outside(uow, dietitian, now),
    )


def _with(hours: WeeklyHours, days: Collection[int], ranges: Sequence[MinuteRange]) -> WeeklyHours:
    return tuple(tuple(sorted(ranges)) if day in days else hours[day] for day in range(_WEEK))


def joined(ranges: Sequence[MinuteRange]) -> list[MinuteRange]:
    """In order; those that overlap are one. What only touches stays two, each with its own grid of starts."""
    found: list[MinuteRange] = []
    for opens, closes in sorted(set(ranges)):
        if found and opens < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAhead:
    """A week as it stands, to be drawn. Reads only; a calendar that cannot be asked leaves its part out."""

    transactions: Transactions
    clock: Clock
    busy_times: BusyTimes | None = None

    async def __call__(self, *, dietitian: Dietitian, ahead: int) -> WeekAhead:
        """`ahead`: so many weeks after this one."""
        now = self.clock.now()
        found, diary = await self.transactions.read(lambda uow: self._read(uow, dietitian, now, ahead))
        if diary is None or self.busy_times is None:
            return found
        said = await self.busy_times.offered(diary)
        return replace(found, busy=said.times)

    def _read(
        self, uow: UnitOfWork, dietitian: Dietitian, now: datetime, ahead: int
    ) -> tuple[WeekAhead, Diary | None]:
        zone = ZoneInfo(dietitian.timezone)
        today = now.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        begin, end = (
            instant(datetime.combine(day, datetime.min.time()), zone)
            for day in (monday, monday + timedelta(days=_WEEK))
        )
        sessions = uow.bookings.ahead(dietitian.id, after=begin, before=end, now=now)
        cards = uow.overviews.cards({one.request_id for one in sessions})
        found = WeekAhead(
            dietitian=dietitian,
            monday=monday,
            hours=uow.dietitians.hours(dietitian.id),
            openings=uow.dietitians.openings(dietitian.id),
            time_off=uow.dietitians.time_off(dietitian.id),
            sessions=[(cards[one.request_id], one) for one in sessions],
            busy=(),
        )
        return found, diary_of(uow, dietitian, now) if self.busy_times is not None else None
