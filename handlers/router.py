"""One table from what comes in to who handles it, and one place where refusals become words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import (
    LinkUsedUp,
    Malformed,
    MovedOn,
    NeedsConsent,
    NeedsEmail,
    NotYours,
    Refusal,
    SlotTaken,
    TooLate,
)
from domain.model.message import Document
from domain.model.people import Dietitian, Person
from handlers import (
    book,
    compose,
    desk,
    google,
    intake,
    mealplans,
    money,
    offers,
    onboarding,
    plans,
    requests,
    sessions,
    settings,
    shop,
    upcoming,
    uploads,
)
from handlers.attached import document_of, media_of
from handlers.call import Call, Handler, House, Reply, UseCases
from handlers.callbacks import Press, Verb, parse
from handlers.screens import home
from handlers.typed import sent, typed

Values = Mapping[str, Any]

COMMANDS: dict[str, Handler] = {
    "start": onboarding.start,
    "help": onboarding.help_,
    "cancel": onboarding.cancel,
    "privacy": onboarding.privacy,
    "settings": settings.show,
    "request": compose.start,
    "requests": requests.list_requests,
    "upcoming": upcoming.upcoming,
    "book": shop.book,
    "buy": shop.buy,
    "services": offers.services,
    "plans": plans.plans,
    "mealplans": mealplans.meal_plans,
    "google": google.show,
    "admin": desk.show,
}
WITHOUT_CONSENT = {"start", "help", "cancel", "privacy"}

PRESSES: dict[Verb, Handler] = {
    Verb.HOME: onboarding.go_home,
    Verb.HELP: onboarding.help_,
    Verb.AGREE: onboarding.agree,
    Verb.REQUESTS: requests.list_requests,
    Verb.SHOW: requests.show,
    Verb.APPROVE: requests.approve,
    Verb.DECLINE: requests.decline,
    Verb.DECLINE_SILENTLY: requests.decline_silently,
    Verb.DAYS: book.days,
    Verb.DAY: book.day,
    Verb.SLOT: book.slot,
    Verb.RELEASE: book.release,
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
    Verb.NEW_CLIENT: compose.new_client,
    Verb.PICK: compose.pick,
    Verb.SKIP_EMAIL: compose.skip_email,
    Verb.SKIP_MESSAGE: compose.skip_message,
    Verb.SEND: compose.send,
    Verb.DISCARD: compose.discard,
    Verb.BACK: compose.back,
    Verb.SENT: compose.sent_list,
    Verb.RENEW: compose.renew,
    Verb.WITHDRAW: compose.withdraw,
    Verb.WITHDRAW_SURE: compose.withdraw_sure,
    Verb.AGENDA: upcoming.agenda,
    Verb.BOOKING: sessions.show,
    Verb.GET_LINK: sessions.get_link,
    Verb.CANCEL_BOOKING: sessions.cancel,
    Verb.CANCEL_BOOKING_SURE: sessions.cancel_sure,
    Verb.MOVE: sessions.move,
    Verb.MOVE_DAY: sessions.move_day,
    Verb.MOVE_SLOT: sessions.move_slot,
    Verb.MOVE_SURE: sessions.move_sure,
    Verb.REFUND: money.refund,
    Verb.REFUND_SURE: money.refund_sure,
    Verb.BANKS: money.banks,
    Verb.BANK: money.bank,
    Verb.ACCOUNT_SURE: money.account_sure,
    Verb.DESK: desk.show,
    Verb.DESK_MONEY: desk.money,
    Verb.DESK_PAYMENT: desk.payment,
    Verb.DESK_REFUND: desk.refund,
    Verb.DESK_REFUND_SURE: desk.refund_sure,
    Verb.DESK_RETRY: desk.retry,
    Verb.DESK_HISTORY: desk.history,
    Verb.DESK_LINKS: desk.links,
    Verb.DESK_MAKE_LINKS: desk.make_links,
    Verb.DESK_LEDGER: desk.ledger,
    Verb.DESK_LATE_PLANS: desk.late_plans,
    Verb.GOOGLE: google.show,
    Verb.CONNECT: google.connect,
    Verb.DISCONNECT: google.disconnect,
    Verb.DISCONNECT_SURE: google.disconnect_sure,
    Verb.SETTINGS: settings.show,
    Verb.CHANGE_NAME: settings.change_name,
    Verb.CHANGE_EMAIL: settings.change_email,
    Verb.CHANGE_ZONE: settings.change_zone,
    Verb.TERMS: settings.terms,
    Verb.SET_TERMS: settings.set_terms,
    Verb.ZONE: settings.zone,
}
NOT_YOURS = "That is not here for you, or not any more. Nothing has changed."
MOVED_ON = "This has moved on since that button was drawn. Here is where it stands now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What of an update matters to us.

    `text` is what was typed, or the caption of what was sent; `media` is Telegram's word for what we don't read
    ("photo", "voice"), None where there is a text or a `document`.
    """

    chat_id: int
    telegram_id: int
    name: str
    language: str
    press_id: str | None = None
    data: str | None = None
    message_id: int | None = None
    text: str | None = None
    document: Document | None = None
    media: str | None = None
    shared: tuple[int, str] | None = None
    reachable: bool | None = None


