"""How to come to each screen of the waiting list, and to the choice among places."""

from handlers.callbacks import Verb
from tests.handlers.tour import Arrive, Scene
from tests.money.practice import another, held, play
from tests.races.hands import rev_of
from tests.rig import Rig


async def asked(rig: Rig, *labels: str, typed: str = "") -> Scene:
    """What would suit, after these presses and these words."""
    cast = await play(rig)
    request = await rig.request(cast, agreed_at=rig.clock.now())
    await rig.press_data(cast.amina, f"v1:{Verb.WISH}:{request.public_id}::1")
    for label in labels:
        await rig.press(cast.amina, label)
    if typed:
        await rig.say(cast.amina, typed)
    return Scene(cast=cast, phone=cast.amina)


async def time_free(rig: Rig) -> Scene:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    other = await another(rig, cast)
    theirs = await rig.request(other, agreed_at=rig.clock.now())
    await rig.press_data(other.amina, f"v1:{Verb.WISH_SURE}:{theirs.public_id}:0..:1")
    await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::{await rev_of(rig, request)}")
    return Scene(cast=other, phone=other.amina)


async def which_place(rig: Rig) -> Scene:
    cast = await rig.cast()
    await rig.press_data(cast.amina, f"v1:{Verb.CHANGE_ZONE}::0:0")
    await rig.say(cast.amina, "Birmingham")
    return Scene(cast=cast, phone=cast.amina)


SCREENS: dict[str, Arrive] = {
    "waiting list: asked": asked,
    "waiting list: hours": lambda rig: asked(rig, "Type the hours"),
    "waiting list: waits": lambda rig: asked(rig, "Tell me"),
    "waiting list: given up": lambda rig: asked(rig, "Tell me", "Stop waiting"),
    "waiting list: a time is free": time_free,
    "which place": which_place,
}
