"""How to come to each screen of a dietitian's clients."""

from typing import Any

from domain.model.people import Client
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from tests.handlers.tour import Arrive, Scene
from tests.rig import Cast, Rig
from tests.storage import seeds

MAIL = "amina@example.com"
NOTES = "No nuts. Weighs herself on Mondays."
WORDS = "Please bring your lab results on Thursday."


def known(uow: UnitOfWork, cast: Cast, name: str = "Amina Bello", **fields: Any) -> Client:
    """A client of hers; of `person_id` or else a person of their own, not in Telegram yet."""
    person_id = fields.pop("person_id", None) or uow.people.add(seeds.person(name=name, telegram_id=None)).id
    given = {"dietitian_id": cast.dietitian.id, "person_id": person_id, "name": name}
    return uow.clients.add(Client(**{**given, "created_at": cast.client.created_at, **fields}))


async def amina(rig: Rig, **fields: Any) -> tuple[Cast, Client]:
    cast = await rig.cast(email=MAIL)
    given = {"person_id": cast.client.id, "email": MAIL, **fields}
    return cast, await rig.write(lambda uow: known(uow, cast, **given))


async def near(rig: Rig, number: int) -> Cast:
    """So many clients beside Amina."""
    cast, _ = await amina(rig)

    def add(uow: UnitOfWork) -> None:
        for at in range(number):
            known(uow, cast, f"Client {at:02}", email=f"client{at:02}@example.com")

    await rig.write(add)
    return cast


async def listed(rig: Rig, *, number: int = 20) -> Scene:
    cast = await near(rig, number)
    await rig.say(cast.ada, "/clients")
    return Scene(cast=cast, phone=cast.ada)


async def found(rig: Rig, words: str = "client") -> Scene:
    scene = await listed(rig)
    await rig.press(scene.phone, "Search")
    await rig.say(scene.phone, words)
    return scene


async def card(rig: Rig, *labels: str, typed: str = "", **fields: Any) -> Scene:
    """Amina's, after these presses and these words."""
    cast, client = await amina(rig, **fields)
    await rig.request(cast)
    await rig.press_data(cast.ada, f"v1:{Verb.OWN_CLIENT}:{client.id}::0")
    for label in labels:
        await rig.press(cast.ada, label)
    if typed:
        await rig.say(cast.ada, typed)
    return Scene(cast=cast, phone=cast.ada)


async def after_notes(rig: Rig, *labels: str) -> Scene:
    scene = await card(rig, "Write notes", typed=NOTES)
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


BLOCK = ("Block", "Yes, block")
SCREENS: dict[str, Arrive] = {
    "clients: list": listed,
    "clients: found": found,
    "client": card,
    "client: requests": lambda rig: card(rig, "Requests"),
    "client: notes": after_notes,
    "client: delete notes question": lambda rig: after_notes(rig, "Delete"),
    "client: message": lambda rig: card(rig, "Message", typed=WORDS),
    "client: block question": lambda rig: card(rig, "Block"),
    "client: blocked": lambda rig: card(rig, *BLOCK),
    "client: unblock question": lambda rig: card(rig, *BLOCK, "Unblock"),
}
