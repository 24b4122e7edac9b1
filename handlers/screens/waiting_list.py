"""The waiting list: what would suit, that it is waited for, and a time that has become free."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.model.booking import Booking
from domain.model.message import Button, Message
from domain.model.views import RequestCard
from domain.model.wish import WISH_LIVES, Wish
from domain.usecases.waiting_list import Waits
from handlers.callbacks import Verb
from handlers.formats import day, local, safe, span
from handlers.screens.parts import HOME, on, other_side, rows, what, when
from handlers.stretches import clock_words, range_words
from handlers.typed_wishes import EVENING, NOON

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE_WEEK = 2**7 - 1
_DAY = 24 * 60
_PRESETS = (("Any hour", None, None), ("Morning", None, NOON), ("Afternoon", NOON, EVENING),
            ("Evening", EVENING, None))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What would suit: days as bits, Monday the lowest, 0 for any; minutes after midnight, None for no bound."""

    bits: int = 0
    opens: int | None = None
    closes: int | None = None

    def __str__(self) -> str:
        """As a button carries it."""
        return ".".join("" if one is None else str(one) for one in (self.bits, self.opens, self.closes))

    @property
    def weekdays(self) -> tuple[int, ...]:
        return tuple(number for number in range(7) if self.bits >> number & 1)

    def toggled(self, number: int) -> "Choice":
        bits = self.bits ^ (1 << number)
        return replace(self, bits=bits % _WHOLE_WEEK)


def choice_of(argument: str) -> Choice:
    """ValueError for anything that this module has not written."""
    bits, opens, closes = argument.split(".")
    choice = Choice(
        bits=int(bits), opens=int(opens) if opens else None, closes=int(closes) if closes else None
    )
    begin, end = choice.opens or 0, _DAY if choice.closes is None else choice.closes
    if not (0 <= choice.bits < _WHOLE_WEEK and 0 <= begin < end <= _DAY):
        raise ValueError(argument)
    return choice


def choice_in(wish: Wish | None) -> Choice:
    if wish is None:
        return Choice()
    return Choice(bits=sum(1 << one for one in wish.weekdays), opens=wish.opens, closes=wish.closes)


def in_words(choice: Choice) -> str:
    """`Mon, Tue · from 17:00`."""
    days = ", ".join(_DAYS[number] for number in choice.weekdays) or "any day"
    if choice.opens is None and choice.closes is None:
        return f"{days} · any hour"
    if choice.closes is None:
        return f"{days} · from {clock_words(choice.opens or 0)}"
    if choice.opens is None:
        return f"{days} · before {clock_words(choice.closes)}"
    return f"{days} · {range_words((choice.opens, choice.closes))}"


def wish_screen(waits: Waits, choice: Choice, timezone: str) -> Message:
    """Each press changes what would suit; nothing is kept before "Tell me"."""
    card, wish = waits.card, waits.wish
    lines = [
        "🔔 <b>Tell me when a time is free</b>",
        f"{what(card.request)} with <b>{safe(card.dietitian.name)}</b>",
    ]
    if wish is not None:
        lines.append(waiting_line(wish))
        if waits.suiting:
            times = "1 time that suits is" if waits.suiting == 1 else f"{waits.suiting} times that suit are"
            lines.append(f"{times} free already: you can choose now.")
    lines.append(f"Chosen: <b>{in_words(choice)}</b> ({timezone})")
    lines.append(
        "When such a time becomes free I tell everybody who waits for it: the first to take it has it. I do so for "
        f"{WISH_LIVES.days} days, at most every half hour."
    )
    return Message(text="\n".join(lines), rows=_buttons(card, wish, choice))


