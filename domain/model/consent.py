"""What somebody agreed to, when, and to which words; and when they took it back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


class Purpose(StrEnum):
    """Each is asked for, given and taken back apart from the others."""

    PRACTICE = "practice"  # name, requests, bookings, payments: without it there is nothing to do here
    HEALTH = "health"  # the answers to a dietitian's questions, for one request
    MAIL = "mail"  # notices and receipts by e-mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Never changed but for `withdrawn_at`: given again is another row.

    `words_hash` is the SHA-256, in hex, of the notice as it was shown; `record` what it was given for, such as
    `request:<public id>`, where it is not for everything.
    """

    id: int = 0
    person_id: int
    purpose: Purpose
    version: str
    words_hash: str
    record: str | None = None
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None


_MARKS = 10**9
"""A button's revision has nine digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A notice as somebody reads it, without markup. Kept for good once anybody agreed to it."""

    purpose: Purpose
    version: str
    words: str

    @property
    def words_hash(self) -> str:
        return sha256(self.words.encode()).hexdigest()

    @property
    def mark(self) -> int:
        """What the Agree under it carries, so that nobody agrees to words they were not shown; never 0."""
        return int(self.words_hash, 16) % (_MARKS - 1) + 1


_REQUEST = "request:"


def about_request(public_id: str) -> str:
    """A consent's `record`."""
    return f"{_REQUEST}{public_id}"


def request_of(consent: Consent) -> str | None:
    """The public id of the request that it was given for."""
    record = consent.record
    return record.removeprefix(_REQUEST) if record is not None and record.startswith(_REQUEST) else None
