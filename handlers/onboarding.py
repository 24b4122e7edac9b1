"""First contact and the ways back: /start, Agree, home, help, privacy, /cancel."""

from dataclasses import replace

from domain.errors import LinkUsedUp
from domain.model.consent import Purpose
from domain.model.message import Message
from domain.model.people import Role
from domain.model.step import StepKind
from domain.model.views import RequestCard
from handlers import carrying, invites, setup, shop
from handlers.call import Call, Reply
from handlers.compose import as_sent
from handlers.screens import booking, home, lists
from handlers.screens.shop import came_for, nobody_here

_FORGOTTEN = {
    StepKind.NEW_SERVICE: "Left that step: the service you had begun to add is forgotten, and those you have are as "
    "they were. /services begins it anew.",
    StepKind.CLIENT_MESSAGE: "Left that step: your message was not sent, and what you typed of it is forgotten. "
    "/clients begins it anew.",
}


async def start(call: Call) -> Reply:
    """`/start` alone leads home, with a payload to what the link was made for; the notice comes first."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    token = call.text.strip()
    card: RequestCard | None = None
    place = shop.place_of(token)
    if place is not None:
        return await _came_to(call, place)
    if token:
        await call.cases.guess_links.must_be_allowed(person=call.person)
        try:
            invited = await call.cases.office.open_invite(person=call.person, token=token)
            if invited is not None:
                return await invites.arrived(call, *invited)
            card = await call.cases.open_link(person=call.person, token=token)
        except LinkUsedUp:
            await call.cases.guess_links.was_wrong(person=call.person)
            if call.person.has_consented:
                return Reply(screen=home.link_used_up())
            return Reply(screen=home.link_used_up(), also=(_welcome(call),))
    if card is not None and card.role_of(call.telegram_id) is Role.DIETITIAN:
        return Reply(screen=home.own_link(card))
    if not call.person.has_consented:
        return Reply(screen=_welcome(call, request=card))
    if card is None:
        return Reply(screen=await home_card(call))
    return await _go_on(call, card.request.public_id)


async def _came_to(call: Call, place: str) -> Reply:
    """By a public link."""
    if call.person.has_consented:
        return await shop.open_place(call, place)
    found = await shop.counter(call, place)
    if found is None:
        return Reply(screen=nobody_here(with_ways=False), also=(_welcome(call),))
    return Reply(screen=_welcome(call, place=(came_for(found), place)))


def _welcome(
    call: Call,
    *,
    request: RequestCard | None = None,
    place: tuple[str, str] | None = None,
    carried: tuple[str, str] = ("", ""),
) -> Message:
    house, notice = call.house, call.house.policy.notice(Purpose.PRACTICE)
    return home.welcome(
        call.person, notice, public_url=house.public_url, request=request, place=place, carried=carried
    )


async def agree(call: Call) -> Reply:
    """To the words above the button, and to no others: those of a former version are shown anew."""
    press, notice = call.button, call.house.policy.notice(Purpose.PRACTICE)
    if not call.person.has_consented and press.rev != notice.mark:
        carried = (press.subject, press.argument)
        return Reply(screen=_welcome(call, carried=carried), toast=home.NOTICE_CHANGED, alert=True)
    call = replace(call, person=await call.cases.agree(person=call.person, wording=notice))
    onward = carrying.onward(call)
    if onward is not None:
        return Reply(onward=onward)
    if press.argument == home.TO_SET_UP:
        return await setup.following(call)
    if press.argument == "at":
        return await shop.open_place(call, press.subject)
    return await _go_on(call, press.subject)


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
    if role is Role.DIETITIAN:
        return as_sent(call, card)
    return booking.request_screen(card, call.person.timezone, call.house.clock.now())


async def go_home(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    if not call.person.has_consented:
        return Reply(screen=_welcome(call))
    return Reply(screen=await home_card(call))


async def help_(call: Call) -> Reply:
    return Reply(screen=home.help_screen(call.dietitian, admin=call.is_admin))


async def lost(call: Call) -> Reply:
    return Reply(screen=home.help_screen(call.dietitian, before=home.NOT_WAITING, admin=call.is_admin))


async def no_such_command(call: Call) -> Reply:
    words = home.NO_SUCH_COMMAND
    return Reply(screen=home.help_screen(call.dietitian, before=words, admin=call.is_admin))


async def privacy(call: Call) -> Reply:
    notice = call.house.policy.notice(Purpose.PRACTICE)
    return Reply(screen=home.privacy(notice, call.house.public_url))


async def cancel(call: Call) -> Reply:
    """What was typed so far and stands in the question alone goes with it; then they hear so."""
    step = await call.cases.ask.open_step(telegram_id=call.telegram_id)
    there_was_one = await call.cases.ask.take_back(telegram_id=call.telegram_id)
    if step is not None and step.kind in _FORGOTTEN:
        return Reply(screen=home.words(_FORGOTTEN[step.kind]))
    return Reply(screen=home.left_step(there_was_one=there_was_one))


async def ask_consent(call: Call) -> Reply:
    """Shown in place of anything that needs the privacy notice agreed to first, which is come back to."""
    return Reply(screen=_welcome(call, carried=carrying.carried(call)))
