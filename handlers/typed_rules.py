"""The numbers of booking rules as people type them: `2`, `1 day`, `1h 30`, `6 a day`, `none`."""

import re

from domain.errors import Malformed
from domain.usecases.set_hours import BOUNDS, Rule
from handlers.typed_offers import in_digits, plain

RULE_EXAMPLES = {
    Rule.NOTICE: "2 or 1 day",
    Rule.WINDOW: "60 or 8 weeks",
    Rule.AFTER: "10 or 1h 15",
    Rule.BEFORE: "10 or none",
    Rule.MAXIMUM: "6 or no limit",
    Rule.STEP: "30",
}
RULE_UNITS = {
    Rule.NOTICE: "hours", Rule.WINDOW: "days", Rule.AFTER: "minutes", Rule.BEFORE: "minutes", Rule.MAXIMUM: "sessions",
    Rule.STEP: "minutes",
}  # fmt: skip
_HOUR, _DAY = 60, 24 * 60
_IN_MINUTES = {"minutes": 1, "hours": _HOUR, "days": _DAY, "sessions": 1}
_UNITS = {
    "minutes": 1, "minute": 1, "mins": 1, "min": 1, "m": 1, "'": 1, "hours": _HOUR, "hour": _HOUR, "hrs": _HOUR,
    "hr": _HOUR, "h": _HOUR, "days": _DAY, "day": _DAY, "d": _DAY, "weeks": 7 * _DAY, "week": 7 * _DAY, "w": 7 * _DAY,
    "months": 30 * _DAY, "month": 30 * _DAY,
}  # fmt: skip
_NONE = frozenset(
    {"none", "no", "nothing", "off", "zero", "no limit", "unlimited", "no maximum", "any", "without", "-"}
)
_LEAVE = re.compile(
    r"\b(?:and|ahead|before|after|at least|at most|max|about|each|every|per|in advance|notice)\b|[.,]$"
)
_PART = re.compile(r"(\d{1,5})\s*([a-z']*)\s*")
_MOST_PARTS = 2


def rule_value(rule: Rule, text: str) -> int | None:
    """In the rule's own unit; None is no limit. `Malformed`, with an example, for anything else."""
    typed = plain(text)
    if typed in _NONE:
        return _none(rule)
    if rule is Rule.MAXIMUM:
        typed = re.sub(
            r"\s*(?:sessions?|clients?|people|appointments?|bookings?)?(?:\s+(?:a|per) day)?$", "", typed
        )
    minutes, unit = _minutes(rule, typed), _IN_MINUTES[RULE_UNITS[rule]]
    if minutes % unit:
        raise _refused(rule)
    value, bounds = minutes // unit, BOUNDS[rule]
    if not bounds.least <= value <= bounds.most:
        raise _refused(rule)
    return value


def _none(rule: Rule) -> int | None:
    if rule is Rule.MAXIMUM:
        return None
    if BOUNDS[rule].least > 0:
        raise _refused(rule)
    return 0


def _minutes(rule: Rule, typed: str) -> int:
    """A bare number is in the rule's own unit; behind hours it is minutes: `1h 30`."""
    if typed in {"half an hour", "half hour"}:
        return _HOUR // 2
    words = in_digits(_LEAVE.sub(" ", typed))
    parts = _PART.findall(words)
    if not 1 <= len(parts) <= _MOST_PARTS or _PART.sub("", words):
        raise _refused(rule)
    total, unit = 0, _IN_MINUTES[RULE_UNITS[rule]]
    for place, (number, name) in enumerate(parts):
        if (name and name not in _UNITS) or (name and rule is Rule.MAXIMUM):
            raise _refused(rule)
        if place and not name and _UNITS.get(parts[0][1]) != _HOUR:
            raise _refused(rule)
        total += int(number) * (_UNITS[name] if name else 1 if place else unit)
    return total


def _refused(rule: Rule) -> Malformed:
    bounds = BOUNDS[rule]
    none = ", or no limit" if rule is Rule.MAXIMUM else ""
    return Malformed(
        f"That must be {bounds.least:,} to {bounds.most:,} {RULE_UNITS[rule]}{none}. For example: {RULE_EXAMPLES[rule]}"
    )
