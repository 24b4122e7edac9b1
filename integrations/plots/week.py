"""A dietitian's week: a column a day, the hours from above to below."""

from dataclasses import dataclass

from domain.model.pictures import DAY_MINUTES, Band, BandKind, DayPicture, WeekPicture
from integrations.plots.paper import INK, MARGIN, RAISED, SOFT, WIDTH, Paper

_HEAD = 236  # title, zone, days
_LEFT = 118  # the hours' own column
_FOOT = 96
_GAP = 8
_TALLEST, _LOWEST = 104, 52  # pixels an hour
_GRID = 1150  # pixels for all hours, where they can be had
_FEWEST_HOURS = 8
_HOUR = 60
_TEXT = 25
_PADDING = 8
_TWO_LINES = 2 * _TEXT + 14
_SHOWN_WHERE_NOTHING_IS = (9 * _HOUR, 17 * _HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    word: str
    colour: str
    ink: str = INK
    edge: str | None = None
    dashed: bool = False
    hatch: str | None = None


_LOOKS = {
    BandKind.OPEN: _Look(word="open", colour="#D9EFE6", ink="#14332A"),
    BandKind.OFF: _Look(word="off", colour="#3A4856", ink=SOFT, edge="#66788A", hatch="//"),
    BandKind.BUSY: _Look(word="busy", colour="#6A58B5"),
    BandKind.HELD: _Look(word="held, not paid", colour="#FFD978", ink="#3B2A00", edge="#8A5A00", dashed=True),
    BandKind.BOOKED: _Look(word="booked", colour="#1B7F60"),
}
"""In the order in which they are drawn, one over the other."""
_WIDE = frozenset({BandKind.OPEN, BandKind.OFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Which minutes are shown, and how tall a minute is."""

    begins: int
    ends: int
    pixels: float
    columns: int

    @property
    def width(self) -> float:
        return (WIDTH - _LEFT - MARGIN / 2) / self.columns

    @property
    def height(self) -> int:
        return round((self.ends - self.begins) * self.pixels)

    def x(self, column: int) -> float:
        return _LEFT + column * self.width

    def y(self, minute: int) -> float:
        return _HEAD + (min(max(minute, self.begins), self.ends) - self.begins) * self.pixels


def week(spec: WeekPicture) -> Paper:
    grid = _grid(spec)
    paper = Paper(_HEAD + grid.height + _FOOT)
    paper.words((MARGIN, 58), spec.title, 50, bold=True)
    paper.words((MARGIN, 120), spec.timezone, 31, colour=SOFT)
    for column, day in enumerate(spec.days):
        _day(paper, grid, column, day)
    _hours(paper, grid)
    for column, day in enumerate(spec.days):
        for band in sorted(day.bands, key=lambda band: list(_LOOKS).index(band.kind)):
            _band(paper, grid, column, band)
    _legend(paper, spec, _HEAD + grid.height + _FOOT / 2)
    return paper


def _grid(spec: WeekPicture) -> _Grid:
    """From the first full hour in which something is to the last; a day off altogether stretches nothing."""
    shown = [band for day in spec.days for band in day.bands if not _is_whole_day(band)]
    first, last = _SHOWN_WHERE_NOTHING_IS
    if shown:
        first = min(band.from_minute for band in shown) // _HOUR * _HOUR
        last = -(-max(band.until_minute for band in shown) // _HOUR) * _HOUR
    last = min(max(last, first + _FEWEST_HOURS * _HOUR), DAY_MINUTES)
    first = max(min(first, last - _FEWEST_HOURS * _HOUR), 0)
    hour = min(max(_GRID * _HOUR / (last - first), _LOWEST), _TALLEST)
    return _Grid(begins=first, ends=last, pixels=hour / _HOUR, columns=max(len(spec.days), 1))


def _is_whole_day(band: Band) -> bool:
    return band.from_minute <= 0 and band.until_minute >= DAY_MINUTES


def _day(paper: Paper, grid: _Grid, column: int, day: DayPicture) -> None:
    middle, within = grid.x(column) + grid.width / 2, grid.width - _GAP
    first, _, rest = day.label.partition(" ")
    paper.words((middle, 178), first, 33, bold=True, across="center", within=within)
    paper.words((middle, 214), rest, 25, colour=SOFT, across="center", within=within)
    paper.box((grid.x(column) + _GAP / 2, _HEAD), (grid.width - _GAP, grid.height), RAISED)


def _hours(paper: Paper, grid: _Grid) -> None:
    every = 1 if grid.pixels * _HOUR >= _LOWEST + 8 else 2
    for hour in range(grid.begins // _HOUR, grid.ends // _HOUR + 1, every):
        y = grid.y(hour * _HOUR)
        paper.line((_LEFT - 6, y), (WIDTH - MARGIN / 2, y))
        paper.words((_LEFT - 14, y), f"{hour:02}:00", 27, colour=SOFT, across="right")


def _band(paper: Paper, grid: _Grid, column: int, band: Band) -> None:
    look, top, bottom = _LOOKS[band.kind], grid.y(band.from_minute), grid.y(band.until_minute)
    x, width = grid.x(column) + _GAP / 2, grid.width - _GAP
    if band.kind not in _WIDE:
        x, width, top, bottom = x + 3, width - 6, top + 1.5, bottom - 1.5
    paper.box(
        (x, top),
        (width, bottom - top),
        look.colour,
        edge=look.edge,
        dashed=look.dashed,
        hatch=look.hatch,
        radius=0 if band.kind in _WIDE else 7,
    )
    _label(paper, band, (x, top), (width, bottom - top))


def _label(paper: Paper, band: Band, at: tuple[float, float], size: tuple[float, float]) -> None:
    """When it begins, and below it the label where there is room; a band too low for words has none."""
    (x, y), (width, height), look = at, size, _LOOKS[band.kind]
    if band.kind is BandKind.OPEN or height < _TEXT + 2:
        return
    if band.kind is BandKind.OFF:
        paper.words(
            (x + width / 2, y + height / 2),
            band.label or look.word,
            _TEXT,
            colour=look.ink,
            across="center",
            within=width - 2 * _PADDING,
        )
        return
    time = f"{band.from_minute // _HOUR:02}:{band.from_minute % _HOUR:02}"
    lines = [time, *([band.label] if band.label and height >= _TWO_LINES else [])]
    middle = y + min(height / 2, 24)
    for number, line in enumerate(lines):
        paper.words(
            (x + _PADDING, middle + number * (_TEXT + 5)),
            line,
            _TEXT,
            colour=look.ink,
            bold=number == 0,
            within=width - 2 * _PADDING + 4,
        )


def _legend(paper: Paper, spec: WeekPicture, y: float) -> None:
    """Of what is there; where nothing is, that."""
    there = {band.kind for day in spec.days for band in day.bands}
    if not there:
        paper.words((WIDTH / 2, y), "Nothing is open and nothing is booked.", 31, across="center")
        return
    x: float = MARGIN
    for kind, look in _LOOKS.items():
        if kind not in there:
            continue
        paper.box(
            (x, y - 16), (32, 32), look.colour, edge=look.edge, dashed=look.dashed, hatch=look.hatch, radius=6
        )
        paper.words((x + 44, y), look.word, 30)
        x += 44 + paper.width_of(look.word, 30) + 34
