"""Where a bug is, without the words of its exception: those may quote what somebody typed."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from structlog.typing import ExcInfo

from bot.sealed import UnreadableError
from domain.errors import OutsideError

_ROOT = Path(__file__).parents[1]
ROOMS = {"bot", "domain", "handlers", "integrations", "sandbox", "storage", "webhooks"}


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


# Their words are ours, the operating system's, or about types and names: never about a value.
_QUOTES_NOBODY = (
    *(OutsideError, UnreadableError, OSError, RuntimeError),
    *(TypeError, AttributeError, NameError, ImportError, AssertionError, MemoryError),
)


def show_traceback(sio: TextIO, exc_info: ExcInfo) -> None:
    sio.write("\n" + traceback_of(exc_info))


def traceback_of(exc_info: ExcInfo) -> str:
    """As Python prints it, with what led to it, but for the words that may quote somebody."""
    return "".join(_told(exc_info[1], set())).rstrip("\n")


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield "\nwhich led to:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    words = f": {error}" if isinstance(error, _QUOTES_NOBODY) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{words}\n".removeprefix("builtins.")
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _told(inner, seen)


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in ROOMS
