"""What a dietitian types about a service, understood or refused with an example of what would be right."""

import re
import unicodedata
from decimal import Decimal

from domain.errors import Malformed
from domain.model.money import SUBUNITS
from domain.model.service import (
    FEWEST_MINUTES,
    HIGHEST_PRICE,
    LEAST_PRICE,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MOST_MINUTES,
    MOST_PROMISED_DAYS,
)
from handlers.formats import money

_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
# what turns the reading direction round would garble the words that stand beside it
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SIGNS = {
    "NGN": ("₦", "#", "ngn", "naira", "n"),  # `#` where a keyboard has no ₦
    "GHS": ("gh₵", "₵", "ghs", "cedis", "cedi"),
    "KES": ("ksh", "kes", "shillings", "shilling"),
    "USD": ("$", "usd", "dollars", "dollar"),
    "ZAR": ("zar", "rand", "r"),
}
_TIMES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_GROUPED = r"[0-9]{1,3}(?:[, '’][0-9]{3})+"
_AMOUNT = re.compile(rf"((?:{_GROUPED}|[0-9]{{1,12}})(?:\.[0-9]{{1,6}})?) ?(k|thousand|m|million|)")
_PLACES = 2
_EUROPEAN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")
_LENGTH = re.compile(
    r"(?:(?P<hours>[0-9]{1,2}(?:\.[0-9]{1,2})?) ?(?:h|hr|hrs|hour|hours))? ?(?:and )?"
    r"(?:(?P<minutes>[0-9]{1,4}) ?(?:m|min|mins|minute|minutes|')?)?"
)
_DAYS = re.compile(r"([0-9]{1,3}) ?(d|days?|w|weeks?|months?|)")
_DAYS_IN = {"w": 7, "m": 30}
_SPOKEN = {"half an hour": 30, "an hour and a half": 90}
_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10",
}  # fmt: skip
_ARTICLE = re.compile(r"\ban? (?=\S)")


def one_line(text: str) -> str:
    """Any script, on one line, without what cannot be seen or turns the line round."""
    return " ".join(_visible(text, keep="").split())


def paragraphs(text: str, *, longest: int, example: str) -> str:
    """Lines and emoji kept. `Malformed` where there is nothing to read, or too much."""
    kept = _visible(text, keep="\n").strip()
    if not any(unicodedata.category(c)[0] in "LNPS" for c in kept):
        raise Malformed(f"I need some words. For example: {example}")
    if len(kept) > longest:
        raise Malformed(
            f"That has {len(kept):,} characters; there is room for {longest:,}. Please send a shorter one, for "
            f"example: {example}"
        )
    return kept


def _visible(text: str, *, keep: str) -> str:
    return "".join(
        c if c in keep else " " if c.isspace() else c
        for c in text
        if c.isspace() or (unicodedata.category(c) not in _UNPRINTABLE and c not in _TURNING)
    )


def title_of(text: str) -> str:
    title = one_line(text)
    if not any(unicodedata.category(c)[0] in "LN" for c in title):
        raise Malformed("I need a title in words. For example: First consultation")
    if len(title) > LONGEST_TITLE:
        raise Malformed(
            f"That has {len(title):,} characters; a title may have {LONGEST_TITLE}. For example: First consultation"
        )
    return title


def description_of(text: str) -> str:
    return paragraphs(text, longest=LONGEST_DESCRIPTION, example="Bring your latest lab results.")


def price_of(text: str, currency: str) -> int:
    """In the subunit: `12500`, `12,500.00`, `₦12.5k`. Another currency's sign is refused, never guessed at."""
    typed = plain(text)
    for sign in _SIGNS.get(currency, (currency.casefold(),)):
        typed = _without(typed, sign)
    if _EUROPEAN.fullmatch(typed):
        typed = typed.replace(".", "").replace(",", ".")
    found = _AMOUNT.fullmatch(typed)
    if found is None:
        raise Malformed(f"I don't read a price in {currency} there. For example: 12,500 or 12500.50 or 12.5k")
    amount = Decimal(re.sub(r"[^0-9.]", "", found[1])) * _TIMES[found[2]] * SUBUNITS
    exactly = "." not in found[1] or found[2] or len(found[1].rpartition(".")[2]) <= _PLACES
    if amount != amount.to_integral_value() or not exactly:  # 125.000 is a hundred thousand to many people
        raise Malformed("A price has two places after the point at most. For example: 12,500.50")
    if not LEAST_PRICE <= amount <= HIGHEST_PRICE:
        least, highest = money(LEAST_PRICE, currency), money(HIGHEST_PRICE, currency)
        raise Malformed(f"A price is {least} at least and {highest} at most. For example: 12,500")
    return int(amount)


def plain(text: str) -> str:
    """Small letters, one kind of space, and the digits of any script as 0 to 9."""
    seen = unicodedata.normalize("NFKC", one_line(text)).casefold()
    return "".join(str(unicodedata.decimal(c, c)) for c in seen if unicodedata.category(c) != "Cf").strip()


def in_digits(typed: str) -> str:
    """`two weeks` -> `2 weeks`, `a week` -> `1 week`."""
    return " ".join(_NUMBERS.get(word, word) for word in _ARTICLE.sub("1 ", typed).split())


def _without(typed: str, sign: str) -> str:
    """The sign may stand before or after, once; a lone letter (`N`, `R`) before."""
    if typed.startswith(sign) or (len(sign) == 1 and sign.isalpha()):
        return typed.removeprefix(sign).strip()
    return typed.removesuffix(sign).strip()


def minutes_of(text: str) -> int:
    """`45`, `45 min`, `1h 30`, `1:30`, `1.5 hours`."""
    typed = re.sub(r"^([0-9]{1,2}):([0-5][0-9])$", r"\1h \2", plain(text).removesuffix("."))
    minutes = _SPOKEN.get(typed)
    found = _LENGTH.fullmatch(in_digits(typed))
    if minutes is None and found is not None and typed:
        whole = Decimal(found["hours"] or 0) * 60 + Decimal(found["minutes"] or 0)
        minutes = int(whole) if whole == whole.to_integral_value() else None
    if minutes is None:
        raise Malformed("I don't read a length there. For example: 45 or 1h 30")
    if not FEWEST_MINUTES <= minutes <= MOST_MINUTES:
        raise Malformed(f"A session has {FEWEST_MINUTES} to {MOST_MINUTES} minutes. For example: 45")
    return minutes


def days_of(text: str) -> int:
    """`7`, `10 days`, `two weeks`, `a month`, which is 30 days."""
    found = _DAYS.fullmatch(in_digits(plain(text).removesuffix(".")))
    if found is None:
        raise Malformed("I don't read a number of days there. For example: 7 or 2 weeks")
    days = int(found[1]) * _DAYS_IN.get(found[2][:1], 1)
    if not 1 <= days <= MOST_PROMISED_DAYS:
        raise Malformed(f"A plan is promised within 1 to {MOST_PROMISED_DAYS} days. For example: 7")
    return days
