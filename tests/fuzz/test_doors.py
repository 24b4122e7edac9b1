"""Whatever comes by HTTP: never a 500, and what is rightly signed is worked."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from hypothesis import strategies as st
from structlog.testing import capture_logs
from yarl import URL

from tests.fuzz.explore import WANTED, Faults, assert_none, explore, share
from tests.fuzz.updates import Json, loose, numbers
from tests.fuzz.words import anything, wicked
from tests.rig import Rig, running
from tests.webhooks.test_paystack import signed
from tests.webhooks.test_telegram import HEADER, SECRET

SHARES = {"sqlite": 0.16, "postgres": 0.06}
AT_ONCE = 20
KINDS = (
    "charge.success", "charge.failed", "charge.dispute.create", "charge.dispute.remind",
    "charge.dispute.resolve",
    "refund.pending", "refund.processing", "refund.processed", "refund.failed", "refund.needs-attention",
    "bank.transfer.rejected", "transfer.success", "subscription.create", "something.new", "charge.",
    "refund.",
)  # fmt: skip
PATHS = ("/payments/return", "/google/callback", "/google/start", "/", "/privacy", "/healthz", "/nowhere")
NAMES = ("reference", "trxref", "state", "code", "error", "scope", "x")
Sent = tuple[str, Any, bytes]


def events(references: list[str]) -> st.SearchStrategy[Json]:
    reference = st.one_of(st.sampled_from([*references, "DD-unknown"]), wicked, numbers, loose)
    field = st.one_of(wicked, numbers, loose, st.floats())
    transaction = st.one_of(loose, st.fixed_dictionaries({"reference": reference, "id": field}))
    data = st.fixed_dictionaries(
        {},
        optional={
            "id": field, "reference": reference, "status": field, "amount": field,
            "transaction": transaction,
            "transaction_reference": reference, "refund_reference": reference, "dueAt": field,
            "resolution": field,
            "metadata": loose, "currency": field, "paid_at": field, "customer": loose,
        },
    )  # fmt: skip
    kind = st.one_of(st.sampled_from(KINDS), st.sampled_from(KINDS), wicked)
    return st.fixed_dictionaries(
        {"event": kind, "data": st.one_of(data, data, data, loose)}, optional={"more": loose}
    )


def inputs(references: list[str]) -> st.SearchStrategy[Sent]:
    bodies = st.one_of(
        events(references).map(lambda event: json.dumps(event).encode()),
        events(references).map(lambda event: json.dumps(event).encode()),
        loose.map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=200),
        st.builds(
            lambda event, at, more: _bent(json.dumps(event).encode(), at, more),
            events(references),
            st.integers(0, 300),
            st.binary(max_size=8),
        ),
        st.builds(
            lambda one, times: one * times, st.sampled_from([b"[", b'{"a":', b"[[1],"]), st.integers(1, 5000)
        ),
    )
    updates = st.one_of(
        bodies,
        st.fixed_dictionaries(
            {"update_id": numbers},
            optional={"message": st.none(), "callback_query": st.none(), "poll": loose},
        ).map(lambda update: json.dumps(update).encode()),
    )
    query = st.dictionaries(
        st.sampled_from(NAMES), st.one_of(wicked, anything, st.sampled_from(references)), max_size=4
    )
    return st.one_of(
        st.tuples(st.just("/paystack/webhook"), st.just(True), bodies),
        st.tuples(st.just("/paystack/webhook"), st.just(True), bodies),
        st.tuples(st.just("/paystack/webhook"), st.just(False), bodies),
        st.tuples(st.just("/telegram/webhook"), st.just(True), updates),
        st.tuples(st.sampled_from(PATHS), query, st.just(b"")),
        st.tuples(st.sampled_from(PATHS), st.binary(max_size=60), st.just(b"")),
    )


def _bent(raw: bytes, at: int, more: bytes) -> bytes:
    return raw[:at] + more + raw[at + 1 :]


async def _visit(rig: Rig, browser: aiohttp.ClientSession, sent: Sent) -> int:
    path, how, raw = sent
    if raw or isinstance(how, bool):
        headers = (
            {HEADER: SECRET} if "telegram" in path else {"x-paystack-signature": signed(raw) if how else "00"}
        )
        async with browser.post(f"{rig.url}{path}", data=raw, headers=headers) as answer:
            await answer.read()
            return answer.status
    async with browser.get(_url(rig, path, how), allow_redirects=False) as answer:
        await answer.read()
        return answer.status


def _url(rig: Rig, path: str, query: Any) -> URL:
    if isinstance(query, bytes):  # as it is, only what no line of HTTP can carry is escaped
        text = "".join(chr(one) if 32 < one < 127 and one not in b"#%" else f"%{one:02X}" for one in query)
        return URL(f"{rig.url}{path}?{text}", encoded=True)
    told = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    return URL(f"{rig.url}{path}").with_query(told)


async def _browser(closing: AsyncExitStack) -> aiohttp.ClientSession:
    return await closing.enter_async_context(aiohttp.ClientSession())


async def _references(rig: Rig) -> list[str]:
    """Of payments at several points of their stories."""
    cast = await rig.cast(email="amina@example.com")
    held = await rig.held(cast)
    paid = await rig.confirmed(await rig.cast(email="bola@example.com"))
    return [*await rig.references(held), *await rig.references(paid)]


async def _come(rig: Rig, browser: aiohttp.ClientSession, batch: list[Sent], faults: Faults) -> None:
    with capture_logs() as logs:
        statuses = await asyncio.gather(*(_visit(rig, browser, sent) for sent in batch))
        await rig.settled()
    for sent, status in zip(batch, statuses, strict=True):
        if status >= 500 or (sent[1] is False and status not in {401, 413}):
            faults.add(f"{status} at {sent[0]}", sent)
    for line in logs:
        if line["log_level"] in {"error", "critical"}:
            faults.add(f"logged: {line['event']}", line)
    for what, error in await rig.failed():
        faults.add(f"failed: {error}", rig.world.vault.open(what) if what.startswith("gAAAA") else what)
    rig.telegram.world.requests.clear()


@pytest.mark.timeout(0 if WANTED else 300)
def test_whatever_comes_by_http_is_answered(
    engine_name: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    mode: dict[str, Any] = {"telegram_mode": "webhook", "telegram_webhook_secret": SECRET}
    faults = Faults()
    with asyncio.Runner() as runner:
        closing = AsyncExitStack()
        rig = runner.run(closing.enter_async_context(running(database_url, **mode)))
        browser = runner.run(_browser(closing))
        references = runner.run(_references(rig))
        explore(
            inputs(references),
            share(SHARES[engine_name]),
            lambda batch: runner.run(_come(rig, browser, batch, faults)),
            at_once=AT_ONCE,
        )
        runner.run(closing.aclose())
    for line in caplog.records:
        if line.name.startswith("aiohttp") and line.levelname == "ERROR":
            faults.add(f"the server: {line.getMessage()[:80]}", str(line.exc_info))
    assert_none(faults)
