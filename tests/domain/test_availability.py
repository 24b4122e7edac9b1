"""Opening hours minus what is taken, on ordinary days and on the days the clocks change."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.model.availability import (
    CLOSED,
    Interval,
    MinuteRange,
    SlotRules,
    free_days,
    free_slots,
)
from domain.model.hours import TimeOff

NINE_TO_NOON: MinuteRange = (9 * 60, 12 * 60)
ALL_DAY: MinuteRange = (0, 24 * 60)
SMALL_HOURS: MinuteRange = (0, 4 * 60)


def rules(
    *ranges: MinuteRange, zone: str = "Africa/Lagos", notice: int = 0, window: int = 0, buffer: int = 0
) -> SlotRules:
    return SlotRules(
        timezone=zone,
        hours=(ranges,) * 7,
        minimum_notice_hours=notice,
        booking_window_days=window,
        buffer_minutes=buffer,
    )


def at(text: str, zone: str = "Africa/Lagos") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def taken(start: str, end: str) -> Interval:
    return at(f"2026-11-02 {start}"), at(f"2026-11-02 {end}")


def offered(
    practice: SlotRules,
    day: str,
    *,
    minutes: int = 30,
    busy: Sequence[Interval] = (),
    time_off: Sequence[TimeOff] = (),
    now: str = "00:00",
) -> list[str]:
    """The slots of one day as the dietitian's clock shows them."""
    moment = at(f"{day} {now}", practice.timezone)
    slots = free_slots(practice, minutes=minutes, busy=busy, time_off=time_off, now=moment)
    assert all(slot.tzinfo is UTC for slot in slots)
    return [f"{slot.astimezone(ZoneInfo(practice.timezone)):%H:%M}" for slot in slots]


def test_an_empty_morning_offers_every_half_hour_that_fits() -> None:
    assert offered(rules(NINE_TO_NOON), "2026-11-02", minutes=45) == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        "11:00",
    ]


def test_each_range_has_a_grid_of_its_own() -> None:
    assert offered(rules((545, 620), (780, 840)), "2026-11-02") == ["09:05", "09:35", "13:00", "13:30"]


def test_a_range_can_run_to_midnight() -> None:
    assert offered(rules((1380, 1440)), "2026-11-02") == ["23:00", "23:30"]


def test_a_closed_week_offers_nothing() -> None:
    practice = SlotRules(
        timezone="Africa/Lagos",
        hours=CLOSED,
        minimum_notice_hours=0,
        booking_window_days=60,
        buffer_minutes=0,
    )
    assert offered(practice, "2026-11-02") == []


def test_a_held_slot_is_not_offered_and_the_slot_that_touches_it_is() -> None:
    practice = rules(NINE_TO_NOON)
    assert offered(practice, "2026-11-02", busy=[taken("10:00", "11:00")]) == [
        "09:00",
        "09:30",
        "11:00",
        "11:30",
    ]


def test_back_to_back_bookings_leave_nothing_between_them() -> None:
    busy = [taken("09:00", "10:00"), taken("10:00", "11:00"), taken("11:00", "11:30")]
    assert offered(rules(NINE_TO_NOON), "2026-11-02", busy=busy) == ["11:30"]


def test_the_order_of_busy_intervals_and_their_overlaps_do_not_matter() -> None:
    busy = [taken("11:00", "11:30"), taken("09:00", "11:00"), taken("09:30", "10:00")]
    assert offered(rules(NINE_TO_NOON), "2026-11-02", busy=busy) == ["11:30"]


def test_the_buffer_keeps_time_free_before_the_next_booking() -> None:
    busy = [taken("10:30", "11:40")]  # 30 minutes and its own buffer are inside
    assert offered(rules(NINE_TO_NOON, buffer=10), "2026-11-02", busy=busy) == ["09:00", "09:30"]


def test_the_buffer_may_run_past_closing_time() -> None:
    assert offered(rules(NINE_TO_NOON, buffer=60), "2026-11-02")[-1] == "11:30"


def test_notice_is_counted_from_the_instant_and_includes_its_edge() -> None:
    practice = rules(NINE_TO_NOON, notice=2)
    assert offered(practice, "2026-11-02", now="08:30") == ["10:30", "11:00", "11:30"]
    assert offered(practice, "2026-11-02", now="08:30:00.000001") == ["11:00", "11:30"]


