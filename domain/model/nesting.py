"""JSON that is not a labyrinth: what reads it must not run out of stack, now or when it is worked later."""

import json
from collections.abc import Iterable
from typing import Any

DEEPEST = 64  # levels; what Telegram and Paystack send has fewer than ten


def read_json(raw: bytes | str) -> Any:
    """ValueError where it is no JSON, or nested deeper than any message that is meant for us."""
    try:
        value = json.loads(raw)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _is_too_deep(value):
        raise ValueError("nested too deeply")
    return value


def _is_too_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(DEEPEST):
        layer = [inner for one in layer for inner in _inside(one)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    """Lists and objects alone lead on."""
    values: Iterable[Any] = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    return (one for one in values if isinstance(one, dict | list))
