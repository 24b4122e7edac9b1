"""The bot and its long poll, both over `AiohttpRequest`.

updates = updates_request()
bot = build_bot(token=..., api_url=..., updates=updates)
async with bot:
    batch = await fetch_updates(updates, bot.base_url, offset=..., timeout=50, ...)
"""

from collections.abc import Sequence
from typing import Any, cast

from telegram.error import InvalidToken, NetworkError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from integrations.telegram.limiter import PerChatLimiter
from integrations.telegram.transport import AiohttpRequest

_REFUSALS = ("Unauthorized", "Not Found")  # to a token that is not valid, and to one that is malformed


def build_bot(
    *,
    token: str,
    api_url: str,
    limiter: PerChatLimiter | None = None,
    updates: BaseRequest | None = None,
) -> ExtBot[None]:
    """`api_url` is the Bot API's root without the token, such as https://api.telegram.org."""
    root = api_url.rstrip("/")
    return ExtBot(
        token=token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=_calls_request(),
        get_updates_request=updates or updates_request(),
        rate_limiter=limiter,
    )


async def introduce(bot: ExtBot[None]) -> str:
    """The bot is ready for calls; its username. Whoever calls this calls `bot.shutdown()`.

    Raises `InvalidToken` where Telegram itself refuses the token, and never quotes it as the library does. What
    stands between may answer 401 or 404 with a page of its own: that is trouble on the way, a `NetworkError`.
    """
    try:
        await bot.initialize()
    except InvalidToken as error:
        said = error.__cause__
        if isinstance(said, InvalidToken) and said.message in _REFUSALS:
            raise InvalidToken("Telegram does not accept the token") from None
        raise NetworkError(str(said)) from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise NetworkError("What answers is not Telegram") from error
    return bot.username


def updates_request() -> AiohttpRequest:
    """Connections of its own, so that a burst of answers never keeps the long poll waiting for a place."""
    return AiohttpRequest(connection_pool_size=2, read_timeout=10, connect_timeout=10, pool_timeout=10)


async def fetch_updates(
    request: BaseRequest,
    base_url: str,
    *,
    offset: int | None,
    timeout: int,  # noqa: ASYNC109  (the server's: how long Telegram may hold the question open)
    limit: int,
    allowed_updates: Sequence[str],
) -> list[dict[str, Any]]:
    """The updates as Telegram wrote them, to be stored before anything looks inside.

    `base_url` is `bot.base_url`, token included; `timeout` is seconds, 50 at most. Raises what `Bot` raises.
    """
    asked = {"offset": offset, "timeout": timeout, "limit": limit, "allowed_updates": allowed_updates}
    answer = await request.post(
        f"{base_url}/getUpdates",
        # The library has no public way to make these two; the contract test holds the next version to them.
        RequestData([RequestParameter.from_input(name, value) for name, value in asked.items()]),
        read_timeout=timeout + (request.read_timeout or 0),
    )
    return cast("list[dict[str, Any]]", answer)


async def call(bot: ExtBot[None], method: str, values: dict[str, Any]) -> Any:
    """One method with plain values, paced as the bot's own calls are; the result as Telegram wrote it.

    For the few methods of every press: building the library's objects costs several times the call itself.
    Raises what `Bot` raises.
    """
    request, limiter = bot.request, bot.rate_limiter
    if not isinstance(request, AiohttpRequest):
        raise TypeError(f"{type(request).__name__} takes no plain values")
    url = f"{bot.base_url}/{method}"
    if limiter is None:
        return await request.call(url, values)
    return await limiter.process_request(request.call, (url, values), {}, method, values, None)


def _calls_request() -> AiohttpRequest:
    """Patient enough for documents; a burst waits for a place rather than fail."""
    return AiohttpRequest(
        connection_pool_size=256,
        read_timeout=20,
        write_timeout=20,
        connect_timeout=10,
        pool_timeout=10,
        media_write_timeout=60,
    )
