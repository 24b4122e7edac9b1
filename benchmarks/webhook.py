"""What a Paystack webhook costs: signature checked, stored for good, answered 200; 32 connections.

Ours is the whole program, which also works each event right after: `charge.success` looks its reference up in
the database, other events are only recorded. The reference stores as well as can be and does nothing else.
"""

import asyncio
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import aiohttp

from benchmarks.practice import program_environment, seed
from benchmarks.press import the_program
from benchmarks.processes import ROOT, BotApiProcess, Subject, environment, running
from benchmarks.table import Run, line, print_table
from sandbox.ports import free_port

EVENTS, WARM_UP = 4_000, 400
RECORDED, WORKED = "transfer.success", "charge.success"
OURS = {f"ours: {RECORDED} (stored, recorded)": RECORDED, f"ours: {WORKED} (stored, looked up)": WORKED}
SERVERS = {
    "reference: aiohttp, signature, one group commit": "stored",
    "aiohttp, signature": "signed",
    "floor: aiohttp, bare 200": "bare",
}


async def measure(rounds: int) -> None:
    runs: dict[str, list[Run]] = defaultdict(list)
    numbers = count(1)
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            await _round(runs, Path(name), numbers)
    lines = [line(who, done) for who, done in runs.items()]
    print_table(f"{EVENTS:,} webhooks over 32 connections", lines, unit="events")


async def _round(runs: dict[str, list[Run]], directory: Path, numbers: "count[int]") -> None:
    await seed(directory, 60)
    async with BotApiProcess.started() as api:
        env = program_environment(api.url, directory)
        async with the_program(api, directory, env) as subject:
            await api.polled()
            await _send(int(env["HTTP_PORT"]), WARM_UP, next(numbers), RECORDED)
            for who, kind in OURS.items():
                runs[who].append(await _run(subject, int(env["HTTP_PORT"]), next(numbers), kind))
    for who, kind in SERVERS.items():
        async with _server(kind, directory) as (subject, port):
            await _send(port, WARM_UP, next(numbers), RECORDED)
            runs[who].append(await _run(subject, port, next(numbers), RECORDED))


@asynccontextmanager
async def _server(kind: str, directory: Path) -> AsyncIterator[tuple[Subject, int]]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.subjects.webhook_server", kind, str(port)]
    async with running([*command, str(directory / "reference.db")], environment(), directory) as subject:
        await _until_up(port)
        yield subject, port


async def _until_up(port: int) -> None:
    async with asyncio.timeout(10), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def _run(subject: Subject, port: int, run: int, kind: str) -> Run:
    before = subject.cpu
    seconds, took = await _send(port, EVENTS, run, kind)
    after = await _settled(subject)
    cpu = after - before if after is not None and before is not None else None
    return Run(seconds=seconds, took=took, cpu=cpu, rss=subject.rss)


async def _settled(subject: Subject) -> float | None:
    """Its CPU once it has become quiet: what is done behind the answer is part of the price."""
    last = subject.cpu
    while True:
        await asyncio.sleep(0.3)
        now = subject.cpu
        if now is None or last is None or now - last < 0.1:
            return now
        last = now


async def _send(port: int, events: int, run: int, kind: str) -> tuple[float, list[float]]:
    command = [sys.executable, "-m", "benchmarks.subjects.webhook_sender"]
    process = await asyncio.create_subprocess_exec(
        *command,
        *(str(port), str(events), str(run), kind),
        env=environment(),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    told = json.loads(out)
    return told["seconds"], told["took"]
