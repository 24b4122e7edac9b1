"""The whole product in the test's own event loop: the real wiring against the stand-ins over real HTTP.

Time stands still until a test moves it; what ticks would do is done by `tick()`, and `settled()` waits until
nothing is left in hand. Otherwise everything runs as `bot.program` starts it.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from aiohttp import web
from sqlalchemy import Table, bindparam, select

from bot.settings import Settings
from bot.wiring import Machine, build_machine
from bot.world import World, build_world
from domain.model.people import CONSENT_VERSION, Dietitian, Person
from domain.model.request import Request
from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from sandbox.clock import MovableClock
from sandbox.google import GoogleStandIn
from sandbox.paystack import PaystackStandIn
from sandbox.ports import free_port
from sandbox.stage import CLIENT_ID, CLIENT_SECRET, PAYSTACK_KEY, TOKEN
from sandbox.telegram import TelegramStandIn
from sandbox.telegram.phone import Phone
from storage.database import Database
from storage.tables import inbox, metadata, outbox
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.engines import KEY
from tests.storage import seeds
from webhooks.app import build_app
from webhooks.server import Crowd, Runner

ADMIN = 9001
ACCOUNT = "ada.obi@example.com"
PATIENCE = 15.0
EVERY_DAY = (((480, 1020),),) * 7  # 08:00-17:00
HOSTILE = "<b>O'Brien & 🌸</b>"
_numbers = count(1)


_first = outbox.alias("first")  # what waits behind it in its lane is for later too
_ahead = select(_first.c.id).where(
    _first.c.state == "due",
    _first.c.lane == outbox.c.lane,
    _first.c.id < outbox.c.id,
    _first.c.attempts > 0,
    _first.c.due_at > bindparam("now"),
)
_DUE = (
    select(outbox.c.id)
    .where(outbox.c.state == "due", outbox.c.due_at <= bindparam("now"), ~_ahead.exists())
    .limit(1)
)


class StillClock(MovableClock):
    """The stand-ins' and the program's one clock: it moves only when told to."""

    def __init__(self, now: datetime = MORNING) -> None:
        super().__init__(Path())
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One dietitian with a practice of her own and one client of hers, both with the chat open."""

    dietitian: Dietitian
    client: Person
    ada: Phone
    amina: Phone
    service: Service


