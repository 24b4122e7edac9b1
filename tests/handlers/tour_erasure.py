"""How to come to each screen about somebody's data: theirs, and a dietitian's leaving."""

from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from tests.handlers.tour import Arrive, Scene, client
from tests.money.practice import admin_of, booked, play
from tests.rig import Cast, Rig


async def deletion(rig: Rig, *labels: str, paid: bool = False) -> Scene:
    cast = await play(rig)
    if paid:
        await booked(rig, cast)
    await rig.say(cast.amina, "/deletemydata")
    for label in labels:
        await rig.press(cast.amina, label)
    return client(cast)


async def decided(rig: Rig) -> Scene:
    return await deletion(rig, "Delete", "Confirm", paid=True)


async def leaving(rig: Rig, *labels: str, paid: bool = True) -> Scene:
    """The admin's phone; the dietitian has asked, and nobody else."""
    await rig.write(_all_stay)
    cast = await play(rig)
    if paid:
        await booked(rig, cast)
    await rig.say(cast.ada, "/deletemydata")
    await rig.press(cast.ada, "Delete")
    await rig.press(cast.ada, "Confirm")
    return await _opened(rig, cast, await admin_of(rig), labels)


def _all_stay(uow: UnitOfWork) -> None:
    for one in uow.erasures.leaving():
        uow.erasures.drop(one.person_id)


async def _opened(rig: Rig, cast: Cast, admin: Phone, labels: tuple[str, ...]) -> Scene:
    admin.clear()  # what was there before differs from one coming to the next
    erasure = await rig.read(lambda uow: uow.erasures.of(cast.dietitian.person_id))
    await rig.press_data(admin, f"v1:{Verb.LEAVINGS}::0:0")
    if labels:
        await rig.press_data(admin, f"v1:{Verb.LEAVING}:{erasure.id}::0")
    for label in labels[1:]:
        await rig.press(admin, label)
    return Scene(cast=cast, phone=admin)


SCREENS: dict[str, Arrive] = {
    "deletion: session ahead": lambda rig: deletion(rig, paid=True),
    "deletion: question": lambda rig: deletion(rig, "Delete"),
    "deletion: cancel question": lambda rig: deletion(rig, "Cancel: First", paid=True),
    "deletion: decided": decided,
    "leaving: one": lambda rig: leaving(rig, "open"),
    "leaving: cancel question": lambda rig: leaving(rig, "open", "Cancel:"),
    "leaving: keep question": lambda rig: leaving(rig, "open", "Keep"),
    "leaving: nothing ahead": lambda rig: leaving(rig, "open", paid=False),
    "leaving: delete question": lambda rig: leaving(rig, "open", "Delete", paid=False),
}
