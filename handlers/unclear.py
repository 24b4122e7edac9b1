"""The admins' part of sessions: one side tapped that the other was not there, and the dietitian stays silent."""

from domain.errors import MovedOn, NotYours
from domain.model.booking import Booking, BookingState
from domain.model.views import RequestCard
from handlers.call import Call, Reply
from handlers.screens import unclear as screens


async def sessions(call: Call) -> Reply:
    return await _list(call, call.button.page)


async def _list(call: Call, number: int, toast: str | None = None) -> Reply:
    page = await call.cases.attend.close.unclear(number=number)
    return Reply(screen=screens.sessions(page, call.person.timezone), toast=toast)


async def _one(call: Call) -> tuple[RequestCard, Booking]:
    card = await call.cases.attend.close.card(person=call.person, public_id=call.button.subject)
    if card.booking is None:
        raise MovedOn
    return card, card.booking


async def session(call: Call) -> Reply:
    card, booking = await _one(call)
    await call.cases.office.trail.looked(admin=call.person, at=f"booking:{booking.public_id}")
    beside = await call.cases.attend.beside(card=card, role=None)
    return Reply(screen=screens.session(card, booking, beside, call.person.timezone, call.house.clock.now()))


async def sure(call: Call) -> Reply:
    card, booking = await _one(call)
    if booking.state is not BookingState.CONFIRMED:
        return await _list(call, 0)
    if call.button.argument not in screens.VERDICTS:
        raise NotYours
    return Reply(screen=screens.sure(card, booking, call.button.argument, call.person.timezone))


async def end(call: Call) -> Reply:
    close, press = call.cases.attend.close, call.button
    match press.argument:
        case screens.HELD:
            await close.took_place(person=call.person, public_id=press.subject)
        case screens.MISSED:
            await close.missed(person=call.person, public_id=press.subject)
        case screens.ABSENT:
            await close.absent(person=call.person, public_id=press.subject, rev=press.rev)
        case _:
            raise NotYours
    return await _list(call, 0, toast="Decided")
