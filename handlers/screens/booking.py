"""The client's way from a request to a paid booking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from math import ceil
from typing import TypeVar

from domain.model.availability import PartOfDay, part_of_day
from domain.model.booking import Booking, BookingState
from domain.model.message import Button, Message
from domain.model.payment import MoneyOutcome, Payment
from domain.model.request import RequestState
from domain.model.service import ServiceKind
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb, day_argument, instant_argument
from handlers.formats import clock_time, day, local, long_day, moment, money, safe
from handlers.screens import money as money_screens
from handlers.screens.parts import (
    HOME,
    actions,
    button,
    join,
    numbered,
    on,
    pager,
    price,
    rows,
    stands,
    what,
    when,
)

T = TypeVar("T")
DAYS_ON_A_PAGE = 14
_DAYS_IN_A_ROW = 2
_SLOTS_IN_A_ROW = 4
_PARTS = {PartOfDay.MORNING: "Morning", PartOfDay.AFTERNOON: "Afternoon", PartOfDay.EVENING: "Evening"}


def request_screen(card: RequestCard, timezone: str, now: datetime) -> Message:
    """The client's request wherever it stands: the one screen that every redraw comes back to."""
    match card.request.state:
        case RequestState.APPROVED:
            return _approved(card, timezone)
        case RequestState.DECLINED:
            return _closed(card, "You declined this request.")
        case RequestState.CANCELLED:
            return _closed(card, "This request was cancelled.")
        case RequestState.EXPIRED:
            return _closed(card, "This request has expired.")
        case _:
            return _open(card, timezone, now)


def _open(card: RequestCard, timezone: str, now: datetime) -> Message:
    booking, payment = card.booking, card.payment
    if payment is not None and payment.outcome in {MoneyOutcome.CREDIT, MoneyOutcome.QUARANTINE}:
        return money_screens.waits(card)
    if booking is not None and booking.holds_slot_at(now):
        return pay(card, booking, payment, timezone, now)
    if card.request.agreed_at is not None and card.request.kind is ServiceKind.CONSULTATION:
        return _choose_again(
            card, expired=booking is not None and booking.state is not BookingState.CANCELLED
        )
    return offer(card)


def offer(card: RequestCard) -> Message:
    """Request received: Approve or Decline."""
    request = card.request
    kind = "meal plan" if request.kind is ServiceKind.MEAL_PLAN else "consultation"
    parts = [f"📨 <b>{safe(card.dietitian.name)}</b> sends you a {kind} request.", what(request)]
    if request.message:
        parts.append(f"<blockquote>{safe(request.message)}</blockquote>")
    if request.kind is ServiceKind.CONSULTATION:
        parts.append("Approve it to choose a day and a time. You pay only after that.")
    return Message(
        text="\n".join(parts),
        rows=rows([on(card, "✅ Approve", Verb.APPROVE), on(card, "✖️ Decline", Verb.DECLINE)], [HOME]),
    )


def _choose_again(card: RequestCard, *, expired: bool) -> Message:
    text = "The time that was kept for you has expired. Nothing was charged.\n" if expired else ""
    return Message(
        text=f"{text}{what(card.request)} with <b>{safe(card.dietitian.name)}</b>.\nChoose a day to go on.",
        rows=rows(
            [on(card, "📅 Choose a time", Verb.DAYS, "0")], [on(card, "✖️ Decline", Verb.DECLINE)], [HOME]
        ),
    )


def _closed(card: RequestCard, words: str) -> Message:
    return Message(text=f"{words}\n{what(card.request)} · {safe(card.dietitian.name)}", rows=((HOME,),))


def _approved(card: RequestCard, timezone: str) -> Message:
    if card.booking is None:
        return Message(
            text=f"✅ Paid: {what(card.request)}.\n<b>{safe(card.dietitian.name)}</b> is preparing your plan; it "
            "arrives here.",
            rows=((HOME,),),
        )
    link = join(card.booking)
    return Message(
        text=f"✅ Your booking is confirmed.\n{what(card.request)} with <b>{safe(card.dietitian.name)}</b>\n"
        f"{when(card.booking, timezone)}",
        rows=rows([link] if link else [], [button("📅 Upcoming", Verb.UPCOMING, argument="0"), HOME]),
    )


