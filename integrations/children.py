"""A child process that is given bytes, answers with bytes, and is gone whatever happens."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; a PNG has a few hundred thousand
# What Python itself may need to start; none of the program's own settings. No PATH, so nothing else can be started.
_PASSED_ON = ("LD_LIBRARY_PATH", "SYSTEMROOT")


def python(module: str) -> tuple[str, ...]:
    """The command that runs a module of ours, apart from whatever the environment says about Python."""
    return (sys.executable, "-I", "-B", "-m", module)


async def answer_of(
    command: Sequence[str], content: bytes, *, timeout_seconds: float, passed_on: Sequence[str] = ()
) -> tuple[int, bytes]:
    """How it ended (below zero: felled by that signal) and what it wrote. TimeoutError where it took too long.

    `passed_on` names what else of the environment it may see.
    """
    process = await _started(command, (*_PASSED_ON, *passed_on))
    try:
        async with asyncio.timeout(timeout_seconds):
            answer = await _told(process, content)
            return await process.wait(), answer
    finally:
        _kill(process)
        await _gone(process)


async def _started(command: Sequence[str], passed_on: Sequence[str]) -> Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=Path(sys.executable).anchor,
        env={"PATH": "", **{name: os.environ[name] for name in passed_on if name in os.environ}},
        start_new_session=True,
    )


async def _told(process: Process, content: bytes) -> bytes:
    """Both at once: a child that answers early must not be waited for to read it all."""
    async with asyncio.TaskGroup() as both:
        both.create_task(_feed(process, content))
        answer = both.create_task(_read(process))
    return answer.result()


async def _feed(process: Process, content: bytes) -> None:
    stdin = process.stdin
    assert stdin is not None  # noqa: S101 - it was asked for
    with suppress(BrokenPipeError, ConnectionResetError):  # how the child ended says why
        stdin.write(content)
        await stdin.drain()
        stdin.close()
        await stdin.wait_closed()


async def _read(process: Process) -> bytes:
    stdout = process.stdout
    assert stdout is not None  # noqa: S101 - it was asked for
    try:
        return await stdout.readexactly(_LARGEST_ANSWER)
    except asyncio.IncompleteReadError as complete:
        return complete.partial


def _kill(process: Process) -> None:
    """With all that it may have started."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


async def _gone(process: Process) -> None:
    stdout = process.stdout
    assert stdout is not None  # noqa: S101 - it was asked for
    while await stdout.read(65536):  # what a killed child left in the pipe keeps it open
        pass
    await process.wait()
