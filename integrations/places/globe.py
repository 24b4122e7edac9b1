"""From a position to a time zone."""

from zoneinfo import available_timezones

_POLE, _DATE_LINE = 90, 180


def zone_at(latitude: float, longitude: float) -> str | None:
    """An IANA name; None for what is no position on Earth, and at sea."""
    from tzfpy import get_tz  # noqa: PLC0415 - its map is loaded for the first who shares a place

    if not (abs(latitude) <= _POLE and abs(longitude) <= _DATE_LINE):
        return None
    zone = get_tz(longitude, latitude)
    at_sea = zone.startswith("Etc/")
    return zone if zone in available_timezones() and not at_sea else None
