"""Senders who dawdle, who send too much, who come in crowds, who pretend to be somebody else."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from domain.model.nesting import DEEPEST, read_json
from sandbox.ports import free_port
from storage.tables import inbox, oauth_attempts
from tests.handlers import tour
from tests.rig import Rig, running
from tests.webhooks.test_paystack import EVENT, signed
from webhooks import body
from webhooks.addresses import sender_of
from webhooks.app import BODY_LIMIT, build_app
from webhooks.server import Crowd, Runner

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PROXIES = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"))
PAYSTACK = (ip_network("52.31.139.75"),)


@asynccontextmanager
async def serving(rig: Rig, crowd: Crowd | None = None, **doors: Any) -> AsyncIterator[int]:
    """As the program serves, in more of a hurry; the port."""
    app = build_app(replace(rig.machine.doors, **doors))
    runner = Runner(app, crowd=crowd or Crowd(), shutdown_timeout=1, headers_within=0.5, lingering=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port := free_port()).start()
        yield port
    finally:
        await runner.cleanup()


async def raw_answer(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What comes back until the server hangs up; TimeoutError where it keeps the line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(5):
            for part in parts:
                writer.write(part)
                await asyncio.sleep(pause)
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def kept(rig: Rig) -> int:
    await rig.settled()
    return len(await rig.rows(select(inbox.c.id).where(inbox.c.source == "paystack")))


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


HEAD = b"POST /paystack/webhook HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("said", [(), (b"G",), (b"GET / HTTP/1.1\r\n", *([b"X: y\r\n"] * 20))])
async def test_who_dawdles_over_the_headers_is_cut_off(rig: Rig, said: tuple[bytes, ...]) -> None:
    async with serving(rig) as port:
        began = asyncio.get_running_loop().time()
        assert await raw_answer(port, *said, pause=0.1) == b""
        assert asyncio.get_running_loop().time() - began < 3


async def test_who_dawdles_over_the_body_is_cut_off(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_WITHIN", 0.3)
    async with serving(rig) as port:
        drops = [b"x"] * 2
        answer = await raw_answer(port, HEAD + b"Content-Length: 500\r\n\r\n", *drops, pause=0.1)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert await raw_answer(port, HEAD + b"Content-Length: 0\r\nConnection: close\r\n\r\n") != b""


async def test_a_body_without_a_length_has_the_same_limit(rig: Rig) -> None:
    async with serving(rig) as port:
        pieces = [chunk(bytes(65536))] * (BODY_LIMIT // 65536 + 1)
        answer = await raw_answer(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *pieces)
        assert answer.startswith(b"HTTP/1.1 413 ")
        small = json.dumps(EVENT).encode()
        signature = b"x-paystack-signature: %s\r\n" % signed(small).encode()
        told = HEAD + signature + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        answer = await raw_answer(port, told, chunk(small[:40]), chunk(small[40:]), b"0\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_body_that_unfolds_has_the_same_limit(rig: Rig) -> None:
    packed = gzip.compress(bytes(50 * BODY_LIMIT))
    told = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    async with serving(rig) as port:
        assert (await raw_answer(port, told + packed)).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "said",
    [
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nno chunk",
        b"GET /?" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ],
    ids=range(5),
)
async def test_what_is_not_http_is_refused_without_a_traceback(
    rig: Rig, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(rig) as port:
        answer = await raw_answer(port, said)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []


def nested(depth: int) -> bytes:
    inside = b'{"a":' * depth + b"1" + b"}" * depth
    return b'{"event": "charge.success", "data": {"id": 9, "x": %s}}' % inside


@pytest.mark.parametrize("depth", [DEEPEST, 300, 950, 50_000])
async def test_what_is_rightly_signed_but_a_labyrinth_is_a_bad_request(rig: Rig, depth: int) -> None:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{rig.settings.http_port}") as sender:
        for raw, status in ((nested(depth), 400), (nested(DEEPEST - 3), 200)):
            headers = {"x-paystack-signature": signed(raw)}
            async with sender.post("/paystack/webhook", data=raw, headers=headers) as answer:
                assert answer.status == status
    assert await kept(rig) == 1
    assert await rig.failed() == []


def test_wide_is_not_deep(engine_name: str) -> None:
    assert len(read_json(b"[" + b"[{}]," * 50_000 + b"[]]")) == 50_001


async def test_one_address_holds_so_many_connections_and_no_more(rig: Rig) -> None:
    """Whoever is turned away gets in once one of the others has left."""

    class Strangers(Crowd):
        def _stands_for_many(self, peer: str) -> bool:
            return False

    async with serving(rig, Strangers(of_one=3)) as port:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.05)
        asking = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert await raw_answer(port, asking) == b""
        lines[0][1].close()
        await asyncio.sleep(0.05)
        assert b"alive" in await raw_answer(port, asking)
        for _, line in lines:
            line.close()


def test_a_proxy_stands_for_many_but_all_together_are_bounded(engine_name: str) -> None:
    crowd = Crowd(PROXIES, most=10, of_one=2)
    assert [crowd.enter("203.0.113.9") for _ in range(3)] == [True, True, False]
    assert [crowd.enter("10.1.1.1") for _ in range(9)] == [True] * 8 + [False]
    crowd.leave("203.0.113.9")
    assert crowd.enter("10.1.1.1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["52.31.139.75"], "203.0.113.9"),
        ("127.0.0.1", ["52.31.139.75"], "52.31.139.75"),
        ("127.0.0.1", ["52.31.139.75, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["52.31.139.75", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["6.6.6.6, 52.31.139.75, 10.2.3.4"], "52.31.139.75"),
        ("127.0.0.1", ["10.9.9.9, 10.2.3.4"], "10.9.9.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["52.31.139.75, nonsense"], None),
        ("127.0.0.1", ["52.31.139.75,"], None),
        ("127.0.0.1", ["52.31.139.75, "], None),
        ("::ffff:127.0.0.1", ["::ffff:52.31.139.75"], "52.31.139.75"),
        (None, ["52.31.139.75"], None),
    ],
)
def test_only_our_proxies_are_believed(
    engine_name: str, peer: str | None, forwarded: list[str], sender: str | None
) -> None:
    assert sender_of(peer, forwarded, PROXIES) == (None if sender is None else ip_address(sender))


@pytest.mark.parametrize(
    ("trusted", "forwarded", "status"),
    [
        (PROXIES, "52.31.139.75", 200),
        (PROXIES, "6.6.6.6, 52.31.139.75", 200),
        (PROXIES, "52.31.139.75, 6.6.6.6", 403),
        (PROXIES, "52.31.139.75, unknown", 403),
        (PROXIES, None, 403),
        ((), "52.31.139.75", 403),
    ],
)
async def test_events_are_taken_from_paystack_s_addresses_alone(
    rig: Rig, trusted: Any, forwarded: str | None, status: int
) -> None:
    raw = json.dumps(EVENT).encode()
    headers = {"x-paystack-signature": signed(raw)}
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    doors = {"paystack_addresses": PAYSTACK, "trusted_proxies": trusted}
    async with serving(rig, **doors) as port, aiohttp.ClientSession() as sender:
        url = f"http://127.0.0.1:{port}/paystack/webhook"
        async with sender.post(url, data=raw, headers=headers) as answer:
            assert answer.status == status
        async with sender.post(url, data=raw, headers={**headers, "x-paystack-signature": "x"}) as answer:
            assert answer.status == (401 if status == 200 else 403)
    assert await kept(rig) == (status == 200)


async def test_the_settings_lead_to_the_doors(database_url: str) -> None:
    given: dict[str, Any] = {
        "trusted_proxies": "10.0.0.5, 192.168.1.0/24",
        "paystack_allowed_ips": "52.31.139.75",
    }
    async with running(database_url, **given, public_url="https://bot.example.com") as rig:
        doors = rig.machine.doors
        assert [str(one) for one in doors.trusted_proxies] == ["10.0.0.5/32", "192.168.1.0/24"]
        assert [str(one) for one in doors.paystack_addresses] == ["52.31.139.75/32"]
        assert doors.is_secure


ANYWHERE = ("/", "/privacy", "/healthz", "/nowhere", "/payments/return", "/google/start?state=x", "/metrics")


@pytest.mark.parametrize("is_secure", [True, False])
async def test_every_answer_keeps_to_itself(rig: Rig, is_secure: bool) -> None:  # noqa: FBT001
    async with serving(rig, is_secure=is_secure) as port, aiohttp.ClientSession() as browser:
        for path in ANYWHERE:
            async with browser.get(f"http://127.0.0.1:{port}{path}") as answer:
                headers = answer.headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Server"] == "dietdesk"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"
            assert ("Strict-Transport-Security" in headers) is is_secure


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("HEAD", {}, 405),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}, 503),
        ("GET", {"Purpose": "prefetch"}, 503),
        ("GET", {"X-Moz": "prefetch"}, 503),
    ],
)
async def test_whoever_fetches_ahead_uses_up_no_connection_to_google(
    rig: Rig, method: str, headers: dict[str, str], status: int
) -> None:
    scene = await tour.consent(rig)
    consent = urlsplit(scene.phone.url_of("Connect with Google"))
    state = parse_qs(consent.query)["state"][0]
    async with aiohttp.ClientSession() as browser:
        url = f"{rig.url}/google/callback?state={state}&code=of-nobody"
        async with browser.request(method, url, headers=headers) as answer:
            assert answer.status == status
        assert await rig.rows(select(oauth_attempts.c.used_at)) == [(None,)]
        async with browser.get(url) as answer:
            assert answer.status == 400
        assert await rig.rows(select(oauth_attempts.c.used_at)) != [(None,)]


@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/payments/return?reference=DD-1", "/google/start?state=x"]
)
async def test_a_preview_changes_nothing(rig: Rig, path: str) -> None:
    cast = await rig.cast(email="amina@example.com")
    await rig.held(cast)
    before = await rig.dump()
    async with aiohttp.ClientSession() as previewer:
        for method in ("HEAD", "GET"):
            async with previewer.request(method, rig.url + path, allow_redirects=False) as answer:
                assert answer.status < 500
    assert await rig.dump() == before
