"""Templates of the messages that go with requests."""

from contextlib import suppress

from domain.errors import NotYours
from domain.model.views import RequestCard
from handlers.call import Call, Reply
from handlers.compose import draft, messaged, practice, review
from handlers.screens import templates as screens


async def templates(call: Call) -> Reply:
    return await _list(call, await draft(call, call.button.subject))


async def _list(call: Call, card: RequestCard) -> Reply:
    known = await call.cases.requests.templates.of(dietitian=practice(call))
    return Reply(screen=screens.templates(card, known, call.button.page))


async def use(call: Call) -> Reply:
    """The argument is the template."""
    press = call.button
    await draft(call, press.subject, press.rev)
    template = await call.cases.requests.templates.one(dietitian=practice(call), public_id=press.argument)
    return await messaged(call, press.subject, press.rev, template.text)


async def keep(call: Call) -> Reply:
    card = await call.cases.requests.templates.keep(dietitian=practice(call), public_id=call.button.subject)
    return await review(call, card, kept=card.request.message is not None)


async def drop(call: Call) -> Reply:
    card = await draft(call, call.button.subject)
    try:
        template = await call.cases.requests.templates.one(
            dietitian=practice(call), public_id=call.button.argument
        )
    except NotYours:
        return await _list(call, card)
    return Reply(screen=screens.drop_sure(card, template))


async def drop_sure(call: Call) -> Reply:
    """The list as it is afterwards, also where it was gone already."""
    card = await draft(call, call.button.subject)
    with suppress(NotYours):
        await call.cases.requests.templates.delete(dietitian=practice(call), public_id=call.button.argument)
    return await _list(call, card)
