"""What the pretended Paystack remembers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]


class Clock(Protocol):
    def now(self) -> datetime: ...


class Status(StrEnum):
    """A transaction's `data.status`; `reversal-pending` is undocumented but comes after every refund."""

    ABANDONED = "abandoned"
    FAILED = "failed"
    ONGOING = "ongoing"
    PENDING = "pending"
    PROCESSING = "processing"
    QUEUED = "queued"
    REVERSED = "reversed"
    REVERSAL_PENDING = "reversal-pending"
    SUCCESS = "success"


class RefundStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    PROCESSED = "processed"
    FAILED = "failed"
    NEEDS_ATTENTION = "needs-attention"


@dataclass(slots=True, kw_only=True)
class Transaction:
    """Amounts in kobo. `requested` is what was initialised, `amount` what was paid."""

    id: int
    domain: str
    reference: str
    access_code: str
    email: str
    customer_id: int
    requested: int
    amount: int
    currency: str
    metadata: Any
    callback_url: str | None
    created_at: datetime
    channels: list[str] = field(default_factory=list)
    label: str | None = None
    status: Status = Status.ABANDONED
    gateway_response: str = "The transaction was not completed"
    channel: str = "card"
    fees: int | None = None
    paid_at: datetime | None = None
    pay_at: datetime | None = None  # planned with the checkout's "Pay later"

    @property
    def paid(self) -> bool:
        return self.paid_at is not None


@dataclass(slots=True, kw_only=True)
class Refund:
    id: int
    transaction: Transaction
    amount: int
    customer_note: str
    merchant_note: str
    created_at: datetime
    updated_at: datetime
    status: RefundStatus = RefundStatus.PENDING
    refunded_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """A failed refund gives its money back and may be asked for again."""
        return self.status is not RefundStatus.FAILED


@dataclass(slots=True, kw_only=True)
class Dispute:
    id: int
    transaction: Transaction
    category: str
    created_at: datetime
    due_at: datetime
    status: str = "awaiting-merchant-feedback"
    resolution: str | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One delivery of a webhook. `status` None: nobody answered."""

    event: str
    url: str
    status: int | None
    body: bytes
    at: datetime
