"""Rows for the outbox and the audit trail, written in the caller's transaction."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from domain.model.audit import AuditEntry
from domain.model.booking import Booking
from domain.model.notice import Notice, NoticeKind
from domain.model.queue import Errand, OutboxItem
from domain.model.request import Request
from domain.ports import UnitOfWork

REMINDERS = (timedelta(hours=24), timedelta(hours=1))


def tell(uow: UnitOfWork, notice: Notice, now: datetime, *, due_at: datetime | None = None) -> None:
    """One person's notices share a lane, so that they arrive in the order in which things happened.

    A notice for later has a lane of its own: it must not be overtaken by, nor hold up, what happens before.
    """
    lane = f"person:{notice.to}" if due_at is None else f"later:{notice.key}"
    item = OutboxItem(
        errand=Errand.NOTICE,
        key=f"notice:{notice.key}",
        lane=lane,
        payload=asdict(notice),
        due_at=due_at or now,
        created_at=now,
    )
    uow.outbox.add(item)


def tell_admins(
    uow: UnitOfWork, key: str, now: datetime, detail: dict[str, str], **records: int | None
) -> None:
    """To every admin who has opened the chat; who the admins are is the outbox worker's knowledge."""
    item = OutboxItem(
        errand=Errand.ALERT,
        key=f"alert:{key}",
        lane="admins",
        payload={"detail": detail, **records},
        due_at=now,
        created_at=now,
    )
    uow.outbox.add(item)


def remind(uow: UnitOfWork, booking: Booking, recipients: tuple[int, ...], now: datetime) -> None:
    """One row a reminder and person; what it says, and whether it still holds, is decided when it is due."""
    for before in REMINDERS:
        due_at = booking.start - before
        if due_at <= now:
            continue
        for person_id in recipients:
            notice = Notice(
                kind=NoticeKind.REMINDER,
                to=person_id,
                key=f"reminder:{booking.public_id}:{booking.sequence}:{int(before.total_seconds())}:{person_id}",
                request_id=booking.request_id,
                booking_id=booking.id,
                detail={"start": booking.start.isoformat()},
            )
            tell(uow, notice, now, due_at=due_at)


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
