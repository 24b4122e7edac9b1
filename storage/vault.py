"""Seals what must not be readable in the database: Fernet, with keys that rotate."""

import re
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_TOKEN = re.compile(r"gAAAA[A-Za-z0-9_-]{91,}={0,2}")
"""github.com/fernet/spec: the version 0x80 and a time before the year 2106, 73 bytes and more, in base64."""


def is_token(stored: str) -> bool:
    return _TOKEN.fullmatch(stored) is not None


def find_token(text: str) -> str | None:
    """The first in it."""
    found = _TOKEN.search(text)
    return None if found is None else found[0]


class FernetVault:
    """`domain.ports.Vault`: the first key seals, every key opens. ValueError on a key that is none.

    Two with the same keys are equal.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._first = Fernet(keys[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FernetVault) and self._keys == other._keys

    def __hash__(self) -> int:
        return hash(self._keys)

    def seal(self, plain: str) -> str:
        return self._fernet.encrypt(plain.encode()).decode()

    def open(self, sealed: str) -> str:
        """ValueError where no key fits or it was tampered with."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ValueError("none of the keys opens this") from None

    def seal_bytes(self, plain: bytes) -> bytes:
        """A third longer than `plain`. 20 MiB take about a tenth of a second: not on the event loop."""
        return self._fernet.encrypt(plain)

    def open_bytes(self, sealed: bytes) -> bytes:
        """ValueError as for `open`."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise ValueError("none of the keys opens this") from None

    def renewed(self, text: str) -> str:
        """`text` with every token in it under the first key, those sealed within others too; ValueError as for `open`.

        What is so already comes back as it was.
        """
        return _TOKEN.sub(lambda found: self._under_first(found[0]), text)

    def _under_first(self, token: str) -> str:
        plain = self.open(token)
        within = _TOKEN.sub(lambda found: self._within(found[0]), plain)
        return token if within == plain and self._is_first(token.encode()) else self.seal(within)

    def _within(self, token: str) -> str:
        """Anybody may type what looks like a token: it must not keep what it stands in under an old key."""
        try:
            return self._under_first(token)
        except ValueError:
            return token

    def renewed_bytes(self, sealed: bytes) -> bytes:
        """As `renewed`, of what `seal_bytes` made."""
        return sealed if self._is_first(sealed) else self._fernet.encrypt(self.open_bytes(sealed))

    def _is_first(self, sealed: bytes) -> bool:
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return False
        return True
