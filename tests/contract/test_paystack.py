"""The Paystack client against a Paystack that answers over real HTTP, well and badly."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import stamina
from aiohttp.test_utils import TestServer

from domain.errors import ChargeNotFound, GatewayRefused, GatewayUnavailable
from domain.model.charge import ChargeStatus
from integrations.paystack import gateway as gateway_module
from integrations.paystack.gateway import PaystackGateway
from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.paystack.refusals import RATE_LIMITED
from sandbox.paystack.standin import PaystackStandIn
from sandbox.ports import free_port

KEY = "sk_test_contract"
REFERENCE = "DD-6f1c2b7e9d4a4f0f8f0c0d0f5a7b1c2d"
PRICE = 1_250_000


@pytest.fixture(autouse=True)
def _no_waiting_between_tries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gateway_module, "_TIMEOUT", httpx.Timeout(1.0))
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def paystack(tmp_path: Path) -> AsyncIterator[PaystackStandIn]:
    standin = PaystackStandIn(
        clock=MovableClock(tmp_path / "clock"), secret_key=KEY, public_url="", webhook_url=None
    )
    async with TestServer(standin.app()) as server:
        standin.public_url = str(server.make_url("")).rstrip("/")
        yield standin
        await standin.close()


@pytest.fixture
async def gateway(paystack: PaystackStandIn) -> AsyncIterator[PaystackGateway]:
    client = PaystackGateway(secret_key=KEY, api_url=paystack.public_url + "/")
    yield client
    await client.aclose()


async def initialize(gateway: PaystackGateway, reference: str = REFERENCE) -> str:
    return await gateway.initialize(
        reference=reference,
        amount=PRICE,
        currency="NGN",
        email="client@example.com",
        callback_url="https://bot.example.com/payments/return",
    )


async def test_a_charge_can_be_opened_paid_and_verified(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    url = await initialize(gateway)
    before = await gateway.verify(REFERENCE)
    await paystack.pay(REFERENCE, "bank_transfer")
    after = await gateway.verify(REFERENCE)

    assert url.startswith(paystack.public_url + "/checkout/")
    assert (before.status, before.paid_at) == (ChargeStatus.ABANDONED, None)
    assert (after.status, after.amount, after.requested_amount) == (ChargeStatus.SUCCESS, PRICE, PRICE)
    assert (after.currency, after.domain, after.channel) == ("NGN", "test", "bank_transfer")
    assert after.provider_id == paystack.find(REFERENCE).id
    assert after.paid_at is not None
    assert abs(datetime.now(UTC) - after.paid_at) < timedelta(minutes=1)  # noqa: TID251


async def test_paystack_is_told_nothing_but_the_order(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    await initialize(gateway)

    transaction = paystack.find(REFERENCE)
    assert transaction.metadata == {
        "order_id": REFERENCE,
        "cancel_action": "https://bot.example.com/payments/return",
    }
    assert transaction.channels == ["card", "bank_transfer", "ussd", "bank"]
    assert transaction.label is None


async def test_without_a_public_address_no_callback_is_named_and_without_naira_no_channels(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    await gateway.initialize(
        reference=REFERENCE, amount=PRICE, currency="USD", email="client@example.com", callback_url=None
    )

    transaction = paystack.find(REFERENCE)
    assert transaction.callback_url is None
    assert transaction.metadata == {"order_id": REFERENCE}
    assert transaction.channels == []


async def test_a_reference_is_accepted_once_for_ever(gateway: PaystackGateway) -> None:
    await initialize(gateway)
    with pytest.raises(GatewayRefused) as refused:
        await initialize(gateway)
    assert refused.value.code == "duplicate_reference"


async def test_an_email_that_is_none_is_refused_for_good(gateway: PaystackGateway) -> None:
    with pytest.raises(GatewayRefused) as refused:
        await gateway.initialize(
            reference=REFERENCE, amount=PRICE, currency="NGN", email="nobody", callback_url=None
        )
    assert refused.value.code == "invalid_email_address"
    assert not refused.value.retryable


@pytest.mark.parametrize("reference", ["DD-unknown", "..", "a/../../bank", "", "ü", "x" * 201])
async def test_an_unknown_reference_is_not_found_whatever_it_looks_like(
    gateway: PaystackGateway, reference: str
) -> None:
    with pytest.raises(ChargeNotFound):
        await gateway.verify(reference)


@pytest.mark.parametrize("status", [400, 404])
async def test_not_found_comes_with_either_status(
    paystack: PaystackStandIn, gateway: PaystackGateway, status: int
) -> None:
    body = {"status": False, "message": "Transaction reference not found."}
    paystack.faults.plan(
        Fault(match="GET /transaction/verify/*", kind=FaultKind.STATUS, status=status, body=body)
    )
    with pytest.raises(ChargeNotFound):
        await gateway.verify(REFERENCE)


async def test_a_wrong_key_is_named_as_such(paystack: PaystackStandIn) -> None:
    gateway = PaystackGateway(secret_key="sk_test_other", api_url=paystack.public_url)
    with pytest.raises(GatewayRefused) as refused:
        await gateway.ping()
    await gateway.aclose()
    assert refused.value.code == "invalid_key"
    assert "sk_test_other" not in str(refused.value)


async def test_the_right_key_is_proved_by_one_cheap_call(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    await gateway.ping()
    assert paystack.calls == ["GET /transaction"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match="GET /transaction/verify/*", kind=FaultKind.STATUS, status=503, body=None),
        Fault(match="GET /transaction/verify/*", kind=FaultKind.STATUS, status=429, body=RATE_LIMITED),
        Fault(match="GET /transaction/verify/*", kind=FaultKind.DROP),
        Fault(match="GET /transaction/verify/*", kind=FaultKind.DROP, after=True),
        Fault(match="GET /transaction/verify/*", kind=FaultKind.HANG, seconds=1.5),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.after}",
)
async def test_asking_is_tried_again_after_a_hiccup(
    paystack: PaystackStandIn, gateway: PaystackGateway, fault: Fault
) -> None:
    await initialize(gateway)
    fault.times = 1
    paystack.faults.plan(fault)
    assert (await gateway.verify(REFERENCE)).amount == PRICE
    assert paystack.calls.count(f"GET /transaction/verify/{REFERENCE}") == 2


async def test_asking_is_given_up_after_a_few_tries(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    paystack.faults.plan(Fault(match="GET *", kind=FaultKind.STATUS, status=502, body=None, times=-1))
    with pytest.raises(GatewayUnavailable) as away:
        await gateway.verify(REFERENCE)
    assert not away.value.maybe_done
    assert len(paystack.calls) == 3


@pytest.mark.parametrize(
    ("fault", "maybe_done", "opened"),
    [
        (Fault(match="*", kind=FaultKind.STATUS, status=429, body=RATE_LIMITED), False, False),
        (Fault(match="*", kind=FaultKind.STATUS, status=500, body=None), True, False),
        (Fault(match="*", kind=FaultKind.STATUS, status=504, body=None, after=True), True, True),
        (Fault(match="*", kind=FaultKind.DROP), True, False),
        (Fault(match="*", kind=FaultKind.DROP, after=True), True, True),
        (Fault(match="*", kind=FaultKind.HANG, seconds=1.5, after=True), True, True),
    ],
)
async def test_opening_a_charge_is_never_tried_twice_and_says_whether_it_may_exist(
    paystack: PaystackStandIn, gateway: PaystackGateway, *, fault: Fault, maybe_done: bool, opened: bool
) -> None:
    fault.times = 1
    paystack.faults.plan(fault)
    with pytest.raises(GatewayUnavailable) as away:
        await initialize(gateway)
    assert away.value.maybe_done is maybe_done
    assert paystack.calls == ["POST /transaction/initialize"]
    assert bool(paystack.transactions) is opened


async def test_a_call_that_never_left_was_surely_not_done() -> None:
    gateway = PaystackGateway(secret_key=KEY, api_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(GatewayUnavailable) as away:
        await initialize(gateway)
    await gateway.aclose()
    assert not away.value.maybe_done


async def test_refunds_are_made_and_found_by_paystacks_own_number(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    await initialize(gateway)
    paid = await paystack.pay(REFERENCE)
    made = await gateway.refund(REFERENCE, amount=500_000, merchant_note="slot taken")
    found = await gateway.fetch_refunds(paid.id)

    assert (made.amount, made.currency, made.status) == (500_000, "NGN", "pending")
    assert [(each.id, each.transaction_id) for each in found] == [(made.id, paid.id)]
    assert (await gateway.verify(REFERENCE)).status is ChargeStatus.REVERSAL_PENDING


async def test_what_is_refunded_already_is_refused_by_name(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    await initialize(gateway)
    await paystack.pay(REFERENCE)
    await gateway.refund(REFERENCE)
    with pytest.raises(GatewayRefused) as refused:
        await gateway.refund(REFERENCE)
    assert refused.value.code == "transaction_reversed"


async def test_a_refund_whose_answer_is_lost_may_have_been_made(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    await initialize(gateway)
    paid = await paystack.pay(REFERENCE)
    paystack.faults.plan(Fault(match="POST /refund", kind=FaultKind.DROP, after=True))
    with pytest.raises(GatewayUnavailable) as away:
        await gateway.refund(REFERENCE)
    assert away.value.maybe_done
    assert len(await gateway.fetch_refunds(paid.id)) == 1


async def test_transactions_are_listed_by_page_and_state(
    paystack: PaystackStandIn, gateway: PaystackGateway
) -> None:
    for number in range(3):
        await initialize(gateway, f"DD-{number}")
    await paystack.pay("DD-1")

    assert len(await gateway.list_transactions(per_page=2)) == 2
    assert len(await gateway.list_transactions(per_page=2, page=2)) == 1
    assert [each.reference for each in await gateway.list_transactions(status="success")] == ["DD-1"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)  # noqa: TID251
    assert await gateway.list_transactions(after=tomorrow) == []


async def test_banks_are_listed_and_accounts_resolved(gateway: PaystackGateway) -> None:
    zenith = next(bank for bank in await gateway.banks() if bank.name == "Zenith Bank")
    account = await gateway.resolve_account(account_number="0000000000", bank_code=zenith.code)
    assert account.number == "0000000000"
    assert account.name