def test_the_window_counts_local_days_of_the_dietitian() -> None:
    practice = rules((0, 60), zone="Pacific/Auckland", window=1)
    now = at("2026-11-02 23:50", "Pacific/Auckland")  # still the morning of the 2nd in UTC
    slots = free_slots(practice, minutes=60, busy=[], time_off=[], now=now)
    assert slots == [at("2026-11-03 00:00", "Pacific/Auckland")]


def test_days_off_include_both_ends() -> None:
    practice = rules((540, 570), window=4)
    off = [
        TimeOff(first=date(2026, 11, 3), last=date(2026, 11, 5)),
        TimeOff(first=date(2020, 1, 1), last=date(2020, 1, 2)),
    ]
    slots = free_slots(practice, minutes=30, busy=[], time_off=off, now=at("2026-11-02 00:00"))
    assert list(free_days(slots, "Africa/Lagos")) == [date(2026, 11, 2), date(2026, 11, 6)]


def test_a_day_off_wins_over_opening_hours_and_leaves_the_other_weekdays_alone() -> None:
    hours = ((NINE_TO_NOON,), ((840, 900),), (), (), (), (), ())
    practice = SlotRules(
        timezone="Africa/Lagos",
        hours=hours,
        minimum_notice_hours=0,
        booking_window_days=8,
        buffer_minutes=0,
    )
    off = [TimeOff(first=date(2026, 11, 9), last=date(2026, 11, 9))]
    slots = free_slots(practice, minutes=60, busy=[], time_off=off, now=at("2026-11-02 09:30"))
    expected = ("02 09:30", "02 10:00", "02 10:30", "02 11:00", "03 14:00", "10 14:00")
    assert slots == [at(f"2026-11-{day}") for day in expected]


def test_first_is_included_and_last_is_not() -> None:
    slots = free_slots(
        rules(NINE_TO_NOON, window=30),
        minutes=30,
        busy=[],
        time_off=[],
        now=at("2026-11-01 00:00"),
        first=at("2026-11-05 10:30"),
        last=at("2026-11-06 09:30"),
    )
    assert slots == [at(f"2026-11-{day}") for day in ("05 10:30", "05 11:00", "05 11:30", "06 09:00")]


