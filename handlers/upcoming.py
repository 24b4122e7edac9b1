"""Booked sessions, on both sides: those ahead, and those that are over."""

from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.screens import upcoming as screens


async def upcoming(call: Call) -> Reply:
    """/upcoming: a dietitian's agenda, a client's sessions."""
    if call.dietitian is not None:
        return await agenda(call)
    return await mine(call)


def _page(call: Call) -> int:
    return call.press.page if call.press else 0


async def mine(call: Call) -> Reply:
    page = await call.cases.look.upcoming_of_client(person=call.person, number=_page(call))
    now = call.house.clock.now()
    return Reply(screen=screens.upcoming(page, call.person.timezone, now, for_dietitian=False))


async def agenda(call: Call) -> Reply:
    dietitian = practice(call)
    page = await call.cases.look.upcoming_of_dietitian(dietitian=dietitian, number=_page(call))
    now = call.house.clock.now()
    return Reply(screen=screens.upcoming(page, dietitian.timezone, now, for_dietitian=True))


async def my_past(call: Call) -> Reply:
    page = await call.cases.look.past_of_client(person=call.person, number=_page(call))
    now = call.house.clock.now()
    return Reply(screen=screens.past(page, call.person.timezone, now, for_dietitian=False))


async def past_agenda(call: Call) -> Reply:
    dietitian = practice(call)
    page = await call.cases.look.past_of_dietitian(dietitian=dietitian, number=_page(call))
    now = call.house.clock.now()
    return Reply(screen=screens.past(page, dietitian.timezone, now, for_dietitian=True))
