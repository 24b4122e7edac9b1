"""What dietitians type about a service: right, sloppy, wrong and hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import practice_fields as fields
from bot.practice_tables import LONGEST_MINUTES, LONGEST_PROMISE
from domain.errors import Malformed
from domain.model.money import major_units
from domain.model.service import (
    FEWEST_MINUTES,
    HIGHEST_PRICE,
    LEAST_PRICE,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MOST_MINUTES,
    MOST_PROMISED_DAYS,
    ServiceKind,
)
from domain.usecases.add_service import slug_of
from handlers.typed_offers import days_of, description_of, minutes_of, price_of, title_of
from tests.rig import HOSTILE

LONG = "x" * 4096
ARABIC, HINDI = "\u0661\u0662\u0665\u0660\u0660", "\u0967\u0968\u096b\u0966\u0966"
JUNK = (
    "",
    "   ",
    "\n",
    "🌸",
    "\u202e\u200b\u2028",
    "\x00",
    "hello",
    HOSTILE,
    LONG,
    "9" * 4096,
    "السعر",
    "--",
)


@pytest.mark.parametrize(
    ("typed", "kobo"),
    [
        ("12500", 1_250_000),
        ("12,500", 1_250_000),
        ("12,500.00", 1_250_000),
        ("12500.5", 1_250_050),
        ("₦12.5k", 1_250_000),
        ("₦ 12,500", 1_250_000),
        ("#12500", 1_250_000),
        ("# 12.5k", 1_250_000),
        ("N12,500", 1_250_000),
        ("NGN 12 500", 1_250_000),
        ("12500 naira", 1_250_000),
        ("12.5 K", 1_250_000),
        ("12 thousand", 1_200_000),
        ("1.25m", 125_000_000),
        ("1.2 million", 120_000_000),
        ("12'500", 1_250_000),
        ("12.500,00", 1_250_000),
        ("  12500\n", 1_250_000),
        ("12\u00a0500", 1_250_000),
        ("\u200f12500\u200e", 1_250_000),
        (ARABIC, 1_250_000),
        (HINDI, 1_250_000),
        ("１２５００", 1_250_000),
        ("50", LEAST_PRICE),
        ("999,999,999.99", HIGHEST_PRICE),
    ],
)
def test_a_price_is_understood_as_people_write_it(typed: str, kobo: int) -> None:
    assert price_of(typed, "NGN") == kobo


@pytest.mark.parametrize(
    "typed",
    [
        *JUNK, "0", "-12500", "+12500", "49.99", "1,000,000,000", "12,50", "12,5000", "125.000", "12500.005",
        "$100", "100 USD", "€100", "1e5", "0x10", "12500 or so", "12500-15000", "k", "₦", "1/2", "½",
        "₦₦100", "##100", "#", "<b>12500</b>", "12500; DROP TABLE services",
    ],
)  # fmt: skip
def test_what_is_no_price_here_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match="12,500"):
        price_of(typed, "NGN")


def test_each_currency_has_its_own_signs_and_no_other() -> None:
    assert price_of("$100", "USD") == price_of("GH₵100", "GHS") == price_of("R100", "ZAR") == 10_000
    assert price_of("100 ksh", "KES") == price_of("XOF 100", "XOF") == 10_000
    with pytest.raises(Malformed, match="USD"):
        price_of("₦100", "USD")


@given(st.integers(LEAST_PRICE, HIGHEST_PRICE))
def test_every_price_comes_back_however_it_is_grouped(kobo: int) -> None:
    plain = major_units(kobo)
    grouped = f"{kobo // 100:,}.{kobo % 100:02d}"
    assert price_of(plain, "NGN") == price_of(f"₦{grouped}", "NGN") == kobo
    assert fields.price(plain) == kobo, "the practice file must take what the chat takes"


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("45", 45), ("45 min", 45), ("45min.", 45), ("45 MINUTES", 45), ("45'", 45), ("1h", 60), ("1 hour", 60),
        ("1h 30", 90), ("1h30m", 90), ("1:30", 90), ("1.5 hours", 90), ("1 hour and 15 minutes", 75),
        ("an hour", 60), ("two hours", 120), ("half an hour", 30), (" 50\n", 50), ("٤٥", 45), ("5", 5), ("8h", 480),
    ],
)  # fmt: skip
def test_a_length_is_understood_as_people_write_it(typed: str, minutes: int) -> None:
    assert minutes_of(typed) == minutes


@pytest.mark.parametrize(
    "typed", [*JUNK, "0", "4", "481", "9h", "-45", "45-60", "1:60", "1.33h", "4.5", "forty", "<b>45</b>", "h"]
)
def test_what_is_no_length_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match="For example: 45"):
        minutes_of(typed)


@pytest.mark.parametrize(
    ("typed", "days"),
    [("7", 7), ("10 days", 10), ("1 day", 1), ("2 weeks", 14), ("a week", 7), ("One week.", 7), ("7d", 7), ("٧", 7),
     ("90", 90), ("12w", 84), ("1 month", 30), ("a month", 30), ("3 Months.", 90), ("two weeks", 14), ("ten days", 10)],
)  # fmt: skip
def test_promised_days_are_understood_as_people_write_them(typed: str, days: int) -> None:
    assert days_of(typed) == days


@pytest.mark.parametrize(
    "typed", [*JUNK, "0", "91", "13 weeks", "4 months", "a", "-7", "7-10", "1.5", "tomorrow", "<i>7</i>"]
)
def test_what_is_no_number_of_days_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match=r"For example: 7"):
        days_of(typed)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("First consultation", "First consultation"),
        ("  First \n consultation\t", "First consultation"),
        (HOSTILE, HOSTILE),
        ("Ìbẹ̀wò àkọ́kọ́ 🌸", "Ìbẹ̀wò àkọ́kọ́ 🌸"),
        ("استشارة أولى", "استشارة أولى"),
        ("Plan\u202e A\x00", "Plan A"),
        ("x" * LONGEST_TITLE, "x" * LONGEST_TITLE),
    ],
)
def test_a_title_is_taken_as_it_is_written(typed: str, title: str) -> None:
    assert title_of(typed) == title


@pytest.mark.parametrize("typed", ["", " \n", "🌸🌸", "\u202e\u200b", "--", "x" * (LONGEST_TITLE + 1), LONG])
def test_what_is_no_title_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match="First consultation"):
        title_of(typed)


def test_a_description_keeps_its_lines() -> None:
    assert description_of("  Two talks.\n\nOne plan 🌸 \x07\u202e") == "Two talks.\n\nOne plan 🌸"
    assert description_of("x" * LONGEST_DESCRIPTION) == "x" * LONGEST_DESCRIPTION


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b\u202e", "x" * (LONGEST_DESCRIPTION + 1), LONG])
def test_what_is_no_description_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match="lab results"):
        description_of(typed)


@given(st.text(max_size=300))
def test_whatever_the_chat_takes_the_practice_file_takes(typed: str) -> None:
    for read, write in ((title_of, fields.line_of_text), (description_of, fields.long_text)):
        try:
            read_back = read(typed)
        except Malformed:
            continue
        assert write(read_back) == read_back
        assert read(read_back) == read_back


def test_the_chat_and_the_practice_file_have_the_same_bounds() -> None:
    assert (FEWEST_MINUTES, MOST_MINUTES) == (5, LONGEST_MINUTES)
    assert MOST_PROMISED_DAYS == LONGEST_PROMISE
    assert LEAST_PRICE == fields.LEAST_PRICE
    assert (LONGEST_TITLE, LONGEST_DESCRIPTION) == (fields.LONGEST_LINE, fields.LONGEST_TEXT)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("First consultation", "first-consultation"),
        ("  Ọlá's 1st – visit! ", "olas-1st-visit"),
        ("استشارة", "consultation"),
        ("🌸", "consultation"),
        ("x" * 100, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
        (HOSTILE, "b-obrien-b"),
    ],
)
def test_a_slug_is_made_from_the_title(title: str, slug: str) -> None:
    assert slug_of(title, ServiceKind.CONSULTATION, set()) == slug


@given(st.text(max_size=120), st.integers(0, 30))
def test_a_slug_is_free_and_one_that_the_practice_file_takes(title: str, number: int) -> None:
    taken: set[str] = set()
    for _ in range(number + 1):
        slug = slug_of(title, ServiceKind.MEAL_PLAN, taken)
        assert slug not in taken
        assert fields.slug(slug) == slug
        taken.add(slug)
