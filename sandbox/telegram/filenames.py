"""What the Bot API server makes of the name of a file that a bot uploads (tdlib/td, filesystem.cpp).

A phone sends the name of its file as it is.
"""

from unicodedata import category

_LONGEST_STEM = 60
_LONGEST_TYPE = 20
_REFUSED = frozenset("<>:\"/\\|?*&`'")
_MARKS = frozenset({"Mn", "Me", "Cf"})  # they go without leaving a blank


def cleaned_name(given: str) -> str:
    """Letters, digits and most of ASCII stay; folders go, and so does an emoji."""
    name = given.replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem:
        stem, suffix = name, ""
    parts = (_cleaned(stem, _LONGEST_STEM), _cleaned(suffix, _LONGEST_TYPE))
    return ".".join(part for part in parts if part) or "file"


def _cleaned(text: str, longest: int) -> str:
    kept = ""
    for char in text:
        if len(kept) >= longest:
            break
        if category(char) in _MARKS:
            continue
        char = char if _stays(char) else " "  # noqa: PLW2901
        if kept or char not in " .":
            kept += char
    return kept.rstrip(" .")


def _stays(char: str) -> bool:
    if char.isascii():
        return char.isprintable() and char not in _REFUSED
    return category(char)[0] in "LN"
