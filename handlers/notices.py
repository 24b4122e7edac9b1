"""Facts in words: what a notice says is decided when it is sent, from where the records stand then.

A notice that no longer holds is `None`: a reminder for what was cancelled is never sent.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.message import Message
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import Person, Role
from domain.model.request import RequestState
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import moment, money, safe
from handlers.invitation import ics_file
from handlers.screens import booking as screens
from handlers.screens import money as money_screens
from handlers.screens.parts import HOME, actions, button, client_name, join, on, rows, what, when


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The records of a notice as they stand now; `timezone` is the reader's."""

    notice: Notice
    reader: Person
    card: RequestCard | None
    booking: Booking | None
    payment: Payment | None
    timezone: str
    now: datetime

    @property
    def for_dietitian(self) -> bool:
        return self.card is not None and self.card.dietitian.person_id == self.reader.id


Words = Callable[[Facts, RequestCard], Message | None]


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


def _request_received(facts: Facts, card: RequestCard) -> Message | None:
    if card.request.state is not RequestState.PENDING:
        return None
    return screens.request_screen(card, facts.timezone, facts.now)


def _redraw(facts: Facts, card: RequestCard) -> Message | None:
    return screens.request_screen(card, facts.timezone, facts.now)


def _request_opened(_: Facts, card: RequestCard) -> Message | None:
    return Message(
        text=f"👋 {client_name(card)} has opened your request: {what(card.request)}.",
        rows=rows([on(card, "Open", Verb.SHOW), HOME]),
    )


def _request_declined(_: Facts, card: RequestCard) -> Message | None:
    reason = (
        f"\n<blockquote>{safe(card.request.decline_reason)}</blockquote>"
        if card.request.decline_reason
        else ""
    )
    return Message(
        text=f"✖️ {client_name(card)} declined your request: {what(card.request)}.{reason}",
        rows=rows([on(card, "Open", Verb.SHOW), button("➕ New request", Verb.COMPOSE)], [HOME]),
    )


def _request_withdrawn(_: Facts, card: RequestCard) -> Message | None:
    charged = "Nothing was charged."
    if card.payment is not None and card.payment.state is PaymentState.SUCCEEDED:
        charged = "Your money is safe: you are told here what becomes of it."
    return Message(
        text=f"<b>{safe(card.dietitian.name)}</b> has cancelled the request {what(card.request)}. {charged}",
        rows=((HOME,),),
    )


