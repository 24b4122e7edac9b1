"""/mydata: everything that is held about a person, as they asked for it; and when they may ask again."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.errors import NotYours
from domain.model.people import Person
from domain.model.queue import Errand, OutboxItem
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.ports.erasure import Whose
from domain.usecases.telling import by, record

AGAIN_AFTER = timedelta(hours=1)
ASKED = "asked for their data"
FORMS = ("json", "html")

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose data, as they stood at `made_at` or a little later. `timezone` is the person's."""

    made_at: datetime
    name: str
    timezone: str
    telegram_id: int
    whose: Whose
    sections: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyData:
    """The document itself is made when it is sent, page by page, and is stored nowhere."""

    transactions: Transactions
    clock: Clock
    vault: Vault

    async def ask(self, *, person: Person) -> datetime | None:
        """None: it is on its way. Else when they may ask again: it is heavy work, and an open phone is enough."""

        def ask(uow: UnitOfWork) -> datetime | None:
            now = self.clock.now()
            uow.traces.lock(person.id)
            record_of = f"person:{person.id}"
            before = [entry.at for entry in uow.audit.of(record_of) if entry.action == ASKED]
            if before and now < max(before) + AGAIN_AFTER:
                return max(before) + AGAIN_AFTER
            record(uow, now, by(person.id), ASKED, record_of)
            for form in FORMS:
                uow.outbox.add(_errand(person.id, form, len(before) + 1, now))
            return None

        return await self.transactions.write(ask)

    async def subject(self, *, person_id: int) -> Subject | None:
        """None for somebody whose data are gone."""
        try:
            return await self.transactions.read(lambda uow: _subject(uow, person_id, self.clock.now()))
        except NotYours:
            return None

    async def pages(self, subject: Subject) -> AsyncIterator[tuple[str, Rows]]:
        """Each a transaction of its own, so that others are not kept waiting; of an empty section one without rows."""
        for name in subject.sections:
            after: int | None = 0
            while after is not None:
                rows, after = await self.transactions.read(
                    lambda uow, at=after, of=name: uow.copies.page(  # type: ignore[misc]
                        of, subject.whose, after=at, opened=self.vault.open
                    )
                )
                yield name, rows


def _subject(uow: UnitOfWork, person_id: int, now: datetime) -> Subject | None:
    person, practice = uow.people.get(person_id), uow.traces.practice_of(person_id)
    if person.telegram_id is None:
        return None
    whose = Whose(
        person_id=person.id,
        telegram_id=person.telegram_id,
        practice_id=practice.id if practice is not None else 0,
        practice_code=practice.public_id if practice is not None else "",
    )
    return Subject(
        made_at=now,
        name=person.name,
        timezone=person.timezone,
        telegram_id=person.telegram_id,
        whose=whose,
        sections=uow.copies.sections(practice=practice is not None),
    )


def _errand(person_id: int, form: str, number: int, now: datetime) -> OutboxItem:
    return OutboxItem(
        errand=Errand.MY_DATA,
        key=f"mydata:{person_id}:{number}:{form}",
        lane=f"mydata:{person_id}",
        payload={"person_id": person_id, "form": form},
        due_at=now,
        created_at=now,
    )
