"""The practice file: a TOML text that declares the dietitians of a practice, read and written."""

import re
import tomllib
from typing import Any, Final

from pydantic import ValidationError

from bot.practice_positions import Positions, TooDeepError, positions
from bot.practice_problems import Problem, clashes, name, refused
from bot.practice_tables import PracticeTable
from bot.practice_writer import difference, write_practice
from domain.model.practice import Practice

__all__ = ["PracticeFileError", "difference", "read_practice", "write_practice"]

LARGEST: Final = 2**20  # characters: a practice of thousands fits
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_LONG_NUMBER = re.compile(r"[0-9_]{4000,}")  # Python turns no more than 4300 digits into a number
_WRITTEN_TWICE = "Cannot overwrite a value"


class PracticeFileError(ValueError):
    """Everything that is wrong with the file: `practice.toml:14: dietitian[1].email: is missing`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_practice(text: str, *, source: str = "practice.toml") -> Practice:
    """Raises PracticeFileError. `source` is what the problems call the file."""
    text = text.removeprefix("\ufeff")  # some editors begin a file with it
    try:
        where, data = _parsed(text)
    except _SyntaxError as error:
        raise PracticeFileError([f"{source}:{error.line}: {error}"]) from None
    practice, problems = _checked(data)
    if practice is not None and not problems:
        return practice
    placed = sorted((where.line(path), name(path), words) for path, words in problems)
    raise PracticeFileError([f"{source}:{line}: {field}: {words}" for line, field, words in placed])


class _SyntaxError(ValueError):
    def __init__(self, words: str, line: int) -> None:
        super().__init__(words)
        self.line = line


def _checked(data: dict[str, Any]) -> tuple[Practice | None, list[Problem]]:
    problems = list(clashes(data))
    try:
        return PracticeTable.model_validate(data).declared(), problems
    except ValidationError as error:
        return None, [*refused(error), *problems]


def _parsed(text: str) -> tuple[Positions, dict[str, Any]]:
    if len(text) > LARGEST:
        raise _SyntaxError(f"the file is larger than {LARGEST} characters", 1)
    try:
        return positions(text), tomllib.loads(text)
    except TooDeepError as error:
        raise _SyntaxError(str(error), error.line) from None
    except RecursionError:
        raise _SyntaxError("brackets inside brackets, too many", _most_brackets(text)) from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from None
    except ValueError:
        raise _SyntaxError("a number with too many digits", _line_of(_LONG_NUMBER, text)) from None


def _not_toml(message: str, text: str) -> _SyntaxError:
    place = _PLACE.search(message)
    words = message if place is None else message[: place.start()]
    if words == _WRITTEN_TWICE:
        words = "a field is written twice"
    end = text.rstrip().count("\n") + 1
    return _SyntaxError(words, int(place["line"]) if place and place["line"] else end)


def _line_of(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _most_brackets(text: str) -> int:
    counts = [line.count("[") + line.count("{") for line in text.split("\n")]
    return counts.index(max(counts)) + 1
