"""`PdfInspector` by a child process: a hostile file can fell the child, never the program."""

import asyncio
import json
from collections.abc import Sequence

from domain.errors import Malformed
from domain.model.plan import LARGEST_FILE, PdfReport
from integrations.children import answer_of, python
from integrations.pdf.envelope import unwrapped
from integrations.pdf.refusals import MOST_PAGES, Reason, Refused, in_words

COMMAND = python("integrations.pdf.inspection")
_LONGEST_LINE = 200  # bytes
_REASONS = {reason.value for reason in Reason}
_PNG = b"\x89PNG\r\n\x1a\n"


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
            return _report(await self._answer(plain))

    async def _answer(self, content: bytes) -> bytes:
        """`Malformed` where it took too long, or the child was felled by a limit or a fault of PDFium's."""
        try:
            code, answer = await answer_of(self._command, content, timeout_seconds=self._timeout)
        except TimeoutError:
            raise Malformed(in_words(Reason.HEAVY)) from None
        if code < 0:
            raise Malformed(in_words(Reason.HEAVY))
        if code:
            raise RuntimeError(
                f"the PDF inspection could not run; see what this says: {' '.join(self._command)}"
            )
        return answer


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
