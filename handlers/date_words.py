"""A typed date in pieces: days, times and the small words between them. What is none of them is refused."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from domain.errors import Malformed
from handlers.typed_hours import DAYS_OF_WEEK

LONGEST_TEXT = 200
_SHOWN = 30
_HOURS, _MONTHS, _CENTURY = 24, 12, 2000


class Kind(Enum):
    DATE = auto()  # in digits
    NUMBER = auto()  # an hour or a day of the month
    ORDINAL = auto()
    YEAR = auto()
    TIME = auto()
    PART = auto()  # of a day
    MONTH = auto()
    WEEKDAY = auto()
    RELATIVE = auto()
    WHICH = auto()  # this, next, last
    UNIT = auto()
    IN = auto()
    FOR = auto()
    FROM = auto()
    AFTER = auto()
    TO = auto()
    UNTIL = auto()
    BEFORE = auto()
    AND = auto()
    BETWEEN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is its number where it has one: of the month, the weekday, the day, the year."""

    kind: Kind
    text: str
    value: int = 0


_MONTH_WORDS = (
    "jan january", "feb febr february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"


def _table() -> dict[str, Token]:
    words: dict[str, Token] = {}

    def put(kind: Kind, text: str, value: int = 0, means: str = "") -> None:
        words.update({word: Token(kind, means or word, value) for word in text.split()})

    for number, names in enumerate(_MONTH_WORDS, 1):
        put(Kind.MONTH, names, number, names.split()[-1])
    for word, (weekday,) in DAYS_OF_WEEK.items():
        put(Kind.WEEKDAY, word, weekday)
    for number, word in enumerate(_NUMBERS.split(), 1):
        put(Kind.NUMBER, word, number, str(number))
    put(Kind.RELATIVE, "today now tonight", means="today")
    put(Kind.RELATIVE, "tomorrow tommorow tommorrow tomorow tmrw tmr tmw 2moro 2morrow", means="tomorrow")
    put(Kind.RELATIVE, "overmorrow", means="in 2 days")
    put(Kind.RELATIVE, "yesterday")
    put(Kind.WHICH, "this coming", 0)
    put(Kind.WHICH, "next following", 1)
    put(Kind.WHICH, "last past previous", -1)
    for unit in ("day", "week", "weekend", "month"):
        put(Kind.UNIT, f"{unit} {unit}s", means=unit)
    put(Kind.UNIT, "wk wks", means="week")
    put(Kind.TIME, "noon midday midnight")
    put(Kind.PART, "morning am", means="morning")
    put(Kind.PART, "afternoon", means="afternoon")
    put(Kind.PART, "evening night", means="evening")
    for kind, text in (
        (Kind.IN, "in"), (Kind.FOR, "for"), (Kind.AFTER, "after"),
        (Kind.FROM, "from starting beginning since onwards onward"),
        (Kind.TO, "to through thru - bis"), (Kind.UNTIL, "until till til upto untill"), (Kind.BEFORE, "before"),
        (Kind.AND, "and & + , ;"), (Kind.BETWEEN, "between"),
    ):  # fmt: skip
        put(kind, text)
    return words


_WORDS = _table()
_FILLERS = frozenset(
    word
    for words in (
        "a an all whole on the of at off away out i im be will is was not available unavailable closed holiday",
        "holidays vacation leave open opening extra also please take taking have having hrs hours hour o'clock oclock",
        "h uhr time days' each going gone busy free it its my we're we us",
    )
    for word in words.split()
)
_REPEATS = {"every", "weekly"} | {f"{day}s" for day in DAYS_OF_WEEK if day.endswith("day")}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~→", "-"))
_SAME = (
    (r"\b2mor+o?w?\b", "tomorrow"),
    (r"\b(?:the )?day after tomorrow\b|\bnext tomorrow\b", " overmorrow "),
    (r"\b(?:all|whole|full|entire|each|every)[ -](?:the )?days?\b|\ball[ -]day\b|\bdaily\b", " "),
    (r"\b(?:the )?rest of (?:the |this )?day\b", " today "),
    (r"\b(?:(?:the )?(?:rest|whole|all) of (?:the |this )?|all )(week|month)\b", r" this \1 "),
    (r"\bfortnight\b", " 2 weeks "),
    (r"\b(?:a|an|1) (?=2 weeks\b)", " "),
    (r"(?<!for )(?<!in )\ba day\b", " "),
    (r"\ban? (?=(?:week|day|month)\b)", "1 "),
    (r"\bi(?: am|'m|’m)\b", " "),
    (r"\bup to\b", " until "),
    (r"\ba\.m\b\.?", "am"),
    (r"\bp\.m\b\.?", "pm"),
    (r"'(\d\d)\b", r" 20\1"),
)
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<full>\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{4}|\d{2})(?![\d:]))"
    r"|(?P<short>\d{1,2}/\d{1,2}(?![\d/]))"
    r"|(?P<dotted>\d{1,2}\.\d{1,2}\.(?!\d))"
    r"|(?P<time>\d{1,2}[:.h]\d{2}(?:\s*[ap]m\b|h\b)?|\d{1,2}\s*[ap]m\b|\d{1,2}\s?(?:h|hrs|uhr)\b|\d{4}\s?(?:h|hrs)\b)"
    r"|(?P<ordinal>\d{1,2}(?:st|nd|rd|th)\b)"
    r"|(?P<four>\d{4}(?!\d))"
    r"|(?P<number>\d{1,2}(?!\d))"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    r"|(?P<sign>[-,;&+\n])"
)


