"""`dietdesk backup FILE` and `dietdesk restore FILE`."""

from collections.abc import Callable
from pathlib import Path

from bot.offline import opened_database
from bot.settings import Settings
from domain.ports import Clock
from domain.usecases.audit_trail import note_operator
from storage.backup import Contents, NotABackupError, back_up, restore
from storage.database import Database
from storage.vault import FernetVault

__all__ = ["NotABackupError", "bring_back", "take"]


async def take(settings: Settings, clock: Clock, path: Path, say: Callable[[str], None]) -> None:
    """The key is proved first: a backup that nobody can use is none."""
    async with opened_database(settings) as (database, _):
        await note_operator(database, clock, "took a backup")
        contents = await back_up(database, path, key=settings.fernet_keys[0], now=clock.now())
    _tell(contents, say)
    say(f"Written to {path}. Only the ENCRYPTION_KEY of today opens it: keep the two apart.")


async def bring_back(
    settings: Settings, clock: Clock, path: Path, say: Callable[[str], None], *, replace: bool
) -> None:
    """What is in the database may be of any age and sealed with any key: it is not opened before."""
    database = Database.from_url(settings.database_url.get_secret_value(), FernetVault(settings.fernet_keys))
    contents = await restore(database, path, keys=settings.fernet_keys, now=clock.now(), replace=replace)
    _tell(contents, say)
    say("Brought back. Start the program: it asks Paystack what happened since, and tells the admins.")


def _tell(contents: Contents, say: Callable[[str], None]) -> None:
    say(f"As of {contents.taken_at:%Y-%m-%d %H:%M:%S} UTC, schema {contents.revision}")
    for name, count in sorted(contents.rows.items()):
        say(f"  {name}: {count:,}")
