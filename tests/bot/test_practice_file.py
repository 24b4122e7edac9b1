"""The practice file: read with every fault named at its line, written the same each time."""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from operator import attrgetter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.practice_file import difference, read_practice, write_practice
from domain.model.intake import LONGEST_QUESTION, MOST_QUESTIONS
from domain.model.practice import DeclaredDietitian, DeclaredService, Opening, Practice, TimeOff
from domain.model.service import ServiceKind

EXAMPLE = Path(__file__).with_name("practice_example.toml").read_text(encoding="utf-8")

ADA = DeclaredDietitian(
    telegram_id=1001,
    name="Dr Ada Obi",
    email="ada@example.com",
    timezone="Africa/Lagos",
    minimum_notice_hours=2,
    booking_window_days=60,
    buffer_minutes=10,
    fallback_meeting_url="https://meet.example.com/ada",
    free_hours=24,
    late_refund_percent=0,
    hours=(((540, 720), (780, 1020)), (), (), (), (), ((600, 840),), ()),
    time_off=(TimeOff(first=date(2026, 12, 24), last=date(2027, 1, 2), reason="Holidays"),),
    services=(
        DeclaredService(
            slug="first-consultation",
            kind=ServiceKind.CONSULTATION,
            title="First consultation",
            minutes=45,
            price=1250000,
            description="…",
        ),
    ),
)

SECOND = EXAMPLE.replace("1001", "1002")


def test_the_example_says_what_it_says() -> None:
    assert read_practice(EXAMPLE) == Practice(dietitians=(ADA,))


def test_what_is_left_out_has_its_default() -> None:
    text = '[[dietitian]]\ntelegram_id = 7\nname = "A"\nemail = "a@example.com"\ntimezone = "UTC"\n'
    (dietitian,) = read_practice(text).dietitians
    assert dietitian == DeclaredDietitian(
        telegram_id=7,
        name="A",
        email="a@example.com",
        timezone="UTC",
        minimum_notice_hours=2,
        booking_window_days=60,
        buffer_minutes=0,
        fallback_meeting_url=None,
        free_hours=24,
        late_refund_percent=0,
        hours=((),) * 7,
        time_off=(),
        services=(),
    )


def test_tables_belong_to_the_last_dietitian_before_them() -> None:
    plan = '[[dietitian.service]]\nslug = "x"\nkind = "meal_plan"\ntitle = "X"\nprice = "50"\n'
    first, second = read_practice(EXAMPLE + SECOND + plan).dietitians
    assert first == ADA
    assert [service.slug for service in second.services] == ["first-consultation", "x"]
    assert second.services[1].price == 5000
    assert second.services[1].promised_days == 7


def test_a_service_says_its_promise_its_questions_and_for_whom_it_is() -> None:
    plan = """
[[dietitian.service]]
slug = "plan"
kind = "meal_plan"
title = "Plan"
price = "25000.00"
promised_days = 90
by_request_only = true
questions = [
    "Are you allergic to \\"any\\" food?",
    "Kí ni o ń jẹ? 🍲",
]
"""
    first, declared = read_practice(EXAMPLE + plan).dietitians[0].services
    assert (first.promised_days, first.questions, first.by_request_only) == (None, (), False)
    assert (declared.promised_days, declared.by_request_only) == (90, True)
    assert declared.questions == ('Are you allergic to "any" food?', "Kí ni o ń jẹ? 🍲")
    assert write_practice(read_practice(EXAMPLE + plan)).endswith(plan)


def test_a_consultation_may_ask_as_well_and_a_list_on_one_line_is_the_same() -> None:
    asked = EXAMPLE + 'questions = ["Why now?", "What hurts?"]\nby_request_only = false\n'
    (service,) = read_practice(asked).dietitians[0].services
    assert service == replace(ADA.services[0], questions=("Why now?", "What hurts?"))
    written = write_practice(read_practice(asked))
    assert written.endswith('questions = [\n    "Why now?",\n    "What hurts?",\n]\n')
    assert "by_request_only" not in written


def test_an_export_says_a_plans_promise_even_where_it_is_the_usual_one() -> None:
    plan = (
        '[[dietitian.service]]\nslug = "x"\nkind = "meal_plan"\ntitle = "X"\nprice = "50"\nquestions = []\n'
    )
    written = write_practice(read_practice(EXAMPLE + plan))
    assert written.endswith('price = "50.00"\npromised_days = 7\n')


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert read_practice("\ufeff" + EXAMPLE.replace("\n", "\r\n")) == Practice(dietitians=(ADA,))


def test_midnight_is_a_closing_time_and_ranges_may_touch() -> None:
    text = EXAMPLE.replace('"13:00-17:00"', '"12:00-24:00"')
    assert read_practice(text).dietitians[0].hours[0] == ((540, 720), (720, 1440))


def test_the_export_is_the_file_with_defaults_and_without_comments() -> None:
    lines = [line.partition("  ")[0] for line in EXAMPLE.split("\n")]
    assert write_practice(Practice(dietitians=(ADA,))) == "\n".join(lines)


