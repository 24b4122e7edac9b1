"""The practice file and the database, from the command line."""

from bot.offline import opened_database
from bot.practice_file import difference, write_practice
from bot.settings import Settings
from domain.model.practice import Practice
from domain.ports import Clock
from domain.usecases.declare_practice import ApplyPractice, ReadPractice


async def apply_practice(settings: Settings, clock: Clock, declared: Practice, *, dry_run: bool) -> str:
    """What changes, or would change. `Malformed` where paid work would be put away."""
    async with opened_database(settings) as (database, _):
        changes = difference(await ReadPractice(transactions=database)(), declared)
        apply = ApplyPractice(transactions=database, clock=clock, currency=settings.currency)
        await (apply.check(declared) if dry_run else apply(declared))
        return changes if changes.endswith("\n") else f"{changes}\n"


async def export_practice(settings: Settings) -> str:
    async with opened_database(settings) as (database, _):
        return write_practice(await ReadPractice(transactions=database)())
