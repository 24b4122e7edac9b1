"""/availability: the week's hours and the rules of booking."""

from collections.abc import Sequence

from domain.model.booking import BookingState
from domain.model.hours import MinuteRange
from domain.model.message import Button, Message
from domain.model.people import Dietitian
from domain.model.views import Page
from domain.usecases.clashes import Clash
from domain.usecases.set_hours import Rule, Week
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import HOME, button, client_name, numbered, pager, rows, short, when
from handlers.stretches import range_words
from handlers.typed_rules import RULE_EXAMPLES, RULE_UNITS

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PRESETS: tuple[tuple[MinuteRange, ...], ...] = (
    ((540, 1020),),
    ((540, 720), (780, 1020)),
    ((1020, 1260),),
)
STAYS = "What is booked stays where it is."
OUTSIDE = "outside"
"""The argument of BOOKING in the list of what lies outside the hours."""
_NO_LIMIT = "none"
_LABEL_LIMIT = 40
RULE_PRESETS: dict[Rule, tuple[int | None, ...]] = {
    Rule.NOTICE: (0, 2, 12, 24, 48),
    Rule.WINDOW: (14, 30, 60, 90),
    Rule.AFTER: (0, 5, 10, 15, 30),
    Rule.BEFORE: (0, 5, 10, 15, 30),
    Rule.MAXIMUM: (None, 4, 6, 8, 10),
    Rule.STEP: (15, 20, 30, 60),
}
_RULE_NAMES = {
    Rule.NOTICE: "Minimum notice",
    Rule.WINDOW: "Booking window",
    Rule.AFTER: "Free after a session",
    Rule.BEFORE: "Free before a session",
    Rule.MAXIMUM: "Sessions a day",
    Rule.STEP: "Starts every",
}
_RULE_WORDS = {
    Rule.NOTICE: "How long ahead must a session be booked, at least?",
    Rule.WINDOW: "How many days ahead can a session be booked, at most?",
    Rule.AFTER: "How much time do you want free after each session?",
    Rule.BEFORE: "How much time do you want free before each session?",
    Rule.MAXIMUM: "How many sessions will you have on one day, at most?",
    Rule.STEP: "How far apart are the times that clients can choose from?",
}


def ranges_words(ranges: Sequence[MinuteRange]) -> str:
    return ", ".join(map(range_words, ranges)) or "closed"


def week(found: Week, note: str = "") -> Message:
    lines = [note] if note else []
    lines.append(f"<b>Your week</b> ({found.dietitian.timezone})")
    lines += [f"{name}: {ranges_words(found.hours[at])}" for at, name in enumerate(DAY_NAMES)]
    if not any(found.hours):
        lines.append("Nothing is open: choose a day to say when you are there.")
    lines += ["", *_rules_in_short(found.dietitian), f"<i>{STAYS}</i>", *_outside_words(found.outside)]
    days = [button(name[:3], Verb.WEEK_DAY, argument=str(at)) for at, name in enumerate(DAY_NAMES)]
    return Message(
        text="\n".join(lines),
        rows=rows(
            days[:4],
            days[4:],
            [button("⚙️ Rules", Verb.WEEK_RULES), button("🖼 Picture", Verb.WEEK_PICTURE, argument="0")],
            [button("🏖 Time off and openings", Verb.TIME_OFF, argument="0")],
            _outside_button(found.outside),
            [HOME],
        ),
    )


def _outside_words(outside: int) -> list[str]:
    if not outside:
        return []
    lie = "1 session that is booked lies" if outside == 1 else f"{outside} sessions that are booked lie"
    return [f"⚠️ {lie} outside these hours."]


def _outside_button(outside: int) -> list[Button]:
    return [button(f"👀 Outside the hours: {outside}", Verb.WEEK_OUTSIDE, argument="0")] if outside else []


def day(found: Week, at: int, note: str = "") -> Message:
    ranges = found.hours[at]
    lines = [note] if note else []
    lines += [
        f"<b>{DAY_NAMES[at]}</b> ({found.dietitian.timezone})",
        *(map(range_words, ranges) if ranges else ["closed"]),
    ]
    lines += ["", "Choose, or add times by typing them.", f"<i>{STAYS}</i>", *_outside_words(found.outside)]
    drops = [
        button(f"✖️ {range_words((opens, closes))}", Verb.WEEK_DROP, argument=f"{at}.{opens}.{closes}")
        for opens, closes in ranges
    ]
    presets = [
        button(ranges_words(preset), Verb.WEEK_PRESET, argument=f"{at}.{number}")
        for number, preset in enumerate(PRESETS)
    ]
    closed = [button("🚫 Closed", Verb.WEEK_PRESET, argument=f"{at}.{len(PRESETS)}")] if ranges else []
    return Message(
        text="\n".join(lines),
        rows=rows(
            *[drops[place : place + 2] for place in range(0, len(drops), 2)],
            [presets[0], presets[2]],
            [presets[1]],
            [button("➕ Add times", Verb.WEEK_ADD, argument=str(at)), *closed],
            [button("📋 Copy to other days", Verb.WEEK_COPY, argument=f"{at}.0")],
            _outside_button(found.outside),
            [button("← Back", Verb.WEEK), HOME],
        ),
    )


def ask_times(at: int) -> Message:
    return Message(
        text=f"<b>{DAY_NAMES[at]}</b>\nWhich times come in addition? Type them, for example <i>9-12, 1pm-5pm</i>.",
        rows=rows([button("← Back", Verb.WEEK_DAY, argument=str(at))]),
    )


