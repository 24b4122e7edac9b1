"""What the routes need of the program."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from domain.model.policy import Policy
from domain.usecases.connect_google import FinishConnecting, GoOnConnecting
from domain.usecases.record_event import RecordEvent
from domain.usecases.settle_payment import SettlePayment
from webhooks.addresses import Networks


class PaymentEvent(Protocol):
    """An event as Paystack's integration reads it."""

    @property
    def key(self) -> str: ...
    @property
    def reference(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """`keep_updates` returns once the raw updates are stored; `is_signed` and `read_event` know Paystack.

    `bot_username` is empty until Telegram has said it. `is_secure`: browsers come by https.
    `paystack_addresses`: who may post events; none: whoever signs them.
    """

    bot_username: Callable[[], str]
    policy: Policy
    record_event: RecordEvent
    settle: SettlePayment
    finish_connecting: FinishConnecting | None
    go_on_connecting: GoOnConnecting
    is_signed: Callable[[bytes, str | None], bool]
    read_event: Callable[[bytes], PaymentEvent]
    keep_updates: Callable[[Sequence[dict[str, object]]], Awaitable[None]]
    telegram_secret: str | None
    ready: Callable[[], Awaitable[dict[str, bool]]]
    render_metrics: Callable[[], Awaitable[bytes]]
    is_secure: bool = False
    paystack_addresses: Networks = ()
    trusted_proxies: Networks = ()


DOORS = web.AppKey("doors", Doors)
