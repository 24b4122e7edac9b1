"""A booked session: confirmed, its link, moved, cancelled, near."""

from datetime import datetime
from urllib.parse import urlsplit

from domain.model.booking import Booking, BookingState
from domain.model.message import Message
from domain.model.payment import PaymentState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import moment, money, safe
from handlers.invitation import ics_file
from handlers.notices.facts import Facts, canceller
from handlers.screens import booking as screens
from handlers.screens import mealplans, terms
from handlers.screens.parts import (
    HOME,
    actions,
    button,
    client_name,
    join,
    on,
    rows,
    turn_down,
    what,
    when_both,
)


def _when(facts: Facts, card: RequestCard, booking: Booking) -> str:
    return when_both(card, booking, facts.timezone, for_dietitian=facts.for_dietitian)


def booking_confirmed(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED:
        return None
    link = join(booking)
    follows = "" if link else "\n🎥 The link to join follows."
    if facts.for_dietitian:
        amount = money(card.request.price or 0, card.request.currency or "NGN")
        text = (
            f"✅ <b>Booking confirmed</b>\n{safe(card.request.title or '')} with {client_name(card)}\n"
            f"🗓 {_when(facts, card, booking)}\n💳 {amount} paid{follows}"
        )
        off = [button("🏖 Time off", Verb.TIME_OFF, argument="0")] if "away" in facts.notice.detail else []
        if off:
            text += "\n⚠️ It lies in your time off: it was held before. Ask them to move it, or reschedule it here."
        return Message(text=text, rows=rows(off, *actions(card, booking)))
    waited = "\n🔕 You wait for no other time any more." if "waited" in facts.notice.detail else ""
    receipt = f"\n\n{screens.receipt(card, facts.payment, facts.timezone)}" if facts.payment else ""
    text = (
        f"✅ <b>Your booking is confirmed</b>\n{safe(card.request.title or '')} with "
        f"<b>{safe(card.dietitian.name)}</b>\n🗓 {_when(facts, card, booking)}{follows}{waited}\n"
        f"<i>{terms.of_booking(booking, facts.now)}{terms.of_moving(booking, facts.now)}</i>{receipt}"
    )
    return Message(text=text, rows=rows(*actions(card, booking)))


def invitation(facts: Facts, card: RequestCard) -> Message | None:
    if facts.booking is None:
        return None
    if facts.booking.state is BookingState.CANCELLED:
        file = ics_file(card, facts.booking, facts.now)
        return Message(text="📎 Open it to take the session out of your calendar.", file=file)
    if facts.booking.state is not BookingState.CONFIRMED:
        return None
    words = "📎 Add it to your calendar."
    if facts.booking.sequence:
        words = "📎 Add the new time to your calendar: this file replaces the earlier one."
    return Message(text=words, file=ics_file(card, facts.booking, facts.now))


_START_IT = "\nStart it with the Google account you connected: guests knock and you let them in."


def _is_google(booking: Booking) -> bool:
    """A room of the dietitian's own has its own ways."""
    return urlsplit(booking.meeting_url or "").hostname == "meet.google.com"


def meeting_ready(facts: Facts, card: RequestCard) -> Message | None:
    """Not once it is over."""
    booking = facts.booking
    link = join(booking) if booking is not None else None
    if booking is None or link is None or facts.now >= booking.end:
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    verb = Verb.AGENDA if facts.for_dietitian else Verb.UPCOMING
    advice = _START_IT if facts.for_dietitian and _is_google(booking) else ""
    return Message(
        text=f"🎥 The link for your session with {other} is ready.\n{_when(facts, card, booking)}\n"
        f"{safe(booking.meeting_url or '')}{advice}",
        rows=rows([link], [button("📅 Upcoming", verb, argument="0")]),
    )


def meeting_missing(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED or booking.meeting_url is not None:
        return None
    if facts.now >= booking.end:
        return None
    return Message(
        text=f"⚠️ There is no meeting link for {client_name(card)}, {_when(facts, card, booking)}: Google is not "
        "connected, or made none, and you have no room of your own set. The booking stands.",
        rows=rows(
            [button("🎥 Google Meet", Verb.GOOGLE)], [button("📅 Upcoming", Verb.AGENDA, argument="0")]
        ),
    )


def hold_expired(facts: Facts, card: RequestCard) -> Message | None:
    if not card.request.is_open or facts.booking is None or facts.booking.state is not BookingState.EXPIRED:
        return None
    gone = f"⌛ The time kept for you has expired: {_when(facts, card, facts.booking)}."
    if card.payment is not None and card.payment.state is PaymentState.SUCCEEDED:
        # money came that bought nothing: they have been told, and must not read that nothing was charged
        return Message(text=f"{gone} Your money is safe; you have been told about it above.", rows=((HOME,),))
    return Message(
        text=f"{gone} Nothing was charged. "
        f"{what(card.request)} with <b>{safe(card.dietitian.name)}</b> is still open for you.\n"
        "If you have just paid, don't worry: you will hear here what became of it.",
        rows=rows([on(card, "📅 Choose a time", Verb.DAYS, "0")], [turn_down(card), HOME]),
    )


def pay_link_ready(facts: Facts, card: RequestCard) -> Message | None:
    if card.request.kind is ServiceKind.MEAL_PLAN:
        return mealplans.pay(card, facts.payment or card.payment, facts.now) if card.request.is_open else None
    if card.booking is None or not card.booking.holds_slot_at(facts.now):
        return None
    return screens.pay(card, card.booking, facts.payment or card.payment, facts.timezone, facts.now)


def booking_cancelled(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CANCELLED:
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    verb = Verb.AGENDA if facts.for_dietitian else Verb.UPCOMING
    by = _cancelled(facts)
    money_words = terms.given_back(card.request, int(facts.notice.detail["back"]))
    return Message(
        text=f"✖️ Cancelled {by}: {safe(card.request.title or 'the session')} with {other}\n"
        f"🗓 {_when(facts, card, booking)}\nThe time is free again. {money_words}",
        rows=rows([button("📅 Upcoming", verb, argument="0"), HOME]),
    )


def _cancelled(facts: Facts) -> str:
    """By whom; a client who was asked to move it had no choice but to lose its time."""
    if "asked" not in facts.notice.detail:
        return f"by {canceller(facts)}"
    return (
        "by the client, whom you had asked to move it"
        if facts.for_dietitian
        else "as your dietitian can't be there"
    )


def booking_moved(facts: Facts, card: RequestCard) -> Message | None:
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED:
        return None
    other = client_name(card) if facts.for_dietitian else f"<b>{safe(card.dietitian.name)}</b>"
    free = ""
    if booking.moved_by_dietitian and not facts.for_dietitian:
        free = "\nIf the new time does not suit you, you can cancel for a full refund."
    if not facts.for_dietitian:
        free += terms.of_moving(booking, facts.now)
    before = facts.notice.detail.get("was")  # rows of an earlier version name none
    was = f"It was {moment(datetime.fromisoformat(before), facts.timezone)}.\n" if before else ""
    return Message(
        text=f"🔁 Moved: {safe(card.request.title or 'the session')} with {other}\n"
        f"{was}New time: {_when(facts, card, booking)}. The booking stays confirmed.{free}",
        rows=rows(*actions(card, booking)),
    )


def move_asked(facts: Facts, card: RequestCard) -> Message | None:
    """Not for what was moved or cancelled meanwhile, nor after the start."""
    booking = facts.booking
    if booking is None or booking.state is not BookingState.CONFIRMED or facts.now >= booking.start:
        return None
    if facts.notice.detail.get("start") != booking.start.isoformat():
        return None
    return Message(
        text=f"🔁 <b>{safe(card.dietitian.name)}</b> can't be there at the time of your session and asks you to choose another.\n"
        f"{safe(card.request.title or 'Your session')}\n🗓 {_when(facts, card, booking)}\n"
        "You need not pay again. If no other time suits you, you get all your money back. Until you choose, the session stays "
        "where it is.",
        rows=rows(
            [on(card, "🔁 Choose another time", Verb.MOVE, "0")],
            [on(card, "💸 Refund", Verb.CANCEL_BOOKING)],
            [button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME],
        ),
    )
