"""What somebody should not forget, and what is said close to a session. Each decided when it is due."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.booking import Booking, BookingState
from domain.model.message import Button, Message
from domain.model.notice import NoticeKind
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.refund import RefundState
from domain.model.reminder import Lead, Standing, is_quiet, is_urgent, standing, wanted
from domain.model.views import RequestCard
from domain.usecases.read_intake import closed_because
from domain.usecases.reminding import gives_way
from handlers.callbacks import Verb
from handlers.formats import clock_time, money, safe
from handlers.notices.facts import Facts
from handlers.screens import money as money_screens
from handlers.screens.booking import after, receipt
from handlers.screens.intake import client_intake_row
from handlers.screens.parts import (
    HOME,
    actions,
    button,
    client_name,
    join,
    on,
    price,
    rows,
    when,
    when_both,
    zone_moved,
)
from handlers.screens.reminders import late_button

EDITS = frozenset({NoticeKind.REDRAW, NoticeKind.REMINDER_VOID, NoticeKind.SESSION_COUNTED})
"""They change a message that is there."""
_NO_LONGER = "no longer true"
_SAID = {Standing.ON_TIME, Standing.LATE}


def is_silent(facts: Facts) -> bool:
    quiet = is_quiet(facts.reader, facts.now, facts.timezone)
    return quiet and not is_urgent(facts.notice, facts.booking, facts.now)


def why_unsaid(facts: Facts) -> str:
    """Kept with the notice that there was nothing to say for."""
    if facts.notice.kind is NoticeKind.REMINDER and facts.booking is not None:
        return _unsaid(facts, facts.booking) or _NO_LONGER
    return Standing.OVERTAKEN.value if _is_overtaken(facts) else _NO_LONGER


def _unsaid(facts: Facts, booking: Booking) -> str | None:
    if booking.state is not BookingState.CONFIRMED:
        return f"the booking is {booking.state.value}"
    if facts.notice.detail.get("start") != booking.start.isoformat():
        return "the session was moved"
    stands = _standing(facts, booking)
    return None if stands in _SAID else stands.value


def _standing(facts: Facts, booking: Booking) -> Standing:
    lead = Lead(facts.notice.detail.get("lead", Lead.HOUR))  # rows of an earlier version name none
    return standing(lead, booking.start, facts.now, wanted(facts.reader))


def _is_overtaken(facts: Facts) -> bool:
    following = facts.notice.detail.get("next")
    return following is not None and facts.now >= datetime.fromisoformat(following)


def reminder(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or _unsaid(facts, booking) is not None:
        return None
    late = " <i>(sent late)</i>" if _standing(facts, booking) is Standing.LATE else ""
    runs_late = facts.notice.detail.get("lead") != Lead.DAY
    return Message(
        text=f"⏰ Reminder{late}: {safe(card.request.title or 'your session')} with {_other(facts, card)} "
        f"{_until(booking.start, facts.now)}.\n🗓 {_when(facts, card, booking)}{_what_still_works(facts, booking)}",
        rows=rows(*actions(card, booking), [late_button(card)] if runs_late else []),
    )


def _what_still_works(facts: Facts, booking: Booking) -> str:
    if booking.may_be_moved_at(facts.now, by_dietitian=facts.for_dietitian):
        return ""
    percent = booking.late_refund_percent
    back = f"with a refund of {percent}%" if percent else "without a refund"
    return f"\nIt can still be cancelled, {back}; to move it, ask your dietitian."


def _when(facts: Facts, card: RequestCard, booking: Booking) -> str:
    """Named for both sides where their zones differ, and what became of it where the reader has travelled."""
    time = when_both(card, booking, facts.timezone, for_dietitian=facts.for_dietitian)
    return time + zone_moved(booking, facts.timezone, for_dietitian=facts.for_dietitian)


def _other(facts: Facts, card: RequestCard) -> str:
    return client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"


def _until(start: datetime, now: datetime) -> str:
    minutes = max(1, round((start - now) / timedelta(minutes=1)))
    if minutes >= 120:  # noqa: PLR2004 - from two hours on, hours say it better
        return f"in about {round(minutes / 60)} hours"
    return f"in {minutes} minutes" if minutes > 1 else "in a minute"


def reminder_void(facts: Facts, card: RequestCard) -> Message | None:
    """In the place of what was said of an earlier time; its buttons go."""
    booking = facts.booking
    if booking is None:
        return None
    kind = NoticeKind(
        facts.notice.detail.get("of", NoticeKind.REMINDER)
    )  # rows of an earlier version name none
    about = f"<s>{_SAID_BEFORE[kind]}: {safe(card.request.title or 'your session')} with {_other(facts, card)}</s>"
    match booking.state:
        case BookingState.CANCELLED:
            now = "↩️ This session was not held." if booking.was_not_held else "✖️ This session was cancelled."
        case BookingState.CONFIRMED:
            now = f"🔁 This session was moved. It is now {_when(facts, card, booking)}."
        case _:
            return None
    go = [] if kind is NoticeKind.REMINDER else [on(card, "🔎 Open", Verb.BOOKING)]
    return Message(text=f"{about}\n{now}{_receipt(facts, card, kind)}", rows=rows(go))


_SAID_BEFORE = {
    NoticeKind.REMINDER: "⏰ Reminder",
    NoticeKind.BOOKING_CONFIRMED: "✅ Booking confirmed",
    NoticeKind.BOOKING_MOVED: "🔁 Moved",
}


def _receipt(facts: Facts, card: RequestCard, kind: NoticeKind) -> str:
    """The client's stays where it is."""
    if kind is not NoticeKind.BOOKING_CONFIRMED or facts.for_dietitian or card.payment is None:
        return ""
    return f"\n\n{receipt(card, card.payment, facts.timezone)}"


