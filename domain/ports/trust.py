"""What people agreed to."""

from typing import Protocol

from domain.model.consent import Consent


class Consents(Protocol):
    def add(self, consent: Consent) -> Consent: ...
    def save(self, consent: Consent) -> None: ...
    def of(self, person_id: int) -> list[Consent]:
        """Oldest first, those taken back among them."""
