"""What must still go out: written with the change it tells of, delivered afterwards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from domain.model.queue import GivenUp, OutboxItem, OutboxState, Waiting
from domain.model.reminder import LONGEST
from domain.model.views import Page
from storage.pages import paged, read_page
from storage.repositories.waiting import read_waiting, waiting_in
from storage.rows import Records, insert_once
from storage.tables import DEAD, DUE, OF_A_BATCH, outbox

_ITEMS = Records(OutboxItem, outbox)
_ADD = {dialect: statement.returning(outbox.c.id) for dialect, statement in insert_once(outbox).items()}
_CLAIMS = 0x0D1E7_0B0  # the advisory lock that claiming workers take turns with

_OWNER: BindParameter[Any] = bindparam("claimer")
_NOW: BindParameter[Any] = bindparam("now")
_WHICH: BindParameter[Any] = bindparam("which")
_WHY: BindParameter[Any] = bindparam("why")
_row, _other = outbox.alias("waiting"), outbox.alias("other")
_IN_LANE = (text("waiting.state = 'due' AND other.state = 'due'"), _other.c.lane == _row.c.lane)
# What must be tried again goes before what came after it: a lane keeps its order.
_COMES_LATER = exists(
    select(_other.c.id)
    .where(*_IN_LANE, _other.c.id < _row.c.id)
    .where(_other.c.attempts > 0, _other.c.due_at > _row.c.due_at)
)
_LANE_IS_HELD = exists(
    select(_other.c.id).where(*_IN_LANE, _other.c.owner != _OWNER, _other.c.lease_until > _NOW)
)
_IS_FREE = or_(_row.c.owner.is_(None), _row.c.lease_until <= _NOW)
_CLAIMABLE = (
    select(_row.c.id)
    .where(text("waiting.state = 'due'"), _row.c.about_at.is_(None), _row.c.due_at <= _NOW)
    .where(~_COMES_LATER, ~_LANE_IS_HELD, _IS_FREE)
    .order_by(_row.c.due_at, _row.c.id)
    .limit(bindparam("most"))
)
# as expressions, so that the index by lane is the only one: by their time there may be thousands
_other_due, _other_about = (func.coalesce(time, time) for time in (_other.c.due_at, _other.c.about_at))
_NEARER_IN_LANE = exists(
    select(_other.c.id)
    .where(*_IN_LANE, _other_due <= _NOW)
    .where(tuple_(_other_about, _other.c.id) < tuple_(_row.c.about_at, _row.c.id))
)
_NEAREST = (
    select(_row.c.id)
    # of all that is for later only what may be due by now is looked at
    .where(text("waiting.state = 'due'"), _row.c.about_at <= bindparam("horizon"), _row.c.due_at <= _NOW)
    .where(~_NEARER_IN_LANE, ~_LANE_IS_HELD, _IS_FREE)
    .order_by(_row.c.about_at, _row.c.due_at, _row.c.id)
    .limit(bindparam("most"))
)
_OPEN = update(outbox).where(text(DUE))  # what was dropped meanwhile stays dropped


def _claiming(which: Select[int]) -> ReturningUpdate[Any]:
    taken = _OPEN.where(outbox.c.id.in_(which)).values(owner=_OWNER, lease_until=bindparam("until"))
    return taken.returning(*_ITEMS.columns)


_CLAIM, _CLAIM_NEAREST = _claiming(_CLAIMABLE), _claiming(_NEAREST)
_FREED = {"owner": None, "lease_until": None}
_RELEASE = _OPEN.where(outbox.c.id.in_(bindparam("ids", expanding=True))).values(**_FREED)
_RELEASE_ALL = _OPEN.where(outbox.c.owner.is_not(None)).values(**_FREED)
_RENEW = _OPEN.where(outbox.c.owner == _OWNER).values(lease_until=bindparam("until"))
_RETRY = _OPEN.where(outbox.c.id == _WHICH).values(
    attempts=outbox.c.attempts + 1, due_at=bindparam("due"), error=_WHY, **_FREED
)
_SENT = (  # also where it was dropped while it was on its way: it did arrive
    update(outbox)
    .where(outbox.c.id == _WHICH)
    .values(state=OutboxState.SENT, closed_at=_NOW, receipt=bindparam("proof"), **_FREED)
)
_DROPPED = _OPEN.where(outbox.c.id == _WHICH).values(
    state=OutboxState.DROPPED, closed_at=_NOW, error=_WHY, **_FREED
)
_DEAD = _OPEN.where(outbox.c.id == _WHICH).values(
    state=OutboxState.DEAD, attempts=outbox.c.attempts + 1, closed_at=_NOW, error=_WHY, **_FREED
)
_STARTS = func.substr(outbox.c.key, 1, func.length(bindparam("prefix"))) == bindparam("prefix")
_DROP_WAITING = _OPEN.where(_STARTS).values(state=OutboxState.DROPPED, closed_at=_NOW, error=_WHY, **_FREED)
_AMONG = outbox.c.key.in_(bindparam("keys", expanding=True))
_THERE = select(outbox.c.key).where(
    _AMONG,
    or_(outbox.c.state == OutboxState.SENT, and_(text(DUE), outbox.c.owner.is_not(None))),
)
_WITHDRAW = _OPEN.where(_AMONG).values(state=OutboxState.DROPPED, closed_at=_NOW, error=_WHY, **_FREED)
_BRING_FORWARD = _OPEN.where(outbox.c.key == _WHICH, outbox.c.owner.is_(None)).values(due_at=bindparam("due"))
_RECEIPT = select(outbox.c.receipt).where(outbox.c.key == _WHICH)
_WAITS = select(outbox.c.id).where(text(DUE), outbox.c.key == _WHICH)
_TRIED_AT = select(outbox.c.closed_at).where(outbox.c.key == _WHICH)
_COUNTS = select(outbox.c.state, func.count()).group_by(outbox.c.state)
_LANE_IS_BUSY = exists(select(_other.c.id).where(*_IN_LANE, _other.c.owner.is_not(None)))
_NEXT_DUE = select(
    select(func.min(_row.c.due_at))
    .where(text("waiting.state = 'due'"), _row.c.owner.is_(None), ~_COMES_LATER, ~_LANE_IS_BUSY)
    .scalar_subquery(),
    select(func.min(outbox.c.lease_until)).where(text(DUE), outbox.c.owner.is_not(None)).scalar_subquery(),
)
_IS_DEAD = text(DEAD)
_DEAD_ITEMS = select(*_ITEMS.columns, outbox.c.error, outbox.c.closed_at).where(_IS_DEAD)
_DEAD_ONE = _DEAD_ITEMS.where(outbox.c.id == _WHICH)
_COUNT_DEAD = select(func.count()).select_from(outbox).where(_IS_DEAD)
_DEAD_PAGE = paged(_DEAD_ITEMS.order_by(outbox.c.id.desc()))
_AGAIN = {"state": OutboxState.DUE, "attempts": 0, "due_at": _NOW, "closed_at": None, **_FREED}
_REVIVE = update(outbox).where(_IS_DEAD).values(**_AGAIN)
_LET_BE = update(outbox).where(_IS_DEAD).values(state=OutboxState.DROPPED, closed_at=_NOW)
_WAITING = waiting_in(outbox, DUE, outbox.c.due_at)
_OF_BATCH = (
    select(outbox.c.state, func.count())
    .where(text(OF_A_BATCH), outbox.c.batch == bindparam("which"))
    .group_by(outbox.c.state)
)


class SqlOutbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.grew = False

    def add(self, item: OutboxItem) -> bool:
        values = _ITEMS.values(item)
        added = self._connection.execute(_ADD[self._connection.dialect.name], values).first() is not None
        self.grew = self.grew or added
        return added

    def add_all(self, items: Sequence[OutboxItem]) -> int:
        if not items:
            return 0
        rows = [_ITEMS.values(item) for item in items]
        added = len(list(self._connection.execute(_ADD[self._connection.dialect.name], rows)))
        self.grew = self.grew or added > 0
        return added

    def claim(
        self, *, owner: str, now: datetime, lease_until: datetime, limit: int, reminders: int | None = None
    ) -> list[OutboxItem]:
        _take_turn(self._connection)
        values = {"claimer": owner, "now": now, "until": lease_until, "most": limit}
        claimed = _ITEMS.all(self._connection, _CLAIM, values)
        claimed.sort(key=lambda item: (item.due_at, item.id))
        most = limit if reminders is None else reminders
        if most < 1:
            return claimed
        values |= {"most": most, "horizon": now + LONGEST}
        nearest = _ITEMS.all(self._connection, _CLAIM_NEAREST, values)
        return claimed + sorted(nearest, key=lambda item: (item.about_at, item.due_at, item.id))

    def release(self, ids: Sequence[int]) -> None:
        if ids:
            self._connection.execute(_RELEASE, {"ids": list(ids)})

    def release_all(self) -> None:
        self._connection.execute(_RELEASE_ALL)

    def renew(self, *, owner: str, lease_until: datetime) -> None:
        self._connection.execute(_RENEW, {"claimer": owner, "until": lease_until})

    def sent(self, item_id: int, *, now: datetime, receipt: str | None) -> None:
        self._connection.execute(_SENT, {"which": item_id, "now": now, "proof": receipt})

    def retry(self, item_id: int, *, due_at: datetime, error: str) -> None:
        self._connection.execute(_RETRY, {"which": item_id, "due": due_at, "why": error})

    def dropped(self, item_id: int, *, now: datetime, why: str) -> None:
        self._connection.execute(_DROPPED, {"which": item_id, "now": now, "why": why})

    def dead(self, item_id: int, *, now: datetime, error: str) -> None:
        self._connection.execute(_DEAD, {"which": item_id, "now": now, "why": error})

    def withdraw(self, keys: Collection[str], *, now: datetime, why: str) -> list[str]:
        if not keys:
            return []
        _take_turn(self._connection)  # so that none of them sets out between the two statements
        values = {"keys": list(keys)}
        there = [key for (key,) in self._connection.execute(_THERE, values)]
        self._connection.execute(_WITHDRAW, {**values, "now": now, "why": why})
        return there

    def gone_out(self, keys: Collection[str]) -> list[str]:
        if not keys:
            return []
        _take_turn(self._connection)  # as above: what waits is worded from then on by what is written here
        return [key for (key,) in self._connection.execute(_THERE, {"keys": list(keys)})]

    def waits(self, key: str) -> bool:
        return self._connection.execute(_WAITS, {"which": key}).first() is not None

    def bring_forward(self, key: str, *, due_at: datetime) -> None:
        moved = self._connection.execute(_BRING_FORWARD, {"which": key, "due": due_at}).rowcount
        self.grew = self.grew or moved > 0

    def tried_at(self, key: str) -> datetime | None:
        found: datetime | None = self._connection.execute(_TRIED_AT, {"which": key}).scalar()
        return found

    def receipt(self, key: str) -> str | None:
        found: str | None = self._connection.execute(_RECEIPT, {"which": key}).scalar()
        return found

    def drop_waiting(self, key_prefix: str, *, now: datetime, why: str) -> int:
        """How many were dropped."""
        values = {"prefix": key_prefix, "now": now, "why": why}
        return self._connection.execute(_DROP_WAITING, values).rowcount

    def dead_page(self, *, number: int, size: int) -> Page[GivenUp[OutboxItem]]:
        return read_page(
            self._connection,
            count=_COUNT_DEAD,
            items=_DEAD_PAGE,
            values={},
            number=number,
            size=size,
            read=_given_up,
        )

    def dead_one(self, item_id: int) -> GivenUp[OutboxItem] | None:
        row = self._connection.execute(_DEAD_ONE, {"which": item_id}).first()
        return None if row is None else _given_up(row)

    def revive(self, item_id: int | None, *, now: datetime) -> int:
        revived = self._among(_REVIVE, item_id, now)
        self.grew = self.grew or revived > 0
        return revived

    def revive_lane(self, lane: str, *, now: datetime) -> int:
        revived = self._connection.execute(_REVIVE.where(outbox.c.lane == lane), {"now": now}).rowcount
        self.grew = self.grew or revived > 0
        return revived

    def let_be(self, item_id: int | None, *, now: datetime) -> int:
        return self._among(_LET_BE, item_id, now)

    def _among(self, change: Update, item_id: int | None, now: datetime) -> int:
        if item_id is None:
            return self._connection.execute(change, {"now": now}).rowcount
        one = change.where(outbox.c.id == _WHICH)
        return self._connection.execute(one, {"now": now, "which": item_id}).rowcount

    def waiting(self, now: datetime) -> Waiting:
        return read_waiting(self._connection, _WAITING, now)

    def of_batch(self, batch: str) -> Mapping[OutboxState, int]:
        found = self._connection.execute(_OF_BATCH, {"which": batch})
        return {OutboxState(state): count for state, count in found}

    def counts(self) -> Mapping[str, int]:
        counted = {state.value: 0 for state in OutboxState}
        return counted | {state.value: count for state, count in self._connection.execute(_COUNTS)}

    def next_due(self) -> datetime | None:
        """When a claim will next bring something; of what is being delivered, when its lease ends."""
        times: list[Any] = [time for time in self._connection.execute(_NEXT_DUE).one() if time is not None]
        return min(times, default=None)


def _given_up(row: Sequence[Any]) -> GivenUp[OutboxItem]:
    *_, error, at = row
    return GivenUp(item=_ITEMS.of(row), error=error or "", at=at)


def _take_turn(connection: Connection) -> None:
    """One statement cannot see what another claims at the same moment; SQLite's one writer has its turn."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_CLAIMS)))
