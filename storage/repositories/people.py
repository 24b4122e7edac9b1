"""People, and who is a client of which dietitian."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, update

from domain.errors import MovedOn
from domain.model.people import Client, Person
from domain.model.views import Page
from storage.cards import PEOPLE
from storage.pages import paged, read_page
from storage.rows import Records
from storage.tables import bookings, clients, links, payments, people, plans, requests

_BY_TELEGRAM_ID = PEOPLE.select.where(people.c.telegram_id == bindparam("telegram_id"))
_SET_REACHABLE = update(people).where(people.c.telegram_id == bindparam("whose"))
_PLACE: BindParameter[int] = bindparam("placeholder")
_INTO: BindParameter[int] = bindparam("into")
_HAS_INTO = select(clients.c.dietitian_id).where(clients.c.person_id == _INTO)
_MERGE = (
    delete(clients).where(clients.c.person_id == _PLACE, clients.c.dietitian_id.in_(_HAS_INTO)),
    update(clients).where(clients.c.person_id == _PLACE).values(person_id=_INTO),
    update(requests).where(requests.c.client_id == _PLACE).values(client_id=_INTO),
    update(bookings).where(bookings.c.client_id == _PLACE).values(client_id=_INTO),
    update(payments).where(payments.c.client_id == _PLACE).values(client_id=_INTO),
    update(plans).where(plans.c.client_id == _PLACE).values(client_id=_INTO),
    update(links).where(links.c.bound_to == _PLACE).values(bound_to=_INTO),
)
_REMOVE_PLACEHOLDER = delete(people).where(people.c.id == _PLACE, people.c.telegram_id.is_(None))

_CLIENTS = Records(Client, clients)
_OF_DIETITIAN = clients.c.dietitian_id == bindparam("dietitian_id")
_FIND = _CLIENTS.select.where(_OF_DIETITIAN, clients.c.person_id == bindparam("person_id"))
_COUNT = select(func.count()).select_from(clients).where(_OF_DIETITIAN)
_PAGE = paged(_CLIENTS.select.where(_OF_DIETITIAN).order_by(clients.c.sort_name, clients.c.id))
_AMONG = _CLIENTS.select.where(
    _OF_DIETITIAN, clients.c.id.in_(bindparam("client_ids", expanding=True))
).order_by(clients.c.sort_name, clients.c.id)


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: int) -> Person:
        return PEOPLE.get(self._connection, person_id)

    def by_telegram_id(self, telegram_id: int) -> Person | None:
        return PEOPLE.one(self._connection, _BY_TELEGRAM_ID, {"telegram_id": telegram_id})

    def add(self, person: Person) -> Person:
        return PEOPLE.add(self._connection, person)

    def save(self, person: Person) -> None:
        PEOPLE.save(self._connection, person)

    def set_reachable(self, telegram_id: int, *, reachable: bool) -> None:
        self._connection.execute(_SET_REACHABLE, {"whose": telegram_id, "reachable": reachable})

    def merge(self, *, placeholder: int, into: int) -> None:
        """Where both are clients of one dietitian, the dietitian's words about `into` stay."""
        both = {"placeholder": placeholder, "into": into}
        for statement in _MERGE:
            self._connection.execute(statement, both)
        if self._connection.execute(_REMOVE_PLACEHOLDER, {"placeholder": placeholder}).rowcount == 0:
            raise MovedOn(f"person {placeholder} is no placeholder")


class SqlClients:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, dietitian_id: int, *, number: int, size: int) -> Page[Client]:
        return read_page(
            self._connection,
            count=_COUNT,
            items=_PAGE,
            values={"dietitian_id": dietitian_id},
            number=number,
            size=size,
            read=_CLIENTS.of,
        )

    def find(self, dietitian_id: int, person_id: int) -> Client | None:
        return _CLIENTS.one(self._connection, _FIND, {"dietitian_id": dietitian_id, "person_id": person_id})

    def among(self, dietitian_id: int, client_ids: Collection[int]) -> list[Client]:
        values = {"dietitian_id": dietitian_id, "client_ids": list(client_ids)}
        return _CLIENTS.all(self._connection, _AMONG, values)

    def get(self, client_id: int) -> Client:
        return _CLIENTS.get(self._connection, client_id)

    def add(self, client: Client) -> Client:
        return _CLIENTS.add(self._connection, client, **_sorted(client))

    def save(self, client: Client) -> None:
        _CLIENTS.save(self._connection, client, **_sorted(client))


def _sorted(client: Client) -> dict[str, Any]:
    # SQLite's lower() knows A to Z only, so names are folded here
    return {"sort_name": client.name.casefold()}
