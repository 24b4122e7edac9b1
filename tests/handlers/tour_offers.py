"""How to come to each screen of changing what is offered, of templates, and of a request for several clients."""

from domain.model.ids import new_public_id
from domain.model.people import Client, Template
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from tests.handlers.tour import Arrive, Scene
from tests.handlers.tour_shop import offers, shop
from tests.rig import Cast, Rig
from tests.storage import seeds

WORDS = ("Bring your latest lab results, please.", "It was good to see you & <b>yours</b> 🌸")


async def adding(rig: Rig, *says: str, kind: str = "Consultation") -> Scene:
    """A new service, up to the question after so many answers."""
    scene = await offers(rig, "Add a service", kind)
    for words in says:
        await rig.say(scene.phone, words)
    return scene


async def adding_days(rig: Rig) -> Scene:
    scene = await adding(rig, "Winter plan", "₦12.5k", kind="Meal plan")
    await rig.press(scene.phone, "Skip")
    return scene


async def archived(rig: Rig) -> Scene:
    return await offers(rig, "First consultation", "Archive", "Yes, archive it")


async def known(rig: Rig, cast: Cast, *, near: int = 0, far: int = 0) -> list[Phone]:
    """So many clients who can be written to, whose phones these are, and so many who cannot."""
    people = [await rig.person(name=f"Client {at:02}") for at in range(near)]
    named = [(person, person.name) for person, _ in people]

    def know(uow: UnitOfWork) -> None:
        strangers = [(uow.people.add(seeds.person(telegram_id=None)), f"Far {at:02}") for at in range(far)]
        for person, name in (*named, *strangers):
            client = Client(
                dietitian_id=cast.dietitian.id,
                person_id=person.id,
                name=name,
                created_at=person.created_at,
            )
            uow.clients.add(client)

    await rig.write(know)
    return [phone for _, phone in people]


def keep(uow: UnitOfWork, cast: Cast, *words: str) -> None:
    for text in words:
        template = Template(
            public_id=new_public_id(),
            dietitian_id=cast.dietitian.id,
            text=text,
            created_at=cast.client.created_at,
        )
        uow.templates.add(template)


async def choosing(rig: Rig, *names: str, near: int = 3, far: int = 0) -> Scene:
    """Several clients to choose from; these are chosen."""
    cast, _, _ = await shop(rig)
    await known(rig, cast, near=near, far=far)
    await rig.say(cast.ada, "/request")
    for label in ("Consultation", "First consultation", "Several at once", *names):
        await rig.press(cast.ada, label)
    return Scene(cast=cast, phone=cast.ada)


async def review_for_several(rig: Rig, *names: str, far: int = 0) -> Scene:
    scene = await choosing(rig, *(names or ("Client 00", "Client 02")), far=far)
    await rig.press(scene.phone, "Go on with")
    await rig.press(scene.phone, "Skip")
    return scene


async def at_message(rig: Rig, *words: str) -> Scene:
    """The question for a message; these are templates."""
    scene = await choosing(rig, "Client 00")
    await rig.press(scene.phone, "Go on with")
    await rig.write(lambda uow: keep(uow, scene.cast, *words))
    return scene


async def templates(rig: Rig, *labels: str) -> Scene:
    scene = await at_message(rig, *WORDS)
    for label in ("Templates", *labels):
        await rig.press(scene.phone, label)
    return scene


async def worded(rig: Rig) -> Scene:
    """A review with words that could become a template."""
    scene = await at_message(rig)
    await rig.say(scene.phone, WORDS[0])
    return scene


async def time_to_answer(rig: Rig) -> Scene:
    cast, _, _ = await shop(rig)
    await rig.press_data(cast.ada, f"v1:{Verb.REQUEST_DAYS}:::0")
    return Scene(cast=cast, phone=cast.ada)


SCREENS: dict[str, Arrive] = {
    "add a service: kind": lambda rig: offers(rig, "Add a service"),
    "add a service: minutes": lambda rig: adding(rig, "Follow-up talk"),
    "add a service: days": adding_days,
    "service: minutes": lambda rig: offers(rig, "First consultation", "Minutes"),
    "service: description": lambda rig: offers(rig, "Weekly plan", "Description"),
    "service: archive question": lambda rig: offers(rig, "First consultation", "Archive"),
    "service: archived": archived,
    "several: one chosen": lambda rig: choosing(rig, "Client 01"),
    "several: review": review_for_several,
    "templates": templates,
    "template: delete question": lambda rig: templates(rig, "Delete 1"),
    "template: to keep": worded,
    "time to answer": time_to_answer,
}
