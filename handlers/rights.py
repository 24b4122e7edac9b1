"""Who may do what: one row for every button, command and typed answer.

What somebody has to be (`standing`) is enforced from here, once, before a handler runs. Whose the record has to be is
decided where it is read, in the transaction that changes it; the row says what is to hold there, and the test suite
makes every forbidden combination from it. Not theirs and not there are one answer.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import NotYours, Suspended
from domain.model.step import StepKind
from handlers.call import Call
from handlers.callbacks import Verb


class Standing(StrEnum):
    ANYBODY = "anybody"
    DIETITIAN = "dietitian"
    TAKES_NEW = "takes new"  # a dietitian whom no admin has suspended
    ADMIN = "admin"
    DIETITIAN_OR_ADMIN = "dietitian or admin"


class Record(StrEnum):
    """What an id stands for."""

    NONE = "none"
    REQUEST = "request"  # with its booking, payment, plan, intake and wish, which have no button of their own
    DRAFT = "draft"  # a request that was not sent
    REFUND = "refund"
    PAYMENT = "payment"
    SERVICE = "service"
    TEMPLATE = "template"
    PLAN_FILE = "plan file"
    CLIENT = "client"
    DIETITIAN = "dietitian"
    INVITE = "invite"
    BROADCAST = "broadcast"
    QUEUE_ROW = "queue row"
    AUDIT_ENTRY = "audit entry"
    ERASURE = "erasure"


class Whose(StrEnum):
    """Who of those with the standing may, for that record."""

    OWN = "own"  # no id is given: it is about who asks, or about their own practice
    CLIENTS = "client's"
    DIETITIANS = "dietitian's"
    EITHERS = "either side's"
    EITHERS_OR_ADMINS = "either side's, or any admin's"
    ADMINS = "any admin's"
    EVERYBODYS = "everybody's"  # what is on offer
    INVITED = "whoever was invited"  # found by who asks, not by an id


@dataclass(frozen=True, slots=True)
class Right:
    """`subject` names the record that `whose` is about; the `argument`'s record has to belong to the same person."""

    standing: Standing
    whose: Whose = Whose.OWN
    subject: Record = Record.NONE
    argument: Record = Record.NONE


ANYBODY = Right(Standing.ANYBODY)
PRACTICE = Right(Standing.DIETITIAN)
OFFICE = Right(Standing.ADMIN)
NEW_WORK = Right(Standing.TAKES_NEW)
OF_INVITED = Right(Standing.ANYBODY, Whose.INVITED)
OF_CLIENT = Right(Standing.ANYBODY, Whose.CLIENTS, Record.REQUEST)
OF_PAYER = Right(Standing.ANYBODY, Whose.CLIENTS, Record.REFUND)
OF_EITHER = Right(Standing.ANYBODY, Whose.EITHERS, Record.REQUEST)
OF_EITHER_OR_ADMIN = Right(Standing.ANYBODY, Whose.EITHERS_OR_ADMINS, Record.REQUEST)
OF_DIETITIAN = Right(Standing.DIETITIAN, Whose.DIETITIANS, Record.REQUEST)
OF_ASKER = Right(Standing.TAKES_NEW, Whose.DIETITIANS, Record.REQUEST)
OF_DRAFT = Right(Standing.TAKES_NEW, Whose.DIETITIANS, Record.DRAFT)
OF_SERVICE = Right(Standing.DIETITIAN, Whose.DIETITIANS, Record.SERVICE)
OF_FILE = Right(Standing.DIETITIAN, Whose.DIETITIANS, Record.PLAN_FILE)
OF_HER_CLIENT = Right(Standing.DIETITIAN, Whose.DIETITIANS, Record.CLIENT)
ADMINS_PAYMENT = Right(Standing.ADMIN, Whose.ADMINS, Record.PAYMENT)
ADMINS_SESSION = Right(Standing.ADMIN, Whose.ADMINS, Record.REQUEST)
ADMINS_ROW = Right(Standing.ADMIN, Whose.ADMINS, Record.QUEUE_ROW)
ADMINS_BROADCAST = Right(Standing.ADMIN, Whose.ADMINS, Record.BROADCAST)
ADMINS_DIETITIAN = Right(Standing.ADMIN, Whose.ADMINS, Record.DIETITIAN)
ADMINS_ERASURE = Right(Standing.ADMIN, Whose.ADMINS, Record.ERASURE)
ADMINS_INVITE = Right(Standing.ADMIN, Whose.ADMINS, Record.INVITE)


def _draft_with(argument: Record) -> Right:
    return Right(Standing.TAKES_NEW, Whose.DIETITIANS, Record.DRAFT, argument)