def choose_day(
    card: RequestCard,
    counts: dict[date, int],
    number: int,
    timezone: str,
    *,
    pages: Verb = Verb.DAYS,
    days: Verb = Verb.DAY,
    back: Verb = Verb.SHOW,
) -> Message:
    """Only days with a free slot, fourteen at a time, to the end of the booking window."""
    free = list(counts)
    if not free:
        return no_days(card, pages=pages, back=back)
    last = ceil(len(free) / DAYS_ON_A_PAGE)
    page: Page[object] = Page(items=[], number=max(0, min(number, last - 1)), pages=last, total=len(free))
    shown = free[page.number * DAYS_ON_A_PAGE : (page.number + 1) * DAYS_ON_A_PAGE]
    grid = [
        [on(card, day(value), days, day_argument(value)) for value in line]
        for line in _lines(shown, _DAYS_IN_A_ROW)
    ]
    return Message(
        text=f"<b>Choose a day</b>\n{what(card.request)} with {safe(card.dietitian.name)}\n"
        f"Days and times are shown for {timezone}{numbered(page)}.",
        rows=rows(
            *grid,
            pager(page, pages, subject=card.request.public_id),
            [on(card, "← Back", back)],
        ),
    )


def no_days(card: RequestCard, *, pages: Verb = Verb.DAYS, back: Verb = Verb.SHOW) -> Message:
    return Message(
        text=f"{safe(card.dietitian.name)} has no free time in the coming "
        f"{card.dietitian.booking_window_days} days. Nothing was charged, and the request stays open: look again "
        "later, or write to them.",
        rows=rows([on(card, "🔄 Look again", pages, "0")], [on(card, "← Back", back)]),
    )


def choose_slot(
    card: RequestCard,
    chosen: date,
    slots: Sequence[datetime],
    timezone: str,
    *,
    slot: Verb = Verb.SLOT,
    back: Verb = Verb.DAYS,
    words: str = "",
) -> Message:
    """The day's free slots: morning, afternoon, evening in the reader's zone."""
    lines: list[list[Button]] = []
    for part in _PARTS:
        starts = [start for start in slots if part_of_day(local(start, timezone)) is part]
        lines.extend(
            [on(card, clock_time(start, timezone), slot, instant_argument(start)) for start in line]
            for line in _lines(starts, _SLOTS_IN_A_ROW)
        )
    paid = card.payment is not None and card.payment.outcome is MoneyOutcome.CREDIT
    kept = "It is yours at once: you have paid." if paid else "It will be kept for you while you pay."
    asked = f"{words} ({timezone})." if words else f"Choose a time ({timezone}). {kept}"
    return Message(
        text=f"<b>{long_day(chosen)}</b>\n{asked}\n{_groups(slots, timezone)}",
        rows=rows(*lines, [on(card, "← Back", back, "0")]),
    )


def _groups(slots: Sequence[datetime], timezone: str) -> str:
    words = []
    for part, name in _PARTS.items():
        starts = [start for start in slots if part_of_day(local(start, timezone)) is part]
        if starts:
            words.append(f"{name}: {clock_time(starts[0], timezone)}–{clock_time(starts[-1], timezone)}")
    return " · ".join(words)


def terms(booking: Booking, now: datetime) -> str:
    """The cancellation terms, as they hold for this booking from now on."""
    part = booking.late_refund_percent
    late = "nothing is refunded" if part == 0 else f"{part}% is refunded"
    if booking.refund_percent_at(now, by_dietitian=False) == 100:  # noqa: PLR2004
        if booking.free_hours == 0 or booking.moved_by_dietitian:
            return "Cancel at any time before the start for a full refund."
        return (
            f"Cancel up to {booking.free_hours} hours before the start for a full refund; {late} after that."
        )
    return (
        f"It is less than {booking.free_hours} hours to the start, so the time for a full refund has passed: "
        f"if you cancel, {late}."
    )


def ask_email(card: RequestCard, timezone: str) -> Message:
    known = card.request.client_email
    offered = [on(card, f"Use {known}", Verb.USE_EMAIL)] if known else []
    held = f"\n{_held(card.booking, timezone)}" if card.booking else ""
    return Message(
        text=f"Where should Paystack send your receipt? Type your e-mail, for example "
        f"<i>amina@example.com</i>.{held}",
        rows=rows(offered, [on(card, "📅 Change time", Verb.DAYS, "0"), on(card, "✖️ Cancel", Verb.RELEASE)]),
    )


