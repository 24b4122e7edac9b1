"""The pretended Paystack, asked over real HTTP."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.paystack import RATE_LIMITED, PaystackStandIn

KEY = "sk_test_sandbox"
ORDER: dict[str, Any] = {"email": "ada@example.com", "amount": 1_250_000, "reference": "DD-1"}


@dataclass
class Shop:
    """The receiving end of the webhooks."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, bytes]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        self.heard.set()
        self.got.append((request.headers["x-paystack-signature"], await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(raw) for _, raw in self.got]


@dataclass
class World:
    standin: PaystackStandIn
    clock: MovableClock
    shop: Shop
    api: httpx.AsyncClient
    root: str

    async def open(self, **changes: Any) -> dict[str, Any]:
        answer = await self.api.post("/transaction/initialize", json=ORDER | changes)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    async def refusal(self, **changes: Any) -> tuple[int, str]:
        body = {name: value for name, value in (ORDER | changes).items() if value is not None}
        answer = await self.api.post("/transaction/initialize", json=body)
        assert answer.json()["status"] is False
        return answer.status_code, answer.json()["message"]

    async def verify(self, reference: str = "DD-1") -> dict[str, Any]:
        return dict((await self.api.get(f"/transaction/verify/{reference}")).json()["data"])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock, shop = MovableClock(tmp_path / "clock.json"), Shop()
    site = web.Application()
    site.router.add_post("/hook", shop.receive)
    standin = PaystackStandIn(clock=clock, secret_key=KEY, public_url="", webhook_url=None)
    site.add_subapp("/paystack", standin.app())
    server = TestServer(site)
    await server.start_server()
    root = str(server.make_url("/paystack"))
    standin.public_url, standin.webhook_url = root, str(server.make_url("/hook"))
    async with httpx.AsyncClient(base_url=root, headers={"Authorization": f"Bearer {KEY}"}) as api:
        yield World(standin=standin, clock=clock, shop=shop, api=api, root=root)
    await standin.close()
    await server.close()


async def test_it_opens_a_transaction_that_is_abandoned_until_it_is_paid(world: World) -> None:
    opened = await world.open()
    assert opened["authorization_url"] == f"{world.root}/checkout/{opened['access_code']}"
    found = await world.verify()
    assert (found["status"], found["paid_at"], found["authorization"]) == ("abandoned", None, {})
    assert (found["fees"], found["log"], found["domain"]) == (None, None, "test")


async def test_it_says_what_was_paid_with_the_published_fee(world: World) -> None:
    await world.open()
    await world.standin.pay("DD-1", "bank_transfer", send_webhook=False)
    found = await world.verify()
    assert (found["status"], found["amount"], found["requested_amount"]) == ("success", 1_250_000, 1_250_000)
    assert (found["fees"], found["channel"], found["id"] > 2**32) == (28_750, "bank_transfer", True)
    assert world.shop.got == []


async def test_it_adds_the_fees_to_the_amount_where_the_customer_bears_them(world: World) -> None:
    world.standin.customer_bears_fees = True
    await world.open(amount=500_000)
    await world.standin.pay("DD-1")
    found = await world.verify()
    assert (found["requested_amount"], found["fees"], found["amount"]) == (500_000, 17_500, 517_500)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": None}, "Email Address is required"),
        ({"email": "ada at home"}, "Invalid Email Address Passed"),
        ({"amount": 4999}, "Amount should be at least NGN 50.00"),
        ({"amount": 12.5}, "Invalid Amount Sent"),
        ({"currency": "EUR"}, "Currency not supported by merchant"),
        ({"reference": "DD 1"}, "Invalid transaction reference"),
        ({"channels": ["cash"]}, "Invalid payment channel passed"),
        ({"channels": [{}]}, "Invalid payment channel passed"),
        ({"colour": "red"}, "colour is not allowed"),
    ],
)
async def test_it_refuses_a_bad_order(world: World, changes: dict[str, Any], message: str) -> None:
    status, said = await world.refusal(**changes)
    assert status == 400
    assert said.startswith(message)
    assert world.standin.transactions == []


async def test_it_refuses_a_reference_for_ever(world: World) -> None:
    await world.open()
    assert await world.refusal(amount=700_000) == (400, "Duplicate Transaction Reference")


