"""Paystack's webhooks: is it from them, and what is it about (Paystack docs: webhooks).

There is no event id and no timestamp. The event is only a reason to ask: nothing in it is believed but the
reference.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from domain.model.nesting import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class PaystackEvent:
    """`key` is the same for every delivery of one event. `reference`: the transaction's, if it is named."""

    kind: str
    key: str
    reference: str | None
    data: dict[str, Any]


def signature_is_right(secret_key: str, raw: bytes, header: str | None) -> bool:
    """HMAC-SHA512 of the raw body under the secret key, in lower-case hex; there is no webhook secret."""
    if not secret_key or not header:
        return False
    expected = hmac.digest(secret_key.encode(), raw, "sha512").hex()
    return hmac.compare_digest(expected.encode(), header.encode("utf-8", "replace"))


def parse_event(raw: bytes) -> PaystackEvent:
    """Raises ValueError where `raw` is not an event."""
    kind, data = _kind_and_data(raw)
    return PaystackEvent(
        kind=kind,
        key=_key(kind, data) or f"{kind[:64]}:{hashlib.sha256(raw).hexdigest()}",
        reference=_reference(kind, data),
        data=data,
    )


def _kind_and_data(raw: bytes) -> tuple[str, dict[str, Any]]:
    event = read_json(raw.decode())  # UTF-8 and nothing else: it is stored as text
    if not isinstance(event, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - whatever is wrong with it, it is not an event
    kind, data = event.get("event"), event.get("data")
    if not isinstance(kind, str) or not kind or not kind.isprintable():
        raise ValueError("no event name")
    if not isinstance(data, dict):
        raise ValueError("no event data")  # noqa: TRY004
    return kind, data


def _key(kind: str, data: dict[str, Any]) -> str | None:
    """Refunds carry no id in most of their events; disputes and charges do. None: the body is the key."""
    if kind.startswith("refund."):
        parts = [_word(data.get(name)) for name in ("transaction_reference", "refund_reference", "amount")]
        known = parts[0] is not None
    else:
        parts = [_word(data.get(name)) for name in ("id", "status")]
        known = parts[0] is not None
    key = ":".join([kind, *(part or "-" for part in parts)])
    return key if known and len(key) <= 200 else None  # noqa: PLR2004 - longer ones are hashed


def _reference(kind: str, data: dict[str, Any]) -> str | None:
    """Every family of events keeps it elsewhere; bank.transfer.rejected names none."""
    if kind.startswith("refund."):
        return _word(data.get("transaction_reference"))
    if kind.startswith("charge.dispute."):
        transaction = data.get("transaction")
        return _word(transaction.get("reference")) if isinstance(transaction, dict) else None
    return _word(data.get("reference"))


def _word(value: Any) -> str | None:
    """Ids and amounts come as numbers in some events and as strings in others.

    What has a control character in it names nothing of ours, and PostgreSQL stores no NUL.
    """
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        return None
    return str(value) if str(value).isprintable() else None
