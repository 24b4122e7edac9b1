"""Who did what to which record."""

from sqlalchemy import Connection, bindparam

from domain.model.audit import AuditEntry
from storage.rows import Records
from storage.tables import audit

_ENTRIES = Records(AuditEntry, audit)
_OF = _ENTRIES.select.where(audit.c.record == bindparam("which")).order_by(audit.c.id)


class SqlAudit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        _ENTRIES.add(self._connection, entry)

    def of(self, record: str) -> list[AuditEntry]:
        """Oldest first."""
        return _ENTRIES.all(self._connection, _OF, {"which": record})
