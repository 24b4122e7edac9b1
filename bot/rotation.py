"""`dietdesk key rotate`: everything under the first key, while the program runs."""

from collections import Counter
from collections.abc import Callable

from bot.keys import rotate
from bot.offline import opened_database
from bot.settings import Settings
from domain.ports import Clock
from domain.usecases.audit_trail import note_operator
from storage.database import Database
from storage.vault import FernetVault

_PASSES = 5
_REPORT_EVERY = 10_000


async def rotate_keys(settings: Settings, clock: Clock, say: Callable[[str], None]) -> int:
    """How many values were still under another key in the last of the passes; a pass that finds none is the proof."""
    async with opened_database(settings) as (database, vault):
        await note_operator(database, clock, "rotated the keys")
        left = await _passes(database, vault, say)
    if left:
        say(
            f"{left} values were still sealed with another key: does a program run that has another key in front?"
        )
    else:
        say(
            "Nothing is sealed with another key than the first: the others can be taken out of ENCRYPTION_KEY."
        )
    return left


async def _passes(database: Database, vault: FernetVault, say: Callable[[str], None]) -> int:
    """Until one finds nothing to do."""
    left = 0
    for number in range(1, _PASSES + 1):
        say(f"pass {number}")
        left = await _pass(database, vault, say)
        if not left:
            break
    return left


async def _pass(database: Database, vault: FernetVault, say: Callable[[str], None]) -> int:
    seen: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    unreadable: Counter[str] = Counter()
    async for step in rotate(database, vault):
        before = seen[step.column]
        seen[step.column] += step.seen
        changed[step.column] += step.changed
        unreadable[step.column] += step.unreadable
        if seen[step.column] // _REPORT_EVERY > before // _REPORT_EVERY:
            say(f"{step.column}: {seen[step.column]} values looked at")
    for column, count in seen.items():
        say(f"{column}: {count} values, {changed[column]} of them sealed anew")
    for column, count in (+unreadable).items():
        say(f"{column}: {count} values that none of the keys opens were left as they are")
    return changed.total()