async def test_it_refuses_a_wrong_key_and_an_unknown_reference(world: World) -> None:
    answer = await world.api.get("/transaction/verify/DD-1", headers={"Authorization": "Bearer sk_test_x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_Key")
    answer = await world.api.get("/transaction/verify/DD-1")
    assert (answer.status_code, answer.json()["code"]) == (400, "transaction_not_found")


async def test_metadata_numbers_come_back_as_strings_unless_they_were_sent_as_json_text(world: World) -> None:
    await world.open(metadata={"order": 42})
    await world.open(reference="DD-2", metadata='{"order": 42}')
    assert (await world.verify())["metadata"] == {"order": "42"}
    assert (await world.verify("DD-2"))["metadata"] == {"order": 42}


async def test_it_signs_the_raw_bytes_of_a_webhook(world: World) -> None:
    await world.open()
    await world.standin.pay("DD-1")
    await world.standin.settle()
    [(signature, raw)] = world.shop.got
    assert signature == hmac.new(KEY.encode(), raw, hashlib.sha512).hexdigest()
    assert world.shop.events[0]["event"] == "charge.success"
    assert world.shop.events[0]["data"]["reference"] == "DD-1"


async def test_it_sends_again_until_it_hears_200(world: World) -> None:
    world.shop.answers = [500, 202]
    await world.open()
    await world.standin.pay("DD-1")
    await world.standin.settle()
    for _ in range(4):
        world.clock.advance(timedelta(minutes=2))
        await world.standin.tick()
    assert [attempt.status for attempt in world.standin.attempts] == [500, 202, 200]
    assert len({attempt.body for attempt in world.standin.attempts}) == 1


async def test_it_records_that_nobody_answered(world: World) -> None:
    world.standin.webhook_url = "http://127.0.0.1:9/hook"
    await world.open()
    await world.standin.pay("DD-1")
    await world.standin.settle()
    assert [attempt.status for attempt in world.standin.attempts] == [None]


async def test_webhooks_come_twice_at_once_or_never_or_late(world: World) -> None:
    for place, mode in enumerate(("twice_at_once", "never", "late(60)")):
        world.standin.webhooks = mode
        await world.open(reference=f"DD-{mode[:4]}{place}".replace("_", "-"))
        await world.standin.pay(world.standin.transactions[-1].reference)
    await world.standin.settle()
    assert len(world.shop.got) == 2
    world.clock.advance(timedelta(seconds=61))
    await world.standin.tick()
    assert [event["data"]["reference"][3:7] for event in world.shop.events] == ["twic", "twic", "late"]
    with pytest.raises(ValueError, match="sometimes"):
        world.standin.webhooks = "sometimes"


async def test_it_can_be_paid_wrongly_but_not_twice(world: World) -> None:
    await world.open()
    await world.standin.pay("DD-1", amount=100, currency="USD", domain="live")
    found = await world.verify()
    assert (found["amount"], found["requested_amount"]) == (100, 1_250_000)
    assert (found["currency"], found["domain"]) == ("USD", "live")
    with pytest.raises(ValueError, match="paid already"):
        await world.standin.pay("DD-1")


async def test_it_lists_by_pages_newest_first(world: World) -> None:
    for number in range(3):
        await world.open(reference=f"DD-{number}")
    await world.standin.pay("DD-0", send_webhook=False)
    answer = (await world.api.get("/transaction", params={"perPage": 2, "page": 1})).json()
    assert [each["reference"] for each in answer["data"]] == ["DD-2", "DD-1"]
    assert (answer["meta"]["total"], answer["meta"]["pageCount"]) == (3, 2)
    answer = (await world.api.get("/transaction", params={"status": "success"})).json()
    assert [each["reference"] for each in answer["data"]] == ["DD-0"]
    number = answer["data"][0]["id"]
    assert (await world.api.get(f"/transaction/{number}")).json()["data"]["reference"] == "DD-0"
    assert (await world.api.get("/transaction", params={"per_page": 2})).status_code == 400


async def test_planned_faults_are_committed_on_paths_without_the_mount_point(world: World) -> None:
    await world.open()
    world.standin.faults.plan(
        Fault(match="GET /transaction/verify/*", kind=FaultKind.STATUS, status=429, body=RATE_LIMITED)
    )
    answer = await world.api.get("/transaction/verify/DD-1")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert (await world.api.get("/transaction/verify/DD-1")).status_code == 200
    assert world.standin.calls[-2:] == ["GET /transaction/verify/DD-1"] * 2


async def test_the_connection_can_drop_after_the_transaction_was_opened(world: World) -> None:
    world.standin.faults.plan(Fault(match="POST /transaction/initialize", kind=FaultKind.DROP, after=True))
    with pytest.raises(httpx.TransportError):
        await world.open()
    assert world.standin.find("DD-1").requested == 1_250_000


async def test_the_running_stand_in_does_what_the_clock_brings_by_itself(world: World) -> None:
    await world.standin.start()
    world.standin.webhooks = "late(3600)"
    await world.open()
    await world.standin.pay("DD-1")
    world.clock.advance(timedelta(hours=1, seconds=1))
    async with asyncio.timeout(5):
        await world.shop.heard.wait()


async def test_banks_and_their_accounts_are_found(world: World) -> None:
    banks = (await world.api.get("/bank", params={"currency": "NGN"})).json()["data"]
    assert {"id": 9, "code": "058"}.items() <= next(b for b in banks if b["name"].startswith("Guar")).items()
    good = await world.api.get("/bank/resolve", params={"account_number": "0001234567", "bank_code": "058"})
    assert good.json()["data"]["bank_id"] == 9
    bad = await world.api.get("/bank/resolve", params={"account_number": "12", "bank_code": "058"})
    assert bad.status_code == 422
