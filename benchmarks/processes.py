"""The measured programs, each a process of its own, and the Bot API they speak to."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Self

from benchmarks.bot_api import TOKEN

ROOT = Path(__file__).parent.parent
PAYSTACK_KEY = "sk_test_benchmark"
_PATIENCE = 60.0
_PIPE_LIMIT = 2**24
_NUMBERS, _numbers = 100_000, count()  # no update twice, whatever was started before
_TICKS = os.sysconf("SC_CLK_TCK")


def environment(api_url: str = "http://127.0.0.1:1", **more: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api_url,
        "PAYSTACK_SECRET_KEY": PAYSTACK_KEY,
        "PYTHONPATH": str(ROOT),
    }
    return {**inherited, **settings, **more}


@dataclass(frozen=True, slots=True)
class Subject:
    """A running program; figures from /proc, None where there is none."""

    process: Process

    @property
    def cpu(self) -> float | None:
        """Seconds, its own and the kernel's for it."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def rss(self) -> float | None:
        """Megabytes."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def running(command: Sequence[str], env: Mapping[str, str], directory: Path) -> AsyncIterator[Subject]:
    """Ended on the way out, by force where it does not end by itself."""
    with (directory / "subject.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, env=dict(env), cwd=directory, stdout=log, stderr=log, stdin=DEVNULL
        )
    try:
        yield Subject(process)
    except TimeoutError:
        print((directory / "subject.log").read_text()[-2_000:])
        raise
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(10):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class BotApiProcess:
    """`benchmarks.bot_api`, spoken to by lines."""

    def __init__(self, process: Process, port: int) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    @asynccontextmanager
    async def started(cls) -> AsyncIterator[Self]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.bot_api", str(next(_numbers) * _NUMBERS)),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            limit=_PIPE_LIMIT,
        )
        try:
            assert process.stdout is not None
            yield cls(process, int(await process.stdout.readline()))
        finally:
            process.kill()
            await process.wait()

    async def polled(self) -> float:
        """When updates were first asked for, on `time.monotonic()`."""
        seen: float = await self._tell({"do": "polled"})
        return seen

    async def load(
        self, data: Sequence[str], *, users: int, delay: float = 0.0, pace: float | None = None
    ) -> tuple[float, list[float]]:
        """Seconds in all, and seconds of each press; at once, or `pace` a second."""
        order = {"do": "load", "data": list(data), "users": users, "delay": delay, "pace": pace}
        told = await self._tell(order)
        return told["seconds"], told["took"]

    async def sent(self) -> list[tuple[float, int]]:
        """Every new message: when, on `time.monotonic()`, and to which chat."""
        return [(at, chat) for at, chat in await self._tell({"do": "sent"})]

    async def _tell(self, command: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        async with asyncio.timeout(_PATIENCE):
            return json.loads(await self._process.stdout.readline())
