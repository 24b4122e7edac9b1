"""Every kobo that arrived, and what it became. Moves are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LedgerAccount(StrEnum):
    OUTSIDE = "outside"  # where money comes from
    VALUE = "value"  # it paid for a booking or a plan
    CREDIT = "credit"  # waits for the client to choose another time or a refund
    REFUND = "refund"  # given back, or on its way back
    QUARANTINE = "quarantine"  # waits for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMove:
    """`amount` in the subunit of `currency`, never negative; `decided_by` as in the audit trail."""

    id: int = 0
    payment_id: int
    at: datetime
    source: LedgerAccount
    target: LedgerAccount
    amount: int
    currency: str
    decided_by: str
    reason: str


def standing(moves: list[LedgerMove]) -> dict[LedgerAccount, int]:
    """What stands where now; OUTSIDE is minus what came in, so that all of it sums to nothing."""
    total = dict.fromkeys(LedgerAccount, 0)
    for move in moves:
        total[move.source] -= move.amount
        total[move.target] += move.amount
    return total
