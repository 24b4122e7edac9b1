"""How to come to each screen of a paid session: cancel, move, the money behind it, the admin's desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import update

from domain.model.request import Request
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from storage.tables import bookings, payments, refunds
from storage.uow import SqlUnitOfWork
from tests.handlers.tour import Arrive, Scene
from tests.money import practice
from tests.money.practice import LAPSED, admin_of, booked, choose, held, play
from tests.rig import Cast, Rig


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A paid session, or money that could not become one."""

    cast: Cast
    request: Request
    reference: str

    def scene(self, *, by_dietitian: bool = False) -> Scene:
        return Scene(cast=self.cast, phone=self.cast.ada if by_dietitian else self.cast.amina)


async def paid(rig: Rig, *, room: str | None = "https://meet.example.com/ada") -> Story:
    cast = await play(rig, fallback_meeting_url=room)
    request, reference = await booked(rig, cast)
    return Story(cast=cast, request=request, reference=reference)


async def session(rig: Rig, *, by_dietitian: bool = False, room: str | None = None) -> Scene:
    """The session's own screen; without a room it has no link yet."""
    story = await paid(rig, room=room)
    return await opened(rig, story, by_dietitian=by_dietitian)


async def opened(rig: Rig, story: Story, *, by_dietitian: bool = False) -> Scene:
    scene = story.scene(by_dietitian=by_dietitian)
    await rig.press_data(scene.phone, f"v1:{Verb.BOOKING}:{story.request.public_id}::0")
    return scene


async def then(rig: Rig, *labels: str, by_dietitian: bool = False) -> Scene:
    """From the session's screen on, one press after the other."""
    scene = await session(rig, by_dietitian=by_dietitian)
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def told_of_cancelling(rig: Rig) -> Scene:
    """What the client got while the dietitian cancelled."""
    scene = await then(rig, "Cancel", "Yes, cancel it", by_dietitian=True)
    return Scene(cast=scene.cast, phone=scene.cast.amina)


async def move_slots(rig: Rig) -> Scene:
    scene = await then(rig, "Reschedule")
    await rig.press(scene.phone, scene.phone.last.labels[5])
    return scene


async def move_question(rig: Rig) -> Scene:
    scene = await then(rig, "Reschedule")
    await choose(rig, scene.phone, 5, 1)
    return scene


async def moved(rig: Rig) -> Scene:
    scene = await move_question(rig)
    await rig.press(scene.phone, "Confirm")
    return scene


async def told_of_moving(rig: Rig) -> Scene:
    scene = await moved(rig)
    return Scene(cast=scene.cast, phone=scene.cast.ada)


async def too_late(rig: Rig) -> Story:
    """A credit that waits for the client's choice."""
    cast, request, reference = await practice.too_late(rig)
    rig.clock.advance(-LAPSED)  # for the scenes of the same test that come after
    return Story(cast=cast, request=request, reference=reference)


async def credit(rig: Rig, *labels: str) -> Scene:
    scene = (await too_late(rig)).scene()
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def credit_slots(rig: Rig) -> Scene:
    scene = await credit(rig, "Choose another time")
    await rig.press(scene.phone, scene.phone.last.labels[5])
    return scene


async def wrong_sum(rig: Rig) -> Story:
    """Less arrived than was asked for: quarantine."""
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.pay(reference, amount=500)
    return Story(cast=cast, request=request, reference=reference)


async def quarantined(rig: Rig) -> Scene:
    return (await wrong_sum(rig)).scene()


async def cancelled_with(rig: Rig, outcome: str) -> Story:
    """A refund that Paystack has brought to this outcome."""
    rig.paystack.refund_seconds = None
    story = await paid(rig)
    await opened(rig, story)
    for label in ("Cancel", "Yes, cancel it"):
        await rig.press(story.cast.amina, label)
    await rig.paystack.finish_refund(rig.paystack.refunds.all[-1].id, outcome)
    await rig.settled()
    return story


async def needs_account(rig: Rig, *labels: str) -> Scene:
    scene = (await cancelled_with(rig, "needs-attention")).scene()
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def account_question(rig: Rig) -> Scene:
    scene = await needs_account(rig, "Choose the bank", "Zenith")
    await rig.say(scene.phone, "0123456789")
    return scene


async def account_given(rig: Rig) -> Scene:
    scene = await account_question(rig)
    await rig.press(scene.phone, "Confirm")
    return scene


