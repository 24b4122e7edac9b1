"""The schema's history, in `versions/`, written by hand; run by the program itself when it starts.

A test holds it against `storage.tables` on both engines and says what is missing.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "20261125_trust"


def is_current(connection: Connection) -> bool:
    """Cheap: most starts have nothing to migrate, and need not load Alembic."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def is_known(revision: str) -> bool:
    return revision in {file.stem for file in (Path(__file__).parent / "versions").glob("2*.py")}


def upgrade(connection: Connection, to: str = "head") -> None:
    """In the transaction that is open on `connection`, and under whatever lock it holds."""
    from alembic import command  # noqa: PLC0415 - see is_current
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