@dataclass(slots=True, kw_only=True)
class Rig:
    database: Database
    settings: Settings
    clock: StillClock
    telegram: TelegramStandIn
    paystack: PaystackStandIn
    google: GoogleStandIn
    world: World = field(init=False)
    machine: Machine = field(init=False)

    @property
    def url(self) -> str:
        """Where the program's own HTTP server listens."""
        return f"http://127.0.0.1:{self.settings.http_port}"

    async def settled(self) -> None:
        """Until nothing is in hand and nothing is due."""
        async with asyncio.timeout(PATIENCE):
            while self._busy() or await self._due():  # noqa: ASYNC110 - many things at once have no event
                await asyncio.sleep(0.002)

    def _busy(self) -> bool:
        machine = self.machine
        running = {task.get_name() for task in machine.nursery._tasks} - {"poller"}
        under_way = self.telegram.world.updates.waiting() or self.paystack.sender._sending
        return bool(under_way or machine.inbox.backlog or running)

    async def _due(self) -> bool:
        """Rows that nobody works yet; looked for only once all else is quiet."""
        if (await self.rows(_DUE, {"now": self.clock.now()})) == []:
            return False
        self.machine.outbox.nudge()
        return True

    async def tick(self) -> None:
        """What the scheduler does every few seconds, and what the clock brings at Paystack."""
        await self.paystack.tick()
        await self.machine.inbox.sweep()
        await self.machine.expire_holds()
        await self.machine.expire_requests()
        await self.machine.erase_waiting()
        await self.machine.watch_payments()
        await self.machine.watch_refunds()
        self.machine.outbox.nudge()
        await self.settled()

    async def pass_time(self, by: timedelta) -> None:
        self.clock.advance(by)
        await self.tick()

    async def pay(self, reference: str, **how: Any) -> None:
        await self.paystack.pay(reference, **how)
        await self.paystack.settle()
        await self.settled()

    async def press(self, phone: Phone, label: str) -> str:
        """The words of the answer."""
        answer = await phone.press(label)
        await self.settled()
        return answer.text

    async def press_data(self, phone: Phone, data: str, *, message_id: int | None = None) -> str:
        """A press with this data on the newest message; the words of the answer."""
        at = message_id if message_id is not None else newest_bubble(phone)
        answer = await phone.press_raw(at, data)
        assert answer.answered, data
        await self.settled()
        return answer.text

    async def press_all(self, phone: Phone, presses: Sequence[tuple[int, str]]) -> list[str]:
        """All at once, which the bot works one after the other; the words of the answers in their order."""
        answers = await asyncio.gather(*(phone.press_raw(*press) for press in presses))
        assert all(answer.answered for answer in answers)
        await self.settled()
        return [answer.text for answer in answers]

    async def say(self, phone: Phone, text: str) -> str:
        """The bot's newest words after that."""
        await phone.send(text)
        await self.settled()
        return phone.last.text

    async def write(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return await self.database.write(work)

    async def read(self, work: Callable[[UnitOfWork], Any]) -> Any:
        return await self.database.read(work)

    async def rows(self, statement: Any, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        def read(uow: UnitOfWork) -> list[tuple[Any, ...]]:
            assert isinstance(uow, SqlUnitOfWork)
            return [tuple(row) for row in uow.connection.execute(statement, values)]

        return await self.database.read(read)

    async def dump(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the business tables, or of those named."""
        names = tables or BUSINESS
        found = {}
        for name in names:
            table = metadata.tables[name]
            columns = [outbox.c.key] if name == "outbox" else told(table)
            found[name] = await self.rows(select(*columns).order_by(columns[0]))
        return found

    async def failed(self) -> list[tuple[Any, ...]]:
        """What met a bug: there must never be any, but for what a test put there as `staged:`."""
        inbound = select(inbox.c.body, inbox.c.error).where(
            inbox.c.state == "failed", ~inbox.c.key.startswith("staged:")
        )
        outbound = select(outbox.c.key, outbox.c.error).where(
            outbox.c.state == "dead", ~outbox.c.key.startswith("staged:")
        )
        return await self.rows(inbound) + await self.rows(outbound)

    def phone(self, **names: str) -> Phone:
        """Somebody new, unknown to the bot."""
        return self.telegram.phone(10_000 + next(_numbers), **names)

    async def person(self, *, name: str = "Amina Bello", **fields: Any) -> tuple[Person, Phone]:
        """Somebody who opened the chat and agreed to the notice."""
        phone = self.phone(first_name=name)
        await open_chat(self, phone)
        given = {
            "telegram_id": phone.user_id,
            "name": name,
            "started_at": self.clock.now(),
            "consented_at": self.clock.now(),
            "consent_version": CONSENT_VERSION,
        }
        person = await self.write(lambda uow: uow.people.add(seeds.person(**{**given, **fields})))
        return person, phone

    async def cast(self, **client: Any) -> Cast:
        """A practice of its own, so that what one test case books takes nothing from another."""
        owner, ada = await self.person(name="Ada Obi")
        practice = await self.write(partial(_practice, owner=owner))
        somebody, amina = await self.person(**client)
        return Cast(dietitian=practice[0], service=practice[1], client=somebody, ada=ada, amina=amina)

    async def request(self, cast: Cast, **fields: Any) -> Request:
        """One that was sent, and that the client has been told of."""
        request: Request = await self.write(partial(_request, cast=cast, fields=fields))
        return request

    async def consultation(self, cast: Cast, **fields: Any) -> Request:
        """The same with its screen in the client's chat."""
        request = await self.request(cast, **fields)
        await self.press_data(cast.amina, f"v1:show:{request.public_id}::1")
        return request

    async def approved(self, cast: Cast, **fields: Any) -> Request:
        """The client looks at the days."""
        request = await self.consultation(cast, **fields)
        await self.press(cast.amina, "Approve")
        return request

    async def held(self, cast: Cast, **fields: Any) -> Request:
        """The client has a slot, and the pay screen unless the e-mail is missing."""
        request = await self.approved(cast, **fields)
        await self.press(cast.amina, cast.amina.last.labels[0])
        await self.press(cast.amina, cast.amina.last.labels[0])
        return request

    async def references(self, request: Request) -> list[str]:
        payments = await self.read(lambda uow: uow.payments.of_request(request.id))
        return [payment.reference for payment in payments]

    async def confirmed(self, cast: Cast, **fields: Any) -> Request:
        request = await self.held(cast, **fields)
        await self.pay((await self.references(request))[0])
        return request


BUSINESS = (
    "people", "dietitians", "services", "clients", "requests", "bookings", "payments", "links", "connections",
    "outbox",
)  # fmt: skip


ASKING = {"checks", "next_check_at"}  # to ask Paystack about a payment again changes nothing of it
SEEN = {"seen_at"}  # nor does it change somebody that they were here


def told(table: Table) -> list[Any]:
    """The columns that say whether anything changed."""
    asked = ASKING | {"rev"} if table.name == "payments" else ASKING
    return [column for column in table.c if column.key not in asked | SEEN]


def newest_bubble(phone: Phone) -> int:
    return next((one.id for one in reversed(phone.messages) if not one.mine), 0)


async def open_chat(rig: Rig, phone: Phone) -> None:
    """Telegram lets the bot write to them; the bot is not told."""
    phone.chat.started = True
    rig.telegram.world.add_message(phone.chat, mine=False, content=_words("An older message of the bot"))


def _words(text: str) -> Any:
    from sandbox.telegram.entities import Formatted

    return Formatted(text)


def _practice(uow: UnitOfWork, owner: Person) -> tuple[Dietitian, Service]:
    dietitian = uow.dietitians.add(
        seeds.dietitian(
            owner.id,
            telegram_id=owner.telegram_id,
            name="Dr Ada Obi",
            fallback_meeting_url="https://meet.example.com/ada",
        )
    )
    uow.dietitians.set_hours(dietitian.id, EVERY_DAY)
    service = uow.services.add(
        Service(
            public_id=f"S{next(_numbers)}",
            dietitian_id=dietitian.id,
            slug="first",
            kind=ServiceKind.CONSULTATION,
            title="First consultation",
            minutes=45,
            price=1_250_000,
            currency="NGN",
        )
    )
    return dietitian, service


def _request(uow: UnitOfWork, cast: Cast, fields: dict[str, Any]) -> Request:
    given = {
        "public_id": f"RQ{next(_numbers):08d}",
        "kind": ServiceKind.CONSULTATION,
        "service_id": cast.service.id,
        "title": cast.service.title,
        "minutes": cast.service.minutes,
        "price": cast.service.price,
        "currency": cast.service.currency,
        "client_name": cast.client.name,
    }
    return uow.requests.add(seeds.request(cast.dietitian.id, cast.client.id, **{**given, **fields}))


def _settings(url: str, root: str, port: int, **extra: Any) -> Settings:
    given: dict[str, Any] = {
        "telegram_bot_token": TOKEN,
        "telegram_api_url": f"{root}/telegram",
        "http_port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": url,
        "paystack_secret_key": PAYSTACK_KEY,
        "paystack_api_url": f"{root}/paystack",
        "google_client_id": CLIENT_ID,
        "google_client_secret": CLIENT_SECRET,
        "google_api_url": f"{root}/google",
        "google_auth_url": f"{root}/google/o/oauth2/v2/auth",
        "google_token_url": f"{root}/google/token",
        "google_revoke_url": f"{root}/google/revoke",
        "encryption_key": KEY,
        "admin_telegram_ids": frozenset({ADMIN}),
    }
    return Settings(_env_file=None, **{**given, **extra})  # type: ignore[call-arg]


@asynccontextmanager
async def stand_ins(clock: StillClock, port: int) -> AsyncIterator[tuple[str, Any, Any, Any]]:
    """Served on loopback under one root."""
    root = f"http://127.0.0.1:{free_port()}"
    telegram = TelegramStandIn(clock=clock, token=TOKEN)
    paystack = PaystackStandIn(
        clock=clock,
        secret_key=PAYSTACK_KEY,
        public_url=f"{root}/paystack",
        webhook_url=f"http://127.0.0.1:{port}/paystack/webhook",
    )
    google = GoogleStandIn(
        clock=clock,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        public_url=f"{root}/google",
        redirect_uris=[f"http://127.0.0.1:{port}/google/callback"],
    )
    google.add_account(ACCOUNT)
    app = web.Application()
    app.add_subapp("/telegram", telegram.app())
    app.add_subapp("/paystack", paystack.app())
    app.add_subapp("/google", google.app())
    async with _listening(app, int(root.rpartition(":")[2])):
        yield root, telegram, paystack, google
    await paystack.close()


@asynccontextmanager
async def _listening(
    app: web.Application, port: int, runner: web.AppRunner | None = None
) -> AsyncIterator[None]:
    runner = runner or web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


_create_tls = httpx.create_ssl_context


@cache
def _tls(**_: Any) -> ssl.SSLContext:
    """Nothing here speaks TLS, and to read all the world's certificates takes longer than to start the rest."""
    return _create_tls()


@asynccontextmanager
async def running(database_url: str, *, clock: StillClock | None = None, **extra: Any) -> AsyncIterator[Rig]:
    """The program, started and ready; `extra` are settings."""
    clock, port = clock or StillClock(), free_port()
    async with AsyncExitStack() as closing:
        root, telegram, paystack, google = await closing.enter_async_context(stand_ins(clock, port))
        settings = _settings(database_url, root, port, **extra)
        # a message a second into one chat is Telegram's rule, not this stand-in's, and tests are in a hurry
        # and so are thirty a second over all chats
        with (
            patch("bot.world.PerChatLimiter", lambda: None),
            patch("bot.world.Pace", lambda: None),
            patch("httpx._transports.default.create_ssl_context", _tls),
        ):
            world = build_world(settings, clock)
        closing.push_async_callback(world.database.close)
        closing.push_async_callback(world.close)
        await world.database.open()
        rig = Rig(
            database=world.database,
            settings=settings,
            clock=clock,
            telegram=telegram,
            paystack=paystack,
            google=google,
        )
        rig.world = world
        async with world.updates_request:
            await world.bot.initialize()
            closing.push_async_callback(world.bot.shutdown)
            rig.machine = build_machine(world, bot_username=lambda: world.bot.username)
            await open_chat(rig, rig.telegram.phone(ADMIN, first_name="Sade"))
            await closing.enter_async_context(_serving(rig))
            yield rig
            await _stop(rig)


@asynccontextmanager
async def _serving(rig: Rig) -> AsyncIterator[None]:
    app = build_app(rig.machine.doors)
    async with _listening(app, rig.settings.http_port, Runner(app, crowd=Crowd(), shutdown_timeout=1)):
        rig.machine.nursery.start(rig.machine.poller.run(), name="poller")
        yield


async def _stop(rig: Rig) -> None:
    rig.machine.inbox.stop()
    rig.machine.outbox.stop()
    rig.machine.nursery.cancel_named({"poller"})
    assert await rig.machine.nursery.finish(within=5)


@pytest.fixture
async def rig(database_url: str) -> AsyncIterator[Rig]:
    async with running(database_url) as rig:
        yield rig
