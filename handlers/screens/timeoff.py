"""/timeoff: days off and openings, and the sessions that lie in time off."""

from collections.abc import Sequence

from domain.model.booking import BookingState
from domain.model.hours import TimeOff
from domain.model.message import Button, Message
from domain.model.views import Page
from domain.usecases.clashes import PAGE_SIZE, Clash, Clashes
from domain.usecases.set_time_off import LONGEST_REASON, Entry
from handlers.callbacks import Verb
from handlers.formats import clock_time, safe
from handlers.formats import day as short_day
from handlers.screens.availability import OUTSIDE, STAYS, clash_line
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short
from handlers.stretches import Stretch, of_entry, stretch_from, stretch_words

OFF, OPEN = "off", "open"
_ON_A_PAGE = 6
_REASON_SHOWN = 60
_NAME_LIMIT = 20
_MARKS = {True: "🟢 Open", False: "🏖 Off"}
_LIST = button("← Back", Verb.TIME_OFF, argument="0")


def _mark(stretch: Stretch) -> str:
    return _MARKS[stretch.opening]


def coming(entries: Sequence[Entry], number: int, timezone: str, note: str = "") -> Message:
    add = [
        button("➕ Time off", Verb.TIME_OFF_ADD, argument=OFF),
        button("➕ Opening", Verb.TIME_OFF_ADD, argument=OPEN),
    ]
    back = [button("🗓 Weekly hours", Verb.WEEK), HOME]
    lines = [note] if note else []
    if not entries:
        lines.append(
            "<b>Time off and openings</b>\nNone is coming. Take time off for days, or a part of a day, when nobody can book you; "
            "add an opening for times outside your weekly hours, once."
        )
        return Message(text="\n".join(lines), rows=rows(add, back))
    page = page_of(entries, number, _ON_A_PAGE)
    first = page.number * _ON_A_PAGE + 1
    lines.append(f"<b>Time off and openings ({page.total})</b>{numbered(page)}")
    lines += [_line(one, at, timezone) for at, one in enumerate(page.items, first)]
    go = [_entry_button(one, at) for at, one in enumerate(page.items, first)]
    return Message(
        text="\n".join(lines),
        rows=rows(*[go[at : at + 2] for at in range(0, len(go), 2)], pager(page, Verb.TIME_OFF), add, back),
    )


def _line(entry: Entry, number: int, timezone: str) -> str:
    stretch = of_entry(entry)
    reason = entry.reason if isinstance(entry, TimeOff) else None
    why = f"\n   <i>{safe(short(reason, _REASON_SHOWN))}</i>" if reason else ""
    return f"{number}. {_mark(stretch)}: {stretch_words(stretch, timezone)}{why}"


def _entry_button(entry: Entry, number: int) -> Button:
    stretch = of_entry(entry)
    until = "" if stretch.first == stretch.last else f" – {short_day(stretch.last)}"
    sign = _mark(stretch).partition(" ")[0]
    return button(
        f"{sign} {number}. {short_day(stretch.first)}{until}", Verb.TIME_OFF_ENTRY, argument=stretch.code
    )


def entry(found: Entry, sessions: int, timezone: str) -> Message:
    stretch = of_entry(found)
    lines = [f"<b>{_mark(stretch)}</b>", stretch_words(stretch, timezone)]
    if isinstance(found, TimeOff) and found.reason:
        lines.append(f"<i>{safe(found.reason)}</i>")
    see = [button(f"👥 Sessions in it: {sessions}", Verb.CLASHES, "", stretch.code)] if sessions else []
    return Message(
        text="\n".join(lines),
        rows=rows(see, [button("🗑 Remove", Verb.TIME_OFF_REMOVE, argument=stretch.code)], [_LIST, HOME]),
    )


def remove_sure(stretch: Stretch, timezone: str) -> Message:
    then = (
        "Then it is open only as your weekly hours say."
        if stretch.opening
        else "It can be booked again where your weekly hours or an opening say so."
    )
    return Message(
        text=f"Remove this?\n{_mark(stretch)}: {stretch_words(stretch, timezone)}\n{then} {STAYS}",
        rows=rows(
            [button("🗑 Yes, remove it", Verb.TIME_OFF_REMOVE_SURE, argument=stretch.code)],
            [button("← Back", Verb.TIME_OFF_ENTRY, argument=stretch.code)],
        ),
    )


def ask_when(*, opening: bool) -> Message:
    words = (
        "<b>Opening</b>\nWhen will you be there, outside your weekly hours? Type the day and the times, for example "
        "<i>Saturday 5 December 10-14</i> or <i>tomorrow 6pm-8pm</i>."
        if opening
        else "<b>Time off</b>\nWhen are you away? Type it, for example <i>Friday 2-5pm</i>, <i>24 Dec to 2 Jan</i>, <i>tomorrow</i>, "
        "<i>next week</i> or <i>from 3pm today</i>."
    )
    return Message(text=words, rows=rows([_LIST]))


