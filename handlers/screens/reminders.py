"""Which reminders somebody gets, their quiet hours, and saying that they run late."""

from domain.model.booking import Booking
from domain.model.message import Button, Message
from domain.model.people import Person
from domain.model.reminder import LATE_MINUTES, Lead, wanted
from domain.model.views import RequestCard
from handlers.callbacks import Verb
from handlers.screens.parts import HOME, button, join, on, rows, when
from handlers.stretches import range_words

_LEADS = {Lead.DAY: "24 hours before", Lead.HOUR: "1 hour before", Lead.SOON: "10 minutes before"}


def reminders(person: Person, timezone: str) -> Message:
    """One press switches one of them."""
    chosen, hours = wanted(person), quiet_words(person, timezone)
    switches = [
        [
            button(
                f"{'✅' if lead in chosen else '☐'} {words}",
                Verb.REMIND_ME,
                argument=f"{lead}.{int(lead not in chosen)}",
            )
        ]
        for lead, words in _LEADS.items()
    ]
    none = "" if chosen else "\n⚠️ You are reminded of no session at present."
    return Message(
        text=f"<b>Reminders</b>\nYou are reminded of each session, whichever side you are on. Press to switch:{none}\n\n"
        f"🌙 Quiet hours: {hours}\nIn these hours messages arrive without a sound. What can't wait sounds at any time: the "
        "reminder 10 minutes before (the earlier ones don't), and any news of a session that begins within the hour or is "
        "under way.",
        rows=rows(
            *switches,
            [button("🌙 Quiet hours", Verb.QUIET), *_off(person)],
            [button("← Back", Verb.SETTINGS), HOME],
        ),
    )


def _off(person: Person) -> list[Button]:
    return [] if person.quiet_from is None else [button("🔔 None", Verb.QUIET_OFF)]


def quiet_words(person: Person, timezone: str) -> str:
    """`22:00–07:00 (Africa/Lagos)`, or that there are none."""
    begins, ends = person.quiet_from, person.quiet_until
    if begins is None or ends is None:
        return "none"
    return f"{range_words((begins, ends))} ({timezone})"


def ask_quiet(person: Person, timezone: str) -> Message:
    return Message(
        text=f"When should messages make no sound? Now: {quiet_words(person, timezone)}.\nType from when until when by your "
        "clock, for example <i>22-7</i> or <i>10pm to 6am</i>, or <i>off</i>.",
        rows=rows([button("← Back", Verb.REMINDERS), HOME]),
    )


def late_button(card: RequestCard) -> Button:
    return on(card, "🏃 I'm late", Verb.LATE)


def how_late(card: RequestCard, booking: Booking, other: str, timezone: str) -> Message:
    choices = [on(card, f"{minutes} min", Verb.LATE_SURE, str(minutes)) for minutes in LATE_MINUTES]
    return Message(
        text=f"How late will you be? {other} is told at once.\n🗓 {when(booking, timezone)}",
        rows=rows(choices, [on(card, "← Back", Verb.BOOKING)]),
    )


def told_late(card: RequestCard, booking: Booking, other: str, minutes: int, timezone: str) -> Message:
    link = join(booking)
    return Message(
        text=f"🏃 {other} knows that you will be about {minutes} minutes late.\n🗓 {when(booking, timezone)}",
        rows=rows([link] if link else [], [on(card, "← Back", Verb.BOOKING), HOME]),
    )
