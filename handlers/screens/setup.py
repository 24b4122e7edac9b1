"""A new dietitian's guided set-up: one question a screen."""

from collections.abc import Sequence

from domain.model.hours import WeeklyHours
from domain.model.message import Button, Message
from domain.model.people import Dietitian
from domain.model.service import DEFAULT_PROMISED_DAYS, FirstService
from domain.model.set_up import PART_OF, Part, Question, SetUpState
from handlers.callbacks import Verb
from handlers.formats import money, safe
from handlers.screens.parts import HOME, KIND_LABELS, button, page_of, pager, rows, short
from handlers.screens.settings import COMMON_ZONES
from handlers.stretches import range_words

_NAME_LIMIT, _LABEL_LIMIT = 80, 40
_ZONES_ON_A_PAGE = 6
_MINUTES, _DAYS = (30, 45, 60, 90), (3, 5, 7, 14)
_WORKDAY, _SPLIT, _EVENING = ((540, 1020),), ((540, 720), (780, 1020)), ((1020, 1260),)
PRESETS: dict[str, tuple[str, WeeklyHours]] = {
    "day": ("Mon–Fri 9–17", (_WORKDAY,) * 5 + ((),) * 2),
    "split": ("Mon–Fri 9–12, 13–17", (_SPLIT,) * 5 + ((),) * 2),
    "evening": ("Mon–Fri evenings, 17–21", (_EVENING,) * 5 + ((),) * 2),
}
PARTS = {
    Part.NAME: "professional name",
    Part.EMAIL: "e-mail",
    Part.ZONE: "time zone",
    Part.SERVICE: "first service",
    Part.HOURS: "weekly hours",
    Part.MEETING: "meeting link",
}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def choice(label: str, question: Question, value: str) -> Button:
    return button(label, Verb.SET_UP_CHOICE, argument=f"{question}.{value}")


def go_to(label: str, what: str = "") -> Button:
    """`what`: a question or a part; nothing: whatever comes next."""
    return button(label, Verb.SET_UP, argument=what)


def question(
    state: SetUpState, asked: Question, *, page: int = 0, understood: str = "", google: bool = False
) -> Message:
    """`understood`: how the answer before this was read. `google`: whether Google can be connected here at all."""
    place = list(Part).index(PART_OF[asked]) + 1
    head = f"<b>Setting up your practice · {place} of {len(Part)}</b>"
    words, lines = _asked(state, asked, page, google=google)
    before = state.before(asked)
    back = [go_to("← Back", before.value)] if before is not None else []
    parts = [head, *([understood] if understood else []), words]
    return Message(text="\n\n".join(parts), rows=rows(*lines, [*back, HOME]))


def _asked(
    state: SetUpState, asked: Question, page: int, *, google: bool
) -> tuple[str, list[Sequence[Button]]]:
    match asked:
        case Question.NAME:
            return _name(state)
        case Question.EMAIL:
            return _email(state)
        case Question.ZONE:
            return _zone(state, page)
        case Question.HOURS:
            return _hours()
        case Question.MEETING:
            return _meeting(google=google)
        case _:
            return _service(state.first, asked)


def _name(state: SetUpState) -> tuple[str, list[Sequence[Button]]]:
    names = {"invite": state.invite.name} if state.invite is not None else {}
    if state.person.name not in names.values():
        names["person"] = state.person.name
    words = (
        "Welcome! You can leave at any time and go on later: /start brings you back to where you stopped.\n\n"
        "Under which <b>professional name</b> do clients see you? Type it, for example <i>Dr Ada Obi</i>, or take this one."
    )
    return words, [[choice(short(name, _LABEL_LIMIT), Question.NAME, which)] for which, name in names.items()]


def _email(state: SetUpState) -> tuple[str, list[Sequence[Button]]]:
    own = state.person.email
    words = "Which <b>e-mail</b> is your practice's? Type it, for example <i>ada@example.com</i>."
    return words, [[choice(short(own, _LABEL_LIMIT), Question.EMAIL, "person")]] if own else []


def _zone(state: SetUpState, number: int) -> tuple[str, list[Sequence[Button]]]:
    guess = state.dietitian.timezone if state.dietitian is not None else state.person.timezone
    page = page_of(COMMON_ZONES, number, _ZONES_ON_A_PAGE)
    lines: list[Sequence[Button]] = [[choice(f"✅ {guess}", Question.ZONE, "own")]]
    lines += [
        [choice(name, Question.ZONE, str(at))]
        for at, name in enumerate(page.items, page.number * _ZONES_ON_A_PAGE)
        if name != guess
    ]
    lines.append(pager(page, Verb.SET_UP, prefix=f"{Question.ZONE}."))
    words = (
        "In which <b>time zone</b> do you work? Your opening hours are read in it. Choose one, or type a city or a "
        "zone's name, for example <i>Lagos</i> or <i>Africa/Lagos</i>."
    )
    return words, lines


