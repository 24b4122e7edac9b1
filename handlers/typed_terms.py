"""The numbers of a practice's terms as people type them: `24`, `2 days`, `50%`, `half`, `a month`."""

import re

from domain.errors import Malformed
from domain.usecases.change_practice import BOUNDS, ProfileField
from handlers.typed_offers import in_digits, plain

TERM_EXAMPLES = {
    ProfileField.FREE_HOURS: "24 or 2 days",
    ProfileField.LATE_REFUND: "50 or half",
    ProfileField.REQUEST_DAYS: "14 or 2 weeks",
}
_NAMES = {
    ProfileField.FREE_HOURS: "hours",
    ProfileField.LATE_REFUND: "percent",
    ProfileField.REQUEST_DAYS: "days",
}
_HOURS = {"": 1, "h": 1, "hr": 1, "hrs": 1, "hour": 1, "hours": 1, "d": 24, "day": 24, "days": 24}
_DAYS = {"": 1, "d": 1, "day": 1, "days": 1}
_LONGER = {"w": 7, "week": 7, "weeks": 7, "month": 30, "months": 30}
_UNITS: dict[ProfileField, dict[str, int]] = {
    ProfileField.FREE_HOURS: _HOURS | {unit: 24 * days for unit, days in _LONGER.items()},
    ProfileField.LATE_REFUND: dict.fromkeys(("", "%", "percent", "per cent"), 1),
    ProfileField.REQUEST_DAYS: _DAYS | _LONGER,
}
_SPOKEN = {
    ProfileField.FREE_HOURS: {"always": 0, "none": 0, "any time": 0},
    ProfileField.LATE_REFUND: {
        "none": 0,
        "nothing": 0,
        "half": 50,
        "a half": 50,
        "all": 100,
        "everything": 100,
    },
    ProfileField.REQUEST_DAYS: {},
}
_TYPED = re.compile(r"(\d{1,6}) ?([a-z% ]*)")


def terms_value(field: ProfileField, text: str) -> int:
    """In hours, percent or days. `Malformed`, with an example, for anything else."""
    typed = plain(text).removesuffix(".")
    value = _SPOKEN[field].get(typed)
    found = _TYPED.fullmatch(in_digits(typed))
    if value is None and found is not None and found[2].strip() in _UNITS[field]:
        value = int(found[1]) * _UNITS[field][found[2].strip()]
    least, most = BOUNDS[field]
    if value is None or not least <= value <= most:
        raise Malformed(
            f"That must be {least:,} to {most:,} {_NAMES[field]}. For example: {TERM_EXAMPLES[field]}"
        )
    return value
