"""Amounts and times as people read them; everything that people typed, made safe for Telegram's HTML."""

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
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def safe(text: str) -> str:
    """What somebody typed, inside Telegram's HTML."""
    return escape(text.translate(_TURNING), quote=False)


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
    """`Thursday 3 December 2026, 15:30 (Africa/Lagos)`."""
    when = local(instant, timezone)
    return f"{long_day(when.date())}, {when:%H:%M} ({timezone})"


def span(start: datetime, end: datetime, timezone: str) -> str:
    """`Thursday 3 December 2026, 15:30–16:15 (Africa/Lagos)`."""
    first, last = local(start, timezone), local(end, timezone)
    return f"{long_day(first.date())}, {first:%H:%M}–{last:%H:%M} ({timezone})"
