"""The web chat's HTTP side: one page, a few JSON calls, one stream of changes."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from aiohttp import web

from sandbox.chat.people import PeopleRoutes, PhoneSpec
from sandbox.chat.view import current_action, phone_view
from sandbox.clock import MovableClock
from sandbox.telegram import Phone, TelegramStandIn

_TYPES = {"css": "text/css", "js": "text/javascript"}
_HEARTBEAT = 2.0  # seconds between two lines of the stream when nothing happens
_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


def _no_links() -> Sequence[Link]:
    return ()


class ChatPage:
    def __init__(
        self,
        telegram: TelegramStandIn,
        *,
        title: str,
        phones: Sequence[PhoneSpec],
        links: Callable[[], Sequence[Link]] = _no_links,
        clock: MovableClock | None = None,
        about: str = "",
        tour: Sequence[str] = (),
        timezone: str = "Africa/Lagos",
    ) -> None:
        """`clock`: what the page's buttons move, by default the stand-in's. `tour`: its first steps."""
        self._telegram = telegram
        self._specs = list(phones)
        self._links = links
        self._clock = clock or telegram.world.clock
        self._texts = {"title": title, "about": about, "timezone": timezone}
        self._tour = tour
        self._phones = {spec.user_id: _phone(telegram, spec) for spec in phones}
        self._closing = False

    def app(self) -> web.Application:
        app = web.Application(middlewares=[_same_origin])
        app.router.add_get("/", self._index)
        app.router.add_get(r"/{name:\w+\.(?:css|js)}", self._static)
        app.router.add_get("/config", self._config)
        app.router.add_get("/stream", self._stream)
        app.router.add_post("/clock/advance", self._advance)
        PeopleRoutes(self._telegram, self._specs, self._phones).add_to(app.router)
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _: web.Application) -> None:
        self._closing = True
        self._telegram.world.changes.notify()

    async def _index(self, _: web.Request) -> web.Response:
        page = Template(_read("index.html")).substitute(
            {name: escape(text) for name, text in self._texts.items()},
            tour="".join(f"<li>{escape(step)}</li>" for step in self._tour),
            untoured="" if self._tour else "hidden",
        )
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        try:
            text = _read(name)
        except FileNotFoundError:
            raise web.HTTPNotFound from None
        kind = _TYPES[name.rsplit(".", 1)[-1]]
        return web.Response(text=text, content_type=kind, headers={"Cache-Control": "no-store"})

    async def _config(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "bot": self._telegram.world.bot_json,
                "people": [asdict(spec) for spec in self._specs],
                "links": [asdict(link) for link in self._links()],
                "clock": self._clock_state(),
                **self._texts,
            }
        )

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        sent: dict[int, tuple[int, str]] = {}
        try:
            while not self._closing:
                await self._send_news(stream, sent)
                await self._telegram.world.changes.wait_until(
                    lambda: self._closing or self._news(sent), timeout=_HEARTBEAT
                )
        except ConnectionResetError:
            pass  # the page was closed
        return stream

    def _news(self, sent: dict[int, tuple[int, str]]) -> list[Phone]:
        return [phone for phone in self._phones.values() if sent.get(phone.user_id) != self._state_of(phone)]

    def _state_of(self, phone: Phone) -> tuple[int, str]:
        return phone.chat.revision, current_action(self._telegram, phone)

    async def _send_news(self, stream: web.StreamResponse, sent: dict[int, tuple[int, str]]) -> None:
        for phone in self._news(sent):
            sent[phone.user_id] = self._state_of(phone)
            await _send_event(stream, "phone", phone_view(self._telegram, phone))
        await _send_event(stream, "clock", self._clock_state())

    async def _advance(self, request: web.Request) -> web.Response:
        seconds = float((await request.json())["seconds"])
        if not 0 < seconds <= timedelta(days=366).total_seconds():
            raise web.HTTPBadRequest(text="the clock goes forward, by a year at most")
        self._clock.advance(timedelta(seconds=seconds))
        self._telegram.world.changes.notify()
        return web.json_response(self._clock_state())

    def _clock_state(self) -> dict[str, Any]:
        return {"now": self._clock.now().isoformat(), "shift": self._clock.shift.total_seconds()}


@web.middleware
async def _same_origin(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    # Other pages in the same browser have no business here.
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {
        "same-origin",
        "none",
    }:
        raise web.HTTPForbidden
    return await handler(request)


def _phone(telegram: TelegramStandIn, spec: PhoneSpec) -> Phone:
    first, _, last = spec.name.rpartition(" ") if " " in spec.name else (spec.name, "", "")
    return telegram.phone(
        spec.user_id,
        first_name=first,
        last_name=last,
        username=spec.username,
        language_code=spec.language_code,
    )


def _read(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


async def _send_event(stream: web.StreamResponse, name: str, content: object) -> None:
    await stream.write(f"event: {name}\ndata: {json.dumps(content)}\n\n".encode())
