"""City search over GeoNames' cities of 15,000 people and more, read when the first person searches (`cut.py`)."""

import asyncio
import gzip
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from threading import Lock
from zoneinfo import available_timezones

from domain.model.places import Found, Place

MOST = 6
CITIES = Path(__file__).with_name("cities.tsv.gz")
_LONGEST = 80
_LARGE = 100_000  # from here on a city is also known misspelt
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
    """Keys are folded names; numbers are places in `rows`, where the largest city comes first."""

    rows: list[str]  # as they stand in the file: thirty thousand objects would take five times the memory
    named: dict[str, list[int]]
    countries: dict[str, str]  # by code
    lands: dict[str, str]  # codes by name
    of_land: dict[str, list[int]]
    large: dict[str, None]  # in order

    def city(self, number: int) -> _City:
        name, land, part, zone, people, *_ = self.rows[number].split("\t")
        return _City(
            Place(name=name, country=self.countries[land], zone=zone, people=int(people)), land, part
        )

    def called(self, key: str) -> list[_City]:
        return [self.city(number) for number in self.named.get(key, ())]

    def within(self, land: str) -> list[_City]:
        return [self.city(number) for number in self.of_land.get(land, ())]


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
        called = atlas.called(key)
        within = [city for city in called if land in {city.land, city.part, atlas.lands.get(land)}]
        if land and atlas.lands.get(land) is not None:
            within = [city for city in called if city.land == atlas.lands[land]]
        cities = within if land and within else called
        if cities:
            # its own name before one it has in another language
            cities = sorted(cities, key=lambda city: folded(city.place.name) != key)
            return Found(places=_different(cities), exact=True)
        country = atlas.within(atlas.lands.get(key, ""))
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
    names = list(dict.fromkeys([*begin[:MOST], *alike]))[: 2 * MOST]
    return [atlas.city(atlas.named[name][0]) for name in names]


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
    countries, _, cities = gzip.decompress(CITIES.read_bytes()).decode().partition("\n\n")
    atlas = _Atlas(rows=[], named={}, countries={}, lands={}, of_land={}, large={})
    for line in countries.split("\n"):
        code, iso3, name = line.split("\t")
        atlas.countries[code] = name
        atlas.lands.update({folded(name): code, iso3: code})
    atlas.lands.update(_CALLED)
    zones = available_timezones()
    for row in cities.split("\n"):
        _add(atlas, row, zones)
    return atlas


def _add(atlas: _Atlas, row: str, zones: set[str]) -> None:
    name, land, _, zone, people, *others = row.split("\t")
    if zone not in zones:  # the system's own list may be older than the file
        return
    key, number = folded(name), len(atlas.rows)
    atlas.rows.append(row)
    atlas.of_land.setdefault(land, []).append(number)
    for each in (key, *others):
        if each:
            atlas.named.setdefault(each, []).append(number)
    if int(people) >= _LARGE and key:
        atlas.large[key] = None
