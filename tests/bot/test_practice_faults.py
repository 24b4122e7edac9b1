"""What a bad practice file is told: every fault at once, each with its line and field."""

from pathlib import Path

import pytest

from bot.practice_file import PracticeFileError, read_practice

EXAMPLE = Path(__file__).with_name("practice_example.toml").read_text(encoding="utf-8")
SECOND = EXAMPLE.replace("1001", "1002")
SERVICE = EXAMPLE[EXAMPLE.index("[[dietitian.service]]") :]


def problems(text: str) -> list[str]:
    with pytest.raises(PracticeFileError) as refused:
        read_practice(text)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


BAD_FIELDS = [
    ("telegram_id = 1001", "telegram_id = -5", 2, "dietitian[1].telegram_id", "-5 is not between 1 and"),
    ("telegram_id = 1001", "telegram_id = 0", 2, "dietitian[1].telegram_id", "0 is not between"),
    ("telegram_id = 1001", 'telegram_id = "1001"', 2, "dietitian[1].telegram_id", "not a whole number"),
    ("telegram_id = 1001", "telegram_id = true", 2, "dietitian[1].telegram_id", "true is not a whole number"),
    ("telegram_id = 1001", "telegram_id = 1001.0", 2, "dietitian[1].telegram_id", "not a whole number"),
    ("telegram_id = 1001", "telegram_id = 0x1" + "0" * 80, 2, "dietitian[1].telegram_id", "this large"),
    ("telegram_id = 1001\n", "", 1, "dietitian[1].telegram_id", "is missing"),
    ('"Dr Ada Obi"', '""', 3, "dietitian[1].name", "is empty"),
    ('"Dr Ada Obi"', '"  "', 3, "dietitian[1].name", "is empty"),
    ('"Dr Ada Obi"', '"' + "é" * 101 + '"', 3, "dietitian[1].name", "longer than 100"),
    ('"Dr Ada Obi"', r'"Ada\nObi"', 3, "dietitian[1].name", "line break"),
    ('"Dr Ada Obi"', "12", 3, "dietitian[1].name", "12 is not text in quotes"),
    ("ada@example.com", "ada@", 4, "dietitian[1].email", '"ada@" is not an e-mail address'),
    ("ada@example.com", "ada at example.com", 4, "dietitian[1].email", "not an e-mail address"),
    ("Africa/Lagos", "Lagos", 5, "dietitian[1].timezone", 'did you mean "Africa/Lagos"?'),
    ("Africa/Lagos", "WAT+1", 5, "dietitian[1].timezone", "is not a time zone"),
    ("Africa/Lagos", "../../etc/passwd", 5, "dietitian[1].timezone", "is not a time zone"),
    ("minimum_notice_hours = 2", "minimum_notice_hours = -1", 6, "dietitian[1].minimum_notice_hours", "-1"),
    ("booking_window_days = 60", "booking_window_days = 0", 7, "dietitian[1].booking_window_days", "1 and"),
    ("booking_window_days = 60", "booking_window_days = 366", 7, "dietitian[1].booking_window_days", "365"),
    ("booking_window_days", "booking_window", 7, "dietitian[1].booking_window", "did you mean booking_w"),
    ("buffer_minutes = 10", "buffer_minutes = 1.5", 8, "dietitian[1].buffer_minutes", "1.5 is not a whole"),
    ("https://meet", "http://meet", 9, "dietitian[1].fallback_meeting_url", "is not a link like"),
    ("https://meet.example.com/ada", "https://", 9, "dietitian[1].fallback_meeting_url", "not a link"),
    ("https://meet.example.com/ada", "https://a b", 9, "dietitian[1].fallback_meeting_url", "not a link"),
    ("https://meet.example.com/ada", "https://[", 9, "dietitian[1].fallback_meeting_url", "not a link"),
    ("free_hours = 24", "free_hours = -24", 12, "dietitian[1].cancellation.free_hours", "not between 0 and"),
    ("percent = 0", "percent = 101", 13, "dietitian[1].cancellation.late_refund_percent", "0 and 100"),
    ("late_refund_percent", "refund", 13, "dietitian[1].cancellation.refund", "is not a field"),
    ("mon =", "monday =", 16, "dietitian[1].hours.monday", "did you mean mon?"),
    ('"13:00-17:00"', '"13:00-17"', 16, "dietitian[1].hours.mon[2]", '"13:00-17" is not a range like'),
    ('"13:00-17:00"', '"13:00-25:00"', 16, "dietitian[1].hours.mon[2]", "is not a range like"),
    ('"13:00-17:00"', '"24:00-24:00"', 16, "dietitian[1].hours.mon[2]", "is not a range like"),
    ('"13:00-17:00"', '"17:00-13:00"', 16, "dietitian[1].hours.mon[2]", "does not end after it begins"),
    ('"13:00-17:00"', '"11:59-17:00"', 16, "dietitian[1].hours.mon[2]", 'begins before "09:00-12:00" is'),
    ('"13:00-17:00"', '"07:00-08:00"', 16, "dietitian[1].hours.mon[2]", "begins before"),
    ('"13:00-17:00"', '"१३:००-17:00"', 16, "dietitian[1].hours.mon[2]", "is not a range"),
    ('"13:00-17:00"', "1300", 16, "dietitian[1].hours.mon[2]", "1300 is not a range"),
    ('["10:00-14:00"]', '"10:00-14:00"', 17, "dietitian[1].hours.sat", "is not a list"),
    ("from = 2026-12-24", 'from = "2026-12-24"', 20, "dietitian[1].time_off[1].from", "without quotes"),
    ("from = 2026-12-24", "from = 2026-12-24T00:00:00", 20, "dietitian[1].time_off[1].from", "not a date"),
    ("from = 2026-12-24", "from = 2027-12-24", 21, "dietitian[1].time_off[1].to", "is before 2027-12-24"),
    ("to = 2027-01-02", "till = 2027-01-02", 21, "dietitian[1].time_off[1].till", "is not a field"),
    ('"Holidays"', "1", 22, "dietitian[1].time_off[1].reason", "1 is not text"),
    ('"Holidays"', r'"a\u0000b"', 22, "dietitian[1].time_off[1].reason", "NUL"),
    ("first-consultation", "First", 25, "dietitian[1].service[1].slug", '"First" is not a name like'),
    ("first-consultation", "-first", 25, "dietitian[1].service[1].slug", "is not a name like"),
    ("first-consultation", "a" * 41, 25, "dietitian[1].service[1].slug", "at most 40"),
    ('"consultation"  ', '"call"  ', 26, "dietitian[1].service[1].kind", 'is not "consultation" or'),
    ('"consultation"  ', '"meal_plan"  ', 28, "dietitian[1].service[1].minutes", "not a field of a meal"),
    ('title = "First consultation"\n', "", 24, "dietitian[1].service[1].title", "is missing"),
    ("minutes = 45\n", "", 24, "dietitian[1].service[1].minutes", "a consultation has a length"),
    ("minutes = 45", "minutes = 4", 28, "dietitian[1].service[1].minutes", "4 is not between 5 and 480"),
    ("minutes = 45", "minutes = 481", 28, "dietitian[1].service[1].minutes", "481 is not between"),
    ('"12500.00"', '"12,500"', 29, "dietitian[1].service[1].price", '"12,500" is not an amount like'),
    ('"12500.00"', "12500.00", 29, "dietitian[1].service[1].price", 'is not an amount like "12500.00"'),
    ('"12500.00"', '"1e9"', 29, "dietitian[1].service[1].price", "is not an amount"),
    ('"12500.00"', '"1.005"', 29, "dietitian[1].service[1].price", "is not an amount"),
    ('"12500.00"', '"49.99"', 29, "dietitian[1].service[1].price", "less than 50.00"),
    ('"12500.00"', '"0.00"', 29, "dietitian[1].service[1].price", "less than 50.00"),
    ('"12500.00"', '"-12500"', 29, "dietitian[1].service[1].price", "is not an amount"),
    ('"…"', '["…"]', 30, "dietitian[1].service[1].description", "a list is not text"),
    ('"…"  ', '"…"\ntimezone = "UTC" #', 31, "dietitian[1].service[1].timezone", "under [[dietitian]]"),
    ("[dietitian.cancellation]", "[[dietitian.cancellation]]", 11, "dietitian[1].cancellation", "a table"),
    ("[[dietitian.time_off]]", "[dietitian.time_off]", 19, "dietitian[1].time_off", "[[dietitian.time_off]]"),
    ("[[dietitian.service]]", "[[service]]", 24, "service", "it belongs under [[dietitian]]"),
    ("[dietitian.hours]", "[dietitian.hour]", 15, "dietitian[1].hour", "did you mean hours?"),
]  # fmt: skip

