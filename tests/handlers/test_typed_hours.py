"""Opening hours as people type them: right, sloppy, wrong, hostile."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Malformed
from domain.model.hours import MinuteRange, WeeklyHours
from handlers.screens.setup import week_words
from handlers.typed_hours import LONGEST_TEXT, MOST_RANGES, ranges_of, week_of
from tests.rig import HOSTILE

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def said(ranges: tuple[MinuteRange, ...]) -> str:
    return " ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in ranges)


@pytest.mark.parametrize(
    ("typed", "week"),
    [
        ("Mon-Fri 9-12, 1pm-5pm; Sat 10-14", "Mon–Fri 09:00–12:00, 13:00–17:00; Sat 10:00–14:00"),
        ("Monday to Friday from 9am to 5pm", "Mon–Fri 09:00–17:00"),
        ("mon-fri 9-5", "Mon–Fri 09:00–17:00"),
        ("mon, wed 9-12 fri 10-2", "Mon 09:00–12:00; Wed 09:00–12:00; Fri 10:00–14:00"),
        ("weekdays 9–12 and 13–17", "Mon–Fri 09:00–12:00, 13:00–17:00"),
        ("Mon:9.30-12.30;Tue:closed", "Mon 09:30–12:30"),
        ("Mon - Fri: 09:00 - 17:00", "Mon–Fri 09:00–17:00"),
        ("sat-mon 8-12", "Mon 08:00–12:00; Sat–Sun 08:00–12:00"),
        ("every day 9-5", "Mon–Sun 09:00–17:00"),
        ("Mon 9-12\nTue 14:00-18:00", "Mon 09:00–12:00; Tue 14:00–18:00"),
        ("weekends 10am till noon", "Sat–Sun 10:00–12:00"),
        ("Mondays & Thursdays 9-11", "Mon 09:00–11:00; Thu 09:00–11:00"),
        ("Mo-Fr 8h-12h, 13h30-17h", "Mon–Fri 08:00–12:00, 13:30–17:00"),
        ("MON 0900-1700", "Mon 09:00–17:00"),
        ("mon 20-midnight", "Mon 20:00–24:00"),
        ("Mon 9-12; Mon 14-16", "Mon 09:00–12:00, 14:00–16:00"),
        ("mon 9-12,mon 9-12", "Mon 09:00–12:00"),
        ("Mon ٩-١٧", "Mon 09:00–17:00"),
        ("\u202emon 9-12\u200b", "Mon 09:00–12:00"),
        ("Ｍｏｎ ９－１２", "Mon 09:00–12:00"),
        ("Sun closed", "closed all week"),
    ],
)
def test_a_week_is_understood_as_it_was_meant(typed: str, week: str) -> None:
    assert week_words(week_of(typed)) == week


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("9-12, 1pm-5pm", "09:00-12:00 13:00-17:00"),
        ("9-12, 1-5", "09:00-12:00 13:00-17:00"),
        ("1-5", "13:00-17:00"),
        ("01:00-05:00", "01:00-05:00"),
        ("1-5pm", "13:00-17:00"),
        ("11-1pm", "11:00-13:00"),
        ("9-5pm", "09:00-17:00"),
        ("9am-5", "09:00-17:00"),
        ("7-9", "07:00-09:00"),
        ("12-1", "12:00-13:00"),
        ("12am-6am", "00:00-06:00"),
        ("10-11:30, 12:30-3", "10:00-11:30 12:30-15:00"),
        ("from 9 a.m. until 12 p.m.", "09:00-12:00"),
        ("0-24", "00:00-24:00"),
        ("14-18, 9-12", "09:00-12:00 14:00-18:00"),
        ("closed", ""),
        ("Off.", ""),
    ],
)
def test_the_ranges_of_a_day_are_understood_as_they_were_meant(typed: str, ranges: str) -> None:
    assert said(ranges_of(typed)) == ranges


WRONG = [
    "", " ", "-", "🌸", HOSTILE, "<b>mon</b> 9-12", "x" * 4096, "9-12 " * 800, "mon 25-26", "mon 9:75-10",
    "mon 13pm-14pm", "mon 22-2", "mon 9", "mon 9-12-15", "mon 9 12 15", "mon-fri", "الاثنين ٩-١٢", "funday 9-12",
    "mon 9-12; mon 11-14", "1' OR 1=1", "\x00\x01", "mon " + ", ".join(f"{h}:00-{h}:30" for h in range(10, 20)),
    "½-¾", "mon 9--", "closed mon 9-12 closed tue", "９９９９９-1",
]  # fmt: skip


@pytest.mark.parametrize("typed", WRONG)
@pytest.mark.parametrize("read", [week_of, ranges_of])
def test_what_cannot_be_read_is_refused_with_an_example(read: object, typed: str) -> None:
    assert callable(read)
    with pytest.raises(Malformed, match="For example: ") as refused:
        read(typed)
    assert len(str(refused.value)) < 200


def test_a_week_needs_its_days_and_a_day_has_none() -> None:
    with pytest.raises(Malformed, match="on which days"):
        week_of("9-17")
    with pytest.raises(Malformed, match="without days"):
        ranges_of("Mon 9-12")
    with pytest.raises(Malformed, match=f"more than {MOST_RANGES}"):
        ranges_of(", ".join(f"{hour}:00-{hour}:30" for hour in range(10, 20)))
    assert LONGEST_TEXT < 4096


minutes = st.integers(0, 1440)
spans = st.lists(minutes, min_size=0, max_size=8, unique=True).map(sorted)
days = spans.map(lambda at: tuple(zip(at[::2], at[1::2], strict=False)))


@given(st.lists(days, min_size=7, max_size=7).map(tuple))
def test_what_is_shown_back_is_read_as_the_same_week(week: WeeklyHours) -> None:
    if any(week):
        assert week_of(week_words(week)) == week


@given(st.text(max_size=60))
def test_anything_is_read_or_refused(typed: str) -> None:
    for read in (week_of, ranges_of):
        with suppress(Malformed):
            read(typed)
