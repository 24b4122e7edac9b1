"""`PdfInspector` by a child process: a hostile file can fell the child, never the program."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from domain.errors import Malformed
from domain.model.plan import LARGEST_FILE, PdfReport
from integrations.pdf.envelope import unwrapped
from integrations.pdf.refusals import MOST_PAGES, Reason, Refused, in_words

COMMAND = (sys.executable, "-I", "-B", "-m", "integrations.pdf.inspection")
_LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; a PNG of a page has a few hundred thousand
_LONGEST_LINE = 200  # bytes
_REASONS = {reason.value for reason in Reason}
_PNG = b"\x89PNG\r\n\x1a\n"
# What Python itself may need to start; none of the program's own settings. No PATH, so nothing else can be started.
_PASSED_ON = ("LD_LIBRARY_PATH", "SYSTEMROOT")


class SubprocessPdfInspector:
    """`timeout_seconds` bounds one file, not its wait for a turn; `at_once` files are looked at together."""

    def __init__(
        self, *, command: Sequence[str] = COMMAND, timeout_seconds: float = 15.0, at_once: int = 2
    ) -> None:
        self._command = tuple(command)
        self._timeout = timeout_seconds
        self._turns = asyncio.Semaphore(at_once)

    async def inspect(self, content: bytes) -> PdfReport:
        """`Malformed`, in words, where it may not be passed on; RuntimeError where the child cannot work at all."""
        if not content:
            raise Malformed(in_words(Reason.EMPTY))
        if len(content) > LARGEST_FILE:
            raise Malformed(in_words(Reason.TOO_LARGE))
        try:
            plain = unwrapped(content)
        except Refused as refused:
            raise Malformed(in_words(refused.reason)) from None
        async with self._turns:
            process = await self._started()
            try:
                answer = await self._answer(process, plain)
            finally:
                _kill(process)
                await _gone(process)
        return _report(answer)

    async def _started(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=Path(sys.executable).anchor,
            env={"PATH": "", **{name: os.environ[name] for name in _PASSED_ON if name in os.environ}},
            start_new_session=True,
        )

    async def _answer(self, process: Process, content: bytes) -> bytes:
        """`Malformed` where it took too long, or the child was felled by a limit or a fault of PDFium's."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await _told(process, content)
                code = await process.wait()
        except TimeoutError:
            raise Malformed(in_words(Reason.HEAVY)) from None
        if code < 0:
            raise Malformed(in_words(Reason.HEAVY))
        if code:
            raise RuntimeError(
                f"the PDF inspection could not run; see what this says: {' '.join(self._command)}"
            )
        return answer


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


def _report(answer: bytes) -> PdfReport:
    """The child is believed no further than it must be: it may have been taken over."""
    line, _, preview = answer.partition(b"\n")
    match _json(line):
        case {"pages": int(pages)} if 1 <= pages <= MOST_PAGES and preview.startswith(_PNG):
            return PdfReport(pages=pages, preview=preview)
        case {"refused": str(reason)} if reason in _REASONS:
            raise Malformed(in_words(Reason(reason)))
        case _:
            raise Malformed(in_words(Reason.HEAVY))


def _json(line: bytes) -> object:
    if len(line) > _LONGEST_LINE:
        return None
    try:
        return json.loads(line)
    except ValueError:
        return None
