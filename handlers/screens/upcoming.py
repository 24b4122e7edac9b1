"""Either side's booked sessions, a page at a time: those ahead, and those that are over."""

from collections.abc import Callable
from datetime import datetime

from domain.model.attendance import JOIN_OPENS, join_is_open
from domain.model.booking import Booking, BookingState, MeetingState
from domain.model.message import Button, Message
from domain.model.views import Page, RequestCard
from handlers.callbacks import Verb
from handlers.formats import clock_time, day, local, long_day, safe
from handlers.screens.parts import HOME, button, changes, join, numbered, on, pager, rows, short, total

_ON_A_PAGE = 5
_TITLE_LIMIT, _NAME_LIMIT = 80, 80


def upcoming(page: Page[RequestCard], timezone: str, now: datetime, *, for_dietitian: bool) -> Message:
    """Soonest first, each with its buttons."""
    verb = Verb.AGENDA if for_dietitian else Verb.UPCOMING
    if not page.total:
        words = "<b>Upcoming</b>\nNo session is booked."
        return Message(
            text=words,
            rows=rows(_empty(for_dietitian=for_dietitian), _tabs(for_dietitian, past=False), [HOME]),
        )
    lines: list[list[Button]] = []
    for number, card in _numbers(page):
        mark = f" {number}" if page.total > 1 else ""
        lines.extend(_buttons(card, mark, now, for_dietitian=for_dietitian, wide=page.total == 1))
    text = _by_day(
        _numbers(page),
        timezone,
        now,
        lambda card, booking: _line(card, booking, timezone, now, for_dietitian),
    )
    heading = f"<b>Upcoming ({page.total})</b>{numbered(page)} · {timezone}"
    return Message(
        text="\n".join([heading, *text]),
        rows=rows(*lines, pager(page, verb), _tabs(for_dietitian, past=False), [HOME]),
    )


def past(page: Page[RequestCard], timezone: str, now: datetime, *, for_dietitian: bool) -> Message:
    """The latest first, each by its number."""
    verb = Verb.PAST_AGENDA if for_dietitian else Verb.PAST
    if not page.total:
        words = "<b>Past sessions</b>\nNone yet. What is completed, missed or cancelled is kept here."
        return Message(text=words, rows=rows(_tabs(for_dietitian, past=True), [HOME]))
    text = _ahead_and_over(
        page, timezone, now, lambda card, booking: _past_line(card, booking, timezone, for_dietitian)
    )
    numbers = [on(card, f"{number}", Verb.BOOKING) for number, card in _numbers(page)]
    heading = f"<b>Past sessions ({total(page)})</b>{numbered(page)} · {timezone}"
    return Message(
        text="\n".join([heading, *text]),
        rows=rows(numbers, pager(page, verb), _tabs(for_dietitian, past=True), [HOME]),
    )


def _tabs(for_dietitian: bool, *, past: bool) -> list[Button]:  # noqa: FBT001 - which side
    ahead, over = (Verb.AGENDA, Verb.PAST_AGENDA) if for_dietitian else (Verb.UPCOMING, Verb.PAST)
    return [
        button("Upcoming" if past else "• Upcoming", ahead, argument="0"),
        button("• Past" if past else "Past", over, argument="0"),
    ]


def _empty(*, for_dietitian: bool) -> list[Button]:
    if for_dietitian:
        return [button("➕ New request", Verb.COMPOSE)]
    return [button("📨 My requests", Verb.REQUESTS, argument="pending.0")]


def _numbers(page: Page[RequestCard]) -> list[tuple[int, RequestCard]]:
    return list(enumerate(page.items, page.number * _ON_A_PAGE + 1))


_Line = Callable[[RequestCard, Booking], str]
_Numbered = list[tuple[int, RequestCard]]


def _ahead_and_over(page: Page[RequestCard], timezone: str, now: datetime, line: _Line) -> list[str]:
    """What was cancelled before its time is no past yet: it stands apart, above."""
    cards = _numbers(page)
    ahead = [one for one in cards if one[1].booking is not None and one[1].booking.start > now]
    over = [one for one in cards if one not in ahead]
    text = _by_day(over, timezone, now, line)
    if not ahead:
        return text
    heading = ["\n<b>— Over —</b>"] if over else []
    return ["\n<b>— Cancelled before their time —</b>", *_by_day(ahead, timezone, now, line), *heading, *text]


