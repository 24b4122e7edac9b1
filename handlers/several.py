"""/request for several clients at once."""

from domain.errors import MovedOn, NotYours
from handlers.call import Call, Reply
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
    if not (_is_number(client) and chosen in {"0", "1"} and _is_number(number)):
        raise NotYours
    await call.cases.requests.several.choose(
        dietitian=practice(call),
        public_id=call.button.subject,
        client_id=int(client),
        chosen=chosen == "1",
    )
    return await _choose(call, int(number))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15  # noqa: PLR2004 - as long as a database's own


async def done(call: Call) -> Reply:
    """On with the words for all of them."""
    card = await draft(call, call.button.subject)
    if not card.request.chosen_clients:
        return await _choose(call, 0)
    return await ask_message(call, card)
