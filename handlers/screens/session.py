"""One booked session, for either side: join, move, cancel, its link."""

from datetime import datetime

from domain.model.attendance import CLOSED, answer_until, can_be_taken_back
from domain.model.booking import Booking, BookingState
from domain.model.message import Button, File, Message
from domain.model.people import Role
from domain.model.reminder import may_say_late
from domain.model.views import RequestCard
from domain.usecases.look import LINGER
from domain.usecases.session_card import Beside
from handlers.callbacks import Verb, instant_argument
from handlers.formats import safe, span
from handlers.screens import attend, terms
from handlers.screens.intake import client_intake_row, dietitian_intake_row
from handlers.screens.parts import (
    HOME,
    button,
    client_name,
    on,
    other_side,
    rows,
    what,
    when,
    when_both,
    zone_moved,
)
from handlers.screens.rating import reviewed
from handlers.screens.reminders import late_button
from handlers.screens.upcoming import join_words, moment_words, ways_on


def session(
    card: RequestCard,
    booking: Booking,
    role: Role,
    timezone: str,
    now: datetime,
    *,
    beside: Beside,
    note: str = "",
    back: Button | None = None,
) -> Message:
    """As it stands: ahead, under way, over, closed. `back`: to where they came from, if that is not /upcoming."""
    other = client_name(card) if role is Role.DIETITIAN else f"<b>{safe(card.dietitian.name)}</b>"
    lines = [f"<b>{what(card.request)}</b> with {other}", f"🗓 {_when(card, booking, role, timezone)}"]
    lines += _stands(booking, role, timezone, now, beside)
    if booking.state in CLOSED or (booking.state is BookingState.CONFIRMED and now >= booking.start):
        lines += ["Tapped:", *attend.evidence(card, beside.attendances, role, timezone)]
    ahead = booking.state is BookingState.CONFIRMED and now < booking.start
    if role is Role.CLIENT and ahead and booking.is_asked_to_move:
        lines.append(
            f"🔁 {safe(card.dietitian.name)} is not there then, and asks you to choose another time."
        )
    lines += reviewed(beside)
    if card.payment is not None and card.payment.dispute is not None and role is Role.DIETITIAN:
        lines.append(f"⚠️ Its payment is disputed ({safe(card.payment.dispute)}).")
    if note:
        lines.insert(0, note)
    return Message(
        text="\n".join(lines),
        rows=rows(
            *_actions(card, booking, role, beside, now),
            _people(card, role, beside),
            [back or button("← Back", _BACK[role, _is_past(booking, now)], argument="0"), HOME],
        ),
    )


def _when(card: RequestCard, booking: Booking, role: Role, timezone: str) -> str:
    """Named for both sides where their zones differ, and what became of it where the reader has travelled."""
    for_dietitian = role is Role.DIETITIAN
    time = when_both(card, booking, timezone, for_dietitian=for_dietitian)
    return time + zone_moved(booking, timezone, for_dietitian=for_dietitian)


def _is_past(booking: Booking, now: datetime) -> bool:
    """In which of the two lists it stands."""
    if booking.state is BookingState.CONFIRMED:
        return now >= booking.end + LINGER
    return booking.state in CLOSED or booking.confirmed_at is not None


_BACK = {
    (Role.DIETITIAN, False): Verb.AGENDA,
    (Role.DIETITIAN, True): Verb.PAST_AGENDA,
    (Role.CLIENT, False): Verb.UPCOMING,
    (Role.CLIENT, True): Verb.PAST,
}


def _stands(booking: Booking, role: Role, timezone: str, now: datetime, beside: Beside) -> list[str]:
    match booking.state:
        case BookingState.CONFIRMED if now < booking.end:
            of_it = f"<i>{terms.of_booking(booking, now)}{terms.of_moving(booking, now)}</i>"
            terms_of = [of_it] if role is Role.CLIENT else []
            ahead = now < booking.start
            return [f"✅ confirmed · {join_words(booking, timezone, now)}", *(terms_of if ahead else [])]
        case BookingState.CONFIRMED:
            wait = "Say how it ended." if role is Role.DIETITIAN else "The dietitian says how it ended."
            until = moment_words(answer_until(booking, beside.asked_at, beside.reopened_at), timezone)
            silence = attend.in_silence(beside.attendances)
            return [f"🏁 over. {wait} Without a word by {until} ({timezone}) {silence}."]
        case BookingState.COMPLETED:
            who = "the client" if role is Role.DIETITIAN else "you"
            return [f"✅ completed, {who} came late" if booking.came_late else "✅ completed"]
        case BookingState.NO_SHOW:
            who = "the client did" if role is Role.DIETITIAN else "you did"
            return [f"🚫 no-show: {who} not come. By the terms nothing is refunded."]
        case _ if booking.was_not_held:
            who = "you were" if role is Role.DIETITIAN else "the dietitian was"
            return [f"↩️ not held: {who} not there. All of the money goes back."]
        case _:
            return [f"This booking is {booking.state.value}."]


