"""Pictures: what the child draws, and what the parent makes of a child that fails."""

import asyncio
import json
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from domain.errors import PictureFailed
from domain.model.pictures import (
    DAY_MINUTES,
    Band,
    BandKind,
    Bar,
    DayPicture,
    StatsPicture,
    Tile,
    WeekPicture,
)
from integrations.plots import paper, week
from integrations.plots.draw import drawn
from integrations.plots.plotter import SubprocessPlotter
from integrations.plots.spec import read, written
from integrations.plots.stats import stats
from integrations.plots.week import week as draw_week

DAYS = ("Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov", "Sat 28 Nov", "Sun 29 Nov")
NAMES = (
    "Amina Bello",
    "Bọ́lá Adé",
    "🌸🥗👩🏾‍⚕️",
    "李明",
    "أمينة بيلو",
    "$x^{",
    r"\frac{1}{",
    "<b>O'Brien & 🌸</b>",
    "a\nb\tc",
    "\u202eevil\u0000\ufffe\ud800",
    "W" * 4096,
    "",
    " ",
)


def band(kind: BandKind, since: int, until: int, label: str | None = None) -> Band:
    return Band(kind=kind, from_minute=since, until_minute=until, label=label)


def a_week(*bands: Band, title: str = "This week", days: int = 7) -> WeekPicture:
    return WeekPicture(
        title=title,
        timezone="Africa/Lagos",
        days=tuple(DayPicture(label=label, bands=bands) for label in DAYS[:days]),
    )


def some_stats(name: str = "First consultation", *, count: int = 6) -> StatsPicture:
    return StatsPicture(
        title="November 2026",
        subtitle=name,
        tiles=tuple(Tile(label=name, value="₦12,500.00") for _ in range(count)),
        over_time=tuple(Bar(label=str(n), value=n % 5, words=str(n)) for n in range(30)),
        over_time_title=name,
        shares=tuple(Bar(label=name, value=n, words=f"₦{n}.00") for n in range(count)),
        shares_title=name,
    )


BUSY = (
    band(BandKind.OPEN, 540, 1020),
    band(BandKind.BOOKED, 540, 585, "Amina"),
    band(BandKind.HELD, 600, 645, "Bola"),
    band(BandKind.BUSY, 700, 760),
    band(BandKind.OFF, 840, 1020, "Dentist"),
)


def picture(png: bytes) -> Image.Image:
    found = Image.open(BytesIO(png))
    found.load()
    return found


def colours(png: bytes) -> set[str]:
    pixels = picture(png).convert("RGB").tobytes()
    return {f"#{pixels[at : at + 3].hex().upper()}" for at in range(0, len(pixels), 3)}


async def test_both_pictures_come_from_the_child() -> None:
    plotter = SubprocessPlotter()
    for png in await asyncio.gather(plotter.week(a_week(*BUSY)), plotter.stats(some_stats())):
        assert png.startswith(b"\x89PNG\r\n\x1a\n")
        assert picture(png).width == paper.WIDTH == 1080
        assert picture(png).height <= 2400
        assert len(png) < 500_000


@pytest.mark.parametrize("spec", [a_week(*BUSY), a_week(days=1), some_stats(), some_stats("🌸\n$", count=0)])
def test_the_child_reads_what_was_written(spec: WeekPicture | StatsPicture) -> None:
    assert read(written(spec)) == spec


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"kind": "cat"}', b'{"kind": "week"}'])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        read(content)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_breaks_the_drawing_or_leaves_the_sheet(name: str) -> None:
    """Warnings are errors here: a sign that the font lacks would be one."""
    bands = [band(kind, 540 + 60 * place, 590 + 60 * place, name) for place, kind in enumerate(BandKind)]
    for spec in (a_week(*bands, title=name), some_stats(name)):
        sent = read(written(spec))
        sheet = draw_week(sent) if isinstance(sent, WeekPicture) else stats(sent)
        assert picture(sheet.png()).size == (paper.WIDTH, sheet.height)
        for words in sheet._axes.texts:
            extent = words.get_window_extent()
            assert extent.x0 >= 0, words.get_text()
            assert extent.x1 <= paper.WIDTH, words.get_text()
            assert extent.y0 >= 0, words.get_text()
            assert extent.y1 <= sheet.height, words.get_text()


def test_what_the_font_has_no_picture_of_is_left_out_and_the_rest_stays() -> None:
    assert paper.drawable("🌸 Amina 李明 Bello\n") == "Amina Bello"
    assert paper.drawable("Ẹ̀bùn Ọlá ₦ Ночь أمينة") == "Ẹ̀bùn Ọlá ₦ Ночь أمينة"
    assert paper.drawable("李明") == ""


