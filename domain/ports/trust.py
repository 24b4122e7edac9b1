"""What people agreed to, and who did what."""

from datetime import datetime
from typing import Protocol

from domain.model.audit import AuditEntry
from domain.model.consent import Consent, Wording
from domain.model.views import Page


class Consents(Protocol):
    def add(self, consent: Consent) -> Consent: ...
    def save(self, consent: Consent) -> None: ...
    def of(self, person_id: int) -> list[Consent]:
        """Oldest first, those taken back among them."""

    def keep(self, wording: Wording, now: datetime) -> None:
        """So that what was agreed to can be read; the same words again change nothing."""

    def wording(self, words_hash: str) -> Wording | None: ...


class Audit(Protocol):
    def add(self, entry: AuditEntry) -> None: ...
    def of(self, record: str) -> list[AuditEntry]: ...
    def newest(self, record: str, *, number: int) -> datetime | None:
        """When the so many-th newest entry was made, 1 for the newest; None where there are fewer."""

    def one(self, entry_id: int) -> AuditEntry | None: ...
    def page(self, record: str | None, *, number: int, size: int) -> Page[AuditEntry]:
        """Newest first: of one record, or of all."""
