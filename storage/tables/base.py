"""What all tables share. A column is keyed by its field; where SQL wants the word, its name differs."""

from sqlalchemy import Column, ForeignKey, Index, MetaData, text

from storage.columns import RowId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> Column[int]:
    return Column("id", RowId, primary_key=True)


def to(target: str, name: str, *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, RowId, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def partial(name: str, *columns: str, where: str) -> Index:
    """In a query the same literal text lets the index be used; bound values would not."""
    bare = text(where.split(".", 1)[1])  # an index knows its table and refuses the name
    return Index(name, *columns, sqlite_where=bare, postgresql_where=bare)
