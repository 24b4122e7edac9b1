"""Google Calendar connections and the attempts to make one."""

from datetime import datetime

from sqlalchemy import Connection as Open
from sqlalchemy import bindparam, delete, update

from domain.model.calendar import Connection, OAuthAttempt
from storage.rows import Records, upsert
from storage.tables import connections, oauth_attempts, requests

_CONNECTIONS = Records(Connection, connections)
_OF = _CONNECTIONS.select.where(connections.c.dietitian_id == bindparam("whose"))
_OF_REQUEST = _CONNECTIONS.select.join(requests, requests.c.dietitian_id == connections.c.dietitian_id).where(
    requests.c.public_id == bindparam("public_id")
)
_PUT = upsert(connections, on="dietitian_id")
_REMOVE = delete(connections).where(connections.c.dietitian_id == bindparam("whose"))

_ATTEMPTS = Records(OAuthAttempt, oauth_attempts)
_GOOD = (
    oauth_attempts.c.state_hash == bindparam("hash"),
    oauth_attempts.c.used_at.is_(None),
    oauth_attempts.c.expires_at > bindparam("now"),
)
_ATTEMPT = _ATTEMPTS.select.where(*_GOOD)
_TAKE = update(oauth_attempts).where(*_GOOD).values(used_at=bindparam("now")).returning(*_ATTEMPTS.columns)


class SqlConnections:
    def __init__(self, connection: Open) -> None:
        self._connection = connection

    def of(self, dietitian_id: int) -> Connection | None:
        return _CONNECTIONS.one(self._connection, _OF, {"whose": dietitian_id})

    def of_request(self, public_id: str) -> Connection | None:
        return _CONNECTIONS.one(self._connection, _OF_REQUEST, {"public_id": public_id})

    def put(self, connection: Connection) -> None:
        self._connection.execute(_PUT[self._connection.dialect.name], _CONNECTIONS.values(connection))

    def remove(self, dietitian_id: int) -> None:
        self._connection.execute(_REMOVE, {"whose": dietitian_id})

    def add_attempt(self, attempt: OAuthAttempt) -> None:
        _ATTEMPTS.add(self._connection, attempt)

    def attempt(self, state_hash: str, now: datetime) -> OAuthAttempt | None:
        return _ATTEMPTS.one(self._connection, _ATTEMPT, {"hash": state_hash, "now": now})

    def take_attempt(self, state_hash: str, now: datetime) -> OAuthAttempt | None:
        return _ATTEMPTS.one(self._connection, _TAKE, {"hash": state_hash, "now": now})
