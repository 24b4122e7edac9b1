"""`Plotter` by a child process."""

import asyncio
from collections.abc import Sequence

import structlog

from domain.errors import PictureFailed
from domain.model.pictures import StatsPicture, WeekPicture
from integrations.children import answer_of, python
from integrations.plots.spec import written

log = structlog.get_logger(__name__)
COMMAND = python("integrations.plots.draw")
_PNG = b"\x89PNG\r\n\x1a\n"
# where matplotlib keeps its list of fonts from one picture to the next
_PASSED_ON = ("HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME")


class SubprocessPlotter:
    """`timeout_seconds` bounds one picture, not its wait for a turn; `at_once` are drawn together."""

    def __init__(
        self, *, command: Sequence[str] = COMMAND, timeout_seconds: float = 20.0, at_once: int = 2
    ) -> None:
        self._command = tuple(command)
        self._timeout = timeout_seconds
        self._turns = asyncio.Semaphore(at_once)

    async def week(self, spec: WeekPicture) -> bytes:
        return await self._drawn(spec)

    async def stats(self, spec: StatsPicture) -> bytes:
        return await self._drawn(spec)

    async def _drawn(self, spec: WeekPicture | StatsPicture) -> bytes:
        """Who asks goes on without a picture, so that it failed is told in the log."""
        try:
            return await self._answer(written(spec))
        except PictureFailed as error:
            log.warning("no picture", error=str(error))
            raise

    async def _answer(self, content: bytes) -> bytes:
        async with self._turns:
            try:
                code, png = await answer_of(
                    self._command, content, timeout_seconds=self._timeout, passed_on=_PASSED_ON
                )
            except TimeoutError:
                raise PictureFailed(f"not drawn within {self._timeout:g} seconds") from None
            except OSError as error:
                raise PictureFailed(f"the drawing could not be started: {error}") from error
        if code or not png.startswith(_PNG):
            raise PictureFailed(f"the drawing ended with {code}; see what {' '.join(self._command)} says")
        return png