def _service(first: FirstService | None, asked: Question) -> tuple[str, list[Sequence[Button]]]:
    words = {
        Question.KIND: "Your <b>first service</b>: what is it? More can be added later with /services.",
        Question.TITLE: "What is it called? Type its <b>title</b>, for example <i>First consultation</i>.",
        Question.MINUTES: "How <b>long</b> is it? Choose, or type it, for example <i>45</i> or <i>1h 30</i>.",
        Question.PRICE: "What does it <b>cost</b>? Type the price, for example <i>12,500</i>.",
        Question.DAYS: "Within how many <b>days</b> of the payment is the plan ready? Choose, or type it, for example "
        "<i>7</i> or <i>2 weeks</i>.",
    }[asked]
    told = _told(first)
    return (f"{told}\n{words}" if told else words), _choices(asked)


def _told(first: FirstService | None) -> str:
    if first is None:
        return ""
    parts = [KIND_LABELS[first.kind]]
    parts += [safe(first.title)] if first.title else []
    parts += [f"{first.minutes} min"] if first.minutes else []
    return " · ".join(parts)


def _choices(asked: Question) -> list[Sequence[Button]]:
    if asked is Question.KIND:
        return [[choice(label, asked, kind) for kind, label in KIND_LABELS.items()]]
    if asked is Question.MINUTES:
        return [[choice(f"{minutes} min", asked, str(minutes)) for minutes in _MINUTES]]
    if asked is Question.DAYS:
        chosen = {DEFAULT_PROMISED_DAYS: "✅ "}
        return [[choice(f"{chosen.get(days, '')}{days} days", asked, str(days)) for days in _DAYS]]
    return []


def _hours() -> tuple[str, list[Sequence[Button]]]:
    words = (
        "When do you see clients? Choose <b>weekly hours</b>, or type them, for example "
        "<i>Mon-Fri 9-12, 1pm-5pm; Sat 10-14</i>."
    )
    return words, [[choice(label, Question.HOURS, name)] for name, (label, _) in PRESETS.items()]


def _meeting(*, google: bool) -> tuple[str, list[Sequence[Button]]]:
    connect = [button("🎥 Connect Google", Verb.CONNECT)] if google else []
    ways = "Connect Google Calendar and every paid session gets a Meet link, or t" if google else "T"
    words = (
        f"Where do you <b>meet</b>? {ways}ype the address of a room of your own, for example "
        "<i>https://meet.example.com/ada</i>. You can also skip this and do it later."
    )
    return words, [connect, [choice("⏭ Skip", Question.MEETING, "skip")]]


def done(dietitian: Dietitian | None, *, understood: str = "", has_meeting: bool = True) -> Message:
    parts = [understood] if understood else []
    parts.append("🎉 Your practice is set up: clients can book you and buy from you now.")
    if not has_meeting:
        parts.append("Still missing is where you meet. Until then bookings are made without a link to join.")
    if dietitian is not None and dietitian.suspended_at is not None:
        parts[-1] = "Your practice is set up, but it is suspended at present: nothing new can be booked."
    missing = [] if has_meeting else [go_to("🎥 Meeting link", Part.MEETING.value)]
    return Message(
        text="\n\n".join(parts),
        rows=rows(
            missing,
            [button("🔗 My public link", Verb.PUBLIC_LINK), button("➕ New request", Verb.COMPOSE)],
            [button("🧾 Services", Verb.OFFERS, argument="0"), HOME],
        ),
    )


def understood(question: Question, value: object, currency: str) -> str:
    """How an answer was read."""
    match question, value:
        case Question.PRICE, int():
            return f"✓ Price: {money(value, currency)}"
        case Question.HOURS, tuple():
            return f"✓ Hours: {week_words(value)}"
        case Question.MINUTES, int():
            return f"✓ Length: {value} min"
        case Question.DAYS, int():
            return f"✓ Ready within {value} {'day' if value == 1 else 'days'}"
        case Question.NAME | Question.EMAIL | Question.ZONE | Question.TITLE | Question.MEETING, str():
            return f"✓ {safe(short(value, _NAME_LIMIT))}"
        case _:
            return ""


def week_words(week: WeeklyHours) -> str:
    """`Mon–Fri 09:00–12:00, 13:00–17:00; Sat 10:00–14:00`."""
    parts, at = [], 0
    while at < len(week):
        last = at
        while last + 1 < len(week) and week[last + 1] == week[at]:
            last += 1
        if week[at]:
            days = _WEEKDAYS[at] if at == last else f"{_WEEKDAYS[at]}–{_WEEKDAYS[last]}"
            parts.append(f"{days} {', '.join(map(range_words, week[at]))}")
        at = last + 1
    return "; ".join(parts) or "closed all week"
