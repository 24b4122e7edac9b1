"""Somebody opens a one-time link."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import LinkUsedUp
from domain.model.ids import token_hash
from domain.model.link import Link
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Client, Person
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.manage_request import withdraw
from domain.usecases.send_request import remind_of
from domain.usecases.telling import by, record, tell
from domain.usecases.welcome import blocked_client


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """Bind the request to the first person who opens its link. Opening it again is harmless.

    A dietitian who opens their own link to see whether it works does not use it up. Where it is somebody whom the
    dietitian has blocked, the request is withdrawn and the dietitian told; the opener learns no more than of any link
    that is used up.
    """

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, token: str) -> RequestCard:
        card = await self.transactions.write(lambda uow: self._open(uow, person, token))
        if card is None:
            raise LinkUsedUp
        return card

    def _open(self, uow: UnitOfWork, person: Person, token: str) -> RequestCard | None:
        """None: blocked; what was written then must stay, so nothing is raised in the transaction."""
        now = self.clock.now()
        link = uow.links.by_hash(token_hash(token), lock=True)
        if link is None:
            raise LinkUsedUp
        card = uow.requests.card_by_id(link.request_id, lock=True)
        if link.bound_to == person.id:
            return card
        if link.bound_to is not None or now >= link.expires_at:
            raise LinkUsedUp
        if card.dietitian.person_id == person.id:
            return card
        _must_be_for(card, person)
        uow.dietitians.lock(card.dietitian.id)  # a block of this moment is there before, or finds it after
        blocked = blocked_client(uow, card.dietitian.id, person.id)
        if blocked is not None:
            self._turn_away(uow, card, blocked, now)
            return None
        self._bind(uow, link, card, person)
        record(uow, now, by(person.id), "opened link", f"request:{card.request.public_id}")
        opened = Notice(
            kind=NoticeKind.REQUEST_OPENED,
            to=card.dietitian.person_id,
            key=f"opened:{card.request.public_id}",
            request_id=card.request.id,
        )
        tell(uow, opened, now)
        remind_of(uow, card.request, person.id, now)
        return uow.requests.card_by_id(card.request.id)

    def _bind(self, uow: UnitOfWork, link: Link, card: RequestCard, person: Person) -> None:
        if card.client is not None and card.client.id != person.id:
            uow.people.merge(placeholder=card.client.id, into=person.id)
        uow.links.bind(link.id, person.id)

    def _turn_away(self, uow: UnitOfWork, card: RequestCard, blocked: Client, now: datetime) -> None:
        """They are not made its client: it must not stand in their list."""
        record(
            uow, now, by(blocked.person_id), "opened link", f"request:{card.request.public_id}", blocked=True
        )
        withdraw(uow, card, by(card.dietitian.person_id), now, told=False)
        turned_away = Notice(
            kind=NoticeKind.REQUEST_BLOCKED,
            to=card.dietitian.person_id,
            key=f"blocked:{card.request.public_id}",
            request_id=card.request.id,
            detail={"client": str(blocked.id), "name": blocked.name},
        )
        tell(uow, turned_away, now)


def _must_be_for(card: RequestCard, person: Person) -> None:
    client = card.client
    if client is None or (client.telegram_id is not None and client.id != person.id):
        raise LinkUsedUp  # it was made for somebody whose Telegram id is known, and this is not them
    if not card.request.is_open:
        raise LinkUsedUp  # who it was for is known by their other requests: this one makes nobody them any more
