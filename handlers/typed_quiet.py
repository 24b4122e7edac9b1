"""Quiet hours as people type them: `22-7`, `10pm to 6am`, `off`.

What is understood is shown back: `10-6` can only be read by guessing, and is guessed as a night.
"""

import re
import unicodedata

from domain.errors import Malformed

_EXAMPLE = "For example: 22-7, or 10pm to 6am, or off"
_LONGEST = 100
_NOON, _DAY, _HOUR = 12 * 60, 24 * 60, 60
_EVENING = 6 * _HOUR  # a bare `8` that a night begins at is eight in the evening; `1` is one at night
_OFF = {"off", "none", "no", "never", "nothing", "clear", "remove"}
_NAMED = {"noon": _NOON, "midday": _NOON, "midnight": 0}
_TIME = (
    r"(?:(?P<{0}_hour>\d{{1,2}})(?:[:.h]?(?P<{0}_minute>\d{{2}}))?h?\s*(?P<{0}_half>[ap]\.?\s?m\b\.?)?"
    r"|(?P<{0}_name>noon|midday|midnight))"
)
_SHAPE = re.compile(
    r"(?:quiet\s+)?(?:from|between)?\s*"
    + _TIME.format("a")
    + r"\s*(?:-+|to|until|till|til|and|through)\s*"
    + _TIME.format("b")
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~", "-"))


def quiet_hours(text: str) -> tuple[int, int] | None:
    """Minutes after midnight, from and until; None for `off`. `Malformed`, with an example, for anything else."""
    seen = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).translate(_DASHES).casefold()
    seen = "".join(c for c in seen if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})
    seen = " ".join(seen.split()).strip(" .!")
    if seen in _OFF:
        return None
    found = _SHAPE.fullmatch(seen) if len(text) <= _LONGEST and seen.isascii() else None
    if found is None:
        raise Malformed(f"I need from when until when. {_EXAMPLE}")
    ends = _minutes(found, "b")
    begins = _begins(found, ends)
    if begins == ends:
        raise Malformed(f"Quiet hours must end at another time than they begin. {_EXAMPLE}")
    return begins, ends


def _begins(found: re.Match[str], ends: int) -> int:
    """Bare hours before noon are of the night: `9-7` begins at 21:00, `12-6` at midnight."""
    minutes, hour = _minutes(found, "a"), found["a_hour"]
    if hour is None or found["a_half"] or hour.startswith("0") or minutes >= _NOON + _HOUR:
        return minutes
    if minutes >= _NOON:
        return minutes - _NOON
    if (found["b_half"] or "").startswith("p"):  # `1-5pm` is an afternoon, `10-6pm` a day
        return minutes + _NOON if minutes + _NOON < ends else minutes
    return minutes + _NOON if minutes >= _EVENING else minutes


def _minutes(found: re.Match[str], which: str) -> int:
    if (name := found[f"{which}_name"]) is not None:
        return _NAMED[name]
    hour, minute = int(found[f"{which}_hour"]), int(found[f"{which}_minute"] or 0)
    half = found[f"{which}_half"]
    if minute >= _HOUR or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):  # noqa: PLR2004
        raise Malformed(f"There is no such time of day. {_EXAMPLE}")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return (hour * _HOUR + minute) % _DAY
