"""The whole product on one machine: stand-ins in this process, the real program in a process of its own.

The demo and the test journeys both stand on it, so that what a newcomer clicks is what is tested.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeAlias

import aiohttp
from aiohttp import web

from sandbox.chat import ChatPage, Link, PhoneSpec
from sandbox.clock import MovableClock
from sandbox.google import GoogleStandIn
from sandbox.paystack import PaystackStandIn
from sandbox.ports import free_port
from sandbox.telegram import TelegramStandIn

TOKEN = "4242:sandbox-token-of-nobody"
KEY = "dGhlIHNhbmRib3ggaGlkZXMgbm90aGluZyByZWFsLi4="  # one for all stages: a copied database must open
PAYSTACK_KEY = "sk_test_sandbox0000000000000000000000000000"
CLIENT_ID, CLIENT_SECRET = "sandbox.apps.example", "sandbox-client-secret"
PRACTICE = Path(__file__).with_name("practice.toml")
DIETITIAN, CLIENT, ADMIN = 1001, 2001, 9001
ACCOUNT = "ada.obi@example.com"
_START_SECONDS = 20.0


class Running(Protocol):
    """A process: `asyncio.subprocess.Process`, or what behaves like one."""

    @property
    def returncode(self) -> int | None: ...

    def send_signal(self, signal: int, /) -> None: ...

    async def wait(self) -> int: ...


Launch: TypeAlias = Callable[["Stage"], Awaitable[Running]]


async def in_a_new_interpreter(stage: "Stage") -> Running:
    """As anybody starts it."""
    with stage.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sandbox.program",
            str(stage.clock_file),
            env=stage.environment(),
            cwd=stage.directory,
            stdout=log,
            stderr=log,
        )


@dataclass(slots=True, kw_only=True)
class Stage:
    """`directory` takes the clock's file, the database and the program's log; `listener` is where to be found."""

    directory: Path
    listener: socket.socket | None = None
    mode: str = "polling"
    database_url: str | None = None
    with_google: bool = True
    with_public_url: bool = True
    practice: Path = PRACTICE
    tour: Sequence[str] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    launch: Launch = in_a_new_interpreter
    clock: MovableClock = field(init=False)
    telegram: TelegramStandIn = field(init=False)
    paystack: PaystackStandIn = field(init=False)
    google: GoogleStandIn = field(init=False)
    root: str = field(init=False, default="")
    http_port: int = field(init=False, default=0)
    bot: Running | None = field(init=False, default=None)
    _closing: AsyncExitStack = field(init=False, default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        listener = self.listener or socket.create_server(("127.0.0.1", 0))
        self.http_port = free_port()
        self.root = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.clock = MovableClock(self.clock_file)
        self._stand_ins()
        await self.paystack.start()
        self._closing.push_async_callback(self.paystack.close)
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._closing.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listener).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._closing.aclose()

    def _stand_ins(self) -> None:
        self.telegram = TelegramStandIn(clock=self.clock, token=TOKEN)
        self.paystack = PaystackStandIn(
            clock=self.clock,
            secret_key=PAYSTACK_KEY,
            public_url=f"{self.root}/paystack",
            webhook_url=f"{self.public_url}/paystack/webhook" if self.with_public_url else None,
        )
        self.google = GoogleStandIn(
            clock=self.clock,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            public_url=f"{self.root}/google",
            redirect_uris=[f"{self.public_url}/google/callback"],
        )
        self.google.add_account(ACCOUNT)

    def _app(self) -> web.Application:
        chat = ChatPage(
            self.telegram,
            title="Dietdesk sandbox",
            phones=[
                PhoneSpec(CLIENT, "Amina Bello", "client"),
                PhoneSpec(DIETITIAN, "Ada Obi", "dietitian"),
                PhoneSpec(2002, "Tunde O'Neill", "client"),
                PhoneSpec(1002, "Chinedu Okafor", "dietitian"),
                PhoneSpec(ADMIN, "Sade Admin", "admin"),
            ],
            links=lambda: [Link("Privacy policy", f"{self.public_url}/privacy")],
            clock=self.clock,
            about="Nothing here is real: no message leaves this machine and no money moves.",
            tour=self.tour,
        )
        app = chat.app()
        app.add_subapp("/telegram", self.telegram.app())
        app.add_subapp("/paystack", self.paystack.app())
        app.add_subapp("/google", self.google.app())
        return app

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def clock_file(self) -> Path:
        return self.directory / "clock.json"

    @property
    def log(self) -> Path:
        return self.directory / "bot.log"

    def environment(self) -> dict[str, str]:
        """The program's settings: the same names as in production."""
        database = self.database_url or f"sqlite+aiosqlite:///{self.directory / 'dietdesk.db'}"
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": f"{self.root}/telegram",
            "TELEGRAM_MODE": self.mode,
            "TELEGRAM_WEBHOOK_SECRET": "sandbox-webhook-secret",
            "HTTP_PORT": str(self.http_port),
            "DATABASE_URL": database,
            "PAYSTACK_SECRET_KEY": PAYSTACK_KEY,
            "PAYSTACK_API_URL": f"{self.root}/paystack",
            "ENCRYPTION_KEY": KEY,
            "ADMIN_TELEGRAM_IDS": str(ADMIN),
            "LOG_FORMAT": "json",
        }
        if self.with_public_url:
            settings["PUBLIC_URL"] = self.public_url
        if self.with_google:
            settings |= {
                "GOOGLE_CLIENT_ID": CLIENT_ID,
                "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
                "GOOGLE_API_URL": self.google.api_url,
                "GOOGLE_AUTH_URL": self.google.auth_url,
                "GOOGLE_TOKEN_URL": self.google.token_url,
                "GOOGLE_REVOKE_URL": self.google.revoke_url,
            }
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**inherited, **settings, **self.extra}

    async def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run `dietdesk …` to its end: exit code, standard output, standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            env=self.environment(),
            cwd=self.directory,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    async def seed(self) -> None:
        code, out, err = await self.command("practice", "apply", str(self.practice))
        if code:
            raise RuntimeError(f"the practice file was refused: {out}{err}")

    async def start(self) -> None:
        """Start the program and wait until it is ready."""
        self.bot = await self.launch(self)
        await self._until_ready()

    async def _until_ready(self) -> None:
        async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as session:
            while True:
                if self.bot is not None and self.bot.returncode is not None:
                    raise RuntimeError(f"the program ended: {self.log.read_text()[-2000:]}")
                try:
                    async with session.get(f"{self.public_url}/readyz") as answer:
                        if answer.status == web.HTTPOk.status_code:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """`kill -9`: no goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int | None:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, signum: signal.Signals) -> int | None:
        bot, self.bot = self.bot, None
        if bot is None:
            return None
        if bot.returncode is None:
            bot.send_signal(signum)
        return await bot.wait()

    def logged(self) -> list[dict[str, object]]:
        """The program's log lines; what is not JSON stands under `raw`."""
        lines: list[dict[str, object]] = []
        for line in self.log.read_text().splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                lines.append({"raw": line})
        return lines
