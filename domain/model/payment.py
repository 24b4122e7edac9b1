"""A payment attempt: one reference, one pay link, and what became of the money."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PaymentState(StrEnum):
    CREATED = "created"  # our row is committed; Paystack has not answered yet
    OPEN = "open"  # there is a link that can be paid
    LINKLESS = "linkless"  # Paystack's answer was lost: no link to show, but still watched
    SUCCEEDED = "succeeded"  # the money arrived
    REFUSED = "refused"  # Paystack refused to make it
    CLOSED = "closed"  # never paid, no longer watched


WATCHED = frozenset({PaymentState.CREATED, PaymentState.OPEN, PaymentState.LINKLESS})


class MoneyOutcome(StrEnum):
    """What one arrived payment became. There is no state between."""

    VALUE = "value"  # it paid for a booking or a plan
    CREDIT = "credit"  # the slot was gone: the client chooses another time or a refund
    REFUND = "refund"  # to be given back
    QUARANTINE = "quarantine"  # not what was asked for: a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """`amount` is what we asked for, `paid_amount` what arrived, both in the subunit of `currency`."""

    id: int = 0
    reference: str
    rev: int = 1
    request_id: int
    booking_id: int | None = None
    client_id: int
    amount: int
    currency: str
    domain: str
    email: str
    state: PaymentState = PaymentState.CREATED
    outcome: MoneyOutcome | None = None
    outcome_reason: str | None = None
    authorization_url: str | None = None
    created_at: datetime
    checks: int = 0
    next_check_at: datetime | None
    paid_at: datetime | None = None
    paid_amount: int | None = None
    paid_currency: str | None = None
    paid_domain: str | None = None
    channel: str | None = None
    fees: int | None = None
    provider_id: int | None = None
    settled_at: datetime | None = None
    dispute: str | None = None  # Paystack's word for where a dispute stands; None: there is none
    dispute_due_at: datetime | None = None
    dispute_resolution: str | None = None

    @property
    def arrived(self) -> int:
        """What came, which may be nothing at all; what was asked for as long as none has."""
        return self.amount if self.paid_amount is None else self.paid_amount


_MINUTES = (1, 2, 5, 10, 20, 35)


def next_check(created_at: datetime, now: datetime) -> datetime | None:
    """When to ask Paystack again about an unpaid attempt, or None once a week has passed.

    After 1, 2, 5, 10, 20 and 35 minutes, then hourly for a day, then daily for a week: there is no event
    for a charge that failed, and a webhook may never come.
    """
    for minutes in _MINUTES:
        if created_at + timedelta(minutes=minutes) > now:
            return created_at + timedelta(minutes=minutes)
    age = now - created_at
    step = timedelta(hours=1) if age < timedelta(days=1) else timedelta(days=1)
    following = created_at + step * (age // step + 1)
    return following if following - created_at <= timedelta(days=7) else None
