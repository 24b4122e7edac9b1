"""Somebody opens a one-time link."""

from dataclasses import dataclass

from domain.errors import LinkUsedUp
from domain.model.ids import token_hash
from domain.model.link import Link
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Person
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.send_request import remind_of
from domain.usecases.telling import by, record, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """Bind the request to the first person who opens its link. Opening it again is harmless.

    A dietitian who opens their own link to see whether it works does not use it up.
    """

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, person: Person, token: str) -> RequestCard:
        return await self.transactions.write(lambda uow: self._open(uow, person, token))

    def _open(self, uow: UnitOfWork, person: Person, token: str) -> RequestCard:
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
        client = card.client
        if client is None or (client.telegram_id is not None and client.id != person.id):
            raise LinkUsedUp  # it was made for somebody whose Telegram id is known, and this is not them
        if client.id != person.id:
            uow.people.merge(placeholder=client.id, into=person.id)
        uow.links.bind(link.id, person.id)
