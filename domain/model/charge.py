"""What Paystack says about a reference when asked, reduced to what decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChargeStatus(StrEnum):
    """Paystack docs, verify payments; `reversal-pending` is sent but not documented."""

    ABANDONED = "abandoned"
    FAILED = "failed"
    ONGOING = "ongoing"
    PENDING = "pending"
    PROCESSING = "processing"
    QUEUED = "queued"
    REVERSED = "reversed"
    REVERSAL_PENDING = "reversal-pending"
    SUCCESS = "success"
    UNKNOWN = "unknown"  # a word we have not met; never given value


UNDER_WAY = frozenset({ChargeStatus.ONGOING, ChargeStatus.PENDING, ChargeStatus.PROCESSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """`amount`, `requested_amount` and `fees` in the subunit of `currency`; `domain` is test or live."""

    reference: str
    status: ChargeStatus
    amount: int
    currency: str
    domain: str
    requested_amount: int | None = None
    fees: int | None = None
    provider_id: int | None = None
    channel: str | None = None
    paid_at: datetime | None = None
