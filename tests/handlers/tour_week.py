"""How to come to each screen about a dietitian's hours and time off."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from domain.model.hours import Opening, TimeOff
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from tests.handlers.tour import Arrive, Scene
from tests.rig import Cast, Rig
from tests.storage import seeds

FRIDAY = "Friday 6 November 2026, 14:00–17:00 (Africa/Lagos)"
DAY = timedelta(days=1)


def book(uow: UnitOfWork, cast: Cast, number: int, *, hour: int = 11, hold: bool = False) -> None:
    """Sessions on Friday 6 November, from this hour (UTC, an hour less than in Lagos) every hour."""
    for at in range(number):
        request = uow.requests.add(
            seeds.request(cast.dietitian.id, cast.client.id, title="Follow-up", client_name="Amina Bello")
        )
        start = cast.client.created_at.replace(hour=hour) + 4 * DAY + timedelta(hours=at)
        fields = {} if hold else {"state": "confirmed", "hold_until": None}
        uow.bookings.add(seeds.booking(request, start, **fields))


async def week(rig: Rig, *labels: str, sessions: int = 0, closed: bool = False) -> Scene:
    cast = await rig.cast()
    await rig.write(lambda uow: book(uow, cast, sessions))
    if closed:
        await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    return await through(rig, cast, "/availability", *labels)


async def through(rig: Rig, cast: Cast, command: str, *labels: str) -> Scene:
    await rig.say(cast.ada, command)
    for label in labels:
        await rig.press(cast.ada, label)
    return Scene(cast=cast, phone=cast.ada)


def _away(uow: UnitOfWork, cast: Cast, number: int) -> None:
    first = date(2026, 12, 1)
    days = [TimeOff(first=first + at * DAY, last=first + at * DAY, reason="Rest") for at in range(number)]
    uow.dietitians.set_time_off(cast.dietitian.id, days)
    opening = Opening(day=date(2026, 11, 28), opens=600, closes=840)
    uow.dietitians.set_openings(cast.dietitian.id, [opening])


async def time_off(rig: Rig, *labels: str, number: int = 0) -> Scene:
    cast = await rig.cast()
    if number:
        await rig.write(partial(_away, cast=cast, number=number))
    return await through(rig, cast, "/timeoff", *labels)


async def typed(rig: Rig, *labels: str, sessions: int = 0) -> Scene:
    cast = await rig.cast()
    await rig.write(lambda uow: book(uow, cast, sessions, hour=13))
    scene = await through(rig, cast, "/timeoff", "➕ Time off")
    await rig.say(scene.phone, "6 Nov 2pm-8pm")
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def asked(rig: Rig) -> Scene:
    """The client's side."""
    scene = await typed(rig, "Confirm", "Ask Amina Bello to move", sessions=1)
    return replace(scene, phone=scene.cast.amina)


async def many_clashes(rig: Rig) -> Scene:
    scene = await typed(rig, "Confirm", sessions=6)
    assert str(Verb.ASK_ALL_TO_MOVE) in str(scene.bubble.buttons)
    return scene


SCREENS: dict[str, Arrive] = {
    "week": lambda rig: week(rig, sessions=1, closed=True),
    "week: a day": lambda rig: week(rig, "Mon"),
    "week: copy": lambda rig: week(rig, "Mon", "Copy", "Tue"),
    "week: rules": lambda rig: week(rig, "Rules"),
    "week: a rule": lambda rig: week(rig, "Rules", "Sessions a day"),
    "week: picture": lambda rig: week(rig, "Picture"),
    "time off: nothing": time_off,
    "time off: list": lambda rig: time_off(rig, number=9),
    "time off: an opening": lambda rig: time_off(rig, "1.", number=1),
    "time off: remove question": lambda rig: time_off(rig, "1.", "Remove", number=1),
    "time off: understood": typed,
    "time off: reason": lambda rig: typed(rig, "Reason"),
    "time off: clashes": many_clashes,
    "time off: asked to move": asked,
}
