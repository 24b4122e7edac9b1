"""What is wrong with a practice file, all of it, each with its place."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.practice_fields import FieldError, opening_range, shown
from bot.practice_positions import Path
from bot.practice_tables import KEYS, LISTS, WEEK

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")

_A_RANGE = '"09:00-17:00"'
_LIKE = {"questions": '"Are you allergic to any food?"'}

Problem = tuple[Path, str]


def refused(error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        yield detail["loc"], _words(detail)


def clashes(data: dict[str, Any]) -> Iterator[Problem]:
    """What no field shows by itself; said of a file that may have other faults as well."""
    dietitians = list(_tables(data, "dietitian", ()))
    yield from _twice(dietitians, "telegram_id")
    for path, dietitian in dietitians:
        yield from _twice(list(_tables(dietitian, "service", path)), "slug")
        hours = dietitian.get("hours")
        for day in WEEK:
            ranges = hours.get(day) if isinstance(hours, dict) else None
            yield from _out_of_order(ranges, (*path, "hours", day))
        for place, opening in _tables(dietitian, "opening", path):
            yield from _out_of_order(opening.get("hours"), (*place, "hours"))
        for place, service in _tables(dietitian, "service", path):
            yield from _asked_twice(service.get("questions"), (*place, "questions"))


def name(path: Path) -> str:
    """`dietitian[1].service[2].price`: places are counted from 1, as people do."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            key = part if _PLAIN_KEY.fullmatch(part) else shown(part)
            text += f".{key}" if text else key
    return text


def _words(detail: ErrorDetails) -> str:
    table = tuple(part for part in detail["loc"] if isinstance(part, str))
    match detail["type"]:
        case "missing" | "too_short":
            return "is missing"
        case "extra_forbidden":
            return "is not a field of a practice" + _hint(table)
        case "value_error":
            return str(detail["ctx"]["error"])
        case "literal_error":
            return f'{shown(detail["input"])} is not "consultation" or "meal_plan"'
        case "list_type" if table in LISTS:
            return f"is not a list of tables: write [[{'.'.join(table)}]]"
        case "list_type":
            return f"is not a list like [{_LIKE.get(table[-1], _A_RANGE)}]"
        case "too_long":
            return f"holds more than {detail['ctx']['max_length']}"
        case "model_type":
            return f"{shown(detail['input'])} is not a table: write {_brackets(table)}"
        case _:
            return detail["msg"]


def _hint(path: tuple[str, ...]) -> str:
    *table, key = path
    keys = KEYS.get(tuple(table), ())
    close = next((k for k in keys if key[:9].casefold().startswith(k)), None)
    for candidate in [close] if close else get_close_matches(key[:60], keys, n=1):
        return f"; did you mean {candidate}?"
    for other, others in KEYS.items():
        if key in others:
            return f"; it belongs under {_brackets(other) if other else 'no table'}"
    return ""


def _brackets(table: tuple[str, ...]) -> str:
    text = f"[{'.'.join(table)}]"
    return f"[{text}]" if table in LISTS else text


def _tables(data: dict[str, Any], key: str, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    values = data.get(key)
    for place, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, dict):
            yield (*path, key, place), value


def _twice(tables: list[tuple[Path, dict[str, Any]]], key: str) -> Iterator[Problem]:
    seen: dict[int | str, Path] = {}
    for path, table in tables:
        value = table.get(key)
        if not isinstance(value, int | str):
            continue
        if value in seen:
            yield (*path, key), f"{shown(value)} is already {name(seen[value])}"
        seen.setdefault(value, path)


def _asked_twice(questions: Any, path: Path) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for place, text in enumerate(questions if isinstance(questions, list) else ()):
        if not isinstance(text, str):
            continue
        if text in seen:
            yield (*path, place), f"{shown(text)} is already {name(seen[text])}"
        seen.setdefault(text, (*path, place))


def _out_of_order(ranges: Any, path: Path) -> Iterator[Problem]:
    latest, before = 0, ""
    for place, text in enumerate(ranges if isinstance(ranges, list) else ()):
        try:
            opens, closes = opening_range(text)
        except FieldError:
            continue  # told of by itself
        if opens < latest:
            yield (*path, place), f"{shown(text)} begins before {shown(before)} is over"
        if closes > latest:
            latest, before = closes, text
