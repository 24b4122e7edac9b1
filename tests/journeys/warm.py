"""The real program in a process of its own, forked from one that has loaded it already.

Loading it is most of the work of a start, and the journeys start it some hundred times. What a start in a new
interpreter is like has tests of its own: `test_program`.
"""

import asyncio
import multiprocessing
import os
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from sandbox.program import main
from sandbox.stage import Running, Stage


@cache
def _loaded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.cli", "bot.logs", "bot.program"])
    return context


def _serve(environment: dict[str, str], directory: Path, log: Path, clock_file: Path) -> None:
    """In the new process: everything that a start in a new interpreter would have found."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    main(clock_file)


@dataclass(frozen=True, slots=True)
class Forked:
    _process: ForkServerProcess

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, signal: int, /) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal)

    async def wait(self) -> int:
        await asyncio.to_thread(self._process.join)
        assert self._process.exitcode is not None
        return self._process.exitcode


async def in_a_warm_process(stage: Stage) -> Running:
    given = (stage.environment(), stage.directory, stage.log, stage.clock_file)
    process = _loaded().Process(target=_serve, args=given)
    process.start()
    return Forked(process)
