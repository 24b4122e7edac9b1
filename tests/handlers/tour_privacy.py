"""How to come to each screen about what somebody agreed to."""

from dataclasses import replace
from typing import Any

from handlers.callbacks import Verb
from tests.handlers import tour_intake
from tests.handlers.tour import Arrive, Scene
from tests.rig import Rig

LIST = f"v1:{Verb.PRIVACY}::0:0"


def with_mail(rig: Rig) -> None:
    """As if SMTP_URL were set, for what is offered."""
    house = replace(rig.machine.router.house, mail_is_sent=True)
    object.__setattr__(rig.machine.router, "house", house)


async def agreements(rig: Rig, *labels: str, **person: Any) -> Scene:
    """The list, with the practice alone; then these presses."""
    with_mail(rig)
    cast = await rig.cast(**{"email": "amina@example.com", **person})
    await rig.press_data(cast.amina, LIST)
    for label in labels:
        await rig.press(cast.amina, label)
    return Scene(cast=cast, phone=cast.amina)


async def with_answers(rig: Rig, *labels: str) -> Scene:
    """The list after an intake, then these presses."""
    with_mail(rig)
    asked = await tour_intake.answered(rig)
    await rig.press_data(asked.cast.amina, LIST)
    for label in labels:
        await rig.press(asked.cast.amina, label)
    return asked.client


def _screen(*labels: str, answers: bool = False, **person: Any) -> Arrive:
    async def arrive(rig: Rig) -> Scene:
        if answers:
            return await with_answers(rig, *labels)
        return await agreements(rig, *labels, **person)

    return arrive


SCREENS: dict[str, Arrive] = {
    "privacy: agreements": _screen(answers=True),
    "privacy: words": _screen("Words 2", answers=True),
    "privacy: leave question": _screen("Take back"),
    "privacy: left": _screen("Take back", "Yes, take it back"),
    "privacy: answers question": _screen("Take back 2", answers=True),
    "privacy: e-mail notice": _screen("Receipts by e-mail"),
    "privacy: e-mail on": _screen("Receipts by e-mail", "Agree"),
    "privacy: no e-mail": _screen("Receipts by e-mail", email=None),
}
