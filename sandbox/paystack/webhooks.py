"""Paystack's side of the webhooks: signed over the raw bytes, tried again until the answer is 200."""

import asyncio
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from sandbox.paystack.model import Attempt, Clock, Json
from sandbox.paystack.schedule import Schedule


class Mode(StrEnum):
    ONCE = "once"
    TWICE_AT_ONCE = "twice_at_once"
    NEVER = "never"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Delivery:
    mode: Mode
    seconds: float = 0.0  # for LATE, by the sandbox's clock

    @classmethod
    def of(cls, written: str) -> "Delivery":
        """From `once`, `twice_at_once`, `never` or `late(90)`; ValueError for anything else."""
        late = re.fullmatch(r"late\((\d+(?:\.\d+)?)\)", written)
        return cls(Mode.LATE, float(late[1])) if late else cls(Mode(written))


class WebhookSender:
    """Retries follow `backoff` (seconds on the sandbox's clock); then Paystack gives up."""

    def __init__(self, *, clock: Clock, schedule: Schedule, secret_key: str, url: str | None) -> None:
        self.url = url
        self.delivery = Delivery(Mode.ONCE)
        self.backoff: tuple[float, ...] = (1, 2, 5, 10, 30, 60)
        self.timeout_seconds = 30.0
        self.attempts: list[Attempt] = []
        self._clock = clock
        self._schedule = schedule
        self._secret = secret_key.encode()
        self._session: aiohttp.ClientSession | None = None
        self._sending: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._session = None

    async def settle(self) -> None:
        """Wait for the deliveries that are on the wire now (not for retries still to come)."""
        while self._sending:
            await asyncio.gather(*self._sending)

    def signature(self, raw: bytes) -> str:
        return hmac.new(self._secret, raw, hashlib.sha512).hexdigest()

    def send(self, event: Json, *, by: Delivery | None = None) -> None:
        delivery = by or self.delivery
        if delivery.mode is Mode.NEVER or self.url is None:
            return
        raw = json.dumps(event, separators=(",", ":")).encode()
        if delivery.mode is Mode.LATE:
            self._plan(delivery.seconds, event["event"], raw, trial=0)
            return
        for _ in range(2 if delivery.mode is Mode.TWICE_AT_ONCE else 1):
            self._launch(event["event"], raw, trial=0)

    def _plan(self, seconds: float, event: str, raw: bytes, *, trial: int) -> None:
        async def launch() -> None:
            self._launch(event, raw, trial=trial)

        self._schedule.after(seconds, launch)

    def _launch(self, event: str, raw: bytes, *, trial: int) -> None:
        """A slow receiver must not hold up the others: every delivery is a task of its own."""
        task = asyncio.get_running_loop().create_task(
            self._deliver(event, raw, trial), name=f"webhook {event}"
        )
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, event: str, raw: bytes, trial: int) -> None:
        if self.url is None:
            return
        url, at = self.url, self._clock.now()
        status = await self._post(url, raw)
        self.attempts.append(Attempt(event=event, url=url, status=status, body=raw, at=at))
        if status != 200 and trial < len(self.backoff):
            self._plan(self.backoff[trial], event, raw, trial=trial + 1)

    async def _post(self, url: str, raw: bytes) -> int | None:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {"x-paystack-signature": self.signature(raw), "Content-Type": "application/json"}
        wait = aiohttp.ClientTimeout(total=self.timeout_seconds)
        try:
            async with self._session.post(url, data=raw, headers=headers, timeout=wait) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
