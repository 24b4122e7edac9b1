"""What the fields of a practice file may hold: each check gives the value or refuses it in plain words."""

import re
import unicodedata
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from domain.model.availability import MinuteRange
from domain.model.intake import LONGEST_QUESTION
from domain.model.money import major_units, subunits

LEAST_PRICE: Final = 5000  # Paystack's minimum, in kobo
LONGEST_LINE, LONGEST_TEXT, LONGEST_LINK = 100, 1000, 2000
_SHOWN: Final = 60
_MIDNIGHT: Final = 24 * 60
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_RANGE = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


class FieldError(ValueError):
    """The words for the person who wrote the value."""


def shown(value: Any) -> str:
    """The value about as the file writes it, on one line, not too long."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            text = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
            return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + '"'
        case int() if abs(value) >= 10**_SHOWN:
            return "a number this large"
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return str(value)


def whole(value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldError(f"{shown(value)} is not a whole number")
    if not low <= value <= high:
        raise FieldError(f"{shown(value)} is not between {low} and {high}")
    return value


def yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise FieldError(f"{shown(value)} is not true or false, without quotes")
    return value


def line_of_text(value: Any) -> str:
    return _line(value, LONGEST_LINE)


def question(value: Any) -> str:
    return _line(value, LONGEST_QUESTION)


def _line(value: Any, longest: int) -> str:
    text = _text(value, longest)
    if not text.strip():
        raise FieldError("is empty")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise FieldError(f"{shown(text)} holds a line break or another control character")
    return text


def long_text(value: Any) -> str:
    return _text(value, LONGEST_TEXT)


def email(value: Any) -> str:
    """As it is written. Addresses under `.test` are let through: rehearsals use them."""
    text = _text(value, LONGEST_TEXT)
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise FieldError(f"{shown(text)} is not an e-mail address: {error}") from None
    return text


def time_zone(value: Any) -> str:
    text = _text(value, LONGEST_LINE)
    if text not in _zones().values():
        close = get_close_matches(text.strip().replace(" ", "_").casefold(), _zones(), n=1, cutoff=0.75)
        hint = f"; did you mean {shown(_zones()[close[0]])}?" if close else ""
        raise FieldError(f'{shown(text)} is not a time zone like "Africa/Lagos"{hint}')
    return text


@cache
def _zones() -> dict[str, str]:
    """IANA names by what people call them: the whole name or the city alone, in small letters."""
    zones = sorted(available_timezones() - {"localtime", "Factory"})
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in zones}
    return cities | {zone.casefold(): zone for zone in zones}


def https_url(value: Any) -> str:
    text = _text(value, LONGEST_LINK)
    try:
        parts = urlsplit(text)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in text or not text.isprintable():
        raise FieldError(f'{shown(text)} is not a link like "https://meet.example.com/ada"')
    return text


def price(value: Any) -> int:
    """In the currency's subunit."""
    if not isinstance(value, str) or not _PRICE.fullmatch(value):
        raise FieldError(f'{shown(value)} is not an amount like "12500.00"')
    amount = subunits(value) if value.strip("0.") else 0
    if amount < LEAST_PRICE:
        raise FieldError(f"{shown(value)} is less than {major_units(LEAST_PRICE)}, the least Paystack takes")
    return amount


def slug(value: Any) -> str:
    text = _text(value, LONGEST_TEXT)
    if not _SLUG.fullmatch(text):
        raise FieldError(
            f'{shown(text)} is not a name like "first-consultation" (a-z, 0-9 and -, at most 40)'
        )
    return text


def opening_range(value: Any) -> MinuteRange:
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise FieldError(f'{shown(value)} is not a range like "09:00-17:00"')
    opens = int(match[1]) * 60 + int(match[2])
    closes = int(match[3]) * 60 + int(match[4]) if match[3] else _MIDNIGHT
    if closes <= opens:
        raise FieldError(f"{shown(value)} does not end after it begins")
    return opens, closes


def time_of_day(value: Any) -> int:
    """In minutes after midnight; 24:00 is 1440."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise FieldError(f'{shown(value)} is not a time in quotes like "14:00"')
    return int(match[1]) * 60 + int(match[2]) if match[1] else _MIDNIGHT


def clock(minute: int) -> str:
    return f'"{minute // 60:02}:{minute % 60:02}"'


def begins(value: Any) -> int:
    minute = time_of_day(value)
    if minute == _MIDNIGHT:
        raise FieldError(f"{shown(value)} is the end of the day: nothing of it would be off")
    return minute


def ends(value: Any) -> int:
    minute = time_of_day(value)
    if minute == 0:
        raise FieldError(f"{shown(value)} is the beginning of the day: nothing of it would be off")
    return minute


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FieldError(f"{shown(value)} is not a date like 2026-12-24, without quotes and without a time")
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise FieldError(f"{shown(value)} is not text in quotes")
    if len(value) > longest:
        raise FieldError(f"{shown(value)} is longer than {longest} characters")
    if "\0" in value:
        raise FieldError(f"{shown(value)} holds a NUL character")
    return value
