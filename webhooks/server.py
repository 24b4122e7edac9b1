"""The HTTP server's own patience: how many connections one address may hold, and how long a request may dawdle."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError

from webhooks.addresses import Networks, is_among, read_address

log = structlog.get_logger(__name__)
HEADERS_WITHIN = 20.0  # seconds until the headers are there; a silent connection is kept no longer either
LINGERING = 2.0  # seconds for the rest of a body that nobody wants
MOST_CONNECTIONS = 1000
MOST_OF_ONE = 100


class Crowd:
    """Who is connected. A proxy of ours and this machine itself stand for many, so only the sum bounds them."""

    def __init__(
        self, trusted: Networks = (), *, most: int = MOST_CONNECTIONS, of_one: int = MOST_OF_ONE
    ) -> None:
        self._trusted = trusted
        self._most = most
        self._of_one = of_one
        self._connected: Counter[str] = Counter()

    def enter(self, peer: str) -> bool:
        if self._connected.total() >= self._most:
            return False
        if self._connected[peer] >= self._of_one and not self._stands_for_many(peer):
            return False
        self._connected[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        self._connected[peer] -= 1
        if not self._connected[peer]:
            del self._connected[peer]

    def _stands_for_many(self, peer: str) -> bool:
        address = read_address(peer)
        return address is None or address.is_loopback or is_among(address, self._trusted)


class _Connection(web.RequestHandler):
    """One too many is closed before it has said a word."""

    __slots__ = ("_crowd", "_peer")

    def __init__(self, *given: Any, crowd: Crowd, **more: Any) -> None:
        super().__init__(*given, **more)
        self._crowd = crowd
        self._peer: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = _host(transport.get_extra_info("peername"))
        if not self._crowd.enter(peer):
            transport.close()
            return
        self._peer = peer
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._peer is None:
            return
        self._crowd.leave(self._peer)
        self._peer = None
        super().connection_lost(exc)

    def log_exception(self, *args: Any, **more: Any) -> None:
        """What is not HTTP is a stranger's doing: no traceback for that, and nothing of what was said."""
        if isinstance(more.get("exc_info"), HttpProcessingError | web.RequestPayloadError):
            log.info("not HTTP", why=type(more["exc_info"]).__name__)
            return
        super().log_exception(*args, **more)


def _host(peername: object) -> str:
    return str(peername[0]) if isinstance(peername, tuple) else ""


class Runner(web.AppRunner):
    """`web.AppRunner` with our patience. aiohttp waits an hour for headers where nothing is said."""

    __slots__ = ("_crowd", "_patience")

    def __init__(
        self,
        app: web.Application,
        *,
        crowd: Crowd,
        shutdown_timeout: float,
        headers_within: float = HEADERS_WITHIN,
        lingering: float = LINGERING,
    ) -> None:
        super().__init__(app, access_log=None, shutdown_timeout=shutdown_timeout)
        self._crowd = crowd
        self._patience = {"keepalive_timeout": headers_within, "lingering_time": lingering}

    @property
    def server(self) -> Any:
        """What makes a connection."""
        inner = super().server
        if inner is None:
            return None
        loop = asyncio.get_running_loop()
        make: Callable[[], _Connection] = partial(
            _Connection, inner, loop=loop, crowd=self._crowd, access_log=None, **self._patience
        )
        return make
