"""An admin writes to all dietitians: written, looked at, confirmed, and sent once however often it is pressed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from domain.errors import MovedOn, NotYours
from domain.model.broadcast import Audience, Broadcast, Progress
from domain.model.ids import new_public_id
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person
from domain.model.queue import Errand, OutboxItem
from domain.model.views import Page
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.telling import by, record

PAGE_SIZE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A draft with who would get it now, or one that was sent with how far it has come."""

    broadcast: Broadcast
    audience: Audience
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcasts:
    """For admins alone; `handlers.rights` says so and the router asks."""

    transactions: Transactions
    clock: Clock

    async def write(self, *, person: Person, text: str) -> Shown:
        """A draft; the one before it is gone."""

        def write(uow: UnitOfWork) -> Shown:
            uow.broadcasts.drop_drafts(person.id)
            draft = Broadcast(
                public_id=new_public_id(), author=person.id, text=text, created_at=self.clock.now()
            )
            if person.telegram_id is not None:
                uow.steps.clear(person.telegram_id)
            return _shown(uow, uow.broadcasts.add(draft))

        return await self.transactions.write(write)

    async def look(self, *, public_id: str) -> Shown:
        return await self.transactions.read(lambda uow: _shown(uow, _one(uow, public_id)))

    async def sent(self, *, number: int) -> Page[Broadcast]:
        return await self.transactions.read(lambda uow: uow.broadcasts.page(number=number, size=PAGE_SIZE))

    async def send(self, *, person: Person, public_id: str) -> tuple[Shown, bool]:
        """To all who can get it now, in one transaction; False where it was sent already.

        A row a dietitian, added by one statement and without the text, which stands in the broadcast alone.
        """

        def send(uow: UnitOfWork) -> tuple[Shown, bool]:
            draft = _one(uow, public_id, lock=True)
            if draft.sent_at is not None:
                return _shown(uow, draft), False
            audience, now = uow.broadcasts.audience(), self.clock.now()
            if not audience.people:
                raise MovedOn
            sent = replace(draft, sent_at=now)
            uow.broadcasts.save(sent)
            uow.outbox.add_all(_rows(sent, audience.people, now))
            count = len(audience.people)
            record(uow, now, by(person.id), "broadcast", f"broadcast:{public_id}", people=count)
            return _shown(uow, sent), True

        return await self.transactions.write(send)

    async def discard(self, *, person: Person, public_id: str) -> None:
        """What was sent stays."""

        def discard(uow: UnitOfWork) -> None:
            draft = uow.broadcasts.by_public_id(public_id)
            if draft is not None and draft.sent_at is None:
                uow.broadcasts.drop_drafts(draft.author)
                now = self.clock.now()
                record(uow, now, by(person.id), "discarded broadcast", f"broadcast:{public_id}")

        await self.transactions.write(discard)


def _one(uow: UnitOfWork, public_id: str, *, lock: bool = False) -> Broadcast:
    found = uow.broadcasts.by_public_id(public_id, lock=lock)
    if found is None:
        raise NotYours
    return found


def _shown(uow: UnitOfWork, broadcast: Broadcast) -> Shown:
    return Shown(
        broadcast=broadcast,
        audience=uow.broadcasts.audience(),
        progress=Progress(states=uow.outbox.of_batch(broadcast.public_id)),
    )


def _rows(broadcast: Broadcast, people: Sequence[int], now: datetime) -> list[OutboxItem]:
    """Each in the lane of its reader, like every notice."""
    notices = [
        Notice(
            kind=NoticeKind.BROADCAST,
            to=person_id,
            key=f"broadcast:{broadcast.public_id}:{person_id}",
            detail={"broadcast": broadcast.public_id},
        )
        for person_id in people
    ]
    return [
        OutboxItem(
            errand=Errand.NOTICE,
            key=f"notice:{notice.key}",
            lane=f"person:{notice.to}",
            payload=asdict(notice),
            due_at=now,
            created_at=now,
            batch=broadcast.public_id,
        )
        for notice in notices
    ]
