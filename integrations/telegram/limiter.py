"""How fast to speak into one chat, and when to be quiet there.

Telegram's FAQ: at most one message a second in one chat, short bursts are tolerated, and a 429 names the
seconds to wait (core.telegram.org/bots/faq). Only new messages are paced; edits and answers are what a person
who has just pressed is waiting for. A chat that was told to wait never delays another.
"""

import asyncio
import math
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter
from telegram.warnings import PTBDeprecationWarning

# The most one event says at once in a chat: receipt, booking, meeting link, plan, what to do next.
_BURST: Final = 5
_INTERVAL: Final = 1.0
_RETRIES: Final = 2
_SWEEP_EVERY: Final = 60.0
_NO_MESSAGE: Final = frozenset({"sendChatAction", "sendMessageDraft"})

_Answer = bool | dict[str, Any] | list[dict[str, Any]]
_Call = Callable[[], Coroutine[Any, Any, _Answer]]


def retry_after_seconds(error: RetryAfter) -> float:
    """The same number whether `PTB_TIMEDELTA` makes it a timedelta or leaves it an int that warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        value = error.retry_after
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


@dataclass(slots=True)
class _Chat:
    """A bucket of `_BURST` messages, refilled by one each `_INTERVAL`; times are the event loop's."""

    full_at: float = 0.0
    paused_until: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def may_send_at(self) -> float:
        return max(self.paused_until, self.full_at - (_BURST - 1) * _INTERVAL)

    def take(self, now: float) -> None:
        self.full_at = max(self.full_at, now) + _INTERVAL

    def pause(self, until: float) -> None:
        """Also empties the bucket: what waited goes out one a second, not all at the same moment."""
        self.paused_until = max(self.paused_until, until)
        self.full_at = max(self.full_at, until + (_BURST - 1) * _INTERVAL)

    def is_idle(self, now: float) -> bool:
        return not self.turn.locked() and max(self.full_at, self.paused_until) <= now


class PerChatLimiter(BaseRateLimiter[None]):
    """A 429 of at most `longest_wait` seconds is waited out here, twice at most; a longer one is raised.

    While a chat has longer than that to wait, every request to it raises RetryAfter with the rest, unsent.
    """

    __slots__ = ("_chats", "_longest_wait", "_next_sweep")

    def __init__(self, *, longest_wait: float = 5.0) -> None:
        self._longest_wait = longest_wait
        self._chats: dict[str, _Chat] = {}
        self._next_sweep = 0.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        self._chats.clear()

    def paused_until(self, chat_id: int | str) -> float | None:
        """The event loop's time, or None where nothing is waited for."""
        chat = self._chats.get(str(chat_id))
        return chat.paused_until if chat and chat.paused_until > _now() else None

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002
    ) -> _Answer:
        chat_id = data.get("chat_id")
        if chat_id is None:
            return await callback(*args, **kwargs)
        for _ in range(_RETRIES):
            try:
                return await self._in_turn(str(chat_id), endpoint, partial(callback, *args, **kwargs))
            except RetryAfter as error:
                if retry_after_seconds(error) > self._longest_wait:
                    raise
        return await self._in_turn(str(chat_id), endpoint, partial(callback, *args, **kwargs))

    async def _in_turn(self, key: str, endpoint: str, call: _Call) -> _Answer:
        if _makes_a_message(endpoint):
            await self._take_a_turn(self._chat(key))
        elif key in self._chats:
            await self._wait(self._chats[key], lambda chat: chat.paused_until)
        try:
            return await call()
        except RetryAfter as error:
            self._chat(key).pause(_now() + retry_after_seconds(error))
            raise

    async def _take_a_turn(self, chat: _Chat) -> None:
        async with chat.turn:  # messages to one chat leave in the order they came
            await self._wait(chat, _Chat.may_send_at)
            chat.take(_now())

    async def _wait(self, chat: _Chat, until: Callable[[_Chat], float]) -> None:
        """Asks again after each sleep: the chat may have been paused meanwhile."""
        while (left := until(chat) - _now()) > 0:
            pause = chat.paused_until - _now()
            if pause > self._longest_wait:
                raise _retry_after(pause)
            await asyncio.sleep(left)

    def _chat(self, key: str) -> _Chat:
        now = _now()
        if now >= self._next_sweep:
            self._next_sweep = now + _SWEEP_EVERY
            self._chats = {known: chat for known, chat in self._chats.items() if not chat.is_idle(now)}
        return self._chats.setdefault(key, _Chat())


def _now() -> float:
    return asyncio.get_running_loop().time()


def _makes_a_message(endpoint: str) -> bool:
    return endpoint.startswith(("send", "forward", "copy")) and endpoint not in _NO_MESSAGE


def _retry_after(seconds: float) -> RetryAfter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        return RetryAfter(math.ceil(seconds))
