"""After a backup was brought back: what waited is held back, what may have moved on is asked about."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, text, update

from domain.model.queue import InboxState, OutboxState, Source
from domain.model.restore import MAY_HAVE_BEEN_SENT, MAY_HAVE_BEEN_WORKED, MESSAGES, Restore
from storage.columns import Instant
from storage.rows import Records
from storage.tables import DUE, NEW, REFUND_WATCHED, WATCHED, inbox, outbox, payments, refunds, restores

_RESTORES = Records(Restore, restores)
_UNASKED = _RESTORES.select.where(restores.c.asked_at.is_(None)).order_by(restores.c.id)
_NOW = bindparam("now", type_=Instant)
_ASKED = update(restores).where(restores.c.id == bindparam("which")).values(asked_at=_NOW)
_FREED = {"owner": None, "lease_until": None, "closed_at": _NOW}
_HOLD_MESSAGES = (
    update(outbox)
    .where(text(DUE), outbox.c.due_at <= _NOW, outbox.c.errand.in_(MESSAGES))
    .values(state=OutboxState.DEAD, error=MAY_HAVE_BEEN_SENT, **_FREED)
)
_HOLD_PRESSES = (
    update(inbox)
    .where(text(NEW), inbox.c.source == Source.TELEGRAM)
    .values(state=InboxState.FAILED, error=MAY_HAVE_BEEN_WORKED, **_FREED)
)
_LOOK_AGAIN = (
    update(payments).where(text(WATCHED)).values(next_check_at=_NOW),
    update(refunds).where(text(REFUND_WATCHED)).values(next_check_at=_NOW),
)


class SqlRestores:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, restore: Restore) -> Restore:
        return _RESTORES.add(self._connection, restore)

    def asked(self, restore_id: int, now: datetime) -> None:
        self._connection.execute(_ASKED, {"which": restore_id, "now": now})

    def unasked(self) -> list[Restore]:
        return _RESTORES.all(self._connection, _UNASKED, {})

    def hold_back(self, now: datetime) -> tuple[int, int]:
        messages = self._connection.execute(_HOLD_MESSAGES, {"now": now}).rowcount
        return messages, self._connection.execute(_HOLD_PRESSES, {"now": now}).rowcount

    def look_again(self, now: datetime) -> None:
        for statement in _LOOK_AGAIN:
            self._connection.execute(statement, {"now": now})
