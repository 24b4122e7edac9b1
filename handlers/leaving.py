"""/admin, Leaving. Who is no admin is refused before any of these runs."""

from dataclasses import replace

from domain.errors import MovedOn, NotYours
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.screens import leaving as screens

_LOOK_AGAIN = (
    "This question was old, or something has changed meanwhile. Nothing was done; please look again."
)


async def everybody(call: Call) -> Reply:
    found = await call.cases.trust.leave.everybody()
    return Reply(screen=screens.everybody(found, call.button.page))


async def one(call: Call) -> Reply:
    found = await call.cases.trust.leave.one(erasure_id=_id(call))
    at = f"dietitian:{found.dietitian.public_id}"
    await call.cases.office.trail.looked(admin=call.person, at=at, action="looked at the leaving")
    return Reply(screen=screens.one(found, call.person.timezone))


def _id(call: Call) -> int:
    return number_in(call.button.subject) or 0


async def cancel(call: Call) -> Reply:
    """The argument is a request's public id, or all."""
    found = await call.cases.trust.leave.ask(erasure_id=_id(call))
    named = {thing.card.request.public_id for thing in found.things} | {screens.ALL}
    if call.button.argument not in named or not found.total:
        return await one(call)
    return Reply(screen=screens.cancel_sure(found, call.button.argument))


async def cancel_sure(call: Call) -> Reply:
    request = None if call.button.argument == screens.ALL else call.button.argument
    try:
        found = await call.cases.trust.leave.cancel(
            admin=call.person, erasure_id=_id(call), rev=call.button.rev, request=request
        )
    except MovedOn:
        return await _again(call)
    return Reply(screen=screens.one(found, call.person.timezone), toast="Cancelled, and refunded in full")


async def keep(call: Call) -> Reply:
    found = await call.cases.trust.leave.ask(erasure_id=_id(call))
    return Reply(screen=screens.keep_sure(found))


async def keep_sure(call: Call) -> Reply:
    try:
        found = await call.cases.trust.leave.keep(
            admin=call.person, erasure_id=_id(call), rev=call.button.rev
        )
    except MovedOn:
        return await _again(call)
    return Reply(screen=screens.one(found, call.person.timezone), toast="Kept until done")


async def erase(call: Call) -> Reply:
    found = await call.cases.trust.leave.ask(erasure_id=_id(call))
    if found.total or found.own:
        return await one(call)
    return Reply(screen=screens.erase_sure(found))


async def erase_sure(call: Call) -> Reply:
    try:
        await call.cases.trust.leave.sure(admin=call.person, erasure_id=_id(call), rev=call.button.rev)
    except MovedOn:
        return await _again(call)
    return Reply(screen=screens.erased())


async def _again(call: Call) -> Reply:
    try:
        return replace(await one(call), toast=_LOOK_AGAIN, alert=True)
    except NotYours:
        return replace(
            await everybody(replace(call, press=replace(call.button, argument="0"))), toast=_LOOK_AGAIN
        )
