"""Long lists, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Select, bindparam, func, select

from domain.model.views import Page

T = TypeVar("T")


def paged(statement: Select[Any]) -> Select[Any]:
    return statement.limit(bindparam("page_size")).offset(bindparam("page_start"))


def paged_by(
    key: Column[Any], rows: Select[Any], ids: Select[Any], *order: ColumnElement[Any]
) -> Select[Any]:
    """A page of `rows`, of which `ids` says by `key` which there are; the rest of a row is read for that page alone."""
    page = paged(ids.order_by(*order)).correlate(None)
    return rows.where(key.in_(page)).order_by(*order)


def counted_to(most: int, ids: Select[Any]) -> Select[Any]:
    """What a list of years costs must not grow with the years."""
    return select(func.count()).select_from(ids.limit(most).subquery())


def read_page(
    connection: Connection,
    *,
    count: Select[Any],
    items: Select[Any],
    values: Mapping[str, Any],
    number: int,
    size: int,
    read: Callable[[Sequence[Any]], T],
    most: int | None = None,
) -> Page[T]:
    """An empty list has one empty page; a page past the end (the list shrank) is the last one.

    `most`: `count` is `counted_to` so many.
    """
    total: int = connection.execute(count, values).scalar_one()
    pages = max(1, -(-total // size))
    more = total == most
    number = max(number, 0) if more else min(max(number, 0), pages - 1)
    if total == 0:
        return Page(items=[], number=number, pages=pages, total=0)
    rows = connection.execute(items, {**values, "page_size": size, "page_start": number * size})
    found = [read(row) for row in rows]
    if more:
        pages = number + 1 + (len(found) == size)
    return Page(items=found, number=number, pages=pages, total=total, more=more)
