"""City search over GeoNames' cities of 15,000 people and more, read when the first person searches (`cut.py`)."""

import asyncio
import gzip
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo, available_timezones

from domain.model.places import Found, Place
from integrations.places.misspelt import alike
from integrations.places.spoken import STAND_FOR, offset_in

MOST = 6
CITIES = Path(__file__).with_name("cities.tsv.gz")
_LONGEST = 80
_LARGE = 100_000  # from here on a city is also known misspelt
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

    async def search(self, text: str, *, now: datetime) -> Found:
        return await asyncio.to_thread(self.find, text, now)

    def find(self, text: str, now: datetime) -> Found:
        text = text[:_LONGEST].strip()
        with _READING:
            atlas = _read()
        offset, cities = offset_in(text), STAND_FOR.get(text.casefold(), ())
        if offset is not None:
            return Found(places=_at_offset(atlas, offset, now), said=text)
        if cities:
            places = tuple(atlas.called(city)[0].place for city in cities)
            return Found(places=places, exact=True, said=text.upper())
        return _named(atlas, *_parted(atlas, text))


def folded(text: str) -> str:
    """Without case, accents and marks: `São Paulo` and `sao-paulo` are one."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain.casefold().replace("'", "")).split()
    return " ".join("st" if word == "saint" else word for word in words)


def _parted(atlas: _Atlas, text: str) -> tuple[str, str]:
    """A place and where it lies, folded: `Birmingham, UK`, and without the comma where the whole is no name."""
    name, comma, where = text.partition(",")
    key = folded(name)
    if comma or key in atlas.named or key in atlas.lands:
        return key, folded(where)
    words = key.split()
    for at in range(1, len(words)):
        name, where = " ".join(words[:at]), " ".join(words[at:])
        if where in atlas.lands or any(city.part == where for city in atlas.called(name)):
            return name, where
    return key, ""


def _named(atlas: _Atlas, key: str, where: str) -> Found:
    if not key:
        return Found()
    cities = _within(atlas, atlas.called(key), where)
    if cities:
        # its own name before one it has in another language
        cities = sorted(cities, key=lambda city: folded(city.place.name) != key)
        return Found(places=_different(cities), exact=True)
    country = atlas.within(atlas.lands.get(key, ""))
    if country:
        return Found(places=_one_a_zone(country), exact=True)
    return Found(places=_different(_within(atlas, _nearly(atlas, key), where)))


def _within(atlas: _Atlas, cities: list[_City], where: str) -> list[_City]:
    """All of them where none lies there."""
    land = atlas.lands.get(where)
    if land is not None:
        return [city for city in cities if city.land == land] or cities
    return [city for city in cities if where and where in {city.land, city.part}] or cities


def _at_offset(atlas: _Atlas, offset: timedelta, now: datetime) -> Sequence[Place]:
    """The largest city of each zone whose clocks show that now."""
    meant: dict[str, bool] = {}
    found: list[Place] = []
    for number, row in enumerate(atlas.rows):
        zone = row.split("\t", 4)[3]
        if zone in meant:
            continue
        meant[zone] = now.astimezone(ZoneInfo(zone)).utcoffset() == offset
        if meant[zone]:
            found.append(atlas.city(number).place)
    return tuple(found[:MOST])


def _nearly(atlas: _Atlas, key: str) -> list[_City]:
    """Of the large ones: what begins so, then what is spelt nearly so, in whatever language."""
    if len(key) < _SHORTEST_PART:
        return []
    begin = [name for name in atlas.large if name.startswith(key)]
    names = dict.fromkeys([*begin[:MOST], *alike(key, atlas.named)])
    cities = [atlas.city(atlas.named[name][0]) for name in names]
    return [city for city in cities if city.place.people >= _LARGE]


def _different(cities: Iterable[_City]) -> Sequence[Place]:
    """Of several with one name in one zone of a country the largest; told apart where a country has more."""
    found: dict[tuple[str, str, str], _City] = {}
    for city in cities:
        found.setdefault((city.place.name, city.land, city.place.zone), city)
    shown = list(found.values())[:MOST]
    names = Counter((city.place.name, city.land) for city in shown)
    return tuple(_told_apart(one) if names[one.place.name, one.land] > 1 else one.place for one in shown)


def _told_apart(city: _City) -> Place:
    """By the code of its part of the country where people use it, else by its zone's own city."""
    known = city.land == "us" and city.part.isalpha()
    zone = city.place.zone.rsplit("/", 1)[1].replace("_", " ")
    return replace(city.place, part=city.part.upper() if known else f"{zone} time")


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