BAD_OFFERS = [
    ("promised_days = 7", "promised_days", "is not a field of a consultation"),
    ('by_request_only = "true"', "by_request_only", '"true" is not true or false'),
    ("by_request_only = 1", "by_request_only", "1 is not true or false"),
    ("by_request = true", "by_request", "did you mean by_request_only?"),
    ('questions = "Why?"', "questions", 'is not a list like ["Are you allergic'),
    ("questions = {}", "questions", 'is not a list like ["Are you allergic'),
    ('questions = ["Why?", ""]', "questions[2]", "is empty"),
    ('questions = ["Why?", " "]', "questions[2]", "is empty"),
    ("questions = [7]", "questions[1]", "7 is not text in quotes"),
    (r'questions = ["a\nb"]', "questions[1]", "line break"),
    (r'questions = ["a\u0000b"]', "questions[1]", "NUL"),
    (f'questions = ["{"ẹ" * 201}"]', "questions[1]", "longer than 200"),
    (
        'questions = ["A?", "B?", "A?"]',
        "questions[3]",
        '"A?" is already dietitian[1].service[1].questions[1]',
    ),
    (f"questions = {[str(number) for number in range(13)]}", "questions", "holds more than 12"),
]


BAD_RULES = [
    ("buffer_before_minutes = -1", "buffer_before_minutes", "-1 is not between 0 and 480"),
    ("buffer_before_minutes = 481", "buffer_before_minutes", "481 is not between 0 and 480"),
    ('buffer_before_minutes = "10"', "buffer_before_minutes", '"10" is not a whole number'),
    ("buffer_before = 10", "buffer_before", "did you mean buffer_before_minutes?"),
    ("slot_step_minutes = 4", "slot_step_minutes", "4 is not between 5 and 240"),
    ("slot_step_minutes = 241", "slot_step_minutes", "241 is not between 5 and 240"),
    ("slot_step_minutes = 7.5", "slot_step_minutes", "7.5 is not a whole number"),
    ("slot_step = 15", "slot_step", "did you mean slot_step_minutes?"),
    ("daily_maximum = 0", "daily_maximum", "0 is not between 1 and 50"),
    ("daily_maximum = 51", "daily_maximum", "51 is not between 1 and 50"),
    ("daily_maximum = false", "daily_maximum", "false is not a whole number"),
    ("daily_max = 5", "daily_max", "did you mean daily_maximum?"),
    ("request_days = 0", "request_days", "0 is not between 1 and 90"),
    ("request_days = 91", "request_days", "91 is not between 1 and 90"),
    ('book_without_google = "no"', "book_without_google", '"no" is not true or false'),
    ("book_without_google = 0", "book_without_google", "0 is not true or false"),
    ('opening = "Saturday"', "opening", "write [[dietitian.opening]]"),
    ("opening = { day = 2026-12-05 }", "opening", "write [[dietitian.opening]]"),
]


