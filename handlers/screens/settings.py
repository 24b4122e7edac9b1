"""A person's own name, e-mail and time zone."""

from domain.model.message import Message
from domain.model.people import Person
from domain.model.views import Page
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import HOME, button, pager, rows

COMMON_ZONES = (
    "Africa/Lagos",
    "Africa/Accra",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Sao_Paulo",
    "Australia/Sydney",
)
_ZONES_ON_A_PAGE = 6


def settings(person: Person) -> Message:
    email = safe(person.email) if person.email else "<i>not given yet</i>"
    return Message(
        text=f"<b>Settings</b>\nName: {safe(person.name)}\nE-mail: {email}\nTime zone: {person.timezone}",
        rows=rows(
            [button("✏️ Name", Verb.CHANGE_NAME), button("✏️ E-mail", Verb.CHANGE_EMAIL)],
            [button("🌍 Time zone", Verb.CHANGE_ZONE, argument="0")],
            [HOME],
        ),
    )


def ask_name() -> Message:
    return Message(
        text="What should I call you? Type your name, for example <i>Amina Bello</i>.",
        rows=rows([button("← Back", Verb.SETTINGS)]),
    )


def ask_email() -> Message:
    return Message(
        text="Which e-mail should receipts go to? Type it, for example <i>amina@example.com</i>.",
        rows=rows([button("← Back", Verb.SETTINGS)]),
    )


def ask_zone(number: int) -> Message:
    pages = -(-len(COMMON_ZONES) // _ZONES_ON_A_PAGE)
    number = min(number, pages - 1)
    page = Page(
        items=COMMON_ZONES[number * _ZONES_ON_A_PAGE : (number + 1) * _ZONES_ON_A_PAGE],
        number=number,
        pages=pages,
        total=len(COMMON_ZONES),
    )
    lines = [
        [button(name, Verb.ZONE, argument=str(at))]
        for at, name in enumerate(page.items, number * _ZONES_ON_A_PAGE)
    ]
    return Message(
        text="Which time zone are you in? Choose one, or type a city or a zone's name, for example <i>Lagos</i> or "
        "<i>Africa/Lagos</i>.",
        rows=rows(*lines, pager(page, Verb.CHANGE_ZONE), [button("← Back", Verb.SETTINGS)]),
    )