def _booking_confirmed(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED:
        return None
    link = join(booking)
    follows = "" if link else "\n🎥 The link to join follows."
    if facts.for_dietitian:
        amount = money(card.request.price or 0, card.request.currency or "NGN")
        text = (
            f"✅ <b>Booking confirmed</b>\n{safe(card.request.title or '')} with {client_name(card)}\n"
            f"🗓 {when(booking, facts.timezone)}\n💳 {amount} paid{follows}"
        )
        return Message(text=text, rows=rows(*actions(card, booking)))
    receipt = f"\n\n{screens.receipt(card, facts.payment, facts.timezone)}" if facts.payment else ""
    text = (
        f"✅ <b>Your booking is confirmed</b>\n{safe(card.request.title or '')} with "
        f"<b>{safe(card.dietitian.name)}</b>\n🗓 {when(booking, facts.timezone)}{follows}\n"
        f"<i>{screens.terms(booking, facts.now)}</i>{receipt}"
    )
    return Message(text=text, rows=rows(*actions(card, booking)))


def _invitation(facts: Facts, card: RequestCard) -> Message | None:
    if facts.booking is None:
        return None
    if facts.booking.state is BookingState.CANCELLED:
        file = ics_file(card, facts.booking, facts.now)
        return Message(text="📎 Open it to take the session out of your calendar.", file=file)
    if facts.booking.state is not BookingState.CONFIRMED:
        return None
    return Message(text="📎 Add it to your calendar.", file=ics_file(card, facts.booking, facts.now))


def _meeting_ready(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    link = join(booking) if booking is not None else None
    if booking is None or link is None:
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    verb = Verb.AGENDA if facts.for_dietitian else Verb.UPCOMING
    advice = (
        "\nStart it with the Google account you connected: guests knock and you let them in."
        if facts.for_dietitian
        else ""
    )
    return Message(
        text=f"🎥 The link for your session with {other} is ready.\n{when(booking, facts.timezone)}\n"
        f"{safe(booking.meeting_url or '')}{advice}",
        rows=rows([link], [button("📅 Upcoming", verb, argument="0")]),
    )


def _meeting_missing(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED or booking.meeting_url is not None:
        return None
    return Message(
        text=f"⚠️ There is no meeting link for {client_name(card)}, {when(booking, facts.timezone)}: Google is not "
        "connected, or made none, and you have no room of your own set. The booking stands.",
        rows=rows(
            [button("🎥 Google Meet", Verb.GOOGLE)], [button("📅 Upcoming", Verb.AGENDA, argument="0")]
        ),
    )


def _hold_expired(facts: Facts, card: RequestCard) -> Message | None:
    if not card.request.is_open or facts.booking is None or facts.booking.state is not BookingState.EXPIRED:
        return None
    gone = f"⌛ The time kept for you has expired: {when(facts.booking, facts.timezone)}."
    if card.payment is not None and card.payment.state is PaymentState.SUCCEEDED:
        # money came that bought nothing: they have been told, and must not read that nothing was charged
        return Message(text=f"{gone} Your money is safe; you have been told about it above.", rows=((HOME,),))
    return Message(
        text=f"{gone} Nothing was charged. "
        f"{what(card.request)} with <b>{safe(card.dietitian.name)}</b> is still open for you.\n"
        "If you have just paid, don't worry: you will hear here what became of it.",
        rows=rows(
            [on(card, "📅 Choose a time", Verb.DAYS, "0")], [on(card, "✖️ Decline", Verb.DECLINE), HOME]
        ),
    )


def _pay_link_ready(facts: Facts, card: RequestCard) -> Message | None:
    if card.booking is None or not card.booking.holds_slot_at(facts.now):
        return None
    return screens.pay(card, card.booking, facts.payment or card.payment, facts.timezone, facts.now)


def _plan_paid(facts: Facts, card: RequestCard) -> Message | None:
    if facts.for_dietitian:
        text = f"💳 {client_name(card)} has paid for {what(card.request)}. Please prepare the plan and send the PDF."
        return Message(text=text, rows=rows([on(card, "Open", Verb.SHOW), HOME]))
    receipt = f"\n\n{screens.receipt(card, facts.payment, facts.timezone)}" if facts.payment else ""
    return Message(
        text=f"✅ Paid. <b>{safe(card.dietitian.name)}</b> prepares your plan; it arrives here.{receipt}",
        rows=((HOME,),),
    )


def _reminder(facts: Facts, card: RequestCard) -> Message | None:
    """Not for what was cancelled or moved, and never after the start."""
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED or facts.now >= booking.start:
        return None
    if facts.notice.detail.get("start") != booking.start.isoformat():
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    return Message(
        text=f"⏰ Reminder: {safe(card.request.title or 'your session')} with {other} {_until(booking, facts.now)}.\n"
        f"🗓 {when(booking, facts.timezone)}",
        rows=rows(*actions(card, booking)),
    )


def _until(booking: Booking, now: datetime) -> str:
    minutes = round((booking.start - now).total_seconds() / 60)
    if minutes >= 120:  # noqa: PLR2004 - from two hours on, hours say it better
        return f"in about {round(minutes / 60)} hours"
    return f"in {minutes} minutes"


def _money_safe(_: Facts, card: RequestCard) -> Message | None:
    return money_screens.waits(card)


def _money_needs_person(facts: Facts, card: RequestCard) -> Message | None:
    payment = facts.payment
    if payment is None:
        return None
    amount = money(payment.paid_amount or 0, payment.paid_currency or payment.currency)
    next_step = {
        MoneyOutcome.CREDIT: "The client is asked to choose another time or a refund.",
        MoneyOutcome.REFUND: "It is being refunded by itself.",
    }.get(payment.outcome or MoneyOutcome.QUARANTINE, "An admin decides about it.")
    return Message(
        text=f"⚠️ {amount} arrived from {client_name(card)} at {moment(facts.now, facts.timezone)} and could not be "
        f"given value ({safe((payment.outcome_reason or '').replace('_', ' '))}). Nothing was booked for it. {next_step}",
        rows=rows([on(card, "Open", Verb.SHOW), HOME]),
    )


def _credit_waiting(facts: Facts, card: RequestCard) -> Message | None:
    """Two days later, where the client has not chosen yet."""
    if facts.payment is None or facts.payment.outcome is not MoneyOutcome.CREDIT:
        return None
    screen = money_screens.waits(card)
    return replace(
        screen, text=f"⏰ Reminder: {screen.text}\nWithout an answer it is refunded by itself after a week."
    )


def _booking_cancelled(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CANCELLED:
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    verb = Verb.AGENDA if facts.for_dietitian else Verb.UPCOMING
    who = {Role.CLIENT: "the client", Role.DIETITIAN: "the dietitian"}[Role(facts.notice.detail["by"])]
    back = int(facts.notice.detail["back"])
    money_words = (
        f"{money(back, card.request.currency or 'NGN')} is refunded."
        if back
        else "By the terms nothing is refunded."
    )
    return Message(
        text=f"✖️ Cancelled by {who}: {safe(card.request.title or 'the session')} with {other}\n"
        f"🗓 {when(booking, facts.timezone)}\nThe time is free again. {money_words}",
        rows=rows([button("📅 Upcoming", verb, argument="0"), HOME]),
    )


def _booking_moved(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED:
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    free = ""
    if booking.moved_by_dietitian and not facts.for_dietitian:
        free = "\nIf the new time does not suit you, you can cancel for a full refund."
    return Message(
        text=f"🔁 Moved: {safe(card.request.title or 'the session')} with {other}\n"
        f"New time: {when(booking, facts.timezone)}. The booking stays confirmed.{free}",
        rows=rows(*actions(card, booking)),
    )


def _amount(facts: Facts) -> str:
    detail = facts.notice.detail
    return money(int(detail["amount"]), detail["currency"])


def _refund_started(facts: Facts, card: RequestCard) -> Message | None:
    reasons = {
        "surplus": "the session was paid for already",
        "nothing_left": "there was nothing left to pay for",
        "slot_gone": "the time was taken",
    }
    reason = facts.notice.detail.get("why", "")
    return Message(
        text=f"{money_screens.started(_amount(facts), reasons.get(reason, reason))}\n{what(card.request)}",
        rows=((HOME,),),
    )


def _refund_processed(facts: Facts, _: RequestCard) -> Message | None:
    return Message(text=money_screens.processed(_amount(facts)), rows=((HOME,),))


def _refund_failed(facts: Facts, _: RequestCard) -> Message | None:
    return Message(text=money_screens.failed(_amount(facts)), rows=((HOME,),))


def _refund_needs_account(facts: Facts, _: RequestCard) -> Message | None:
    return money_screens.needs_account(_amount(facts), facts.notice.detail["refund"])


_WORDS: dict[NoticeKind, Words] = {
    NoticeKind.REQUEST_RECEIVED: _request_received,
    NoticeKind.REQUEST_DECLINED: _request_declined,
    NoticeKind.REQUEST_WITHDRAWN: _request_withdrawn,
    NoticeKind.REQUEST_OPENED: _request_opened,
    NoticeKind.BOOKING_CONFIRMED: _booking_confirmed,
    NoticeKind.INVITATION: _invitation,
    NoticeKind.MEETING_READY: _meeting_ready,
    NoticeKind.MEETING_MISSING: _meeting_missing,
    NoticeKind.HOLD_EXPIRED: _hold_expired,
    NoticeKind.PAY_LINK_READY: _pay_link_ready,
    NoticeKind.PLAN_PAID: _plan_paid,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.MONEY_SAFE: _money_safe,
    NoticeKind.MONEY_MISMATCH: _money_safe,
    NoticeKind.MONEY_NEEDS_PERSON: _money_needs_person,
    NoticeKind.CREDIT_WAITING: _credit_waiting,
    NoticeKind.BOOKING_CANCELLED: _booking_cancelled,
    NoticeKind.BOOKING_MOVED: _booking_moved,
    NoticeKind.REFUND_STARTED: _refund_started,
    NoticeKind.REFUND_PROCESSED: _refund_processed,
    NoticeKind.REFUND_FAILED: _refund_failed,
    NoticeKind.REFUND_NEEDS_ACCOUNT: _refund_needs_account,
    NoticeKind.REDRAW: _redraw,
}


def alert(detail: dict[str, str], payment: Payment | None, card: RequestCard | None) -> Message:
    """To the admins. Of a payment: whose, how much, and the way to its card on the desk."""
    lines = [f"🛠 <b>{safe(detail.get('what', 'Attention'))}</b>"]
    lines += [f"{safe(name)}: {safe(value)}" for name, value in detail.items() if name != "what"]
    if payment is None or card is None:
        return Message(text="\n".join(lines))
    arrived = money(payment.paid_amount or 0, payment.paid_currency or payment.currency)
    lines += [
        f"{client_name(card)} → {safe(card.dietitian.name)}: {what(card.request)}",
        f"Asked for: {money(payment.amount, payment.currency)} ({payment.domain})",
        f"Arrived: {arrived} ({safe(payment.paid_domain or 'not yet')})",
        f"Reference: <code>{payment.reference}</code>",
    ]
    return Message(
        text="\n".join(lines), rows=rows([button("💰 Open", Verb.DESK_PAYMENT, payment.reference)])
    )