def running_late(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED or facts.now >= booking.end:
        return None
    if facts.notice.detail.get("start") != booking.start.isoformat():
        return None
    link, verb = join(booking), Verb.AGENDA if facts.for_dietitian else Verb.UPCOMING
    return Message(
        text=f"🏃 {_other(facts, card)} is running about {facts.notice.detail['minutes']} minutes late for "
        f"{safe(card.request.title or 'your session')}.\n🗓 {when(booking, facts.timezone)}",
        rows=rows([link] if link else [], [button("📅 Upcoming", verb, argument="0")]),
    )


def hold_ending(facts: Facts, card: RequestCard) -> Message | None:
    """To the client. Not once it is paid, or given up for another time."""
    booking = facts.booking
    if booking is None or booking.state is not BookingState.PENDING or booking.shown_until is None:
        return None
    paid = card.payment is not None and card.payment.state is PaymentState.SUCCEEDED
    if paid or not card.request.is_open or facts.now >= booking.shown_until:
        return None
    until = f"{clock_time(booking.shown_until, facts.timezone)} ({facts.timezone})"
    return Message(
        text=f"⏳ The time kept for you ends {_until(booking.shown_until, facts.now)}, at {until}, and is not paid yet: "
        f"{safe(card.request.title or 'your session')} with {_other(facts, card)}\n"
        f"🗓 {when(booking, facts.timezone)}\n💳 {price(card.request)}",
        rows=rows([on(card, "💳 Go on to pay", Verb.PAY)], [on(card, "✖️ Give it back", Verb.RELEASE), HOME]),
    )


def intake_waiting(facts: Facts, card: RequestCard) -> Message | None:
    """Not once they were answered or refused, nor for a session that was moved: that has one of its own."""
    intake, start = facts.intake, facts.notice.detail.get("start")
    if intake is None or intake.completed_at or intake.declined_at:
        return None
    if closed_because(card, facts.plan, facts.now) is not None:
        return None
    booking = card.booking
    if start is not None and (booking is None or booking.start.isoformat() != start):
        return None
    if start is None and booking is not None and gives_way(intake, booking.start, facts.now):
        return None
    refuse = [] if intake.consented_at else [_no_more(card)]
    return Message(
        text=f"📝 {_other(facts, card)} asked you some questions for {safe(card.request.title or 'your session')}, and they "
        "are still open. Answers help to prepare; each can be skipped.",
        rows=rows(client_intake_row(card), refuse, [HOME]),
    )


def _no_more(card: RequestCard) -> Button:
    return button("🔕 Don't ask again", Verb.INTAKE_REFUSE, card.request.public_id)


def credit_waiting(facts: Facts, card: RequestCard) -> Message | None:
    """Some days later, where the client has not chosen yet."""
    if facts.payment is None or facts.payment.outcome is not MoneyOutcome.CREDIT or _is_overtaken(facts):
        return None
    screen = money_screens.waits(card)
    return replace(
        screen, text=f"⏰ Reminder: {screen.text}\nWithout an answer it is refunded by itself after a week."
    )


def refund_waiting(facts: Facts, _: RequestCard) -> Message | None:
    """Some days later, where the bank account is still missing."""
    refund = facts.refund
    if refund is None or refund.state is not RefundState.NEEDS_ATTENTION or _is_overtaken(facts):
        return None
    screen = money_screens.needs_account(money(refund.amount, refund.currency), refund.public_id)
    return after("⏰ Reminder: your money still waits for an account to go to.", screen)
