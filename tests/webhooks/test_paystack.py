"""`POST /paystack/webhook`: who may say something, what is kept, and what a stranger learns."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from sandbox.faults import Fault, FaultKind
from sandbox.stage import PAYSTACK_KEY
from storage.tables import inbox
from tests.rig import Rig

EVENT = {"event": "charge.success", "data": {"id": 302961, "reference": "DD-unknown", "status": "success"}}


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def signed(raw: bytes, key: str = PAYSTACK_KEY) -> str:
    return hmac.new(key.encode(), raw, hashlib.sha512).hexdigest()


async def post(rig: Rig, raw: bytes, signature: str | None) -> int:
    headers = {"x-paystack-signature": signature} if signature is not None else {}
    async with (
        aiohttp.ClientSession() as sender,
        sender.post(f"{rig.url}/paystack/webhook", data=BytesIO(raw), headers=headers) as answer,
    ):
        return answer.status


async def send(rig: Rig, event: Any) -> int:
    raw = json.dumps(event).encode()
    return await post(rig, raw, signed(raw))


async def kept(rig: Rig) -> list[tuple[Any, ...]]:
    await rig.settled()
    return await rig.rows(select(inbox.c.state, inbox.c.key).where(inbox.c.source == "paystack"))


RAW = json.dumps(EVENT).encode()


@pytest.mark.parametrize("alone", [True, False])
async def test_what_comes_before_the_work_has_begun_is_stored_and_worked_then(
    rig: Rig, *, alone: bool
) -> None:
    rig.machine.inbox.stop()
    assert await send(rig, EVENT) == 200
    assert [state for state, _ in await kept(rig)] == ["new"]
    await rig.machine.inbox.resume(alone=alone)
    assert [state for state, _ in await kept(rig)] == ["done"]


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "0" * 128,
        signed(RAW)[:-1],
        signed(RAW) + "0",
        signed(RAW).upper(),
        " " + signed(RAW)[1:],
        signed(RAW + b" "),
        signed(RAW, "sk_test_of_somebody_else"),
        hashlib.sha512(RAW).hexdigest(),
        hmac.new(PAYSTACK_KEY.encode(), RAW, hashlib.sha256).hexdigest(),
        "ünïcödé",
        "a" * 4000,
    ],
    ids=range(13),
)
async def test_a_wrong_signature_is_refused_and_leaves_no_trace(rig: Rig, signature: str | None) -> None:
    assert await post(rig, RAW, signature) == 401
    assert await kept(rig) == []


async def test_a_body_that_was_touched_on_the_way_is_refused(rig: Rig) -> None:
    assert await post(rig, RAW.replace(b"302961", b"302962"), signed(RAW)) == 401


NO_EVENT = [
    b"", b"null", b"[]", b"1", b'"text"', b"{}", b"not json", b'{"event": 1, "data": {}}', b'{"event": "x"}',
    b'{"event": "", "data": {}}', b'{"event": "x", "data": []}', b"[" * 100_000, b"\xff\xfe",
    b'{"event": "\xff", "data": {}}',
    json.dumps(EVENT).encode("utf-16"), json.dumps(EVENT).encode("utf-32"),
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_EVENT, ids=range(len(NO_EVENT)))
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_is_signed_but_no_event_is_a_bad_request(rig: Rig, raw: bytes) -> None:
    assert await post(rig, raw, signed(raw)) == 400
    assert await kept(rig) == []


async def test_what_is_too_large_is_refused_before_it_is_read(rig: Rig) -> None:
    raw = json.dumps({**EVENT, "pad": "x" * (1024 * 1024)}).encode()
    assert await post(rig, raw, signed(raw)) == 413
    small = json.dumps({**EVENT, "pad": "x" * (1024 * 1024 - 200)}).encode()
    assert len(small) < 1024 * 1024
    assert await post(rig, small, signed(small)) == 200


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        {"event": "charge.success", "data": {}},
        {"event": "charge.success", "data": {"id": None, "reference": None}},
        {"event": "charge.success", "data": {"id": 1, "reference": "\x00"}},
        {"event": "charge.success", "data": {"id": "\x00", "reference": "x" * 5000}},
        {"event": "charge.success", "data": {"id": 2, "reference": "🌸 ' OR 1=1 --"}},
        {"event": "charge.success", "data": {"id": 3, "reference": "\ud83d"}},
        {"event": "transfer.success", "data": {"id": 4, "reference": "DD-1"}},
        {"event": "refund.processed", "data": {"transaction_reference": "DD-1", "amount": "100"}},
        {"event": "charge.dispute.create", "data": {"id": 5, "transaction": None}},
        {"event": "something.new", "data": {"x": [1, {"y": None}]}},
        {"event": "x" * 3000, "data": {"id": 6}},
    ],
    ids=range(12),
)
async def test_an_unknown_event_or_reference_is_recorded_and_changes_nothing(
    rig: Rig, event: dict[str, object]
) -> None:
    before = await rig.dump()
    assert await send(rig, event) == 200
    assert [state for state, _ in await kept(rig)] == ["done"]
    assert await rig.dump() == before
    assert await rig.failed() == []


async def test_the_same_event_again_is_kept_once(rig: Rig) -> None:
    for _ in range(3):
        assert await send(rig, EVENT) == 200
    assert len(await kept(rig)) == 1


async def test_a_rumour_of_a_payment_is_not_a_payment(rig: Rig) -> None:
    """Rightly signed, but Paystack itself knows of no money when asked."""
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    (reference,) = await rig.references(request)
    before = await rig.dump()
    event = {"event": "charge.success", "data": {"id": 7, "reference": reference, "amount": 1_250_000}}
    assert await send(rig, event) == 200
    assert [state for state, _ in await kept(rig)] == ["done"]
    assert await rig.dump() == before


async def test_an_event_is_worked_later_where_paystack_does_not_answer(rig: Rig) -> None:
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    (reference,) = await rig.references(request)
    away = Fault(match="GET /transaction/verify/*", kind=FaultKind.STATUS, status=503, body={}, times=-1)
    rig.paystack.faults.plan(away)
    await rig.pay(reference)
    assert [attempt.status for attempt in rig.paystack.attempts] == [200]
    assert [state for state, _ in await kept(rig)] == ["new"]
    rig.paystack.faults.clear()
    await rig.pass_time(timedelta(seconds=30))
    assert [state for state, _ in await kept(rig)] == ["done"]
    assert any("confirmed" in one.text for one in cast.amina.messages)


async def test_other_methods_are_not_allowed(rig: Rig, browser: aiohttp.ClientSession) -> None:
    for method in ("GET", "PUT", "DELETE"):
        async with browser.request(method, f"{rig.url}/paystack/webhook") as answer:
            assert answer.status == 405
