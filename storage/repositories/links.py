"""One-time links, and what the next typed message of somebody means."""

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, update

from domain.errors import LinkUsedUp
from domain.model.link import Link
from domain.model.step import Step
from storage.rows import Records, Rows, upsert
from storage.tables import links, steps

_LINKS = Records(Link, links)
_BY_HASH = _LINKS.select.where(links.c.token_hash == bindparam("token_hash"))
_LOCK_BY_HASH = _BY_HASH.with_for_update(key_share=True)
_OF_REQUEST = _LINKS.select.where(links.c.request_id == bindparam("request_id")).order_by(links.c.id)
_PERSON: BindParameter[int] = bindparam("person")
_BIND = (
    update(links)
    .where(links.c.id == bindparam("link"), or_(links.c.bound_to.is_(None), links.c.bound_to == _PERSON))
    .values(bound_to=_PERSON)
)

_STEPS = Rows(Step, steps)
_STEP = _STEPS.select.where(steps.c.telegram_id == bindparam("whose"))
_PUT = upsert(steps, on="telegram_id")
_CLEAR = delete(steps).where(steps.c.telegram_id == bindparam("whose"))


class SqlLinks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: Link) -> Link:
        return _LINKS.add(self._connection, link)

    def by_hash(self, token_hash: str, *, lock: bool = False) -> Link | None:
        return _LINKS.one(self._connection, _LOCK_BY_HASH if lock else _BY_HASH, {"token_hash": token_hash})

    def bind(self, link_id: int, person_id: int) -> None:
        """`LinkUsedUp` where it is bound to somebody else."""
        if self._connection.execute(_BIND, {"link": link_id, "person": person_id}).rowcount == 0:
            raise LinkUsedUp(f"link {link_id} is bound to somebody else")

    def of_request(self, request_id: int) -> list[Link]:
        return _LINKS.all(self._connection, _OF_REQUEST, {"request_id": request_id})


class SqlSteps:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, telegram_id: int) -> Step | None:
        return _STEPS.one(self._connection, _STEP, {"whose": telegram_id})

    def put(self, step: Step) -> None:
        self._connection.execute(_PUT[self._connection.dialect.name], _STEPS.values(step))

    def clear(self, telegram_id: int) -> None:
        self._connection.execute(_CLEAR, {"whose": telegram_id})
