"""The secret key decides the mode: there is one base address for test and live."""

from typing import Literal


def expected_domain(secret_key: str) -> Literal["test", "live"]:
    """What `domain` must say in every answer to this key. Raises ValueError for anything but a secret key."""
    if secret_key.startswith("sk_test_"):
        return "test"
    if secret_key.startswith("sk_live_"):
        return "live"
    raise ValueError("a Paystack secret key starts with sk_test_ or sk_live_")
