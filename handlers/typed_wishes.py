"""When a session would suit, as people type it: `17-20`, `after 5pm`, `mornings`, `Mon-Fri 9-12`."""

import re
from dataclasses import dataclass

from domain.errors import Malformed
from handlers.typed_hours import LONGEST_TEXT, ranges_of, time_of, week_of

EXAMPLE = "For example: 17-20, after 5pm, or Mon-Fri 9-12"
NOON, EVENING = 12 * 60, 17 * 60
PARTS = {"morning": (None, NOON), "afternoon": (NOON, EVENING), "evening": (EVENING, None)}
_ANY = {"any", "anytime", "whenever", "always", "any hour", "any time", "all day"}
_AFTER = re.compile(r"(?:after|from|since)\s+(.+)|(.+?)\s+(?:onwards?|or later|and later)")
_BEFORE = re.compile(r"(?:before|until|till|by)\s+(.+)|(.+?)\s+or earlier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Minutes after midnight; None: no bound. `weekdays`: only if they were typed too."""

    opens: int | None = None
    closes: int | None = None
    weekdays: tuple[int, ...] | None = None


def hours_of(text: str) -> Hours:
    """`Malformed`, with an example, for anything else."""
    if len(text) > LONGEST_TEXT:
        raise Malformed(f"That is too long for hours. {EXAMPLE}")
    said = " ".join(text.casefold().replace("’", "'").split()).strip(" .!")
    if said in _ANY:
        return Hours()
    part = PARTS.get(said.removeprefix("in the ").removesuffix("s"))
    if part is not None:
        return Hours(opens=part[0], closes=part[1])
    return _bounded(said) or _ranged(text)


def _bounded(said: str) -> Hours | None:
    """Where only one end was said."""
    for shape, is_after in ((_AFTER, True), (_BEFORE, False)):
        match = shape.fullmatch(said)
        if match is None or re.search(r"\d\s*(?:-|–|to|until|till)\s*\d", said):
            continue
        at = time_of(match[1] or match[2], EXAMPLE)
        if not 0 < at < 24 * 60:
            raise Malformed(f"That leaves no hours, or all. {EXAMPLE}")
        return Hours(opens=at) if is_after else Hours(closes=at)
    return None


def _ranged(text: str) -> Hours:
    try:
        ranges, weekdays = ranges_of(text, EXAMPLE), None
    except Malformed as without_days:
        try:
            week = week_of(text)
        except Malformed:
            raise without_days from None
        weekdays = tuple(day for day, found in enumerate(week) if found)
        ranges = tuple({one for found in week for one in found})
    if len(ranges) != 1:
        raise Malformed(f"Type one stretch of hours. {EXAMPLE}")
    (opens, closes) = ranges[0]
    return Hours(opens=opens or None, closes=None if closes == 24 * 60 else closes, weekdays=weekdays)
