"""From the pieces of a typed date to a row of items: days put together, times, and the small words between them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import Malformed
from handlers.date_words import Kind, Token, full_year, tokens_of
from handlers.said_days import Length, Said

_SMALL = {
    Kind.TO: "-", Kind.UNTIL: "u", Kind.FROM: "f", Kind.AFTER: "g", Kind.BEFORE: "v", Kind.AND: "a", Kind.TIME: "T",
    Kind.NUMBER: "T", Kind.PART: "P",
}  # fmt: skip
_DAY_NUMBERS = {Kind.NUMBER, Kind.ORDINAL}


@dataclass(frozen=True, slots=True)
class Item:
    """D days, H hours, T a time, P a part of a day, L so many `days`; the rest is `_SMALL`."""

    letter: str
    text: str = ""
    said: Said | None = None
    days: int = 0


def items_of(text: str, example: str) -> list[Item]:
    """`Malformed`, with the example, for what has no place in a date."""
    tokens = tokens_of(text, example)
    found, at = list[Item](), 0
    while at < len(tokens):
        # `24 Dec 10 - 26 Dec 14`: behind a day it is an hour
        is_hour = bool(found) and found[-1].letter == "D" and tokens[at].kind is Kind.NUMBER
        items, after = _days_at(tokens, at) if not is_hour else ([], at)
        if not items:
            letter = _SMALL.get(tokens[at].kind)
            if letter is None:
                raise Malformed(f"I can't read “{tokens[at].text}” there. {example}")
            items, after = [Item(letter, tokens[at].text)], at + 1
        found.extend(items)
        at = after
    return found


def _kinds(tokens: Sequence[Token], at: int, *wanted: set[Kind]) -> bool:
    there = tokens[at : at + len(wanted)]
    return len(there) == len(wanted) and all(
        one.kind in kinds for one, kinds in zip(there, wanted, strict=True)
    )


def _day(said: Said) -> Item:
    return Item("D", said.words, said)


def _days_at(tokens: Sequence[Token], at: int) -> tuple[list[Item], int]:
    """One day or two that share a month, and where they end; nothing where no day begins here."""
    token = tokens[at]
    if _kinds(tokens, at, _DAY_NUMBERS, {Kind.TO}, _DAY_NUMBERS, {Kind.MONTH}):
        year, after = _year_at(tokens, at + 4)
        both = [_calendar(tokens[at + 3], tokens[place], year) for place in (at, at + 2)]
        return [_day(both[0]), Item("-"), _day(both[1])], after
    if token.kind is Kind.WEEKDAY:
        return _weekday_at(tokens, at)
    if token.kind is Kind.WHICH:
        return _which_at(tokens, at)
    if _kinds(tokens, at, {Kind.IN}, {Kind.NUMBER, Kind.ORDINAL}, {Kind.UNIT}):
        return [_day(Said(words=f"in {tokens[at + 1].value} {tokens[at + 2].text}s"))], at + 3
    if _kinds(tokens, at, {Kind.FOR}, {Kind.NUMBER, Kind.ORDINAL}, {Kind.UNIT}):
        length = {"day": 1, "week": 7, "month": 30}.get(tokens[at + 2].text, 2)
        return [Item("L", days=tokens[at + 1].value * length)], at + 3
    if token.kind is Kind.FOR:  # `for Friday`
        return _days_at(tokens, at + 1) if at + 1 < len(tokens) else ([], at)
    return _plain_at(tokens, at)


def _plain_at(tokens: Sequence[Token], at: int) -> tuple[list[Item], int]:
    token = tokens[at]
    match token.kind:
        case Kind.RELATIVE:
            return [_day(Said(words=token.text))], at + 1
        case Kind.DATE:
            return [_day(_in_digits(token.text))], at + 1
        case Kind.UNIT if token.text == "weekend":
            return [_day(Said(ahead=0, length=Length.WEEKEND))], at + 1
        case Kind.UNIT if token.text == "week":  # the week of 7 December
            items, after = _plain_at(tokens, at + 1) if at + 1 < len(tokens) else ([], at)
            weeks = [replace(one, said=replace(one.said, length=Length.WEEK)) for one in items if one.said]
            return [one for one in weeks if one.said and one.said.day is not None], after
        case Kind.MONTH:
            return _month_at(tokens, at)
        case Kind.NUMBER | Kind.ORDINAL if _kinds(tokens, at + 1, {Kind.MONTH}):
            year, after = _year_at(tokens, at + 2)
            return [_day(_calendar(tokens[at + 1], token, year))], after
        case Kind.ORDINAL:
            return [_day(Said(words=str(token.value), day=token.value))], at + 1
        case _:
            return [], at


def _month_at(tokens: Sequence[Token], at: int) -> tuple[list[Item], int]:
    """`Dec 24`, `Dec 24-26`, or the month as a whole."""
    month = tokens[at]
    if not _kinds(tokens, at + 1, _DAY_NUMBERS):
        year, after = _year_at(tokens, at + 1)
        return [_day(Said(month=month.value, year=year, length=Length.MONTH))], after
    until = _kinds(tokens, at + 2, {Kind.TO}, _DAY_NUMBERS) and not _kinds(tokens, at + 4, {Kind.MONTH})
    year, after = _year_at(tokens, at + 4 if until else at + 2)
    first = _day(_calendar(month, tokens[at + 1], year))
    if not until:
        return [first], after
    return [first, Item("-"), _day(_calendar(month, tokens[at + 3], year))], after


def _weekday_at(tokens: Sequence[Token], at: int) -> tuple[list[Item], int]:
    """`Friday`, `Friday next week`, or with its date: `Fri, 27 Nov`, `Friday the 13th`."""
    weekday, after = tokens[at].value, at + 1
    if _kinds(tokens, after, {Kind.WHICH}, {Kind.UNIT}) and tokens[after + 1].text == "week":
        return [_day(Said(weekday=weekday, ahead=tokens[after].value))], after + 2
    if after < len(tokens) and tokens[after].text == ",":
        after += 1
    if after < len(tokens) and tokens[after].kind in {Kind.DATE, Kind.MONTH, *_DAY_NUMBERS}:
        items, end = _days_at(tokens, after)
        if items and items[0].said is not None and items[0].said.day is not None:
            return [replace(items[0], said=replace(items[0].said, weekday=weekday)), *items[1:]], end
    return [_day(Said(weekday=weekday))], at + 1


def _which_at(tokens: Sequence[Token], at: int) -> tuple[list[Item], int]:
    """`next week`, `next week Friday`, `this weekend`, `next month`, `next Friday`, `this afternoon`."""
    which = tokens[at].value
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None:
        return [], at
    if after.kind is Kind.PART:
        return [_day(Said(words="today" if which == 0 else "yesterday"))], at + 1
    if after.kind is Kind.WEEKDAY:
        ahead = which or None  # this Friday is the one that comes
        return [_day(Said(weekday=after.value, ahead=ahead))], at + 2
    if after.kind is Kind.UNIT and after.text == "week" and _kinds(tokens, at + 2, {Kind.WEEKDAY}):
        return [_day(Said(weekday=tokens[at + 2].value, ahead=which))], at + 3
    lengths = {"week": Length.WEEK, "weekend": Length.WEEKEND, "month": Length.MONTH}
    if after.kind is Kind.UNIT and after.text in lengths:
        return [_day(Said(ahead=which, length=lengths[after.text]))], at + 2
    return [], at


def _year_at(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    comma = at < len(tokens) and tokens[at].text == ","
    if _kinds(tokens, at + comma, {Kind.YEAR}):
        return tokens[at + comma].value, at + comma + 1
    return None, at


def _calendar(month: Token, day: Token, year: int | None) -> Said:
    return Said(words=f"{day.value} {month.text}", day=day.value, month=month.value, year=year)


def _in_digits(text: str) -> Said:
    parts = re.split(r"[/.-]", text)
    if len(parts[0]) > 2:  # noqa: PLR2004 - 2026-12-24
        parts.reverse()
    year = full_year(parts[2]) if len(parts) > 2 else None  # noqa: PLR2004
    return Said(words=f"{parts[0]}/{parts[1]}", day=int(parts[0]), month=int(parts[1]), year=year)