def test_each_kind_has_a_look_and_is_in_the_picture() -> None:
    assert set(week._LOOKS) == set(BandKind)
    seen = colours(drawn(a_week(*BUSY)))
    assert {look.colour for look in week._LOOKS.values()} <= seen
    assert week._LOOKS[BandKind.BOOKED].colour not in colours(drawn(a_week(BUSY[0])))


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (band(BandKind.OFF, 0, DAY_MINUTES, "Holiday"),),
        (band(BandKind.OPEN, 0, DAY_MINUTES),),
        (band(BandKind.OPEN, 0, 30), band(BandKind.BOOKED, 1410, DAY_MINUTES, "Late")),
        (band(BandKind.BOOKED, 1380, DAY_MINUTES, "Late"),),
        (band(BandKind.BOOKED, 0, 5, "Short"),),
        (band(BandKind.OPEN, 600, 600),),
        (band(BandKind.OPEN, -60, 2000),),
    ],
)
def test_any_day_can_be_drawn(bands: tuple[Band, ...]) -> None:
    for days in (1, 7):
        assert 500 <= picture(drawn(a_week(*bands, days=days))).height <= 2000


def test_a_week_without_anything_says_so() -> None:
    sheet = draw_week(a_week())
    assert "Nothing is open and nothing is booked." in [words.get_text() for words in sheet._axes.texts]


def test_a_day_off_altogether_does_not_stretch_the_hours() -> None:
    alone = draw_week(a_week(BUSY[0])).height
    assert draw_week(a_week(BUSY[0], band(BandKind.OFF, 0, DAY_MINUTES))).height == alone


def _light(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_words_are_read_on_what_they_stand_on() -> None:
    for ink in (paper.INK, paper.SOFT):
        for ground in (paper.GROUND, paper.RAISED):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    for kind, look in week._LOOKS.items():
        assert contrast(look.ink, look.colour) >= 4.5, kind


def test_the_sheet_and_its_columns_are_told_apart_by_more_than_hue() -> None:
    assert contrast(paper.ACCENT, paper.GROUND) >= 3
    kinds = week._LOOKS
    assert contrast(kinds[BandKind.OPEN].colour, paper.RAISED) >= 3
    for kind in (BandKind.BOOKED, BandKind.BUSY, BandKind.OFF):
        assert contrast(kinds[kind].colour, kinds[BandKind.OPEN].colour) >= 3, kind
    assert kinds[BandKind.HELD].dashed
    assert kinds[BandKind.OFF].hatch


def saying(program: str, *, timeout: float = 15.0, at_once: int = 2) -> SubprocessPlotter:
    command = (sys.executable, "-I", "-c", f"import os, sys, time\n{program}")
    return SubprocessPlotter(command=command, timeout_seconds=timeout, at_once=at_once)


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print('sorry')",
        "sys.exit(1)",
        "os.write(1, b'\\x89PNG\\r\\n\\x1a\\n'); sys.exit(3)",
        "os.kill(os.getpid(), 11)",
        "import nothing_of_this_name",
    ],
)
async def test_a_child_that_fails_gives_no_picture(program: str) -> None:
    with pytest.raises(PictureFailed):
        await saying(program).week(a_week())


async def test_a_child_that_hangs_is_killed() -> None:
    began = time.monotonic()
    with pytest.raises(PictureFailed, match="not drawn within"):
        await saying("time.sleep(60)", timeout=0.5).stats(some_stats())
    assert time.monotonic() - began < 10


async def test_a_python_that_is_not_there_gives_no_picture() -> None:
    with pytest.raises(PictureFailed, match="could not be started"):
        await SubprocessPlotter(command=("/nowhere/at/all",)).week(a_week())


async def test_what_is_not_a_picture_fails_in_the_child_not_here(tmp_path: Path) -> None:
    note = tmp_path / "answer"
    program = (
        f"open({str(note)!r}, 'wb').write(sys.stdin.buffer.read()); os.write(1, b'\\x89PNG\\r\\n\\x1a\\n')"
    )
    await saying(program).week(a_week(*BUSY))
    assert json.loads(note.read_bytes())["kind"] == "week"


async def test_the_child_learns_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "42:secret")
    monkeypatch.setenv("HOME", "/somewhere")
    note = tmp_path / "environment"
    with pytest.raises(PictureFailed):
        await saying(f"import json; json.dump(dict(os.environ), open({str(note)!r}, 'w'))").week(a_week())
    environment = json.loads(note.read_text(encoding="utf-8"))
    assert "TELEGRAM_BOT_TOKEN" not in environment
    assert environment["HOME"] == "/somewhere"


def test_the_program_itself_never_loads_the_drawing() -> None:
    """It would cost every process its memory and its start."""
    program = "import bot.wiring, sys; print([n for n in ('matplotlib', 'numpy') if n in sys.modules])"
    told = subprocess.run((sys.executable, "-c", program), capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[]"
