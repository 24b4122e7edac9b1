"""First contact and the ways back: /start, Agree, home, help, privacy, /cancel."""

from dataclasses import replace

from domain.errors import LinkUsedUp
from domain.model.message import Message
from domain.model.people import Role
from domain.model.views import RequestCard
from handlers import invites, setup, shop
from handlers.call import Call, Reply
from handlers.screens import booking, compose, home, lists
from handlers.screens.shop import came_for, nobody_here


async def start(call: Call) -> Reply:
    """`/start` alone leads home, with a payload to what the link was made for; the notice comes first."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    token = call.text.strip()
    card: RequestCard | None = None
    place = shop.place_of(token)
    if place is not None:
        return await _came_to(call, place)
    if token:
        try:
            invited = await call.cases.office.open_invite(person=call.person, token=token)
            if invited is not None:
                return await invites.arrived(call, *invited)
            card = await call.cases.open_link(person=call.person, token=token)
        except LinkUsedUp:
            if call.person.has_consented:
                return Reply(screen=home.link_used_up())
            first = home.welcome(call.person, public_url=call.house.public_url, request=None)
            return Reply(screen=home.link_used_up(), also=(first,))
    if card is not None and card.role_of(call.telegram_id) is Role.DIETITIAN:
        return Reply(screen=home.own_link(card))
    if not call.person.has_consented:
        return Reply(screen=home.welcome(call.person, public_url=call.house.public_url, request=card))
    if card is None:
        return Reply(screen=await home_card(call))
    return await _go_on(call, card.request.public_id)


async def _came_to(call: Call, place: str) -> Reply:
    """By a public link."""
    if call.person.has_consented:
        return await shop.open_place(call, place)
    found = await shop.counter(call, place)
    if found is None:
        first = home.welcome(call.person, public_url=call.house.public_url, request=None)
        return Reply(screen=nobody_here(with_ways=False), also=(first,))
    came_for_it = (came_for(found), place)
    return Reply(
        screen=home.welcome(call.person, public_url=call.house.public_url, request=None, place=came_for_it)
    )


async def agree(call: Call) -> Reply:
    person = await call.cases.agree(person=call.person)
    if call.button.argument == home.TO_SET_UP:
        return await setup.following(replace(call, person=person))
    if call.button.argument == "at":
        return await shop.open_place(replace(call, person=person), call.button.subject)
    return await _go_on(call, call.button.subject)


async def _go_on(call: Call, request: str) -> Reply:
    """To the request they came for, else to the one that waits for them, else home."""
    if request:
        card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=request)
        return Reply(screen=_request(call, card, role))
    if call.dietitian is None:
        page = await call.cases.look.requests_of_client(person=call.person, number=0)
        if page.total == 1:
            return Reply(screen=_request(call, page.items[0], Role.CLIENT))
        if page.total:
            page = await call.cases.look.requests_of_client(
                person=call.person, states=lists.STATES["pending"], number=0
            )
            return Reply(screen=lists.requests_list(page, "pending", call.house.clock.now()))
    return Reply(screen=await home_card(call))


async def home_card(call: Call) -> Message:
    """Who they are here, and what waits for them."""
    overview = await call.cases.office.look_around(
        person=call.person, dietitian=call.dietitian, admin=call.is_admin
    )
    now = call.house.clock.now()
    return home.home(call.person, call.dietitian, admin=call.is_admin, overview=overview, now=now)


def _request(call: Call, card: RequestCard, role: Role) -> Message:
    now = call.house.clock.now()
    if role is Role.DIETITIAN:
        return compose.sent_card(card, call.person.timezone, now)
    return booking.request_screen(card, call.person.timezone, now)


async def go_home(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    if not call.person.has_consented:
        return Reply(screen=home.welcome(call.person, public_url=call.house.public_url, request=None))
    return Reply(screen=await home_card(call))


async def help_(call: Call) -> Reply:
    return Reply(screen=home.help_screen(call.dietitian, admin=call.is_admin))


async def lost(call: Call) -> Reply:
    return Reply(screen=home.help_screen(call.dietitian, before=home.NOT_WAITING, admin=call.is_admin))


async def no_such_command(call: Call) -> Reply:
    words = home.NO_SUCH_COMMAND
    return Reply(screen=home.help_screen(call.dietitian, before=words, admin=call.is_admin))


async def privacy(call: Call) -> Reply:
    return Reply(screen=home.privacy(call.house.public_url))


async def cancel(call: Call) -> Reply:
    there_was_one = await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=home.left_step(there_was_one=there_was_one))


async def ask_consent(call: Call) -> Reply:
    """Shown in place of anything that needs the privacy notice agreed to first."""
    return Reply(screen=home.welcome(call.person, public_url=call.house.public_url, request=None))
