"""What people agreed to."""

from sqlalchemy import Connection, bindparam

from domain.model.consent import Consent
from storage.rows import Records
from storage.tables import consents

_CONSENTS = Records(Consent, consents)
_OF_PERSON = _CONSENTS.select.where(consents.c.person_id == bindparam("whose")).order_by(consents.c.id)


class SqlConsents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, consent: Consent) -> Consent:
        return _CONSENTS.add(self._connection, consent)

    def save(self, consent: Consent) -> None:
        _CONSENTS.save(self._connection, consent)

    def of(self, person_id: int) -> list[Consent]:
        return _CONSENTS.all(self._connection, _OF_PERSON, {"whose": person_id})
