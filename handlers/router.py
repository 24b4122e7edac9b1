"""One table from what comes in to who handles it, and one place where refusals become words."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
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
)
from domain.model.people import Dietitian, Person
from handlers import (
    availability,
    book,
    clients,
    compose,
    desk,
    edit_offers,
    google,
    intake,
    mealplans,
    money,
    offers,
    onboarding,
    plans,
    profile,
    reminders,
    requests,
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
    zones,
)
from handlers.call import Call, Handler, House, Reply, UseCases
from handlers.callbacks import Press, Verb, parse
from handlers.desk_presses import DESK_PRESSES
from handlers.incoming import Incoming
from handlers.screens import home
from handlers.screens.slots import CALENDAR_AWAY
from handlers.session_presses import SESSION_PRESSES
from handlers.typed import sent, typed

Values = Mapping[str, Any]

COMMANDS: dict[str, Handler] = {
    "start": onboarding.start,
    "help": onboarding.help_,
    "cancel": onboarding.cancel,
    "privacy": onboarding.privacy,
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
WITHOUT_CONSENT = {"start", "help", "cancel", "privacy"}

PRESSES: dict[Verb, Handler] = {
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
    Verb.OFFERS: offers.services,
    Verb.OFFER: offers.offer,
    Verb.QUESTIONS: offers.questions,
    Verb.ADD_QUESTION: offers.add_question,
    Verb.DROP_QUESTION: offers.drop_question,
    Verb.PUBLIC_LINK: offers.public_link,
    Verb.ARCHIVED: edit_offers.archived,
    Verb.ADD_OFFER: edit_offers.add,
    Verb.ADD_OFFER_ANSWER: edit_offers.add_chosen,
    Verb.ADD_OFFER_BACK: edit_offers.add_back,
    Verb.EDIT_OFFER: edit_offers.edit,
    Verb.SET_OFFER: edit_offers.edit_chosen,
    Verb.SHOW_OFFER: edit_offers.show,
    Verb.PLACE_OFFER: edit_offers.place,
    Verb.ARCHIVE_OFFER: edit_offers.archive,
    Verb.ARCHIVE_OFFER_SURE: edit_offers.archive_sure,
    Verb.RESTORE_OFFER: edit_offers.restore,
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
    Verb.WEEK: availability.week,
    Verb.WEEK_DAY: availability.day,
    Verb.WEEK_PRESET: availability.preset,
    Verb.WEEK_ADD: availability.add,
    Verb.WEEK_DROP: availability.drop,
    Verb.WEEK_COPY: availability.copy,
    Verb.WEEK_COPY_SURE: availability.copy_sure,
    Verb.WEEK_RULES: availability.rules,
    Verb.WEEK_RULE: availability.rule,
    Verb.WEEK_RULE_SET: availability.rule_chosen,
    Verb.WEEK_PICTURE: availability.picture,
    Verb.WEEK_OUTSIDE: availability.outside,
    Verb.TIME_OFF: timeoff.time_off,
    Verb.TIME_OFF_ENTRY: timeoff.entry,
    Verb.TIME_OFF_REMOVE: timeoff.remove,
    Verb.TIME_OFF_REMOVE_SURE: timeoff.remove_sure,
    Verb.TIME_OFF_ADD: timeoff.add,
    Verb.TIME_OFF_CONFIRM: timeoff.confirm,
    Verb.TIME_OFF_REASON: timeoff.reason,
    Verb.TIME_OFF_SKIP: timeoff.skip,
    Verb.CLASHES: timeoff.clashes,
    Verb.ASK_TO_MOVE: timeoff.ask_to_move,
    Verb.ASK_ALL_TO_MOVE: timeoff.ask_all,
    Verb.GOOGLE: google.show,
    Verb.CONNECT: google.connect,
    Verb.DISCONNECT: google.disconnect,
    Verb.DISCONNECT_SURE: google.disconnect_sure,
    Verb.WITHOUT_GOOGLE: google.choose,
    Verb.FOLLOW_EVENT: google.follow_event,
    Verb.PUT_EVENT_BACK: google.put_event_back,
    Verb.MAKE_EVENT_AGAIN: google.make_event_again,
    Verb.SETTINGS: settings.show,
    Verb.CHANGE_NAME: settings.change_name,
    Verb.CHANGE_EMAIL: settings.change_email,
    Verb.CHANGE_ZONE: zones.choose,
    Verb.REMINDERS: reminders.show,
    Verb.REMIND_ME: reminders.choose,
    Verb.QUIET: reminders.ask_quiet,
    Verb.QUIET_OFF: reminders.quiet_off,
    Verb.RECEIPTS: settings.receipts,
    Verb.TERMS: settings.terms,
    Verb.SET_TERMS: settings.set_terms,
    Verb.REQUEST_DAYS: settings.request_days,
    Verb.SET_REQUEST_DAYS: settings.set_request_days,
    Verb.ZONE: zones.numbered,
    Verb.ZONE_NAMED: zones.named,
    Verb.SHARE_PLACE: zones.share,
    Verb.PROFILE: profile.profile,
    Verb.PROFILE_FIELD: profile.ask,
    Verb.PROFILE_SET: profile.chosen,
    Verb.PROFILE_NO_ROOM: profile.no_room,
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
        caller = await self.cases.meet(
            telegram_id=incoming.telegram_id, name=incoming.name, language=incoming.language
        )
        call = self._call(incoming, caller.person, caller.dietitian, acknowledge)
        handler = self._handler(incoming, call)
        try:
            return await handler(call)
        except Refusal as refusal:
            return await self._refused(call, refusal)

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
            handler = PRESSES[call.press.verb]
            free = call.press.verb in {Verb.AGREE, Verb.HOME, Verb.HELP}
            return handler if free or call.person.has_consented else onboarding.ask_consent
        if incoming.place is not None:
            return zones.located if call.person.has_consented else onboarding.ask_consent
        text = incoming.text or ""
        if incoming.document is not None or incoming.media is not None:
            return sent if call.person.has_consented else onboarding.ask_consent
        if not text.startswith("/"):
            return typed if call.person.has_consented else onboarding.ask_consent
        command = next(iter(text[1:].split()), "").partition("@")[0].casefold()
        if command not in COMMANDS:
            return onboarding.no_such_command
        if command in WITHOUT_CONSENT or call.person.has_consented:
            return COMMANDS[command]
        return onboarding.ask_consent

    async def _refused(self, call: Call, refusal: Refusal) -> Reply:
        match refusal:
            case MovedOn() | SlotTaken():
                return await self._redraw(call)
            case Malformed() | TooLate():
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


async def _unknown_button(call: Call) -> Reply:
    return Reply(toast=MOVED_ON, screen=await onboarding.home_card(call), alert=True)


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
