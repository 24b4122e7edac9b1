"""Reading what Paystack says: its own samples, and every way of not answering."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import stamina
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import GatewayError, GatewayRefused, GatewayUnavailable
from domain.model.charge import ChargeStatus
from integrations.paystack import answers, faults
from integrations.paystack.gateway import PaystackGateway
from integrations.paystack.keys import expected_domain

LEAST = {"status": "success", "reference": "R-1", "amount": 20000, "currency": "NGN", "domain": "live"}


def test_the_documented_sample_of_verify_is_read() -> None:
    charge = answers.read_charge({
        "id": 4099260516, "domain": "test", "status": "success", "reference": "re4lyvq3s3",
        "receipt_number": None, "amount": 40333, "message": None, "gateway_response": "Successful",
        "paid_at": "2024-08-22T09:15:02.000Z", "created_at": "2024-08-22T09:14:24.000Z", "channel": "card",
        "currency": "NGN", "metadata": "", "fees": 10283, "fees_split": None, "plan": None, "split": {},
        "requested_amount": 30050, "authorization": {}, "customer": {},
    })  # fmt: skip
    assert (charge.amount, charge.requested_amount, charge.fees) == (40333, 30050, 10283)
    assert charge.paid_at == datetime(2024, 8, 22, 9, 15, 2, tzinfo=UTC)
    assert charge.provider_id == 4099260516


def test_only_what_decides_must_be_there() -> None:
    charge = answers.read_charge(LEAST)
    assert (charge.requested_amount, charge.fees, charge.paid_at, charge.channel) == (None, None, None, None)


@pytest.mark.parametrize("field", sorted(LEAST.keys() - {"status"}))
@pytest.mark.parametrize("value", [None, "", [], {}, True, 1.5, "missing"])
def test_what_decides_is_never_guessed(field: str, value: object) -> None:
    answer = {**LEAST, field: value}
    if value == "missing":
        del answer[field]
    with pytest.raises(ValueError):
        answers.read_charge(answer)


@pytest.mark.parametrize("amount", ["-5", "12.50", "1e6", "", " 20000", "٣", -1])
def test_an_amount_is_a_whole_number_of_kobo_or_nothing(amount: object) -> None:
    with pytest.raises(ValueError):
        answers.read_charge({**LEAST, "amount": amount})


def test_an_amount_may_be_a_string_of_digits() -> None:
    assert answers.read_charge({**LEAST, "amount": "20000"}).amount == 20000


@pytest.mark.parametrize("status", ["reserved", None, 7, {}])
def test_a_status_we_have_not_met_is_unknown(status: object) -> None:
    assert answers.read_charge({**LEAST, "status": status}).status is ChargeStatus.UNKNOWN


def test_an_odd_optional_field_is_left_out() -> None:
    for odd in ("yesterday", "0001-01-01T00:00:00+14:00"):
        charge = answers.read_charge({**LEAST, "paid_at": odd, "fees": "few", "channel": 3, "id": None})
        assert (charge.paid_at, charge.fees, charge.channel, charge.provider_id) == (None, None, None, None)


@pytest.mark.parametrize("transaction", [896467688, {"id": 896467688, "reference": "R-1"}])
def test_a_refund_names_its_transaction_by_number_or_as_an_object(transaction: Any) -> None:
    refund = answers.read_refund(
        {"id": 1, "status": "pending", "amount": "5000", "currency": "NGN", "transaction": transaction}
    )
    assert (refund.transaction_id, refund.amount) == (896467688, 5000)


def test_the_key_decides_the_mode() -> None:
    assert expected_domain("sk_test_abc") == "test"
    assert expected_domain("sk_live_abc") == "live"
    with pytest.raises(ValueError):
        expected_domain("pk_live_abc")


EVERY_TRANSPORT_FAULT = [
    found
    for found in vars(httpx).values()
    if isinstance(found, type) and issubclass(found, httpx.HTTPError | httpx.InvalidURL)
]
NEVER_RAISED_BY_A_CALL = {"CookieConflict", "StreamError", "StreamConsumed", "StreamClosed"} | {
    "ResponseNotRead",
    "RequestNotRead",
}  # about reading cookies and bodies piece by piece, which this client does not do


def fault_of(kind: type[Exception]) -> Any:
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("GET", "https://api.example")
        return kind("no", request=request, response=httpx.Response(500))
    return kind("no")


@pytest.mark.parametrize("kind", EVERY_TRANSPORT_FAULT)
@pytest.mark.parametrize("writes", [True, False])
def test_every_fault_of_httpx_becomes_one_of_ours(kind: type[Exception], *, writes: bool) -> None:
    assert issubclass(kind, faults.TRANSPORT)
    ours = faults.from_transport(fault_of(kind), writes=writes)
    assert isinstance(ours, GatewayUnavailable | GatewayRefused)
    if isinstance(ours, GatewayUnavailable):
        assert writes or not ours.maybe_done


def test_no_exception_of_httpx_is_forgotten() -> None:
    every = {k for k, v in vars(httpx).items() if isinstance(v, type) and issubclass(v, Exception)}
    assert every == {each.__name__ for each in EVERY_TRANSPORT_FAULT} | NEVER_RAISED_BY_A_CALL


@pytest.mark.parametrize(
    "kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError]
)
def test_what_never_left_was_not_done(kind: type[httpx.TransportError]) -> None:
    ours = faults.from_transport(kind("no"), writes=True)
    assert isinstance(ours, GatewayUnavailable)
    assert not ours.maybe_done


@pytest.mark.parametrize(
    "kind", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError]
)
def test_what_left_may_have_been_done(kind: type[httpx.TransportError]) -> None:
    ours = faults.from_transport(kind("no"), writes=True)
    assert isinstance(ours, GatewayUnavailable)
    assert ours.maybe_done


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_becomes_one_of_ours(status: int) -> None:
    ours = faults.from_answer(httpx.Response(status), {"status": False}, writes=True)
    assert isinstance(ours, GatewayError)
    assert ours.retryable is (status in {408, 429} or status >= 500)


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(text="<html>502 Bad Gateway</html>", content_type="text/html", status=502),
        web.Response(text="<html>Welcome to the hotel</html>", content_type="text/html"),
        web.Response(text="", content_type="application/json"),
        web.Response(text='{"status": true, "data": {', content_type="application/json"),
        web.Response(text="[]", content_type="application/json"),
        web.Response(text='{"status": true, "data": null}', content_type="application/json"),
        web.Response(
            text='{"status": true, "data": {"reference": "other"}}', content_type="application/json"
        ),
        web.Response(status=302, headers={"Location": "https://elsewhere.example"}),
        web.Response(body=b"\xff\xfe\x00", content_type="application/json"),
        web.Response(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_an_answer_that_cannot_be_read_is_an_absence_not_a_crash(answer: web.Response) -> None:
    async def answer_all(request: web.Request) -> web.Response:
        return web.Response(body=answer.body, status=answer.status, headers=answer.headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer_all)
    async with TestServer(app) as server:
        gateway = PaystackGateway(secret_key="sk_test_x", api_url=str(server.make_url("")))
        with pytest.raises(GatewayUnavailable) as writing:
            await gateway.refund("R-1")
        with pytest.raises(GatewayUnavailable) as reading, stamina.set_testing(True):
            await gateway.verify("R-1")
        await gateway.aclose()
    assert writing.value.maybe_done
    assert not reading.value.maybe_done
