"""One booked session, for either side: join, move, cancel, its link."""

from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.message import Button, Message
from domain.model.people import Role
from domain.model.views import RequestCard
from handlers.callbacks import Verb, instant_argument
from handlers.formats import safe, span
from handlers.screens import terms
from handlers.screens.intake import client_intake_row, dietitian_intake_row
from handlers.screens.parts import HOME, actions, button, client_name, on, rows, what, when


def session(
    card: RequestCard,
    booking: Booking,
    role: Role,
    timezone: str,
    now: datetime,
    *,
    has_intake: bool,
    note: str = "",
) -> Message:
    other = client_name(card) if role is Role.DIETITIAN else f"<b>{safe(card.dietitian.name)}</b>"
    back = Verb.AGENDA if role is Role.DIETITIAN else Verb.UPCOMING
    intake = _intake(card, role) if has_intake else []
    lines = [f"<b>{what(card.request)}</b> with {other}", f"🗓 {when(booking, timezone)}"]
    if booking.state is not BookingState.CONFIRMED:
        lines.append(f"This booking is {booking.state.value}.")
        return Message(text="\n".join(lines), rows=rows(intake, [button("← Back", back, argument="0"), HOME]))
    lines.append("✅ confirmed" if booking.meeting_url else "✅ confirmed, the link to join follows")
    if role is Role.CLIENT and booking.is_asked_to_move:
        lines.append(
            f"🔁 {safe(card.dietitian.name)} is not there then, and asks you to choose another time."
        )
    if role is Role.CLIENT:
        lines.append(f"<i>{terms.of_booking(booking, now)}</i>")
    if card.payment is not None and card.payment.dispute is not None and role is Role.DIETITIAN:
        lines.append(f"⚠️ Its payment is disputed ({safe(card.payment.dispute)}).")
    if note:
        lines.insert(0, note)
    return Message(
        text="\n".join(lines),
        rows=rows(*actions(card, booking), intake, [button("← Back", back, argument="0"), HOME]),
    )


def _intake(card: RequestCard, role: Role) -> list[Button]:
    return dietitian_intake_row(card) if role is Role.DIETITIAN else client_intake_row(card)


def cancel_sure(card: RequestCard, booking: Booking, role: Role, timezone: str, percent: int) -> Message:
    words = terms.at_stake(card, percent, client=client_name(card) if role is Role.DIETITIAN else None)
    return Message(
        text=f"Cancel this session?\n{when(booking, timezone)}\n{words} The time is free at once. This cannot be undone.",
        rows=rows(
            [on(card, "← Back", Verb.BOOKING)],
            [on(card, "✖️ Yes, cancel it", Verb.CANCEL_BOOKING_SURE, str(percent))],
        ),
    )


def cancelled(card: RequestCard, booking: Booking, timezone: str, refunded: str) -> Message:
    return Message(
        text=f"✖️ Cancelled: {what(card.request)}\n{when(booking, timezone)}\n{refunded}", rows=((HOME,),)
    )


def move_sure(card: RequestCard, booking: Booking, start: datetime, timezone: str) -> Message:
    return Message(
        text=f"Move this session?\nFrom: {when(booking, timezone)}\n"
        f"To: {span(start, start + (booking.end - booking.start), timezone)}\nThe link to join stays the same.",
        rows=rows(
            [on(card, "✅ Confirm", Verb.MOVE_SURE, instant_argument(start))],
            [on(card, "← Back", Verb.MOVE, "0")],
        ),
    )
