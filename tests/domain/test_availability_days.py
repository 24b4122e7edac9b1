"""Slots as their reader browses them, and one slot judged by itself."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.model.availability import PartOfDay, SlotRules, free_days, is_free, part_of_day, slots_of_day
from domain.model.hours import TimeOff


def lagos(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Africa/Lagos")).astimezone(UTC)


def test_the_reader_sees_the_days_of_their_own_zone() -> None:
    slots = [datetime(2026, 11, day, 22, minute, tzinfo=UTC) for day in (2, 3) for minute in (0, 30)]
    assert free_days(slots, "Africa/Lagos") == {date(2026, 11, 2): 2, date(2026, 11, 3): 2}
    assert free_days(slots, "Asia/Kathmandu") == {date(2026, 11, 3): 2, date(2026, 11, 4): 2}
    assert slots_of_day(slots, "Asia/Kathmandu", date(2026, 11, 3)) == slots[:2]
    assert slots_of_day(slots, "Asia/Kathmandu", date(2026, 11, 2)) == []


@pytest.mark.parametrize(
    ("shown", "part"),
    [
        ("00:00", PartOfDay.MORNING),
        ("11:59", PartOfDay.MORNING),
        ("12:00", PartOfDay.AFTERNOON),
        ("16:59", PartOfDay.AFTERNOON),
        ("17:00", PartOfDay.EVENING),
        ("23:59", PartOfDay.EVENING),
    ],
)
def test_the_day_has_three_parts(shown: str, part: PartOfDay) -> None:
    assert part_of_day(datetime.combine(date(2026, 11, 2), time.fromisoformat(shown))) is part


@pytest.mark.parametrize(
    ("start", "free"),
    [
        ("2026-11-02 10:30", True),
        ("2026-11-02 10:30:00.000001", False),
        ("2026-11-02 10:45", False),
        ("2026-11-02 10:00", False),  # too soon
        ("2026-11-02 11:00", False),  # taken
        ("2026-11-03 12:00", False),  # closing time
        ("2026-11-05 09:00", True),
        ("2026-11-06 09:00", False),  # off
        ("2026-11-07 09:00", True),
        ("2026-11-08 09:00", False),  # beyond the window
        ("0001-01-02 00:00", False),
        ("9999-12-30 09:00", False),
    ],
)
def test_one_start_is_judged_by_the_same_rule(start: str, free: bool) -> None:  # noqa: FBT001
    practice = SlotRules(
        timezone="Africa/Lagos",
        hours=(((9 * 60, 12 * 60),),) * 7,
        minimum_notice_hours=2,
        booking_window_days=5,
        buffer_minutes=0,
    )
    judged = is_free(
        practice,
        minutes=30,
        busy=[(lagos("2026-11-02 11:00"), lagos("2026-11-02 11:30"))],
        time_off=[TimeOff(first=date(2026, 11, 6), last=date(2026, 11, 6))],
        now=lagos("2026-11-02 08:30"),
        start=lagos(start),
    )
    assert judged is free
