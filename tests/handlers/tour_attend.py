"""How to come to each screen about the session itself: under way, over, closed, unclear."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import update

from domain.model.attendance import Attendance
from domain.model.booking import Booking
from domain.model.people import Role
from domain.model.request import Request
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from storage.tables import attendances
from storage.uow import SqlUnitOfWork
from tests.handlers.tour import Arrive, Scene
from tests.money.practice import MINUTE, admin_of, booked, play
from tests.rig import Cast, Rig

LENGTH = timedelta(minutes=45)
OVER = LENGTH + MINUTE
LONG_OVER = LENGTH + timedelta(days=2, minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Paid, and moved by hand to where the story needs it: nothing is told because of that."""

    cast: Cast
    request: Request

    def data(self, verb: Verb, argument: str = "", rev: int = 0) -> str:
        return f"v1:{verb}:{self.request.public_id}:{argument}:{rev}"

    def scene(self, *, by_dietitian: bool) -> Scene:
        return Scene(cast=self.cast, phone=self.cast.ada if by_dietitian else self.cast.amina)


async def booking_of(rig: Rig, request: Request) -> Booking:
    card = await rig.read(lambda uow: uow.requests.card_by_id(request.id))
    assert card.booking is not None
    found: Booking = card.booking
    return found


async def begun(rig: Rig, ago: timedelta, **terms: int) -> Session:
    """It began so long ago."""
    cast = await play(rig, **terms)
    request, _ = await booked(rig, cast)
    await shift(rig, request, ago)
    return Session(cast=cast, request=request)


async def shift(rig: Rig, request: Request, ago: timedelta) -> None:
    booking = await booking_of(rig, request)
    start = rig.clock.now() - ago
    moved = replace(booking, start=start, end=start + LENGTH, busy_until=start + LENGTH)
    await rig.write(lambda uow: uow.bookings.save(moved))
    asked = f"notice:session_over:{booking.public_id}:"  # as if at the end
    await rig.write(lambda uow: uow.outbox.drop_waiting(asked, now=moved.end, why="moved by hand"))


async def under_way(rig: Rig) -> Scene:
    """The client has tapped that they are there."""
    session = await begun(rig, 12 * MINUTE)
    await rig.press_data(session.cast.amina, session.data(Verb.HERE, "me"))
    return session.scene(by_dietitian=False)


async def not_yet_tapped(rig: Rig) -> Scene:
    session = await begun(rig, 12 * MINUTE)
    await rig.press_data(session.cast.ada, session.data(Verb.BOOKING))
    return session.scene(by_dietitian=True)


async def over(rig: Rig, *labels: str) -> Scene:
    session = await begun(rig, OVER)
    await rig.press_data(session.cast.ada, session.data(Verb.SESSION_END))
    for label in labels:
        await rig.press(session.cast.ada, label)
    return session.scene(by_dietitian=True)


async def rated(rig: Rig) -> Scene:
    session = await begun(rig, OVER)
    await rig.press_data(session.cast.ada, session.data(Verb.HELD))
    await rig.press(session.cast.amina, "4 ⭐")
    return session.scene(by_dietitian=False)


def tapped_alone(uow: UnitOfWork, booking: Booking, rig: Rig) -> None:
    at = rig.clock.now() - timedelta(days=2)
    uow.attendances.put(Attendance(booking_id=booking.id, role=Role.CLIENT, alone_at=at))


async def unclear(rig: Rig) -> Session:
    """The client had tapped that nobody was there, and the dietitian stays silent."""
    session = await begun(rig, LONG_OVER)
    booking = await booking_of(rig, session.request)
    await rig.write(partial(tapped_alone, booking=booking, rig=rig))
    closes, now = f"sessionclose:{booking.public_id}:", rig.clock.now()  # as if two days after its end
    await rig.write(lambda uow: uow.outbox.drop_waiting(closes, now=now, why="moved by hand"))
    return session


async def at_the_desk(rig: Rig, verb: Verb, argument: str = "") -> Scene:
    await rig.write(_decide_older)
    session = await unclear(rig)
    admin = await admin_of(rig)
    admin.clear()
    await rig.say(admin, "/admin")
    data = session.data(verb, argument) if verb is not Verb.DESK_SESSIONS else f"v1:{verb}::0:0"
    await rig.press_data(admin, data)
    return Scene(cast=session.cast, phone=admin)


def _decide_older(uow: UnitOfWork) -> None:
    """The admin sees everybody's: what the stories before this one left there is put aside."""
    assert isinstance(uow, SqlUnitOfWork)
    uow.connection.execute(update(attendances).values(alone_at=None))


SCREENS: dict[str, Arrive] = {
    "session: under way": not_yet_tapped,
    "session: tapped": under_way,
    "session: over": over,
    "session: no-show question": lambda rig: over(rig, "No-show"),
    "session: absent question": lambda rig: over(rig, "I wasn't there"),
    "session: completed": lambda rig: over(rig, "✅ Completed"),
    "session: rated": rated,
    "desk: unclear sessions": lambda rig: at_the_desk(rig, Verb.DESK_SESSIONS),
    "desk: unclear session": lambda rig: at_the_desk(rig, Verb.DESK_SESSION),
    "desk: unclear session question": lambda rig: at_the_desk(rig, Verb.DESK_SESSION_SURE, "held"),
}
