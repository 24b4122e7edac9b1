"""How to come to each screen about reminders and running late."""

from datetime import timedelta
from functools import partial

from domain.model.booking import Booking
from domain.model.notice import Notice, NoticeKind
from domain.model.reminder import Lead
from domain.usecases.telling import tell
from tests.handlers.tour import Arrive, Scene, client, dietitian, typed
from tests.handlers.tour_attend import booking_of, shift
from tests.money.practice import booked, play
from tests.rig import Rig


async def settings(rig: Rig, *labels: str, text: str = "") -> Scene:
    scene = await typed(rig, "/settings", by_dietitian=False)
    for label in ("🔔 Reminders", *labels):
        await rig.press(scene.phone, label)
    if text:
        await rig.say(scene.phone, text)
    return scene


async def near(rig: Rig, *labels: str, by_dietitian: bool = False) -> Scene:
    """Ten minutes before the session; the clock stands where it stood, for the stories to be alike."""
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await shift(rig, request, timedelta(minutes=-10))
    await told(
        rig, await booking_of(rig, request), NoticeKind.REMINDER, cast.client.id, cast.dietitian.person_id
    )
    scene = dietitian(cast) if by_dietitian else client(cast)
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def told(rig: Rig, booking: Booking, kind: NoticeKind, *people: int) -> None:
    """As if its time had come."""
    for to in people:
        notice = Notice(
            kind=kind,
            to=to,
            key=f"{kind}:{booking.public_id}:tour:{to}",
            request_id=booking.request_id,
            booking_id=booking.id,
            detail={"start": booking.start.isoformat(), "lead": Lead.SOON},
        )
        await rig.write(partial(tell, notice=notice, now=rig.clock.now()))
    await rig.settled()


async def ending(rig: Rig) -> Scene:
    cast = await play(rig)
    request = await rig.held(cast)
    await told(rig, await booking_of(rig, request), NoticeKind.HOLD_ENDING, cast.client.id)
    return client(cast)


async def receipts(rig: Rig) -> Scene:
    """No mail is sent here: it says so."""
    scene = await typed(rig, "/settings", by_dietitian=False)
    await rig.press(scene.phone, "🧾 Receipts")
    return scene


async def told_late(rig: Rig) -> Scene:
    scene = await near(rig, "🏃 I'm late", "10 min")
    return dietitian(scene.cast)


SCREENS: dict[str, Arrive] = {
    "reminders": settings,
    "receipts": receipts,
    "reminders: quiet hours": lambda rig: settings(rig, "🌙 Quiet hours", text="22-7"),
    "reminders: quiet question": lambda rig: settings(rig, "🌙 Quiet hours"),
    "reminder": near,
    "late question": lambda rig: near(rig, "🏃 I'm late", by_dietitian=True),
    "told of running late": told_late,
    "hold ending": ending,
}
