"""What the databases' errors mean to us. The only place that reads their codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import StorageUnavailable

# sqlite.org/rescode.html, primary codes: BUSY, LOCKED, IOERR, FULL, CANTOPEN, PROTOCOL; not READONLY, which
# is also what a reader that writes is told
_SQLITE_AWAY = frozenset({5, 6, 10, 13, 14, 15})
# postgresql.org/docs/current/errcodes-appendix.html: connection lost, out of resources, stopped by the
# operator, system error, not let in, no such database, closed to connections, lock not had in time
_POSTGRES_AWAY = ("08", "53", "57", "58", "28", "3D", "55000", "55P03")
_POSTGRES_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_UNIQUE = "23505"
_EXCLUSION = "23P01"
_SQLITE_CONFLICTS = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_TRIGGER"})


def _sqlstate(error: BaseException) -> str:
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state if isinstance(state, str) else ""


def is_conflict(error: IntegrityError) -> bool:
    """A row stands in the way: the same unique value, or an overlap."""
    name = getattr(error.orig, "sqlite_errorname", None)
    return name in _SQLITE_CONFLICTS or _sqlstate(error) in {_UNIQUE, _EXCLUSION}


def helps_to_run_again(error: BaseException) -> bool:
    """Rolled back because of others, so that a second run sees what they did.

    A unique value is among them: somebody inserted between our look and our insert.
    """
    return _sqlstate(error) in _POSTGRES_AGAIN or _sqlstate(error) == _UNIQUE


def is_contention(error: BaseException) -> bool:
    """Rolled back only because of others: there is nothing wrong with what was asked."""
    return _sqlstate(error) in _POSTGRES_AGAIN


def is_disconnect(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached or could not work, through no fault of the statement."""
    if isinstance(error, OSError | PoolTimeout) or is_disconnect(error):  # OSError: also timeouts
        return True
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _SQLITE_AWAY
    return _sqlstate(error).startswith(_POSTGRES_AWAY)


@contextmanager
def as_unavailable() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_away(error):
            raise StorageUnavailable(f"{type(error).__name__}: the database is away") from error
        raise