@pytest.mark.parametrize(("wrong", "field", "words"), BAD_RULES)
def test_it_names_what_is_wrong_with_a_rule(wrong: str, field: str, words: str) -> None:
    text = EXAMPLE.replace("buffer_minutes = 10 ", f"buffer_minutes = 10\n{wrong} ")
    (problem,) = problems(text)
    assert problem.startswith(f"practice.toml:9: dietitian[1].{field}: ")
    assert words in problem


BAD_OPENINGS = [
    ('day = "2026-12-05"', 'hours = ["10:00-14:00"]', 33, "day", "is not a date like"),
    ("day = 2026-12-05T10:00:00", 'hours = ["10:00-14:00"]', 33, "day", "is not a date like"),
    ("# no day", 'hours = ["10:00-14:00"]', 32, "day", "is missing"),
    ("day = 2026-12-05", "", 32, "hours", "is missing"),
    ("day = 2026-12-05", "hours = []", 34, "hours", "is empty"),
    ("day = 2026-12-05", 'hours = "10:00-14:00"', 34, "hours", 'is not a list like ["09:00-17:00"]'),
    ("day = 2026-12-05", 'hours = ["10-14"]', 34, "hours[1]", '"10-14" is not a range like'),
    ("day = 2026-12-05", 'hours = ["14:00-10:00"]', 34, "hours[1]", "does not end after it begins"),
    ("day = 2026-12-05", 'hours = ["9:00-10:00"]', 34, "hours[1]", "is not a range like"),
    ("day = 2026-12-05", 'hours = ["10:00-14:00", "13:00-15:00"]', 34, "hours[2]", "begins before"),
    ("day = 2026-12-05", 'hours = ["10:00-14:00"]\nreason = "x"', 35, "reason", "[[dietitian.time_off]]"),
    ("date = 2026-12-05", 'day = 2026-12-05\nhours = ["10:00-14:00"]', 33, "date", "is not a field"),
]


