"""Long lists, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam

from domain.model.views import Page

T = TypeVar("T")


def paged(statement: Select[Any]) -> Select[Any]:
    return statement.limit(bindparam("page_size")).offset(bindparam("page_start"))


def read_page(
    connection: Connection,
    *,
    count: Select[Any],
    items: Select[Any],
    values: Mapping[str, Any],
    number: int,
    size: int,
    read: Callable[[Sequence[Any]], T],
) -> Page[T]:
    """An empty list has one empty page; a page past the end (the list shrank) is the last one."""
    total: int = connection.execute(count, values).scalar_one()
    pages = max(1, -(-total // size))
    number = min(max(number, 0), pages - 1)
    if total == 0:
        return Page(items=[], number=number, pages=pages, total=0)
    rows = connection.execute(items, {**values, "page_size": size, "page_start": number * size})
    return Page(items=[read(row) for row in rows], number=number, pages=pages, total=total)
