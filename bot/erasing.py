"""`dietdesk erase NUMBER`."""

from bot.offline import opened_database
from bot.settings import Settings
from domain.ports import Clock
from domain.usecases.erase_person import EraseAgain


async def erase_again(settings: Settings, clock: Clock, person_id: int) -> None:
    """Whoever is named so in the alerts and in the audit trail; the program may be at work."""
    async with opened_database(settings) as (database, _):
        await EraseAgain(transactions=database, clock=clock)(person_id=person_id)
