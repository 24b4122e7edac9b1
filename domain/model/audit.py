"""Who did what to which record, and why."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """`actor` is `person:<id>`, `paystack`, `google` or `clock`; `record` like `request:<public id>`."""

    id: int = 0
    at: datetime
    actor: str
    action: str
    record: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def is_look(self) -> bool:
        """Somebody saw the record, and nothing was done to it."""
        return self.action.startswith("looked at")