@pytest.mark.parametrize(("first", "second", "line", "field", "words"), BAD_OPENINGS)
def test_it_names_what_is_wrong_with_an_opening(
    first: str, second: str, line: int, field: str, words: str
) -> None:
    (problem,) = problems(EXAMPLE + f"\n[[dietitian.opening]]\n{first}\n{second}\n")
    assert problem.startswith(f"practice.toml:{line}: dietitian[1].opening[1].{field}: ")
    assert words in problem


BAD_TIMES_OFF = [
    ("begins = 14:00:00", 24, "begins", "14:00:00 is not a time in quotes like"),
    ('begins = "14"', 24, "begins", '"14" is not a time in quotes like "14:00"'),
    ('begins = "2pm"', 24, "begins", '"2pm" is not a time in quotes like "14:00"'),
    ('begins = "9:00"', 24, "begins", "is not a time"),
    ('begins = "25:00"', 24, "begins", "is not a time"),
    ('begins = "१४:००"', 24, "begins", "is not a time"),
    ('begins = "14:00-17:00"', 24, "begins", "is not a time"),
    ("begins = 14", 24, "begins", "14 is not a time"),
    ('begins = "24:00"', 24, "begins", "nothing of it would be off"),
    ('ends = "00:00"', 24, "ends", "nothing of it would be off"),
    ('ends = ""', 24, "ends", "is not a time"),
    ('begins = "14:00"\nends = "14:00"', 25, "ends", '"14:00" is not after "14:00" on the same day'),
    ('begins = "14:00"\nends = "13:59"', 25, "ends", '"13:59" is not after "14:00" on the same day'),
    ('ends = "09:00"\nbegins = "10:00"', 24, "ends", '"09:00" is not after "10:00" on the same day'),
    ('begin = "14:00"', 24, "begin", "did you mean begins?"),
]


