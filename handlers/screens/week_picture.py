"""A week as it stands, as a picture: open, booked, held, off, and busy by the dietitian's own calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from domain.model.booking import Booking, BookingState
from domain.model.hours import MIDNIGHT, Interval, MinuteRange, TimeOff, opened_once
from domain.model.message import File, FileKind, Message
from domain.model.pictures import Band, BandKind, DayPicture, WeekPicture
from domain.usecases.set_hours import WeekAhead
from handlers.callbacks import Verb
from handlers.formats import day as short_day
from handlers.formats import local
from handlers.screens.parts import HOME, button, rows


def picture_spec(ahead: WeekAhead, title: str) -> WeekPicture:
    first = ahead.monday
    once = opened_once(ahead.openings, ahead.hours, begin=first, end=first + timedelta(days=6))
    days = []
    for at in range(7):
        on_day = first + timedelta(days=at)
        bands = [_band(BandKind.OPEN, one) for one in once.get(on_day, ahead.hours[at])]
        bands += [
            _band(BandKind.OFF, part) for off in ahead.time_off if (part := _off_on(off, on_day)) is not None
        ]
        bands += [
            _band(BandKind.BUSY, part)
            for busy in ahead.busy
            if (part := _part_on(busy, on_day, ahead.dietitian.timezone)) is not None
        ]
        bands += [
            _band(
                _kind(booking), part, card.request.client_name or (card.client.name if card.client else None)
            )
            for card, booking in ahead.sessions
            if (part := _part_on((booking.start, booking.end), on_day, ahead.dietitian.timezone)) is not None
        ]
        days.append(DayPicture(label=short_day(on_day), bands=tuple(bands)))
    timezone = f"Times in {ahead.dietitian.timezone}"
    return WeekPicture(title=title, timezone=timezone, days=tuple(_at_work(days)))


_WORK = frozenset({BandKind.OPEN, BandKind.BOOKED, BandKind.HELD})


def _at_work(days: Sequence[DayPicture]) -> list[DayPicture]:
    """What is off or busy at night is left out: it would leave the hours of work little room."""
    work = [band for day in days for band in day.bands if band.kind in _WORK]
    if not work:
        return list(days)
    first, last = min(band.from_minute for band in work), max(band.until_minute for band in work)
    return [replace(day, bands=tuple(_within(day.bands, first, last))) for day in days]


def _within(bands: Sequence[Band], first: int, last: int) -> Iterator[Band]:
    for band in bands:
        is_whole_day = band.from_minute == 0 and band.until_minute == MIDNIGHT
        begin, end = max(band.from_minute, first), min(band.until_minute, last)
        if is_whole_day:
            yield band
        elif begin < end:
            yield replace(band, from_minute=begin, until_minute=end)


def _kind(booking: Booking) -> BandKind:
    return BandKind.BOOKED if booking.state is BookingState.CONFIRMED else BandKind.HELD


def _band(kind: BandKind, minutes: MinuteRange, label: str | None = None) -> Band:
    return Band(kind=kind, from_minute=minutes[0], until_minute=minutes[1], label=label)


def _off_on(off: TimeOff, on_day: date) -> MinuteRange | None:
    if not off.first <= on_day <= off.last:
        return None
    begins = off.begins if off.begins is not None and on_day == off.first else 0
    ends = off.ends if off.ends is not None and on_day == off.last else MIDNIGHT
    return (begins, ends) if begins < ends else None


def _part_on(times: Interval, on_day: date, timezone: str) -> MinuteRange | None:
    """By the clock on the wall: where it is put back over a session, that is drawn shorter than it is."""
    start, end = (_minute(one, on_day, timezone) for one in times)
    start, end = max(start, 0), min(end, MIDNIGHT)
    return (start, end) if start < end else None


def _minute(moment: datetime, on_day: date, timezone: str) -> int:
    wall = local(moment, timezone).replace(tzinfo=None) - datetime.combine(on_day, time())
    return int(wall / timedelta(minutes=1))


def week_title(ahead: int) -> str:
    return {0: "This week", 1: "Next week"}.get(ahead, f"In {ahead} weeks")


def picture(found: WeekAhead, ahead: int, png: bytes | None) -> Message:
    """Where it could not be drawn, the words say so."""
    last = found.monday + timedelta(days=6)
    text = f"<b>{week_title(ahead)}</b>: {short_day(found.monday)} – {short_day(last)} ({found.dietitian.timezone})\n"
    text += _counted(found)
    if png is None:
        text += "\nThe picture could not be drawn just now. Try again in a minute."
    tabs = [
        button(f"{'• ' if one == ahead else ''}{week_title(one)}", Verb.WEEK_PICTURE, argument=str(one))
        for one in (0, 1)
    ]
    file = None
    if png is not None:
        file = File(kind=FileKind.PHOTO, name="week.png", mime_type="image/png", content=png)
    return Message(text=text, rows=rows(tabs, [button("← Back", Verb.WEEK), HOME]), file=file)


def _counted(found: WeekAhead) -> str:
    booked = sum(one.state is BookingState.CONFIRMED for _, one in found.sessions)
    held = len(found.sessions) - booked
    return f"Booked: {booked}" + (f", held and not paid: {held}" if held else "")
