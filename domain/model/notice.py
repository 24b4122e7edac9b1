"""Facts to tell people. A notice names records, never words: it is worded when it is sent."""

from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    REQUEST_RECEIVED = "request_received"  # client
    REQUEST_DECLINED = "request_declined"  # dietitian
    REQUEST_WITHDRAWN = "request_withdrawn"  # client
    REQUEST_WAITING = "request_waiting"  # client: a reminder that it is not answered yet
    REQUEST_EXPIRED = "request_expired"  # both: it was not answered in time
    REQUEST_OPENED = "request_opened"  # dietitian: the client opened the link
    REQUEST_BLOCKED = "request_blocked"  # dietitian: a client they have blocked opened it, so it is withdrawn
    BOOKING_CONFIRMED = "booking_confirmed"  # both; the client's carries the receipt
    INVITATION = "invitation"  # client: the .ics file
    MEETING_READY = "meeting_ready"  # both
    MEETING_MISSING = "meeting_missing"  # dietitian: no link could be made
    HOLD_EXPIRED = "hold_expired"  # client
    TIME_FREE = "time_free"  # client on the waiting list: a time that suits can be had
    HOLD_SUSPENDED = "hold_suspended"  # client: the dietitian was suspended, so the time is not kept
    PAY_LINK_READY = "pay_link_ready"  # client, after Paystack was away
    PLAN_PAID = "plan_paid"  # both
    PLAN_DUE = "plan_due"  # dietitian: half the time is over, the day before, and when it is late
    PLAN_LATE = "plan_late"  # client: it is not there on the promised day
    PLAN_RECEIVED = "plan_received"  # dietitian: the PDF is in the client's chat, or was mailed
    PLAN_UNREACHED = "plan_unreached"  # dietitian: the client cannot be written to
    PLAN_REFUSED = "plan_refused"  # dietitian: Telegram would not take the file
    INTAKE_CHANGED = "intake_changed"  # dietitian: an answer is another now
    PLAN_CANCELLED = "plan_cancelled"  # both
    INTAKE_OPEN = "intake_open"  # client: the dietitian would like to know some things
    INTAKE_DONE = "intake_done"  # dietitian: the answers are there
    INTAKE_TAKEN_BACK = "intake_taken_back"  # dietitian: the client deleted the answers
    REMINDER = "reminder"  # both
    REMINDER_VOID = "reminder_void"  # both: what was sent of the earlier time is edited, without a sound
    RUNNING_LATE = "running_late"  # both: what the other side says
    HOLD_ENDING = "hold_ending"  # client: ten minutes are left to pay
    INTAKE_WAITING = "intake_waiting"  # client: the questions are still open
    REFUND_WAITING = "refund_waiting"  # client: the account for it is still missing
    MONEY_SAFE = "money_safe"  # client: paid, but the slot had gone
    MONEY_MISMATCH = "money_mismatch"  # client: what arrived is not what was asked for
    MONEY_NEEDS_PERSON = "money_needs_person"  # dietitian
    GOOGLE_CONNECTED = "google_connected"  # dietitian
    GOOGLE_LOST = "google_lost"  # dietitian: the token was refused
    GOOGLE_AWAY = "google_away"  # dietitian: busy times cannot be asked for, once an outage
    EVENT_MOVED = "event_moved"  # dietitian: they moved it in their calendar; should the booking follow?
    EVENT_GONE = "event_gone"  # dietitian: they deleted it in their calendar; should it be made again?
    CREDIT_WAITING = "credit_waiting"  # client: choose another time or a refund
    BOOKING_CANCELLED = "booking_cancelled"  # both
    BOOKING_MOVED = "booking_moved"  # both
    MOVE_ASKED = "move_asked"  # client: the dietitian is not there then; another time, or a refund
    REFUND_STARTED = "refund_started"  # client
    REFUND_PROCESSED = "refund_processed"  # client
    REFUND_NEEDS_ACCOUNT = "refund_needs_account"  # client
    REFUND_FAILED = "refund_failed"  # client
    SUSPENDED = "suspended"  # dietitian: by an admin
    REINSTATED = "reinstated"  # dietitian
    SET_UP_DONE = "set_up_done"  # the admin who invited them: they can be booked now
    BROADCAST = "broadcast"  # dietitian: what an admin tells all of them
    MESSAGE = "message"  # client: a dietitian's own words, sealed in the notice
    MESSAGE_UNREACHED = "message_unreached"  # dietitian: the client cannot be written to
    SESSION_STARTS = "session_starts"  # both
    WHO_IS_THERE = "who_is_there"  # both, some minutes in
    OTHER_SIDE = "other_side"  # the other side: what one of them tapped
    SESSION_OVER = "session_over"  # dietitian: how did it end?
    SESSION_COUNTED = "session_counted"  # dietitian: that question, edited once silence has answered it
    SESSION_MISSED = "session_missed"  # client: it was called a no-show, or that was taken back
    NOT_HELD = "not_held"  # both: the dietitian was not there, all the money goes back
    REVIEW_ASKED = "review_asked"  # client: how was it?
    CLIENT_UNREACHED = "client_unreached"  # dietitian: the client cannot be written to
    PRACTICE_LEAVES = "practice_leaves"  # client: their dietitian gives up their practice here
    REDRAW = "redraw"  # client: the message that shows the request is edited, without a sound


class Post(StrEnum):
    """What became of the e-mail to somebody whom Telegram does not let us write to."""

    SENT = "sent"
    WAITS = "waits"  # the mail server is away; it is tried again
    REFUSED = "refused"  # for good: a wrong address, for instance
    NONE = "none"  # no address is known, or no mail is sent here


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`to` is a person's id; `key` makes it tellable once: the same key again is the same notice."""

    kind: NoticeKind
    to: int
    key: str
    request_id: int | None = None
    booking_id: int | None = None
    payment_id: int | None = None
    detail: dict[str, str] = field(default_factory=dict)
