"""Names as they are sorted and searched: without regard to case and accents."""

import unicodedata

_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ŋ": "n", "ı": "i", "’": "'"}
)
_LONGEST = 160  # of each part: an index entry has an end


def folded(text: str) -> str:
    """`Bọ́lá  OBI` -> `bola obi`; on one line, without what cannot be seen."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(bare.translate(_PLAIN).split())


def sort_name(name: str, *emails: str | None) -> str:
    """The name first, so that it sorts; then each address on a line of its own, so that it is found."""
    parts = dict.fromkeys(folded(part)[:_LONGEST] for part in (name, *emails) if part)
    return "\n".join(parts)
