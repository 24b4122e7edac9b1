"""How to come to each screen of becoming a dietitian, of the admins' list of them, and of suspending."""

from dataclasses import replace
from functools import partial

from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from tests.handlers.tour import Arrive, Scene
from tests.handlers.tour_shop import put_away
from tests.money.practice import admin_of
from tests.rig import Rig

ROOM = "https://meet.example.com/ada"


def clear(uow: UnitOfWork) -> None:
    """The admins' lists have everybody's: what earlier scenes left goes."""
    put_away(uow)
    for invite in uow.invites.page(number=0, size=99).items:
        uow.invites.save(replace(invite, revoked_at=invite.created_at))


async def desk(rig: Rig, *labels: str) -> Scene:
    """The admin's phone, on the list of dietitians and after these presses."""
    await rig.write(clear)
    cast = await rig.cast()
    admin = await admin_of(rig)
    admin.clear()
    await rig.say(admin, "/admin")
    for label in ("Dietitians", *labels):
        await rig.press(admin, label)
    return Scene(cast=cast, phone=admin)


async def invited(rig: Rig, *labels: str, name: str = "Dr Bisi Ojo") -> Scene:
    """The admin has made a link, and goes on with these presses on the message that shows it."""
    scene = await desk(rig, "Invite a dietitian")
    await rig.say(scene.phone, name)
    link = next(one for one in reversed(scene.phone.messages) if not one.mine and one.photo is None)
    for label in labels:
        data = next(b.data for row in link.buttons for b in row if label in b.label and b.data is not None)
        await rig.press_data(scene.phone, data, message_id=link.id)
        link = next(one for one in scene.phone.messages if one.id == link.id)
    return scene


def payload_of(admin: Phone) -> str:
    """What the newest link shown carries."""
    text = next(one.text for one in reversed(admin.messages) if not one.mine and "?start=" in one.text)
    return text.partition("?start=")[2].split()[0]


async def newcomer(rig: Rig, *words: str, agree: bool = True) -> Scene:
    """Somebody who opened the link, and after Agree said these words: those in brackets are buttons."""
    scene = await invited(rig)
    phone = rig.phone(first_name="Bisi")
    await phone.start(payload_of(scene.phone))
    await rig.settled()
    if agree:
        await rig.press(phone, "Agree")
    await answer(rig, phone, *words)
    return Scene(cast=scene.cast, phone=phone)


async def answer(rig: Rig, phone: Phone, *words: str) -> None:
    for word in words:
        if word.startswith("["):
            await rig.press(phone, word.strip("[]"))
        else:
            await rig.say(phone, word)


NAME, EMAIL, ZONE = "[Dr Bisi Ojo]", "bisi@example.com", "[Africa/Lagos]"
KIND, TITLE, MINUTES, PRICE = "[Consultation]", "First talk", "[45 min]", "12,500"
HOURS, MEETING = "[Mon–Fri 9–12]", ROOM
ALL = (NAME, EMAIL, ZONE, KIND, TITLE, MINUTES, PRICE, HOURS, MEETING)
PLAN = (NAME, EMAIL, ZONE, "[Meal plan]", "Weekly plan", "15k")


async def own_link(rig: Rig) -> Scene:
    scene = await invited(rig)
    await scene.phone.start(payload_of(scene.phone))
    await rig.settled()
    return scene


async def suspended(rig: Rig, *labels: str) -> Scene:
    return await desk(rig, "Dr Ada Obi", "Suspend", "Yes, suspend", *labels)


async def told(rig: Rig) -> Scene:
    """The dietitian, of being suspended."""
    scene = await suspended(rig)
    return Scene(cast=scene.cast, phone=scene.cast.ada)


async def stopped(rig: Rig) -> Scene:
    """A client whose request cannot be gone on with."""
    await rig.write(clear)
    cast = await rig.cast()
    request = await rig.consultation(cast)
    await rig.write(lambda uow: uow.dietitians.save(replace(cast.dietitian, suspended_at=rig.clock.now())))
    await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::1")
    return Scene(cast=cast, phone=cast.amina)


async def told_of_set_up(rig: Rig) -> Scene:
    scene = await newcomer(rig, *ALL[:-1])
    return Scene(cast=scene.cast, phone=await admin_of(rig))


async def home(rig: Rig) -> Scene:
    """Of somebody who stopped at the e-mail."""
    return await newcomer(rig, NAME, "/start")


SCREENS: dict[str, Arrive] = {
    "set-up: notice": partial(newcomer, agree=False),
    "set-up: name": newcomer,
    "set-up: zone": lambda rig: newcomer(rig, NAME, EMAIL),
    "set-up: kind": lambda rig: newcomer(rig, *ALL[:3]),
    "set-up: minutes": lambda rig: newcomer(rig, *ALL[:5]),
    "set-up: days": lambda rig: newcomer(rig, *PLAN),
    "set-up: meeting": lambda rig: newcomer(rig, *ALL[:-1]),
    "set-up: home": home,
    "set-up: told": told_of_set_up,
    "desk: invited": lambda rig: invited(rig, "Back"),
    "desk: invitation": lambda rig: invited(rig, "Open"),
    "desk: revoke question": lambda rig: invited(rig, "Open", "Revoke"),
    "invitation: one's own": own_link,
    "desk: dietitian": lambda rig: desk(rig, "Dr Ada Obi"),
    "desk: suspend question": lambda rig: desk(rig, "Dr Ada Obi", "Suspend"),
    "desk: suspended": suspended,
    "desk: reinstate question": lambda rig: suspended(rig, "Reinstate"),
    "told: suspended": told,
    "request: suspended": stopped,
}
