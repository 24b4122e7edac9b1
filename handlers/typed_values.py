"""What people type, understood or refused with an example of what would be right."""

import unicodedata
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from domain.errors import Malformed

NAME_LIMIT = 80
_LONGEST_LINK = 2000


def person_name(text: str) -> str:
    """Any script, emoji included; one line, no control characters."""
    name = " ".join(
        "".join(
            c for c in text if unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"} or c.isspace()
        ).split()
    )
    if not any(unicodedata.category(c)[0] in "LNPS" for c in name):  # nothing that can be seen
        raise Malformed("I need a name. For example: Amina Bello")
    if len(name) > NAME_LIMIT:
        raise Malformed(f"That is longer than {NAME_LIMIT} characters. For example: Amina Bello")
    return name


def email_address(text: str) -> str:
    """Normalised; whether mail arrives there is not asked."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - loaded when typed

    typed = text.strip().removeprefix("mailto:")
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Malformed("That doesn't look like an e-mail. For example: amina@example.com") from None


@cache
def timezones() -> frozenset[str]:
    """Each look reads hundreds of files."""
    return frozenset(available_timezones())


def timezone_name(text: str) -> str:
    """An IANA name in any case, or the city at its end: `lagos`, `New York`, `africa/lagos`."""
    typed = "_".join(text.strip().casefold().split())
    # not those of one word: EST and its like ignore summer time, others are countries' names of long ago
    zones = {zone for zone in timezones() if "/" in zone or zone == "UTC"}
    for zone in zones:
        if zone.casefold() == typed:
            return zone
    # not of Etc/GMT+1: it lies an hour west of Greenwich, and who types GMT+1 means the other side
    places = [zone for zone in zones if "/" in zone and not zone.startswith("Etc/")]
    cities = sorted(zone for zone in places if zone.rsplit("/", 1)[1].casefold() == typed)
    if not cities or not typed:
        raise Malformed("I don't know that place. Type a large city near you, for example: Lagos")
    return next((zone for zone in cities if zone.count("/") == 1), cities[0])


def https_link(text: str) -> str:
    """A page's address; `https://` may be left out."""
    typed = text.strip()
    if "://" not in typed:
        typed = f"https://{typed}"
    plain = typed.isprintable() and typed.isascii() and not any(c.isspace() or c in "<>\"'`\\" for c in typed)
    if not plain or not _is_https(typed):
        raise Malformed(
            "That is not an address that begins with https://. For example: https://meet.example.com/ada"
        )
    if len(typed) > _LONGEST_LINK:
        raise Malformed(
            f"That is longer than {_LONGEST_LINK:,} characters. For example: https://meet.example.com/ada"
        )
    return typed


def _is_https(typed: str) -> bool:
    """With a host that others can find, and without a name or a password in it."""
    try:
        parts = urlsplit(typed)
        named = "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
    return parts.scheme.casefold() == "https" and named and parts.username is None
