"""What is not kept for ever: how old each row is, and how it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Executable,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from domain.model.payment import MoneyOutcome
from domain.model.plan import PlanFileState, PlanState
from domain.model.queue import InboxState, OutboxState
from domain.model.request import RequestState
from domain.model.retention import Aged, Kind, Shelf
from storage.columns import Instant
from storage.rows import Rows, upsert
from storage.tables import (
    audit,
    bookings,
    broadcasts,
    inbox,
    intakes,
    invites,
    links,
    metadata,
    oauth_attempts,
    outbox,
    payments,
    people,
    plan_contents,
    plan_files,
    plans,
    requests,
    retention,
    steps,
)

_ROWS: BindParameter[Any] = bindparam("rows", expanding=True)
_BEFORE = bindparam("before", type_=Instant)


def _unreferenced(table: Table) -> ColumnElement[bool]:
    """Nothing in the database hangs on the row."""
    keys = [key for other in metadata.sorted_tables for key in other.foreign_keys]
    targets = [key.parent for key in keys if key.column.table is table]
    return and_(*(~exists().where(column == table.c.id).correlate(table) for column in targets))


def _last_visit() -> tuple[Any, Any]:
    """The end of the last session of the two, whatever became of it, or the day that the last plan arrived."""
    pair = (bookings.c.client_id == requests.c.client_id, bookings.c.dietitian_id == requests.c.dietitian_id)
    sessions = select(func.max(bookings.c.end)).where(*pair).correlate(requests).scalar_subquery()
    of_plan = (plans.c.client_id == requests.c.client_id, plans.c.dietitian_id == requests.c.dietitian_id)
    arrived = func.max(
        func.coalesce(plans.c.closed_at, plans.c.received_at, plans.c.sent_at, plans.c.created_at)
    )
    delivered = select(arrived).where(*of_plan).correlate(requests).scalar_subquery()
    return sessions, delivered


def _latest(*moments: Any) -> Any:
    """Of those that are there; the first always is."""
    found: Any
    found, *others = moments
    for other in others:
        found = case((other > found, other), else_=found)
    return found


_OWED = exists().where(
    plans.c.client_id == requests.c.client_id,
    plans.c.dietitian_id == requests.c.dietitian_id,
    plans.c.state.in_((PlanState.WAITING, PlanState.SENT)),
).correlate(requests)  # fmt: skip
_MONEY_WAITS = exists().where(
    payments.c.request_id == requests.c.id,
    payments.c.outcome.in_((MoneyOutcome.CREDIT, MoneyOutcome.QUARANTINE)),
).correlate(requests)  # fmt: skip
_IS_OVER = and_(requests.c.state.not_in((RequestState.DRAFT, RequestState.PENDING)), ~_OWED, ~_MONEY_WAITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """`since` counts where `ended` holds. What goes is deleted, where `emptied` says no more."""

    table: Table
    since: ColumnElement[Any]
    ended: ColumnElement[bool]
    emptied: dict[str, Any] | None = None
    first: Executable | None = None

    @property
    def key(self) -> Column[Any]:
        (key,) = self.table.primary_key.columns
        return key


def _of_request(table: Table, column: Any) -> Any:
    """A subquery of the row's own request, for tables that hang on one."""
    return select(column).where(requests.c.id == table.c.request_id).correlate(table).scalar_subquery()


