"""What comes back of the price when a client cancels: the dietitian's terms, as they were when it was paid."""

from datetime import timedelta

ALL = 100


def refund_percent(left: timedelta, *, free_hours: int, late_refund_percent: int) -> int:
    """All of it while at least `free_hours` are left, `late_refund_percent` after that."""
    return ALL if left >= timedelta(hours=free_hours) else late_refund_percent