def _all(right: Right, *verbs: Verb) -> dict[Verb, Right]:
    return dict.fromkeys(verbs, right)


V = Verb
PRESSES: dict[Verb, Right] = {
    **_all(ANYBODY, V.HOME, V.HELP, V.REQUESTS, V.UPCOMING, V.PAST, V.BOOK, V.BUY, V.MEAL_PLANS),
    **_all(ANYBODY, V.SETTINGS, V.CHANGE_NAME, V.CHANGE_EMAIL, V.CHANGE_ZONE, V.ZONE, V.ZONE_NAMED),
    **_all(ANYBODY, V.PRIVACY, V.MAIL_NOTICE, V.MAIL_AGREE),
    **_all(ANYBODY, V.SHARE_PLACE, V.REMINDERS, V.REMIND_ME, V.QUIET, V.QUIET_OFF),
    **_all(ANYBODY, V.MY_DATA, V.ERASURE, V.ERASE, V.ERASE_SURE, V.ERASE_STOP),
    **_all(OF_INVITED, V.SET_UP, V.SET_UP_CHOICE),
    V.SHELF: Right(Standing.ANYBODY, Whose.EVERYBODYS, Record.DIETITIAN),
    V.TAKE: Right(Standing.ANYBODY, Whose.EVERYBODYS, Record.SERVICE),
    # a request and all that became of it
    **_all(
        OF_EITHER, V.AGREE, V.SHOW, V.BOOKING, V.LATE, V.LATE_SURE, V.CANCEL_BOOKING, V.CANCEL_BOOKING_SURE
    ),
    **_all(OF_EITHER, V.MOVE, V.MOVE_DAY, V.MOVE_SLOT, V.MOVE_SURE, V.CALENDAR, V.HERE),
    **_all(OF_EITHER, V.CANCEL_PLAN, V.CANCEL_PLAN_SURE),
    V.GET_LINK: OF_EITHER_OR_ADMIN,
    **_all(OF_CLIENT, V.APPROVE, V.DECLINE, V.DECLINE_SILENTLY, V.DAYS, V.DAY, V.SLOT, V.RELEASE),
    **_all(OF_CLIENT, V.WISH, V.WISH_SURE, V.WISH_HOURS, V.WISH_DROP, V.WISH_TAKE),
    **_all(
        OF_CLIENT, V.PAID, V.PAY, V.USE_EMAIL, V.NEW_EMAIL, V.REFUND, V.REFUND_SURE, V.RATE, V.REVIEW_WORDS
    ),
    **_all(OF_CLIENT, V.MEAL_PLAN, V.SEND_AGAIN, V.INTAKE, V.INTAKE_AGREE, V.INTAKE_REFUSE, V.INTAKE_ASK),
    **_all(OF_CLIENT, V.INTAKE_SKIP, V.INTAKE_CLEAR, V.INTAKE_CLEAR_SURE),
    **_all(
        OF_CLIENT, V.CONSENT, V.DROP_CONSENT, V.DROP_CONSENT_SURE
    ),  # or their own, where no request is named
    **_all(OF_CLIENT, V.ERASE_CANCEL, V.ERASE_CANCEL_SURE),
    **_all(OF_PAYER, V.BANKS, V.BANK, V.ACCOUNT_SURE),
    **_all(
        OF_DIETITIAN, V.SESSION_END, V.HELD, V.NO_SHOW, V.NO_SHOW_SURE, V.ABSENT, V.ABSENT_SURE, V.TAKE_BACK
    ),
    **_all(OF_DIETITIAN, V.FOLLOW_EVENT, V.PUT_EVENT_BACK, V.MAKE_EVENT_AGAIN, V.ASK_TO_MOVE, V.INTAKE_READ),
    **_all(OF_DIETITIAN, V.WITHDRAW, V.WITHDRAW_SURE, V.PLAN, V.UPLOAD, V.TRY_AGAIN),
    **_all(OF_ASKER, V.SEND_ANEW, V.RENEW, V.REMIND, V.FOLLOW_UP),
    **dict.fromkeys(
        (V.CONFIRM_FILE, V.FILE_FOR),
        Right(Standing.DIETITIAN, Whose.DIETITIANS, Record.REQUEST, Record.PLAN_FILE),
    ),
    V.DISCARD_FILE: Right(Standing.DIETITIAN, Whose.DIETITIANS, argument=Record.PLAN_FILE),
    V.WHOSE_FILE: OF_FILE,
    # a request on its way
    V.COMPOSE: NEW_WORK,
    V.REQUEST_FOR: Right(Standing.TAKES_NEW, Whose.DIETITIANS, Record.CLIENT),
    **_all(OF_DRAFT, V.KIND, V.SERVICES, V.CLIENTS, V.SEVERAL, V.SEVERAL_DONE, V.TEMPLATES, V.KEEP_TEMPLATE),
    **_all(OF_DRAFT, V.NEW_CLIENT, V.PICK, V.SKIP_EMAIL, V.SKIP_MESSAGE, V.SEND, V.DISCARD, V.BACK),
    V.SERVICE: _draft_with(Record.SERVICE),
    **_all(_draft_with(Record.CLIENT), V.CLIENT, V.CHOOSE_CLIENT),
    **_all(_draft_with(Record.TEMPLATE), V.TEMPLATE, V.DROP_TEMPLATE, V.DROP_TEMPLATE_SURE),
    # a dietitian's own practice
    **_all(PRACTICE, V.OFFERS, V.ARCHIVED, V.ADD_OFFER, V.PLANS, V.SENT, V.AGENDA, V.PAST_AGENDA, V.STATS),
    **_all(PRACTICE, V.STATS_ROWS, V.OWN_CLIENTS, V.SEARCH_CLIENTS, V.FOUND_CLIENTS),
    **_all(
        PRACTICE, V.WEEK, V.WEEK_DAY, V.WEEK_PRESET, V.WEEK_ADD, V.WEEK_DROP, V.WEEK_COPY, V.WEEK_COPY_SURE
    ),
    **_all(PRACTICE, V.WEEK_RULES, V.WEEK_RULE, V.WEEK_RULE_SET, V.WEEK_PICTURE, V.WEEK_OUTSIDE),
    **_all(PRACTICE, V.TIME_OFF, V.TIME_OFF_ENTRY, V.TIME_OFF_REMOVE, V.TIME_OFF_REMOVE_SURE, V.TIME_OFF_ADD),
    **_all(PRACTICE, V.TIME_OFF_CONFIRM, V.TIME_OFF_REASON, V.TIME_OFF_SKIP, V.CLASHES, V.ASK_ALL_TO_MOVE),
    **_all(PRACTICE, V.GOOGLE, V.CONNECT, V.DISCONNECT, V.DISCONNECT_SURE, V.WITHOUT_GOOGLE),
    **_all(PRACTICE, V.TERMS, V.SET_TERMS, V.REQUEST_DAYS, V.SET_REQUEST_DAYS),
    **_all(PRACTICE, V.PROFILE, V.PROFILE_FIELD, V.PROFILE_SET, V.PROFILE_NO_ROOM),
    **_all(OF_SERVICE, V.OFFER, V.QUESTIONS, V.ADD_QUESTION, V.DROP_QUESTION, V.PUBLIC_LINK, V.EDIT_OFFER),
    **_all(OF_SERVICE, V.SET_OFFER, V.SHOW_OFFER, V.PLACE_OFFER, V.ARCHIVE_OFFER, V.ARCHIVE_OFFER_SURE),
    **_all(OF_SERVICE, V.RESTORE_OFFER, V.ADD_OFFER_ANSWER, V.ADD_OFFER_BACK),
    **_all(OF_HER_CLIENT, V.OWN_CLIENT, V.CLIENT_HISTORY, V.CLIENT_PAYMENTS, V.CLIENT_NOTES, V.CHANGE_NOTES),
    **_all(OF_HER_CLIENT, V.DROP_NOTES, V.DROP_NOTES_SURE, V.CLIENT_MESSAGE, V.SEND_MESSAGE),
    **_all(OF_HER_CLIENT, V.BLOCK_CLIENT, V.BLOCK_CLIENT_SURE, V.UNBLOCK_CLIENT, V.UNBLOCK_CLIENT_SURE),
    # the admins' desk
    **_all(OFFICE, V.DESK, V.DESK_MONEY, V.DESK_LINKS, V.DESK_MAKE_LINKS, V.DESK_LEDGER, V.DESK_LATE_PLANS),
    **_all(OFFICE, V.DESK_SESSIONS, V.DESK_FAILED, V.DESK_FAILED_ALL, V.DESK_FAILED_ALL_SURE, V.DESK_BACKLOG),
    **_all(OFFICE, V.DESK_JOBS, V.DESK_KEPT, V.BROADCASTS, V.BROADCAST_NEW, V.DIETITIANS, V.INVITE),
    **_all(OFFICE, V.AUDIT, V.DESK_STATS, V.DESK_STATS_EACH, V.DESK_STATS_ROWS),
    **_all(ADMINS_PAYMENT, V.DESK_PAYMENT, V.DESK_REFUND, V.DESK_REFUND_SURE, V.DESK_RETRY, V.DESK_HISTORY),
    **_all(ADMINS_SESSION, V.DESK_SESSION, V.DESK_SESSION_SURE, V.DESK_SESSION_END),
    **_all(ADMINS_ROW, V.DESK_FAILED_ONE, V.DESK_FAILED_RETRY, V.DESK_FAILED_DROP, V.DESK_FAILED_DROP_SURE),
    V.AUDIT_OF: Right(Standing.ADMIN, Whose.ADMINS, Record.AUDIT_ENTRY),
    **_all(ADMINS_BROADCAST, V.BROADCAST, V.BROADCAST_SEND, V.BROADCAST_DISCARD),
    **_all(ADMINS_DIETITIAN, V.DIETITIAN, V.SUSPEND, V.SUSPEND_SURE, V.REINSTATE, V.REINSTATE_SURE),
    **_all(OFFICE, V.LEAVINGS),
    **_all(ADMINS_ERASURE, V.LEAVING, V.LEAVE_CANCEL, V.LEAVE_CANCEL_SURE, V.LEAVE_KEEP, V.LEAVE_KEEP_SURE),
    **_all(ADMINS_ERASURE, V.LEAVE_ERASE, V.LEAVE_ERASE_SURE),
    **_all(ADMINS_INVITE, V.INVITATION, V.RENEW_INVITE, V.REVOKE, V.REVOKE_SURE, V.INVITE_MINE),
}