async def told_of_refund(rig: Rig, outcome: str) -> Scene:
    return (await cancelled_with(rig, outcome)).scene()


def _nothing_waits(uow: UnitOfWork) -> None:
    """Every practice has the same desk: put aside what the stories before this one left there."""
    assert isinstance(uow, SqlUnitOfWork)
    uow.connection.execute(update(refunds).values(state="processed", next_check_at=None))
    uow.connection.execute(update(payments).where(payments.c.outcome.is_not(None)).values(outcome="value"))
    uow.connection.execute(update(bookings).values(meeting_url="https://meet.example.com/before"))


async def desk(rig: Rig, *labels: str, stories: Sequence[Arrive] = ()) -> Scene:
    """The admin's phone, after these presses on a desk that holds what these stories left."""
    await rig.write(_nothing_waits)
    cast = (await play(rig)) if not stories else (await _told(rig, stories)).cast
    admin = await admin_of(rig)
    admin.clear()
    await rig.say(admin, "/admin")
    for label in labels:
        await rig.press(admin, label)
    return Scene(cast=cast, phone=admin)


async def _told(rig: Rig, stories: Sequence[Arrive]) -> Scene:
    return [await arrive(rig) for arrive in stories][-1]


async def refund_failed(rig: Rig) -> Scene:
    return (await cancelled_with(rig, "failed")).scene()


async def terms(rig: Rig) -> Scene:
    cast = await play(rig)
    await rig.say(cast.ada, "/settings")
    await rig.press(cast.ada, "Cancellation terms")
    return Scene(cast=cast, phone=cast.ada)


_WITH_LINK = partial(session, room="https://meet.example.com/ada")
_QUARANTINE, _CREDIT, _FAILED = (quarantined,), (credit,), (refund_failed,)
_SEVEN = (quarantined,) * 7
_LINKS = (session,) * 7

SCREENS: dict[str, Arrive] = {
    "session of a client": _WITH_LINK,
    "session of a dietitian": partial(_WITH_LINK, by_dietitian=True),
    "session without a link": session,
    "a dietitian's session without a link": partial(session, by_dietitian=True),
    "link asked for": lambda rig: then(rig, "Get link"),
    "cancel question": lambda rig: then(rig, "Cancel"),
    "a dietitian's cancel question": lambda rig: then(rig, "Cancel", by_dietitian=True),
    "cancelled": lambda rig: then(rig, "Cancel", "Yes, cancel it"),
    "told of cancelling": told_of_cancelling,
    "move: days": lambda rig: then(rig, "Reschedule"),
    "move: slots": move_slots,
    "move question": move_question,
    "moved": moved,
    "told of moving": told_of_moving,
    "credit": credit,
    "refund question": lambda rig: credit(rig, "Refund"),
    "refund asked for": lambda rig: credit(rig, "Refund", "Yes, refund"),
    "credit: slots": credit_slots,
    "quarantine": quarantined,
    "refund paid out": partial(told_of_refund, outcome="processed"),
    "refund failed": refund_failed,
    "refund needs an account": needs_account,
    "banks": lambda rig: needs_account(rig, "Choose the bank"),
    "account number": lambda rig: needs_account(rig, "Choose the bank", "Zenith"),
    "account question": account_question,
    "account given": account_given,
    "terms": terms,
    "desk": desk,
    "desk: no money": lambda rig: desk(rig, "Money"),
    "desk: money": lambda rig: desk(rig, "Money", stories=_QUARANTINE),
    "desk: seven payments": lambda rig: desk(rig, "Money", stories=_SEVEN),
    "desk: payment": lambda rig: desk(rig, "Money", "1", stories=_QUARANTINE),
    "desk: credit": lambda rig: desk(rig, "Money", "1", stories=_CREDIT),
    "desk: refund question": lambda rig: desk(rig, "Money", "1", "Refund", stories=_QUARANTINE),
    "desk: failed refund": lambda rig: desk(rig, "Money", "1", stories=_FAILED),
    "desk: history": lambda rig: desk(rig, "Money", "1", "History", stories=_QUARANTINE),
    "desk: no missing links": lambda rig: desk(rig, "Missing links"),
    "desk: missing links": lambda rig: desk(rig, "Missing links", stories=_LINKS),
    "desk: links being made": lambda rig: desk(rig, "Missing links", "Make all", stories=_LINKS[:1]),
}
