"""/request for several clients at once."""

from domain.errors import MovedOn, NotYours
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import ask_message, draft, practice
from handlers.screens import several as screens


async def choose(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return await _choose(call, call.button.page)


async def _choose(call: Call, number: int) -> Reply:
    card = await draft(call, call.button.subject)
    if card.request.service_id is None:
        raise MovedOn
    page = await call.cases.requests.several.page(dietitian=practice(call), number=number)
    return Reply(screen=screens.choose(card, page))


async def toggle(call: Call) -> Reply:
    """The argument is `client's id.1 or 0.page`."""
    client, _, rest = call.button.argument.partition(".")
    chosen, _, number = rest.partition(".")
    client_id, page = number_in(client), number_in(number)
    if client_id is None or page is None or chosen not in {"0", "1"}:
        raise NotYours
    await call.cases.requests.several.choose(
        dietitian=practice(call),
        public_id=call.button.subject,
        client_id=client_id,
        chosen=chosen == "1",
    )
    return await _choose(call, page)


async def done(call: Call) -> Reply:
    """On with the words for all of them."""
    card = await draft(call, call.button.subject)
    if not card.request.chosen_clients:
        return await _choose(call, 0)
    return await ask_message(call, card)