COMMANDS: dict[str, Right] = {
    **dict.fromkeys(("start", "help", "cancel", "privacy", "settings", "mydata", "deletemydata"), ANYBODY),
    **dict.fromkeys(("requests", "upcoming", "book", "buy", "mealplans"), ANYBODY),
    "request": NEW_WORK,
    **dict.fromkeys(("clients", "services", "availability", "timeoff", "plans", "google"), PRACTICE),
    "stats": Right(Standing.DIETITIAN_OR_ADMIN),
    "admin": OFFICE,
}

STEPS: dict[StepKind, Right] = {
    **dict.fromkeys((StepKind.NAME, StepKind.TIMEZONE, StepKind.QUIET_HOURS), ANYBODY),
    StepKind.EMAIL: OF_CLIENT,  # or their own, where no request is named
    StepKind.SET_UP: OF_INVITED,
    StepKind.DECLINE_REASON: OF_CLIENT,
    StepKind.INTAKE_ANSWER: OF_CLIENT,
    StepKind.WISH_HOURS: OF_CLIENT,
    StepKind.REVIEW_WORDS: OF_CLIENT,
    StepKind.ACCOUNT_NUMBER: OF_PAYER,
    StepKind.CLIENT_NAME: OF_DRAFT,
    StepKind.CLIENT_EMAIL: OF_DRAFT,
    StepKind.SHARED_CLIENT: OF_DRAFT,
    StepKind.REQUEST_MESSAGE: OF_DRAFT,
    StepKind.PLAN_FILE: OF_DIETITIAN,
    StepKind.NEW_SERVICE: PRACTICE,
    StepKind.INTAKE_QUESTION: OF_SERVICE,
    StepKind.SERVICE_FIELD: OF_SERVICE,
    StepKind.CLIENT_NOTES: OF_HER_CLIENT,
    StepKind.CLIENT_MESSAGE: OF_HER_CLIENT,
    StepKind.CLIENT_SEARCH: PRACTICE,
    StepKind.OPENING_TIMES: PRACTICE,
    StepKind.BOOKING_RULE: PRACTICE,
    StepKind.TIME_OFF: PRACTICE,
    StepKind.TIME_OFF_REASON: PRACTICE,
    StepKind.PROFILE: PRACTICE,
    StepKind.INVITE_NAME: OFFICE,
    StepKind.BROADCAST: OFFICE,
    StepKind.SUSPEND_REASON: ADMINS_DIETITIAN,
}


def permit(call: Call, right: Right) -> None:
    """`NotYours` for who has not the standing, `Suspended` for a dietitian who may begin nothing new."""
    if not _stands(call, right.standing):
        raise NotYours
    if right.standing is Standing.TAKES_NEW and call.dietitian is not None and not call.dietitian.takes_new:
        raise Suspended(call.dietitian.person_id)


def _stands(call: Call, standing: Standing) -> bool:
    match standing:
        case Standing.ANYBODY:
            return True
        case Standing.ADMIN:
            return call.is_admin
        case Standing.DIETITIAN_OR_ADMIN:
            return call.is_admin or call.dietitian is not None
        case Standing.DIETITIAN | Standing.TAKES_NEW:
            return call.dietitian is not None
