"""First contact, home, help and the words about privacy."""

from datetime import datetime

from domain.model.consent import Wording
from domain.model.message import Button, Message
from domain.model.overview import Overview
from domain.model.people import Dietitian, Invite, Person
from domain.model.policy import WHAT_CHANGED
from domain.model.views import RequestCard
from handlers.callbacks import TYPED, Verb
from handlers.formats import moment, safe
from handlers.screens.home_card import lines_of
from handlers.screens.home_card import words as words_of
from handlers.screens.parts import button, client_name, rows, what


def privacy_link(public_url: str | None) -> tuple[Button, ...]:
    if public_url is None:
        return ()
    return (Button(label="📄 Privacy policy", url=f"{public_url}/privacy"),)


def notice_text(notice: Wording) -> str:
    """Word for word what is agreed to."""
    title, _, rest = notice.words.partition("\n")
    return f"<b>{safe(title)}</b>\n{safe(rest)}"


def welcome(
    person: Person,
    notice: Wording,
    *,
    public_url: str | None,
    request: RequestCard | None,
    place: tuple[str, str] | None = None,
    carried: tuple[str, str] = ("", ""),
) -> Message:
    """The privacy notice, before anything else; Agree goes on to what the person came for.

    `place`: what a public link leads to, in words, and its public id. `carried`: what Agree carries else.
    """
    came_for = ""
    if request is not None:
        carried = (request.request.public_id, "")
        came_for = (
            f"\n<b>{safe(request.dietitian.name)}</b> has sent you a request: {what(request.request)}.\n"
        )
    if place is not None:
        carried = (place[1], "at")
        came_for = f"\n{place[0]}\n"
    if carried[1] == TYPED:
        came_for = "\nI have not kept what you sent just now: please send it once more after this.\n"
    text = f"{_greeting(person)}\n{came_for}\n{notice_text(notice)}\n\nPress Agree to go on."
    agree = button("✅ Agree", Verb.AGREE, *carried, notice.mark)
    return Message(text=text, rows=rows([agree], privacy_link(public_url)))


def _greeting(person: Person) -> str:
    if person.consented_at is None:
        return f"Hello {safe(person.name)}! 👋"
    return (
        f"🔁 <b>Our privacy notice has changed</b> since you agreed to it, {moment(person.consented_at, person.timezone)}. "
        f"{WHAT_CHANGED} Nothing that is booked, paid or kept for you changes, and you go on where you were."
    )


NOTICE_CHANGED = "The notice has changed since it was shown to you. Please read it as it is now."
TO_SET_UP = "setup"
"""What Agree carries for somebody who was invited to open a practice."""


def invited(person: Person, invite: Invite, notice: Wording, *, public_url: str | None) -> Message:
    text = (
        f"Hello {safe(person.name)}! 👋\n\nYou are invited to open a practice here, as <b>{safe(invite.name)}</b>: clients book "
        f"you and pay in this chat.\n\n{notice_text(notice)}\n\nPress Agree to set it up; it takes a few minutes, and you "
        "can stop and go on at any time."
    )
    agree = button("✅ Agree", Verb.AGREE, "", TO_SET_UP, notice.mark)
    return Message(text=text, rows=rows([agree], privacy_link(public_url)))


def home(
    person: Person,
    dietitian: Dietitian | None,
    *,
    admin: bool = False,
    overview: Overview | None = None,
    now: datetime | None = None,
) -> Message:
    """Who they are here, what waits for them, each thing with its button, and the ways to everything else."""
    menu = _menu(person, dietitian, admin=admin)
    waiting = lines_of(overview, person, dietitian, now) if overview is not None and now is not None else []
    text = menu.text
    if dietitian is not None and dietitian.suspended_at is not None:
        text += (
            "\n\n⏸ <b>Suspended</b> by an admin, or as you asked to leave, since "
            f"{moment(dietitian.suspended_at, dietitian.timezone)}: nothing new can be asked for, booked or bought. "
            "What is booked and paid goes on."
        )
    if waiting:
        text += f"\n\n<b>What waits for you</b>\n{words_of(waiting)}"
    return Message(text=text, rows=rows(*[line.buttons for line in waiting], *menu.rows))


def _menu(person: Person, dietitian: Dietitian | None, *, admin: bool) -> Message:
    desk = [button("🛠 Admin desk", Verb.DESK)] if admin else []
    if dietitian is None:
        text = (
            f"Hello {safe(person.name)}. Here you book sessions and buy meal plans, answer your dietitian's requests, "
            "pay, and find your meetings.\n\nWhen your dietitian sends you a request, it arrives here."
        )
        lines = [
            [button("🗓 Book", Verb.BOOK, argument="0"), button("🥗 Buy a meal plan", Verb.BUY, argument="0")],
            [button("📨 My requests", Verb.REQUESTS, argument="pending.0")],
            [
                button("📅 Upcoming", Verb.UPCOMING, argument="0"),
                button("📄 Meal plans", Verb.MEAL_PLANS, argument="0"),
            ],
            [button("⚙️ Settings", Verb.SETTINGS), button("❓ Help", Verb.HELP)],
            desk,
        ]
        return Message(text=text, rows=rows(*lines))
    text = f"<b>{safe(dietitian.name)}</b>\nYour practice, in one chat. What would you like to do?"
    lines = [
        [button("➕ New request", Verb.COMPOSE), button("👥 Clients", Verb.OWN_CLIENTS, argument="0")],
        [
            button("📨 Requests", Verb.SENT, argument="pending.0"),
            button("📅 Upcoming", Verb.AGENDA, argument="0"),
        ],
        [
            button("📄 Meal plans", Verb.PLANS, argument="waiting.0"),
            button("🧾 Services", Verb.OFFERS, argument="0"),
        ],
        [button("🕘 Hours", Verb.WEEK), button("🏖 Time off", Verb.TIME_OFF, argument="0")],
        [button("🎥 Google Meet", Verb.GOOGLE), button("⚙️ Settings", Verb.SETTINGS)],
        [button("📊 Stats", Verb.STATS, argument="month")],
        [
            button("🙋 As a client", Verb.REQUESTS, argument="pending.0"),
            button("❓ Help", Verb.HELP),
        ],
        desk,
    ]
    return Message(text=text, rows=rows(*lines))


