"""A dietitian's practice as clients and receipts name it, and each thing about it that can be changed."""

from collections.abc import Sequence

from domain.model.message import Button, Message
from domain.model.people import Dietitian
from domain.usecases.change_practice import ProfileField
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import HOME, button, page_of, pager, rows, short
from handlers.screens.settings import COMMON_ZONES, days_words, terms_words
from handlers.typed_terms import TERM_EXAMPLES

NO_ROOM = "none"
_NAME_LIMIT, _ROOM_LIMIT = 100, 300
_ZONES_ON_A_PAGE = 6
_PROFILE = button("← Back", Verb.PROFILE)
_BACK = {
    ProfileField.FREE_HOURS: button("← Back", Verb.TERMS),
    ProfileField.LATE_REFUND: button("← Back", Verb.TERMS),
    ProfileField.REQUEST_DAYS: button("← Back", Verb.REQUEST_DAYS),
}


def change(label: str, field: ProfileField) -> Button:
    argument = f"{field}.0" if field is ProfileField.ZONE else field.value
    return button(label, Verb.PROFILE_FIELD, argument=argument)


def profile(dietitian: Dietitian, note: str = "") -> Message:
    parts = [
        "<b>Your practice</b>",
        f"Name that clients see: {safe(short(dietitian.name, _NAME_LIMIT))}",
        f"E-mail: {safe(dietitian.email) or '<i>not given yet</i>'}",
        f"Time zone: {dietitian.timezone}",
        f"Your own room: {_room(dietitian)}",
        f"Cancellation: {terms_words(dietitian)}",
        f"Time to answer a request: {days_words(dietitian.request_days)}",
        "",
        "Services, hours, time off and Google have screens of their own: /services, /availability, /timeoff, /google.",
    ]
    return Message(
        text="\n".join([note, "", *parts] if note else parts),
        rows=rows(
            [change("✏️ Name", ProfileField.NAME), change("✏️ E-mail", ProfileField.EMAIL)],
            [change("🌍 Time zone", ProfileField.ZONE), change("🎥 Own room", ProfileField.ROOM)],
            [button("📜 Cancellation terms", Verb.TERMS), button("⏳ Time to answer", Verb.REQUEST_DAYS)],
            [button("← Back", Verb.SETTINGS), HOME],
        ),
    )


def _room(dietitian: Dietitian) -> str:
    url = dietitian.fallback_meeting_url
    return safe(short(url, _ROOM_LIMIT)) if url else "<i>none</i>"


def ask(dietitian: Dietitian, field: ProfileField, page: int = 0) -> Message:
    words, lines = _asked(dietitian, field, page)
    return Message(text=words, rows=rows(*lines, [_BACK.get(field, _PROFILE)]))


def _asked(dietitian: Dietitian, field: ProfileField, page: int) -> tuple[str, list[Sequence[Button]]]:
    match field:
        case ProfileField.NAME:
            words = f"Under which name do clients see you? Now: <b>{safe(short(dietitian.name, _NAME_LIMIT))}</b>. "
            return words + "Type the new one, for example <i>Dr Ada Obi</i>.", []
        case ProfileField.EMAIL:
            words = f"Which e-mail is your practice's? Now: {safe(dietitian.email) or '<i>none</i>'}. "
            return words + "Type the new one, for example <i>ada@example.com</i>.", []
        case ProfileField.ZONE:
            return _zones(dietitian, page)
        case ProfileField.ROOM:
            return _ask_room(dietitian)
        case _:
            return _ask_number(field), []


def _zones(dietitian: Dietitian, number: int) -> tuple[str, list[Sequence[Button]]]:
    page = page_of(COMMON_ZONES, number, _ZONES_ON_A_PAGE)
    lines: list[Sequence[Button]] = [
        [button(name, Verb.PROFILE_SET, argument=f"{ProfileField.ZONE}.{at}")]
        for at, name in enumerate(page.items, page.number * _ZONES_ON_A_PAGE)
    ]
    lines.append(pager(page, Verb.PROFILE_FIELD, prefix=f"{ProfileField.ZONE}."))
    words = (
        f"In which time zone do you work? Now: {dietitian.timezone}. Your opening hours and time off are read in the new one "
        "at once; what is booked stays at its moment. Choose one, or type a city or a zone's name, for example "
        "<i>Lagos</i> or <i>Africa/Lagos</i>."
    )
    return words, lines


def _ask_room(dietitian: Dietitian) -> tuple[str, list[Sequence[Button]]]:
    drop: list[Sequence[Button]] = []
    if dietitian.fallback_meeting_url is not None:
        drop = [[button("🗑 Take it away", Verb.PROFILE_NO_ROOM)]]
    words = (
        f"Where do you meet when Google makes no link? Now: {_room(dietitian)}. Type the address of a room of your own, for "
        "example <i>https://meet.example.com/ada</i>. Sessions that have a link already keep it."
    )
    return words, drop


def _ask_number(field: ProfileField) -> str:
    example = f"Type it, for example <i>{TERM_EXAMPLES[field].replace(' or ', '</i> or <i>')}</i>."
    words = {
        ProfileField.FREE_HOURS: "Until how many hours before the start does a client cancel for a full refund? 0 is at any "
        "time.",
        ProfileField.LATE_REFUND: "How many percent are refunded to a client who cancels after that?",
        ProfileField.REQUEST_DAYS: "How many days does a client have to answer a request?",
    }
    return f"{words[field]} {example}"


def no_room_sure(dietitian: Dietitian) -> Message:
    return Message(
        text=f"Take away your own room, {_room(dietitian)}?\nWithout it, and without Google, sessions are booked without a link "
        "to join. Sessions that have a link already keep it.",
        rows=rows(
            [change("← Back", ProfileField.ROOM)],
            [button("🗑 Yes, take it away", Verb.PROFILE_SET, argument=f"{ProfileField.ROOM}.{NO_ROOM}")],
        ),
    )
