"""How a session ended: asked, said before it is done, and told."""

from datetime import datetime

from domain.model.attendance import (
    ASKED_LATE,
    answer_until,
    can_be_held,
    can_be_missed,
    can_be_taken_back,
)
from domain.model.booking import Booking, BookingState
from domain.model.message import Message
from domain.model.people import Role
from domain.model.terms import ALL
from domain.model.views import RequestCard
from domain.usecases.session_card import Beside
from handlers.callbacks import Verb
from handlers.screens import terms
from handlers.screens.attend import evidence, in_silence, other_name, tapped, title_of
from handlers.screens.parts import HOME, NOT_TOLD, button, client_name, ended, is_gone, on, rows, when
from handlers.screens.upcoming import moment_words


def ending(card: RequestCard, booking: Booking, beside: Beside, timezone: str, now: datetime) -> Message:
    """How did it end? With the evidence, and what follows from each answer."""
    name = f"<b>{client_name(card)}</b>"
    sides = beside.attendances
    late = beside.asked_at is not None and beside.asked_at >= booking.end + ASKED_LATE
    until = moment_words(answer_until(booking, beside.asked_at, beside.reopened_at), timezone)
    text = [
        f"🏁 <b>How did it end?</b>\n{title_of(card)} with {name}\n🗓 {when(booking, timezone)}",
        *(["⚠️ This is asked late: it could not be asked at the end of the session."] if late else []),
        "Tapped:",
        *evidence(card, sides, Role.DIETITIAN, timezone),
        "",
        *_what_follows(card, name),
        (
            f"Completed and No-show can be taken back for 24 hours. Without an answer until {until} ({timezone}) "
            f"{in_silence(sides)}."
        ),
    ]
    held = [on(card, "✅ Completed", Verb.HELD), on(card, "🕐 They came late, completed", Verb.HELD, "late")]
    return Message(
        text="\n".join(text),
        rows=rows(
            *([[one] for one in held] if can_be_held(booking, now) else []),
            [
                *([on(card, "🚫 No-show", Verb.NO_SHOW)] if can_be_missed(booking, now) else []),
                on(card, "🙇 I wasn't there", Verb.ABSENT),
            ],
            [on(card, "← Back", Verb.BOOKING), HOME],
        ),
    )


def _what_follows(card: RequestCard, name: str) -> list[str]:
    all_of_it = terms.all_of_it(card)
    if is_gone(card):
        return [
            NOT_TOLD,
            "<b>No-show</b>: by the terms nothing is refunded.",
            f"<b>I wasn't there</b>: all of it goes back: {all_of_it}.",
        ]
    return [
        f"<b>Completed</b>: {name} is asked how it was.",
        f"<b>No-show</b>: {name} is told; by the terms nothing is refunded.",
        f"<b>I wasn't there</b>: {name} is told and can have all of it back: {all_of_it}.",
    ]


def missed_sure(card: RequestCard, booking: Booking, beside: Beside, timezone: str) -> Message:
    name = f"<b>{client_name(card)}</b>"
    theirs = beside.attendances.get(Role.CLIENT)
    doubt = ""
    if theirs is not None and (theirs.here_at or theirs.alone_at or theirs.late_at):
        told = " The admins are told of that." if theirs.here_at or theirs.alone_at else ""
        doubt = f"\n⚠️ {name} has tapped: {tapped(theirs, timezone)}.{told}"
    hear = NOT_TOLD if is_gone(card) else "They are told."
    return Message(
        text=f"No-show: {name} did not come?\n🗓 {when(booking, timezone)}\n{hear} By the terms nothing is refunded. "
        f"You can take it back for 24 hours.{doubt}",
        rows=rows(
            [on(card, "← Back", Verb.SESSION_END)], [on(card, "🚫 Yes, they did not come", Verb.NO_SHOW_SURE)]
        ),
    )


def counted(card: RequestCard, booking: Booking, timezone: str, now: datetime) -> Message:
    """What the silence of its dietitian came to."""
    back = [on(card, "↩️ Take it back", Verb.TAKE_BACK)] if can_be_taken_back(booking, now) else []
    words = " You can take it back for 24 hours." if back else ""
    return Message(
        text=f"<s>🏁 How did it end?</s>\n{title_of(card)} with <b>{client_name(card)}</b>\n🗓 {when(booking, timezone)}\n"
        f"✅ Without an answer it has counted as completed since {_since(booking, timezone)}.{words}",
        rows=rows(back, [on(card, "🔎 Details", Verb.BOOKING), HOME]),
    )


def already(booking: Booking, wanted: str, timezone: str, now: datetime) -> str:
    """`This has counted as completed since Thu 3 Dec, 15:30; no-show was not noted.` Short enough for an alert."""
    back = " You can take it back." if can_be_taken_back(booking, now) else ""
    return f"This has counted as {ended(booking)} since {_since(booking, timezone)}; {wanted} was not noted.{back}"


def _since(booking: Booking, timezone: str) -> str:
    return moment_words(booking.closed_at or booking.end, timezone)


def absent_sure(card: RequestCard, booking: Booking, timezone: str) -> Message:
    words = terms.at_stake(card, ALL, client=client_name(card))
    return Message(
        text=f"You were not there?\n🗓 {when(booking, timezone)}\n{words} This cannot be undone.",
        rows=rows(
            [on(card, "← Back", Verb.SESSION_END)], [on(card, "↩️ Yes, give all of it back", Verb.ABSENT_SURE)]
        ),
    )


def missed(card: RequestCard, booking: Booking, timezone: str) -> Message:
    """To the client, as it stands when it is sent."""
    name = other_name(card, Role.CLIENT)
    if booking.state is BookingState.NO_SHOW:
        return Message(
            text=f"🚫 {name} noted that you did not come to your session.\n🗓 {when(booking, timezone)}\nBy the terms nothing is "
            "refunded. If that is not so, tell your dietitian: they can take it back for 24 hours.",
            rows=rows([on(card, "🔎 Details", Verb.BOOKING), HOME]),
        )
    return Message(
        text=f"↩️ {name} took back that you did not come.\n🗓 {when(booking, timezone)}",
        rows=rows([on(card, "🔎 Details", Verb.BOOKING), HOME]),
    )


def not_held(card: RequestCard, booking: Booking, role: Role, back: int, timezone: str) -> Message:
    money_words = terms.given_back(card.request, back)
    if role is Role.DIETITIAN:
        text = f"↩️ Noted: you were not there for <b>{client_name(card)}</b>."
        go = [on(card, "➕ New request", Verb.FOLLOW_UP), HOME]
    else:
        text = f"↩️ {other_name(card, role)} notes that they were not there for your session."
        go = [button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME]
    return Message(text=f"{text}\n🗓 {when(booking, timezone)}\n{money_words}", rows=rows(go))
