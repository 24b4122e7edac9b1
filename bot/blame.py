"""Where a bug is, without the words of its exception: those may quote what somebody typed."""

import traceback
from pathlib import Path

from bot.sealed import UnreadableError

_ROOT = Path(__file__).parents[1]
_ROOMS = {"bot", "domain", "handlers", "integrations", "sandbox", "storage", "webhooks"}


def place_of(error: BaseException) -> str:
    """`ValueError at handlers/book.py:44`: the innermost line of our own."""
    if isinstance(error, UnreadableError):
        return f"{type(error).__name__}: {error}"  # our own words, and the operator must act on them
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(Path(frame.filename))]
    if not ours:
        return type(error).__name__
    last = ours[-1]
    return f"{type(error).__name__} at {Path(last.filename).relative_to(_ROOT)}:{last.lineno}"


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _ROOMS