def _actions(
    card: RequestCard, booking: Booking, role: Role, beside: Beside, now: datetime
) -> list[list[Button]]:
    calendar = [on(card, "📎 Add to calendar", Verb.CALENDAR)]
    if booking.state is BookingState.CANCELLED and booking.confirmed_at is not None:
        return [[on(card, "📎 Take it out of my calendar", Verb.CALENDAR)]]
    if booking.state is BookingState.CONFIRMED:
        ways = ways_on(card, booking, now)
        late = [late_button(card)] if may_say_late(booking.start, now) else []
        if now < booking.start:
            return [*ways, late, calendar]
        end = [on(card, "🏁 How did it end?", Verb.SESSION_END)] if role is Role.DIETITIAN else []
        return [*ways, attend.taps(card, booking, role, beside.attendances, now), late, end]
    if role is Role.CLIENT:
        rated = "⭐ My rating" if beside.review is not None else "⭐ Rate it"
        return [[on(card, rated, Verb.RATE)]] if booking.state is BookingState.COMPLETED else []
    follow_up = [on(card, "➕ Follow-up request", Verb.FOLLOW_UP)] if booking.state in CLOSED else []
    back = [on(card, "↩️ Take it back", Verb.TAKE_BACK)] if can_be_taken_back(booking, now) else []
    return [follow_up, back]


def _people(card: RequestCard, role: Role, beside: Beside) -> list[Button]:
    """The dietitian's ways to the client and to what they said before."""
    if role is Role.CLIENT:
        return client_intake_row(card) if beside.has_intake else []
    row = dietitian_intake_row(card) if beside.has_intake else []
    if beside.client_id is not None:
        row = [button("👤 Client", Verb.OWN_CLIENT, str(beside.client_id)), *row]
    return row


def calendar_file(booking: Booking, role: Role, file: File) -> Message:
    if booking.state is BookingState.CANCELLED:
        return Message(text="📎 Open it to take the session out of your calendar.", file=file)
    words = "📎 Open it to add the session to your calendar."
    if role is Role.DIETITIAN:
        words += " If it is moved or cancelled, ask for it again: the new one takes the place of this one."
    else:
        words += " If it is moved or cancelled, a new one comes here and takes its place."
    return Message(text=words, file=file)


def cancel_sure(card: RequestCard, booking: Booking, role: Role, timezone: str, percent: int) -> Message:
    words = terms.at_stake(card, percent, client=client_name(card) if role is Role.DIETITIAN else None)
    return Message(
        text=f"Cancel this session?\n{_when(card, booking, role, timezone)}\n{words} The time is free at once. This cannot be undone.",
        rows=rows(
            [on(card, "← Back", Verb.BOOKING)],
            [on(card, "✖️ Yes, cancel it", Verb.CANCEL_BOOKING_SURE, str(percent))],
        ),
    )


def cancelled(card: RequestCard, booking: Booking, timezone: str, refunded: str) -> Message:
    return Message(
        text=f"✖️ Cancelled: {what(card.request)}\n{when(booking, timezone)}\n{refunded}", rows=((HOME,),)
    )


def move_sure(card: RequestCard, booking: Booking, start: datetime, role: Role, timezone: str) -> Message:
    other = other_side(card, for_dietitian=role is Role.DIETITIAN)
    free = ""
    if role is Role.DIETITIAN:
        free = f"\n{client_name(card)} is told, and may then cancel for a full refund at any time before the start."
    return Message(
        text=f"Move this session?\nFrom: {when(booking, timezone)}\n"
        f"To: {span(start, start + (booking.end - booking.start), timezone, other)}\nThe link to join stays the same.{free}",
        rows=rows(
            [on(card, "✅ Confirm", Verb.MOVE_SURE, instant_argument(start))],
            [on(card, "← Back", Verb.MOVE, "0")],
        ),
    )
