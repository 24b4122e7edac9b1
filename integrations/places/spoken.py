"""What people type for a time zone that is no place: `WAT`, `EST`, `GMT+1`, `+5:45`."""

import re
from collections.abc import Mapping
from datetime import timedelta

STAND_FOR: Mapping[str, tuple[str, ...]] = {
    "wat": ("lagos",), "cat": ("maputo",), "eat": ("nairobi",), "sast": ("johannesburg",),
    "gmt": ("accra", "london"), "bst": ("london", "dhaka"), "ist": ("mumbai", "dublin", "jerusalem"),
    "cet": ("berlin", "paris", "algiers"), "cest": ("berlin", "paris"), "eet": ("cairo", "athens", "tripoli"),
    "eest": ("cairo", "athens"), "wet": ("lisbon",), "west": ("lisbon",), "gst": ("dubai",),
    "est": ("new york city", "toronto", "kingston"), "edt": ("new york city", "toronto"),
    "et": ("new york city", "toronto"), "cst": ("chicago", "mexico city", "shanghai"), "cdt": ("chicago",),
    "ct": ("chicago",), "mst": ("denver", "phoenix"), "mdt": ("denver",), "mt": ("denver", "phoenix"),
    "pst": ("los angeles", "vancouver", "manila"), "pdt": ("los angeles", "vancouver"),
    "pt": ("los angeles", "vancouver"), "hst": ("honolulu",), "akst": ("anchorage",), "jst": ("tokyo",),
    "aest": ("sydney", "brisbane"), "aedt": ("sydney",),
}  # fmt: skip
"""Cities, as the table of cities calls them when folded, the largest of the name: none is a fixed offset."""

_OFFSET = re.compile(r"(?:gmt|utc)?\s*([+\-\u2212])\s*(\d{1,2})(?::?([0-5]\d))?", re.ASCII)
_FARTHEST = timedelta(hours=14)


def offset_in(text: str) -> timedelta | None:
    """East of Greenwich is more: `GMT+1` is an hour later than London's winter."""
    found = _OFFSET.fullmatch(text.strip().casefold())
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > _FARTHEST:
        return None
    return offset if sign == "+" else -offset
