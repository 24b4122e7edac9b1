"""The database for a command that is no program: up to date, open, and its key proved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.keys import prove_key
from bot.settings import Settings
from storage.database import Database
from storage.vault import FernetVault


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[tuple[Database, FernetVault]]:
    """`SettingsError` where the key is not the database's, `StorageUnavailable` where it does not answer."""
    vault = FernetVault(settings.fernet_keys)
    database = Database.from_url(settings.database_url.get_secret_value(), vault)
    await database.migrate()
    await database.open()
    try:
        await prove_key(database, vault)
        yield database, vault
    finally:
        await database.close()
