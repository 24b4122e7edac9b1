"""For every verb a press that does something in the furnished practice, where the right person makes it.

`subject` and what stands in braces are names of `Furnished.ids`. A verb without a press here fails the suite.
"""

from dataclasses import dataclass

from domain.model.step import StepKind
from domain.usecases.offers import fingerprint
from handlers.callbacks import Verb
from tests.handlers.furnished import QUESTIONS as ASKED
from tests.handlers.furnished import Furnished

V = Verb
AT, DAY = "20261105T1000Z", "20261105"  # free on the third day
FRIDAY = "20261106.20261106.a"


@dataclass(frozen=True, slots=True)
class Good:
    """`rev` None: the revision that the request has."""

    subject: str = ""
    argument: str = ""
    rev: int | None = None

    def data(self, verb: Verb, room: Furnished, other: Furnished | None = None) -> str:
        """`other`: whose record the argument names instead."""
        subject = room.ids[self.subject] if self.subject else ""
        argument = self.argument.format(**(other or room).ids)
        rev = room.revs.get(self.subject, 0) if self.rev is None else self.rev
        return f"v1:{verb}:{subject}:{argument}:{rev}"


def _each(subject: str, *verbs: Verb) -> dict[Verb, Good]:
    return dict.fromkeys(verbs, Good(subject))


