"""The way of a file back to the bot, and what can go wrong on it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

_PIECE = 64 * 1024


@dataclass(slots=True, kw_only=True)
class Downloads:
    """How every file goes from now on. `sent`: the bytes of the last one, as far as it got."""

    cut_after: int | None = None  # bytes; then the connection breaks
    pause: float = 0.0  # seconds before each piece
    piece: int = _PIECE
    padding: int = 0  # bytes more than the file has, with no length told beforehand
    sent: int = 0

    async def serve(self, request: web.Request, data: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        if not self.padding:
            response.content_length = len(data)
        await response.prepare(request)
        with suppress(ConnectionError):  # whoever asked has gone
            await self._write(request, response, data + bytes(self.padding))
        return response

    async def _write(self, request: web.Request, response: web.StreamResponse, data: bytes) -> None:
        end = len(data) if self.cut_after is None else self.cut_after
        for start in range(0, end, self.piece):
            await asyncio.sleep(self.pause)
            part = data[start : min(start + self.piece, end)]
            await response.write(part)
            self.sent = start + len(part)
        if self.cut_after is None:
            await response.write_eof()
        elif request.transport is not None:
            request.transport.close()
