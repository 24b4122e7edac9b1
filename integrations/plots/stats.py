"""What a time brought: numbers, columns over time, bars by service."""

from collections.abc import Sequence

from domain.model.pictures import Bar, StatsPicture, Tile
from integrations.plots.paper import ACCENT, LINE, MARGIN, RAISED, SOFT, WIDTH, Paper

_HEAD = 164
_TILE, _BETWEEN = 142, 20
_COLUMNS = 440  # title, columns, their labels
_TALLEST = 250
_SHARE = 88
_CHART_HEAD = 84
_ROOM = WIDTH - 2 * MARGIN


def stats(spec: StatsPicture) -> Paper:
    tiles = -(-len(spec.tiles) // 2) * (_TILE + _BETWEEN)
    columns = _COLUMNS if spec.over_time else 0
    shares = _CHART_HEAD + len(spec.shares) * _SHARE if spec.shares else 0
    paper = Paper(_HEAD + tiles + columns + shares + MARGIN)
    paper.words((MARGIN, 60), spec.title, 52, bold=True)
    paper.words((MARGIN, 120), spec.subtitle, 31, colour=SOFT)
    for number, tile in enumerate(spec.tiles):
        _tile(paper, number, tile)
    if spec.over_time:
        _columns(paper, spec.over_time_title, spec.over_time, _HEAD + tiles)
    if spec.shares:
        _shares(paper, spec.shares_title, spec.shares, _HEAD + tiles + columns)
    return paper


def _tile(paper: Paper, number: int, tile: Tile) -> None:
    width = (_ROOM - _BETWEEN) / 2
    x = MARGIN + number % 2 * (width + _BETWEEN)
    y = _HEAD + number // 2 * (_TILE + _BETWEEN)
    paper.box((x, y), (width, _TILE), RAISED, radius=18)
    paper.words((x + 28, y + 40), tile.label, 30, colour=SOFT, within=width - 56)
    paper.words((x + 28, y + 95), tile.value, 50, bold=True, within=width - 56)


def _columns(paper: Paper, title: str, bars: Sequence[Bar], top: int) -> None:
    """A column has its words above it; a label that is too wide for its place is for whoever made the spec."""
    paper.words((MARGIN, top + 46), title, 36, bold=True)
    step, most = _ROOM / len(bars), max(1, *(bar.value for bar in bars), 1)
    ground = top + _CHART_HEAD + 40 + _TALLEST
    paper.line((MARGIN, ground), (WIDTH - MARGIN, ground), LINE)
    for number, bar in enumerate(bars):
        x, height = MARGIN + number * step, bar.value / most * _TALLEST
        paper.box((x + step * 0.14, ground - height), (step * 0.72, height), ACCENT, radius=6)
        middle = x + step / 2
        paper.words((middle, ground - height - 22), bar.words, 27, bold=True, across="center")
        paper.words((middle, ground + 30), bar.label, 27, colour=SOFT, across="center")


def _shares(paper: Paper, title: str, bars: Sequence[Bar], top: int) -> None:
    paper.words((MARGIN, top + 46), title, 36, bold=True)
    most = max(1, *(bar.value for bar in bars), 1)
    for number, bar in enumerate(bars):
        y = top + _CHART_HEAD + number * _SHARE
        taken = paper.width_of(bar.words, 31, bold=True)
        paper.words((MARGIN, y + 22), bar.label, 31, within=_ROOM - taken - 30)
        paper.words((WIDTH - MARGIN, y + 22), bar.words, 31, bold=True, across="right")
        paper.box((MARGIN, y + 48), (_ROOM, 20), RAISED, radius=10)
        paper.box((MARGIN, y + 48), (_ROOM * max(bar.value, 0) / most, 20), ACCENT, radius=10)
