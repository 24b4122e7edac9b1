"""Opening hours as people type them: `Mon-Fri 9-12, 1pm-5pm; Sat 10-14`.

What is understood must be shown back: `9-12, 1-5` can only be read by guessing, and is guessed the way a person would.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.errors import Malformed
from domain.model.hours import MinuteRange, WeeklyHours

LONGEST_TEXT = 500
MOST_RANGES = 8  # a day
_SHOWN = 30
_NOON, _MIDNIGHT, _HOUR = 12 * 60, 24 * 60, 60
_NIGHT = 6 * _HOUR  # nobody who types `2-5` means two in the morning
_MORNING = 9 * _HOUR  # `9-12` is of the morning, wherever it stands

_WEEK_EXAMPLE = "For example: Mon-Fri 9-12, 1pm-5pm; Sat 10-14"
_DAY_EXAMPLE = "For example: 9-12, 1pm-5pm"

DAYS_OF_WEEK = {
    word: (number,)
    for number, words in enumerate(
        (
            "mo mon monday", "tu tue tues tuesday", "we wed weds wednesday", "th thu thur thurs thursday",
            "fr fri friday", "sa sat saturday", "su sun sunday",
        )
    )
    for word in words.split()
}  # fmt: skip
DAYS_OF_WEEK |= {f"{word}s": days for word, days in DAYS_OF_WEEK.items() if word.endswith("day")}
_GROUPS = {
    "weekday": range(5), "weekdays": range(5), "workdays": range(5), "weekend": (5, 6), "weekends": (5, 6),
    "daily": range(7), "everyday": range(7),
}  # fmt: skip
_CLOSED = {"closed", "off", "none", "free"}
_TO = {"to", "until", "till", "til", "through", "thru", "bis"}
_FILLERS = {"from", "at", "open", "and", "on", "hrs", "hours", "h", "uhr", "between"}
_NAMED = {"noon": _NOON, "midday": _NOON, "midnight": 0}
_KNOWN = DAYS_OF_WEEK.keys() | _GROUPS.keys() | _CLOSED | _TO | _FILLERS | _NAMED.keys()
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~", "-"))
_TOKEN = re.compile(
    r"(?P<time>(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?h?\s*(?P<half>[ap]\.?m\b\.?)?)"
    r"|(?P<word>[^\W\d_]+)|(?P<mark>[-,;:&/+\n])"
)


def week_of(text: str) -> WeeklyHours:
    """A whole week; days that are not named are closed. `Malformed`, with an example, for anything else."""
    week: list[list[MinuteRange]] = [[] for _ in range(7)]
    for days, pieces in _groups(_tokens(text, _WEEK_EXAMPLE)):
        if not days:
            raise Malformed(f"Say on which days. {_WEEK_EXAMPLE}")
        ranges = _ranges(pieces, _WEEK_EXAMPLE)
        for day in days:
            week[day].extend(ranges)
    return tuple(_in_order(day, _WEEK_EXAMPLE) for day in week)


def ranges_of(text: str, example: str = _DAY_EXAMPLE) -> tuple[MinuteRange, ...]:
    """One day's ranges in order; none for `closed`. `Malformed`, with the example, for anything else."""
    groups = list(_groups(_tokens(text, example)))
    if any(days for days, _ in groups):
        raise Malformed(f"Type the times alone, without days. {example}")
    return _in_order([one for _, pieces in groups for one in _ranges(pieces, example)], example)


def time_of(text: str, example: str) -> int:
    """One time of day in minutes after midnight: a bare `3` is in the afternoon. `Malformed`, with the example."""
    tokens = _tokens(text, example)
    if len(tokens) != 1:
        raise Malformed(f"I can't read “{text.strip()[:_SHOWN]}” as a time. {example}")
    minutes = _minutes(tokens[0], example)
    return minutes + _NOON if _is_vague(tokens[0]) and minutes < _NIGHT else minutes


def _tokens(text: str, example: str) -> list[re.Match[str]]:
    if len(text) > LONGEST_TEXT:
        raise Malformed(f"That is too long to be opening hours. {example}")
    seen = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    seen = "".join(c for c in seen if c == "\n" or unicodedata.category(c) not in {"Cf", "Cc"})
    seen = re.sub(r"\bevery\s+day\b", "everyday", seen)
    found, at = [], 0
    while at < len(seen):
        token = _TOKEN.match(seen, at)
        if token is not None and (token["word"] is None or token["word"] in _KNOWN):
            found.append(token)
        elif not (seen[at].isspace() or seen[at] in ".()"):
            said = token["word"] if token is not None else seen[at : at + 12].strip()
            raise Malformed(f"I can't read “{said[:_SHOWN]}”. {example}")
        at = token.end() if token is not None else at + 1
    tokens = [one for one in found if one["word"] not in _FILLERS]
    if not any(one["time"] or one["word"] for one in tokens):
        raise Malformed(f"I need opening hours. {example}")
    return tokens