@pytest.mark.parametrize(
    ("zone", "first_in_utc"),
    [
        ("Africa/Lagos", "08:00"),
        ("Asia/Kolkata", "03:30"),
        ("Asia/Kathmandu", "03:15"),
        ("Pacific/Marquesas", "18:30"),
    ],
)
def test_opening_hours_are_wall_clock_in_every_zone(zone: str, first_in_utc: str) -> None:
    now = at("2026-11-02 00:00", zone)
    slots = free_slots(rules(NINE_TO_NOON, zone=zone), minutes=180, busy=[], time_off=[], now=now)
    assert [f"{slot:%H:%M}" for slot in slots] == [first_in_utc]


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/London", "2026-03-29"), ("America/New_York", "2026-03-08")]
)
def test_a_time_skipped_in_spring_is_not_offered(zone: str, day: str) -> None:
    skipped = "01" if zone == "Europe/London" else "02"
    every = [f"{hour:02}:{minute:02}" for hour in range(4) for minute in (0, 30)]
    shown = offered(rules(SMALL_HOURS, zone=zone), day)
    assert shown == [label for label in every if not label.startswith(skipped)]


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/London", "2026-10-25"), ("America/New_York", "2026-11-01")]
)
def test_a_time_that_comes_twice_in_autumn_is_offered_the_first_time_only(zone: str, day: str) -> None:
    practice, midnight = rules(SMALL_HOURS, zone=zone), at(f"{day} 00:00", zone)
    slots = free_slots(practice, minutes=30, busy=[], time_off=[], now=midnight)
    minutes = [(slot - midnight) // timedelta(minutes=1) for slot in slots]
    # 01:00-02:00 comes twice in both: from 02:00 on the clock is an hour behind
    assert minutes == [m + (60 if m >= 120 else 0) for m in range(0, 240, 30)]


def test_an_appointment_over_the_spring_change_lasts_real_minutes() -> None:
    practice = rules(SMALL_HOURS, zone="Europe/London")
    assert offered(practice, "2026-03-29", minutes=120) == ["00:00", "00:30", "02:00"]


def test_the_repeated_hour_counts_towards_what_fits() -> None:
    practice = rules((0, 120), zone="Europe/London")
    assert offered(practice, "2026-10-25", minutes=120) == ["00:00", "00:30", "01:00"]


def test_a_range_that_closes_inside_the_skipped_hour_closes_at_the_change() -> None:
    practice = rules((0, 90), zone="Europe/London")
    assert offered(practice, "2026-03-29") == ["00:00", "00:30"]
    assert offered(practice, "2026-03-29", minutes=45) == ["00:00"]


def test_a_range_that_closes_inside_the_repeated_hour_closes_the_first_time() -> None:
    practice = rules((0, 90), (90, 180), zone="Europe/London")
    assert offered(practice, "2026-10-25", minutes=60) == ["00:00", "00:30", "01:30", "02:00"]


def test_a_booking_over_the_repeated_hour_blocks_both_passes() -> None:
    zone = "Europe/London"
    busy = [(at("2026-10-25 01:30", zone), at("2026-10-25 02:00", zone))]
    assert busy[0][1] - busy[0][0] == timedelta(minutes=90)
    shown = offered(rules((60, 240), zone=zone), "2026-10-25", busy=busy)
    assert shown == ["01:00", "02:00", "02:30", "03:00", "03:30"]


def test_the_half_hour_change_of_lord_howe() -> None:
    practice = rules(SMALL_HOURS, zone="Australia/Lord_Howe")
    assert offered(practice, "2026-10-04") == ["00:00", "00:30", "01:00", "01:30", "02:30", "03:00", "03:30"]
    midnight = at("2026-04-05 00:00", "Australia/Lord_Howe")
    slots = free_slots(practice, minutes=30, busy=[], time_off=[], now=midnight)
    elapsed = [(slot - midnight) // timedelta(minutes=1) for slot in slots]
    assert elapsed == [0, 30, 60, 90, 150, 180, 210, 240]


def test_the_day_samoa_skipped_has_no_slots_and_its_neighbours_have_all() -> None:
    zone = "Pacific/Apia"
    now = at("2011-12-29 00:00", zone)
    slots = free_slots(rules(ALL_DAY, zone=zone, window=2), minutes=60, busy=[], time_off=[], now=now)
    assert free_days(slots, zone) == {date(2011, 12, 29): 47, date(2011, 12, 31): 47}
    assert slots[47] - slots[46] == timedelta(minutes=60)  # 23:00 on the 29th, then 00:00 on the 31st


def test_where_clocks_fall_back_over_midnight_no_instant_comes_twice() -> None:
    zone = "America/St_Johns"  # at 00:01 on 2010-11-07 back to 23:01 on the 6th
    now = at("2010-11-06 22:00", zone)
    slots = free_slots(rules(ALL_DAY, zone=zone, window=1), minutes=30, busy=[], time_off=[], now=now)
    assert slots == sorted(set(slots))
    assert slots[:5] == [now + timedelta(minutes=m) for m in (0, 30, 60, 90, 120)]
    assert slots[5] - slots[4] == timedelta(minutes=90)


def test_an_evening_of_which_the_last_hour_comes_twice_is_open_an_hour_longer() -> None:
    practice = rules((22 * 60, 24 * 60), zone="America/Sao_Paulo")
    assert offered(practice, "2018-02-17", minutes=120) == ["22:00", "22:30", "23:00"]


def test_a_cut_inside_a_repeated_evening_keeps_the_slot_of_the_next_date_before_it() -> None:
    zone = "America/St_Johns"
    now = at("2010-11-06 22:00", zone)
    last = datetime(2010, 11, 6, 23, 30, fold=1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    slots = free_slots(
        rules(ALL_DAY, zone=zone, window=1), minutes=30, busy=[], time_off=[], now=now, last=last
    )
    assert slots[-1] == at("2010-11-07 00:00", zone)