_VISITED = _latest(func.coalesce(requests.c.decided_at, requests.c.created_at), *_last_visit())
_HAS_WORDS = or_(requests.c.message.is_not(None), requests.c.decline_reason.is_not(None))
_IS_INVITED = invites.c.used_by.is_not(None)
_KINDS = {
    Kind.REQUEST_DRAFTS: _Kind(
        table=requests,
        since=requests.c.created_at,
        ended=and_(
            requests.c.state == RequestState.DRAFT, requests.c.sent_at.is_(None), _unreferenced(requests)
        ),
    ),
    Kind.UPLOADS: _Kind(
        table=plan_files,
        since=plan_files.c.uploaded_at,
        ended=plan_files.c.state == PlanFileState.UPLOADED,
        first=delete(plan_contents).where(
            plan_contents.c.file_id.in_(
                select(plan_files.c.id).where(
                    plan_files.c.id.in_(_ROWS),
                    plan_files.c.state == PlanFileState.UPLOADED,
                    plan_files.c.uploaded_at < _BEFORE,
                )
            )
        ),
    ),
    Kind.BROADCAST_DRAFTS: _Kind(
        table=broadcasts, since=broadcasts.c.created_at, ended=broadcasts.c.sent_at.is_(None)
    ),
    Kind.QUESTIONS: _Kind(table=steps, since=steps.c.expires_at, ended=steps.c.telegram_id.is_not(None)),
    Kind.STRANGERS: _Kind(
        table=people,
        since=people.c.created_at,
        ended=and_(people.c.started_at.is_(None), people.c.erased_at.is_(None), _unreferenced(people)),
    ),
    Kind.LINKS: _Kind(table=links, since=links.c.expires_at, ended=links.c.id.is_not(None)),
    Kind.INVITES: _Kind(
        table=invites, since=func.coalesce(invites.c.revoked_at, invites.c.expires_at), ended=~_IS_INVITED
    ),
    Kind.CONNECTING: _Kind(
        table=oauth_attempts, since=oauth_attempts.c.expires_at, ended=oauth_attempts.c.id.is_not(None)
    ),
    Kind.INBOX: _Kind(table=inbox, since=inbox.c.closed_at, ended=inbox.c.state == InboxState.DONE),
    Kind.OUTBOX: _Kind(
        table=outbox,
        since=outbox.c.closed_at,
        # the key stays: what was said once is not said again
        ended=and_(
            outbox.c.state.in_((OutboxState.SENT, OutboxState.DROPPED)), cast(outbox.c.payload, Text) != "{}"
        ),
        emptied={"payload": {}, "error": None},
    ),
    Kind.INTAKES: _Kind(
        table=intakes,
        since=_of_request(intakes, _VISITED),
        ended=and_(
            intakes.c.sealed_answers.is_not(None),
            exists().where(requests.c.id == intakes.c.request_id, _IS_OVER).correlate(intakes),
        ),
        emptied={
            "sealed_answers": None,
            "consented_at": None,
            "consent_version": None,
            "rev": intakes.c.rev + 1,
        },
    ),
    Kind.WORDS: _Kind(
        table=requests,
        since=_VISITED,
        ended=and_(_HAS_WORDS, _IS_OVER),
        emptied={"message": None, "decline_reason": None, "rev": requests.c.rev + 1},
    ),
    Kind.AUDIT: _Kind(table=audit, since=audit.c.at, ended=audit.c.id.is_not(None)),
}


def _look(kind: _Kind) -> tuple[Any, Any]:
    """So many rows by their key first, then what is asked of each: however few fit, no batch is long."""
    key: Any = kind.key
    since = case((kind.ended, kind.since), else_=null())
    whole = select(key, type_coerce(since, Instant)).order_by(key).limit(bindparam("most"))
    return whole, whole.where(key > bindparam("after"))


def _goes(kind: _Kind) -> Executable:
    change: Any = delete(kind.table) if kind.emptied is None else update(kind.table).values(**kind.emptied)
    gone: Executable = change.where(kind.key.in_(_ROWS), kind.ended, kind.since < _BEFORE)
    return gone


_LOOKS = {kind: _look(how) for kind, how in _KINDS.items()}
_GOES = {kind: _goes(how) for kind, how in _KINDS.items()}
_SHELVES = Rows(Shelf, retention)
_NOTE = upsert(retention, on="kind")
_ALL = _SHELVES.select


class SqlShelves:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def batch(self, kind: Kind, *, after: int | None, limit: int) -> list[Aged]:
        first, following = _LOOKS[kind]
        values = {"most": limit} | ({} if after is None else {"after": after})
        rows = self._connection.execute(first if after is None else following, values)
        return [Aged(row=row, since=since) for row, since in rows]

    def take(self, kind: Kind, rows: Sequence[int], *, before: datetime) -> int:
        values = {"rows": list(rows), "before": before}
        before_it = _KINDS[kind].first
        if before_it is not None:
            self._connection.execute(before_it, values)
        return self._connection.execute(_GOES[kind], values).rowcount

    def note(self, shelf: Shelf) -> None:
        self._connection.execute(_NOTE[self._connection.dialect.name], _SHELVES.values(shelf))

    def all(self) -> list[Shelf]:
        found = {shelf.kind: shelf for shelf in _SHELVES.all(self._connection, _ALL, {})}
        return [found[kind] for kind in Kind if kind in found]
