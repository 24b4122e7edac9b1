"""People; who they turn out to be."""

from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, select, update

from domain.errors import MovedOn, NotYours
from domain.model.people import Person
from storage.cards import PEOPLE
from storage.columns import Instant
from storage.repositories.clients import fold_again, keep_words
from storage.tables import bookings, clients, links, payments, people, plans, requests

_LOCK = PEOPLE.by_id.with_for_update(key_share=True)
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
_REMOVE_PLACEHOLDER = delete(people).where(
    people.c.id == _PLACE, people.c.telegram_id.is_(None), people.c.erased_at.is_(None)
)

_SAW = (
    update(people)
    .where(people.c.telegram_id == bindparam("whose"))
    .where(or_(people.c.seen_at.is_(None), people.c.seen_at < bindparam("seen", type_=Instant)))
    .values(seen_at=bindparam("seen", type_=Instant))
)


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: int, *, lock: bool = False) -> Person:
        found = PEOPLE.one(self._connection, _LOCK if lock else PEOPLE.by_id, {"at_id": person_id})
        if found is None:
            raise NotYours(f"no Person {person_id}")
        return found

    def by_telegram_id(self, telegram_id: int) -> Person | None:
        return PEOPLE.one(self._connection, _BY_TELEGRAM_ID, {"telegram_id": telegram_id})

    def add(self, person: Person) -> Person:
        return PEOPLE.add(self._connection, person)

    def save(self, person: Person) -> None:
        PEOPLE.save(self._connection, person)

    def set_reachable(self, telegram_id: int, *, reachable: bool) -> None:
        self._connection.execute(_SET_REACHABLE, {"whose": telegram_id, "reachable": reachable})

    def saw(self, telegram_id: int, at: datetime) -> None:
        self._connection.execute(_SAW, {"whose": telegram_id, "seen": at})

    def merge(self, *, placeholder: int, into: int) -> None:
        """Where both are clients of one dietitian, the dietitian's words about `into` stay.

        Notes about either are kept, and so is a block of either.
        """
        keep_words(self._connection, placeholder=placeholder, into=into)
        both = {"placeholder": placeholder, "into": into}
        for statement in _MERGE:
            self._connection.execute(statement, both)
        if self._connection.execute(_REMOVE_PLACEHOLDER, {"placeholder": placeholder}).rowcount == 0:
            raise MovedOn(f"person {placeholder} is no placeholder")
        fold_again(self._connection, into)
