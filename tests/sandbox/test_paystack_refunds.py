"""Refunds and disputes of the pretended Paystack."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.clock import MovableClock
from sandbox.paystack import PaystackStandIn


class World:
    def __init__(self, standin: PaystackStandIn, clock: MovableClock, api: httpx.AsyncClient) -> None:
        self.standin, self.clock, self.api = standin, clock, api
        self.events: list[dict[str, Any]] = []

    async def receive(self, request: web.Request) -> web.Response:
        self.events.append(await request.json())
        return web.Response()

    async def refund(self, **body: Any) -> httpx.Response:
        return await self.api.post("/refund", json={"transaction": "DD-1", **body})

    async def status(self) -> str:
        answer = await self.api.get("/transaction/verify/DD-1")
        return str(answer.json()["data"]["status"])

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        await self.standin.tick()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = MovableClock(tmp_path / "clock.json")
    standin = PaystackStandIn(clock=clock, secret_key="sk_test_k", public_url="", webhook_url=None)
    standin.refund_seconds = 600
    app = standin.app()
    headers = {"Authorization": "Bearer sk_test_k"}
    async with httpx.AsyncClient(headers=headers) as api:
        world = World(standin, clock, api)
        app.router.add_post("/hook", world.receive)
        server = TestServer(app)
        await server.start_server()
        api.base_url = httpx.URL(str(server.make_url("/")))
        order = {"email": "ada@example.com", "amount": 1_000_000, "reference": "DD-1"}
        assert (await api.post("/transaction/initialize", json=order)).status_code == 200
        await standin.pay("DD-1", send_webhook=False)
        standin.webhook_url = str(server.make_url("/hook"))
        yield world
    await standin.close()
    await server.close()


async def test_a_refund_is_pending_then_processing_then_processed(world: World) -> None:
    created = (await world.refund()).json()["data"]
    assert (created["status"], created["amount"], created["transaction"]["reference"]) == (
        "pending",
        1_000_000,
        "DD-1",
    )
    assert await world.status() == "reversal-pending"
    await world.pass_time(301)
    assert (await world.api.get(f"/refund/{created['id']}")).json()["data"]["status"] == "processing"
    await world.pass_time(301)
    listed = (await world.api.get("/refund", params={"transaction": created["transaction"]["id"]})).json()
    assert [each["status"] for each in listed["data"]] == ["processed"]
    assert listed["data"][0]["transaction"] == created["transaction"]["id"]
    assert await world.status() == "reversed"


async def test_its_webhooks_have_the_documented_oddities(world: World) -> None:
    await world.refund()
    await world.pass_time(301)
    await world.pass_time(301)
    names = [event["event"] for event in world.events]
    assert names == ["refund.pending", "refund.processing", "refund.processed"]
    assert all("id" not in event["data"] and "reference" not in event["data"] for event in world.events)
    assert {event["data"]["amount"] for event in world.events} == {"1000000"}
    assert [event["data"]["refund_reference"] is None for event in world.events] == [True, True, False]


async def test_a_failed_refund_gives_the_transaction_its_success_back_and_may_be_asked_again(
    world: World,
) -> None:
    world.standin.refund_outcome = "failed"
    await world.refund()
    await world.pass_time(601)
    assert await world.status() == "success"
    assert world.events[-1]["data"]["amount"] == 1_000_000
    assert (await world.refund()).status_code == 200


async def test_a_refund_that_needs_attention_can_be_retried_with_an_account(world: World) -> None:
    world.standin.refund_outcome = "needs-attention"
    number = (await world.refund()).json()["data"]["id"]
    path = f"/refund/retry_with_customer_details/{number}"
    account = {"currency": "NGN", "account_number": "1234567890", "bank_id": "9"}
    early = await world.api.post(path, json={"refund_account_details": account})
    assert (early.status_code, early.json()["code"]) == (422, "invalid_params")
    await world.pass_time(601)
    assert world.events[-1]["data"]["id"] == str(number)
    retried = await world.api.post(path, json={"refund_account_details": account})
    assert retried.json()["data"]["status"] == "processing"
    await world.pass_time(601)
    assert world.events[-1]["event"] == "refund.processed"


async def test_it_refuses_to_give_back_more_than_was_paid(world: World) -> None:
    assert (await world.refund(amount=600_000)).status_code == 200
    over = await world.refund()
    assert over.json()["message"] == "Total refund amount cannot exceed original transaction amount"
    assert (await world.refund(amount=400_000)).status_code == 200
    done = await world.refund(amount=1)
    assert (done.status_code, done.json()["code"]) == (400, "transaction_reversed")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"currency": "USD"}, 400),
        ({"transaction": "DD-9"}, 404),
        ({"reason": "x"}, 400),
        ({"amount": 0}, 400),
    ],
)
async def test_it_refuses_a_bad_refund(world: World, body: dict[str, Any], status: int) -> None:
    assert (await world.refund(**body)).status_code == status
    assert world.standin.refunds.all == []


async def test_a_refund_moves_only_by_hand_where_no_time_is_set(world: World) -> None:
    world.standin.refund_seconds = None
    number = (await world.refund()).json()["data"]["id"]
    await world.pass_time(86_400)
    assert await world.status() == "reversal-pending"
    await world.standin.finish_refund(number, "processed")
    assert await world.status() == "reversed"


async def test_the_list_of_refunds_does_not_know_references(world: World) -> None:
    await world.refund()
    assert (await world.api.get("/refund", params={"transaction": "DD-1"})).json()["data"] == []


async def test_a_dispute_is_told_and_resolved(world: World) -> None:
    dispute = await world.standin.open_dispute("DD-1")
    await world.standin.settle()
    await world.standin.resolve_dispute(dispute)
    await world.standin.settle()
    told = [(event["event"], event["data"]["transaction"]["reference"]) for event in world.events]
    assert told == [("charge.dispute.create", "DD-1"), ("charge.dispute.resolve", "DD-1")]
    assert world.events[1]["data"]["resolution"] == "auto-accepted"
    assert await world.status() == "reversed"
    again = await world.refund()
    assert (again.status_code, again.json()["code"]) == (400, "transaction_reversed")


async def test_a_transfer_of_a_wrong_amount_is_sent_back_and_names_no_reference(world: World) -> None:
    await world.standin.reject_transfer("DD-1", 30_000)
    await world.standin.settle()
    rejected = world.events[0]["data"]["bank_transfer"]
    assert (rejected["amount"], rejected["message_type"]) == ("30000", "INCORRECT_AMOUNT")
    assert rejected["transaction_id"] == str(world.standin.find("DD-1").id)
