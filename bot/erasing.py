"""`dietdesk erase NUMBER`."""

from bot.keys import prove_key
from bot.settings import Settings
from domain.ports import Clock
from domain.usecases.erase_person import EraseAgain
from storage.database import Database
from storage.vault import FernetVault


async def erase_again(settings: Settings, clock: Clock, person_id: int) -> None:
    """Whoever is named so in the alerts and in the audit trail; the program may be at work."""
    vault = FernetVault(settings.fernet_keys)
    database = Database.from_url(settings.database_url.get_secret_value(), vault)
    await database.migrate()
    await database.open()
    try:
        await prove_key(database, vault)
        await EraseAgain(transactions=database, clock=clock)(person_id=person_id)
    finally:
        await database.close()
