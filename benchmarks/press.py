"""What a press costs: it arrives, is stored, worked, committed; it is answered and its message edited.

Three presses of ours: Approve changes the request, is written to the audit trail, reads the dietitian's
calendar and draws the free days; Decline stores the question that it asks; Requests reads a list. The peers
answer and edit, and have no database at all. Measured at the Bot API, from queued to both calls answered.
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks.practice import USERS, program_environment, public_id, seed
from benchmarks.processes import ROOT, BotApiProcess, Subject, environment, running
from benchmarks.table import Run, line, print_table

# each a multiple of the clients, so that press n meets request n of the same client
PRESSES, PACED, WARM_UP = 5 * USERS, USERS, USERS
PACE, API_DELAY = 60.0, 0.05
BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
MISSING = (
    "aiogram is not here: python3 -m venv .venv-bench && "
    ".venv-bench/bin/pip install --require-hashes -r requirements/bench.txt"
)

AT_ONCE = f"{PRESSES:,} presses of {USERS} clients at once, the API answers at once"
DELAYED = f"{PRESSES:,} presses of {USERS} clients at once, the API answers after 50 ms"
SPREAD = f"{PACE:.0f} presses a second, the API answers after 50 ms"

OURS = {
    "ours: Approve (writes, draws the calendar)": "v1:ok:{}:0:1",
    "ours: Decline (writes the question)": "v1:no:{}:0:1",
    "ours: Requests (reads)": "v1:reqs::0:0",
}
_REQUESTS_A_ROUND = 2 * (2 * PRESSES + PACED) + WARM_UP
Runs = dict[str, dict[str, list[Run]]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One that is `slow` (its transport takes minutes over a burst) runs in the first round only."""

    name: str
    python: str
    module: str
    slow: bool = False


PEERS = (
    Peer("aiogram, bare handler, no database", str(BENCH_PYTHON), "aiogram_bot"),
    Peer("python-telegram-bot, bare handler, no database", sys.executable, "ptb_bot", slow=True),
    Peer("floor: aiohttp alone, no framework, no database", sys.executable, "aiohttp_bot"),
)


def here() -> list[Peer]:
    return [peer for peer in PEERS if Path(peer.python).exists()]


@asynccontextmanager
async def the_program(
    api: BotApiProcess, directory: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[Subject]:
    env = env or program_environment(api.url, directory)
    async with running([sys.executable, "-m", "bot", "run"], env, directory) as subject:
        yield subject


@asynccontextmanager
async def the_peer(peer: Peer, api: BotApiProcess, directory: Path) -> AsyncIterator[Subject]:
    command = [peer.python, "-m", f"benchmarks.subjects.{peer.module}"]
    async with running(command, environment(api.url), directory) as subject:
        yield subject


async def measure(rounds: int) -> None:
    runs: Runs = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        await seed(directory, _REQUESTS_A_ROUND * rounds)
        numbers = count()
        for number in range(rounds):
            await _round(runs, directory, numbers, [peer for peer in here() if number == 0 or not peer.slow])
    for title, by_name in runs.items():
        lines = [line(who, done) for who, done in by_name.items()]
        print_table(title, lines, unit="presses", notes=[] if BENCH_PYTHON.exists() else [MISSING])


async def _round(runs: Runs, directory: Path, numbers: "count[int]", peers: Sequence[Peer]) -> None:
    """Each program fresh, one after another."""
    async with BotApiProcess.started() as api, the_program(api, directory) as subject:
        await api.load(_presses("v1:ok:{}:0:1", numbers, WARM_UP), users=USERS)
        for who, data in OURS.items():
            await _load(runs, who, api, subject, partial(_presses, data, numbers))
    for peer in peers:
        async with BotApiProcess.started() as api, the_peer(peer, api, directory) as subject:
            await api.load(["x"] * WARM_UP, users=USERS)
            await _load(runs, peer.name, api, subject, partial(_presses, "x", numbers))


def _presses(data: str, numbers: "count[int]", many: int) -> list[str]:
    """Each on a request of its own that belongs to whoever presses."""
    if "{}" not in data:
        return [data] * many
    taken = [next(numbers) for _ in range(many)]
    return [data.format(public_id(number)) for number in taken]


async def _load(
    runs: Runs, who: str, api: BotApiProcess, subject: Subject, presses: Callable[[int], list[str]]
) -> None:
    """Paced first: some never recover from a burst."""
    runs[SPREAD][who].append(await _run(api, subject, presses(PACED), API_DELAY, PACE))
    runs[AT_ONCE][who].append(await _run(api, subject, presses(PRESSES), 0.0, None))
    runs[DELAYED][who].append(await _run(api, subject, presses(PRESSES), API_DELAY, None))


async def _run(
    api: BotApiProcess, subject: Subject, presses: list[str], delay: float, pace: float | None
) -> Run:
    before = subject.cpu
    seconds, took = await api.load(presses, users=USERS, delay=delay, pace=pace)
    await asyncio.sleep(0.2)  # what is written behind the answer is part of the price
    after = subject.cpu
    cpu = after - before if after is not None and before is not None else None
    return Run(seconds=seconds, took=took, cpu=cpu, rss=subject.rss)
