"""In which time zone somebody reads times."""

from datetime import datetime

from domain.model.message import Button, LocationPicker, Message
from domain.model.places import Found, Place
from handlers.callbacks import Verb
from handlers.formats import clock_time, safe
from handlers.screens.parts import HOME, button, page_of, pager, rows, short
from handlers.screens.settings import COMMON_ZONES

_ZONES_ON_A_PAGE = 6
_NAME_ON_A_LABEL = 34
NOT_SHARED = "Back"
_BACK = button("← Back", Verb.SETTINGS)


def ask_zone(number: int) -> Message:
    page = page_of(COMMON_ZONES, number, _ZONES_ON_A_PAGE)
    lines = [
        [button(name, Verb.ZONE, argument=str(at))]
        for at, name in enumerate(page.items, page.number * _ZONES_ON_A_PAGE)
    ]
    return Message(
        text="Which time zone are you in? Choose one, or type a city, a country or a zone's name, for example <i>Abuja</i>, "
        "<i>New York</i> or <i>Africa/Lagos</i>. You can also share where you are: only the zone is kept.",
        rows=rows(
            *lines, pager(page, Verb.CHANGE_ZONE), [button("📍 Share where I am", Verb.SHARE_PLACE)], [_BACK]
        ),
    )


def which(found: Found, now: datetime, timezone: str) -> Message:
    """Several places may be meant, or the name was not quite one. `timezone`: the reader's until they choose."""
    lines = [[_place(place, now)] for place in found.places]
    return Message(
        text=f"{_asked(found)}\nOr type another city, with its country if there are several: <i>Birmingham, UK</i>.\n"
        f"Until you choose, your time zone stays {safe(timezone)}.",
        rows=rows(*lines, [button("← Back", Verb.CHANGE_ZONE, argument="0")]),
    )


def _asked(found: Found) -> str:
    if found.said:
        return (
            f"{safe(found.said)} is used in several places, and not all of them change their clocks in summer alike: a "
            "place is better. Which of these?"
        )
    if found.exact:
        return "Which of these?"
    return "I don't know a place called just so. Did you mean one of these?"


def _place(place: Place, now: datetime) -> Button:
    where = f"{place.part}, {place.country}" if place.part else place.country
    name = short(f"{place.name}, {where}", _NAME_ON_A_LABEL)
    return _named(f"{name} · {clock_time(now, place.zone)} now", place.zone)


def _named(label: str, zone: str) -> Button:
    return button(label, Verb.ZONE_NAMED, argument=zone.replace("/", "."))


def share_place() -> Message:
    return Message(
        text="Press the button below the text field to share where you are. It is made into a time zone at once; the "
        "place itself is not kept.",
        picker=LocationPicker(label="📍 Share where I am", cancel_label=NOT_SHARED),
    )


def not_shared() -> Message:
    return Message(text="Back to the list of time zones. Yours is unchanged.", closes_picker=True)


def saved(zone: str, now: datetime) -> Message:
    return Message(text=f"🌍 {_saved(zone, now)}")


def _saved(zone: str, now: datetime) -> str:
    return (
        f"Saved: {safe(zone)}, where it is {clock_time(now, zone)} now. Sessions that are booked stay at their moment: I "
        "show them to you by this clock from now on."
    )


def located(zone: str, now: datetime) -> Message:
    return Message(
        text=f"📍 {_saved(zone, now)}\nThe place itself was not kept.",
        closes_picker=True,
    )


def offer(zone: str, now: datetime) -> Message:
    return Message(
        text=f"📍 You are in {safe(zone)}, where it is {clock_time(now, zone)} now. Shall I show you times so? The place itself "
        "was not kept.",
        rows=rows([_named(f"🌍 Use {zone}", zone)], [HOME]),
    )


def nowhere() -> Message:
    return Message(
        text="I can't tell which time zone that place is in; yours is unchanged. Type a large city near you, for example <i>Lagos</i>.",
        closes_picker=True,
    )
