"""Amounts and times as people read them; everything that people typed, made safe for Telegram's HTML."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency

from domain.model.money import SUBUNITS

LOCALE = "en_NG"


@lru_cache(maxsize=512)
def money(amount: int, currency: str) -> str:
    """1250000, "NGN" -> `₦12,500.00`."""
    return format_currency(Decimal(amount) / SUBUNITS, currency, locale=LOCALE)


# What turns the reading direction round would turn our own words round with it.
_TURNING = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def safe(text: str) -> str:
    """What somebody typed, inside Telegram's HTML."""
    return escape(straight(text), quote=False)


def straight(text: str) -> str:
    """What somebody typed, where no tags are read."""
    return text.translate(_TURNING)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(instant: datetime, timezone: str) -> datetime:
    return instant.astimezone(zone(timezone))


def clock_time(instant: datetime, timezone: str) -> str:
    """`15:30` where the reader is."""
    return f"{local(instant, timezone):%H:%M}"


@lru_cache(maxsize=2048)
def day(value: date) -> str:
    """`Thu 3 Dec`."""
    return format_date(value, "EEE d MMM", locale=LOCALE)


@lru_cache(maxsize=2048)
def long_day(value: date) -> str:
    """`Thursday 3 December 2026`."""
    return format_date(value, "EEEE d MMMM y", locale=LOCALE)


def moment(instant: datetime, timezone: str) -> str:
    """`Thursday 3 December 2026, 15:30 (Africa/Lagos)`, in Telegram's HTML.

    A newer app shows it as its owner's clock has it; what stands inside is for all others
    (core.telegram.org/bots/api#html-style, since Bot API 9.5).
    """
    words = plain_moment(instant, timezone)
    return f'<tg-time unix="{int(instant.timestamp())}" format="wDt">{words}</tg-time>'


def plain_moment(instant: datetime, timezone: str) -> str:
    """The same where no tags can be."""
    when = local(instant, timezone)
    return f"{long_day(when.date())}, {when:%H:%M} ({timezone})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Somebody else who is to be there, in Telegram's HTML, and the zone they read times in."""

    name: str
    timezone: str


def span(start: datetime, end: datetime, timezone: str, other: Side | None = None) -> str:
    """`Thursday 3 December 2026, 15:30–16:15 (Africa/Lagos)`; then, where the other side is in another zone,
    `, 14:30 for Dr Ada (Europe/London)`."""
    first, last = local(start, timezone), local(end, timezone)
    words = f"{long_day(first.date())}, {first:%H:%M}–{last:%H:%M} ({timezone})"
    if other is None or other.timezone == timezone:
        return words
    theirs = local(start, other.timezone)
    on = "" if theirs.date() == first.date() else f"{day(theirs.date())}, "
    return f"{words}, {on}{theirs:%H:%M} for {other.name} ({other.timezone})"
