"""/admin: what was given up, the backlog, the jobs; and what is told to all dietitians."""

from dataclasses import replace

from domain.errors import MovedOn, NotYours
from domain.model.broadcast import LONGEST_BROADCAST
from domain.model.step import StepKind
from domain.usecases.back_office import Side
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.screens import back_office as screens
from handlers.screens import broadcast as broadcasting
from handlers.screens import kept as keeping
from handlers.typed_offers import paragraphs

_GONE = "That is not on the list any more."
_SENT_ALREADY = "It was sent already, once."
_NO_DRAFT = "That one was thrown away, or you wrote another in its place. Nothing was sent."
_NOBODY = "Nobody could get it now, so nothing was sent."


def _side(word: str) -> Side:
    """`NotYours` for what no button of ours carries."""
    if word not in set(Side):
        raise NotYours
    return Side(word)


def _row(call: Call) -> int:
    number = number_in(call.button.subject)
    if number is None:
        raise NotYours
    return number


async def failures(call: Call) -> Reply:
    """The argument is `side.page`."""
    side, _, number = call.button.argument.partition(".")
    return await _list(call, _side(side), number_in(number) or 0)


async def _list(call: Call, side: Side, number: int = 0, toast: str | None = None) -> Reply:
    page = await call.cases.office.machinery.failures(side=side, number=number)
    return Reply(screen=screens.failures(page, side, call.person.timezone), toast=toast)


async def failure(call: Call) -> Reply:
    side = _side(call.button.argument)
    found = await call.cases.office.machinery.failure(side=side, row=_row(call))
    if found is None:
        return await _list(call, side, toast=_GONE)
    queue = "outbox" if side is Side.OUT else "inbox"
    await call.cases.office.trail.looked(admin=call.person, at=f"{queue}:{found.id}")
    return Reply(screen=screens.failure(found, call.person.timezone))


async def retry(call: Call) -> Reply:
    side = _side(call.button.argument)
    done = await call.cases.office.machinery.retry(person=call.person, side=side, row=_row(call))
    return await _list(call, side, toast="It is tried again" if done else _GONE)


async def drop(call: Call) -> Reply:
    side = _side(call.button.argument)
    found = await call.cases.office.machinery.failure(side=side, row=_row(call))
    if found is None:
        return await _list(call, side, toast=_GONE)
    return Reply(screen=screens.drop_sure(found))


async def drop_sure(call: Call) -> Reply:
    side = _side(call.button.argument)
    done = await call.cases.office.machinery.let_be(person=call.person, side=side, row=_row(call))
    return await _list(call, side, toast="It is off the list" if done else _GONE)


def _all_of(call: Call) -> tuple[Side, str]:
    side, _, what = call.button.argument.partition(".")
    if what not in {"retry", "drop"}:
        raise NotYours
    return _side(side), what


async def everything(call: Call) -> Reply:
    """The argument is `side.retry` or `side.drop`."""
    side, what = _all_of(call)
    page = await call.cases.office.machinery.failures(side=side, number=0)
    if not page.total:
        return await _list(call, side, toast=_GONE)
    return Reply(screen=screens.all_sure(side, what, page.total))


async def everything_sure(call: Call) -> Reply:
    side, what = _all_of(call)
    machinery = call.cases.office.machinery
    change = machinery.retry if what == "retry" else machinery.let_be
    done = await change(person=call.person, side=side, row=None)
    words = "tried again" if what == "retry" else "off the list"
    return await _list(call, side, toast=f"{done} {'is' if done == 1 else 'are'} {words}")


async def backlog(call: Call) -> Reply:
    return Reply(screen=screens.backlog(await call.cases.office.machinery.backlog()))


async def jobs(call: Call) -> Reply:
    """The argument is the page: a page a program."""
    found, now = await call.cases.office.machinery.jobs()
    return Reply(screen=screens.jobs(found, now, call.button.page))


async def kept(call: Call) -> Reply:
    return Reply(screen=keeping.kept(await call.cases.office.machinery.kept(), call.person.timezone))


async def broadcasts(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return await _broadcasts(call, call.button.page)


async def _broadcasts(call: Call, number: int = 0, toast: str | None = None) -> Reply:
    page = await call.cases.office.broadcasts.sent(number=number)
    screen = broadcasting.broadcasts(page, call.person.timezone)
    return Reply(screen=screen, toast=toast, alert=toast is not None)


async def write(call: Call) -> Reply:
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.BROADCAST)
    return Reply(screen=broadcasting.ask())


async def ask_again(call: Call, _: str) -> Reply:
    return await write(call)


async def typed(call: Call, _: str) -> Reply:
    text = paragraphs(call.text, longest=LONGEST_BROADCAST, example=broadcasting.EXAMPLE)
    found = await call.cases.office.broadcasts.write(person=call.person, text=text)
    return Reply(screen=broadcasting.shown(found, call.person.timezone))


async def broadcast(call: Call) -> Reply:
    """A draft, or how far one that was sent has come."""
    try:
        found = await call.cases.office.broadcasts.look(public_id=call.button.subject)
    except NotYours:
        return await _broadcasts(call, toast=_NO_DRAFT)
    return Reply(screen=broadcasting.shown(found, call.person.timezone))


async def send(call: Call) -> Reply:
    broadcasts = call.cases.office.broadcasts
    try:
        found, now = await broadcasts.send(person=call.person, public_id=call.button.subject)
    except MovedOn:
        return replace(await broadcast(call), toast=_NOBODY, alert=True)
    except NotYours:
        return await _broadcasts(call, toast=_NO_DRAFT)
    screen = broadcasting.shown(found, call.person.timezone)
    return Reply(screen=screen, toast="It is on its way" if now else _SENT_ALREADY)


async def discard(call: Call) -> Reply:
    await call.cases.office.broadcasts.discard(person=call.person, public_id=call.button.subject)
    return await _broadcasts(call)
