"""A booked session: look, its link, cancel, move."""

from dataclasses import replace

from domain.errors import MovedOn, NotYours, SlotTaken
from domain.model.availability import free_days, slots_of_day
from domain.model.booking import Booking, BookingState
from domain.model.message import Button
from domain.model.people import Role
from domain.model.views import RequestCard
from domain.usecases.book_slot import Choices
from domain.usecases.change_booking import require_ahead
from handlers.call import Call, Reply
from handlers.callbacks import Verb
from handlers.formats import local, safe
from handlers.invitation import ics_file
from handlers.screens import booking, session, terms
from handlers.screens.slots import choose_day, choose_slot
from handlers.screens.timeoff import back_to_list

_BEING_MADE = "The link is being made; it arrives here by itself."
_NOTHING_MAKES_IT = {
    Role.CLIENT: "There is no link yet. Your dietitian has been told that it is missing; it arrives here as soon as "
    "there is one.",
    Role.DIETITIAN: "There is no link: Google is not connected, and you have no room of your own set. Connect it with "
    "/google, or set a room in /settings; then press Get link again.",
}
_LOOK_AGAIN = "The session or what you get back has changed meanwhile. Please look again before you cancel."


def zone_of(call: Call, role: Role) -> str:
    """A dietitian reads times in the practice's zone."""
    if role is Role.DIETITIAN and call.dietitian is not None:
        return call.dietitian.timezone
    return call.person.timezone


async def look(call: Call) -> tuple[RequestCard, Booking, Role]:
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    if card.booking is None:
        raise MovedOn
    return card, card.booking, role


async def show(call: Call) -> Reply:
    """The argument, with the page as the revision, is the list of sessions at odds with the week it stands in."""
    card, found, role = await look(call)
    back = back_to_list(call.button.argument, call.button.rev)
    return await session_screen(call, card, found, role, back=back)


async def session_screen(
    call: Call, card: RequestCard, found: Booking, role: Role, *, note: str = "", back: Button | None = None
) -> Reply:
    beside = await call.cases.attend.beside(card=card, role=role)
    zone, now = zone_of(call, role), call.house.clock.now()
    screen = session.session(card, found, role, zone, now, beside=beside, note=note, back=back)
    return Reply(screen=screen)


async def calendar(call: Call) -> Reply:
    """The file once more; that of a cancelled session takes it out again."""
    card, found, role = await look(call)
    if found.confirmed_at is None:
        raise MovedOn
    file = ics_file(card, found, call.house.clock.now(), for_dietitian=role is Role.DIETITIAN)
    return Reply(also=(session.calendar_file(found, role, file),), toast="It is below")


async def get_link(call: Call) -> Reply:
    """The link where there is one; else it is being made, and comes by itself, or nothing can make it."""
    asked = await call.cases.get_link(person=call.person, public_id=call.button.subject)
    card = asked.card
    if card.booking is None:
        raise MovedOn
    role = card.role_of(call.telegram_id)
    if role is None:
        return Reply(toast="Asked for. Both sides get it as soon as it is there.")
    url = card.booking.meeting_url
    waits = _BEING_MADE if asked.can_come else _NOTHING_MAKES_IT[role]
    note = f"🔗 {safe(url)}" if url else f"🔗 {waits}"
    return await session_screen(call, card, card.booking, role, note=note)


async def cancel(call: Call) -> Reply:
    """The terms once more, before it cannot be undone."""
    card, found, role = await look(call)
    if found.state is not BookingState.CONFIRMED:
        raise MovedOn
    now = call.house.clock.now()
    require_ahead(found, now)
    percent = found.refund_percent_at(now, by_dietitian=role is Role.DIETITIAN)
    return Reply(screen=session.cancel_sure(card, found, role, zone_of(call, role), percent))


async def cancel_sure(call: Call) -> Reply:
    press = call.button
    try:
        card = await call.cases.cancel_booking(
            person=call.person,
            public_id=press.subject,
            rev=press.rev,
            percent=press.page,
            message_id=call.message_id,
        )
    except MovedOn:  # the terms, too, may be others than those that were shown
        return replace(await cancel(call), toast=_LOOK_AGAIN, alert=True)
    if card.booking is None:
        raise MovedOn
    role = card.role_of(call.telegram_id) or Role.CLIENT
    refund = await call.cases.look.refund(payment=card.payment)
    words = terms.started(refund)
    return Reply(screen=session.cancelled(card, card.booking, zone_of(call, role), words), toast="Cancelled")


async def move(call: Call) -> Reply:
    return await _move_days(call, call.button.page)


async def _move_days(call: Call, number: int) -> Reply:
    choices = await call.cases.offer_moves(person=call.person, public_id=call.button.subject)
    zone = _zone(call, choices)
    counts = free_days(choices.slots, zone)
    screen = choose_day(
        choices.card,
        counts,
        number,
        zone,
        pages=Verb.MOVE,
        days=Verb.MOVE_DAY,
        back=Verb.BOOKING,
        closed=choices.closed,
    )
    return Reply(screen=screen)


def _zone(call: Call, choices: Choices) -> str:
    role = choices.card.role_of(call.telegram_id)
    if role is None:
        raise NotYours
    return zone_of(call, role)


async def move_day(call: Call) -> Reply:
    choices = await call.cases.offer_moves(person=call.person, public_id=call.button.subject)
    zone, chosen = _zone(call, choices), call.button.day
    slots = slots_of_day(choices.slots, zone, chosen)
    if not slots:
        return await _move_days(call, 0)
    screen = choose_slot(
        choices.card, chosen, slots, zone, slot=Verb.MOVE_SLOT, back=Verb.MOVE, words="Choose the new time"
    )
    return Reply(screen=screen)


async def move_slot(call: Call) -> Reply:
    card, found, role = await look(call)
    if found.state is not BookingState.CONFIRMED:
        raise MovedOn
    return Reply(screen=session.move_sure(card, found, call.button.instant, role, zone_of(call, role)))


async def move_sure(call: Call) -> Reply:
    press = call.button
    try:
        card = await call.cases.move_booking(
            person=call.person,
            public_id=press.subject,
            rev=press.rev,
            start=press.instant,
            message_id=call.message_id,
        )
    except SlotTaken:
        return await _taken(call)
    if card.booking is None:
        raise MovedOn
    role = card.role_of(call.telegram_id) or Role.CLIENT
    return await session_screen(call, card, card.booking, role, note="🔁 Moved.")


async def _taken(call: Call) -> Reply:
    words = "That time has just been taken. Your session stays where it was; here is what is free."
    choices = await call.cases.offer_moves(person=call.person, public_id=call.button.subject)
    zone = _zone(call, choices)
    chosen = local(call.button.instant, zone).date()
    slots = slots_of_day(choices.slots, zone, chosen)
    if not slots:
        reply = await _move_days(call, 0)
        return Reply(screen=reply.screen, toast=words, alert=True)
    screen = choose_slot(
        choices.card, chosen, slots, zone, slot=Verb.MOVE_SLOT, back=Verb.MOVE, words="Choose the new time"
    )
    return Reply(screen=booking.after(words, screen), toast=words, alert=True)
