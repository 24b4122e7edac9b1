"""When somebody is reminded, and when it makes no sound: over every zone and both days that clocks change."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.booking import Booking
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person
from domain.model.reminder import (
    BEFORE,
    LONGEST,
    Lead,
    Standing,
    due,
    is_quiet,
    is_urgent,
    may_say_late,
    standing,
    wanted,
)
from domain.model.wall_clock import changes
from tests.clock import MORNING

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
EXAMPLES = int(os.environ.get("REMINDER_EXAMPLES", "200"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ALL = frozenset(Lead)
SOMEBODY = Person(telegram_id=1, name="Amina", timezone="Africa/Lagos", created_at=MORNING)


@lru_cache(maxsize=256)
def moved_in(zone: str, year: int) -> list[datetime]:
    return sorted(set(changes(zone, year).values()))


@st.composite
def around_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant: near a change of its clock in ten years, where it has any."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(2026, 2035))
    middle = draw(st.sampled_from(moved_in(zone, year) or [datetime(year, 7, 1, tzinfo=UTC)]))
    return zone, middle + MINUTE * draw(st.integers(-2 * 24 * 60, 2 * 24 * 60))


@settings(max_examples=EXAMPLES, deadline=None)
@given(around_a_change(), st.sampled_from(Lead))
def test_a_reminder_comes_exactly_so_long_before_whatever_the_clocks_do(
    case: tuple[str, datetime], lead: Lead
) -> None:
    zone, moment = case
    start = moment.astimezone(ZoneInfo(zone))
    at = due(lead, start)
    assert start.astimezone(UTC) - at.astimezone(UTC) == BEFORE[lead]
    assert standing(lead, moment, at.astimezone(UTC), ALL) is Standing.ON_TIME


@settings(max_examples=EXAMPLES, deadline=None)
@given(around_a_change(), st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_is_what_the_clock_on_the_wall_says(case: tuple[str, datetime], begins: int, ends: int) -> None:
    """Against a clock that is walked minute by minute from one end of the quiet hours to the other."""
    zone, moment = case
    person = replace(SOMEBODY, quiet_from=begins, quiet_until=ends)
    shown = moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    minute, quiet = begins, set()
    while minute != ends:
        quiet.add(f"{minute // 60:02}:{minute % 60:02}")
        minute = (minute + 1) % 1440
    if begins == ends:  # is refused when it is set
        return
    assert is_quiet(person, moment, zone) == (shown in quiet)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        # London, 29 March 2026: 00:59 GMT, then 02:00 BST
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), True),
        # 25 October 2026: 01:30 comes twice, neither in 02:00-03:00; then it is two
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), False),
    ],
)
def test_quiet_from_two_to_three_where_the_clock_jumps(at: datetime, *, quiet: bool) -> None:
    assert is_quiet(replace(SOMEBODY, quiet_from=120, quiet_until=180), at, "Europe/London") == quiet


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    person = replace(SOMEBODY, quiet_from=60, quiet_until=120)
    for hour in (0, 1):
        assert is_quiet(person, datetime(2026, 10, 25, hour, 30, tzinfo=UTC), "Europe/London")


def test_who_has_no_quiet_hours_hears_everything() -> None:
    assert not is_quiet(SOMEBODY, MORNING, "Africa/Lagos")


START = MORNING + 3 * DAY
NO_HOUR = frozenset({Lead.DAY, Lead.SOON})


@pytest.mark.parametrize(
    ("lead", "before", "chosen", "expected"),
    [
        (Lead.DAY, DAY, ALL, Standing.ON_TIME),
        (Lead.DAY, DAY - 14 * MINUTE, ALL, Standing.ON_TIME),
        (Lead.DAY, DAY - 15 * MINUTE, ALL, Standing.LATE),
        (Lead.DAY, HOUR + MINUTE, ALL, Standing.LATE),
        (Lead.DAY, HOUR, ALL, Standing.OVERTAKEN),
        (Lead.DAY, HOUR, NO_HOUR, Standing.LATE),
        (Lead.DAY, 10 * MINUTE, NO_HOUR, Standing.OVERTAKEN),
        (Lead.DAY, 5 * MINUTE, frozenset({Lead.DAY}), Standing.LATE),
        (Lead.DAY, -MINUTE, ALL, Standing.BEGUN),
        (Lead.HOUR, HOUR, ALL, Standing.ON_TIME),
        (Lead.HOUR, 49 * MINUTE, ALL, Standing.LATE),
        (Lead.HOUR, 10 * MINUTE, ALL, Standing.OVERTAKEN),
        (Lead.HOUR, HOUR, NO_HOUR, Standing.NOT_WANTED),
        (Lead.SOON, 10 * MINUTE, ALL, Standing.ON_TIME),
        (Lead.SOON, 7 * MINUTE, ALL, Standing.LATE),
        (Lead.SOON, timedelta(), ALL, Standing.BEGUN),
        (Lead.SOON, 10 * MINUTE, frozenset(), Standing.NOT_WANTED),
    ],
)
def test_what_becomes_of_a_reminder(
    lead: Lead, before: timedelta, chosen: frozenset[Lead], expected: Standing
) -> None:
    assert standing(lead, START, START - before, chosen) is expected


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(-120, 26 * 60), st.frozensets(st.sampled_from(Lead)))
def test_however_late_it_is_at_most_one_of_them_goes_out(minutes: int, chosen: frozenset[Lead]) -> None:
    now = START - MINUTE * minutes
    ready = [lead for lead in Lead if now >= due(lead, START)]
    said = [one for one in ready if standing(one, START, now, chosen) in {Standing.ON_TIME, Standing.LATE}]
    assert len(said) == (1 if minutes > 0 and set(ready) & chosen else 0)


def test_a_person_chooses_each_of_them() -> None:
    assert wanted(SOMEBODY) == ALL
    assert wanted(replace(SOMEBODY, remind_hour=False)) == NO_HOUR
    assert wanted(replace(SOMEBODY, remind_day=False, remind_soon=False)) == {Lead.HOUR}


def test_none_is_due_longer_before_than_the_longest() -> None:
    assert min(due(lead, START) for lead in Lead) == START - LONGEST


def _notice(kind: NoticeKind, **detail: str) -> Notice:
    return Notice(kind=kind, to=1, key="k", detail=detail)


def _booking() -> Booking:
    end = START + 45 * MINUTE
    return Booking(
        public_id="B", request_id=1, dietitian_id=1, client_id=1, start=START, end=end, busy_until=end, hold_until=None,
        free_hours=24, late_refund_percent=0, created_at=MORNING,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("notice", "before", "urgent"),
    [
        (_notice(NoticeKind.REMINDER, lead="day"), DAY, False),
        (_notice(NoticeKind.REMINDER, lead="hour"), HOUR, False),
        (_notice(NoticeKind.REMINDER, lead="soon"), 10 * MINUTE, True),
        (_notice(NoticeKind.BOOKING_MOVED), DAY, False),
        (_notice(NoticeKind.BOOKING_CANCELLED), HOUR, True),
        (_notice(NoticeKind.MEETING_READY), -44 * MINUTE, True),
        (_notice(NoticeKind.MEETING_READY), -45 * MINUTE, False),
        (_notice(NoticeKind.RUNNING_LATE), 2 * HOUR, True),
    ],
)
def test_what_cannot_wait_sounds(notice: Notice, before: timedelta, *, urgent: bool) -> None:
    assert is_urgent(notice, _booking(), START - before) == urgent


@pytest.mark.parametrize(("minutes", "may"), [(61, False), (60, True), (0, True), (-30, True), (-31, False)])
def test_running_late_can_be_said_around_the_start(minutes: int, *, may: bool) -> None:
    assert may_say_late(START, START - MINUTE * minutes) == may
