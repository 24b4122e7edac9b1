"""When a dietitian can be had: everything that decides it, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import SlotTaken
from domain.model.availability import Interval, SlotRules, WeeklyHours, free_slots, full_days, is_free
from domain.model.booking import Booking
from domain.model.hours import Opening, TimeOff
from domain.model.people import Dietitian
from domain.model.request import Request
from domain.model.wall_clock import instant
from domain.ports import UnitOfWork

_REACH = timedelta(days=2)
"""How far from a start what decides about it may lie: its whole local day, and the longest session with buffers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything that decides when a dietitian is free, read in one transaction."""

    rules: SlotRules
    time_off: Sequence[TimeOff]
    openings: Sequence[Opening]
    busy: Sequence[Interval]
    sessions: Sequence[datetime]  # when each begins that counts towards the daily maximum

    def starts(self, minutes: int, now: datetime) -> list[datetime]:
        """All that can be offered; plain arithmetic, so that it need not hold up a transaction."""
        return free_slots(
            self.rules,
            minutes=minutes,
            busy=self.busy,
            time_off=self.time_off,
            openings=self.openings,
            sessions=self.sessions,
            now=now,
        )

    def allows(self, start: datetime, minutes: int, now: datetime) -> bool:
        return is_free(
            self.rules,
            minutes=minutes,
            busy=self.busy,
            time_off=self.time_off,
            openings=self.openings,
            sessions=self.sessions,
            now=now,
            start=start,
        )


def schedule_of(
    uow: UnitOfWork,
    dietitian: Dietitian,
    now: datetime,
    *,
    around: datetime | None = None,
    but: Booking | None = None,
    also_busy: Sequence[Interval] = (),
) -> Schedule:
    """For the whole booking window, or only for the days around one instant.

    `but`: a booking that neither takes its time nor counts towards its day. `also_busy`: what keeps the
    dietitian from seeing anybody without being a session here.
    """
    after, before = now - _REACH, now + timedelta(days=dietitian.booking_window_days) + _REACH
    if around is not None:
        after, before = around - _REACH, around + _REACH
    taken = uow.bookings.busy(dietitian.id, after=after, before=before, now=now)
    if but is not None:
        taken = [interval for interval in taken if interval != (but.start, but.busy_until)]
    return Schedule(
        rules=_rules(dietitian, uow.dietitians.hours(dietitian.id)),
        time_off=uow.dietitians.time_off(dietitian.id),
        openings=uow.dietitians.openings(dietitian.id),
        busy=[*_with_time_before(taken, dietitian), *also_busy],
        sessions=[*(start for start, _ in taken), *_over(uow, dietitian, after, before)],
    )


def end_of_window(dietitian: Dietitian, now: datetime) -> datetime:
    """Whatever can be offered starts before this."""
    zone = ZoneInfo(dietitian.timezone)
    after = now.astimezone(zone).date() + timedelta(days=dietitian.booking_window_days + 1)
    return instant(datetime.combine(after, time()), zone)


def _over(uow: UnitOfWork, dietitian: Dietitian, after: datetime, before: datetime) -> Sequence[datetime]:
    """A session that is over, or was missed, takes no time any more, but has been one of its day's."""
    if dietitian.daily_maximum is None:
        return ()
    return uow.bookings.closed(dietitian.id, after=after, before=before)


def _rules(dietitian: Dietitian, hours: WeeklyHours) -> SlotRules:
    return SlotRules(
        timezone=dietitian.timezone,
        hours=hours,
        minimum_notice_hours=dietitian.minimum_notice_hours,
        booking_window_days=dietitian.booking_window_days,
        buffer_minutes=dietitian.buffer_minutes,
        buffer_before_minutes=dietitian.buffer_before_minutes,
        step_minutes=dietitian.slot_step_minutes,
        daily_maximum=dietitian.daily_maximum,
    )


def _with_time_before(taken: Sequence[Interval], dietitian: Dietitian) -> Sequence[Interval]:
    """The time after a session was written down with it; the time before is what the dietitian asks for now."""
    if not dietitian.buffer_before_minutes:
        return taken
    before = timedelta(minutes=dietitian.buffer_before_minutes)
    return [(start - before, until) for start, until in taken]


def require_free(
    uow: UnitOfWork,
    dietitian: Dietitian,
    request: Request,
    start: datetime,
    now: datetime,
    *,
    but: Booking | None = None,
    also_busy: Sequence[Interval] = (),
) -> None:
    """`SlotTaken` unless a session can start then. `but`: a booking whose own time does not count as busy."""
    schedule = schedule_of(uow, dietitian, now, around=start, but=but, also_busy=also_busy)
    if not schedule.allows(start, request.minutes or 0, now):
        raise SlotTaken


def still_fits(uow: UnitOfWork, dietitian: Dietitian, booking: Booking, now: datetime) -> bool:
    """Whether the time of a hold that lapsed can be had after all.

    Hours and notice stand as they were when it was held; what others took meanwhile does not, nor who went away.
    """
    schedule = schedule_of(uow, dietitian, now, around=booking.start)
    since = booking.start - timedelta(minutes=dietitian.buffer_before_minutes)
    if any(start < booking.busy_until and since < until for start, until in schedule.busy):
        return False
    if is_away(uow, dietitian, booking):
        return False
    day = booking.start.astimezone(ZoneInfo(dietitian.timezone)).date()
    return day not in full_days(schedule.rules, schedule.sessions)


def is_away(uow: UnitOfWork, dietitian: Dietitian, booking: Booking) -> bool:
    """Whether it lies in time off of theirs."""
    zone = ZoneInfo(dietitian.timezone)
    away = (off.interval(zone) for off in uow.dietitians.time_off(dietitian.id))
    return any(begin < booking.end and booking.start < end for begin, end in away)
