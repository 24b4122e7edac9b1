"""The checkout page, as a browser would use it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestServer

from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.paystack import PaystackStandIn


class World:
    def __init__(self, standin: PaystackStandIn, clock: MovableClock, http: httpx.AsyncClient) -> None:
        self.standin, self.clock, self.http = standin, clock, http

    async def open(self, **changes: Any) -> str:
        order = {"email": "ada@example.com", "amount": 1_250_000, "reference": "DD-1", **changes}
        headers = {"Authorization": "Bearer sk_test_k"}
        answer = await self.http.post("/transaction/initialize", json=order, headers=headers)
        return str(answer.json()["data"]["authorization_url"])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = MovableClock(tmp_path / "clock.json")
    standin = PaystackStandIn(clock=clock, secret_key="sk_test_k", public_url="", webhook_url=None)
    server = TestServer(standin.app())
    await server.start_server()
    standin.public_url = str(server.make_url("/"))
    async with httpx.AsyncClient(base_url=standin.public_url) as http:
        yield World(standin, clock, http)
    await standin.close()
    await server.close()


async def test_it_shows_the_sum_and_changes_nothing_by_being_looked_at(world: World) -> None:
    url = await world.open(label="<script>")
    for _ in range(2):
        page = await world.http.get(url)
        assert "₦12,500.00" in page.text
        assert "This is a sandbox: no money moves" in page.text
        assert "<script>" not in page.text
    assert world.standin.find("DD-1").status == "abandoned"
    assert (await world.http.get(f"{url}/pay")).status_code == 405


async def test_paying_leads_back_to_the_shop_with_the_reference(world: World) -> None:
    url = await world.open(callback_url="https://shop.example.com/back?lang=en", metadata={"order": 7})
    answer = await world.http.post(f"{url}/pay", data={"channel": "bank_transfer"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "https://shop.example.com/back?lang=en&trxref=DD-1&reference=DD-1"
    paid = world.standin.find("DD-1")
    assert (paid.channel, paid.metadata["order"], "referrer" in paid.metadata) == ("bank_transfer", "7", True)


async def test_without_a_shop_to_go_back_to_it_says_paid_and_does_not_take_the_money_again(
    world: World,
) -> None:
    url = await world.open()
    paid = await world.http.post(f"{url}/pay", follow_redirects=True)
    assert "Paid. Go back to the chat" in paid.text
    again = await world.http.post(f"{url}/pay-wrong", follow_redirects=True)
    assert "Paid. Go back to the chat" in again.text
    assert world.standin.find("DD-1").amount == 1_250_000


async def test_a_declined_payment_can_be_tried_again(world: World) -> None:
    url = await world.open()
    declined = await world.http.post(f"{url}/fail", follow_redirects=True)
    assert "declined" in declined.text
    assert world.standin.find("DD-1").status == "failed"
    await world.http.post(f"{url}/pay")
    assert world.standin.find("DD-1").status == "success"


async def test_abandoning_leads_to_the_cancel_address_or_says_closed(world: World) -> None:
    away = await world.open(metadata={"cancel_action": "https://shop.example.com/no"})
    answer = await world.http.post(f"{away}/abandon")
    assert answer.headers["Location"] == "https://shop.example.com/no"
    here = await world.open(reference="DD-2")
    closed = await world.http.post(f"{here}/abandon", follow_redirects=True)
    assert "Checkout closed" in closed.text


async def test_it_is_paid_later_when_the_clock_gets_there(world: World) -> None:
    url = await world.open()
    planned = await world.http.post(f"{url}/pay-later", data={"minutes": "40"}, follow_redirects=True)
    assert "This will be paid at" in planned.text
    world.clock.advance(timedelta(minutes=39))
    await world.standin.tick()
    assert world.standin.find("DD-1").status == "ongoing"
    world.clock.advance(timedelta(minutes=2))
    await world.standin.tick()
    assert world.standin.find("DD-1").status == "success"
    refused = await world.http.post(f"{await world.open(reference='DD-2')}/pay-later", data={"minutes": "x"})
    assert refused.status_code == 400


async def test_it_pays_half_and_loses_the_webhook_where_asked(world: World) -> None:
    world.standin.webhook_url = "http://127.0.0.1:9/hook"
    await world.http.post(f"{await world.open()}/pay-wrong", data={"lose_webhook": "yes"})
    await world.standin.settle()
    assert world.standin.find("DD-1").amount == 625_000
    assert world.standin.attempts == []
    await world.http.post(f"{await world.open(reference='DD-2')}/pay-twice")
    await world.standin.settle()
    assert len(world.standin.attempts) == 2


async def test_it_knows_no_other_actions_and_no_other_checkouts(world: World) -> None:
    url = await world.open()
    assert (await world.http.post(f"{url}/steal")).status_code == 404
    assert (await world.http.get("/checkout/nothing")).status_code == 404


async def test_an_answer_can_be_dropped_after_the_payment_was_made(world: World) -> None:
    url = await world.open()
    world.standin.faults.plan(Fault(match="POST /checkout/*", kind=FaultKind.DROP, after=True))
    with pytest.raises(httpx.TransportError):
        await world.http.post(f"{url}/pay")
    assert world.standin.find("DD-1").paid
