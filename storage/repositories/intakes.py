"""What was asked of a client, and their sealed answers."""

from sqlalchemy import Connection, bindparam

from domain.model.intake import Intake
from storage.rows import Revisions
from storage.tables import intakes

_INTAKES = Revisions(Intake, intakes)
_OF_REQUEST = _INTAKES.select.where(intakes.c.request_id == bindparam("request_id"))


class SqlIntakes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, intake: Intake) -> Intake:
        return _INTAKES.add(self._connection, intake)

    def save(self, intake: Intake) -> Intake:
        return _INTAKES.revise(self._connection, intake)

    def of_request(self, request_id: int) -> Intake | None:
        return _INTAKES.one(self._connection, _OF_REQUEST, {"request_id": request_id})
