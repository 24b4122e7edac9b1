"""What was put together goes out: to one client, or one request each to several."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import MovedOn
from domain.model.ids import new_public_id, new_token, token_hash
from domain.model.link import LINK_LIVES, Link, LinkPurpose
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian, Person
from domain.model.queue import Errand, OutboxItem
from domain.model.request import Request, RequestState
from domain.model.views import RequestCard
from domain.ports import Clock, Transactions, UnitOfWork
from domain.usecases.allowance import NEW_LINKS, spend
from domain.usecases.approving import know_client
from domain.usecases.compose_request import own_draft
from domain.usecases.telling import by, record, tell
from domain.usecases.welcome import must_not_be_blocked

REMINDED_AFTER = (timedelta(days=3), timedelta(days=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`token` is the secret of the one-time link, known only now; None where the client is told directly."""

    card: RequestCard
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """DRAFT -> PENDING. A client who can be written to is told; anyone else gets a one-time link."""

    transactions: Transactions
    clock: Clock

    async def __call__(self, *, dietitian: Dietitian, public_id: str, rev: int) -> list[Sent]:
        """One for each client, in the order of their names."""
        return await self.transactions.write(lambda uow: self._send(uow, dietitian, public_id, rev))

    def _send(self, uow: UnitOfWork, dietitian: Dietitian, public_id: str, rev: int) -> list[Sent]:
        card = own_draft(uow, dietitian, public_id, rev)
        if card.request.service_id is None:
            raise MovedOn
        if card.request.chosen_clients:
            return self._send_to_several(uow, dietitian, card.request)
        if card.client is None:
            raise MovedOn
        return [self._dispatch(uow, dietitian, card.request, card.client)]

    def _send_to_several(self, uow: UnitOfWork, dietitian: Dietitian, draft: Request) -> list[Sent]:
        """The draft becomes the first one's."""
        sent: list[Sent] = []
        for client in uow.clients.among(dietitian.id, draft.chosen_clients):
            named = replace(
                draft,
                client_id=client.person_id,
                client_name=client.name,
                client_email=client.email,
                chosen_clients=(),
            )
            if sent:
                named = uow.requests.add(replace(named, id=0, rev=1, public_id=new_public_id()))
            sent.append(self._dispatch(uow, dietitian, named, uow.people.get(client.person_id)))
        if not sent:
            raise MovedOn  # none of them is their client any more
        return sent

    def _dispatch(self, uow: UnitOfWork, dietitian: Dietitian, draft: Request, client: Person) -> Sent:
        must_not_be_blocked(uow.clients.find(dietitian.id, client.id))
        now = self.clock.now()
        ends = now + timedelta(days=uow.dietitians.get(dietitian.id).request_days)
        request = uow.requests.save(replace(draft, state=RequestState.PENDING, sent_at=now, expires_at=ends))
        know_client(uow, request, client, now)
        record(uow, now, by(dietitian.person_id), "sent", f"request:{request.public_id}")
        token = None
        if client.can_be_written_to:
            tell(uow, _received(request, client.id), now)
        else:
            spend(uow, NEW_LINKS, dietitian.person_id, now)
            token = issue_link(uow, request, now)
            if request.client_email:
                _mail(uow, request, now)
        remind_of(uow, request, client.id, now)
        return Sent(card=uow.requests.card_by_id(request.id), token=token)


def issue_link(uow: UnitOfWork, request: Request, now: datetime) -> str:
    """A new one-time link to the request; the database keeps only its hash. It lives as long as the request."""
    token = new_token()
    uow.links.add(
        Link(
            token_hash=token_hash(token),
            purpose=LinkPurpose.REQUEST,
            request_id=request.id,
            expires_at=request.expires_at or now + LINK_LIVES,
            created_at=now,
        )
    )
    return token


def remind_of(uow: UnitOfWork, request: Request, person_id: int, now: datetime) -> None:
    """Some days after it was sent, where it is still unanswered then: that is decided when they are due."""
    if request.sent_at is None or request.expires_at is None:
        return
    for after in REMINDED_AFTER:
        due_at = request.sent_at + after
        if not now < due_at < request.expires_at:
            continue
        waiting = Notice(
            kind=NoticeKind.REQUEST_WAITING,
            to=person_id,
            key=f"waiting:{request.public_id}:{after.days}:{person_id}",
            request_id=request.id,
        )
        tell(uow, waiting, now, due_at=due_at)


def _received(request: Request, client_id: int) -> Notice:
    return Notice(
        kind=NoticeKind.REQUEST_RECEIVED,
        to=client_id,
        key=f"received:{request.public_id}",
        request_id=request.id,
    )


def _mail(uow: UnitOfWork, request: Request, now: datetime) -> None:
    """The mail gets a link of its own when it is sent: no token waits in the database."""
    item = OutboxItem(
        errand=Errand.MAIL,
        key=f"mail:received:{request.public_id}",
        lane=f"mail:{request.public_id}",
        payload={"request_id": request.id},
        due_at=now,
        created_at=now,
    )
    uow.outbox.add(item)
