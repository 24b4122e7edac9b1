"""/admin → Audit trail."""

from domain.errors import NotYours
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.screens import audit as screens


async def everything(call: Call) -> Reply:
    """The argument is the page."""
    found = await call.cases.office.trail.everything(number=call.button.page)
    return Reply(screen=screens.trail(found, None, call.person.timezone))


async def alike(call: Call) -> Reply:
    """The subject is an entry, the argument the page of all about the same record."""
    entry = number_in(call.button.subject)
    if entry is None:
        raise NotYours
    found = await call.cases.office.trail.alike(entry_id=entry, number=call.button.page)
    return Reply(screen=screens.trail(found, entry, call.person.timezone))