def tokens_of(text: str, example: str) -> list[Token]:
    if len(text) > LONGEST_TEXT:
        raise Malformed(f"That is too long to be a date. {example}")
    seen, found, at = _plain(text), list[Token](), 0
    while at < len(seen):
        piece = _TOKEN.match(seen, at)
        if piece is not None:
            found.extend(_token(piece, example))
        elif not (
            seen[at].isspace() or seen[at] in ".()!?:'\"“”*" or unicodedata.category(seen[at]) in _SILENT
        ):
            raise _unread(seen[at : at + _SHOWN].split()[0], example)
        at = piece.end() if piece is not None else at + 1
    if not any(one.kind in _SAYS_SOMETHING for one in found):
        raise Malformed(f"I need a day. {example}")
    return _joined(found)


_DAY_AND_MONTH = re.compile(r"\d{1,2}\.\d{2}")
_SILENT = frozenset({"So", "Sk", "Mn"})  # emoji and what belongs to them
_SAYS_SOMETHING = {
    Kind.DATE, Kind.NUMBER, Kind.ORDINAL, Kind.TIME, Kind.PART, Kind.MONTH, Kind.WEEKDAY, Kind.RELATIVE, Kind.UNIT,
    Kind.YEAR,
}  # fmt: skip


def _plain(text: str) -> str:
    """Small letters, one kind of dash and space, the digits of any script as 0 to 9, and one word for one thing."""
    seen = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    seen = "".join(str(unicodedata.decimal(c, c)) for c in seen if unicodedata.category(c) != "Cf")
    seen = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in seen).split())
    for pattern, means in _SAME:
        seen = re.sub(pattern, means, seen)
    return seen


def _unread(said: str, example: str) -> Malformed:
    return Malformed(f"I can't read “{said[:_SHOWN]}”. {example}")


def _token(piece: re.Match[str], example: str) -> Iterator[Token]:
    text = piece.group()
    match piece.lastgroup:
        case "iso" | "full" | "short":
            yield Token(Kind.DATE, text)
        case "dotted":
            yield _dotted(text)
        case "time":
            yield _dotted(text) if _DAY_AND_MONTH.fullmatch(text) else Token(Kind.TIME, text)
        case "ordinal":
            yield Token(Kind.ORDINAL, text, int(text[:-2]))
        case "four":
            is_year = text.startswith("20")
            yield Token(Kind.YEAR, text, int(text)) if is_year else Token(Kind.TIME, text)
        case "number":
            number = int(text)
            yield Token(Kind.ORDINAL if number > _HOURS else Kind.NUMBER, text, number)
        case _:
            yield from _word(text, example)


def _dotted(text: str) -> Token:
    """`24.12.` is a day, `9.30.` the end of a sentence."""
    day, month = text.strip(".").split(".")[:2]
    if int(month) <= _MONTHS and (text.endswith(".") or int(day) >= _HOURS):
        return Token(Kind.DATE, f"{day}/{month}")
    return Token(Kind.TIME, text.rstrip("."))


def _word(text: str, example: str) -> Iterator[Token]:
    if text in _REPEATS:
        raise Malformed(f"What comes back each week belongs into your weekly hours: /availability. {example}")
    known = _WORDS.get(text) or _WORDS.get(text.removesuffix("'s").removesuffix("’s"))
    if known is not None:
        yield known
        if text == "tonight":
            yield _WORDS["evening"]
    elif text not in _FILLERS and text != "\n":
        raise _unread(text, example)


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """`between 2 and 5` is `2 to 5`."""
    found, between = list[Token](), False
    for token in tokens:
        if token.kind is Kind.BETWEEN:
            between = True
            continue
        if between and token.kind is Kind.AND and token.text not in {",", ";"}:
            token, between = _WORDS["to"], False  # noqa: PLW2901 - it is that word, said otherwise
        found.append(token)
    return found


def full_year(text: str) -> int:
    return int(text) if len(text) > 2 else _CENTURY + int(text)  # noqa: PLR2004 - two digits
