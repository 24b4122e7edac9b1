"""How much of a queue is not done yet: counted in its partial index, whatever lies behind it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Select, Table, bindparam, func, select, text

from domain.model.queue import JUST_NOW, MOST_COUNTED, Waiting
from storage.columns import Instant

_NOW: BindParameter[datetime] = bindparam("now", type_=Instant)
_AGO: BindParameter[datetime] = bindparam("ago", type_=Instant)
_SOON: BindParameter[datetime] = bindparam("soon", type_=Instant)
_AGAIN_WITHIN = timedelta(hours=1)  # of what is for much later nothing was tried


def waiting_in(table: Table, where: str, since: Column[Any]) -> Select[Any]:
    """`where`: the literal of its partial index; `since`: when one began to wait."""
    due = (text(where), table.c.due_at <= _AGO)

    def counted(*more: Any) -> Any:
        return select(func.count()).select_from(table).where(*more).scalar_subquery()

    later = select(table.c.id).where(text(where), table.c.due_at > _NOW).limit(MOST_COUNTED).subquery()
    return select(
        counted(*due),
        counted(*due, table.c.owner.is_not(None), table.c.lease_until > _NOW),
        counted(text(where), table.c.due_at <= _SOON, table.c.attempts > 0),
        select(func.count()).select_from(later).scalar_subquery(),
        select(func.min(since)).where(*due).scalar_subquery(),
    )


def read_waiting(connection: Connection, statement: Select[Any], now: datetime) -> Waiting:
    values = {"now": now, "ago": now - JUST_NOW, "soon": now + _AGAIN_WITHIN}
    due, in_hand, tried, later, oldest = connection.execute(statement, values).one()
    return Waiting(due=due, in_hand=in_hand, tried=tried, later=later, oldest=oldest)
