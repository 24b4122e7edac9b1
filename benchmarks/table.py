"""One table a question; the first line is ours, the others say how ours compares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One round. `cpu` is seconds of the measured process for all of `took`; `rss` megabytes."""

    seconds: float
    took: Sequence[float]
    cpu: float | None
    rss: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Medians over the rounds. Times in milliseconds, `cpu` in seconds a thousand."""

    name: str
    rate: float
    p50: float
    p99: float
    cpu: float | None
    rss: float | None


def line(name: str, runs: Sequence[Run]) -> Line:
    return Line(
        name=name,
        rate=median(len(run.took) / run.seconds for run in runs),
        p50=median(_quantile(run.took, 0.5) for run in runs) * 1e3,
        p99=median(_quantile(run.took, 0.99) for run in runs) * 1e3,
        cpu=_median(run.cpu / len(run.took) * 1000 if run.cpu is not None else None for run in runs),
        rss=_median(run.rss for run in runs),
    )


def _quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def print_table(title: str, lines: Sequence[Line], *, unit: str, notes: Sequence[str] = ()) -> None:
    print(f"\n{title}")
    columns = f"{unit + '/s':>11}{'ours ×':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU s/1,000':>13}{'RSS MB':>8}"
    print(f"  {'':<48}{columns}")
    for one in lines:
        times = f"{one.rate:>11,.0f}{lines[0].rate / one.rate:>8.2f}{one.p50:>9.1f}{one.p99:>9.1f}"
        print(f"  {one.name:<48}{times}{_number(one.cpu, 13, 2)}{_number(one.rss, 8, 0)}")
    for note in notes:
        print(f"  {note}")


def _number(value: float | None, width: int, digits: int) -> str:
    return f"{'–':>{width}}" if value is None else f"{value:>{width}.{digits}f}"
