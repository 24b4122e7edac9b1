"""/google: connect, look, disconnect; what becomes of an event that the dietitian moved or deleted there."""

from domain.errors import CalendarError, MovedOn, SlotTaken
from domain.model.booking import Booking
from domain.model.people import Dietitian
from domain.model.views import RequestCard
from handlers.call import Call, Reply
from handlers.compose import practice
from handlers.screens import google

_COPY_LIMIT = 256  # core.telegram.org/bots/api#copytextbutton
_AWAY = "Google isn't answering just now. Nothing has changed; try again in a minute."


async def show(call: Call) -> Reply:
    return await _card(call, practice(call))


async def _card(call: Call, dietitian: Dietitian) -> Reply:
    connection = await call.cases.look.connection(dietitian=dietitian)
    if connection is not None:
        return Reply(screen=google.connected(connection, dietitian))
    if not call.house.authorization.configured:
        return Reply(screen=google.not_configured(dietitian, _missing(call)))
    return Reply(screen=google.not_connected(dietitian))


def _missing(call: Call) -> str:
    return "PUBLIC_URL" if call.house.public_url is None else "GOOGLE_CLIENT_ID"


async def connect(call: Call) -> Reply:
    dietitian = practice(call)
    if not call.house.authorization.configured:
        return Reply(screen=google.not_configured(dietitian, _missing(call)))
    way = await call.cases.start_connecting(dietitian=dietitian)
    return Reply(screen=google.go_to_google(way.url, _short(call, way.state)))


def _short(call: Call, state: str) -> str | None:
    """Google's own address is too long for a button that copies; ours leads to it."""
    address = f"{call.house.public_url}/google/start?state={state}"
    return address if len(address) <= _COPY_LIMIT else None


async def choose(call: Call) -> Reply:
    """Whether times are offered while Google can't be asked."""
    offered = call.button.argument == "open"
    dietitian = await call.cases.google.choose(dietitian=practice(call), offered=offered)
    return await _card(call, dietitian)


async def disconnect(call: Call) -> Reply:
    practice(call)
    return Reply(screen=google.disconnect_sure())


async def disconnect_sure(call: Call) -> Reply:
    dietitian = practice(call)
    await call.cases.disconnect(dietitian=dietitian)
    return Reply(screen=google.disconnected(dietitian))


async def follow_event(call: Call) -> Reply:
    """They moved the event: the booking goes there too, if it can be there."""
    press = call.button
    try:
        card = await call.cases.google.sort_out.follow(
            person=call.person, public_id=press.subject, rev=press.rev, start=press.instant
        )
    except SlotTaken:
        card, _ = await call.cases.look.card(telegram_id=call.telegram_id, public_id=press.subject)
        screen = google.cannot_follow(card, _booking(card), press.instant, practice(call).timezone)
        return Reply(screen=screen, toast="The booking can't be at that time.", alert=True)
    except CalendarError:
        return Reply(toast=_AWAY, alert=True)
    return Reply(screen=google.followed(card, _booking(card), practice(call).timezone))


async def put_event_back(call: Call) -> Reply:
    card = await call.cases.google.sort_out.put_back(person=call.person, public_id=call.button.subject)
    return Reply(screen=google.put_back(card, _booking(card), practice(call).timezone))


async def make_event_again(call: Call) -> Reply:
    press = call.button
    card = await call.cases.google.sort_out.make_again(
        person=call.person, public_id=press.subject, event_id=press.argument
    )
    return Reply(screen=google.made_again(card, _booking(card), practice(call).timezone))


def _booking(card: RequestCard) -> Booking:
    if card.booking is None:
        raise MovedOn
    return card.booking
