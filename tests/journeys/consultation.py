"""The consultation on two phones: each step does one thing and knows what is to be seen after it."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from sandbox.stage import ADMIN, CLIENT, DIETITIAN, Stage
from sandbox.telegram import Phone
from sandbox.telegram.screen import PATIENCE

SERVICE, PRICE, KOBO = "First consultation", "₦12,500.00", 1_250_000
FALLBACK = "https://meet.example.com/ada"
_SLOT = re.compile(r"\d\d:\d\d")
_DAY = re.compile(r"\w{3} \d{1,2} \w{3}")


@dataclass(slots=True, kw_only=True)
class Consultation:
    """One request and what becomes of it. `day` and `slot` count what is offered, from 0."""

    stage: Stage
    client_id: int = CLIENT
    name: str = "Amina"
    email: str = "amina@example.com"
    day: int = 3
    slot: int = 0
    token: str = ""
    reference: str = ""
    done: list[str] = field(default_factory=list)

    @property
    def ada(self) -> Phone:
        return self.stage.telegram.phone(DIETITIAN, first_name="Ada")

    @property
    def admin(self) -> Phone:
        return self.stage.telegram.phone(ADMIN, first_name="Sade")

    @property
    def client(self) -> Phone:
        return self.stage.telegram.phone(self.client_id, first_name=self.name)

    async def go(self, steps: "Iterable[Step]") -> None:
        for step in steps:
            await step.does(self)
            await self.see(step)

    async def see(self, step: "Step", *, seconds: float = PATIENCE) -> None:
        try:
            await self.client.wait_until(lambda: step.sees(self), timeout=seconds)
        except AssertionError as error:
            raise AssertionError(f"after {step.name!r}: {error}; the dietitian's: {self.ada.last}") from error
        self.done.append(step.name)

    async def pay(self, **how: object) -> None:
        """At Paystack's page; the reference is that of the newest Pay button."""
        self.reference = self.reference_of(self.client.url_of("Pay"))
        await self.stage.paystack.pay(self.reference, **how)  # type: ignore[arg-type]
        await self.stage.paystack.settle()

    def reference_of(self, url: str) -> str:
        return next(one.reference for one in self.stage.paystack.transactions if one.access_code in url)


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    does: Callable[[Consultation], Awaitable[object]]
    sees: Callable[[Consultation], object]


def labels(phone: Phone) -> list[str]:
    """The buttons of the message that changed last."""
    newest = max(
        (one for one in phone.chat.messages.values() if one.inline and not one.deleted),
        key=lambda one: one.edited_at or one.at,
        default=None,
    )
    rows = (newest.inline or {}).get("inline_keyboard", []) if newest else []
    return [str(button["text"]) for row in rows for button in row]


def offers(phone: Phone, label: str) -> bool:
    return any(label in each for each in labels(phone))


def says(phone: Phone, words: str) -> bool:
    """In one of the last messages of the bot."""
    return any(words in one.text for one in phone.messages[-4:] if not one.mine)


def count(phone: Phone, words: str) -> int:
    return sum(words in one.text for one in phone.messages if not one.mine)


async def press(phone: Phone, label: str) -> None:
    answer = await phone.press(label)
    assert answer.answered, f"{label!r} was never answered"


async def _open_link(journey: Consultation) -> None:
    message = await journey.ada.wait_for("?start=")
    journey.token = message.text.rpartition("?start=")[2].split()[0]
    await journey.client.start(journey.token)


async def choose_day(journey: Consultation) -> None:
    days = [label for label in labels(journey.client) if _DAY.fullmatch(label)]
    await press(journey.client, days[journey.day])


async def choose_slot(journey: Consultation) -> None:
    slots = [label for label in labels(journey.client) if _SLOT.match(label)]
    await press(journey.client, slots[journey.slot])


def confirmed(journey: Consultation) -> bool:
    """On both phones, with a link to join on each."""
    theirs = [one for one in journey.ada.messages if "Booking confirmed" in one.text]
    mine = [one for one in journey.client.messages if f"Reference: {journey.reference}" in one.text]
    named = [one for one in theirs if journey.name in one.text]
    return bool(mine and named) and joinable(journey.client) and joinable(journey.ada)


def joinable(phone: Phone) -> bool:
    return any("Join" in label for one in phone.messages for label in one.labels)


ARRIVES = (
    Step("the dietitian opens the chat", lambda on: on.ada.start(), lambda on: offers(on.ada, "Agree")),
    Step("she agrees", lambda on: press(on.ada, "Agree"), lambda on: says(on.ada, "Your practice")),
)
ASKS = (
    Step("she asks", lambda on: on.ada.send("/request"), lambda on: offers(on.ada, "Consultation")),
    Step("a kind", lambda on: press(on.ada, "Consultation"), lambda on: offers(on.ada, SERVICE)),
    Step("a service", lambda on: press(on.ada, SERVICE), lambda on: offers(on.ada, "New client")),
    Step("a new client", lambda on: press(on.ada, "New client"), lambda on: says(on.ada, "client's name")),
    Step("a name", lambda on: on.ada.send(on.name), lambda on: says(on.ada, f"{on.name}'s e-mail")),
    Step("an e-mail", lambda on: on.ada.send(on.email), lambda on: says(on.ada, "add a word")),
    Step("no word", lambda on: press(on.ada, "Skip"), lambda on: offers(on.ada, "Send")),
    Step("it is sent", lambda on: press(on.ada, "Send"), lambda on: says(on.ada, "?start=")),
)
OPENS = (
    Step("the client opens the link", _open_link, lambda on: offers(on.client, "Agree")),
    Step("agrees", lambda on: press(on.client, "Agree"), lambda on: offers(on.client, "Approve")),
)
APPROVES = Step(
    "approves", lambda on: press(on.client, "Approve"), lambda on: says(on.client, "Choose a day")
)
DAY = Step("a day", choose_day, lambda on: says(on.client, "Choose a time"))
SLOT = Step("a slot", choose_slot, lambda on: offers(on.client, f"Use {on.email}"))
EMAIL = Step(
    "the e-mail by one press", lambda on: press(on.client, "Use"), lambda on: offers(on.client, "Pay ₦")
)
BOOKS = (APPROVES, DAY, SLOT, EMAIL)
PAYS = Step("pays", lambda on: on.pay(), confirmed)

TO_PAY = (*ARRIVES, *ASKS, *OPENS, *BOOKS)
ALL = (*TO_PAY, PAYS)
