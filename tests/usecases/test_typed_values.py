"""What people type: right, sloppy, wrong and hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Malformed
from domain.model.money import major_units, subunits
from handlers.formats import money
from handlers.typed_values import NAME_LIMIT, email_address, person_name, timezone_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Amina Bello", "Amina Bello"),
        ("  Amina \n  Bello\t", "Amina Bello"),
        ("Ọlábísí Àjàyí", "Ọlábísí Àjàyí"),
        ("<b>O'Brien & 🌸</b>", "<b>O'Brien & 🌸</b>"),
        ("محمد", "محمد"),
        ("李小龍", "李小龍"),
        ("👩🏾‍⚕️ Ada", "👩🏾‍⚕️ Ada"),
        ("Ada\x00\x07Obi", "AdaObi"),
        ("X", "X"),
        ("A" * NAME_LIMIT, "A" * NAME_LIMIT),
        ("🌸" * NAME_LIMIT, "🌸" * NAME_LIMIT),
    ],
)
def test_a_name_is_taken_as_it_is_written(typed: str, name: str) -> None:
    assert person_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "   ", "\n\t", "\x00", "\u200b", "\u200d\u2060", "A" * (NAME_LIMIT + 1), "A " * 2048]
)
def test_what_is_no_name_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match="Amina Bello"):
        person_name(typed)


@given(st.text(max_size=200))
def test_a_name_is_one_visible_line_of_bounded_length(typed: str) -> None:
    try:
        name = person_name(typed)
    except Malformed:
        return
    assert 0 < len(name) <= NAME_LIMIT
    assert name.splitlines() == [name]
    assert person_name(name) == name
    assert name.encode()


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("amina@example.com", "amina@example.com"),
        ("  amina@example.com \n", "amina@example.com"),
        ("mailto:amina@example.com", "amina@example.com"),
        ("Amina.Bello+diet@Example.COM", "Amina.Bello+diet@example.com"),
        ("amina@münchen.example.de", "amina@münchen.example.de"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_email_is_taken(typed: str, email: str) -> None:
    assert email_address(typed) == email


@pytest.mark.parametrize(
    "typed",
    [
        "", "amina", "amina@", "@example.com", "amina@example", "amina@@example.com", "a b@example.com",
        "amina@exa mple.com", "amina@example..com", "amina@-example.com", "amina@example.com,b@example.com",
        "Amina <amina@example.com>", "<script>@example.com", "amina@example.com\nBcc: x@example.com",
        "amina@localhost", "amina@127.0.0.1", "amina@[127.0.0.1]",
        "a@" + "b" * 60 + "." + "c" * 4000 + ".com", "a@" + ".".join(["example"] * 40) + ".com", "x" * 4096,
        "\u202eamina@example.com", "amina\x00@example.com", "🌸",
    ],
)  # fmt: skip
def test_what_is_no_email_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match=r"amina@example\.com"):
        email_address(typed)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Africa/Lagos", "Africa/Lagos"),
        ("africa/lagos", "Africa/Lagos"),
        (" LAGOS ", "Africa/Lagos"),
        ("New York", "America/New_York"),
        ("new   york", "America/New_York"),
        ("London", "Europe/London"),
        ("Louisville", "America/Louisville"),
        ("utc", "UTC"),
        ("Port-au-Prince", "America/Port-au-Prince"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, zone: str) -> None:
    assert timezone_name(typed) == zone


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "Atlantis",
        "../../etc/passwd",
        "/",
        "Africa/",
        "<b>Lagos</b>",
        "GMT+25",
        "GMT+1",
        "EST",
        "GMT",
        "x" * 4096,
    ],
)
def test_an_unknown_place_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Malformed, match="Lagos"):
        timezone_name(typed)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (1_250_000, "NGN", "₦12,500.00"),
        (1, "NGN", "₦0.01"),
        (0, "NGN", "₦0.00"),
        (99_999_999_999, "NGN", "₦999,999,999.99"),
        (2_500, "GHS", "GHS25.00"),
    ],
)
def test_money_is_worded_from_the_subunit(amount: int, currency: str, words: str) -> None:
    assert money(amount, currency).replace("\xa0", "") == words


@given(st.integers(1, 10**14))
def test_money_is_never_lost_on_the_way_to_text_and_back(amount: int) -> None:
    assert subunits(major_units(amount)) == amount


@pytest.mark.parametrize("text", ["", "0", "-1", "0.001", "NaN", "Infinity", "12,500", "₦5", "1.005"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        subunits(text)