def _held(booking: Booking, timezone: str) -> str:
    until = booking.shown_until or booking.hold_until or booking.start
    return f"Kept for you until {clock_time(until, timezone)} ({timezone})."


def pay(
    card: RequestCard, booking: Booking, payment: Payment | None, timezone: str, now: datetime
) -> Message:
    """The summary: what, when, how much, until when, the terms, and Pay."""
    url = payment.authorization_url if payment is not None else None
    parts = [
        f"<b>{safe(card.request.title or '')}</b> with {safe(card.dietitian.name)}",
        f"🗓 {when(booking, timezone)}",
        f"💳 {price(card.request)}",
        f"⏳ {_held(booking, timezone)}",
        f"<i>{terms(booking, now)}</i>",
    ]
    if payment is not None:
        parts.append(f"Receipt to: {safe(payment.email)}")
    if payment is None:
        parts.append("Nothing was charged yet. Press Get the pay link to go on.")
    elif url is None:
        parts.append(
            "Paystack isn't answering just now. Nothing was charged; your time stays kept. The pay link follows "
            "here as soon as it can be made."
        )
    again = "▶️ Get the pay link" if payment is None else "🔄 Try again"
    first = [Button(label=f"💳 Pay {price(card.request)}", url=url)] if url else [on(card, again, Verb.PAY)]
    second = [on(card, "I've paid", Verb.PAID), on(card, "✏️ Other e-mail", Verb.NEW_EMAIL)]
    third = [on(card, "📅 Change time", Verb.DAYS, "0"), on(card, "✖️ Cancel", Verb.RELEASE)]
    return Message(text="\n".join(parts), rows=rows(first, second if url else [], third))


def ask_reason(card: RequestCard) -> Message:
    return Message(
        text=f"You are about to decline {safe(card.dietitian.name)}'s request. Type a word about why, or press "
        "Skip to decline without one.",
        rows=rows([on(card, "Skip", Verb.DECLINE_SILENTLY)], [on(card, "← Back", Verb.SHOW)]),
    )


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


def not_paid_yet(card: RequestCard) -> str:
    """The toast after "I've paid" when Paystack has no money yet."""
    return (
        f"Paystack has not seen {price(card.request)} yet. If you have paid, it can take a few minutes: you will "
        "be told here by itself. Nothing is lost."
    )


def receipt(card: RequestCard, payment: Payment, timezone: str) -> str:
    channel = (payment.channel or "Paystack").replace("_", " ")
    paid = moment(payment.paid_at or payment.created_at, timezone)
    amount = money(payment.paid_amount or payment.amount, payment.paid_currency or payment.currency)
    return (
        f"<b>Receipt</b>\n{safe(card.request.title or '')}: {amount} by {safe(channel)}\n{paid}\n"
        f"Reference: <code>{payment.reference}</code>"
    )


def _lines(values: Sequence[T], width: int) -> list[Sequence[T]]:
    return [values[at : at + width] for at in range(0, len(values), width)]


def pay_refused(card: RequestCard) -> Message:
    return Message(
        text=f"Paystack would not start the payment of {price(card.request)}. Nothing was charged and your time stays "
        "kept as long as it was. The people who run this bot have been told; try again in a while.",
        rows=rows([on(card, "🔄 Try again", Verb.PAY)], [on(card, "✏️ Other e-mail", Verb.NEW_EMAIL)], [HOME]),
    )


def released(card: RequestCard) -> Message:
    return Message(
        text=f"Cancelled: the time is free again and nothing was charged.\n{what(card.request)} with "
        f"<b>{safe(card.dietitian.name)}</b> stays open for you.",
        rows=rows(
            [on(card, "📅 Choose a time", Verb.DAYS, "0")], [on(card, "✖️ Decline", Verb.DECLINE)], [HOME]
        ),
    )


def after(words: str, screen: Message) -> Message:
    """The same screen below a sentence that says why it is shown."""
    return replace(screen, text=f"{words}\n\n{screen.text}")
