"""A picture's words on their way to the child: JSON."""

import json
from dataclasses import asdict
from typing import Any

from domain.model.pictures import Band, BandKind, Bar, DayPicture, StatsPicture, Tile, WeekPicture

LARGEST = 1024 * 1024  # bytes


def written(spec: WeekPicture | StatsPicture) -> bytes:
    kind = "week" if isinstance(spec, WeekPicture) else "stats"
    return json.dumps({"kind": kind, **asdict(spec)}).encode()


def read(content: bytes) -> WeekPicture | StatsPicture:
    """ValueError, KeyError or TypeError for what `written` has not written."""
    given: dict[str, Any] = json.loads(content)
    match given.pop("kind"):
        case "week":
            return WeekPicture(**{**given, "days": tuple(map(_day, given["days"]))})
        case "stats":
            lists = {
                "tiles": tuple(Tile(**one) for one in given["tiles"]),
                "over_time": tuple(Bar(**one) for one in given["over_time"]),
                "shares": tuple(Bar(**one) for one in given["shares"]),
            }
            return StatsPicture(**{**given, **lists})
        case other:
            raise ValueError(f"{other!r} is no picture")


def _day(given: dict[str, Any]) -> DayPicture:
    bands = (Band(**{**one, "kind": BandKind(one["kind"])}) for one in given["bands"])
    return DayPicture(label=given["label"], bands=tuple(bands))