PRESSES: dict[Verb, Good] = {
    **_each("", V.HOME, V.HELP, V.REQUESTS, V.UPCOMING, V.PAST, V.BOOK, V.BUY, V.MEAL_PLANS, V.SETTINGS),
    **_each(
        "", V.CHANGE_NAME, V.CHANGE_EMAIL, V.CHANGE_ZONE, V.SHARE_PLACE, V.REMINDERS, V.QUIET, V.QUIET_OFF
    ),
    V.ZONE: Good("", "1"),
    V.ZONE_NAMED: Good("", "Africa.Accra"),
    V.REMIND_ME: Good("", "day.0"),
    V.SET_UP: Good(),
    V.SET_UP_CHOICE: Good("", "zone.1"),
    V.SHELF: Good("dietitian", "consultation.0"),
    V.TAKE: Good("service"),
    **_each("offer", V.AGREE, V.SHOW, V.APPROVE, V.DECLINE, V.DECLINE_SILENTLY, V.REMIND, V.WITHDRAW),
    **_each("offer", V.WITHDRAW_SURE),
    **_each("agreed", V.DAYS, V.WISH, V.WISH_DROP),
    V.DAY: Good("agreed", DAY),
    **dict.fromkeys((V.SLOT, V.WISH_TAKE), Good("agreed", AT)),
    **dict.fromkeys((V.WISH_SURE, V.WISH_HOURS), Good("agreed", "0..")),
    **_each("held", V.RELEASE, V.PAID, V.PAY, V.USE_EMAIL, V.NEW_EMAIL),
    **_each("session", V.BOOKING, V.CANCEL_BOOKING, V.MOVE, V.CALENDAR, V.GET_LINK, V.PUT_EVENT_BACK),
    V.CANCEL_BOOKING_SURE: Good("session", "100"),
    V.MOVE_DAY: Good("session", DAY),
    **dict.fromkeys((V.MOVE_SLOT, V.MOVE_SURE), Good("session", AT)),
    V.FOLLOW_EVENT: Good("session", "20261106T0800Z"),  # it is there already
    V.MAKE_EVENT_AGAIN: Good("session", "anevent"),
    V.ASK_TO_MOVE: Good("session", FRIDAY, 0),
    V.LATE: Good("near"),
    V.LATE_SURE: Good("near", "10"),
    V.HERE: Good("near", "me"),
    **_each("over", V.SESSION_END, V.HELD, V.NO_SHOW, V.NO_SHOW_SURE, V.ABSENT, V.ABSENT_SURE),
    **_each("done", V.TAKE_BACK, V.REVIEW_WORDS, V.FOLLOW_UP),
    V.RATE: Good("done", "5"),
    **_each("session", V.INTAKE, V.INTAKE_CLEAR, V.INTAKE_CLEAR_SURE, V.INTAKE_READ),
    V.INTAKE_ASK: Good("session", "1"),
    V.INTAKE_SKIP: Good("session", "1", 1),
    V.INTAKE_AGREE: Good("unasked", "1"),
    V.INTAKE_REFUSE: Good("unasked"),
    **_each("credit", V.REFUND, V.REFUND_SURE),
    V.BANKS: Good("refund"),
    V.ACCOUNT_SURE: Good("refund", "16789"),
    V.BANK: Good("refund", "1"),
    **_each("plan", V.CANCEL_PLAN, V.PLAN, V.UPLOAD),
    V.CANCEL_PLAN_SURE: Good("plan", "100"),
    V.CONFIRM_FILE: Good("plan", "{file}"),
    V.FILE_FOR: Good("plan", "{loose file}"),
    V.DISCARD_FILE: Good("", "{loose file}"),
    V.WHOSE_FILE: Good("loose file"),
    V.TRY_AGAIN: Good("sent plan"),
    V.MEAL_PLAN: Good("received plan"),
    V.SEND_AGAIN: Good("received plan", "1"),
    V.SEND_ANEW: Good("closed"),
    V.RENEW: Good("unopened"),
    **_each("draft", V.SERVICES, V.CLIENTS, V.SEVERAL, V.SEVERAL_DONE, V.TEMPLATES, V.KEEP_TEMPLATE),
    **_each("draft", V.NEW_CLIENT, V.PICK, V.SKIP_EMAIL, V.SKIP_MESSAGE, V.SEND, V.DISCARD),
    V.KIND: Good("draft", "consultation"),
    V.BACK: Good("draft", "client"),
    V.SERVICE: Good("draft", "{service}"),
    V.CLIENT: Good("draft", "{client}"),
    V.CHOOSE_CLIENT: Good("draft", "{client}.1.0"),
    **dict.fromkeys((V.TEMPLATE, V.DROP_TEMPLATE, V.DROP_TEMPLATE_SURE), Good("draft", "{template}")),
    **_each(
        "", V.COMPOSE, V.OFFERS, V.ARCHIVED, V.PLANS, V.SENT, V.AGENDA, V.PAST_AGENDA, V.STATS, V.STATS_ROWS
    ),
    V.ADD_OFFER: Good("", "consultation"),
    **_each(
        "service", V.OFFER, V.QUESTIONS, V.ADD_QUESTION, V.PUBLIC_LINK, V.ARCHIVE_OFFER, V.ARCHIVE_OFFER_SURE
    ),
    V.DROP_QUESTION: Good("service", f"0.{len(ASKED)}", fingerprint(ASKED)),
    V.EDIT_OFFER: Good("service", "minutes"),
    **dict.fromkeys((V.SET_OFFER, V.ADD_OFFER_ANSWER), Good("service", "minutes.60")),
    V.ADD_OFFER_BACK: Good("service", "title"),
    V.SHOW_OFFER: Good("service", "asked"),
    V.PLACE_OFFER: Good("service", "1", 0),
    V.RESTORE_OFFER: Good("archived"),
    **_each("", V.OWN_CLIENTS, V.SEARCH_CLIENTS, V.FOUND_CLIENTS),
    **_each("client", V.OWN_CLIENT, V.CLIENT_HISTORY, V.CLIENT_PAYMENTS, V.REQUEST_FOR, V.CLIENT_NOTES),
    **_each("client", V.DROP_NOTES, V.DROP_NOTES_SURE, V.CLIENT_MESSAGE, V.SEND_MESSAGE),
    **_each("client", V.BLOCK_CLIENT, V.BLOCK_CLIENT_SURE),
    **_each("blocked", V.UNBLOCK_CLIENT, V.UNBLOCK_CLIENT_SURE),
    V.CHANGE_NOTES: Good("client", "add"),
    **_each("", V.WEEK, V.WEEK_RULES, V.WEEK_PICTURE, V.WEEK_OUTSIDE, V.TIME_OFF),
    **dict.fromkeys((V.WEEK_DAY, V.WEEK_ADD), Good("", "0")),
    V.WEEK_PRESET: Good("", "0.0"),
    V.WEEK_DROP: Good("", "0.480.1020"),
    **dict.fromkeys((V.WEEK_COPY, V.WEEK_COPY_SURE), Good("", "0.2")),
    V.WEEK_RULE: Good("", "most"),
    V.WEEK_RULE_SET: Good("", "most.5"),
    **dict.fromkeys((V.TIME_OFF_ENTRY, V.TIME_OFF_REMOVE, V.TIME_OFF_REMOVE_SURE), Good("", FRIDAY)),
    **dict.fromkeys((V.TIME_OFF_CONFIRM, V.TIME_OFF_REASON, V.TIME_OFF_SKIP), Good("", FRIDAY)),
    **dict.fromkeys((V.CLASHES, V.ASK_ALL_TO_MOVE), Good("", FRIDAY)),
    V.TIME_OFF_ADD: Good("", "off"),
    **_each("", V.GOOGLE, V.CONNECT, V.DISCONNECT, V.DISCONNECT_SURE, V.TERMS, V.REQUEST_DAYS, V.PROFILE),
    V.WITHOUT_GOOGLE: Good("", "closed"),
    V.SET_TERMS: Good("", "48.50"),
    V.SET_REQUEST_DAYS: Good("", "3"),
    V.PROFILE_NO_ROOM: Good(),
    V.PROFILE_FIELD: Good("", "name"),
    V.PROFILE_SET: Good("", "zone.1"),
    **_each("", V.DESK, V.DESK_MONEY, V.DESK_LINKS, V.DESK_MAKE_LINKS, V.DESK_LEDGER, V.DESK_LATE_PLANS),
    **_each(
        "",
        V.DESK_SESSIONS,
        V.DESK_BACKLOG,
        V.DESK_JOBS,
        V.DESK_KEPT,
        V.BROADCASTS,
        V.BROADCAST_NEW,
        V.DIETITIANS,
        V.INVITE,
    ),
    **_each("", V.AUDIT, V.DESK_STATS, V.DESK_STATS_EACH, V.DESK_STATS_ROWS),
    V.DESK_FAILED: Good("", "out.0"),
    **dict.fromkeys((V.DESK_FAILED_ALL, V.DESK_FAILED_ALL_SURE), Good("", "out.retry")),
    **_each("payment", V.DESK_PAYMENT, V.DESK_REFUND, V.DESK_REFUND_SURE, V.DESK_HISTORY),
    V.DESK_RETRY: Good("failed refund's payment"),
    V.DESK_SESSION: Good("unclear"),
    **dict.fromkeys((V.DESK_SESSION_SURE, V.DESK_SESSION_END), Good("unclear", "held")),
    **dict.fromkeys((V.DESK_FAILED_ONE, V.DESK_FAILED_RETRY), Good("row", "out")),
    **dict.fromkeys((V.DESK_FAILED_DROP, V.DESK_FAILED_DROP_SURE), Good("row", "out")),
    V.AUDIT_OF: Good("audit entry"),
    **_each(
        "", V.PRIVACY, V.MAIL_NOTICE, V.MAIL_AGREE, V.MY_DATA, V.ERASURE, V.ERASE, V.ERASE_SURE, V.ERASE_STOP
    ),
    **_each("session", V.CONSENT, V.DROP_CONSENT, V.DROP_CONSENT_SURE, V.ERASE_CANCEL),
    V.ERASE_CANCEL_SURE: Good("session", "100"),
    **_each("", V.LEAVINGS),
    **dict.fromkeys((V.LEAVE_CANCEL, V.LEAVE_CANCEL_SURE), Good("leaving", "all", 1)),
    **dict.fromkeys((V.LEAVING, V.LEAVE_KEEP, V.LEAVE_KEEP_SURE), Good("leaving", "", 1)),
    **dict.fromkeys((V.LEAVE_ERASE, V.LEAVE_ERASE_SURE), Good("leaving", "", 1)),
    **_each("broadcast", V.BROADCAST, V.BROADCAST_SEND, V.BROADCAST_DISCARD),
    **_each("dietitian", V.DIETITIAN, V.SUSPEND, V.SUSPEND_SURE, V.REINSTATE, V.REINSTATE_SURE),
    **_each("invite", V.INVITATION, V.RENEW_INVITE, V.REVOKE, V.REVOKE_SURE, V.INVITE_MINE),
}


