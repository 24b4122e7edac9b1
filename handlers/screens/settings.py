"""A person's own name, e-mail and time zone."""

from domain.model.message import Message
from domain.model.people import Dietitian, Person
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.parts import HOME, button, rows

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
_FREE_HOURS = (0, 12, 24, 48, 72)
_PERCENTS = (0, 25, 50, 75)
_REQUEST_DAYS = (7, 14, 30)


def settings(person: Person, dietitian: Dietitian | None) -> Message:
    email = safe(person.email) if person.email else "<i>not given yet</i>"
    text = f"<b>Settings</b>\nName: {safe(person.name)}\nE-mail: {email}\nTime zone: {person.timezone}"
    own = []
    if dietitian is not None:
        text += (
            "\n<i>These are your own, for what you book and buy yourself. Clients see those of your practice, and its "
            "hours and sessions are in its time zone: change them under Practice profile.</i>\n\n<b>Your practice</b>\n"
            f"Name that clients see: {safe(dietitian.name)}\nE-mail: {safe(dietitian.email) or '<i>not given yet</i>'}\n"
            f"Time zone: {dietitian.timezone}\nCancellation: {terms_words(dietitian)}\n"
            f"Time to answer a request: {days_words(dietitian.request_days)}"
        )
        own.append(
            [button("📜 Cancellation terms", Verb.TERMS), button("⏳ Time to answer", Verb.REQUEST_DAYS)]
        )
        own.append([button("🏷 Practice profile", Verb.PROFILE)])
    return Message(
        text=text,
        rows=rows(
            [button("✏️ Name", Verb.CHANGE_NAME), button("✏️ E-mail", Verb.CHANGE_EMAIL)],
            [button("🌍 Time zone", Verb.CHANGE_ZONE, argument="0"), button("🔔 Reminders", Verb.REMINDERS)],
            [button("🔏 Privacy and receipts", Verb.PRIVACY, argument="0")],
            [button("📦 My data", Verb.MY_DATA), button("🗑 Delete my data", Verb.ERASURE)],
            *own,
            [HOME],
        ),
    )


def terms_words(dietitian: Dietitian) -> str:
    if dietitian.free_hours == 0:
        return "a full refund at any time before the start"
    after = (
        f"{dietitian.late_refund_percent}% after that"
        if dietitian.late_refund_percent
        else "nothing after that"
    )
    return f"a full refund until {dietitian.free_hours} hours before, {after}"


def terms(dietitian: Dietitian) -> Message:
    """One press changes one of the two; what stands is marked."""
    hours = [
        button(
            _marked(f"{value} h" if value else "always", chosen=value == dietitian.free_hours),
            Verb.SET_TERMS,
            argument=f"{value}.{dietitian.late_refund_percent}",
        )
        for value in _FREE_HOURS
    ]
    parts = [
        button(
            _marked(f"{value}%", chosen=value == dietitian.late_refund_percent),
            Verb.SET_TERMS,
            argument=f"{dietitian.free_hours}.{value}",
        )
        for value in _PERCENTS
    ]
    return Message(
        text=f"<b>Cancellation terms</b>\nNow: {terms_words(dietitian)}.\nFirst row: until how long before the start "
        "a client cancels for a full refund. Second row: the part that is refunded after that.\nWhat is booked already "
        "keeps the terms that were shown for it.",
        rows=rows(
            hours,
            parts,
            [
                button("✏️ Other hours", Verb.PROFILE_FIELD, argument="hours"),
                button("✏️ Another part", Verb.PROFILE_FIELD, argument="part"),
            ],
            [button("← Back", Verb.SETTINGS), HOME],
        ),
    )


def request_days(dietitian: Dietitian) -> Message:
    """How long a request waits for its answer."""
    choices = [
        button(
            _marked(days_words(days), chosen=days == dietitian.request_days),
            Verb.SET_REQUEST_DAYS,
            argument=str(days),
        )
        for days in _REQUEST_DAYS
    ]
    return Message(
        text=f"<b>Time to answer</b>\nNow: {days_words(dietitian.request_days)}. A request that was not answered by then expires, and "
        "you are both told. Until then your client is reminded after 3 and after 10 days.\nWhat was sent already keeps the "
        "time that it was sent with.",
        rows=rows(
            choices,
            [button("✏️ Another number", Verb.PROFILE_FIELD, argument="days")],
            [button("← Back", Verb.SETTINGS), HOME],
        ),
    )


def days_words(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _marked(label: str, *, chosen: bool) -> str:
    return f"✅ {label}" if chosen else label


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
