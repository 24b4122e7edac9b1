"""Rows for the outbox and the audit trail, written in the caller's transaction."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from domain.model.audit import AuditEntry
from domain.model.notice import Notice, NoticeKind
from domain.model.queue import Errand, OutboxItem
from domain.model.request import Request
from domain.ports import UnitOfWork


def tell(
    uow: UnitOfWork,
    notice: Notice,
    now: datetime,
    *,
    due_at: datetime | None = None,
    about_at: datetime | None = None,
) -> bool:
    """One person's notices share a lane, so that they arrive in the order in which things happened.

    A notice for later has a lane of its own: it must not be overtaken by, nor hold up, what happens before.
    `about_at`: the start of the session that it reminds of; where many are due, the nearest goes first. One
    person's reminders share a lane, so that who has many of them keeps nobody else waiting.
    False where the same was told before.
    """
    lane = f"person:{notice.to}" if due_at is None else f"later:{notice.to}:{notice.key}"
    item = OutboxItem(
        errand=Errand.NOTICE,
        key=f"notice:{notice.key}",
        lane=lane if about_at is None else f"reminders:{notice.to}",
        payload=asdict(notice),
        due_at=due_at or now,
        created_at=now,
        about_at=about_at,
    )
    return uow.outbox.add(item)


def tell_admins(
    uow: UnitOfWork, key: str, now: datetime, detail: dict[str, str], **records: int | None
) -> bool:
    """To every admin who has opened the chat; who the admins are is the outbox worker's knowledge.

    False where the same was told before.
    """
    item = OutboxItem(
        errand=Errand.ALERT,
        key=f"alert:{key}",
        lane="admins",
        payload={"detail": detail, **records},
        due_at=now,
        created_at=now,
    )
    return uow.outbox.add(item)


def admins_lane(telegram_id: int) -> str:
    """Of the alerts to one admin."""
    return f"admin:{telegram_id}"


def alert_again(uow: UnitOfWork, telegram_id: int, now: datetime) -> None:
    """They can be written to: if they are an admin, what could not reach them goes out now."""
    uow.outbox.revive_lane(admins_lane(telegram_id), now=now)


def redraw(uow: UnitOfWork, request: Request, now: datetime) -> None:
    """Let the client's own message show where the request stands now, for instance without its Pay button."""
    if request.screen_message_id is None or request.client_id is None:
        return
    notice = Notice(
        kind=NoticeKind.REDRAW,
        to=request.client_id,
        key=f"redraw:{request.public_id}:{request.rev}",
        request_id=request.id,
        detail={"message_id": str(request.screen_message_id)},
    )
    tell(uow, notice, now)


def record(uow: UnitOfWork, at: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    entry = AuditEntry(at=at, actor=actor, action=action, record=subject, detail=detail)
    uow.audit.add(entry)


def by(person_id: int) -> str:
    """How the audit trail names a person."""
    return f"person:{person_id}"