def read_update(update: Values) -> Incoming | None:
    """An update as Telegram wrote it (core.telegram.org/bots/api#update).

    None for what concerns nobody: channels, groups, kinds of update that were not asked for.
    """
    press, member = update.get("callback_query"), update.get("my_chat_member")
    part = press or member or update.get("message")
    user = (part or {}).get("from")
    if part is None or user is None or user.get("is_bot"):
        return None
    where = press.get("message") if press else part  # a press on a message sent by way of another bot: none
    chat = where["chat"] if where else None
    if chat is not None and chat["type"] != "private":
        return None
    common: dict[str, Any] = {
        "chat_id": chat["id"] if chat is not None else user["id"],
        "telegram_id": user["id"],
        "name": _full_name(user)[:64] or "friend",
        "language": user.get("language_code") or "en",
    }
    if press:
        message_id = where["message_id"] if where else None
        return Incoming(**common, press_id=press["id"], data=press.get("data") or "", message_id=message_id)
    if member:
        return Incoming(**common, reachable=member["new_chat_member"]["status"] not in {"kicked", "left"})
    return Incoming(
        **common,
        text=part.get("text") or part.get("caption") or "",
        document=document_of(part),
        media=media_of(part),
        shared=_shared(part),
    )


def _full_name(user: Values) -> str:
    return " ".join(part for part in (user.get("first_name"), user.get("last_name")) if part)


def _shared(message: Values) -> tuple[int, str] | None:
    users = (message.get("users_shared") or {}).get("users")
    if not users:
        return None
    return users[0]["user_id"], _full_name(users[0])[:64] or "Client"


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
            case NeedsConsent():
                return await onboarding.ask_consent(call)
            case NotYours() | LinkUsedUp() | NeedsEmail():
                return _say(call, NOT_YOURS)
            case _:
                raise refusal

    async def _redraw(self, call: Call) -> Reply:
        """From the database, whatever the message showed before."""
        if call.press is None or not call.press.subject:
            return _say(call, MOVED_ON)
        try:
            reply = await requests.show(call)
        except NotYours:
            return _say(call, MOVED_ON)
        return Reply(screen=reply.screen, toast=MOVED_ON)


def _say(call: Call, words: str) -> Reply:
    """As an alert over a press, as a message after a text."""
    if call.press is not None:
        return Reply(toast=words, alert=True)
    return Reply(screen=home.words(words))


async def _unknown_button(call: Call) -> Reply:
    return Reply(
        toast=MOVED_ON, screen=home.home(call.person, call.dietitian, admin=call.is_admin), alert=True
    )


def _press(data: str) -> Press | None:
    try:
        press = parse(data)
        if press.verb in {Verb.SLOT, Verb.MOVE_SLOT, Verb.MOVE_SURE}:
            _ = press.instant
        if press.verb in {Verb.DAY, Verb.MOVE_DAY}:
            _ = press.day
    except ValueError:
        return None
    return press
