"""/mydata and /deletemydata."""

from dataclasses import replace

from domain.errors import MovedOn, NotYours, TooLate
from domain.model.erasure import DECIDED, Open, OpenThing
from handlers.call import Call, Reply
from handlers.data_copy import not_again_before, on_its_way
from handlers.screens import erasure as screens
from handlers.screens.home import words


async def my_data(call: Call) -> Reply:
    """After a press the message pressed stays as it is."""
    at = await call.cases.trust.copy.ask(person=call.person)
    said = on_its_way() if at is None else not_again_before(at, call.person.timezone)
    if call.press is not None:
        return Reply(also=(words(said),))
    return Reply(screen=words(said))


async def show(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    standing = await call.cases.trust.erase.look(person=call.person)
    return Reply(screen=screens.deletion(standing, call.person.timezone))


async def _again(call: Call) -> Reply:
    return replace(await show(call), toast=screens.LOOK_AGAIN, alert=True)


async def ask(call: Call) -> Reply:
    try:
        standing = await call.cases.trust.erase.ask(person=call.person)
    except MovedOn:
        return await _again(call)
    if standing.decided:
        return await show(call)
    return Reply(screen=screens.sure(standing))


async def sure(call: Call) -> Reply:
    """The last word itself goes out with the deletion, not from here."""
    press = call.button
    try:
        standing = await call.cases.trust.erase.sure(
            person=call.person,
            rev=press.rev,
            waiting=press.argument == screens.LATER,
            message_id=call.message_id,
        )
    except MovedOn:
        return await _again(call)
    return Reply() if standing is None else await show(call)


async def stop(call: Call) -> Reply:
    standing = await call.cases.trust.erase.stop(person=call.person)
    screen = screens.deletion(standing, call.person.timezone)
    return Reply(screen=screen, toast=screens.KEPT)


async def cancel(call: Call) -> Reply:
    try:
        thing, percent = await _thing(call)
    except MovedOn:
        return await _again(call)
    return Reply(screen=screens.cancel_sure(thing, percent, call.person.timezone))


async def cancel_sure(call: Call) -> Reply:
    press = call.button
    try:
        thing, percent = await _thing(call, shown=press.argument)
        cancel = call.cases.plans.cancel if thing.kind is Open.PLAN else call.cases.cancel_booking
        await cancel(person=call.person, public_id=press.subject, rev=press.rev, percent=percent)
    except (MovedOn, TooLate):
        return await _again(call)
    return replace(await show(call), toast="Cancelled")


async def _thing(call: Call, shown: str | None = None) -> tuple[OpenThing, int]:
    """What is still to come of theirs as a client, and how much comes back; `NotYours` for anybody else's.

    `MovedOn` where it is over, or another part comes back than was shown.
    """
    await call.cases.trust.erase.require_client(person=call.person, public_id=call.button.subject)
    standing = await call.cases.trust.erase.look(person=call.person)
    found = [one for one in standing.of(DECIDED) if one.card.request.public_id == call.button.subject]
    if not found:
        raise MovedOn
    thing, now = found[0], call.house.clock.now()
    terms = thing.plan if thing.kind is Open.PLAN else thing.card.booking
    if terms is None:
        raise NotYours
    percent = terms.refund_percent_at(now, by_dietitian=False)
    if shown not in {None, str(percent)}:
        raise MovedOn
    return thing, percent
