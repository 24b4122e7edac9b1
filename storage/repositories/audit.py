"""Who did what to which record."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from domain.model.audit import AuditEntry
from domain.model.views import Page
from storage.pages import counted_to, paged, read_page
from storage.rows import Records
from storage.tables import audit

_ENTRIES = Records(AuditEntry, audit)
_OF = _ENTRIES.select.where(audit.c.record == bindparam("which")).order_by(audit.c.id)
_NEWEST = (
    select(audit.c.at)
    .where(audit.c.record == bindparam("which"))
    .order_by(audit.c.id.desc())
    .limit(1)
    .offset(bindparam("skipped"))
)
_ONE = _ENTRIES.select.where(audit.c.id == bindparam("which"))
_MOST = 1000
_ALL_PAGES = (counted_to(_MOST, select(audit.c.id)), paged(_ENTRIES.select.order_by(audit.c.id.desc())))
_PAGES_OF = (
    counted_to(_MOST, select(audit.c.id).where(audit.c.record == bindparam("which"))),
    paged(_ENTRIES.select.where(audit.c.record == bindparam("which")).order_by(audit.c.id.desc())),
)


class SqlAudit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> None:
        _ENTRIES.add(self._connection, entry)

    def of(self, record: str) -> list[AuditEntry]:
        """Oldest first."""
        return _ENTRIES.all(self._connection, _OF, {"which": record})

    def newest(self, record: str, *, number: int) -> datetime | None:
        """When the so many-th newest entry was made; None where there are fewer."""
        values = {"which": record, "skipped": number - 1}
        at: datetime | None = self._connection.execute(_NEWEST, values).scalar()
        return at

    def one(self, entry_id: int) -> AuditEntry | None:
        return _ENTRIES.one(self._connection, _ONE, {"which": entry_id})

    def page(self, record: str | None, *, number: int, size: int) -> Page[AuditEntry]:
        count, items = _ALL_PAGES if record is None else _PAGES_OF
        return read_page(
            self._connection,
            count=count,
            items=items,
            values={} if record is None else {"which": record},
            number=number,
            size=size,
            read=_ENTRIES.of,
            most=_MOST,
        )
