"""A refund: asked for once per payment, then watched until the money is back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class RefundState(StrEnum):
    """After REQUESTED these are Paystack's own words (Paystack docs, refunds)."""

    REQUESTED = "requested"  # our row; Paystack may not have heard of it yet
    PENDING = "pending"
    PROCESSING = "processing"
    NEEDS_ATTENTION = "needs-attention"  # the client's bank account is needed
    PROCESSED = "processed"  # the money is on its way to the client
    FAILED = "failed"  # the money is still here: a person decides


UNDER_WAY = frozenset({RefundState.PENDING, RefundState.PROCESSING, RefundState.NEEDS_ATTENTION})
WORKING_DAYS = "3 to 10 working days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`amount` in the subunit. `sealed_account` is the encrypted bank account while the client confirms it."""

    id: int = 0
    public_id: str
    rev: int = 1
    payment_id: int
    amount: int
    currency: str
    state: RefundState = RefundState.REQUESTED
    reason: str
    decided_by: str
    provider_id: int | None = None
    tries: int = 1
    sealed_account: str | None = None
    error: str | None = None
    created_at: datetime
    changed_at: datetime
    next_check_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRefund:
    """What Paystack says of a refund; `status` None: a word we have not met."""

    id: int
    status: RefundState | None
    amount: int
    currency: str
    transaction_id: int | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """`id` is what a refund's retry takes, `code` what resolving an account takes."""

    id: int
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedAccount:
    number: str
    name: str


def next_look(created_at: datetime, now: datetime) -> datetime:
    """When to ask about a refund again: often in its first hour, then hourly, after a day daily."""
    age = now - created_at
    if age < timedelta(minutes=10):
        return now + timedelta(minutes=1)
    if age < timedelta(hours=1):
        return now + timedelta(minutes=10)
    return now + (timedelta(hours=1) if age < timedelta(days=1) else timedelta(days=1))
