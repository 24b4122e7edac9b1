"""One table from what comes in to who handles it, and one place where refusals become words."""

from collections.abc import Callable, Mapping
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
    book,
    clients,
    compose,
    desk,
    erasure,
    google,
    intake,
    mealplans,
    money,
    offers,
    onboarding,
    plans,
    requests,
    rights,
    sent_requests,
    settings,
    setup,
    several,
    shop,
    stats,
    templates,
    timeoff,
    upcoming,
    uploads,
    waiting_list,
    without_consent,
    zones,
)
from handlers.call import Call, Handler, House, Reply, UseCases
from handlers.callbacks import Press, Verb, parse
from handlers.desk_presses import DESK_PRESSES
from handlers.incoming import Incoming
from handlers.offer_presses import OFFER_PRESSES
from handlers.screens import home
from handlers.screens.erasure import GONE
from handlers.screens.slots import CALENDAR_AWAY
from handlers.session_presses import SESSION_PRESSES
from handlers.settings_presses import SETTINGS_PRESSES
from handlers.typed import ask_open, sent, typed
from handlers.week_presses import WEEK_PRESSES

Values = Mapping[str, Any]

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
    Verb.REQUESTS: requests.list_requests,
    Verb.SHOW: requests.show,
    Verb.APPROVE: requests.approve,
    Verb.DECLINE: requests.decline,
    Verb.DECLINE_SILENTLY: requests.decline_silently,
    Verb.DAYS: book.days,
    Verb.DAY: book.day,
    Verb.SLOT: book.slot,
    Verb.RELEASE: book.release,
    Verb.WISH: waiting_list.show,
    Verb.WISH_SURE: waiting_list.sure,
    Verb.WISH_HOURS: waiting_list.hours,
    Verb.WISH_DROP: waiting_list.drop,
    Verb.WISH_TAKE: waiting_list.take,
    Verb.PAID: book.paid,
    Verb.PAY: book.pay,
    Verb.USE_EMAIL: book.use_email,
    Verb.NEW_EMAIL: book.new_email,
    Verb.UPCOMING: upcoming.mine,
    Verb.BOOK: shop.book,
    Verb.BUY: shop.buy,
    Verb.SHELF: shop.shelf,
    Verb.TAKE: shop.take,
    **OFFER_PRESSES,
    Verb.MEAL_PLANS: mealplans.meal_plans,
    Verb.MEAL_PLAN: mealplans.meal_plan,
    Verb.SEND_AGAIN: mealplans.send_again,
    Verb.CANCEL_PLAN: plans.cancel,
    Verb.CANCEL_PLAN_SURE: plans.cancel_sure,
    Verb.PLANS: plans.plans,
    Verb.PLAN: plans.plan,
    Verb.UPLOAD: plans.upload,
    Verb.TRY_AGAIN: plans.try_again,
    Verb.CONFIRM_FILE: plans.confirm,
    Verb.DISCARD_FILE: uploads.discard,
    Verb.WHOSE_FILE: uploads.whose,
    Verb.FILE_FOR: uploads.file_for,
    Verb.INTAKE: intake.show,
    Verb.INTAKE_AGREE: intake.agree,
    Verb.INTAKE_REFUSE: intake.refuse,
    Verb.INTAKE_ASK: intake.ask,
    Verb.INTAKE_SKIP: intake.skip,
    Verb.INTAKE_CLEAR: intake.clear,
    Verb.INTAKE_CLEAR_SURE: intake.clear_sure,
    Verb.INTAKE_READ: intake.read,
    Verb.COMPOSE: compose.start,
    Verb.KIND: compose.kind,
    Verb.SERVICES: compose.services,
    Verb.SERVICE: compose.service,
    Verb.CLIENTS: compose.clients,
    Verb.CLIENT: compose.known_client,
    Verb.SEVERAL: several.choose,
    Verb.CHOOSE_CLIENT: several.toggle,
    Verb.SEVERAL_DONE: several.done,
    Verb.TEMPLATES: templates.templates,
    Verb.TEMPLATE: templates.use,
    Verb.KEEP_TEMPLATE: templates.keep,
    Verb.DROP_TEMPLATE: templates.drop,
    Verb.DROP_TEMPLATE_SURE: templates.drop_sure,
    Verb.NEW_CLIENT: compose.new_client,
    Verb.PICK: compose.pick,
    Verb.SKIP_EMAIL: compose.skip_email,
    Verb.SKIP_MESSAGE: compose.skip_message,
    Verb.SEND: sent_requests.send,
    Verb.DISCARD: compose.discard,
    Verb.BACK: compose.back,
    Verb.OWN_CLIENTS: clients.clients,
    Verb.SEARCH_CLIENTS: clients.search,
    Verb.FOUND_CLIENTS: clients.found,
    Verb.OWN_CLIENT: clients.card,
    Verb.CLIENT_HISTORY: clients.history,
    Verb.CLIENT_PAYMENTS: clients.payments,
    Verb.REQUEST_FOR: clients.request,
    Verb.CLIENT_NOTES: clients.notes,
    Verb.CHANGE_NOTES: clients.change_notes,
    Verb.DROP_NOTES: clients.drop_notes,
    Verb.DROP_NOTES_SURE: clients.drop_notes_sure,
    Verb.CLIENT_MESSAGE: clients.message,
    Verb.SEND_MESSAGE: clients.send_message,
    Verb.BLOCK_CLIENT: clients.block,
    Verb.BLOCK_CLIENT_SURE: clients.block_sure,
    Verb.UNBLOCK_CLIENT: clients.unblock,
    Verb.UNBLOCK_CLIENT_SURE: clients.unblock_sure,
    Verb.SENT: sent_requests.sent_list,
    Verb.RENEW: sent_requests.renew,
    Verb.REMIND: sent_requests.remind,
    Verb.SEND_ANEW: sent_requests.again,
    Verb.WITHDRAW: sent_requests.withdraw,
    Verb.WITHDRAW_SURE: sent_requests.withdraw_sure,
    Verb.AGENDA: upcoming.agenda,
    **SESSION_PRESSES,
    Verb.REFUND: money.refund,
    Verb.REFUND_SURE: money.refund_sure,
    Verb.BANKS: money.banks,
    Verb.BANK: money.bank,
    Verb.ACCOUNT_SURE: money.account_sure,
    **DESK_PRESSES,
    Verb.STATS: stats.stats,
    Verb.STATS_ROWS: stats.rows,
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
MOVED_AWAY = (
    "This has moved on since that button was drawn, and nothing has changed now. /start shows what is open."
)


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
            reply = await requests.show(call)
        except NotYours:
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
