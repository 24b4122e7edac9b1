"""From the process's first instant to its first question for updates; what it weighs after 200 presses."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from statistics import median
from time import monotonic

from benchmarks.practice import USERS, public_id, seed
from benchmarks.press import BENCH_PYTHON, MISSING, here, the_peer, the_program
from benchmarks.processes import BotApiProcess, Subject

OURS = "ours: migrated database, HTTP door open"
FRESH = "ours: first start of all, database made"
Begin = Callable[[BotApiProcess, Path], AbstractAsyncContextManager[Subject]]


async def measure(rounds: int) -> None:
    seconds: dict[str, list[float]] = defaultdict(list)
    weights: dict[str, list[float | None]] = defaultdict(list)
    for _ in range(rounds):
        for name, fresh, begin, press in _subjects():
            with tempfile.TemporaryDirectory() as place:
                took, weight = await _one(Path(place), begin, press, fresh=fresh)
            seconds[name].append(took)
            weights[name].append(weight)
    _print(seconds, weights)


def _subjects() -> list[tuple[str, bool, Begin, str]]:
    ours = [(OURS, False, the_program, "v1:ok:{}:0:1"), (FRESH, True, the_program, "v1:reqs::0:0")]
    return [*ours, *((peer.name, True, partial(the_peer, peer), "x") for peer in here())]


async def _one(directory: Path, begin: Begin, press: str, *, fresh: bool) -> tuple[float, float | None]:
    """Seconds to the first question for updates; megabytes after a press of each client."""
    if not fresh:
        await seed(directory, USERS)
    async with BotApiProcess.started() as api:
        begun = monotonic()
        async with begin(api, directory) as subject:
            took = await api.polled() - begun
            await api.load([press.format(public_id(n)) for n in range(USERS)], users=USERS)
            return took, subject.rss


def _print(seconds: Mapping[str, Sequence[float]], weights: Mapping[str, Sequence[float | None]]) -> None:
    print(f"\nFrom the process's start to its first getUpdates, and its weight after {USERS} presses")
    print(f"  {'':<48}{'ms':>11}{'its/ours':>10}{'RSS MB':>9}")
    ours = median(seconds[OURS])
    for name, took in seconds.items():
        known = [weight for weight in weights[name] if weight is not None]
        weight = f"{median(known):>9.0f}" if known else f"{'–':>9}"
        print(f"  {name:<48}{median(took) * 1e3:>11.0f}{median(took) / ours:>10.2f}{weight}")
    if not BENCH_PYTHON.exists():
        print(f"  {MISSING}")
