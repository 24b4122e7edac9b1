"""How a connection to Google fares: lost, away for a while, well again. In the caller's transaction.

What is written is compared with the connection that Google was asked with: another may have been made meanwhile.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.calendar import Connection, ConnectionState
from domain.model.notice import Notice, NoticeKind
from domain.model.people import Dietitian
from domain.ports import UnitOfWork
from domain.usecases.telling import record, tell

SUCCESS_IS_NOTED_EVERY = timedelta(minutes=10)


def is_news(connection: Connection, now: datetime) -> bool:
    """Whether a success is worth a write: not every press should make one."""
    last = connection.last_success_at
    return connection.unreachable_since is not None or last is None or now - last >= SUCCESS_IS_NOTED_EVERY


def note_success(uow: UnitOfWork, asked: Connection, now: datetime) -> None:
    current = _same(uow, asked)
    if current is not None:
        uow.connections.put(replace(current, last_success_at=now))


def note_answer(uow: UnitOfWork, asked: Connection, now: datetime) -> None:
    """Busy times were told: what was away is back."""
    current = _same(uow, asked)
    if current is not None:
        uow.connections.put(replace(current, last_success_at=now, unreachable_since=None))


def note_outage(uow: UnitOfWork, asked: Connection, now: datetime, why: str) -> None:
    """The dietitian is told once an outage, and once an hour where it comes and goes."""
    current = _same(uow, asked)
    if current is None or current.unreachable_since is not None:
        return
    uow.connections.put(replace(current, unreachable_since=now))
    dietitian = uow.dietitians.get(asked.dietitian_id)
    record(uow, now, "google", "busy times unknown", f"dietitian:{dietitian.public_id}", why=why)
    _tell(uow, NoticeKind.GOOGLE_AWAY, dietitian, f"{now:%Y%m%d%H}", now)


def lose(uow: UnitOfWork, asked: Connection, now: datetime) -> None:
    """Google refused the token. Told once a connection."""
    current = _same(uow, asked)
    if current is None or current.state is ConnectionState.NEEDS_RECONNECT:
        return
    uow.connections.put(replace(current, state=ConnectionState.NEEDS_RECONNECT))
    dietitian = uow.dietitians.get(asked.dietitian_id)
    record(uow, now, "google", "lost connection", f"dietitian:{dietitian.public_id}")
    _tell(uow, NoticeKind.GOOGLE_LOST, dietitian, asked.connected_at.isoformat(), now)


def _same(uow: UnitOfWork, asked: Connection) -> Connection | None:
    current = uow.connections.of(asked.dietitian_id)
    return current if current is not None and current.sealed_token == asked.sealed_token else None


def _tell(uow: UnitOfWork, kind: NoticeKind, dietitian: Dietitian, mark: str, now: datetime) -> None:
    notice = Notice(kind=kind, to=dietitian.person_id, key=f"{kind.value}:{dietitian.id}:{mark}")
    tell(uow, notice, now)