def _buttons(card: RequestCard, wish: Wish | None, choice: Choice) -> tuple[tuple[Button, ...], ...]:
    days = [
        on(card, f"✅ {name}" if choice.bits >> number & 1 else name, Verb.WISH, str(choice.toggled(number)))
        for number, name in enumerate(_DAYS)
    ]
    hours = [
        on(
            card,
            f"✅ {name}" if (choice.opens, choice.closes) == (opens, closes) else name,
            Verb.WISH,
            str(replace(choice, opens=opens, closes=closes)),
        )
        for name, opens, closes in _PRESETS
    ]
    any_day = on(card, "Any day" if choice.bits else "✅ Any day", Verb.WISH, str(replace(choice, bits=0)))
    waits = wish is not None
    changed = not waits or choice_in(wish) != choice
    return rows(
        days[:4],
        [*days[4:], any_day],
        hours[:2],
        hours[2:],
        [on(card, "✏️ Type the hours", Verb.WISH_HOURS, str(choice))],
        [on(card, "💾 Wait for this instead" if waits else "🔔 Tell me", Verb.WISH_SURE, str(choice))]
        if changed
        else [],
        [on(card, "🔕 Stop waiting", Verb.WISH_DROP)] if waits else [],
        [on(card, "📅 Free times", Verb.DAYS, "0"), on(card, "← Back", Verb.SHOW)],
    )


def waiting_line(wish: Wish) -> str:
    until = day(local(wish.expires_at, wish.timezone).date())
    return f"✅ You are on the waiting list: {in_words(choice_in(wish))} ({wish.timezone}), until {until}."


def ask_hours(card: RequestCard, choice: Choice, timezone: str) -> Message:
    return Message(
        text=f"Which hours would suit you ({timezone})? Type them, for example <i>17-20</i>, <i>after 5pm</i> or "
        "<i>Mon-Fri 9-12</i>.",
        rows=rows([on(card, "← Back", Verb.WISH, str(choice))]),
    )


def noted(screen: Message, card: RequestCard, wish: Wish | None) -> Message:
    """The request's own screen, saying that its client waits."""
    if wish is None:
        return screen
    line = [on(card, "🔔 Waiting list", Verb.WISH)]
    return replace(
        screen,
        text=f"{screen.text}\n{waiting_line(wish)}",
        rows=rows(*screen.rows[:-1], line, *screen.rows[-1:]),
    )


def given_up(card: RequestCard) -> Message:
    return Message(
        text=f"🔕 You wait no longer.\n{what(card.request)} with <b>{safe(card.dietitian.name)}</b> stays open for you.",
        rows=rows(
            [on(card, "📅 Free times", Verb.DAYS, "0")], [on(card, "🔔 Wait again", Verb.WISH)], [HOME]
        ),
    )


def time_free(card: RequestCard, start: str, instant: str, wish: Wish) -> Message:
    """`start` in words, `instant` as a button carries it."""
    return Message(
        text=f"🔔 <b>A time is free</b>: {start}\n{what(card.request)} with <b>{safe(card.dietitian.name)}</b>\n"
        "The first to take it has it; others who wait are told as well.\n"
        f"<i>You asked for: {in_words(choice_in(wish))}.</i>",
        rows=rows(
            [on(card, "✅ Take it", Verb.WISH_TAKE, instant)],
            [on(card, "📅 Free times", Verb.DAYS, "0"), on(card, "🔔 Waiting list", Verb.WISH)],
        ),
    )


def gone(card: RequestCard, start: str, wish: Wish | None) -> Message:
    stays = waiting_line(wish) if wish is not None else "You are not on the waiting list any more."
    return Message(
        text=f"⌛ Somebody was faster: {start} has gone. Nothing was charged.\n{stays}",
        rows=rows(
            [on(card, "📅 Free times", Verb.DAYS, "0"), on(card, "🔔 Waiting list", Verb.WISH)], [HOME]
        ),
    )


def has_a_time(card: RequestCard, booking: Booking, timezone: str) -> tuple[str, Message]:
    """A stale offer: in words, and in its place."""
    words = f"You have booked {when(booking, timezone)}, so you wait no longer. Nothing has changed."
    return words, Message(text=f"🔕 {words}", rows=rows([on(card, "🔎 Details", Verb.BOOKING), HOME]))


def start_in_words(card: RequestCard, start: datetime, timezone: str) -> str:
    end = start + timedelta(minutes=card.request.minutes or 0)
    return span(start, end, timezone, other_side(card, for_dietitian=False))
