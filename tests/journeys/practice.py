"""A practice by chat alone: an admin invites, the set-up with a break in it, the first clients; nothing is declared."""

from sandbox.telegram import Phone
from tests.journeys.consultation import FALLBACK, Consultation, Step, labels, offers, press, says

NAME, EMAIL, TITLE = "Dr Ada Obi", "ada@example.com", "First consultation"
HOURS, READ_AS = "mon-fri 9-12, 1pm-5pm; sat 10-2pm", "Mon–Fri 09:00–12:00, 13:00–17:00; Sat 10:00–14:00"
USED_UP = "This link has been used up or has expired"


def payload_of(phone: Phone) -> str:
    """Of the newest link in this chat."""
    text = next(one.text for one in reversed(phone.messages) if not one.mine and "?start=" in one.text)
    return text.partition("?start=")[2].split()[0]


async def _open_link(on: Consultation) -> None:
    on.token = payload_of(on.admin)
    await on.ada.start(on.token)


async def _go_on(on: Consultation) -> None:
    """By the first thing that the home card says is missing."""
    await press(on.ada, next(label for label in labels(on.ada) if label.startswith("⚠️")))


def is_pictured(phone: Phone) -> bool:
    return any(one.photo is not None and one.photo.bytes.startswith(b"\x89PNG") for one in phone.messages)


def nothing_is_missing(phone: Phone) -> bool:
    return offers(phone, "New request") and not says(phone, "missing") and not offers(phone, "⚠️")


ADMIN_ARRIVES = (
    Step("the admin opens the chat", lambda on: on.admin.start(), lambda on: offers(on.admin, "Agree")),
    Step("agrees", lambda on: press(on.admin, "Agree"), lambda on: offers(on.admin, "Admin desk")),
)
INVITES = (
    Step("the desk", lambda on: on.admin.send("/admin"), lambda on: offers(on.admin, "Dietitians")),
    Step("nobody", lambda on: press(on.admin, "Dietitians"), lambda on: says(on.admin, "Nobody yet")),
    Step(
        "invites",
        lambda on: press(on.admin, "Invite a dietitian"),
        lambda on: says(on.admin, "Type their name"),
    ),
    Step("a name", lambda on: on.admin.send(NAME), lambda on: is_pictured(on.admin)),
)
OPENS_LINK = (
    Step("she opens the link", _open_link, lambda on: says(on.ada, f"open a practice here, as {NAME}")),
    Step("she agrees", lambda on: press(on.ada, "Agree"), lambda on: says(on.ada, "professional name")),
)
FIRST_HALF = (
    Step("her name", lambda on: press(on.ada, NAME), lambda on: says(on.ada, "e-mail is your practice")),
    Step("her e-mail", lambda on: on.ada.send(EMAIL), lambda on: says(on.ada, "time zone do you work")),
    Step("her zone", lambda on: on.ada.send("lagos"), lambda on: says(on.ada, "first service")),
    Step("a kind", lambda on: press(on.ada, "Consultation"), lambda on: says(on.ada, "Type its title")),
    Step("a title", lambda on: on.ada.send(TITLE), lambda on: says(on.ada, "How long is it")),
)
LEAVES = (
    Step("she leaves", lambda on: on.ada.send("/cancel"), lambda on: says(on.ada, "Nothing is lost")),
    Step(
        "back home", lambda on: on.ada.send("/start"), lambda on: says(on.ada, "Still missing: first service")
    ),
)
SECOND_HALF = (
    Step("she goes on", _go_on, lambda on: says(on.ada, "How long is it")),
    Step("minutes", lambda on: press(on.ada, "45 min"), lambda on: says(on.ada, "What does it cost")),
    Step("a price", lambda on: on.ada.send("12.5k"), lambda on: says(on.ada, "weekly hours")),
    Step("her hours", lambda on: on.ada.send(HOURS), lambda on: says(on.ada, f"Hours: {READ_AS}")),
    Step("a room", lambda on: on.ada.send(FALLBACK), lambda on: says(on.ada, "Your practice is set up")),
    Step("home", lambda on: on.ada.send("/start"), lambda on: nothing_is_missing(on.ada)),
)


async def _to_the_public_link(on: Consultation) -> None:
    await on.client.start(payload_of(on.ada))


async def _type_email(on: Consultation) -> None:
    await on.client.wait_for("Type your e-mail")
    await on.client.send(on.email)


PUBLIC_LINK = (
    Step("her services", lambda on: on.ada.send("/services"), lambda on: offers(on.ada, TITLE)),
    Step("her link", lambda on: press(on.ada, "public link"), lambda on: says(on.ada, "?start=")),
    Step("a client follows it", _to_the_public_link, lambda on: offers(on.client, "Agree")),
    Step("agrees", lambda on: press(on.client, "Agree"), lambda on: says(on.client, TITLE)),
    Step("books", lambda on: press(on.client, "Book a"), lambda on: offers(on.client, TITLE)),
    Step("the service", lambda on: press(on.client, TITLE), lambda on: says(on.client, "Choose a day")),
)
TYPES_EMAIL = Step("the e-mail is typed", _type_email, lambda on: offers(on.client, "Pay ₦"))
