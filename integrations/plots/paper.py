"""What all pictures are drawn on: a sheet measured in pixels from its upper left corner, and its words.

The colours are chosen to be read in a dark chat and in a light one: the sheet brings its own background. Figures
in brackets are contrasts against it (WCAG 2.2, 1.4.3 asks for 4.5, large words for 3).
"""

import os
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread each core would only cost memory

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyBboxPatch, Rectangle

WIDTH = 1080
MARGIN = 36
GROUND = "#1E2A36"
RAISED = "#2A3947"
LINE = "#3C4D5D"
INK = "#F4F7F9"  # (13.6)
SOFT = "#B9C7D3"  # (8.5)
ACCENT = "#5CC8A4"
_DPI = 100
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FILES = {False: _FONTS / "DejaVuSans.ttf", True: _FONTS / "DejaVuSans-Bold.ttf"}
_LONGEST = 120  # characters: more never fits, and measuring takes time

Across = Literal["left", "center", "right"]


@lru_cache
def _font(size: int, *, bold: bool) -> FontProperties:
    """`size` in pixels."""
    return FontProperties(fname=_FILES[bold], size=size * 72 / _DPI)


@lru_cache
def _drawable() -> frozenset[int]:
    """In both weights."""
    plain, bold = (FT2Font(str(file)).get_charmap() for file in _FILES.values())
    return frozenset(plain.keys() & bold.keys())


def drawable(text: str) -> str:
    """On one line, without what the font has no picture of: most emoji, Chinese, Devanagari…"""
    kept = "".join(c for c in " ".join(text.split()) if ord(c) in _drawable() and c.isprintable())
    return " ".join(kept.split())[:_LONGEST]


class Paper:
    def __init__(self, height: int) -> None:
        self.height = height
        self._figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=GROUND)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)

    def box(
        self,
        at: tuple[float, float],
        size: tuple[float, float],
        colour: str,
        *,
        edge: str | None = None,
        dashed: bool = False,
        hatch: str | None = None,
        radius: float = 0,
    ) -> None:
        """`at` is the upper left corner. Nothing for what has no width or height."""
        width, height = size
        if width <= 0 or height <= 0:
            return
        look: dict[str, Any] = {
            "facecolor": colour,
            "edgecolor": edge or colour,
            "linewidth": 2.0 if edge else 0.0,
            "linestyle": "--" if dashed else "-",
            "hatch": hatch,
        }
        round_by = min(radius, width / 2, height / 2)
        shape = (
            FancyBboxPatch(at, width, height, boxstyle=f"round,pad=0,rounding_size={round_by}", **look)
            if round_by
            else Rectangle(at, width, height, **look)
        )
        self._axes.add_patch(shape)

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str = LINE) -> None:
        self._axes.plot((start[0], end[0]), (start[1], end[1]), color=colour, linewidth=1.2, zorder=1)

    def words(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        colour: str = INK,
        bold: bool = False,
        across: Across = "left",
        within: float = WIDTH - 2 * MARGIN,
    ) -> None:
        """`at` is the middle of the line's height; cut short with … where it is wider than `within`."""
        fitting = self._fitting(drawable(text), size, within, bold=bold)
        if not fitting:
            return
        self._axes.text(
            *at,
            fitting,
            fontproperties=_font(size, bold=bold),
            color=colour,
            horizontalalignment=across,
            verticalalignment="center_baseline",
            parse_math=False,  # a $ in a name is a $
            zorder=5,
        )

    def width_of(self, text: str, size: int, *, bold: bool = False) -> float:
        """In pixels."""
        prepared = drawable(text)
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        width, _, _ = renderer.get_text_width_height_descent(prepared, _font(size, bold=bold), ismath=False)
        return float(width)

    def _fitting(self, text: str, size: int, within: float, *, bold: bool) -> str:
        if self.width_of(text, size, bold=bold) <= within:
            return text
        short, long = 0, len(text)
        while short < long:
            middle = (short + long + 1) // 2
            if self.width_of(text[:middle].rstrip() + "…", size, bold=bold) <= within:
                short = middle
            else:
                long = middle - 1
        return text[:short].rstrip() + "…" if short else ""

    def png(self) -> bytes:
        content = BytesIO()
        self._figure.savefig(content, format="png", facecolor=GROUND)
        return content.getvalue()
