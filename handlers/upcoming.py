"""Booked sessions, on both sides."""

from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.screens import lists


async def upcoming(call: Call) -> Reply:
    """/upcoming: a dietitian's agenda, a client's sessions."""
    if call.dietitian is not None:
        return await agenda(call)
    return await mine(call)


async def mine(call: Call) -> Reply:
    number = call.press.page if call.press else 0
    page = await call.cases.look.upcoming_of_client(person=call.person, number=number)
    return Reply(screen=lists.upcoming(page, call.person.timezone, for_dietitian=False))


async def agenda(call: Call) -> Reply:
    number = call.press.page if call.press else 0
    dietitian = practice(call)
    page = await call.cases.look.upcoming_of_dietitian(dietitian=dietitian, number=number)
    return Reply(screen=lists.upcoming(page, dietitian.timezone, for_dietitian=True))
