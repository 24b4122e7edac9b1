"""What was told to all dietitians, and the reports of the jobs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, delete, func, insert, select

from domain.model.broadcast import Audience, Broadcast
from domain.model.job import Job
from domain.model.views import Page
from storage.pages import paged, read_page
from storage.rows import Records, Rows
from storage.tables import broadcasts, dietitians, jobs, people

_BROADCASTS = Records(Broadcast, broadcasts)
_BY_PUBLIC_ID = _BROADCASTS.select.where(broadcasts.c.public_id == bindparam("public_id"))
_SENT = broadcasts.c.sent_at.is_not(None)
_COUNT = select(func.count()).select_from(broadcasts).where(_SENT)
_NEWEST_FIRST = paged(_BROADCASTS.select.where(_SENT).order_by(broadcasts.c.id.desc()))
_DROP_DRAFTS = delete(broadcasts).where(
    broadcasts.c.author == bindparam("whose"), broadcasts.c.sent_at.is_(None)
)
_can_be_written_to = and_(
    people.c.telegram_id.is_not(None), people.c.started_at.is_not(None), people.c.reachable.is_(True)
)
_AUDIENCE = (
    select(
        dietitians.c.person_id,
        dietitians.c.suspended_at.is_not(None),
        case((_can_be_written_to, 1), else_=0),
    )
    .select_from(dietitians.join(people, people.c.id == dietitians.c.person_id))
    .where(dietitians.c.active.is_(True))
    .order_by(dietitians.c.id)
)

_JOBS = Rows(Job, jobs)
_ALL_JOBS = _JOBS.select.order_by(jobs.c.program, jobs.c.name)
_REPORT = insert(jobs)
_PROGRAM: BindParameter[str] = bindparam("whose")
_FORGET = delete(jobs).where(jobs.c.program == _PROGRAM)
_FORGET_SILENT = delete(jobs).where(jobs.c.reported_at < bindparam("before"))


class SqlBroadcasts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, broadcast: Broadcast) -> Broadcast:
        return _BROADCASTS.add(self._connection, broadcast)

    def save(self, broadcast: Broadcast) -> None:
        _BROADCASTS.save(self._connection, broadcast)

    def by_public_id(self, public_id: str, *, lock: bool = False) -> Broadcast | None:
        statement = _BY_PUBLIC_ID.with_for_update(key_share=True) if lock else _BY_PUBLIC_ID
        return _BROADCASTS.one(self._connection, statement, {"public_id": public_id})

    def drop_drafts(self, person_id: int) -> None:
        self._connection.execute(_DROP_DRAFTS, {"whose": person_id})

    def page(self, *, number: int, size: int) -> Page[Broadcast]:
        return read_page(
            self._connection,
            count=_COUNT,
            items=_NEWEST_FIRST,
            values={},
            number=number,
            size=size,
            read=_BROADCASTS.of,
        )

    def audience(self) -> Audience:
        found = [tuple(row) for row in self._connection.execute(_AUDIENCE)]
        working = [(person, can) for person, suspended, can in found if not suspended]
        return Audience(
            people=tuple(person for person, can in working if can),
            suspended=len(found) - len(working),
            unreachable=sum(not can for _, can in working),
        )


class SqlJobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def report(self, program: str, reported: Sequence[Job], *, forget_before: datetime) -> None:
        self._connection.execute(_FORGET_SILENT, {"before": forget_before})
        self._connection.execute(_FORGET, {"whose": program})
        if reported:
            self._connection.execute(_REPORT, [_JOBS.values(job) for job in reported])

    def all(self) -> list[Job]:
        return _JOBS.all(self._connection, _ALL_JOBS, {})
