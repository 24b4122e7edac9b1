"""Facts in words: what a notice says is decided when it is sent, from where the records stand then.

A notice that no longer holds is `None`: a reminder for what was cancelled is never sent.
"""

from collections.abc import Callable

from domain.model.message import Message
from domain.model.notice import NoticeKind
from handlers.notices import (
    attend,
    bookings,
    clients,
    google,
    intake,
    money,
    office,
    plans,
    reminders,
    requests,
    waiting_list,
)
from handlers.notices.facts import Facts, Words
from handlers.notices.money import alert

__all__ = ["Facts", "alert", "say"]


def say(facts: Facts) -> Message | None:
    """The message, or None where there is nothing (any more) to say."""
    alone = _ALONE.get(facts.notice.kind)
    if alone is not None:
        return alone(facts)
    if facts.card is None:
        return None
    return _WORDS[facts.notice.kind](facts, facts.card)


_ALONE: dict[NoticeKind, Callable[[Facts], Message | None]] = {
    NoticeKind.GOOGLE_CONNECTED: google.connected,
    NoticeKind.GOOGLE_LOST: google.lost,
    NoticeKind.GOOGLE_AWAY: google.away,
    NoticeKind.MESSAGE: clients.message,
    NoticeKind.MESSAGE_UNREACHED: clients.message_unreached,
    NoticeKind.SUSPENDED: office.suspended,
    NoticeKind.REINSTATED: office.reinstated,
    NoticeKind.SET_UP_DONE: office.set_up_done,
    NoticeKind.BROADCAST: office.broadcast,
    NoticeKind.PRACTICE_LEAVES: office.practice_leaves,
}
"""What is not about a request."""

_WORDS: dict[NoticeKind, Words] = {
    NoticeKind.REQUEST_RECEIVED: requests.request_received,
    NoticeKind.REQUEST_DECLINED: requests.request_declined,
    NoticeKind.REQUEST_WITHDRAWN: requests.request_withdrawn,
    NoticeKind.REQUEST_WAITING: requests.request_waiting,
    NoticeKind.REQUEST_EXPIRED: requests.request_expired,
    NoticeKind.REQUEST_OPENED: requests.request_opened,
    NoticeKind.REQUEST_BLOCKED: requests.request_blocked,
    NoticeKind.BOOKING_CONFIRMED: bookings.booking_confirmed,
    NoticeKind.INVITATION: bookings.invitation,
    NoticeKind.MEETING_READY: bookings.meeting_ready,
    NoticeKind.MEETING_MISSING: bookings.meeting_missing,
    NoticeKind.HOLD_EXPIRED: bookings.hold_expired,
    NoticeKind.TIME_FREE: waiting_list.time_free,
    NoticeKind.HOLD_SUSPENDED: office.hold_suspended,
    NoticeKind.PAY_LINK_READY: bookings.pay_link_ready,
    NoticeKind.PLAN_PAID: plans.plan_paid,
    NoticeKind.PLAN_DUE: plans.plan_due,
    NoticeKind.PLAN_LATE: plans.plan_late,
    NoticeKind.PLAN_RECEIVED: plans.plan_received,
    NoticeKind.PLAN_UNREACHED: plans.plan_unreached,
    NoticeKind.PLAN_REFUSED: plans.plan_refused,
    NoticeKind.INTAKE_CHANGED: intake.intake_changed,
    NoticeKind.INTAKE_TAKEN_BACK: intake.intake_taken_back,
    NoticeKind.PLAN_CANCELLED: plans.plan_cancelled,
    NoticeKind.INTAKE_OPEN: intake.intake_open,
    NoticeKind.INTAKE_DONE: intake.intake_done,
    NoticeKind.REMINDER: reminders.reminder,
    NoticeKind.REMINDER_VOID: reminders.reminder_void,
    NoticeKind.RUNNING_LATE: reminders.running_late,
    NoticeKind.HOLD_ENDING: reminders.hold_ending,
    NoticeKind.INTAKE_WAITING: reminders.intake_waiting,
    NoticeKind.REFUND_WAITING: reminders.refund_waiting,
    NoticeKind.MONEY_SAFE: money.money_safe,
    NoticeKind.MONEY_MISMATCH: money.money_safe,
    NoticeKind.MONEY_NEEDS_PERSON: money.money_needs_person,
    NoticeKind.CREDIT_WAITING: reminders.credit_waiting,
    NoticeKind.BOOKING_CANCELLED: bookings.booking_cancelled,
    NoticeKind.BOOKING_MOVED: bookings.booking_moved,
    NoticeKind.MOVE_ASKED: bookings.move_asked,
    NoticeKind.REFUND_STARTED: money.refund_started,
    NoticeKind.REFUND_PROCESSED: money.refund_processed,
    NoticeKind.REFUND_FAILED: money.refund_failed,
    NoticeKind.REFUND_NEEDS_ACCOUNT: money.refund_needs_account,
    NoticeKind.EVENT_MOVED: google.event_moved,
    NoticeKind.EVENT_GONE: google.event_gone,
    NoticeKind.SESSION_STARTS: attend.session_starts,
    NoticeKind.WHO_IS_THERE: attend.who_is_there,
    NoticeKind.OTHER_SIDE: attend.other_side,
    NoticeKind.SESSION_OVER: attend.session_over,
    NoticeKind.SESSION_COUNTED: attend.session_counted,
    NoticeKind.SESSION_MISSED: attend.session_missed,
    NoticeKind.NOT_HELD: attend.not_held,
    NoticeKind.REVIEW_ASKED: attend.review_asked,
    NoticeKind.CLIENT_UNREACHED: clients.client_unreached,
    NoticeKind.REDRAW: requests.redraw,
}
