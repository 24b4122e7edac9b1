"""What somebody agreed to, when, and to which words; and when they took it back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
