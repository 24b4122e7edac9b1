"""What is to be drawn: said in the words of the practice, drawn elsewhere."""

from dataclasses import dataclass
from enum import StrEnum

DAY_MINUTES = 24 * 60


class BandKind(StrEnum):
    OPEN = "open"  # the hours as they stand; drawn first, everything else over it
    BOOKED = "booked"
    HELD = "held"  # a time that a client has not paid for yet
    OFF = "off"
    BUSY = "busy"  # by the dietitian's own calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Minutes after local midnight, 0 to 1,440, the end excluded. What has no label is told by its colour alone."""

    kind: BandKind
    from_minute: int
    until_minute: int
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPicture:
    """`label` is the date as it is to be read, for instance "Mon 23 Nov"."""

    label: str
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPicture:
    """One to seven days, from left to right. `timezone` is named in the picture."""

    title: str
    timezone: str
    days: tuple[DayPicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number that stands for itself, worded: "₦125,000"."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`value` gives the length, `words` stand beside it."""

    label: str
    value: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsPicture:
    """`over_time` are columns from left to right, `shares` bars from above to below; either may be empty."""

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    over_time: tuple[Bar, ...] = ()
    over_time_title: str = ""
    shares: tuple[Bar, ...] = ()
    shares_title: str = ""
