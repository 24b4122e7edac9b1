"""Who is a client of which dietitian, and what there is between the two."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select, update

from domain.model.booking import BookingState
from domain.model.ledger import LedgerAccount
from domain.model.people import Client
from domain.model.plan import PlanState
from domain.model.request import RequestState
from domain.model.views import ClientSheet, Page
from storage.cards import PEOPLE
from storage.columns import Instant
from storage.folding import folded, sort_name
from storage.pages import paged, read_page
from storage.rows import Records
from storage.tables import bookings, clients, ledger, payments, people, plans, requests

_CLIENTS = Records(Client, clients)
_OF_DIETITIAN = clients.c.dietitian_id == bindparam("dietitian_id")
_WELCOME = clients.c.blocked_at.is_(None)
_FIND = _CLIENTS.select.where(_OF_DIETITIAN, clients.c.person_id == bindparam("person_id"))
_AMONG = _CLIENTS.select.where(
    _OF_DIETITIAN, _WELCOME, clients.c.id.in_(bindparam("client_ids", expanding=True))
).order_by(clients.c.sort_name, clients.c.id)
_WHO_BLOCKED = select(clients.c.dietitian_id).where(
    clients.c.person_id == bindparam("person_id"), clients.c.blocked_at.is_not(None)
)

_MOST_WORDS = 4
_COUNT = select(func.count()).select_from(clients).where(_OF_DIETITIAN)
_COUNT_BLOCKED = _COUNT.where(clients.c.blocked_at.is_not(None))
# each of the two is answered by an index alone
_COUNT_WELCOME = select(_COUNT.scalar_subquery() - _COUNT_BLOCKED.scalar_subquery())
_PAGE = paged(_CLIENTS.select.where(_OF_DIETITIAN).order_by(clients.c.sort_name, clients.c.id))
_PAGE_WELCOME = _PAGE.where(_WELCOME)
_WORDS = [clients.c.sort_name.like(bindparam(f"word{at}"), escape="\\") for at in range(_MOST_WORDS)]
_IDS = select(clients.c.id).where(_OF_DIETITIAN).order_by(clients.c.sort_name, clients.c.id)
# by how many words are looked for: every client is compared with each of them, once
_FOUND = [_IDS.where(*_WORDS[:words]) for words in range(_MOST_WORDS + 1)]
_BY_IDS = _CLIENTS.select.where(clients.c.id.in_(bindparam("ids", expanding=True))).order_by(
    clients.c.sort_name, clients.c.id
)

_CLIENT: ColumnElement[int] = bindparam("person_id")
_NOW: ColumnElement[datetime] = bindparam("now", type_=Instant)
_BETWEEN = (
    requests.c.client_id == _CLIENT,
    requests.c.dietitian_id == bindparam("dietitian_id"),
    requests.c.sent_at.is_not(None),
)
_MET = (BookingState.CONFIRMED, BookingState.COMPLETED, BookingState.NO_SHOW)
_SESSIONS = bookings.join(requests, and_(bookings.c.request_id == requests.c.id, *_BETWEEN))
_PLANNED = and_(plans.c.client_id == _CLIENT, plans.c.dietitian_id == bindparam("dietitian_id"))


def _one(what: ColumnElement[Any], table: Any, *where: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(what).select_from(table).where(*where).scalar_subquery()


_SHEET: Select[Any] = select(
    _one(func.count(), requests, *_BETWEEN).label("requests"),
    _one(func.count(), requests, *_BETWEEN, requests.c.state == RequestState.PENDING).label("unanswered"),
    _one(func.count(), _SESSIONS, bookings.c.state.in_(_MET)).label("sessions"),
    _one(
        func.count(),
        _SESSIONS,
        bookings.c.state == BookingState.CANCELLED,
        bookings.c.confirmed_at.is_not(None),
    ).label("cancelled"),
    _one(
        func.min(bookings.c.start),
        _SESSIONS,
        bookings.c.state == BookingState.CONFIRMED,
        bookings.c.end > _NOW,
    ).label("next_session"),
    _one(func.max(bookings.c.start), _SESSIONS, bookings.c.state.in_(_MET), bookings.c.end <= _NOW).label(
        "last_session"
    ),
    _one(func.count(), plans, _PLANNED, plans.c.state != PlanState.CANCELLED).label("plans"),
    _one(func.count(), plans, _PLANNED, plans.c.state == PlanState.WAITING).label("plans_waiting"),
)
_COUNTED = (
    "requests", "unanswered", "sessions", "cancelled", "next_session", "last_session", "plans", "plans_waiting",
)  # fmt: skip
_TO_VALUE = ledger.c.target == LedgerAccount.VALUE
_GIVEN = (
    select(ledger.c.currency, func.sum(case((_TO_VALUE, ledger.c.amount), else_=-ledger.c.amount)))
    .select_from(
        payments.join(ledger, ledger.c.payment_id == payments.c.id).join(
            requests, requests.c.id == payments.c.request_id
        )
    )
    .where(payments.c.client_id == _CLIENT, requests.c.dietitian_id == bindparam("dietitian_id"))
    .where(or_(_TO_VALUE, ledger.c.source == LedgerAccount.VALUE))
    .group_by(ledger.c.currency)
    .order_by(ledger.c.currency)
)

_EMAIL = select(people.c.email).where(people.c.id == bindparam("person_id"))
_OF_PERSON = _CLIENTS.select.where(clients.c.person_id == bindparam("person_id"))
_FOLD = update(clients).where(clients.c.id == bindparam("which")).values(sort_name=bindparam("folded"))
_KEEP = (
    update(clients)
    .where(clients.c.id == bindparam("which"))
    .values(
        sealed_notes=bindparam("notes"),
        blocked_at=bindparam("blocked", type_=Instant),
    )
)


def fold_again(connection: Connection, person_id: int) -> None:
    """Their own e-mail is another now."""
    for client in _CLIENTS.all(connection, _OF_PERSON, {"person_id": person_id}):
        name = _sort_name(connection, client)
        connection.execute(_FOLD, {"which": client.id, "folded": name})


def keep_words(connection: Connection, *, placeholder: int, into: int) -> None:
    """Two who are one person: of clients of one dietitian the notes stand together, and a block stays."""
    known = {one.dietitian_id: one for one in _CLIENTS.all(connection, _OF_PERSON, {"person_id": into})}
    for lost in _CLIENTS.all(connection, _OF_PERSON, {"person_id": placeholder}):
        kept = known.get(lost.dietitian_id)
        if kept is None or (lost.sealed_notes is None and lost.blocked_at is None):
            continue
        notes = "\n".join(sealed for sealed in (kept.sealed_notes, lost.sealed_notes) if sealed)
        values = {"which": kept.id, "notes": notes or None, "blocked": kept.blocked_at or lost.blocked_at}
        connection.execute(_KEEP, values)


def _sort_name(connection: Connection, client: Client) -> str:
    own = connection.execute(_EMAIL, {"person_id": client.person_id}).scalar()
    return sort_name(client.name, client.email, own)


def _patterns(search: str) -> dict[str, str]:
    """Each word is found anywhere; what is more than there is room for stays together."""
    words = folded(search).split(maxsplit=_MOST_WORDS - 1)
    return {f"word{at}": f"%{_escaped(word)}%" for at, word in enumerate(words)}


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class SqlClients:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, dietitian_id: int, *, number: int, size: int, welcome: bool = False) -> Page[Client]:
        statements = (_COUNT_WELCOME, _PAGE_WELCOME) if welcome else (_COUNT, _PAGE)
        return self._page(statements, {"dietitian_id": dietitian_id}, number, size)

    def found(self, dietitian_id: int, search: str, *, number: int, size: int) -> Page[Client]:
        patterns = _patterns(search)
        values = {"dietitian_id": dietitian_id, **patterns}
        ids = [row[0] for row in self._connection.execute(_FOUND[len(patterns)], values)]
        pages = max(1, -(-len(ids) // size))
        number = min(max(number, 0), pages - 1)
        here = ids[number * size : (number + 1) * size]
        items = _CLIENTS.all(self._connection, _BY_IDS, {"ids": here}) if here else []
        return Page(items=items, number=number, pages=pages, total=len(ids))

    def _page(
        self, statements: tuple[Select[Any], Select[Any]], values: dict[str, Any], number: int, size: int
    ) -> Page[Client]:
        count, items = statements
        return read_page(
            self._connection,
            count=count,
            items=items,
            values=values,
            number=number,
            size=size,
            read=_CLIENTS.of,
        )

    def find(self, dietitian_id: int, person_id: int) -> Client | None:
        return _CLIENTS.one(self._connection, _FIND, {"dietitian_id": dietitian_id, "person_id": person_id})

    def among(self, dietitian_id: int, client_ids: Collection[int]) -> list[Client]:
        values = {"dietitian_id": dietitian_id, "client_ids": list(client_ids)}
        return _CLIENTS.all(self._connection, _AMONG, values)

    def who_blocked(self, person_id: int) -> set[int]:
        return {row[0] for row in self._connection.execute(_WHO_BLOCKED, {"person_id": person_id})}

    def sheet(self, client: Client, now: datetime) -> ClientSheet:
        values = {"person_id": client.person_id, "dietitian_id": client.dietitian_id}
        counted: Sequence[Any] = self._connection.execute(_SHEET, {**values, "now": now}).one()
        given = {currency: int(amount) for currency, amount in self._connection.execute(_GIVEN, values)}
        return ClientSheet(
            client=client,
            person=PEOPLE.get(self._connection, client.person_id),
            given=given,
            **dict(zip(_COUNTED, counted, strict=True)),
        )

    def get(self, client_id: int) -> Client:
        return _CLIENTS.get(self._connection, client_id)

    def add(self, client: Client) -> Client:
        return _CLIENTS.add(self._connection, client, sort_name=_sort_name(self._connection, client))

    def save(self, client: Client) -> None:
        _CLIENTS.save(self._connection, client, sort_name=_sort_name(self._connection, client))

    def fold_again(self, person_id: int) -> None:
        fold_again(self._connection, person_id)
