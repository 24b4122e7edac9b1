"""python-telegram-bot over one aiohttp session, through its public `BaseRequest`.

The library's own `HTTPXRequest` stalls for seconds after a burst of concurrent calls. This class raises what
`HTTPXRequest` raises (the contract test runs against both), so nothing above it can tell them apart.
"""

import asyncio
import functools
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from integrations.hosts import is_this_machine

_FORM: Final = "application/x-www-form-urlencoded"
_SLICE: Final = 64 * 1024
_TOKEN: Final = re.compile(r"/bot\d+(:|%3A)[\w-]+", re.IGNORECASE)
_POOL_EXHAUSTED: Final = (
    "Pool timeout: All connections in the connection pool are occupied. "
    "Request was *not* sent to Telegram. Consider adjusting the connection "
    "pool size or the pool timeout."
)


class PoolTimeoutError(TimeoutError):
    """No place in the pool became free in time; nothing was sent."""


def was_not_sent(error: TelegramError) -> bool:
    """Whether Telegram has surely not seen the request, so that sending it again can't say anything twice."""
    never_left = (PoolTimeoutError, aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError)
    return isinstance(error.__cause__, never_left)


@dataclass(frozen=True, slots=True)
class _Fields:
    """A request without files, as the library itself would send it: a form whose nested values are JSON."""

    values: Mapping[str, Any]
    contains_files: bool = False


class AiohttpRequest(BaseRequest):
    """Timeouts are seconds, None waits for ever. `read_timeout` counts from one arrival of bytes to the next.

    Usable between `initialize()` and `shutdown()`, as often as wanted; outside it is a RuntimeError, which
    `post()` and `retrieve()` hand on as a NetworkError.
    """

    __slots__ = ("_media_write", "_place", "_pool_size", "_proxies", "_session", "_timeout")

    def __init__(
        self,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
    ) -> None:
        self._pool_size = connection_pool_size
        self._timeout = httpx.Timeout(
            read=read_timeout, write=write_timeout, connect=connect_timeout, pool=pool_timeout
        )
        self._media_write = media_write_timeout
        self._session: aiohttp.ClientSession | None = None
        self._place = asyncio.Semaphore(connection_pool_size)
        self._proxies: dict[tuple[str, str | None], str | None] = {}

    @property
    def read_timeout(self) -> float | None:
        return self._timeout.read

    async def initialize(self) -> None:
        if self._session is not None:
            return
        self._proxies = {}
        self._place = asyncio.Semaphore(self._pool_size)
        self._session = aiohttp.ClientSession(
            # The semaphore is the limit: the connector would count waiting for a place as connecting.
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(self, url: str, values: Mapping[str, Any]) -> Any:
        """A method with plain values; the result as Telegram wrote it. Raises what `post()` raises."""
        return await self.post(url, cast("RequestData", _Fields(values)))

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        with_files = request_data is not None and request_data.contains_files
        own_write = self._media_write if with_files else self._timeout.write
        timeout = httpx.Timeout(
            read=_given(read_timeout, self._timeout.read),
            write=_given(write_timeout, own_write),
            connect=_given(connect_timeout, self._timeout.connect),
            pool=_given(pool_timeout, self._timeout.pool),
        )
        return await self._asked(method, url, request_data, timeout)

    async def download(self, url: str, *, most: int) -> tuple[int, bytes]:
        """Status and content, of which never more than `most` bytes and one are read, whatever is sent.

        Raises what `do_request()` raises, also where the connection ends before its answer does.
        """
        return await self._asked("GET", url, None, self._timeout, most=most)

    async def _asked(
        self,
        method: str,
        url: str,
        data: RequestData | None,
        within: httpx.Timeout,
        *,
        most: int | None = None,
    ) -> tuple[int, bytes]:
        try:
            return await self._exchange(method, url, data, within, most)
        except PoolTimeoutError as error:
            raise TimedOut(_POOL_EXHAUSTED) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(_without_token(error)) from error

    async def _exchange(
        self, method: str, url: str, data: RequestData | None, within: httpx.Timeout, most: int | None
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        place = await self._place_within(within.pool)
        try:
            async with self._session.request(
                method,
                url,
                data=_body(data, write_timeout=within.write),
                timeout=aiohttp.ClientTimeout(connect=within.connect, sock_read=within.read),
                allow_redirects=False,
                proxy=self._proxy_for(URL(url)),
                ssl=_tls() if url.startswith("https:") else True,
            ) as response:
                return response.status, await _content(response, most)
        finally:
            place.release()

    async def _place_within(self, seconds: float | None) -> asyncio.Semaphore:
        """Taken; to be released."""
        place = self._place
        if place.locked():
            try:
                async with asyncio.timeout(seconds):
                    await place.acquire()
            except TimeoutError as error:
                raise PoolTimeoutError from error
        else:
            await place.acquire()  # at once
        return place

    def _proxy_for(self, url: URL) -> str | None:
        """Remembered per host: aiohttp's `trust_env` asks the environment in a thread at every request."""
        key = (url.scheme, url.host)
        if key not in self._proxies:
            self._proxies[key] = _environment_proxy(url)
        return self._proxies[key]


class _Upload(aiohttp.Payload):
    """A body written in slices, each within the write timeout: aiohttp itself has none."""

    def __init__(self, body: bytes, *, content_type: str, write_timeout: float | None) -> None:
        super().__init__(body, content_type=content_type)
        self._size = len(body)
        self._body = memoryview(body)
        self._write_timeout = write_timeout

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return str(self._body, encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        for start in range(0, len(self._body), _SLICE):
            async with asyncio.timeout(self._write_timeout):
                await writer.write(self._body[start : start + _SLICE])


async def _content(response: aiohttp.ClientResponse, most: int | None) -> bytes:
    """All of it, or the first `most` bytes and one; the connection of what was not read is closed, not kept."""
    if most is None:
        return await response.read()
    content = bytearray()
    while len(content) <= most and (
        part := await response.content.read(min(_SLICE, most + 1 - len(content)))
    ):
        content += part
    return bytes(content)


def _body(data: RequestData | _Fields | None, *, write_timeout: float | None) -> _Upload | None:
    if data is None:
        return None
    if isinstance(data, _Fields):
        form = urlencode({name: _plain(value) for name, value in data.values.items()}).encode()
        return _Upload(form, content_type=_FORM, write_timeout=write_timeout)
    if not data.contains_files:
        form = data.url_encoded_parameters().encode()
        return _Upload(form, content_type=_FORM, write_timeout=write_timeout)
    # httpx's own encoder: Telegram wants file names as plain UTF-8, which aiohttp's would percent-encode.
    request = httpx.Request("POST", "http://host", data=data.json_parameters, files=data.multipart_data)
    return _Upload(request.read(), content_type=request.headers["Content-Type"], write_timeout=write_timeout)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _given(value: object, default: float | None) -> float | None:
    """The library marks "not given" with an object of its own, since None already means "for ever"."""
    return value if value is None or isinstance(value, int | float) else default


def _without_token(error: aiohttp.ClientError) -> str:
    """The class as well: the words are often empty. Some of aiohttp's words contain the whole URL."""
    return _TOKEN.sub("/bot<token>", f"aiohttp.{type(error).__name__}: {error}")


def _environment_proxy(url: URL) -> str | None:
    if url.host is None or is_this_machine(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


@functools.cache
def _tls() -> ssl.SSLContext:
    """The certificates httpx trusts, since a slim image may have none of its own."""
    return httpx.create_ssl_context()
