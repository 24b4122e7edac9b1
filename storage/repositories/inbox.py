"""What came in: stored once, worked until done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Update,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)

from domain.model.queue import GivenUp, InboxItem, InboxState, Source, Waiting
from domain.model.views import Page
from storage.pages import paged, read_page
from storage.repositories.waiting import read_waiting, waiting_in
from storage.rows import Records, insert_once
from storage.tables import FAILED, NEW, inbox

_ITEMS = Records(InboxItem, inbox)
_ADD = {
    dialect: statement.returning(inbox.c.id, inbox.c.source, inbox.c.key)
    for dialect, statement in insert_once(inbox).items()
}
_NOW: BindParameter[datetime] = bindparam("now")
_CLAIM = (
    update(inbox)
    .where(text(NEW))
    .values(owner=bindparam("claimer"), lease_until=bindparam("until"))
    .returning(*_ITEMS.columns)
)
_row = inbox.alias("waiting")
# a CTE: inside IN (…) PostgreSQL may run it again and so lock more than its limit
_chosen = (
    select(_row.c.id)
    .where(text("waiting.state = 'new'"), _row.c.due_at <= _NOW)
    .where(or_(_row.c.owner.is_(None), _row.c.lease_until <= _NOW))
    .order_by(_row.c.id)
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True)
    .cte("chosen")
)
_ORPHANS = _CLAIM.where(inbox.c.id.in_(select(_chosen.c.id)))
_RENEW = (
    update(inbox)
    .where(text(NEW), inbox.c.owner == bindparam("claimer"))
    .values(lease_until=bindparam("until"))
)
_CLOSE = update(inbox).where(inbox.c.id.in_(bindparam("ids", expanding=True)))
# Of what is worked only the key is needed, so that it is not worked again: what a press came with goes at once,
# the message that it stood under among it, which may say more than the person would have kept.
_WORKED = {"state": InboxState.DONE, "body": "", "closed_at": _NOW, "question": None}
_DONE = _CLOSE.values(**_WORKED, owner=None, lease_until=None)
_FAILED = _CLOSE.values(
    state=InboxState.FAILED,
    attempts=inbox.c.attempts + 1,
    owner=None,
    lease_until=None,
    closed_at=_NOW,
    error=bindparam("why"),
)
_RETRY = (
    update(inbox)
    .where(text(NEW), inbox.c.id == bindparam("which"))
    .values(
        attempts=inbox.c.attempts + 1,
        due_at=bindparam("due"),
        owner=None,
        lease_until=None,
        error=bindparam("why"),
    )
)
_COUNTS = select(inbox.c.state, func.count()).group_by(inbox.c.state)
_OLDEST = select(func.min(inbox.c.received_at)).where(text(NEW), inbox.c.source == bindparam("from_source"))
_HAS_FAILED = text(FAILED)
_FAILED_ITEMS = select(*_ITEMS.columns, inbox.c.error, inbox.c.closed_at).where(_HAS_FAILED)
_FAILED_ONE = _FAILED_ITEMS.where(inbox.c.id == bindparam("which"))
_COUNT_FAILED = select(func.count()).select_from(inbox).where(_HAS_FAILED)
_FAILED_PAGE = paged(_FAILED_ITEMS.order_by(inbox.c.id.desc()))
_REVIVE = (
    update(inbox)
    .where(_HAS_FAILED, or_(inbox.c.source != Source.TELEGRAM, inbox.c.received_at > bindparam("fresh")))
    .values(state=InboxState.NEW, attempts=0, due_at=_NOW, closed_at=None, owner=None, lease_until=None)
)
_LET_BE = update(inbox).where(_HAS_FAILED).values(**_WORKED)
_QUESTION = select(inbox.c.question).where(inbox.c.id == bindparam("which"))
_ANSWERS = update(inbox).where(inbox.c.id == bindparam("which")).values(question=bindparam("mark"))
_WAITING = waiting_in(inbox, NEW, inbox.c.received_at)


class SqlInbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, items: Sequence[InboxItem], *, owner: str | None, lease_until: datetime) -> list[InboxItem]:
        if not items:
            return []
        claim = {"owner": owner, "lease_until": lease_until}
        rows = [{**_ITEMS.values(item), **claim, "due_at": item.received_at} for item in items]
        stored = self._connection.execute(_ADD[self._connection.dialect.name], rows)
        ids = {(source, key): row_id for row_id, source, key in stored}
        # popped: of two equal ones in one batch the first is new, the second a duplicate
        found = [(item, ids.pop((item.source, item.key), None)) for item in items]
        return [replace(item, id=row_id) for item, row_id in found if row_id is not None]

    def orphans(self, *, owner: str, now: datetime, lease_until: datetime, limit: int) -> list[InboxItem]:
        return self._claim(_ORPHANS, {"claimer": owner, "until": lease_until, "now": now, "batch": limit})

    def all_new(self, *, owner: str, lease_until: datetime) -> list[InboxItem]:
        return self._claim(_CLAIM, {"claimer": owner, "until": lease_until})

    def _claim(self, statement: Executable, values: Mapping[str, Any]) -> list[InboxItem]:
        return sorted(_ITEMS.all(self._connection, statement, values), key=lambda item: item.id)

    def renew(self, *, owner: str, lease_until: datetime) -> None:
        self._connection.execute(_RENEW, {"claimer": owner, "until": lease_until})

    def done(self, ids: Sequence[int], now: datetime) -> None:
        if ids:
            self._connection.execute(_DONE, {"ids": list(ids), "now": now})

    def retry(self, item_id: int, *, due_at: datetime, error: str) -> None:
        self._connection.execute(_RETRY, {"which": item_id, "due": due_at, "why": error})

    def failed(self, item_id: int, *, now: datetime, error: str) -> None:
        self._connection.execute(_FAILED, {"ids": [item_id], "now": now, "why": error})

    def question(self, item_id: int) -> str | None:
        found: str | None = self._connection.execute(_QUESTION, {"which": item_id}).scalar()
        return found

    def answers(self, item_id: int, question: str) -> None:
        self._connection.execute(_ANSWERS, {"which": item_id, "mark": question})

    def failed_page(self, *, number: int, size: int) -> Page[GivenUp[InboxItem]]:
        return read_page(
            self._connection,
            count=_COUNT_FAILED,
            items=_FAILED_PAGE,
            values={},
            number=number,
            size=size,
            read=_given_up,
        )

    def failed_one(self, item_id: int) -> GivenUp[InboxItem] | None:
        row = self._connection.execute(_FAILED_ONE, {"which": item_id}).first()
        return None if row is None else _given_up(row)

    def revive(self, item_id: int | None, *, now: datetime, fresh: datetime) -> int:
        return self._among(_REVIVE, item_id, {"now": now, "fresh": fresh})

    def let_be(self, item_id: int | None, *, now: datetime) -> int:
        return self._among(_LET_BE, item_id, {"now": now})

    def _among(self, change: Update, item_id: int | None, values: dict[str, Any]) -> int:
        if item_id is None:
            return self._connection.execute(change, values).rowcount
        one = change.where(inbox.c.id == bindparam("which"))
        return self._connection.execute(one, {**values, "which": item_id}).rowcount

    def waiting(self, now: datetime) -> Waiting:
        return read_waiting(self._connection, _WAITING, now)

    def counts(self) -> Mapping[str, int]:
        counted = {state.value: 0 for state in InboxState}
        return counted | {state.value: count for state, count in self._connection.execute(_COUNTS)}

    def oldest_new(self, source: Source) -> datetime | None:
        oldest: datetime | None = self._connection.execute(_OLDEST, {"from_source": source}).scalar()
        return oldest


def _given_up(row: Sequence[Any]) -> GivenUp[InboxItem]:
    *_, error, at = row
    return GivenUp(item=_ITEMS.of(row), error=error or "", at=at)