@pytest.mark.parametrize(("wrong", "line", "field", "words"), BAD_TIMES_OFF)
def test_it_names_what_is_wrong_with_a_part_of_a_day_off(
    wrong: str, line: int, field: str, words: str
) -> None:
    text = EXAMPLE.replace("2026-12-24", "2026-12-25").replace("2027-01-02", "2026-12-25")
    (problem,) = problems(text.replace('reason = "Holidays"', f'reason = "Holidays"\n{wrong}\n#'))
    assert problem.startswith(f"practice.toml:{line - 1}: dietitian[1].time_off[1].{field}: ")
    assert words in problem


def test_over_several_days_time_off_may_end_at_an_earlier_hour_than_it_begins() -> None:
    text = EXAMPLE.replace('reason = "Holidays"', 'begins = "14:00"\nends = "09:00" #')
    (off,) = read_practice(text).dietitians[0].time_off
    assert (off.begins, off.ends) == (840, 540)


def test_a_wrong_day_is_told_once_and_the_hours_of_it_are_not_judged() -> None:
    text = EXAMPLE.replace("to = 2027-01-02", 'to = 2020-01-02\nbegins = "14:00"\nends = "09:00"')
    (problem,) = problems(text)
    assert "2020-01-02 is before 2026-12-24" in problem


@pytest.mark.parametrize(("wrong", "field", "words"), BAD_OFFERS)
def test_it_names_what_is_wrong_with_an_offer(wrong: str, field: str, words: str) -> None:
    (problem,) = problems(EXAMPLE + wrong + "\n")
    assert problem.startswith(f"practice.toml:31: dietitian[1].service[1].{field}: ")
    assert words in problem


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("0", "0 is not between 1 and 90"),
        ("91", "91 is not between 1 and 90"),
        ("true", "true is not a whole number"),
        ('"7"', '"7" is not a whole number'),
        ("7.0", "7.0 is not a whole number"),
    ],
)
def test_a_promise_is_one_to_ninety_days(days: str, words: str) -> None:
    plan = EXAMPLE.replace('"consultation"', '"meal_plan"').replace("minutes = 45\n", "")
    place = "practice.toml:30: dietitian[1].service[1].promised_days: "
    assert problems(f"{plan}promised_days = {days}\n") == [place + words]


def test_each_question_of_a_list_has_its_own_line_also_before_a_comment() -> None:
    text = (
        EXAMPLE + 'questions = [  # asked after the payment\n  "Why?",  # always\n  "Why?",\n  7,\n]  # two\n'
    )
    assert [problem.split(": ")[0:2] for problem in problems(text)] == [
        ["practice.toml:33", "dietitian[1].service[1].questions[2]"],
        ["practice.toml:34", "dietitian[1].service[1].questions[3]"],
    ]


