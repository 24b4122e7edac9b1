"""Whom Telegram does not let us write to: another way is tried, and whoever waits for an answer hears of it."""

from dataclasses import asdict
from datetime import datetime

from domain.model.notice import Notice, NoticeKind, Post
from domain.model.people import Person
from domain.model.queue import Errand, OutboxItem
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases.clients_desk import message_unreached
from domain.usecases.telling import tell


def send_by_mail(uow: UnitOfWork, notice: Notice, now: datetime) -> bool:
    """One person's mails share a lane, so that they arrive in order; False where it is on its way already."""
    item = OutboxItem(
        errand=Errand.NOTICE_MAIL,
        key=f"noticemail:{notice.key}",
        lane=f"mail:{notice.to}",
        payload=asdict(notice),
        due_at=now,
        created_at=now,
    )
    return uow.outbox.add(item)


def tell_unreached(
    uow: UnitOfWork, notice: Notice, reader: Person, card: RequestCard | None, post: Post, now: datetime
) -> None:
    """To the dietitian: of their own words each time, of all else once until the client is seen here again."""
    if notice.kind is NoticeKind.MESSAGE:
        message_unreached(uow, notice, now, post=post)
        return
    if card is None or not _is_their_client(card, reader):
        return
    since = (reader.seen_at or reader.started_at or reader.created_at).isoformat()
    again = ":refused" if post is Post.REFUSED else ""
    told = Notice(
        kind=NoticeKind.CLIENT_UNREACHED,
        to=card.dietitian.person_id,
        key=f"clientunreached:{reader.id}:{card.dietitian.id}:{since}{again}",
        request_id=card.request.id,
        detail={"post": post.value},
    )
    tell(uow, told, now)


def _is_their_client(card: RequestCard, reader: Person) -> bool:
    """Not somebody who never came, and not what a client began by themselves and has not paid."""
    is_client = card.client is not None and card.client.id == reader.id and reader.started_at is not None
    return is_client and card.role_of(card.dietitian.telegram_id) is not None