@dataclass(frozen=True, slots=True)
class GoodWords:
    """What is typed, and the open question's subject, with names of `Furnished.ids` in braces."""

    subject: str
    text: str


SERVICE_BEGUN = (
    '{{"public_id": "ZZZZZZZZZ2", "kind": "consultation", "title": "Talk", "minutes": null, "price": null, '
    '"description": null, "promised_days": null, "asked": "minutes"}}'
)
K = StepKind
STEPS: dict[StepKind, GoodWords] = {
    K.NAME: GoodWords("", "Amina B."),
    K.TIMEZONE: GoodWords("", "Africa/Accra"),
    K.QUIET_HOURS: GoodWords("", "22-7"),
    K.EMAIL: GoodWords("{held}", "me@example.com"),
    K.SET_UP: GoodWords("zone", "Africa/Accra"),
    K.DECLINE_REASON: GoodWords("{offer}", "Too far"),
    K.INTAKE_ANSWER: GoodWords("{session}:1", "Less sugar"),
    K.WISH_HOURS: GoodWords("{agreed}:0..", "9-12"),
    K.REVIEW_WORDS: GoodWords("{done}", "You explained it well."),
    K.ACCOUNT_NUMBER: GoodWords("{refund}:1", "0123456789"),
    K.CLIENT_NAME: GoodWords("{draft}", "Bola Ade"),
    K.CLIENT_EMAIL: GoodWords("{draft}", "bola@example.com"),
    K.SHARED_CLIENT: GoodWords("{draft}", "anything"),
    K.REQUEST_MESSAGE: GoodWords("{draft}", "See you."),
    K.PLAN_FILE: GoodWords("{plan}", "anything"),
    K.NEW_SERVICE: GoodWords(SERVICE_BEGUN, "45"),
    K.INTAKE_QUESTION: GoodWords("{service}", "How do you sleep?"),
    K.SERVICE_FIELD: GoodWords("{service}:title", "Another name"),
    K.CLIENT_NOTES: GoodWords("{client}:add", "No milk."),
    K.CLIENT_MESSAGE: GoodWords("{client}", "Please come early."),
    K.CLIENT_SEARCH: GoodWords("", "amina"),
    K.OPENING_TIMES: GoodWords("0", "18-19"),
    K.BOOKING_RULE: GoodWords("most", "5"),
    K.TIME_OFF: GoodWords('["off", "", null]', "24 Dec"),
    K.TIME_OFF_REASON: GoodWords(FRIDAY, "Holiday"),
    K.PROFILE: GoodWords("name", "Dr Ada"),
    K.INVITE_NAME: GoodWords("", "Dr New"),
    K.BROADCAST: GoodWords("", "Hello to all."),
    K.SUSPEND_REASON: GoodWords("{dietitian}", "complaints"),
}