@pytest.mark.parametrize(("right", "wrong", "line", "field", "words"), BAD_FIELDS)
def test_it_names_line_and_field(right: str, wrong: str, line: int, field: str, words: str) -> None:
    assert right in EXAMPLE
    found = problems(EXAMPLE.replace(right, wrong, 1))
    assert any(p.startswith(f"practice.toml:{line}: {field}: ") and words in p for p in found), found


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (EXAMPLE.replace("= 1001", "1001"), 2, "Expected '='"),
        (EXAMPLE.replace('"Dr Ada Obi"', '"Dr Ada Obi'), 3, "Illegal character"),
        (EXAMPLE.replace("2027-01-02", "2027-02-30"), 21, "Invalid date"),
        (EXAMPLE.replace("[dietitian.hours]", "[dietitian.hours"), 15, "Expected ']'"),
        (EXAMPLE + 'slug = "again"\n\n\n', 31, "written twice"),
        (EXAMPLE + 'slug = "again"', 31, "written twice"),
        (EXAMPLE + "[dietitian.hours]\n", 31, "twice"),
        (EXAMPLE.replace("= 1001", "= " + "9" * 5000), 2, "too many digits"),
        (EXAMPLE.replace("= 1001", "= " + "[" * 100_000), 2, "brackets inside brackets"),
        (EXAMPLE.replace("= 1001", "= " + "[" * 50_000 + "]" * 50_000), 2, "deep"),
        (EXAMPLE.replace("= 1001", "= " + "{a=" * 50_000 + "1" + "}" * 50_000), 2, "deep"),
        (EXAMPLE.replace("telegram_id", "a." * 100_000 + "a"), 2, "deep"),
        (EXAMPLE.replace("[dietitian.hours]", "[" + "a." * 100_000 + "a]"), 15, "deep"),
        ("\0", 1, "Invalid"),
        ("#" * (2**20 + 1), 1, "larger than"),
    ],
)
def test_what_is_not_toml_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"practice.toml:{line}: ")
    assert words in problem


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "dietitian = []\n"])
def test_a_file_without_a_dietitian_is_refused(text: str) -> None:
    assert problems(text) == ["practice.toml:1: dietitian: is missing"]


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = EXAMPLE.replace("ada@example.com", "ada").replace('"13:00-17:00"', '"11:00-17:00", "x"')
    text = text.replace('"12500.00"', '"12,500"').replace("minutes = 45\n", "") + "colour = 1\n"
    places = [problem.split(": ")[0:2] for problem in problems(text)]
    assert places == [
        ["practice.toml:4", "dietitian[1].email"],
        ["practice.toml:16", "dietitian[1].hours.mon[2]"],
        ["practice.toml:16", "dietitian[1].hours.mon[3]"],
        ["practice.toml:24", "dietitian[1].service[1].minutes"],
        ["practice.toml:28", "dietitian[1].service[1].price"],
        ["practice.toml:30", "dietitian[1].service[1].colour"],
    ]


def test_the_second_dietitian_and_service_are_counted_from_one() -> None:
    text = EXAMPLE + SECOND + SERVICE.replace("first-", "next-").replace("12500.00", "12,500")
    assert problems(text) == [
        'practice.toml:66: dietitian[2].service[2].price: "12,500" is not an amount like "12500.00"'
    ]


def test_the_same_telegram_id_twice_is_refused_where_it_comes_again() -> None:
    assert problems(EXAMPLE + EXAMPLE) == [
        "practice.toml:32: dietitian[2].telegram_id: 1001 is already dietitian[1]"
    ]


def test_a_slug_may_come_twice_but_not_for_one_dietitian() -> None:
    assert len(read_practice(EXAMPLE + SECOND).dietitians) == 2
    (problem,) = problems(EXAMPLE + SERVICE)
    place = 'practice.toml:32: dietitian[1].service[2].slug: "first-consultation" is already '
    assert problem == place + "dietitian[1].service[1]"


def test_inline_tables_dotted_and_quoted_keys_keep_their_lines() -> None:
    text = """\
dietitian = [
  { telegram_id = 1, name = "A", "email" = "a@example.com", timezone = "UTC" },
  # the second
  { telegram_id = 2, name = "B", email = "b@example.com", timezone = "UTC", hours.mon = [
      "09:00-12:00",
      "bad",
  ], 'cancellation'.free_hours = "x", "odd key\\n" = 1 },
]
"""
    assert [problem.split(" is not")[0] for problem in problems(text)] == [
        'practice.toml:6: dietitian[2].hours.mon[2]: "bad"',
        'practice.toml:7: dietitian[2]."odd key\\n":',
        'practice.toml:7: dietitian[2].cancellation.free_hours: "x"',
    ]


def test_the_problems_call_the_file_by_the_name_given() -> None:
    with pytest.raises(PracticeFileError, match=r"^mine\.toml:1: "):
        read_practice("", source="mine.toml")


def test_twelve_questions_of_two_hundred_characters_are_taken() -> None:
    asked = [f"{number:02}" + "ẹ" * 198 for number in range(12)]
    text = EXAMPLE + f"questions = {asked}\n"
    assert list(read_practice(text).dietitians[0].services[0].questions) == asked


def test_a_megabyte_of_text_is_refused_without_repeating_it() -> None:
    (problem,) = problems(EXAMPLE.replace("Dr Ada Obi", "x" * 1_000_000))
    assert len(problem) < 200
