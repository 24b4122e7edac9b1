"""What POST /transaction/initialize accepts (Paystack docs: initialize transaction; OpenAPI of 2026-06)."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.paystack.model import Json
from sandbox.paystack.refusals import RefusedError, missing, unknown_parameters

_KNOWN = frozenset((
    "email", "amount", "currency", "reference", "callback_url", "channels", "metadata", "plan",
    "invoice_limit", "split_code", "split", "subaccount", "transaction_charge", "bearer", "label",
))  # fmt: skip
_CHANNELS = frozenset((
    "apple_pay", "bank", "bank_transfer", "capitec_pay", "card", "eft", "mobile_money",
    "payattitude", "qr", "ussd",
))  # fmt: skip
_MINIMUM = {"NGN": 5000, "USD": 200}  # the currencies of a Nigerian merchant, in subunits
_MAXIMUM = 10_000_000_00
_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>().]+(\.[^@\s,;<>().]+)+")
_REFERENCE = re.compile(r"[A-Za-z0-9.=-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    email: str
    amount: int
    currency: str
    reference: str | None
    callback_url: str | None
    channels: list[str]
    metadata: Any
    label: str | None


def read_order(body: Json, *, default_currency: str) -> Order:
    """RefusedError for what Paystack would refuse, and for parameters it does not document."""
    if unknown := body.keys() - _KNOWN:
        raise unknown_parameters(set(unknown))
    currency = body.get("currency") or default_currency
    if currency not in _MINIMUM:
        raise RefusedError("Currency not supported by merchant", code="unsupported_currency")
    return Order(
        email=_email(body.get("email")),
        amount=_amount(body.get("amount"), currency),
        currency=currency,
        reference=_reference(body.get("reference")),
        callback_url=_callback(body.get("callback_url")),
        channels=_channels(body.get("channels")),
        metadata=echoed(body.get("metadata")),
        label=body.get("label"),
    )


def echoed(metadata: Any) -> Any:
    """As Paystack gives it back: numbers of an object become strings, those of a JSON string do not."""
    if metadata is None:
        return ""
    if not isinstance(metadata, str):
        return _numbers_as_strings(metadata)
    try:
        return json.loads(metadata)
    except ValueError:
        return metadata


def read_amount(value: Any) -> int:
    """Kobo, as a whole number or its digits."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or not re.fullmatch(r"\d{1,15}", str(value))
    ):
        raise RefusedError("Invalid Amount Sent", code="invalid_amount")
    return int(value)


def _email(value: Any) -> str:
    if value in (None, ""):
        raise missing("Email Address")
    if not isinstance(value, str) or not _EMAIL.fullmatch(value):
        raise RefusedError("Invalid Email Address Passed", code="invalid_email_address")
    return value


def _amount(value: Any, currency: str) -> int:
    if value in (None, ""):
        raise missing("Amount")
    amount = read_amount(value)
    if amount < _MINIMUM[currency]:
        least = f"{currency} {_MINIMUM[currency] // 100}.00"
        raise RefusedError(f"Amount should be at least {least}", code="invalid_amount")
    if amount > _MAXIMUM:
        raise RefusedError("Amount cannot be more than 10,000,000", code="invalid_amount")
    return amount


def _reference(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        message = "Invalid transaction reference. Only -, ., = and alphanumeric characters allowed"
        raise RefusedError(message, code="invalid_reference")
    return value


def _callback(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not re.match(r"https?://\S+$", value):
        raise RefusedError("Callback URL must be a valid URL", code="invalid_callback_url")
    return value


def _channels(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not value or any(one not in _CHANNELS for one in map(str, value)):
        raise RefusedError("Invalid payment channel passed", code="invalid_channels")
    return value


def _numbers_as_strings(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int() | float():
            return str(value)
        case dict():
            return {key: _numbers_as_strings(inner) for key, inner in value.items()}
        case list():
            return [_numbers_as_strings(inner) for inner in value]
    return value
