"""To somebody who presses or writes faster than anybody can read."""

_TOLD_IN_SECONDS = 120


def too_many(seconds: int) -> str:
    """Fits over a press: at most 200 characters (core.telegram.org/bots/api#answercallbackquery)."""
    wait = f"{seconds} seconds" if seconds < _TOLD_IN_SECONDS else f"{seconds // 60} minutes"
    return (
        f"⏳ That was too many at once. Wait {wait}: until then I read nothing from you. "
        "What came before is being done and nothing is lost; send the rest again after that."
    )
