"""What is wrong with the settings, in words of our own."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def problems_of(error: ValidationError) -> list[str]:
    """One line each, with the variable's name and never its value."""
    lines: list[str] = []
    for problem in error.errors(include_input=False, include_url=False):
        words = _in_plain_words(problem)
        if not problem["loc"]:
            lines.extend(words.splitlines())
            continue
        lines.append(f"{str(problem['loc'][0]).upper()}: {words}")
    return lines


def _in_plain_words(problem: ErrorDetails) -> str:
    bounds = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return "is required"
        case "value_error":
            return problem["msg"].removeprefix("Value error, ")
        case "greater_than_equal":
            return f"must be {bounds['ge']} or more"
        case "less_than_equal":
            return f"must be {bounds['le']} or less"
        case "literal_error":
            return f"must be {bounds['expected'].replace(chr(39), '')}"
        case kind if kind.startswith("int_"):
            return "must be a whole number"
        case _:
            return "is not understood; .env.example says what it takes"
