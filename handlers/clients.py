"""/clients: whom a dietitian looks after; search, one of them, notes, a message, a block."""

import unicodedata

from domain.errors import Malformed, MovedOn, NotYours
from domain.model.message import Message
from domain.model.people import Client
from domain.model.step import StepKind
from domain.usecases.clients_desk import MESSAGE_LIMIT
from domain.usecases.notes import NOTES_LIMIT
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice, start_for
from handlers.screens import client_words
from handlers.screens import clients as screens
from handlers.typed_offers import one_line, paragraphs

_LONGEST_SEARCH = 80
_MESSAGE_EXAMPLE = "Please bring your lab results on Thursday."
_NOTES_EXAMPLE = "No nuts. Weighs herself on Mondays."


def _number(text: str) -> int:
    """A client's; `NotYours` for anything that is none."""
    number = number_in(text)
    if number is None:
        raise NotYours
    return number


async def clients(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    number = call.press.page if call.press else 0
    return Reply(
        screen=screens.clients(await call.cases.clients.desk.page(dietitian=dietitian, number=number))
    )


async def search(call: Call) -> Reply:
    practice(call)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.CLIENT_SEARCH)
    return Reply(screen=screens.ask_search())


async def search_again(call: Call, _: str) -> Reply:
    return await search(call)


async def search_typed(call: Call, _: str) -> Reply:
    """The question stays open, with what was looked for: the next words are another search."""
    practice(call)
    words = searched(call.text)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.CLIENT_SEARCH, subject=words)
    return await _found(call, words, 0)


def searched(text: str) -> str:
    words = one_line(text)
    if not any(unicodedata.category(c)[0] in "LN" for c in words):
        raise Malformed("I need some letters or digits to look for. For example: amina")
    if len(words) > _LONGEST_SEARCH:
        raise Malformed(
            f"That has {len(words):,} characters; up to {_LONGEST_SEARCH} are enough. For example: amina"
        )
    return words


async def _search(call: Call) -> str | None:
    """What they looked for last; any other open question is taken back."""
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    if step is not None and step.kind is StepKind.CLIENT_SEARCH:
        return step.subject
    if step is not None:
        await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return None


async def found(call: Call) -> Reply:
    """Another page of what was found; all of them where the search is over."""
    words = await _search(call)
    if words is None:
        return await clients(call)
    return await _found(call, words, call.button.page)


async def _found(call: Call, words: str, number: int) -> Reply:
    page = await call.cases.clients.desk.found(dietitian=practice(call), search=words, number=number)
    return Reply(screen=screens.found(page, words))


async def card(call: Call) -> Reply:
    return await _card(call, _number(call.button.subject))


async def _card(call: Call, client_id: int, toast: str | None = None) -> Reply:
    to_search = await _search(call) is not None
    return Reply(screen=await _sheet(call, client_id, to_search=to_search), toast=toast)


async def _sheet(call: Call, client_id: int, *, to_search: bool) -> Message:
    dietitian = practice(call)
    sheet = await call.cases.clients.desk.sheet(dietitian=dietitian, client_id=client_id)
    return screens.card(sheet, dietitian.timezone, to_search=to_search)


async def history(call: Call) -> Reply:
    """The argument is `tab.page`."""
    tab, _, number = call.button.argument.partition(".")
    tab = tab if tab in screens.TABS else "all"
    dietitian = practice(call)
    client, page = await call.cases.clients.desk.history(
        dietitian=dietitian,
        client_id=_number(call.button.subject),
        became=screens.TABS[tab][1],
        number=number_in(number) or 0,
    )
    screen = screens.history(client, page, tab, dietitian.timezone, call.house.clock.now())
    return Reply(screen=screen)


async def payments(call: Call) -> Reply:
    dietitian = practice(call)
    client, page = await call.cases.clients.desk.payments(
        dietitian=dietitian, client_id=_number(call.button.subject), number=call.button.page
    )
    return Reply(screen=screens.payments(client, page, dietitian.timezone))


async def request(call: Call) -> Reply:
    """/request, for this client."""
    return await start_for(call, _number(call.button.subject))


async def _one(call: Call) -> Client:
    client, _ = await call.cases.clients.desk.one(
        dietitian=practice(call), client_id=_number(call.button.subject)
    )
    return client