def _by_day(cards: _Numbered, timezone: str, now: datetime, line: _Line) -> list[str]:
    """A heading for each local day of the reader."""
    text, shown = [], None
    for number, card in cards:
        if card.booking is None:
            continue
        date = local(card.booking.start, timezone).date()
        if date != shown:
            away = (date - local(now, timezone).date()).days
            near = {0: "Today · ", 1: "Tomorrow · ", -1: "Yesterday · "}.get(away, "")
            text.append(f"\n<b>{'📍 ' if not away else ''}{near}{long_day(date)}</b>")
            shown = date
        text.append(f"{number}. {line(card, card.booking)}")
    return text


def _hours(booking: Booking, timezone: str) -> str:
    return f"{clock_time(booking.start, timezone)}–{clock_time(booking.end, timezone)}"


def _what(card: RequestCard, *, for_dietitian: bool) -> str:
    other = card.request.client_name or (card.client.name if card.client else "")
    name = short(other if for_dietitian else card.dietitian.name, _NAME_LIMIT)
    return f"{safe(short(card.request.title or 'Session', _TITLE_LIMIT))} with {safe(name)}"


def _line(card: RequestCard, booking: Booking, timezone: str, now: datetime, for_dietitian: bool) -> str:  # noqa: FBT001
    ahead = booking.state is BookingState.CONFIRMED and now < booking.start
    stuck = ahead and not booking.may_be_moved_at(now, by_dietitian=for_dietitian)
    return (
        f"<b>{_hours(booking, timezone)}</b> {_what(card, for_dietitian=for_dietitian)}\n"
        f"   {_stands(booking, timezone, now)}{' · to move it, ask your dietitian' if stuck else ''}"
    )


def _stands(booking: Booking, timezone: str, now: datetime) -> str:
    if booking.state is BookingState.PENDING:
        until = clock_time(booking.shown_until or booking.start, timezone)
        return f"held until {until} ({timezone}), not paid yet"
    if now >= booking.end:
        return "over"
    asked = " · 🔁 asked to move" if booking.is_asked_to_move and now < booking.start else ""
    return f"confirmed · {join_words(booking, timezone, now)}{asked}"


def join_words(booking: Booking, timezone: str, now: datetime) -> str:
    """When a confirmed session that is not over can be joined."""
    if booking.meeting_state is MeetingState.MISSING:
        return "there is no link to join yet"
    if booking.meeting_url is None:
        return "the link to join follows"
    if join_is_open(booking, now):
        return "Join is open"
    opens = booking.start - JOIN_OPENS
    at = clock_time(opens, timezone)
    if local(opens, timezone).date() != local(booking.start, timezone).date():
        at = f"{at} on {day(local(opens, timezone).date())}"
    return f"Join opens at {at}"


def _buttons(
    card: RequestCard, mark: str, now: datetime, *, for_dietitian: bool, wide: bool
) -> list[list[Button]]:
    """In a longer list the buttons of one session share a row."""
    booking = card.booking
    if booking is None:
        return []
    if booking.state is BookingState.PENDING:
        return [] if for_dietitian else [[on(card, f"▶️ Continue{mark}", Verb.SHOW)]]
    details = [on(card, f"🔎 Details{mark}", Verb.BOOKING)]
    if for_dietitian and now >= booking.end:
        details.insert(0, on(card, f"🏁 How did it end?{mark}", Verb.SESSION_END))
    lines = [*ways_on(card, booking, now, mark), details]
    return lines if wide else [[one for line in lines for one in line]]


def ways_on(card: RequestCard, booking: Booking, now: datetime, mark: str = "") -> list[list[Button]]:
    """What can be done with a confirmed session as it stands now."""
    lines: list[list[Button]] = []
    link = join(booking) if join_is_open(booking, now) else None
    if link is not None:
        lines.append([Button(label=f"{link.label}{mark}", url=link.url)])
    elif now < booking.end:
        lines.append([on(card, f"🔗 Get link{mark}", Verb.GET_LINK)])
    if now < booking.start:
        lines.append(changes(card, mark))
    return lines


def _past_line(card: RequestCard, booking: Booking, timezone: str, for_dietitian: bool) -> str:  # noqa: FBT001
    became = {
        BookingState.COMPLETED: "✅ completed, came late" if booking.came_late else "✅ completed",
        BookingState.NO_SHOW: "🚫 no-show",
        BookingState.CANCELLED: "↩️ not held" if booking.was_not_held else "✖️ cancelled",
        BookingState.CONFIRMED: "🏁 over; how did it end?" if for_dietitian else "over",
    }.get(booking.state, booking.state.value)
    return f"<b>{_hours(booking, timezone)}</b> {_what(card, for_dietitian=for_dietitian)}\n   {became}"


def moment_words(instant: datetime, timezone: str) -> str:
    """`Thu 3 Dec, 15:30`."""
    at = local(instant, timezone)
    return f"{day(at.date())}, {at:%H:%M}"
