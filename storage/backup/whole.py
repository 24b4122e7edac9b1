"""From a database into a file, and from a file into a database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

from domain.model.job import SILENT_AFTER
from domain.usecases.after_restore import note_restore
from storage.backup.file import NotABackupError, read_backup, write_backup
from storage.backup.rows import Contents, dump, load
from storage.columns import Instant
from storage.database import Database
from storage.uow import SqlUnitOfWork

_CLOCKS_APART = timedelta(minutes=1)


async def back_up(database: Database, path: Path, *, key: str, now: datetime) -> Contents:
    """One state of the whole practice, while programs go on working it. `OSError` where it can't be written."""

    def copy(connection: Connection) -> Contents:
        said: list[Contents] = []
        write_backup(path, key, dump(connection, now, said.append))
        return said[0]

    return await database.snapshot(copy)


async def restore(
    database: Database, path: Path, *, keys: Sequence[str], now: datetime, replace: bool
) -> Contents:
    """Whole or not at all. `NotABackupError` where it can't be, `OSError` where the file can't be read."""

    def bring_back(connection: Connection) -> Contents:
        _require_rest(connection, now)
        contents = load(connection, read_backup(path, keys), replace=replace, now=now)
        note_restore(SqlUnitOfWork(connection), contents.taken_at, now)
        return contents

    return await database.rebuild(bring_back)


def _require_rest(connection: Connection, now: datetime) -> None:
    """A program that is stopped says so; one that was killed is not heard of any more after a minute.

    A report from further ahead says that this clock is behind, and nothing of who is at work: it is no obstacle.
    """
    if not inspect(connection).has_table("jobs"):
        return
    jobs = table("jobs", column("reported_at", Instant()))
    last = connection.execute(select(func.max(jobs.c.reported_at, type_=Instant()))).scalar()
    if last is not None and -_CLOCKS_APART < now - last < SILENT_AFTER:
        raise NotABackupError(
            f"a program was at work on this database {max(0, int((now - last).total_seconds()))} s ago: stop it first, "
            f"or wait until it has been silent for {int(SILENT_AFTER.total_seconds())} s"
        )