def understood(stretch: Stretch, timezone: str, *, reason: str | None = None, warning: str = "") -> Message:
    """In full, before anything is kept."""
    lines = [f"I understood:\n<b>{_mark(stretch)}: {stretch_words(stretch, timezone)}</b>"]
    if reason:
        lines.append(f"Reason, for you alone: <i>{safe(reason)}</i>")
    if warning:
        lines.append(warning)
    lines.append("Is that right? Otherwise type it again.")
    why = [] if stretch.opening else [button("✏️ Reason", Verb.TIME_OFF_REASON, argument=stretch.code)]
    again = OPEN if stretch.opening else OFF
    return Message(
        text="\n".join(lines),
        rows=rows(
            [button("✅ Confirm", Verb.TIME_OFF_CONFIRM, argument=stretch.code)],
            why,
            [button("← Back", Verb.TIME_OFF_ADD, argument=again), HOME],
        ),
    )


def ask_reason(stretch: Stretch, timezone: str) -> Message:
    return Message(
        text=f"{_mark(stretch)}: {stretch_words(stretch, timezone)}\nWhy? Only you see it. Type a few words, up to "
        f"{LONGEST_REASON} characters, or skip it.",
        rows=rows([button("Skip", Verb.TIME_OFF_SKIP, argument=stretch.code)], [_LIST]),
    )


def saved(stretch: Stretch, timezone: str) -> str:
    return f"✅ Saved. {_mark(stretch)}: {stretch_words(stretch, timezone)}"


def clashes(stretch: Stretch, found: Clashes, timezone: str, note: str = "") -> Message:
    """The sessions in time off; they stay booked until somebody acts."""
    page, back = found.page, [_LIST, HOME]
    lines = [note or f"{_mark(stretch)}: {stretch_words(stretch, timezone)}"]
    if not page.total:
        lines.append("No session lies in it.")
        return Message(text="\n".join(lines), rows=rows(back))
    lines += [
        f"<b>Sessions in it ({page.total})</b>{numbered(page)}",
        "They stay booked until your client or you act. Whoever you ask to move chooses another time, or has all their money back.",
    ]
    buttons: list[list[Button]] = []
    for number, clash in enumerate(page.items, page.number * PAGE_SIZE + 1):
        lines.append(clash_line(clash, number, timezone, _stands(clash, timezone)))
        buttons.append(_of_clash(clash, stretch, number, page.number))
    everyone = []
    if found.to_ask > 1:
        everyone = [button(f"📣 Ask all ({found.to_ask})", Verb.ASK_ALL_TO_MOVE, argument=stretch.code)]
    return Message(text="\n".join(lines), rows=rows(*buttons, _turning(page, stretch), everyone, back))


def _stands(clash: Clash, timezone: str) -> str:
    booking = clash.booking
    if booking.state is not BookingState.CONFIRMED:
        until = booking.shown_until or booking.hold_until
        lapses = f" at {clock_time(until, timezone)}" if until else ""
        return f"held, not paid: it lapses by itself{lapses}, unless it is paid before; you are told then"
    if clash.asked:
        return "asked to move"
    if not clash.can_be_asked:
        return "can't be reached here: please write to them yourself"
    return "confirmed"


def _of_clash(clash: Clash, stretch: Stretch, number: int, page: int) -> list[Button]:
    if clash.booking.state is not BookingState.CONFIRMED:
        return []
    public_id = clash.card.request.public_id
    go = button(f"🔎 Session {number}", Verb.BOOKING, public_id, stretch.code, page)
    if not clash.can_be_asked:
        return [go]
    name = short(
        clash.card.request.client_name or (clash.card.client.name if clash.card.client else ""), _NAME_LIMIT
    )
    return [button(f"🔁 Ask {name} to move", Verb.ASK_TO_MOVE, public_id, stretch.code, page), go]


def _turning(page: Page[Clash], stretch: Stretch) -> list[Button]:
    turning = []
    if page.number > 0:
        turning.append(_clashes("‹", stretch.code, page.number - 1))
    if page.number < page.pages - 1:
        turning.append(_clashes("›", stretch.code, page.number + 1))
    return turning


def _clashes(label: str, code: str, page: int) -> Button:
    """The page stands in the revision: the code leaves no room."""
    return button(label, Verb.CLASHES, "", code, page)


def back_to_list(argument: str, page: int) -> Button | None:
    """From a session to the list of ours in which it was opened, as the button there said; None: it was elsewhere."""
    if argument == OUTSIDE:
        return button("← Back", Verb.WEEK_OUTSIDE, argument=str(page))
    try:
        return _clashes("← Back", stretch_from(argument).code, page)
    except ValueError:
        return None


def wins_over(opening: Stretch, entries: Sequence[Entry]) -> str:
    """Time off on the days of an opening is stronger."""
    away = [one for one in entries if isinstance(one, TimeOff)]
    if not any(one.first <= day <= one.last for one in away for day in opening.days):
        return ""
    return "⚠️ You have time off then: as long as it stands, it wins over the opening."
