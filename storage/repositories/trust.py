"""What people agreed to."""

from datetime import datetime

from sqlalchemy import Connection, bindparam

from domain.model.consent import Consent, Wording
from storage.rows import Records, Rows, insert_once
from storage.tables import consents, wordings

_CONSENTS = Records(Consent, consents)
_OF_PERSON = _CONSENTS.select.where(consents.c.person_id == bindparam("whose")).order_by(consents.c.id)
_WORDINGS = Rows(Wording, wordings)
_KEEP = insert_once(wordings)
_BY_HASH = _WORDINGS.select.where(wordings.c.words_hash == bindparam("hashed"))


class SqlConsents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, consent: Consent) -> Consent:
        return _CONSENTS.add(self._connection, consent)

    def save(self, consent: Consent) -> None:
        _CONSENTS.save(self._connection, consent)

    def of(self, person_id: int) -> list[Consent]:
        return _CONSENTS.all(self._connection, _OF_PERSON, {"whose": person_id})

    def keep(self, wording: Wording, now: datetime) -> None:
        row = {**_WORDINGS.values(wording), "words_hash": wording.words_hash, "first_given_at": now}
        self._connection.execute(_KEEP[self._connection.dialect.name], row)

    def wording(self, words_hash: str) -> Wording | None:
        return _WORDINGS.one(self._connection, _BY_HASH, {"hashed": words_hash})
