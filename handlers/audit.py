"""/admin → Audit trail."""

from domain.errors import NotYours
from handlers.call import Call, Reply
from handlers.screens import audit as screens

_LONGEST_NUMBER = 15


async def everything(call: Call) -> Reply:
    """The argument is the page."""
    found = await call.cases.office.trail.everything(number=call.button.page)
    return Reply(screen=screens.trail(found, None, call.person.timezone))


async def alike(call: Call) -> Reply:
    """The subject is an entry, the argument the page of all about the same record."""
    entry = call.button.subject
    if not (entry.isascii() and entry.isdigit() and len(entry) <= _LONGEST_NUMBER):
        raise NotYours
    found = await call.cases.office.trail.alike(entry_id=int(entry), number=call.button.page)
    return Reply(screen=screens.trail(found, int(entry), call.person.timezone))
