"""How to come to each screen about a dietitian's calendar."""

from dataclasses import replace
from datetime import timedelta

from tests.handlers.calendars import EVENTS, booking_of, connect, down, drag, throw_away
from tests.handlers.tour import Arrive, Scene
from tests.money.practice import MAIL, booked
from tests.rig import ACCOUNT, Cast, Rig


async def practising(rig: Rig, *, offered: bool = True) -> Cast:
    cast = await rig.cast(email=MAIL)
    dietitian = replace(cast.dietitian, book_without_google=offered)
    await rig.write(lambda uow: uow.dietitians.save(dietitian))
    _empty(rig)
    return cast


def _empty(rig: Rig) -> None:
    """Every dietitian of the tour connects the same account: what those before booked is not there."""
    rig.google.faults.clear()
    rig.google.accounts[ACCOUNT].events.clear()


async def without_busy_times(rig: Rig) -> Scene:
    cast = await practising(rig)
    await connect(rig, cast, ticked=[EVENTS])
    return Scene(cast=cast, phone=cast.ada)


async def card_of_one_that_closes(rig: Rig) -> Scene:
    cast = await practising(rig, offered=False)
    await connect(rig, cast)
    await rig.say(cast.ada, "/google")
    return Scene(cast=cast, phone=cast.ada)


async def told_of_an_outage(rig: Rig) -> Scene:
    scene = await times_cannot_be_offered(rig)
    return Scene(cast=scene.cast, phone=scene.cast.ada)


async def times_cannot_be_offered(rig: Rig) -> Scene:
    cast = await practising(rig, offered=False)
    await connect(rig, cast)
    down(rig)
    await rig.approved(cast)
    return Scene(cast=cast, phone=cast.amina)


async def asked_about_event(rig: Rig, *, by: timedelta | None, answer: str = "") -> Scene:
    """`by`: how far the event was moved; None: it was deleted."""
    cast = await practising(rig)
    await connect(rig, cast)
    request, _ = await booked(rig, cast)
    if by is None:
        await throw_away(rig, request)
    else:
        await drag(rig, request, by)
    ahead = (await booking_of(rig, request)).start - timedelta(hours=25) - rig.clock.now()
    await rig.pass_time(ahead)
    rig.clock.advance(-ahead)  # for the scenes of the same test that come after
    if answer:
        await rig.press(cast.ada, answer)
    return Scene(cast=cast, phone=cast.ada)


def _asked(by: timedelta | None, answer: str = "") -> Arrive:
    return lambda rig: asked_about_event(rig, by=by, answer=answer)


HOURS = timedelta(hours=2)
SCREENS: dict[str, Arrive] = {
    "google: without busy times": without_busy_times,
    "google: offers nothing then": card_of_one_that_closes,
    "google: told of an outage": told_of_an_outage,
    "google: times can't be offered": times_cannot_be_offered,
    "google: event moved": _asked(HOURS),
    "google: booking followed": _asked(HOURS, "Move the booking too"),
    "google: booking can't follow": _asked(9 * HOURS, "Move the booking too"),
    "google: event deleted": _asked(None),
    "google: event made again": _asked(None, "Make it again"),
}
