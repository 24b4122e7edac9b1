"""How long to wait before trying again."""

import random
from datetime import timedelta

LONGEST = 60.0


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, never over 60: what waits must go out within 90 s of the other side's return."""
    seconds = min(2.0 ** min(attempts, 10), LONGEST)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.0))  # noqa: S311 - only to spread the load
