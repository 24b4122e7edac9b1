"""/book and /buy, without being asked; and the public links that lead to one dietitian or one service."""

import re
from dataclasses import replace

from domain.errors import MovedOn, NotYours
from domain.model.ids import ALPHABET, PUBLIC_ID_LENGTH
from domain.model.payment import PaymentState
from domain.model.service import ServiceKind
from domain.usecases.shop import Counter
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.requests import go_on, where_it_stands
from handlers.screens import shop
from handlers.screens.booking import after

_PAYLOAD = re.compile(f"at-([{ALPHABET}]{{{PUBLIC_ID_LENGTH}}})")


def public_link(bot_username: str, public_id: str) -> str:
    """Of a dietitian or a service; it never ends and belongs to everybody."""
    return f"https://t.me/{bot_username}?start=at-{public_id}"


def place_of(payload: str) -> str | None:
    """The public id in a public link's payload; a one-time token is longer."""
    found = _PAYLOAD.fullmatch(payload)
    return found[1] if found else None


async def book(call: Call) -> Reply:
    return await _begin(call, ServiceKind.CONSULTATION)


async def buy(call: Call) -> Reply:
    return await _begin(call, ServiceKind.MEAL_PLAN)


async def _begin(call: Call, kind: ServiceKind) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    sellers = await call.cases.shop.sellers(person=call.person, kind=kind)
    if len(sellers) == 1:
        whose = sellers[0].dietitian.public_id
        only = await call.cases.shop.shelf(person=call.person, dietitian=whose, kind=kind, number=0)
        if only is not None:
            return Reply(screen=shop.choose_service(only, kind, alone=True))
    if not sellers:
        return Reply(screen=shop.nobody(kind))
    return Reply(screen=shop.choose_dietitian(sellers, kind, call.press.page if call.press else 0))


async def shelf(call: Call) -> Reply:
    """One dietitian's services of one kind; the argument is `kind.page`."""
    kind, _, number = call.button.argument.partition(".")
    if kind not in set(ServiceKind):
        raise NotYours
    return await _shelf(call, call.button.subject, ServiceKind(kind), number_in(number) or 0)


async def _shelf(call: Call, dietitian: str, kind: ServiceKind, number: int) -> Reply:
    found = await call.cases.shop.shelf(person=call.person, dietitian=dietitian, kind=kind, number=number)
    if found is None:
        return _gone(await _begin(replace(call, press=None), kind))
    sellers = await call.cases.shop.sellers(person=call.person, kind=kind)
    return Reply(screen=shop.choose_service(found, kind, alone=len(sellers) == 1))


async def take(call: Call) -> Reply:
    """The request is made and agreed to at once; from here on it goes as after Approve."""
    try:
        card = await call.cases.take(person=call.person, service=call.button.subject)
    except MovedOn:
        return await _not_on_offer(call)
    if card.payment is not None and card.payment.state is PaymentState.SUCCEEDED:
        return await where_it_stands(call, card)  # money of an earlier try waits there
    return await go_on(call, card)


async def _not_on_offer(call: Call) -> Reply:
    whose = await call.cases.shop.whose(service=call.button.subject)
    if whose is None:
        raise NotYours
    dietitian, kind = whose
    reply = await _shelf(call, dietitian.public_id, kind, 0)
    return reply if reply.toast else _gone(reply)


def _gone(reply: Reply) -> Reply:
    """What is offered, below a sentence that says why it is shown."""
    screen = after(shop.NOT_ON_OFFER, reply.screen) if reply.screen else None
    return replace(reply, screen=screen, toast=shop.NOT_ON_OFFER, alert=True)


async def counter(call: Call, public_id: str) -> Counter | None:
    return await call.cases.shop.counter(person=call.person, public_id=public_id)


async def open_place(call: Call, public_id: str) -> Reply:
    """Where a public link leads, for somebody who has agreed to the notice."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    found = await counter(call, public_id)
    if found is None:
        return Reply(screen=shop.nobody_here())
    return Reply(screen=shop.counter_card(found, own=found.dietitian.person_id == call.person.id))
