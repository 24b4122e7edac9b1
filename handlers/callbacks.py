"""What a button carries: `v1:verb:subject:argument:revision`, at most 64 bytes, and never trust.

The subject is a record's public id. Whoever presses is checked against that record each time; the data can be
forged by any client (core.telegram.org/bots/api#callbackquery). Old versions stay readable after an upgrade.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

VERSION = "v1"
LIMIT_BYTES = 64
_INSTANT = "%Y%m%dT%H%MZ"
_YEARS = range(2000, 3000)  # far from where date arithmetic ends
_SHAPE = re.compile(r"v1:([a-z0-9]+):([\w-]*):([\w.-]*):([0-9]{1,9})", re.ASCII)
_LONGEST_NUMBER = 15
TYPED = "t"
"""The argument of AGREE after a text or a file: the open question, if there is one, is asked again."""


class Verb(StrEnum):
    HOME = "home"
    HELP = "help"
    AGREE = "agree"
    # a new dietitian's guided set-up
    SET_UP = "su"  # argument: question or part, or zone.page, or nothing for what comes next
    SET_UP_CHOICE = "suc"  # argument: question.value
    # the client and a request
    REQUESTS = "reqs"  # argument: state.page
    SHOW = "show"
    APPROVE = "ok"
    DECLINE = "no"
    DECLINE_SILENTLY = "nono"
    DAYS = "days"  # argument: page
    DAY = "day"  # argument: date
    SLOT = "slot"  # argument: instant
    RELEASE = "free"
    # the waiting list; argument: days as bits.minutes.minutes
    WISH = "w"
    WISH_SURE = "wy"
    WISH_HOURS = "wh"
    WISH_DROP = "wx"
    WISH_TAKE = "wt"  # argument: instant
    PAID = "paid"
    PAY = "pay"
    USE_EMAIL = "mail"
    NEW_EMAIL = "mail2"
    UPCOMING = "up"  # argument: page
    # without being asked
    BOOK = "book"  # argument: page
    BUY = "buy"  # argument: page
    SHELF = "shelf"  # subject: dietitian; argument: kind.page
    TAKE = "take"  # subject: service
    # the client's meal plans; subject: the plan's request
    MEAL_PLANS = "mps"  # argument: page
    MEAL_PLAN = "mp"
    SEND_AGAIN = "mpr"  # argument: version's number
    CANCEL_PLAN = "mpx"
    CANCEL_PLAN_SURE = "mpxy"  # argument: percent
    # the dietitian's plans; subject: the plan's request
    PLANS = "pls"  # argument: tab.page
    PLAN = "pl"
    UPLOAD = "plup"
    TRY_AGAIN = "plrt"
    CONFIRM_FILE = "plok"  # argument: file's public id
    DISCARD_FILE = "plno"  # argument: file's public id
    WHOSE_FILE = "plwho"  # subject: file; argument: page
    FILE_FOR = "plfor"  # argument: file's public id
    # what a dietitian wants to know; subject: the request
    INTAKE = "iq"
    INTAKE_AGREE = "iqok"
    INTAKE_REFUSE = "iqno"
    INTAKE_ASK = "iqa"  # argument: place of the question
    INTAKE_SKIP = "iqs"  # argument: place of the question
    INTAKE_CLEAR = "iqx"
    INTAKE_CLEAR_SURE = "iqxy"
    INTAKE_READ = "iqr"  # the dietitian
    # what a dietitian offers; subject: the service
    OFFERS = "svs"  # argument: page
    OFFER = "sv"
    QUESTIONS = "svq"
    ADD_QUESTION = "svqa"
    DROP_QUESTION = "svqd"  # argument: place.count
    PUBLIC_LINK = "svqr"  # subject: service, or nothing for the dietitian's own
    ARCHIVED = "svz"  # argument: page
    ADD_OFFER = "svn"  # argument: kind, or nothing yet
    ADD_OFFER_ANSWER = "svna"  # argument: question.value
    ADD_OFFER_BACK = "svnb"  # argument: question
    EDIT_OFFER = "sve"  # argument: field
    SET_OFFER = "sves"  # argument: field.value
    SHOW_OFFER = "svo"  # argument: all or asked
    PLACE_OFFER = "svm"  # argument: where to; the revision is where it stood
    ARCHIVE_OFFER = "svx"
    ARCHIVE_OFFER_SURE = "svxy"
    RESTORE_OFFER = "svre"
    # a booked session, for either side
    BOOKING = (
        "bk"  # argument: the list of /timeoff or /availability it was opened from; the revision is its page
    )
    GET_LINK = "meet"
    LATE = "late"  # somebody runs late
    LATE_SURE = "latey"  # argument: minutes
    CANCEL_BOOKING = "cx"
    CANCEL_BOOKING_SURE = "cxy"
    MOVE = "mv"  # argument: page
    MOVE_DAY = "mvd"  # argument: date
    MOVE_SLOT = "mvs"  # argument: instant
    MOVE_SURE = "mvy"  # argument: instant
    CALENDAR = "ics"
    PAST = "past"  # argument: page
    PAST_AGENDA = "pastd"  # argument: page
    # the session itself; subject: the request
    HERE = "here"  # argument: me or alone
    SESSION_END = "end"
    HELD = "held"  # argument: late or nothing
    NO_SHOW = "nosh"
    NO_SHOW_SURE = "noshy"
    ABSENT = "abs"
    ABSENT_SURE = "absy"
    TAKE_BACK = "undo"
    FOLLOW_UP = "fup"
    RATE = "rate"  # argument: stars or nothing
    REVIEW_WORDS = "ratew"
    # money that waits for the client
    REFUND = "rf"
    REFUND_SURE = "rfy"
    BANKS = "banks"  # subject: refund; argument: page
    BANK = "bank"  # subject: refund; argument: bank's id
    ACCOUNT_SURE = "accty"  # subject: refund; argument: bank and last digits
    # the admin's desk; subject: payment's reference
    DESK = "desk"
    DESK_MONEY = "dm"  # argument: page
    DESK_PAYMENT = "dp"
    DESK_REFUND = "dr"
    DESK_REFUND_SURE = "dry"
    DESK_RETRY = "dt"
    DESK_HISTORY = "dh"
    DESK_LINKS = "dl"  # argument: page
    DESK_MAKE_LINKS = "dml"
    DESK_LEDGER = "dcsv"
    DESK_LATE_PLANS = "dlate"  # argument: page
    DESK_SESSIONS = "dses"  # argument: page
    DESK_SESSION = "dsc"  # subject: the request
    DESK_SESSION_SURE = "dse"  # subject: the request; argument: the verdict
    DESK_SESSION_END = "dsey"  # subject: the request; argument: the verdict
    # what was given up; subject: the row's number; argument: out or in
    DESK_FAILED = "dff"  # argument: side.page
    DESK_FAILED_ONE = "dfc"
    DESK_FAILED_RETRY = "dfr"
    DESK_FAILED_DROP = "dfx"
    DESK_FAILED_DROP_SURE = "dfxy"
    DESK_FAILED_ALL = "dfa"  # argument: side.retry or drop
    DESK_FAILED_ALL_SURE = "dfay"  # argument: side.retry or drop
    DESK_BACKLOG = "dbl"
    DESK_JOBS = "djob"
    DESK_KEPT = "dkept"
    # what is told to all dietitians; subject: the broadcast
    BROADCASTS = "bcs"  # argument: page
    BROADCAST = "bc"
    BROADCAST_NEW = "bcn"
    BROADCAST_SEND = "bcy"
    BROADCAST_DISCARD = "bcx"
    # the admins' dietitians; subject: dietitian
    DIETITIANS = "dts"  # argument: tab.page
    DIETITIAN = "dtc"
    SUSPEND = "dtx"
    SUSPEND_SURE = "dtxy"
    REINSTATE = "dtr"
    REINSTATE_SURE = "dtry"
    # invitations to open a practice; subject: invitation
    INVITE = "inv"
    INVITATION = "invc"
    RENEW_INVITE = "invn"
    REVOKE = "invx"
    REVOKE_SURE = "invxy"
    INVITE_MINE = "invme"
    # dietitians who leave; subject: the number of their wish; the revision of a sure one is the question's
    LEAVINGS = "lvs"  # argument: page
    LEAVING = "lv"
    LEAVE_CANCEL = "lvc"  # argument: request or all
    LEAVE_CANCEL_SURE = "lvcy"  # argument: request or all
    LEAVE_KEEP = "lvk"
    LEAVE_KEEP_SURE = "lvky"
    LEAVE_ERASE = "lve"
    LEAVE_ERASE_SURE = "lvey"
    # who did what; argument: page
    AUDIT = "aud"
    AUDIT_OF = "audr"  # subject: an entry; all about the same record
    DESK_STATS = "dst"  # argument: span
    DESK_STATS_EACH = "dste"  # argument: span.page
    DESK_STATS_ROWS = "dstcsv"  # argument: span
    # the dietitian composes a request
    COMPOSE = "new"
    KIND = "kind"  # argument: service kind
    SERVICES = "svcs"  # argument: page
    SERVICE = "svc"  # argument: service's public id
    CLIENTS = "cls"  # argument: page
    CLIENT = "cl"  # argument: client's id
    SEVERAL = "cls2"  # argument: page
    CHOOSE_CLIENT = "cl2"  # argument: client's id.1 or 0.page
    SEVERAL_DONE = "cl2y"
    TEMPLATES = "tps"  # argument: page
    TEMPLATE = "tp"  # argument: template's public id
    KEEP_TEMPLATE = "tpn"
    DROP_TEMPLATE = "tpx"  # argument: template's public id
    DROP_TEMPLATE_SURE = "tpxy"  # argument: template's public id
    NEW_CLIENT = "newc"
    PICK = "pick"
    SKIP_EMAIL = "nomail"
    SKIP_MESSAGE = "nomsg"
    SEND = "send"
    DISCARD = "drop"
    BACK = "back"  # argument: step
    # the dietitian looks after clients; subject: the client's id
    OWN_CLIENTS = "cli"  # argument: page
    SEARCH_CLIENTS = "clis"
    FOUND_CLIENTS = "clif"  # argument: page
    OWN_CLIENT = "clc"
    CLIENT_HISTORY = "clh"  # argument: tab.page
    CLIENT_PAYMENTS = "clp"  # argument: page
    REQUEST_FOR = "clr"
    CLIENT_NOTES = "cln"
    CHANGE_NOTES = "clne"  # argument: add or new
    DROP_NOTES = "clnx"
    DROP_NOTES_SURE = "clnxy"
    CLIENT_MESSAGE = "clm"
    SEND_MESSAGE = "clmy"  # the revision is the mark of the words
    BLOCK_CLIENT = "clb"
    BLOCK_CLIENT_SURE = "clby"
    UNBLOCK_CLIENT = "clu"
    UNBLOCK_CLIENT_SURE = "cluy"
    # the dietitian looks after requests
    SENT = "sent"  # argument: state.page
    SEND_ANEW = "anew"
    RENEW = "link"
    REMIND = "nudge"
    WITHDRAW = "wd"
    WITHDRAW_SURE = "wdy"
    AGENDA = "agenda"  # argument: page
    # what a time brought
    STATS = "st"  # argument: span
    STATS_ROWS = "stcsv"  # argument: span
    # the dietitian's week
    WEEK = "av"
    WEEK_DAY = "avd"  # argument: weekday
    WEEK_PRESET = "avp"  # argument: weekday.number of the preset
    WEEK_ADD = "avt"  # argument: weekday
    WEEK_DROP = "avx"  # argument: weekday.opens.closes
    WEEK_COPY = "avc"  # argument: weekday.days as bits
    WEEK_COPY_SURE = "avcy"  # argument: weekday.days as bits
    WEEK_RULES = "avr"
    WEEK_RULE = "avrf"  # argument: rule
    WEEK_RULE_SET = "avrs"  # argument: rule.value
    WEEK_PICTURE = "avw"  # argument: so many weeks ahead
    WEEK_OUTSIDE = "avo"  # argument: page
    # time off and openings; argument: a stretch's code, where nothing else is said
    TIME_OFF = "to"  # argument: page
    TIME_OFF_ENTRY = "toe"
    TIME_OFF_REMOVE = "tox"
    TIME_OFF_REMOVE_SURE = "toxy"
    TIME_OFF_ADD = "ton"  # argument: off or open
    TIME_OFF_CONFIRM = "toy"
    TIME_OFF_REASON = "tor"
    TIME_OFF_SKIP = "tors"
    CLASHES = "toc"  # the revision is the page
    ASK_TO_MOVE = "toa"  # subject: request; the revision is the page
    ASK_ALL_TO_MOVE = "toaa"
    # google
    GOOGLE = "g"
    CONNECT = "gcon"
    DISCONNECT = "gdis"
    DISCONNECT_SURE = "gdisy"
    WITHOUT_GOOGLE = "gopen"  # argument: open or closed
    FOLLOW_EVENT = "gmv"  # subject: request; argument: instant
    PUT_EVENT_BACK = "gback"  # subject: request
    MAKE_EVENT_AGAIN = "gmake"  # subject: request; argument: the deleted event's id
    # settings
    SETTINGS = "set"
    PRIVACY = "prv"  # argument: page
    CONSENT = "prvw"  # subject: request, where it is about health; argument: practice or mail
    DROP_CONSENT = "prvx"
    DROP_CONSENT_SURE = "prvxy"
    MAIL_NOTICE = "prvm"
    MAIL_AGREE = "prvmy"  # the revision is the mark of the words, as it is of AGREE
    CHANGE_NAME = "sname"
    CHANGE_EMAIL = "smail"
    REMINDERS = "rem"
    REMIND_ME = "rems"  # argument: lead.1 or 0
    QUIET = "remq"  # quiet hours
    QUIET_OFF = "remqx"
    TERMS = "terms"  # the dietitian's cancellation terms
    SET_TERMS = "terms2"  # argument: hours.percent
    REQUEST_DAYS = "rqd"  # how long a client may take to answer
    SET_REQUEST_DAYS = "rqds"  # argument: days
    CHANGE_ZONE = "szone"  # argument: page
    PROFILE = "pf"  # the dietitian's practice
    PROFILE_FIELD = "pff"  # argument: field, or zone.page
    PROFILE_SET = "pfs"  # argument: field.value
    PROFILE_NO_ROOM = "pfx"
    MY_DATA = "mydat"  # everything held about them, as files
    ERASURE = "er"  # their data are to be deleted
    ERASE = "erq"
    ERASE_SURE = "ery"  # argument: now or later; the revision is the question's
    ERASE_STOP = "erx"
    ERASE_CANCEL = "erc"  # subject: request
    ERASE_CANCEL_SURE = "ercy"  # subject: request; argument: percent
    ZONE = "zone"  # argument: number in the list of zones
    ZONE_NAMED = "zonen"  # argument: its name, dots for slashes
    SHARE_PLACE = "zoneat"


@dataclass(frozen=True, slots=True)
class Press:
    """One typed button."""

    verb: Verb
    subject: str = ""
    argument: str = ""
    rev: int = 0

    def __str__(self) -> str:
        data = f"{VERSION}:{self.verb}:{self.subject}:{self.argument}:{self.rev}"
        if len(data.encode()) > LIMIT_BYTES:
            raise ValueError(f"{data!r} is longer than {LIMIT_BYTES} bytes")
        return data

    @property
    def page(self) -> int:
        """The argument as a page or another number, 0 for anything that is none."""
        return number_in(self.argument) or 0

    @property
    def day(self) -> date:
        """ValueError for anything that is no date."""
        return self._read("%Y%m%d").date()

    @property
    def instant(self) -> datetime:
        """ValueError for anything that is no instant."""
        return self._read(_INSTANT)

    def _read(self, form: str) -> datetime:
        read = datetime.strptime(self.argument, form).replace(tzinfo=UTC)
        if read.year not in _YEARS:
            raise ValueError(f"{self.argument!r} is not of our time")
        return read


def number_in(text: str) -> int | None:
    """A part of what a button carries; None for anything that is no number, or a longer one than any of ours."""
    good = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if good else None


def parse(data: str) -> Press:
    """ValueError for anything that this program has not written."""
    shape = _SHAPE.fullmatch(data)
    if shape is None or len(data) > LIMIT_BYTES:
        raise ValueError(f"not a button of ours: {data!r}")
    verb, subject, argument, rev = shape.groups()
    return Press(Verb(verb), subject, argument, int(rev))


def day_argument(day: date) -> str:
    return day.strftime("%Y%m%d")


def instant_argument(start: datetime) -> str:
    return start.astimezone(UTC).strftime(_INSTANT)
