"""The client's requests and either side's booked sessions, a page at a time."""

from datetime import datetime

from domain.model.booking import Booking, BookingState
from domain.model.message import Button, Message
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb
from handlers.formats import clock_time, safe
from handlers.screens.parts import HOME, actions, button, numbered, on, pager, rows, stands, what, when


def requests_list(page: Page[RequestCard], now: datetime) -> Message:
    """The client's pending requests, each with its buttons."""
    if not page.total:
        return Message(
            text="<b>Your requests</b>\nNone is waiting for you. When a dietitian sends you one, it arrives here.",
            rows=rows([button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME]),
        )
    text, lines = [f"<b>Your requests ({page.total})</b>{numbered(page)}"], []
    for number, card in enumerate(page.items, page.number * 5 + 1):
        mark = f" {number}" if page.total > 1 else ""
        text.append(
            f"{number}. <b>{safe(card.dietitian.name)}</b> – {what(card.request)}\n   {_client_stands(card, now)}"
        )
        agreed = card.request.agreed_at is not None
        go = (
            on(card, f"▶️ Continue{mark}", Verb.SHOW)
            if agreed
            else on(card, f"✅ Approve{mark}", Verb.APPROVE)
        )
        lines.append([go, on(card, f"✖️ Decline{mark}", Verb.DECLINE)])
    return Message(text="\n".join(text), rows=rows(*lines, pager(page, Verb.REQUESTS), [HOME]))


def _client_stands(card: RequestCard, now: datetime) -> str:
    if card.request.agreed_at is None:
        return "waiting for your answer"
    return stands(card, now)


def upcoming(page: Page[RequestCard], timezone: str, *, for_dietitian: bool) -> Message:
    """Booked sessions, soonest first, each with its buttons."""
    verb = Verb.AGENDA if for_dietitian else Verb.UPCOMING
    if not page.total:
        go = (
            button("➕ New request", Verb.COMPOSE)
            if for_dietitian
            else button("📨 My requests", Verb.REQUESTS, argument="0")
        )
        return Message(text="<b>Upcoming</b>\nNo session is booked.", rows=rows([go, HOME]))
    text = [f"<b>Upcoming ({page.total})</b>{numbered(page)}"]
    lines: list[list[Button]] = []
    for number, card in enumerate(page.items, page.number * 5 + 1):
        if card.booking is None:
            continue
        text.append(_upcoming_line(card, card.booking, number, timezone, for_dietitian=for_dietitian))
        mark = f" {number}" if page.total > 1 else ""
        if card.booking.state is BookingState.CONFIRMED:
            lines.extend(_compact(actions(card, card.booking, mark), wide=page.total == 1))
        elif not for_dietitian:
            lines.append([on(card, f"▶️ Continue{mark}", Verb.SHOW)])
    return Message(text="\n".join(text), rows=rows(*lines, pager(page, verb), [HOME]))


def _compact(lines: list[list[Button]], *, wide: bool) -> list[list[Button]]:
    """In a longer list the buttons of one session share a row."""
    return lines if wide else [[button for line in lines for button in line]]


def _upcoming_line(
    card: RequestCard, booking: Booking, number: int, timezone: str, *, for_dietitian: bool
) -> str:
    other = card.request.client_name or (card.client.name if card.client else "")
    name = safe(other if for_dietitian else card.dietitian.name)
    state = "confirmed" if booking.state is BookingState.CONFIRMED else _waiting(booking, timezone)
    missing = "" if booking.meeting_url or booking.state is BookingState.PENDING else "\n   link follows"
    title = safe(card.request.title or "")
    return f"{number}. <b>{when(booking, timezone)}</b>\n   {title} with {name} – {state}{missing}"


def _waiting(booking: Booking, timezone: str) -> str:
    return (
        f"held until {clock_time(booking.shown_until or booking.start, timezone)} ({timezone}), not paid yet"
    )
