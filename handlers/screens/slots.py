"""A day, then a time: for a new booking and for one that is moved."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from domain.model.availability import PartOfDay, part_of_day
from domain.model.message import Button, Message
from domain.model.views import RequestCard
from handlers.callbacks import Verb, day_argument, instant_argument
from handlers.formats import clock_time, day, local, long_day, safe
from handlers.screens.parts import credit_waits, numbered, on, page_of, pager, rows, way_back, what

T = TypeVar("T")
DAYS_ON_A_PAGE = 14
_DAYS_IN_A_ROW = 2
_SLOTS_IN_A_ROW = 4
_PARTS = {PartOfDay.MORNING: "Morning", PartOfDay.AFTERNOON: "Afternoon", PartOfDay.EVENING: "Evening"}


def choose_day(
    card: RequestCard,
    counts: dict[date, int],
    number: int,
    timezone: str,
    *,
    pages: Verb = Verb.DAYS,
    days: Verb = Verb.DAY,
    back: Verb = Verb.SHOW,
    closed: bool = False,
) -> Message:
    """Only days with a free slot, fourteen at a time, to the end of the booking window.

    `closed`: nobody can say just now which those are.
    """
    free = list(counts)
    if closed:
        return calendar_away(card, pages=pages, back=back)
    if not free:
        return no_days(card, pages=pages, back=back)
    page = page_of(free, number, DAYS_ON_A_PAGE)
    grid = [
        [on(card, day(value), days, day_argument(value)) for value in line]
        for line in _lines(page.items, _DAYS_IN_A_ROW)
    ]
    return Message(
        text=f"<b>Choose a day</b>\n{what(card.request)} with {safe(card.dietitian.name)}\n"
        f"Days and times are shown for {timezone}{numbered(page)}.",
        rows=rows(
            *grid,
            pager(page, pages, subject=card.request.public_id),
            _tell_me(card) if pages is Verb.DAYS else [],
            [way_back(card, back)],
        ),
    )


def no_days(card: RequestCard, *, pages: Verb = Verb.DAYS, back: Verb = Verb.SHOW) -> Message:
    return Message(
        text=f"{safe(card.dietitian.name)} has no free time in the coming "
        f"{card.dietitian.booking_window_days} days. Nothing was charged, and the request stays open: look again "
        "later, or write to them.",
        rows=rows(
            [on(card, "🔄 Look again", pages, "0")],
            _tell_me(card) if pages is Verb.DAYS else [],
            [way_back(card, back)],
        ),
    )


def _tell_me(card: RequestCard) -> list[Button]:
    return [on(card, "🔔 Tell me when a time is free", Verb.WISH)]


CALENDAR_AWAY = (
    "Times can't be booked just now: the dietitian's calendar does not answer. Try again in a few minutes."
)


def calendar_away(card: RequestCard, *, pages: Verb = Verb.DAYS, back: Verb = Verb.SHOW) -> Message:
    return Message(
        text=f"No times can be offered just now: {safe(card.dietitian.name)}'s calendar does not answer, and without it "
        "nothing is booked. Nothing has changed and nothing was charged: look again in a few minutes.",
        rows=rows([on(card, "🔄 Look again", pages, "0")], [on(card, "← Back", back)]),
    )


def choose_slot(
    card: RequestCard,
    chosen: date,
    slots: Sequence[datetime],
    timezone: str,
    *,
    slot: Verb = Verb.SLOT,
    back: Verb = Verb.DAYS,
    words: str = "",
) -> Message:
    """The day's free slots: morning, afternoon, evening in the reader's zone."""
    lines: list[list[Button]] = []
    for part in _PARTS:
        starts = [start for start in slots if part_of_day(local(start, timezone)) is part]
        lines.extend(
            [on(card, clock_time(start, timezone), slot, instant_argument(start)) for start in line]
            for line in _lines(starts, _SLOTS_IN_A_ROW)
        )
    kept = (
        "It is yours at once: you have paid."
        if credit_waits(card)
        else "It will be kept for you while you pay."
    )
    asked = f"{words} ({timezone})." if words else f"Choose a time ({timezone}). {kept}"
    return Message(
        text=f"<b>{long_day(chosen)}</b>\n{asked}\n{_groups(slots, timezone)}",
        rows=rows(*lines, _tell_me(card) if slot is Verb.SLOT else [], [on(card, "← Back", back, "0")]),
    )


def _groups(slots: Sequence[datetime], timezone: str) -> str:
    words = []
    for part, name in _PARTS.items():
        starts = [start for start in slots if part_of_day(local(start, timezone)) is part]
        if starts:
            words.append(f"{name}: {clock_time(starts[0], timezone)}–{clock_time(starts[-1], timezone)}")
    return " · ".join(words)


def _lines(values: Sequence[T], width: int) -> list[Sequence[T]]:
    return [values[at : at + width] for at in range(0, len(values), width)]