_CLIENT_HELP = (
    "<b>How it works</b>\n"
    "1. Your dietitian sends you a request, and you approve or decline it. Or you begin yourself: /book or /buy.\n"
    "2. You pick a day and a time; it is kept for you while you pay.\n"
    "3. You pay on Paystack's page. The booking is confirmed here, with the link to join.\n"
    "A meal plan needs no time: you pay, and it arrives here as a PDF.\n\n"
    "/book – a consultation, without a request\n"
    "/buy – a meal plan, without a request\n"
    "/requests – your requests, by state\n"
    "/upcoming – your booked sessions\n"
    "/mealplans – your meal plans\n"
    "/settings – your name, e-mail and time zone\n"
    "/privacy – what is kept about you\n"
    "/mydata – all of it, as files; /deletemydata – have it removed\n"
    "/cancel – leave the current step; nothing is lost"
)
_DIETITIAN_HELP = (
    "<b>Your practice</b>\n"
    "/request – ask a client for a session or a meal plan\n"
    "/clients – your clients: search, notes, messages\n"
    "/requests – your requests, by state\n"
    "/upcoming – your booked sessions\n"
    "/plans – meal plans that are paid for\n"
    "/services – what you offer, its questions and public links\n"
    "/availability – your weekly hours and the rules of booking\n"
    "/timeoff – days off, and times that are open once\n"
    "/book, /buy – at a colleague's, as a client\n"
    "/stats – what the week, month or year brought\n"
    "/google – connect Google Calendar for meeting links\n"
    "/settings – your name, e-mail and time zone\n"
    "/privacy – what is kept\n"
    "/mydata – all that is held about you, as files; /deletemydata – leave\n"
    "/cancel – leave the current step; nothing is lost"
)


_ADMIN_HELP = "\n/admin – the desk: dietitians and invitations, money that needs a person, missing links, what could not be delivered, a word to all dietitians, the ledger"


NOT_WAITING = "I wasn't waiting for a message just now. Here is what I can do:\n\n"
NO_SUCH_COMMAND = "I don't know that command. Here is what I can do:\n\n"


def help_screen(dietitian: Dietitian | None, *, before: str = "", admin: bool = False) -> Message:
    """`before` says why it is shown unasked."""
    text = before + (_CLIENT_HELP if dietitian is None else _DIETITIAN_HELP) + (_ADMIN_HELP if admin else "")
    return Message(text=text, rows=rows([button("🏠 Home", Verb.HOME)]))


def privacy(notice: Wording, public_url: str | None) -> Message:
    agreed = button("🔏 What you agreed to", Verb.PRIVACY, argument="0")
    return Message(
        text=f"{notice_text(notice)}\n\nVersion {notice.version}.",
        rows=rows(privacy_link(public_url), [agreed], [button("🏠 Home", Verb.HOME)]),
    )


def left_step(*, there_was_one: bool) -> Message:
    text = (
        "Left that step. Nothing is lost that you sent or saved."
        if there_was_one
        else "There is no open step to leave."
    )
    return Message(text=text, rows=rows([button("🏠 Home", Verb.HOME)]))


def link_used_up() -> Message:
    text = (
        "This link has been used up or has expired. Nothing has changed.\n\n"
        "If it was meant for you, ask whoever sent it for a new one."
    )
    return Message(text=text, rows=rows([button("🏠 Home", Verb.HOME)]))


def own_link(card: RequestCard) -> Message:
    text = (
        f"This is the link you made for {client_name(card)}. It works. Forward it to them: it will belong to the "
        "first person who opens it."
    )
    return Message(text=text, rows=rows([button("📨 Requests", Verb.SENT, argument="pending.0")]))


def words(text: str) -> Message:
    """A sentence of our own; the open question, if any, stays open."""
    return Message(text=safe(text), rows=rows([button("🏠 Home", Verb.HOME)]))


def went_wrong(correlation: str) -> Message:
    return Message(
        text="😕 Something went wrong on our side, and the people who run this bot have been told. What you did just "
        f"now may not have taken effect; look again before you repeat it.\nIf you write to somebody about it, name "
        f"<code>{correlation}</code>.",
        rows=rows([button("🏠 Home", Verb.HOME)]),
    )
