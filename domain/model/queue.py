"""Rows of the inbox (what came in) and the outbox (what must still go out)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Source(StrEnum):
    TELEGRAM = "telegram"
    PAYSTACK = "paystack"


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"  # a bug: kept, told to the admins, not tried again by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """`key` is stored once per source; `lane` is who it belongs to: items of one lane are worked in order."""

    id: int = 0
    source: Source
    key: str
    lane: str
    body: str
    received_at: datetime
    state: InboxState = InboxState.NEW
    attempts: int = 0


class Errand(StrEnum):
    """What kind of delivery an outbox row is."""

    NOTICE = "notice"
    ANSWER = "answer"  # an answer to a press or a text that could not be sent at once, already worded
    MAIL = "mail"
    NOTICE_MAIL = "notice_mail"  # a notice by e-mail, to whom Telegram does not let us write
    RECEIPT = "receipt"  # by e-mail, of a payment or a refund
    ALERT = "alert"  # to the admins
    CALENDAR = "calendar"
    PAY_LINK = "pay_link"
    CALENDAR_CHANGE = "calendar_change"  # the event follows a moved or cancelled booking
    REFUND = "refund"
    CREDIT_LAPSE = "credit_lapse"  # a week without an answer: the money goes back
    LINK_CHECK = "link_check"  # is there a link for a meeting that is near?
    EVENT_CHECK = "event_check"  # does the event in the calendar still say what the booking says?
    SESSION_CLOSE = "session_close"  # nobody has said how a session ended
    PLAN = "plan"  # a meal plan's PDF, into the client's chat
    PLAN_MAIL = "plan_mail"  # the same by e-mail, where the chat is closed to us
    PLAN_LATE = "plan_late"  # is it there on the promised day? else the admins are told
    WAITING = "waiting"  # does a time that is free suit one who waits for one?
    MY_DATA = "my_data"  # a document with all that is held about somebody, made when it is sent
    FAREWELL = "farewell"  # somebody's data were deleted: the last word to them
    PROGRESS = "progress"  # an admin's message that edits itself while links are made


class OutboxState(StrEnum):
    DUE = "due"
    SENT = "sent"
    DROPPED = "dropped"  # no longer true when its time came
    DEAD = "dead"  # cannot be delivered; shown to the admins


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """`key` is stored once; items of one `lane` go out in order; lanes do not wait for each other."""

    id: int = 0
    errand: Errand
    key: str
    lane: str
    payload: dict[str, Any] = field(default_factory=dict)
    due_at: datetime
    state: OutboxState = OutboxState.DUE
    attempts: int = 0
    created_at: datetime
    batch: str | None = None  # what was sent to many at once: a broadcast's public id
    about_at: datetime | None = None  # the start of the session it reminds of, a day after `due_at` at most


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp(Generic[T]):
    """A FAILED row of the inbox or a DEAD one of the outbox, with why and when it was given up."""

    item: T
    error: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Rows that are not done yet, without what came in the last `JUST_NOW`: the press that asks is a row itself.

    `due` is for now, `in_hand` the part of it that a program has claimed, `tried` what failed and is tried again;
    `later` is counted up to `MOST_COUNTED`; `oldest` is since when one of `due` waits.
    """

    due: int
    in_hand: int
    tried: int
    later: int
    oldest: datetime | None


MOST_COUNTED = 1000
JUST_NOW = timedelta(seconds=5)
