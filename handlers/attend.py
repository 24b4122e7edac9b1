"""The session itself: taps, how it ended, a follow-up, a rating."""

from dataclasses import replace

from domain.errors import MovedOn, NotYours
from domain.model.attendance import CLOSED
from domain.model.booking import Booking, BookingState
from domain.model.people import Role
from domain.model.step import StepKind
from domain.model.views import RequestCard
from domain.usecases.review_session import WORDS_LIMIT
from handlers import compose
from handlers.call import Call, Reply
from handlers.screens import attend as screens
from handlers.screens import ending as endings
from handlers.screens import rating as ratings
from handlers.sessions import look, session_screen, zone_of
from handlers.typed_offers import paragraphs

_EXAMPLE = "You explained it well."
_MISSED, _ABSENT = "no-show", "that you were not there"
_TOLD = {"me": "Noted: you are there", "alone": "Noted, and they are told"}


async def tap(call: Call) -> Reply:
    """The argument is `me` or `alone`."""
    what = call.button.argument
    if what not in _TOLD:
        raise NotYours
    card = await call.cases.attend.tap(person=call.person, public_id=call.button.subject, here=what == "me")
    if card.booking is None:
        raise MovedOn
    role = card.role_of(call.telegram_id) or Role.CLIENT
    beside = await call.cases.attend.beside(card=card, role=role)
    zone, now = zone_of(call, role), call.house.clock.now()
    screen = screens.who(card, card.booking, role, beside.attendances, zone, now)
    return Reply(screen=screen, toast=_TOLD[what])


async def _dietitians(call: Call) -> tuple[RequestCard, Booking]:
    """The dietitian's own session; `NotYours` for everybody else."""
    card, booking, role = await look(call)
    if role is not Role.DIETITIAN:
        raise NotYours
    return card, booking


async def ending(call: Call) -> Reply:
    """As it stands, where it is known how it ended."""
    card, booking = await _dietitians(call)
    now = call.house.clock.now()
    if booking.state is not BookingState.CONFIRMED or now < booking.start:
        return await session_screen(call, card, booking, Role.DIETITIAN)
    beside = await call.cases.attend.beside(card=card, role=Role.DIETITIAN)
    return Reply(screen=endings.ending(card, booking, beside, zone_of(call, Role.DIETITIAN), now))


async def held(call: Call) -> Reply:
    late = call.button.argument == "late"
    _, booking = await _dietitians(call)
    if booking.state in CLOSED and (booking.state is not BookingState.COMPLETED or late > booking.came_late):
        return await _already(call, "that they came late" if late else "completed")
    card = await call.cases.attend.close.took_place(
        person=call.person, public_id=call.button.subject, late=late
    )
    return await _closed(call, card, "✅ Completed, they came late." if late else "✅ Completed.")


async def no_show(call: Call) -> Reply:
    card, booking = await _dietitians(call)
    if booking.state is not BookingState.CONFIRMED:
        return await _already(call, _MISSED)
    beside = await call.cases.attend.beside(card=card, role=Role.DIETITIAN)
    return Reply(screen=endings.missed_sure(card, booking, beside, zone_of(call, Role.DIETITIAN)))


async def no_show_sure(call: Call) -> Reply:
    await _dietitians(call)
    try:
        card = await call.cases.attend.close.missed(person=call.person, public_id=call.button.subject)
    except MovedOn:
        return await _already(call, _MISSED)
    return await _closed(call, card, "🚫 Noted as a no-show.")


async def absent(call: Call) -> Reply:
    card, booking = await _dietitians(call)
    if booking.state is not BookingState.CONFIRMED:
        return await _already(call, _ABSENT)
    return Reply(screen=endings.absent_sure(card, booking, zone_of(call, Role.DIETITIAN)))


async def absent_sure(call: Call) -> Reply:
    await _dietitians(call)
    try:
        card = await call.cases.attend.close.absent(
            person=call.person, public_id=call.button.subject, rev=call.button.rev
        )
    except MovedOn:
        return await _already(call, _ABSENT)
    return await _closed(call, card, "↩️ Noted; all of it goes back.")


async def take_back(call: Call) -> Reply:
    await _dietitians(call)
    card = await call.cases.attend.close.take_back(person=call.person, public_id=call.button.subject)
    if card.booking is not None and card.booking.state in CLOSED:
        raise MovedOn
    return await ending(call)


async def _already(call: Call, wanted: str) -> Reply:
    """Its end was known before, by a word or by silence: what was pressed for is not noted, and they hear so."""
    card, booking = await _dietitians(call)
    if booking.state not in CLOSED:
        raise MovedOn
    zone, now = zone_of(call, Role.DIETITIAN), call.house.clock.now()
    reply = await session_screen(call, card, booking, Role.DIETITIAN)
    return replace(reply, toast=endings.already(booking, wanted, zone, now), alert=True)


async def _closed(call: Call, card: RequestCard, note: str) -> Reply:
    if card.booking is None:
        raise MovedOn
    return await session_screen(call, card, card.booking, Role.DIETITIAN, note=note)


async def follow_up(call: Call) -> Reply:
    """/request, for the same client and, where it is still on offer, the same service."""
    dietitian = compose.practice(call)
    draft = await call.cases.attend.follow_up(dietitian=dietitian, public_id=call.button.subject)
    if draft.request.service_id is None:
        return await compose.resume(call, draft)
    return await compose.ask_message(call, draft)


async def rate(call: Call) -> Reply:
    """The argument is so many stars, or nothing: then they are asked for."""
    argument = call.button.argument
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    if not argument:
        card, _, role = await look(call)
        if role is not Role.CLIENT:
            raise NotYours
        return await _rating(call, card)
    review = call.cases.attend.review
    stars = call.button.page
    card = await review.rate(person=call.person, public_id=call.button.subject, stars=stars)
    return await _rating(call, card, toast="Thank you")


async def _rating(call: Call, card: RequestCard, *, toast: str | None = None) -> Reply:
    booking = card.booking
    if booking is None or booking.state is not BookingState.COMPLETED:
        raise MovedOn
    beside = await call.cases.attend.beside(card=card, role=Role.CLIENT)
    zone, now = zone_of(call, Role.CLIENT), call.house.clock.now()
    return Reply(screen=ratings.rating(card, booking, beside, zone, now), toast=toast)


async def ask_words(call: Call) -> Reply:
    return await ask_words_again(call, call.button.subject)


async def ask_words_again(call: Call, subject: str) -> Reply:
    card = await call.cases.attend.review.may(person=call.person, public_id=subject)
    await call.cases.ask(telegram_id=call.telegram_id, kind=StepKind.REVIEW_WORDS, subject=subject)
    return Reply(screen=ratings.ask_words(card))


async def words_typed(call: Call, subject: str) -> Reply:
    words = paragraphs(call.text, longest=WORDS_LIMIT, example=_EXAMPLE)
    card = await call.cases.attend.review.say(person=call.person, public_id=subject, words=words)
    return await _rating(call, card)
