"""One table from what comes in to who handles it, and one place where refusals become words."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from domain.errors import (
    Blocked,
    CalendarAway,
    LinkUsedUp,
    Malformed,
    MovedOn,
    NeedsConsent,
    NeedsEmail,
    NotYours,
    Refusal,
    SlotTaken,
    Suspended,
    TooLate,
    TooMany,
)
from domain.model.people import Dietitian, Person
from handlers import (
    availability,
    clients,
    compose,
    desk,
    erasure,
    google,
    invites,
    mealplans,
    offers,
    onboarding,
    plans,
    requests,
    rights,
    settings,
    setup,
    shop,
    stats,
    timeoff,
    unclear,
    upcoming,
    without_consent,
    zones,
)
from handlers.call import Call, Handler, House, Reply, UseCases
from handlers.callbacks import Press, Verb, parse
from handlers.client_presses import CLIENT_PRESSES
from handlers.desk_presses import DESK_PRESSES
from handlers.incoming import Incoming
from handlers.offer_presses import OFFER_PRESSES
from handlers.practice_presses import PRACTICE_PRESSES
from handlers.screens import home
from handlers.screens.erasure import GONE
from handlers.screens.slots import CALENDAR_AWAY
from handlers.session_presses import SESSION_PRESSES
from handlers.settings_presses import SETTINGS_PRESSES
from handlers.typed import ask_open, sent, typed
from handlers.week_presses import WEEK_PRESSES

COMMANDS: dict[str, Handler] = {
    "start": onboarding.start,
    "help": onboarding.help_,
    "cancel": onboarding.cancel,
    "privacy": onboarding.privacy,
    "mydata": erasure.my_data,
    "deletemydata": erasure.show,
    "settings": settings.show,
    "request": compose.start,
    "clients": clients.clients,
    "requests": requests.list_requests,
    "upcoming": upcoming.upcoming,
    "book": shop.book,
    "buy": shop.buy,
    "services": offers.services,
    "availability": availability.week,
    "timeoff": timeoff.time_off,
    "plans": plans.plans,
    "mealplans": mealplans.meal_plans,
    "stats": stats.stats,
    "google": google.show,
    "admin": desk.show,
}

ERASING: dict[Verb, Handler] = {
    Verb.ERASURE: erasure.show,
    Verb.ERASE: erasure.ask,
    Verb.ERASE_SURE: erasure.sure,
    Verb.ERASE_STOP: erasure.stop,
    Verb.ERASE_CANCEL: erasure.cancel,
    Verb.ERASE_CANCEL_SURE: erasure.cancel_sure,
    Verb.MY_DATA: erasure.my_data,
}
"""Pressed late, these make nobody of a stranger."""

PRESSES: dict[Verb, Handler] = {
    **ERASING,
    Verb.HOME: onboarding.go_home,
    Verb.HELP: onboarding.help_,
    Verb.AGREE: onboarding.agree,
    Verb.SET_UP: setup.go_on,
    Verb.SET_UP_CHOICE: setup.chosen,
    **CLIENT_PRESSES,
    **PRACTICE_PRESSES,
    **OFFER_PRESSES,
    **SESSION_PRESSES,
    **DESK_PRESSES,
    **WEEK_PRESSES,
    **SETTINGS_PRESSES,
}
NOT_YOURS = "That is not here for you, or not any more. Nothing has changed."
SUSPENDED = (
    "This dietitian takes nothing new at present. Nothing was charged; money that waits here can be had back."
)
NOTHING_NEW = (
    "Nothing new can be begun with this dietitian at present. Nothing was charged, "
    "and what is booked and paid goes on."
)
YOU_ARE_SUSPENDED = (
    "Your practice is suspended at present, so nothing new can be asked for. What is booked and paid goes on."
)
MOVED_ON = "This has moved on since that button was drawn. Here is where it stands now."
MOVED_AWAY = "This has moved on meanwhile, and nothing has changed now. /start shows what is open."
REDRAWN: dict[rights.Right, Handler] = {
    rights.OF_SERVICE: offers.offer,
    rights.OF_HER_CLIENT: clients.card,
    rights.ADMINS_PAYMENT: desk.payment,
    rights.ADMINS_SESSION: unclear.sessions,
    rights.ADMINS_DIETITIAN: invites.dietitian,
}
"""Where a record stands now, for whoever has pressed an old button about it; a request's side sees the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Finds the handler, runs it, and words what is refused. Anything else it raises is the caller's."""

    cases: UseCases
    house: House

    async def __call__(self, incoming: Incoming, acknowledge: Any) -> Reply:
        if incoming.reachable is not None:
            await self.cases.note_reachability(telegram_id=incoming.telegram_id, reachable=incoming.reachable)
            return Reply()
        if await self._is_gone(incoming):
            return Reply(toast=GONE, alert=True)
        caller = await self.cases.meet(
            telegram_id=incoming.telegram_id, name=incoming.name, language=incoming.language
        )
        call = self._call(incoming, caller.person, caller.dietitian, acknowledge)
        return await self._answer(call, partial(self._handler, incoming))

    async def _answer(self, call: Call, route: Callable[[Call], Handler]) -> Reply:
        try:
            reply = await route(call)(call)
        except Refusal as refusal:
            return await self._refused(call, refusal)
        if reply.onward is None:
            return reply
        came_for = await self._answer(reply.onward, _onward)
        if came_for.screen is None:  # refused: the notice must not stay where it is agreed to
            return replace(came_for, screen=await onboarding.home_card(reply.onward))
        return came_for

    async def _is_gone(self, incoming: Incoming) -> bool:
        press = _press(incoming.data) if incoming.data is not None else None
        if press is None or press.verb not in ERASING:
            return False
        return not await self.cases.trust.erase.is_known(telegram_id=incoming.telegram_id)

    def _call(
        self, incoming: Incoming, person: Person, dietitian: Dietitian | None, acknowledge: Any
    ) -> Call:
        text = incoming.text or ""
        if text.startswith("/") and incoming.document is None:
            text = text.partition(" ")[2]
        return Call(
            cases=self.cases,
            house=self.house,
            person=person,
            dietitian=dietitian,
            press=_press(incoming.data) if incoming.data is not None else None,
            command=_command(incoming),
            text=text,
            message_id=incoming.message_id,
            shared=incoming.shared,
            place=incoming.place,
            document=incoming.document,
            media=incoming.media,
            item_id=incoming.item_id,
            acknowledge=acknowledge,
        )

    def _handler(self, incoming: Incoming, call: Call) -> Handler:
        if incoming.data is not None:
            if call.press is None:
                return _unknown_button
            verb = call.press.verb
            if verb not in without_consent.PRESSES and not call.person.has_consented:
                return without_consent.instead(call, partial(_permitted, rights.PRESSES[verb], PRESSES[verb]))
            rights.permit(call, rights.PRESSES[verb])
            return PRESSES[verb]
        if incoming.place is not None:
            return zones.located if call.person.has_consented else onboarding.ask_consent
        text = incoming.text or ""
        if incoming.document is not None or incoming.media is not None:
            return sent if call.person.has_consented else onboarding.ask_consent
        if not text.startswith("/"):
            return typed if call.person.has_consented else without_consent.instead_of_typed(typed)
        if call.command not in COMMANDS:
            return onboarding.no_such_command
        right, handler = rights.COMMANDS[call.command], COMMANDS[call.command]
        if call.command not in without_consent.COMMANDS and not call.person.has_consented:
            return without_consent.instead(call, partial(_permitted, right, handler))
        rights.permit(call, right)
        return handler

    async def _refused(self, call: Call, refusal: Refusal) -> Reply:
        match refusal:
            case MovedOn() | SlotTaken():
                return await self._redraw(call)
            case Malformed() | TooLate() | TooMany():
                return _say(call, str(refusal))
            case CalendarAway():
                return _say(call, CALENDAR_AWAY)
            case Blocked():
                return _say(call, NOTHING_NEW)
            case Suspended():
                return await self._suspended(call, refusal)
            case NeedsConsent():
                return await onboarding.ask_consent(call)
            case NotYours() | LinkUsedUp() | NeedsEmail():
                return _say(call, NOT_YOURS)
            case _:
                raise refusal

    async def _suspended(self, call: Call, refusal: Suspended) -> Reply:
        """To a client with the request as it stands: the button they pressed is not on it any more."""
        if refusal.person_id == call.person.id:
            return _say(call, YOU_ARE_SUSPENDED)
        if call.press is None or not call.press.subject:
            return _say(call, SUSPENDED)
        with suppress(NotYours):
            return replace(await requests.show(call), toast=SUSPENDED, alert=True)
        return _say(call, SUSPENDED)

    async def _redraw(self, call: Call) -> Reply:
        """From the database, whatever the message showed before."""
        if call.press is None or not call.press.subject:
            return _say(call, MOVED_AWAY)
        try:
            reply = await REDRAWN.get(rights.PRESSES[call.press.verb], requests.show)(call)
        except Refusal:  # not theirs, or it moves on at this very moment
            return _say(call, MOVED_AWAY)
        return Reply(screen=reply.screen, toast=MOVED_ON)


def _say(call: Call, words: str) -> Reply:
    """As an alert over a press, as a message after a text."""
    if call.press is not None:
        return Reply(toast=words, alert=True)
    return Reply(screen=home.words(words))


async def _permitted(right: rights.Right, handler: Handler, call: Call) -> Reply:
    rights.permit(call, right)
    return await handler(call)


async def _unknown_button(call: Call) -> Reply:
    return Reply(toast=MOVED_ON, screen=await onboarding.home_card(call), alert=True)


def _command(incoming: Incoming) -> str:
    text = incoming.text or ""
    if not text.startswith("/") or incoming.document is not None or incoming.media is not None:
        return ""
    return next(iter(text[1:].split()), "").partition("@")[0].casefold()


def _onward(call: Call) -> Handler:
    """What they came for before they agreed to the notice, by the same rights as ever."""
    if call.press is not None:
        if _press(str(call.press)) is None:
            return _unknown_button
        rights.permit(call, rights.PRESSES[call.press.verb])
        return PRESSES[call.press.verb]
    if call.command in COMMANDS:
        rights.permit(call, rights.COMMANDS[call.command])
        return COMMANDS[call.command]
    return ask_open


def _press(data: str) -> Press | None:
    try:
        press = parse(data)
        if press.verb in {Verb.SLOT, Verb.WISH_TAKE, Verb.MOVE_SLOT, Verb.MOVE_SURE, Verb.FOLLOW_EVENT}:
            _ = press.instant
        if press.verb in {Verb.DAY, Verb.MOVE_DAY}:
            _ = press.day
    except ValueError:
        return None
    return press
