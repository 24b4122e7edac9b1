"""/settings → Reminders, and "I'm late"."""

from domain.errors import MovedOn, NotYours
from domain.model.booking import Booking, BookingState
from domain.model.people import Person, Role
from domain.model.reminder import Lead
from domain.model.step import StepKind
from domain.model.views import RequestCard
from domain.usecases.say_late import require_near
from handlers.call import Call, Reply
from handlers.formats import safe
from handlers.screens import reminders
from handlers.screens.booking import after
from handlers.screens.parts import client_name
from handlers.sessions import zone_of
from handlers.typed_quiet import quiet_hours


def _screen(call: Call, person: Person, toast: str | None = None) -> Reply:
    return Reply(screen=reminders.reminders(person, _zone(call)), toast=toast)


def _zone(call: Call) -> str:
    return call.dietitian.timezone if call.dietitian is not None else call.person.timezone


async def show(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return _screen(call, call.person)


async def choose(call: Call) -> Reply:
    """The argument is `lead.1` or `lead.0`, so that a second press changes nothing."""
    name, _, wanted = call.button.argument.partition(".")
    if name not in set(Lead) or wanted not in {"0", "1"}:
        raise NotYours
    person = await call.cases.reminders.set.choose(person=call.person, lead=Lead(name), wanted=wanted == "1")
    return _screen(call, person, "Saved")


async def ask_quiet(call: Call) -> Reply:
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.QUIET_HOURS)
    return Reply(screen=reminders.ask_quiet(call.person, _zone(call)))


async def ask_quiet_again(call: Call, _: str) -> Reply:
    return await ask_quiet(call)


async def quiet_typed(call: Call, _: str) -> Reply:
    person = await call.cases.reminders.set.quiet(person=call.person, hours=quiet_hours(call.text))
    return Reply(screen=after("✅ Saved.", reminders.reminders(person, _zone(call))))


async def quiet_off(call: Call) -> Reply:
    person = await call.cases.reminders.set.quiet(person=call.person, hours=None)
    return _screen(call, person, "Saved")


async def late(call: Call) -> Reply:
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    found = _booking(card)
    require_near(found, call.house.clock.now())
    return Reply(screen=reminders.how_late(card, found, _other(card, role), zone_of(call, role)))


async def late_sure(call: Call) -> Reply:
    minutes = call.button.page
    card = await call.cases.reminders.late(person=call.person, public_id=call.button.subject, minutes=minutes)
    role, found = card.role_of(call.telegram_id) or Role.CLIENT, _booking(card)
    screen = reminders.told_late(card, found, _other(card, role), minutes, zone_of(call, role))
    return Reply(screen=screen, toast="Told")


def _booking(card: RequestCard) -> Booking:
    if card.booking is None or card.booking.state is not BookingState.CONFIRMED:
        raise MovedOn
    return card.booking


def _other(card: RequestCard, role: Role) -> str:
    return client_name(card) if role is Role.DIETITIAN else f"<b>{safe(card.dietitian.name)}</b>"
