"""Reading Paystack's answers. ValueError where one lacks what it must have (Paystack docs: API reference).

Amounts come as integers or as strings of digits; optional fields are null, empty or missing; `metadata` is
anything at all and never read.
"""

import re
from datetime import UTC, datetime
from typing import Any

from domain.model.charge import Charge, ChargeStatus
from domain.model.refund import Bank, RefundState, ReportedRefund, ResolvedAccount


def read_charge(data: Any) -> Charge:
    data = an_object(data)
    return Charge(
        reference=_text(data, "reference"),
        status=_status(data.get("status")),
        amount=_whole(data, "amount"),
        currency=_text(data, "currency"),
        domain=_text(data, "domain"),
        requested_amount=_maybe_whole(data.get("requested_amount")),
        fees=_maybe_whole(data.get("fees")),
        provider_id=_maybe_whole(data.get("id")),
        channel=_maybe_text(data.get("channel")),
        paid_at=_maybe_instant(data.get("paid_at") or data.get("paidAt")),
    )


def read_refund(data: Any) -> ReportedRefund:
    """`transaction` is an object in the answer to a new refund and a number in every other one."""
    data = an_object(data)
    transaction = data.get("transaction")
    nested = transaction if isinstance(transaction, dict) else {"id": transaction}
    return ReportedRefund(
        id=_whole(data, "id"),
        status=_refund_status(data.get("status")),
        amount=_whole(data, "amount"),
        currency=_text(data, "currency"),
        transaction_id=_maybe_whole(nested.get("id")),
        reference=_maybe_text(data.get("transaction_reference")) or _maybe_text(nested.get("reference")),
    )


def read_bank(data: Any) -> Bank:
    data = an_object(data)
    return Bank(id=_whole(data, "id"), name=_text(data, "name"), code=_text(data, "code"))


def read_account(data: Any) -> ResolvedAccount:
    data = an_object(data)
    return ResolvedAccount(number=_text(data, "account_number"), name=_text(data, "account_name"))


def read_authorization_url(data: Any, *, reference: str) -> str:
    data = an_object(data)
    if data.get("reference", reference) != reference:
        raise ValueError("the answer is about another reference")
    url = _text(data, "authorization_url")
    if not re.match(r"https?://[^\s/]", url):
        raise ValueError("authorization_url is no web address")
    return url


def an_object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError("data is not an object")  # noqa: TRY004 - the answer is wrong, not our call
    return data


def a_list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise ValueError("data is not a list")  # noqa: TRY004 - the answer is wrong, not our call
    return data


def _status(value: Any) -> ChargeStatus:
    try:
        return ChargeStatus(value)
    except ValueError:
        return ChargeStatus.UNKNOWN


def _refund_status(value: Any) -> RefundState | None:
    try:
        return RefundState(value)
    except ValueError:
        return None


def _text(data: dict[str, Any], name: str) -> str:
    value = _maybe_text(data.get(name))
    if value is None:
        raise ValueError(f"{name} is missing")
    return value


def _whole(data: dict[str, Any], name: str) -> int:
    value = _maybe_whole(data.get(name))
    if value is None:
        raise ValueError(f"{name} is not a whole number")
    return value


def _maybe_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _maybe_whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if re.fullmatch(r"[0-9]{1,20}", str(value)) else None


def _maybe_instant(value: Any) -> datetime | None:
    """Paystack writes `2024-08-22T09:15:02.000Z`."""
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
