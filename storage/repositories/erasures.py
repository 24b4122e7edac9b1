"""Who wants their data deleted."""

from sqlalchemy import Connection, bindparam, delete, select

from domain.model.erasure import Erasure, ErasureState
from storage.rows import Records
from storage.tables import dietitians, erasures

_ERASURES = Records(Erasure, erasures)
_WHOSE = erasures.c.person_id == bindparam("whose")
_OF = _ERASURES.select.where(_WHOSE)
_DROP = delete(erasures).where(_WHOSE)
_WAITING = (
    select(erasures.c.person_id).where(erasures.c.state == ErasureState.WAITING).order_by(erasures.c.id)
)
_HAS_PRACTICE = select(dietitians.c.id).where(dietitians.c.person_id == erasures.c.person_id).exists()
_LEAVING = _ERASURES.select.where(erasures.c.state != ErasureState.ASKED, _HAS_PRACTICE).order_by(
    erasures.c.id
)


class SqlErasures:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person_id: int) -> Erasure | None:
        return _ERASURES.one(self._connection, _OF, {"whose": person_id})

    def get(self, erasure_id: int) -> Erasure | None:
        return _ERASURES.one(self._connection, _ERASURES.by_id, {"at_id": erasure_id})

    def add(self, erasure: Erasure) -> Erasure:
        return _ERASURES.add(self._connection, erasure)

    def save(self, erasure: Erasure) -> None:
        _ERASURES.save(self._connection, erasure)

    def drop(self, person_id: int) -> None:
        self._connection.execute(_DROP, {"whose": person_id})

    def waiting(self) -> list[int]:
        return [person_id for (person_id,) in self._connection.execute(_WAITING)]

    def leaving(self) -> list[Erasure]:
        return _ERASURES.all(self._connection, _LEAVING, {})
