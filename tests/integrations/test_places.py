"""Cities and positions, and the zones that they lie in."""

import gzip
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.places import Gazetteer, zone_at
from integrations.places.cut import cut
from integrations.places.gazetteer import CITIES, MOST

GAZETTEER = Gazetteer()


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
    ],
)
def test_a_place_without_doubt_has_one_zone(text: str, zone: str) -> None:
    assert GAZETTEER.find(text).zone == zone


@pytest.mark.parametrize(
    ("text", "first", "number"),
    [
        ("Birmingham", "Birmingham, United Kingdom", 3),
        ("Manchester", "Manchester, United Kingdom", 2),
        ("USA", "New York City, United States", MOST),
    ],
)
def test_several_places_are_all_named_the_largest_first(text: str, first: str, number: int) -> None:
    found = GAZETTEER.find(text)
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
    ],
)
def test_what_is_misspelt_is_asked_never_taken(text: str, name: str) -> None:
    found = GAZETTEER.find(text)
    assert name in [place.name for place in found.places]
    assert found.zone is None


@pytest.mark.parametrize(
    "text", ["", " ", "x", "🌸", "<b>", "qqqqqqqq", "\x00", ",", ", UK", "9" * 4096, "\u202e"]
)
def test_what_is_no_place_finds_none(text: str) -> None:
    assert GAZETTEER.find(text).places == ()


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_finds_a_few_places_in_known_zones(text: str) -> None:
    places = GAZETTEER.find(text).places
    assert len(places) <= MOST
    assert {place.zone for place in places} <= available_timezones()


async def test_several_search_at_once_off_the_event_loop() -> None:
    assert (await Gazetteer().search("Abuja")).zone == "Africa/Lagos"


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
