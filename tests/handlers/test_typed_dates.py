"""Time off and openings as people type them: right, sloppy, wrong and hostile; in several zones, where clocks jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Malformed
from handlers.callbacks import LIMIT_BYTES, Press, Verb
from handlers.stretches import Stretch, of_entry, stretch_from, stretch_words
from handlers.typed_dates import OFF_EXAMPLE, OPENING_EXAMPLE, stretch_of
from handlers.typed_hours import time_of
from tests.clock import MORNING

LAGOS = "Africa/Lagos"
NOW = MORNING  # Monday 2 November 2026, 09:00 in Lagos


def said(text: str, *, timezone: str = LAGOS, now: datetime = NOW, opening: bool = False) -> str:
    """In short: `2026-11-06 14:00-17:00`."""
    return short(stretch_of(text, timezone=timezone, now=now, opening=opening))


def short(stretch: Stretch) -> str:
    days = str(stretch.first) if stretch.first == stretch.last else f"{stretch.first}..{stretch.last}"
    if stretch.ranges:
        return f"{days} " + " ".join(f"{clock(begins)}-{clock(ends)}" for begins, ends in stretch.ranges)
    if stretch.begins is None and stretch.ends is None:
        return days
    return f"{days} {clock(stretch.begins)}>{clock(stretch.ends)}"


def clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


HOLIDAYS = "2026-12-24..2027-01-02"
XMAS = "2026-12-24..2026-12-26"
FRIDAY = "2026-11-06"

DATES = [
    ("20 Dec", "2026-12-20"),
    ("20 December", "2026-12-20"),
    ("December 20", "2026-12-20"),
    ("Dec 20th, 2026", "2026-12-20"),
    ("the 20th of December", "2026-12-20"),
    ("20/12", "2026-12-20"),
    ("20/12/26", "2026-12-20"),
    ("20-12-2026", "2026-12-20"),
    ("20.12.", "2026-12-20"),
    ("20.12.2026", "2026-12-20"),
    ("2026-12-20", "2026-12-20"),
    ("２０/１２", "2026-12-20"),
    ("٢٠/١٢", "2026-12-20"),
    ("2 Nov", "2026-11-02"),
    ("2/11", "2026-11-02"),
    ("3/4", "2027-04-03"),
    ("29 Feb 2028", "2028-02-29"),
    ("the 24th", "2026-11-24"),
    ("the 1st", "2026-12-01"),
    ("the 31st", "2026-12-31"),
    ("today", "2026-11-02"),
    ("tomorrow", "2026-11-03"),
    ("TOMMOROW", "2026-11-03"),
    ("tmrw", "2026-11-03"),
    ("2morrow", "2026-11-03"),
    ("day after tomorrow", "2026-11-04"),
    ("next tomorrow", "2026-11-04"),
    ("in 3 days", "2026-11-05"),
    ("in two weeks", "2026-11-16"),
    ("Monday", "2026-11-02"),
    ("friday", FRIDAY),
    ("on Fri", FRIDAY),
    ("this friday", FRIDAY),
    ("next friday", "2026-11-13"),
    ("next week Friday", "2026-11-13"),
    ("Friday next week", "2026-11-13"),
    ("Friday 27 November", "2026-11-27"),
    ("Fri, 27 Nov 2026", "2026-11-27"),
    ("Friday the 13th", "2026-11-13"),
    ("24 Dec to 2 Jan", HOLIDAYS),
    ("24 Dec - 2 Jan", HOLIDAYS),
    ("24 Dec – 2 Jan", HOLIDAYS),
    ("24/12 - 2/1", HOLIDAYS),
    ("24/12-2/1", HOLIDAYS),
    ("24.12. - 2.1.", HOLIDAYS),
    ("24.12.26 - 02.01.27", HOLIDAYS),
    ("2026-12-24 - 2027-01-02", HOLIDAYS),
    ("from 24 Dec until 2 Jan 2027", HOLIDAYS),
    ("24 December 2026 till 2 January 2027", HOLIDAYS),
    ("  I'm away   24 dec   TO  2 jan!! ", HOLIDAYS),
    ("🏖 24 Dec to 2 Jan 🌸", HOLIDAYS),
    ("from 24 Dec for 10 days", HOLIDAYS),
    ("24-26 Dec", XMAS),
    ("24 to 26 December", XMAS),
    ("Dec 24-26", XMAS),
    ("24th-26th of December", XMAS),
    ("between 24 and 26 December", XMAS),
    ("Thu 24 Dec - Sat 26 Dec", XMAS),
    ("Mon-Wed", "2026-11-02..2026-11-04"),
    ("Fri to Mon", "2026-11-06..2026-11-09"),
    ("this week", "2026-11-02..2026-11-08"),
    ("next week", "2026-11-09..2026-11-15"),
    ("the whole of next week", "2026-11-09..2026-11-15"),
    ("all week", "2026-11-02..2026-11-08"),
    ("the week of 7 December", "2026-12-07..2026-12-13"),
    ("weekend", "2026-11-07..2026-11-08"),
    ("next weekend", "2026-11-14..2026-11-15"),
    ("next month", "2026-12-01..2026-12-31"),
    ("all of December", "2026-12-01..2026-12-31"),
    ("February 2028", "2028-02-01..2028-02-29"),
    ("for a week", "2026-11-02..2026-11-08"),
    ("until Friday", "2026-11-02..2026-11-06"),
    ("1 Sep to 31 May", "2027-09-01..2028-05-31"),
    ("all day Friday", FRIDAY),
    ("take a day off on Friday", FRIDAY),
]


@pytest.mark.parametrize(("typed", "days"), DATES, ids=ascii)
def test_days_are_understood_as_they_were_meant(typed: str, days: str) -> None:
    assert said(typed) == days


HOURS = [
    ("Friday 2-5pm", "14:00-17:00"),
    ("Friday 2 - 5 pm", "14:00-17:00"),
    ("Friday 2pm-5pm", "14:00-17:00"),
    ("Friday 2pm to 5pm", "14:00-17:00"),
    ("Friday from 2 to 5", "14:00-17:00"),
    ("Friday from 2pm until 5pm", "14:00-17:00"),
    ("between 2 and 5pm on Friday", "14:00-17:00"),
    ("2-5pm Friday", "14:00-17:00"),
    ("2 to 5pm on friday", "14:00-17:00"),
    ("fri 14-17", "14:00-17:00"),
    ("fri 14:00-17:00", "14:00-17:00"),
    ("fri 14.00 - 17.00", "14:00-17:00"),
    ("fri 14h-17h", "14:00-17:00"),
    ("fri 14h00 - 17h00", "14:00-17:00"),
    ("fri 1400-1700", "14:00-17:00"),
    ("Friday, 2 p.m. to 5 p.m.", "14:00-17:00"),
    ("FRIDAY 2PM–5PM", "14:00-17:00"),
    ("friday ２-５pm", "14:00-17:00"),
    ("Friday 9-12", "09:00-12:00"),
    ("Friday 9-5", "09:00-17:00"),
    ("Friday 9:30-11:45", "09:30-11:45"),
    ("Friday 10-14", "10:00-14:00"),
    ("Friday 11-1pm", "11:00-13:00"),
    ("Friday 8am-noon", "08:00-12:00"),
    ("Friday noon to 2", "12:00-14:00"),
    ("Friday 9-12, 1pm-5pm", "09:00-12:00 13:00-17:00"),
    ("Friday 9-12 and 1-5", "09:00-12:00 13:00-17:00"),
    ("Friday 8pm to midnight", "20:00-24:00"),
    ("Friday 6-8", "06:00-08:00"),
    ("Friday 06:00-08:00", "06:00-08:00"),
    ("Friday from 3pm", "15:00>"),
    ("from 3pm Friday", "15:00>"),
    ("from 3 on Friday", "15:00>"),
    ("Friday 3pm onwards", "15:00>"),
    ("after 15:00 on Friday", "15:00>"),
    ("Friday until noon", ">12:00"),
    ("until 2pm on Friday", ">14:00"),
    ("Friday before 12", ">12:00"),
    ("Friday morning", ">12:00"),
    ("friday afternoon", "12:00>17:00"),
    ("Friday evening", "17:00>"),
    ("Friday 3pm to midnight", "15:00-24:00"),
]


@pytest.mark.parametrize(("typed", "times"), HOURS, ids=ascii)
def test_parts_of_a_day_are_understood_as_they_were_meant(typed: str, times: str) -> None:
    assert said(typed) == f"{FRIDAY} {times}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5 December 10-14", "2026-12-05 10:00-14:00"),
        ("10-14 5 December", "2026-12-05 10:00-14:00"),
        ("from 3pm today", "2026-11-02 15:00>"),
        ("tonight", "2026-11-02 17:00>"),
        ("this afternoon", "2026-11-02 12:00>17:00"),
        ("tomorrow morning", "2026-11-03 >12:00"),
        ("24-26 Dec 2-5pm", "2026-12-24..2026-12-26 14:00-17:00"),
        ("next week 2-5pm", "2026-11-09..2026-11-15 14:00-17:00"),
        ("Fri-Sun mornings", None),
        ("Friday 2pm to Monday 9am", "2026-11-06..2026-11-09 14:00>09:00"),
        ("2pm Friday - 9am Monday", "2026-11-06..2026-11-09 14:00>09:00"),
        ("24 Dec 10 - 26 Dec 14", "2026-12-24..2026-12-26 10:00>14:00"),
        ("24 Dec 3pm to 2 Jan", f"{HOLIDAYS} 15:00>"),
        ("24 Dec to 2 Jan noon", f"{HOLIDAYS} >12:00"),
        ("until Friday 5pm", "2026-11-02..2026-11-06 >17:00"),
    ],
)
def test_days_and_times_together(typed: str, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(Malformed, match="I can't read “mornings”"):
            said(typed)
    else:
        assert said(typed) == meant


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "I need a day"),
        ("   \n ", "I need a day"),
        ("🌸🌸", "I need a day"),
        ("to", "I need a day"),
        ("yesterday", "Sunday 1 November 2026 is in the past"),
        ("last friday", "30 October 2026 is in the past"),
        ("1 Nov 2026", "1 November 2026 is in the past"),
        ("24/12/25", "24 December 2025 is in the past"),
        ("2020-01-01 to 2030-01-01", "is in the past"),
        ("today 1am-2am", "over already"),
        ("24 Dec - 20 Dec", "ends before it begins"),
        ("24 Dec 2026 - 20 Dec 2026", "ends before it begins"),
        ("26-24 Dec", "ends before it begins"),
        ("Friday 5pm-2pm", "does not end after it begins"),
        ("24 Dec 2026 to 26 Dec 2027", "longer than a year"),
        ("for 400 days", "I can't read"),
        ("for 99 weeks", "longer than a year"),
        ("24 Dec 2040", "more than three years away"),
        ("31 April", "no such day as “31 april”"),
        ("30/2", "no such day as “30/2”"),
        ("29 Feb 2027", "no such day"),
        ("12/24", "no such day as “12/24”"),
        ("2026-13-01", "no such day"),
        ("0/0", "no such day"),
        ("Thursday 27 November", "it is a Friday 27 November 2026"),
        ("Friday and Monday", "one day, or one stretch of days"),
        ("24, 25 and 28 Dec", "one day, or one stretch of days"),
        ("the 32nd", "no such day"),
        ("2-5pm", "On which day?"),
        ("3pm", "On which day?"),
        ("12", "On which day?"),
        ("Friday 2pm", "Until when?"),
        ("Friday 25:00-26:00", "is no time of day"),
        ("Friday 9-10, 11-12, 13-14", "more than 2 times at once"),
        ("every Friday", "weekly hours: /availability"),
        ("fridays", "weekly hours: /availability"),
        ("24 Dec to", "I can't make out"),
        ("soon", "I can't read “soon”"),
        ("<b>Friday</b>", "I can't read “<b>friday</b>”"),
        ("Friday; DROP TABLE time_off", "I can't read “drop”"),
        ("/timeoff", "I can't read “/timeoff”"),
        ("الجمعة", "I can't read “الجمعة”"),
        ("пятница", "I can't read"),
        ("星期五", "I can't read"),
        ("vendredi", "I can't read “vendredi”"),
        ("\u202eyadirf", "I can't read “yadirf”"),
        ("99999999999999", "I can't read"),
        ("4" * 4096, "too long"),
        ("🌸" * 4096, "too long"),
        ("Friday " * 30, "too long"),
        ("-" * 190, "I need a day"),
        ("1 " * 95, "On which day?"),
    ],
    ids=lambda typed: ascii(typed)[:40],
)
def test_what_is_no_time_off_is_refused_with_an_example(typed: str, words: str) -> None:
    with pytest.raises(Malformed) as refused:
        said(typed)
    assert words in str(refused.value)
    assert str(refused.value).endswith(OFF_EXAMPLE)


def test_the_examples_are_understood() -> None:
    assert said("24 Dec to 2 Jan") == HOLIDAYS
    assert said("Friday 2-5pm") == f"{FRIDAY} 14:00-17:00"
    assert said("Saturday 5 December 10-14", opening=True) == "2026-12-05 10:00-14:00"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Sat 5 Dec 10am-2pm", "2026-12-05 10:00-14:00"),
        ("open on Saturday 10-14", "2026-11-07 10:00-14:00"),
        ("tomorrow 6-8pm and 9-10pm", "2026-11-03 18:00-20:00 21:00-22:00"),
        ("weekend 10-12", "2026-11-07..2026-11-08 10:00-12:00"),
    ],
)
def test_an_opening_is_a_day_with_its_times(typed: str, meant: str) -> None:
    assert said(typed, opening=True) == meant
    assert stretch_of(typed, timezone=LAGOS, now=NOW, opening=True).opening


@pytest.mark.parametrize(
    "typed", ["Saturday", "24 Dec to 2 Jan", "Saturday from 3pm", "Friday 2pm to Monday 9am"]
)
def test_an_opening_without_its_times_is_refused(typed: str) -> None:
    with pytest.raises(Malformed) as refused:
        said(typed, opening=True)
    assert "the day and the times" in str(refused.value)
    assert str(refused.value).endswith(OPENING_EXAMPLE)


def test_hours_of_each_day_are_for_a_month_at_most() -> None:
    assert said("1 Dec to 31 Dec 2-5pm") == "2026-12-01..2026-12-31 14:00-17:00"
    with pytest.raises(Malformed, match="for 31 days at once"):
        said("1 Dec to 1 Jan 2-5pm")


@pytest.mark.parametrize(
    ("timezone", "now", "today"),
    [
        ("Africa/Lagos", datetime(2026, 11, 2, 22, 59, tzinfo=UTC), date(2026, 11, 2)),
        ("Africa/Lagos", datetime(2026, 11, 2, 23, 0, tzinfo=UTC), date(2026, 11, 3)),
        ("America/Los_Angeles", datetime(2026, 11, 2, 7, 59, tzinfo=UTC), date(2026, 11, 1)),
        ("Pacific/Kiritimati", datetime(2026, 11, 2, 10, 0, tzinfo=UTC), date(2026, 11, 3)),
        ("Pacific/Pago_Pago", datetime(2026, 11, 2, 10, 59, tzinfo=UTC), date(2026, 11, 1)),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        ("America/New_York", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), date(2026, 3, 8)),
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), date(2026, 11, 1)),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 3, 0, tzinfo=UTC), date(2018, 11, 4)),
        ("Asia/Kathmandu", datetime(2026, 11, 2, 18, 15, tzinfo=UTC), date(2026, 11, 3)),
        ("Pacific/Chatham", datetime(2026, 9, 26, 11, 30, tzinfo=UTC), date(2026, 9, 27)),
    ],
)
def test_today_is_the_dietitians_day_also_where_the_clock_jumps(
    timezone: str, now: datetime, today: date
) -> None:
    tomorrow, week = today + timedelta(days=1), today + timedelta(days=7)
    assert said("today", timezone=timezone, now=now) == str(today)
    assert said("tomorrow", timezone=timezone, now=now) == str(tomorrow)
    assert said("in 7 days", timezone=timezone, now=now) == str(week)
    assert said(f"{today:%d/%m}", timezone=timezone, now=now) == str(today)
    assert said(f"{today:%A}", timezone=timezone, now=now) == str(today)
    assert said("tomorrow 2-3", timezone=timezone, now=now) == f"{tomorrow} 14:00-15:00"


@pytest.mark.parametrize(
    ("timezone", "typed", "begins", "ends"),
    [
        # 02:00 to 03:00 is not there
        ("Europe/Berlin", "29 March 2027 2am-3am", "2027-03-29T00:00Z", "2027-03-29T01:00Z"),
        ("Europe/Berlin", "28 March 2027 01:00-04:00", "2027-03-28T00:00Z", "2027-03-28T02:00Z"),
        ("Europe/Berlin", "28 March 2027 02:30-04:00", "2027-03-28T01:00Z", "2027-03-28T02:00Z"),
        # 02:00 to 03:00 comes twice
        ("Europe/Berlin", "31 October 2027 02:00-03:00", "2027-10-31T00:00Z", "2027-10-31T02:00Z"),
        ("America/New_York", "14 March 2027", "2027-03-14T05:00Z", "2027-03-15T04:00Z"),
        ("America/New_York", "7 November 2027", "2027-11-07T04:00Z", "2027-11-08T05:00Z"),
        ("Africa/Lagos", "14 March 2027", "2027-03-13T23:00Z", "2027-03-14T23:00Z"),
    ],
)
def test_a_time_typed_for_the_day_of_a_change_is_what_the_clock_shows(
    timezone: str, typed: str, begins: str, ends: str
) -> None:
    (off,) = stretch_of(typed, timezone=timezone, now=NOW).time_off()
    assert off.interval(ZoneInfo(timezone)) == (
        datetime.fromisoformat(begins),
        datetime.fromisoformat(ends),
    )


def test_a_time_that_the_clock_skips_altogether_is_refused() -> None:
    now = datetime(2027, 3, 28, 6, 0, tzinfo=UTC)
    with pytest.raises(Malformed, match="over already"):
        said("today 02:10-02:50", timezone="Europe/Berlin", now=now)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Friday 27 Nov 2-5pm", "Friday 27 November 2026, 14:00–17:00 (Africa/Lagos)"),
        ("20 Dec", "Sunday 20 December 2026, the whole day (Africa/Lagos)"),
        (
            "24 Dec to 2 Jan",
            "Thursday 24 December 2026 to Saturday 2 January 2027, whole days (Africa/Lagos)",
        ),
        ("from 3pm today", "Monday 2 November 2026, from 15:00 (Africa/Lagos)"),
        ("tomorrow until noon", "Tuesday 3 November 2026, until 12:00 (Africa/Lagos)"),
        (
            "24-26 Dec 9-12, 2-5pm",
            "Thursday 24 December 2026 to Saturday 26 December 2026, each day 09:00–12:00, 14:00–17:00 (Africa/Lagos)",
        ),
        (
            "Friday 2pm to Monday 9am",
            "Friday 6 November 2026, 14:00 to Monday 9 November 2026, 09:00 (Africa/Lagos)",
        ),
        (
            "24 Dec 3pm to 2 Jan",
            "Thursday 24 December 2026, 15:00 to the end of Saturday 2 January 2027 (Africa/Lagos)",
        ),
    ],
)
def test_what_was_understood_is_said_in_full(typed: str, words: str) -> None:
    assert stretch_words(stretch_of(typed, timezone=LAGOS, now=NOW), LAGOS) == words


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("3pm", 900), ("15:00", 900), ("3", 900), ("9", 540), ("12", 720), ("noon", 720), ("midnight", 0), ("7.30", 450),
     ("06", 360), ("8h", 480), ("1730", 1050), ("12am", 0), ("12 pm", 720)],
)  # fmt: skip
def test_one_time_of_day(typed: str, minutes: int) -> None:
    assert time_of(typed, "x") == minutes


@pytest.mark.parametrize("typed", ["", "25:00", "3-5", "Friday", "closed", "13pm", "<3", "٪"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(Malformed, match="An example"):
        time_of(typed, "An example")


@pytest.mark.parametrize("typed", [typed for typed, _ in HOURS] + [typed for typed, _ in DATES], ids=ascii)
def test_a_button_carries_what_was_understood(typed: str) -> None:
    stretch = stretch_of(typed, timezone=LAGOS, now=NOW)
    assert stretch_from(stretch.code) == stretch
    longest = Press(Verb.ASK_TO_MOVE, "ABCDEFGHJK", stretch.code, 99)
    assert len(str(longest).encode()) <= LIMIT_BYTES


def test_the_longest_code_fits_a_button() -> None:
    ranges = ((1080, 1200), (1260, 1440))
    stretch = Stretch(first=date(2026, 12, 1), last=date(2026, 12, 31), ranges=ranges)
    assert len(str(Press(Verb.ASK_TO_MOVE, "ABCDEFGHJK", stretch.code, 99)).encode()) <= LIMIT_BYTES


@pytest.mark.parametrize(
    "code",
    [
        "", "x", "20261101", "20261101.20261102", "20261102.20261101.a", "20269901.20261101.a", "20261101.20261101.z",
        "20261101.20261101.r", "20261101.20261101.r5-4", "20261101.20261101.r1-2_3-4_5-6", "20261101.20261101.a1-2",
        "20261101.20261101.t900-800", "20261101.20261101.t-0", "20261101.20261101.o1-9999", "20260101.20270101.r1-2",
        "20260101.29990101.a", "00010101.00010102.a", "20261101.20261101.t1-2-3", "20261101.20261101.t1",
        "20261101.20261101.t1440-", "20261101.20261101.r-", "20261101.20261101.a\n",
    ],
)  # fmt: skip
def test_a_forged_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError):
        stretch_from(code)


def read(text: str, *, opening: bool = False) -> Stretch | str:
    """What was understood, or why not."""
    try:
        return stretch_of(text, timezone=LAGOS, now=NOW, opening=opening)
    except Malformed as refused:
        return str(refused)


@given(st.text(max_size=220), st.booleans())
def test_any_text_is_understood_or_refused_with_an_example(text: str, opening: bool) -> None:  # noqa: FBT001
    found = read(text, opening=opening)
    if isinstance(found, str):
        assert found.endswith(OPENING_EXAMPLE if opening else OFF_EXAMPLE)
    else:
        assert stretch_from(found.code) == found


PIECES = (
    "friday mon 24 2 5pm 14:00 - to until dec jan/ 24/12 2026 next last this week weekend month in for days from",
    "after before and , the 24th today tomorrow noon midnight morning 2026-12-24 24.12. 9.30. 31 feb every 5 0 00:00",
)


@given(st.lists(st.sampled_from(" ".join(PIECES).split()), min_size=1, max_size=9).map(" ".join))
def test_any_words_of_dates_are_understood_or_refused(text: str) -> None:
    found = read(text)
    if isinstance(found, str):
        assert found.endswith(OFF_EXAMPLE)
    else:
        assert found.first >= date(2026, 11, 2)
        assert all(stretch_from(of_entry(off).code).first == off.first for off in found.time_off())
