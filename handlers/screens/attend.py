"""The session itself: it begins, and who is there."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.model.attendance import Attendance, can_tap, join_is_open
from domain.model.booking import Booking
from domain.model.message import Button, Message
from domain.model.people import Role
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.formats import clock_time, safe
from handlers.screens.parts import HOME, client_name, join, on, rows, short, when_both

_NAME_LIMIT, _MINUTE = 80, timedelta(minutes=1)
Sides = Mapping[Role, Attendance]


def other_name(card: RequestCard, role: Role) -> str:
    if role is Role.CLIENT:
        return f"<b>{safe(short(card.dietitian.name, _NAME_LIMIT))}</b>"
    return f"<b>{client_name(card)}</b>"


def title_of(card: RequestCard) -> str:
    return safe(card.request.title or "Your session")


def evidence(card: RequestCard, sides: Sides, role: Role, timezone: str) -> list[str]:
    """Who tapped what when, in the reader's eyes; an admin's are nobody's side."""
    names = {Role.CLIENT: client_name(card), Role.DIETITIAN: safe(short(card.dietitian.name, _NAME_LIMIT))}
    return [
        f"   {'You' if side is role else name}: {tapped(sides.get(side), timezone)}"
        for side, name in names.items()
    ]


def tapped(known: Attendance | None, timezone: str) -> str:
    said = []
    if known is not None and known.late_at is not None:
        said.append(
            f"“I'm late”, about {known.late_minutes} minutes, at {clock_time(known.late_at, timezone)}"
        )
    if known is not None and known.here_at is not None:
        said.append(f"“I'm here” at {clock_time(known.here_at, timezone)}")
    if known is not None and known.alone_at is not None:
        said.append(f"“They aren't here” at {clock_time(known.alone_at, timezone)}")
    return ", ".join(said) or "nothing tapped"


def starts(card: RequestCard, booking: Booking, role: Role, timezone: str, now: datetime) -> Message:
    """At the start: the way in."""
    link = join(booking)
    at = when_both(card, booking, timezone, for_dietitian=role is Role.DIETITIAN)
    begins = "begins now" if now < booking.start + _MINUTE else "has begun"
    missing = "" if link else "\n⚠️ There is no link yet; press Get link."
    return Message(
        text=f"🎬 <b>{title_of(card)}</b> with {other_name(card, role)} {begins}.\n🗓 {at}{missing}",
        rows=rows([link or on(card, "🔗 Get link", Verb.GET_LINK)], [on(card, "🔎 Details", Verb.BOOKING)]),
    )


def taps(card: RequestCard, booking: Booking, role: Role, sides: Sides, now: datetime) -> list[Button]:
    """What this side has not tapped yet and may."""
    mine = sides.get(role)
    if not can_tap(booking, now):
        return []
    row = []
    if mine is None or mine.here_at is None:
        row.append(on(card, "🙋 I'm here", Verb.HERE, "me"))
    if now >= booking.start and (mine is None or mine.alone_at is None):
        row.append(on(card, "🙅 They aren't here", Verb.HERE, "alone"))
    return row


def who(
    card: RequestCard,
    booking: Booking,
    role: Role,
    sides: Sides,
    timezone: str,
    now: datetime,
    *,
    note: str = "",
) -> Message:
    """Some minutes in, and after each tap."""
    ask = (
        "Are you both there? One tap helps if there is a question later.\n"
        if taps(card, booking, role, sides, now)
        else ""
    )
    heading = f"{note}\n" if note else ""
    lines = [
        f"{heading}🕐 <b>{title_of(card)}</b> with {other_name(card, role)}, {clock_time(booking.start, timezone)} ({timezone})",
        f"{ask}Tapped so far:",
        *evidence(card, sides, role, timezone),
    ]
    link = join(booking) if join_is_open(booking, now) else None
    return Message(
        text="\n".join(lines),
        rows=rows(
            [link] if link else [],
            taps(card, booking, role, sides, now),
            [on(card, "🔎 Details", Verb.BOOKING), HOME],
        ),
    )


def in_silence(sides: Sides) -> str:
    """What becomes of a session when the dietitian does not say how it ended."""
    alone = any(one.alone_at for one in sides.values())
    return "an admin is asked to decide" if alone else "it counts as completed"


def said(card: RequestCard, role: Role, what: str, at: datetime, timezone: str) -> str:
    """What the other side tapped, told as it was."""
    words = "“I'm here”" if what == "here" else "“They aren't here”, meaning you"
    return f"🔔 {other_name(card, role)} tapped {words} at {clock_time(at, timezone)}."
