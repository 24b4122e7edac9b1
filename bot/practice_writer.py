"""A practice as its file: the same bytes for the same practice, in the file's order, defaults written out."""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import unified_diff

from bot.practice_fields import clock
from bot.practice_tables import WEEK
from domain.model.availability import SLOT_STEP_MINUTES, MinuteRange
from domain.model.money import major_units
from domain.model.practice import REQUEST_DAYS, DeclaredDietitian, DeclaredService, Opening, Practice, TimeOff

_SHORT_ESCAPES = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}
_ESCAPED = frozenset({"Cc", "Zl", "Zp"})  # control characters and what editors show as a new line


def write_practice(practice: Practice) -> str:
    return "\n".join("".join(_dietitian(dietitian)) for dietitian in practice.dietitians)


def difference(old: Practice, new: Practice) -> str:
    """What applying `new` would change, line by line; `nothing changes` where nothing does."""
    before, after = write_practice(old).split("\n"), write_practice(new).split("\n")
    lines = unified_diff(before, after, fromfile="now", tofile="after", lineterm="")
    return "\n".join(lines) or "nothing changes"


def _dietitian(dietitian: DeclaredDietitian) -> Iterator[str]:
    yield from ("[[dietitian]]\n", f"telegram_id = {dietitian.telegram_id}\n")
    yield _pair("name", dietitian.name)
    yield _pair("email", dietitian.email)
    yield _pair("timezone", dietitian.timezone)
    yield f"minimum_notice_hours = {dietitian.minimum_notice_hours}\n"
    yield f"booking_window_days = {dietitian.booking_window_days}\n"
    yield f"buffer_minutes = {dietitian.buffer_minutes}\n"
    yield from _unusual(dietitian)
    yield _pair("fallback_meeting_url", dietitian.fallback_meeting_url)
    yield f"\n[dietitian.cancellation]\nfree_hours = {dietitian.free_hours}\n"
    yield f"late_refund_percent = {dietitian.late_refund_percent}\n"
    yield "\n[dietitian.hours]\n"
    yield from (_ranges(day, ranges) for day, ranges in zip(WEEK, dietitian.hours, strict=True) if ranges)
    for day, ranges in _by_table(dietitian.openings):
        yield f"\n[[dietitian.opening]]\nday = {day}\n{_ranges('hours', tuple(ranges))}"
    for period in dietitian.time_off:
        yield from _time_off(period)
    for service in dietitian.services:
        yield from _service(service)


def _unusual(dietitian: DeclaredDietitian) -> Iterator[str]:
    """What most practices have no need to say."""
    if dietitian.buffer_before_minutes:
        yield f"buffer_before_minutes = {dietitian.buffer_before_minutes}\n"
    if dietitian.slot_step_minutes != SLOT_STEP_MINUTES:
        yield f"slot_step_minutes = {dietitian.slot_step_minutes}\n"
    if dietitian.daily_maximum is not None:
        yield f"daily_maximum = {dietitian.daily_maximum}\n"
    if dietitian.request_days != REQUEST_DAYS:
        yield f"request_days = {dietitian.request_days}\n"
    if not dietitian.book_without_google:
        yield "book_without_google = false\n"


def _by_table(openings: Iterable[Opening]) -> list[tuple[date, list[MinuteRange]]]:
    """Those of one day together; one that begins before another is over cannot stand in a list with it."""
    tables: list[tuple[date, list[MinuteRange]]] = []
    for once in openings:
        if not tables or tables[-1][0] != once.day or once.opens < tables[-1][1][-1][1]:
            tables.append((once.day, []))
        tables[-1][1].append((once.opens, once.closes))
    return tables


def _time_off(period: TimeOff) -> Iterator[str]:
    yield f"\n[[dietitian.time_off]]\nfrom = {period.first}\nto = {period.last}\n"
    if period.begins is not None:
        yield f"begins = {clock(period.begins)}\n"
    if period.ends is not None:
        yield f"ends = {clock(period.ends)}\n"
    yield _pair("reason", period.reason)


def _service(service: DeclaredService) -> Iterator[str]:
    yield "\n[[dietitian.service]]\n"
    yield _pair("slug", service.slug)
    yield _pair("kind", service.kind)
    yield _pair("title", service.title)
    if service.minutes is not None:
        yield f"minutes = {service.minutes}\n"
    yield _pair("price", major_units(service.price))
    yield _pair("description", service.description)
    if service.promised_days is not None:
        yield f"promised_days = {service.promised_days}\n"
    if service.by_request_only:
        yield "by_request_only = true\n"
    if service.questions:
        yield "questions = [\n"
        yield from (f"    {_string(question)},\n" for question in service.questions)
        yield "]\n"


def _ranges(day: str, ranges: tuple[MinuteRange, ...]) -> str:
    clock = (
        f'"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"' for opens, closes in ranges
    )
    return f"{day} = [{', '.join(clock)}]\n"


def _pair(key: str, value: str | None) -> str:
    return "" if value is None else f"{key} = {_string(value)}\n"


def _string(value: str) -> str:
    return '"' + "".join(map(_character, value)) + '"'


def _character(character: str) -> str:
    if short := _SHORT_ESCAPES.get(character):
        return short
    return f"\\u{ord(character):04X}" if unicodedata.category(character) in _ESCAPED else character