def copy(found: Week, at: int, chosen: int) -> Message:
    """`chosen` are the days as bits, Monday the lowest."""
    toggles = [
        button(
            f"{'✅ ' if chosen >> to & 1 else ''}{name[:3]}",
            Verb.WEEK_COPY,
            argument=f"{at}.{chosen ^ 1 << to}",
        )
        for to, name in enumerate(DAY_NAMES)
        if to != at
    ]
    names = ", ".join(name for to, name in enumerate(DAY_NAMES) if chosen >> to & 1)
    apply = [button("✅ Apply", Verb.WEEK_COPY_SURE, argument=f"{at}.{chosen}")] if chosen else []
    return Message(
        text=f"<b>Copy {DAY_NAMES[at]}</b>: {ranges_words(found.hours[at])}\nTo which days? "
        f"{f'Chosen: {names}. What they have now is replaced.' if names else 'Choose them, then press Apply.'}",
        rows=rows(toggles[:3], toggles[3:], apply, [button("← Back", Verb.WEEK_DAY, argument=str(at))]),
    )


def value_words(rule: Rule, value: int | None) -> str:
    """`2 hours`, `none`, `no limit`."""
    if value is None:
        return "no limit"
    if value == 0:
        return "none"
    unit = RULE_UNITS[rule]
    return f"{value} {unit.removesuffix('s') if value == 1 else unit}"


def value_of(dietitian: Dietitian, rule: Rule) -> int | None:
    return {
        Rule.NOTICE: dietitian.minimum_notice_hours,
        Rule.WINDOW: dietitian.booking_window_days,
        Rule.AFTER: dietitian.buffer_minutes,
        Rule.BEFORE: dietitian.buffer_before_minutes,
        Rule.MAXIMUM: dietitian.daily_maximum,
        Rule.STEP: dietitian.slot_step_minutes,
    }[rule]


def _rule_line(dietitian: Dietitian, rule: Rule) -> str:
    return f"{_RULE_NAMES[rule]}: {value_words(rule, value_of(dietitian, rule))}"


def _rules_in_short(dietitian: Dietitian) -> list[str]:
    shown = [rule for rule in Rule if rule in {Rule.NOTICE, Rule.WINDOW} or value_of(dietitian, rule)]
    return [" · ".join(_rule_line(dietitian, rule) for rule in shown), *_never(dietitian)]


def _never(dietitian: Dietitian) -> list[str]:
    hours = dietitian.booking_window_days * 24 + 24
    if dietitian.minimum_notice_hours < hours:
        return []
    return ["⚠️ Nothing can be booked: the notice is longer than the booking window."]


def rules(dietitian: Dietitian, note: str = "") -> Message:
    lines = [note] if note else []
    lines += ["<b>Rules of booking</b>", *(_rule_line(dietitian, rule) for rule in Rule), *_never(dietitian)]
    lines.append(f"<i>They hold for what is booked from now on. {STAYS}</i>")
    buttons = [button(f"✏️ {_RULE_NAMES[rule]}", Verb.WEEK_RULE, argument=rule.value) for rule in Rule]
    return Message(
        text="\n".join(lines),
        rows=rows(
            *[buttons[at : at + 2] for at in range(0, len(buttons), 2)], [button("← Back", Verb.WEEK), HOME]
        ),
    )


def rule(dietitian: Dietitian, asked: Rule) -> Message:
    now = value_of(dietitian, asked)
    presets = [
        button(
            f"{'✅ ' if value == now else ''}{value_words(asked, value)}",
            Verb.WEEK_RULE_SET,
            argument=f"{asked.value}.{_NO_LIMIT if value is None else value}",
        )
        for value in RULE_PRESETS[asked]
    ]
    return Message(
        text=f"<b>{_RULE_NAMES[asked]}</b>\nNow: {value_words(asked, now)}.\n{_RULE_WORDS[asked]} Choose, or type it, for "
        f"example <i>{RULE_EXAMPLES[asked]}</i>.",
        rows=rows(presets[:3], presets[3:], [button("← Back", Verb.WEEK_RULES), HOME]),
    )


def outside(page: Page[Clash], timezone: str) -> Message:
    """For information only."""
    back = [button("← Back", Verb.WEEK), HOME]
    if not page.total:
        return Message(
            text="<b>Outside your hours</b>\nEvery session that is booked lies within your hours.",
            rows=rows(back),
        )
    lines = [
        f"<b>Outside your hours ({page.total})</b>{numbered(page)}",
        "They were booked before the hours changed, and stay as they are.",
    ]
    go: list[Button] = []
    for number, clash in enumerate(page.items, page.number * 5 + 1):
        lines.append(clash_line(clash, number, timezone))
        if clash.booking.state is BookingState.CONFIRMED:
            public_id = clash.card.request.public_id
            go.append(button(f"🔎 Session {number}", Verb.BOOKING, public_id, OUTSIDE, page.number))
    return Message(text="\n".join(lines), rows=rows(go, pager(page, Verb.WEEK_OUTSIDE), back))


def clash_line(clash: Clash, number: int, timezone: str, more: str = "") -> str:
    title = safe(short(clash.card.request.title or "Session", _LABEL_LIMIT))
    stands = (
        "confirmed"
        if clash.booking.state is BookingState.CONFIRMED
        else "held, not paid: it lapses by itself"
    )
    return f"{number}. <b>{when(clash.booking, timezone)}</b>\n   {title} with {client_name(clash.card)} – {more or stands}"