RULES = """\
buffer_before_minutes = 15
slot_step_minutes = 20
daily_maximum = 6
request_days = 7
book_without_google = false
"""
DATES_OF_THEIR_OWN = """
[[dietitian.opening]]
day = 2026-12-05
hours = ["10:00-14:00"]

[[dietitian.opening]]
day = 2026-12-05
hours = ["13:00-15:00", "16:00-24:00"]

[[dietitian.opening]]
day = 2026-12-06
hours = ["00:00-00:30"]

[[dietitian.time_off]]
from = 2026-12-07
to = 2026-12-07
begins = "14:00"
ends = "17:00"
reason = "Clinic"

[[dietitian.time_off]]
from = 2026-12-08
to = 2026-12-09
ends = "24:00"
"""


def with_all_rules() -> str:
    """As an export writes it."""
    plain = write_practice(read_practice(EXAMPLE))
    plain = plain.replace("buffer_minutes = 10\n", "buffer_minutes = 10\n" + RULES)
    return plain.replace("\n[[dietitian.time_off]]", DATES_OF_THEIR_OWN + "\n[[dietitian.time_off]]", 1)


def test_a_practice_may_say_more_about_when_it_can_be_booked() -> None:
    (ada,) = read_practice(with_all_rules()).dietitians
    assert ada == replace(
        ADA,
        buffer_before_minutes=15,
        slot_step_minutes=20,
        daily_maximum=6,
        request_days=7,
        book_without_google=False,
        openings=(
            Opening(day=date(2026, 12, 5), opens=600, closes=840),
            Opening(day=date(2026, 12, 5), opens=780, closes=900),
            Opening(day=date(2026, 12, 5), opens=960, closes=1440),
            Opening(day=date(2026, 12, 6), opens=0, closes=30),
        ),
        time_off=(
            TimeOff(first=date(2026, 12, 7), last=date(2026, 12, 7), begins=840, ends=1020, reason="Clinic"),
            TimeOff(first=date(2026, 12, 8), last=date(2026, 12, 9), ends=1440),
            *ADA.time_off,
        ),
    )


def test_an_export_says_of_the_rules_what_is_not_usual() -> None:
    written = write_practice(read_practice(with_all_rules()))
    assert written == with_all_rules()
    said = [line.partition(" =")[0] for line in RULES.splitlines()]
    assert not any(field in write_practice(Practice(dietitians=(ADA,))) for field in [*said, "opening]]"])
    usual = EXAMPLE.replace(
        "minutes = 10 ",
        "minutes = 10\nslot_step_minutes = 30\nrequest_days = 14\nbuffer_before_minutes = 0 ",
    )
    assert read_practice(usual.replace("[dietitian.c", "book_without_google = true\n\n[dietitian.c")) == (
        Practice(dietitians=(ADA,))
    )


def test_openings_of_a_day_share_a_table_unless_one_begins_before_another_is_over() -> None:
    day = date(2026, 12, 5)
    met = ((540, 600), (600, 660), (630, 700), (630, 640), (720, 780))
    once = tuple(Opening(day=day, opens=opens, closes=closes) for opens, closes in met)
    written = write_practice(Practice(dietitians=(replace(ADA, openings=once),)))
    assert [line for line in written.splitlines() if line.startswith("hours = ")] == [
        'hours = ["09:00-10:00", "10:00-11:00"]',
        'hours = ["10:30-11:40"]',
        'hours = ["10:30-10:40", "12:00-13:00"]',
    ]
    assert read_practice(written).dietitians[0].openings == once


def test_the_order_of_days_off_and_openings_in_a_file_is_no_difference() -> None:
    head, _, rest = with_all_rules().partition("\n[[dietitian.opening]]")
    tables = ("\n[[dietitian.opening]]" + rest).split("\n\n")
    dated = [table for table in tables if "service" not in table]
    services = [table for table in tables if "service" in table]
    turned = head + "\n\n".join(["", *(table.strip() for table in (*dated[::-1], *services))]) + "\n"
    assert turned != with_all_rules()
    assert difference(read_practice(with_all_rules()), read_practice(turned)) == "nothing changes"


def test_the_seed_is_what_an_export_of_it_would_be() -> None:
    text = files("sandbox").joinpath("practice.toml").read_text(encoding="utf-8")
    seed = read_practice(text)
    assert write_practice(seed) == text
    assert [dietitian.telegram_id for dietitian in seed.dietitians] == [1001, 1002]
    services = [service for dietitian in seed.dietitians for service in dietitian.services]
    plans = [service for service in services if service.kind is ServiceKind.MEAL_PLAN]
    assert all(3 <= len(plan.questions) <= 5 for plan in plans)
    assert [service.slug for service in services if service.by_request_only] == ["follow-up"]


