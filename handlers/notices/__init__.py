"""Facts in words: what a notice says is decided when it is sent, from where the records stand then.

A notice that no longer holds is `None`: a reminder for what was cancelled is never sent.
"""

from domain.model.message import Message
from domain.model.notice import NoticeKind
from handlers.callbacks import Verb
from handlers.notices import bookings, intake, money, plans, requests
from handlers.notices.facts import Facts, Words
from handlers.notices.money import alert
from handlers.screens.parts import HOME, button, rows

__all__ = ["Facts", "alert", "say"]


def say(facts: Facts) -> Message | None:
    """The message, or None where there is nothing (any more) to say."""
    match facts.notice.kind:
        case NoticeKind.GOOGLE_CONNECTED:
            return Message(
                text="✅ Google is connected. Every paid booking now gets an event with a Meet link.",
                rows=rows([button("🎥 Google Meet", Verb.GOOGLE), HOME]),
            )
        case NoticeKind.GOOGLE_LOST:
            return Message(
                text="⚠️ Google no longer lets me in: the connection was revoked or has expired. Bookings go on with "
                "your own room. Connect again to get Meet links.",
                rows=rows([button("🔗 Connect", Verb.CONNECT)], [HOME]),
            )
    if facts.card is None:
        return None
    return _WORDS[facts.notice.kind](facts, facts.card)


_WORDS: dict[NoticeKind, Words] = {
    NoticeKind.REQUEST_RECEIVED: requests.request_received,
    NoticeKind.REQUEST_DECLINED: requests.request_declined,
    NoticeKind.REQUEST_WITHDRAWN: requests.request_withdrawn,
    NoticeKind.REQUEST_OPENED: requests.request_opened,
    NoticeKind.BOOKING_CONFIRMED: bookings.booking_confirmed,
    NoticeKind.INVITATION: bookings.invitation,
    NoticeKind.MEETING_READY: bookings.meeting_ready,
    NoticeKind.MEETING_MISSING: bookings.meeting_missing,
    NoticeKind.HOLD_EXPIRED: bookings.hold_expired,
    NoticeKind.PAY_LINK_READY: bookings.pay_link_ready,
    NoticeKind.PLAN_PAID: plans.plan_paid,
    NoticeKind.PLAN_DUE: plans.plan_due,
    NoticeKind.PLAN_LATE: plans.plan_late,
    NoticeKind.PLAN_RECEIVED: plans.plan_received,
    NoticeKind.PLAN_UNREACHED: plans.plan_unreached,
    NoticeKind.PLAN_REFUSED: plans.plan_refused,
    NoticeKind.INTAKE_CHANGED: intake.intake_changed,
    NoticeKind.PLAN_CANCELLED: plans.plan_cancelled,
    NoticeKind.INTAKE_OPEN: intake.intake_open,
    NoticeKind.INTAKE_DONE: intake.intake_done,
    NoticeKind.REMINDER: bookings.reminder,
    NoticeKind.MONEY_SAFE: money.money_safe,
    NoticeKind.MONEY_MISMATCH: money.money_safe,
    NoticeKind.MONEY_NEEDS_PERSON: money.money_needs_person,
    NoticeKind.CREDIT_WAITING: money.credit_waiting,
    NoticeKind.BOOKING_CANCELLED: bookings.booking_cancelled,
    NoticeKind.BOOKING_MOVED: bookings.booking_moved,
    NoticeKind.REFUND_STARTED: money.refund_started,
    NoticeKind.REFUND_PROCESSED: money.refund_processed,
    NoticeKind.REFUND_FAILED: money.refund_failed,
    NoticeKind.REFUND_NEEDS_ACCOUNT: money.refund_needs_account,
    NoticeKind.REDRAW: requests.redraw,
}