async def notes(call: Call) -> Reply:
    client, text = await call.cases.clients.notes.read(
        dietitian=practice(call), client_id=_number(call.button.subject)
    )
    if not text:
        return await _ask_notes(call, client, client_words.NEW)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=client_words.notes(client, text))


async def change_notes(call: Call) -> Reply:
    """The argument is `add` or `new`."""
    if call.button.argument not in {client_words.ADD, client_words.NEW}:
        raise NotYours
    return await _ask_notes(call, await _one(call), call.button.argument)


async def _ask_notes(call: Call, client: Client, mode: str) -> Reply:
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.CLIENT_NOTES, subject=f"{client.id}:{mode}"
    )
    return Reply(screen=client_words.ask_notes(client, mode=mode, written=client.sealed_notes is not None))


async def ask_notes_again(call: Call, subject: str) -> Reply:
    which, _, mode = subject.partition(":")
    client, _person = await call.cases.clients.desk.one(dietitian=practice(call), client_id=_number(which))
    return await _ask_notes(call, client, mode)


async def notes_typed(call: Call, subject: str) -> Reply:
    which, _, mode = subject.partition(":")
    dietitian, known = practice(call), call.cases.clients.notes
    words = paragraphs(call.text, longest=NOTES_LIMIT, example=_NOTES_EXAMPLE)
    write = known.add if mode == client_words.ADD else known.change
    client, text = await write(dietitian=dietitian, client_id=_number(which), text=words)
    return Reply(screen=client_words.notes(client, text))


async def drop_notes(call: Call) -> Reply:
    client = await _one(call)
    if client.sealed_notes is None:
        return await card(call)
    return Reply(screen=client_words.drop_notes_sure(client))


async def drop_notes_sure(call: Call) -> Reply:
    """The client as they stand afterwards, also where there were none any more."""
    which = _number(call.button.subject)
    await call.cases.clients.notes.delete(dietitian=practice(call), client_id=which)
    return await _card(call, which, toast="Your notes are deleted")


async def message(call: Call) -> Reply:
    return await _ask_message(call, _number(call.button.subject))


async def ask_message_again(call: Call, subject: str) -> Reply:
    return await _ask_message(call, _number(subject.partition(":")[0]))


async def _ask_message(call: Call, client_id: int) -> Reply:
    client, person = await call.cases.clients.desk.one(dietitian=practice(call), client_id=client_id)
    if not person.can_be_written_to:
        return await _card(call, client_id, toast="They can't be reached in Telegram just now")
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.CLIENT_MESSAGE, subject=str(client.id))
    return Reply(screen=client_words.ask_message(client))


async def message_typed(call: Call, subject: str) -> Reply:
    dietitian = practice(call)
    text = paragraphs(call.text, longest=MESSAGE_LIMIT, example=_MESSAGE_EXAMPLE)
    client, mark = await call.cases.clients.message.prepare(
        dietitian=dietitian, client_id=_number(subject.partition(":")[0]), text=text
    )
    return Reply(screen=client_words.preview(client, dietitian, text, mark))


_WORDS_GONE = (
    "These words wait no longer: they were sent before, or you went on to something else. "
    "Nothing was sent now."
)


async def send_message(call: Call) -> Reply:
    which = _number(call.button.subject)
    try:
        client = await call.cases.clients.message.send(
            dietitian=practice(call), client_id=which, mark=call.button.rev
        )
    except MovedOn:  # sent before, or another question took its place, which stays open
        screen = await _sheet(call, which, to_search=False)
        return Reply(screen=screen, toast=_WORDS_GONE, alert=True)
    return Reply(screen=client_words.message_sent(client), toast="On its way")


async def block(call: Call) -> Reply:
    client = await _one(call)
    return Reply(screen=screens.block_sure(client)) if client.blocked_at is None else await card(call)


async def block_sure(call: Call) -> Reply:
    which = _number(call.button.subject)
    await call.cases.clients.block.block(dietitian=practice(call), client_id=which)
    return await _card(call, which, toast="Blocked")


async def unblock(call: Call) -> Reply:
    client = await _one(call)
    return Reply(screen=screens.unblock_sure(client)) if client.blocked_at is not None else await card(call)


async def unblock_sure(call: Call) -> Reply:
    which = _number(call.button.subject)
    await call.cases.clients.block.unblock(dietitian=practice(call), client_id=which)
    return await _card(call, which, toast="Unblocked")