def test_the_difference_shows_the_lines_that_change() -> None:
    old = Practice(dietitians=(ADA,))
    assert difference(old, old) == "nothing changes"
    lines = difference(old, read_practice(EXAMPLE.replace("12500.00", "13000"))).split("\n")
    assert lines[:2] == ["--- now", "+++ after"]
    assert '-price = "12500.00"' in lines
    assert '+price = "13000.00"' in lines


def test_the_difference_shows_one_question_more_as_one_line() -> None:
    asked = EXAMPLE + 'questions = ["Why now?"]\n'
    more = asked.replace('["Why now?"]', '["Why now?", "What hurts?"]')
    lines = difference(read_practice(asked), read_practice(more)).split("\n")
    assert [line for line in lines[2:] if line[0] in "+-"] == ['+    "What hurts?",']


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100).filter(str.strip)
QUESTIONS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=LONGEST_QUESTION
).filter(str.strip)
SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True)
FEW_DATES = st.dates(date(2026, 12, 4), date(2026, 12, 6))
DATES = FEW_DATES | st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = draw(st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def services(draw: st.DrawFn) -> DeclaredService:
    kind = draw(st.sampled_from(ServiceKind))
    is_plan = kind is ServiceKind.MEAL_PLAN
    return DeclaredService(
        slug=draw(SLUGS),
        kind=kind,
        title=draw(LINES),
        minutes=None if is_plan else draw(st.integers(5, 480)),
        price=draw(st.integers(5000, 99_999_999_999)),
        description=draw(st.none() | TEXT),
        promised_days=draw(st.integers(1, 90)) if is_plan else None,
        questions=tuple(draw(st.lists(QUESTIONS, max_size=MOST_QUESTIONS, unique=True))),
        by_request_only=draw(st.booleans()),
    )


@st.composite
def time_off(draw: st.DrawFn) -> TimeOff:
    first = draw(DATES)
    last = draw(st.just(first) | st.dates(first, date(2100, 1, 1)))
    begins = draw(st.none() | st.integers(0, 1439))
    after = 0 if begins is None or first < last else begins
    ends = draw(st.none() | st.integers(after + 1, 1440))
    return TimeOff(first=first, last=last, begins=begins, ends=ends, reason=draw(st.none() | TEXT))


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    opens = draw(st.integers(0, 1439))
    return Opening(day=draw(FEW_DATES), opens=opens, closes=draw(st.integers(opens + 1, 1440)))


def in_order(found: list[Any], *by: str) -> tuple[Any, ...]:
    """As the database keeps them."""
    return tuple(sorted(found, key=attrgetter(*by)))


dietitians = st.builds(
    DeclaredDietitian,
    telegram_id=st.integers(1, 2**52),
    name=LINES,
    email=st.sampled_from(["ada@example.com", "o'neil+x@clinic.test", "ada@bücher.example.com"]),
    timezone=st.sampled_from(["Africa/Lagos", "Asia/Kathmandu", "UTC", "America/Argentina/Ushuaia"]),
    minimum_notice_hours=st.integers(0, 8760),
    booking_window_days=st.integers(1, 365),
    buffer_minutes=st.integers(0, 480),
    buffer_before_minutes=st.integers(0, 480),
    slot_step_minutes=st.integers(5, 240),
    daily_maximum=st.none() | st.integers(1, 50),
    request_days=st.integers(1, 90),
    book_without_google=st.booleans(),
    fallback_meeting_url=st.sampled_from([None, "https://meet.example.com/ada?x=%20#é"]),
    free_hours=st.integers(0, 8760),
    late_refund_percent=st.integers(0, 100),
    hours=st.tuples(*[ranges()] * 7),
    openings=st.lists(openings(), max_size=4).map(lambda found: in_order(found, "day", "opens")),
    time_off=st.lists(time_off(), max_size=3).map(lambda found: in_order(found, "first")),
    services=st.lists(services(), max_size=4, unique_by=lambda service: service.slug).map(tuple),
)
practices = st.lists(dietitians, min_size=1, max_size=3, unique_by=lambda d: d.telegram_id).map(
    lambda found: Practice(dietitians=tuple(found))
)


@given(practices)
@settings(max_examples=80, deadline=None)
def test_what_is_written_reads_back_and_writes_the_same(practice: Practice) -> None:
    text = write_practice(practice)
    assert read_practice(text) == practice
    assert read_practice(text.replace("\n", "\r\n")) == practice
    assert write_practice(read_practice(text)) == text


def test_quotes_emoji_and_control_characters_survive() -> None:
    told = 'say "hi" \\ 👩🏾‍⚕️\r\n\t\b\f\x1b[31m\x7f\x85\u2028 \ue000'
    off = TimeOff(first=date(2026, 1, 1), last=date(2026, 1, 1), reason=told)
    practice = Practice(dietitians=(replace(ADA, name="Dr Ada 🍎 Obi", time_off=(off,)),))
    written = write_practice(practice)
    assert "🍎" in written
    assert "\x1b" not in written
    assert read_practice(written) == practice
