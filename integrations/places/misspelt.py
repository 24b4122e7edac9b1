"""Names that are spelt nearly as somebody typed one."""

from collections.abc import Iterable

_SHORTEST = 3
_FEW, _SOME = 5, 10  # letters: up to here one slip, two; three in what is longer


def slips_allowed(key: str) -> int:
    if len(key) < _SHORTEST:
        return 0
    return 1 if len(key) <= _FEW else 2 if len(key) <= _SOME else 3


def alike(key: str, names: Iterable[str]) -> list[str]:
    """The fewest slips first, else in the order of `names`."""
    most = slips_allowed(key)
    if not most:
        return []
    letters, is_plain = set(key), key.isascii()
    near = (  # what can be told cheaply of a hundred thousand names, before what is dear
        name
        for name in names
        if abs(len(name) - len(key)) <= most
        and name.isascii() is is_plain
        and len(letters.symmetric_difference(name)) <= 2 * most
    )
    found = [(slips, name) for name in near if (slips := slips_between(key, name)) <= most]
    return [name for _, name in sorted(found, key=lambda one: one[0])]


def slips_between(one: str, other: str) -> int:
    """Letters that are missing, too many, others, or two neighbours that changed places (Damerau)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
    return row[-1]