Pieces = Sequence[re.Match[str]]


def _groups(tokens: Pieces) -> Iterator[tuple[list[int], list[re.Match[str]]]]:
    """Days, and what was said about them until other days are named."""
    days: list[int] = []
    pieces: list[re.Match[str]] = []
    until = False  # `Mon-` waits for its other end
    for token in tokens:
        named = _days_of(token)
        if named is None:
            until = bool(days) and not pieces and _is_dash(token)
            if not until and (pieces or token["mark"] is None):
                pieces.append(token)
            continue
        if pieces:
            yield days, pieces
            days, pieces = [], []
        days.extend(_through(days[-1], named[0]) if until and days else named)
        until = False
    if days or pieces:
        yield days, pieces


def _days_of(token: re.Match[str]) -> Sequence[int] | None:
    word = token["word"]
    return None if word is None else (DAYS_OF_WEEK.get(word) or _GROUPS.get(word))


def _through(first: int, last: int) -> list[int]:
    """After `first` to `last`, over the end of the week where they say so: `Sat-Mon`."""
    return [(first + step) % 7 for step in range(1, (last - first) % 7 + 1)]


def _is_dash(token: re.Match[str]) -> bool:
    return token["mark"] == "-" or token["word"] in _TO


def _ranges(pieces: Pieces, example: str) -> list[MinuteRange]:
    words = [one for one in pieces if one["mark"] not in {",", ";", ":", "&", "/", "+", "\n"}]
    if len(words) == 1 and words[0]["word"] in _CLOSED:
        return []
    if not words or len(words) % 3:
        raise Malformed(f"Each time needs its end, like 9-12. {example}")
    ranges: list[MinuteRange] = []
    for opens, dash, closes in zip(words[::3], words[1::3], words[2::3], strict=True):
        if not _is_dash(dash):
            raise Malformed(f"I can't read “{dash.group().strip()}” there. {example}")
        ranges.append(_range(opens, closes, ranges[-1][1] if ranges else 0, example))
    return ranges


def _range(first: re.Match[str], last: re.Match[str], after: int, example: str) -> MinuteRange:
    """`after` is when the range before it ended: `9-12, 1-5` goes on in the afternoon."""
    opens, closes = _minutes(first, example), _minutes(last, example)
    if _is_vague(first):
        opens = _meant(last, opens, closes, after)
    if closes <= opens and _is_vague(last):
        closes += _NOON
    if last["word"] == "midnight" or (closes == 0 and opens > 0):
        closes = _MIDNIGHT
    if not 0 <= opens < closes <= _MIDNIGHT:
        said = f"{first.group().strip()}-{last.group().strip()}"
        raise Malformed(f"“{said}” does not end after it begins on the same day. {example}")
    return opens, closes


def _meant(last: re.Match[str], opens: int, closes: int, after: int) -> int:
    """Whether a bare hour before noon is one of the afternoon."""
    later = opens + _NOON
    if opens >= _NOON:
        return opens
    if last["half"] and last["half"].startswith("p"):
        return later if later < closes else opens
    if last["half"] or not _is_vague(last):
        return opens if opens < closes else later
    goes_on = opens < after <= later and opens < _MORNING
    return later if goes_on or opens < _NIGHT else opens


def _is_vague(token: re.Match[str]) -> bool:
    """Neither am nor pm, nor written as a clock of 24 hours shows it."""
    hour = token["hour"]
    return hour is not None and token["half"] is None and not hour.startswith("0") and 0 < int(hour) <= 12  # noqa: PLR2004


def _minutes(token: re.Match[str], example: str) -> int:
    if token["word"] in _NAMED:
        return _NAMED[token["word"]]
    if token["time"] is None:
        raise Malformed(f"I can't read “{token.group().strip()}”. {example}")
    hour, minute, half = int(token["hour"]), int(token["minute"] or 0), token["half"]
    if minute >= _HOUR or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):  # noqa: PLR2004
        raise Malformed(f"“{token.group().strip()}” is no time of day. {example}")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return hour * _HOUR + minute


def _in_order(ranges: Sequence[MinuteRange], example: str) -> tuple[MinuteRange, ...]:
    ordered = sorted(set(ranges))
    if len(ordered) > MOST_RANGES:
        raise Malformed(f"That is more than {MOST_RANGES} times on one day. {example}")
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise Malformed(f"Two of these times overlap. {example}")
    return tuple(ordered)
