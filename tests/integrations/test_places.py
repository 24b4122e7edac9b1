"""Cities and positions, and the zones that they lie in."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.places import Found
from integrations.places import Gazetteer, zone_at
from integrations.places.cut import cut
from integrations.places.gazetteer import CITIES, MOST
from integrations.places.misspelt import slips_between
from integrations.places.spoken import STAND_FOR, offset_in

GAZETTEER = Gazetteer()
WINTER, SUMMER = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)


def found_for(text: str, now: datetime = WINTER) -> Found:
    return GAZETTEER.find(text, now)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Abuja", "Africa/Lagos"),
        ("  abuja ", "Africa/Lagos"),
        ("New York", "America/New_York"),
        ("kathmandu", "Asia/Kathmandu"),
        ("Katmandu", "Asia/Kathmandu"),
        ("Port-Harcourt", "Africa/Lagos"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("München", "Europe/Berlin"),
        ("لاغوس", "Africa/Lagos"),
        ("Birmingham, UK", "Europe/London"),
        ("Birmingham, AL", "America/Chicago"),
        ("Lagos, Portugal", "Europe/Lisbon"),
        ("Nigeria", "Africa/Lagos"),
        ("ghana", "Africa/Accra"),
        ("Lagos Nigeria", "Africa/Lagos"),
        ("lagos portugal", "Europe/Lisbon"),
        ("Birmingham AL", "America/Chicago"),
        ("new york united states", "America/New_York"),
        ("WAT", "Africa/Lagos"),
        ("cat", "Africa/Maputo"),
        ("EAT", "Africa/Nairobi"),
    ],
)
def test_a_place_without_doubt_has_one_zone(text: str, zone: str) -> None:
    assert found_for(text).zone == zone


@pytest.mark.parametrize(
    ("text", "first", "number"),
    [
        ("Birmingham", "Birmingham, United Kingdom", 3),
        ("Manchester", "Manchester, United Kingdom", 2),
        ("USA", "New York City, United States", MOST),
    ],
)
def test_several_places_are_all_named_the_largest_first(text: str, first: str, number: int) -> None:
    found = found_for(text)
    assert found.exact
    assert found.zone is None
    assert f"{found.places[0].name}, {found.places[0].country}" == first
    assert len(found.places) >= number


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Abjua", "Abuja"),
        ("Kathmndu", "Kathmandu"),
        ("Lagoss", "Lagos"),
        ("san franc", "San Francisco"),
        ("Addis", "Addis Ababa"),
        ("new yrok", "New York City"),
        ("nwe york", "New York City"),
        ("nwe york usa", "New York City"),
        ("port harcort", "Port Harcourt"),
        ("lagso, nigeria", "Lagos"),
    ],
)
def test_what_is_misspelt_is_asked_never_taken(text: str, name: str) -> None:
    found = found_for(text)
    assert name in [place.name for place in found.places]
    assert found.zone is None


@pytest.mark.parametrize(
    "text", ["", " ", "x", "🌸", "<b>", "qqqqqqqq", "\x00", ",", ", UK", "9" * 4096, "\u202e"]
)
def test_what_is_no_place_finds_none(text: str) -> None:
    assert found_for(text).places == ()


def test_an_abbreviation_that_leaves_doubt_is_asked_never_taken_for_a_fixed_offset() -> None:
    assert [place.zone for place in found_for("EST").places] == [
        "America/New_York", "America/Toronto", "America/Jamaica",
    ]  # fmt: skip
    assert found_for("EST").zone is None
    assert "Africa/Accra" in {place.zone for place in found_for("GMT").places}
    assert found_for("GMT").zone is None


@pytest.mark.parametrize("short", STAND_FOR)
def test_every_abbreviation_stands_for_cities_that_there_are(short: str) -> None:
    found = found_for(short)
    assert found.said == short.upper()
    assert {place.people >= 100_000 for place in found.places} == {True}


@pytest.mark.parametrize(
    ("text", "now", "zone"),
    [
        ("GMT+1", WINTER, "Africa/Lagos"),
        ("utc +1", WINTER, "Europe/Berlin"),
        ("UTC+1", SUMMER, "Europe/London"),
        ("+5:45", WINTER, "Asia/Kathmandu"),
        ("−5", WINTER, "America/New_York"),
        ("GMT-0330", WINTER, "America/St_Johns"),
        ("GMT+0", WINTER, "Africa/Accra"),
    ],
)
def test_an_offset_offers_the_places_that_have_it_now(text: str, now: datetime, zone: str) -> None:
    found = found_for(text, now)
    wanted = offset_in(text)
    assert zone in {place.zone for place in found.places}
    assert {now.astimezone(ZoneInfo(place.zone)).utcoffset() for place in found.places} == {wanted}
    assert found.zone is None


@pytest.mark.parametrize("text", ["GMT", "1", "+15", "GMT+25", "+1:75", "++1", "+", "GMT+1 or so", "+١"])
def test_what_is_no_offset_is_none(text: str) -> None:
    assert offset_in(text) is None
    assert offset_in("GMT-2:30") == timedelta(hours=-2, minutes=-30)


def test_several_of_one_name_in_one_country_are_told_apart() -> None:
    assert {place.part for place in found_for("Portland, US").places} >= {"OR", "ME"}
    shown = found_for("Victoria").places
    assert {place.part for place in shown if place.country == "Hong Kong"} == {""}


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("york", "yrok", 1),
        ("york", "york", 0),
        ("", "abc", 3),
        ("lagos", "lagoss", 1),
        ("ca", "abc", 3),
        ("a", "b", 1),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other) == slips_between(other, one) == slips


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_finds_a_few_places_in_known_zones(text: str) -> None:
    places = found_for(text).places
    assert len(places) <= MOST
    assert {place.zone for place in places} <= available_timezones()


async def test_several_search_at_once_off_the_event_loop() -> None:
    assert (await Gazetteer().search("Abuja", now=WINTER)).zone == "Africa/Lagos"


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (6.45, 3.4, "Africa/Lagos"),
        (9.06, 7.5, "Africa/Lagos"),
        (51.51, -0.13, "Europe/London"),
        (27.72, 85.32, "Asia/Kathmandu"),
        (-43.95, -176.55, "Pacific/Chatham"),
        (0.0, -25.0, None),  # at sea
        (91.0, 0.0, None),
        (0.0, 181.0, None),
        (float("nan"), 0.0, None),
        (float("inf"), 0.0, None),
    ],
)
def test_a_position_lies_in_a_zone(latitude: float, longitude: float, zone: str | None) -> None:
    assert zone_at(latitude, longitude) == zone


@given(st.floats(-90, 90), st.floats(-180, 180))
@settings(max_examples=200, deadline=None)
def test_every_position_on_earth_lies_in_a_known_zone_or_at_sea(latitude: float, longitude: float) -> None:
    assert zone_at(latitude, longitude) in available_timezones() | {None}


def test_the_table_of_cities_is_the_one_that_is_cut_from_the_pinned_data(tmp_path: Path) -> None:
    cut(tmp_path / "cities.tsv.gz")
    assert gzip.decompress((tmp_path / "cities.tsv.gz").read_bytes()) == gzip.decompress(CITIES.read_bytes())
