"""The practice file and the database, from the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.keys import prove_key
from bot.practice_file import difference, write_practice
from bot.settings import Settings
from domain.model.practice import Practice
from domain.ports import Clock
from domain.usecases.declare_practice import ApplyPractice, ReadPractice
from storage.database import Database
from storage.vault import FernetVault


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    vault = FernetVault(settings.fernet_keys)
    database = Database.from_url(settings.database_url.get_secret_value(), vault)
    await database.migrate()
    await database.open()
    try:
        await prove_key(database, vault)
        yield database
    finally:
        await database.close()


async def apply_practice(settings: Settings, clock: Clock, declared: Practice, *, dry_run: bool) -> str:
    """What changes, or would change. `Malformed` where paid work would be put away."""
    async with _database(settings) as database:
        changes = difference(await ReadPractice(transactions=database)(), declared)
        apply = ApplyPractice(transactions=database, clock=clock, currency=settings.currency)
        await (apply.check(declared) if dry_run else apply(declared))
        return changes if changes.endswith("\n") else f"{changes}\n"


async def export_practice(settings: Settings) -> str:
    async with _database(settings) as database:
        return write_practice(await ReadPractice(transactions=database)())
