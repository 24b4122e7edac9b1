"""Everything that can go wrong between us and Paystack, as the practice's own errors. The one place for it.

Paystack's words: `{status: false, message, meta: {nextStep}, type, code}`; older endpoints give only
`status` and `message` (Paystack docs: errors).
"""

import re
from typing import Any

import httpx

from domain.errors import ChargeNotFound, GatewayError, GatewayRefused, GatewayUnavailable

TRANSPORT = (httpx.HTTPError, httpx.InvalidURL)
"""What a call may raise before there is an answer."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_OUR_FAULT = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)

_CODES = {  # for answers that carry a message and no code
    "duplicate transaction reference": "duplicate_reference",
    "transaction reference not found": "transaction_not_found",
    "transaction not found": "transaction_not_found",
    "transaction has been fully reversed": "transaction_reversed",
    "currency not supported by merchant": "unsupported_currency",
}


def from_transport(fault: httpx.HTTPError | httpx.InvalidURL, *, writes: bool) -> GatewayError:
    """`writes`: the call would have changed something, had it arrived."""
    name = type(fault).__name__  # the text of some faults holds the address
    if isinstance(fault, _OUR_FAULT):
        return GatewayRefused(f"Paystack could not be called: {name}", code="bad_call")
    return GatewayUnavailable(
        f"Paystack did not answer: {name}", maybe_done=writes and not isinstance(fault, _NEVER_LEFT)
    )


def from_answer(response: httpx.Response, body: dict[str, Any], *, writes: bool) -> GatewayError:
    """An answer that is JSON and says no."""
    status, message = response.status_code, _message(body)
    said = f"Paystack said {status}: {message}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return GatewayUnavailable(said)
    if status == httpx.codes.REQUEST_TIMEOUT or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return GatewayUnavailable(said, maybe_done=writes)
    if status == httpx.codes.UNAUTHORIZED:
        return GatewayRefused(said, code="invalid_key")
    code = _code(body, message)
    if code == "transaction_not_found":  # with 400 as well as with 404
        return ChargeNotFound(said)
    return GatewayRefused(said, code=code)


def unreadable(response: httpx.Response, *, writes: bool, why: str = "not a JSON object") -> GatewayError:
    """A gateway's HTML page, half an answer, or fields that cannot be."""
    throttled = response.status_code == httpx.codes.TOO_MANY_REQUESTS
    return GatewayUnavailable(
        f"Paystack's answer ({response.status_code}) is unreadable: {why}",
        maybe_done=writes and not throttled,
    )


def _message(body: dict[str, Any]) -> str:
    message = body.get("message")
    return message[:200] if isinstance(message, str) and message else "no reason given"


def _code(body: dict[str, Any], message: str) -> str | None:
    code = body.get("code")
    if isinstance(code, str) and code:
        return code.lower()
    return _CODES.get(re.sub(r"\W+$", "", message).lower())
