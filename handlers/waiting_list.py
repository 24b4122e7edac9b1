"""The waiting list: what would suit a client, and the time that they were told of."""

from domain.errors import CalendarAway, MovedOn, NotYours, SlotTaken
from domain.model.booking import BookingState
from domain.model.people import Role
from domain.model.step import StepKind
from domain.model.views import RequestCard
from domain.usecases.waiting_list import Waits
from handlers.book import show_days, take_slot
from handlers.call import Call, Reply
from handlers.screens import waiting_list as screens
from handlers.screens.slots import CALENDAR_AWAY
from handlers.screens.waiting_list import Choice, choice_in, choice_of
from handlers.typed_wishes import hours_of


async def show(call: Call) -> Reply:
    """The argument is a choice; without one what they wait for already."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    waits = await _waits(call, call.button.subject)
    argument = call.button.argument
    choice = _choice(argument) if argument else choice_in(waits.wish)
    return Reply(screen=screens.wish_screen(waits, choice, call.person.timezone))


def _choice(argument: str) -> Choice:
    try:
        return choice_of(argument)
    except ValueError:
        raise NotYours from None


async def _waits(call: Call, public_id: str) -> Waits:
    return await call.cases.waiting.look(person=call.person, public_id=public_id)


async def sure(call: Call) -> Reply:
    choice = _choice(call.button.argument)
    waits = await call.cases.waiting.ask(
        person=call.person,
        public_id=call.button.subject,
        weekdays=choice.weekdays,
        opens=choice.opens,
        closes=choice.closes,
    )
    screen = screens.wish_screen(waits, choice, call.person.timezone)
    return Reply(screen=screen, toast="I tell you when such a time is free")


async def hours(call: Call) -> Reply:
    return await _ask_hours(call, call.button.subject, _choice(call.button.argument))


async def _ask_hours(call: Call, public_id: str, choice: Choice) -> Reply:
    waits = await _waits(call, public_id)
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.WISH_HOURS, subject=f"{public_id}:{choice}"
    )
    return Reply(screen=screens.ask_hours(waits.card, choice, call.person.timezone))


async def ask_again(call: Call, subject: str) -> Reply:
    public_id, _, argument = subject.partition(":")
    return await _ask_hours(call, public_id, _choice(argument))


async def hours_typed(call: Call, subject: str) -> Reply:
    """Shown back with everything else: nothing is kept before they say so."""
    public_id, _, argument = subject.partition(":")
    typed, choice = hours_of(call.text), _choice(argument)
    bits = choice.bits if typed.weekdays is None else sum(1 << day for day in typed.weekdays) % (2**7 - 1)
    waits = await _waits(call, public_id)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    choice = Choice(bits=bits, opens=typed.opens, closes=typed.closes)
    return Reply(screen=screens.wish_screen(waits, choice, call.person.timezone))


async def drop(call: Call) -> Reply:
    waits = await call.cases.waiting.give_up(person=call.person, public_id=call.button.subject)
    return Reply(screen=screens.given_up(waits.card), toast="You wait no longer")


async def take(call: Call) -> Reply:
    """The time they were told of, held as any other is: whoever presses first has it."""
    card, role = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    if role is not Role.CLIENT:
        raise NotYours
    if card.booking is not None and card.booking.state is BookingState.CONFIRMED:
        words, screen = screens.has_a_time(card, card.booking, call.person.timezone)
        return Reply(screen=screen, toast=words, alert=True)
    if not card.request.is_open or card.request.agreed_at is None:
        raise MovedOn
    try:
        return await take_slot(call, card.request.rev)
    except SlotTaken:
        return await _gone(call, card)
    except CalendarAway:
        return await show_days(call, card.request.public_id, 0, toast=CALENDAR_AWAY)


async def _gone(call: Call, card: RequestCard) -> Reply:
    wish = await call.cases.waiting.of(card=card)
    start = screens.start_in_words(card, call.button.instant, call.person.timezone)
    stays = " You stay on the waiting list." if wish is not None else ""
    words = f"That time has gone: somebody was faster. Nothing was charged.{stays}"
    return Reply(screen=screens.gone(card, start, wish), toast=words, alert=True)
