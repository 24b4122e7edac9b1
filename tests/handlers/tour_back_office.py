"""How to come to each screen of the admins' back office, of a broadcast, and of a dietitian's practice profile."""

from functools import partial

from sqlalchemy import delete, insert, update

from domain.model.job import Job
from domain.model.queue import Errand
from domain.ports import UnitOfWork
from domain.usecases.telling import record
from sandbox.telegram.phone import Phone
from storage.tables import audit, inbox, outbox
from storage.uow import SqlUnitOfWork
from tests.handlers.tour import Arrive, Scene
from tests.handlers.tour_shop import put_away
from tests.money.practice import admin_of
from tests.rig import Cast, Rig

SECRET = "the words of this message are nobody's business"
BLOCKED = "Forbidden: bot was blocked by the user"
WORDS = "From Monday on payouts arrive a day later."


def clear(uow: UnitOfWork) -> None:
    """Everybody's failures are on one list: those of the scenes before this one go."""
    assert isinstance(uow, SqlUnitOfWork)
    put_away(uow)
    uow.connection.execute(delete(outbox).where(outbox.c.key.startswith("staged:")))
    uow.connection.execute(delete(inbox).where(inbox.c.key.startswith("staged:")))
    uow.connection.execute(update(outbox).values(batch=None))


def given_up(uow: UnitOfWork, cast: Cast, number: int) -> None:
    """Messages to the dietitian that could not be delivered, and a payment's event that met a bug."""
    assert isinstance(uow, SqlUnitOfWork)
    at = cast.client.created_at
    row = {
        "errand": Errand.NOTICE,
        "lane": f"person:{cast.dietitian.person_id}",
        "payload": {
            "kind": "suspended",
            "to": cast.dietitian.person_id,
            "key": "staged",
            "detail": {"reason": SECRET},
        },
        "due_at": at,
        "state": "dead",
        "attempts": 1,
        "created_at": at,
        "error": BLOCKED,
        "closed_at": at,
    }
    for place in range(number):
        uow.connection.execute(insert(outbox), {**row, "key": f"staged:{cast.dietitian.id}:{place}"})
    came = {
        "source": "paystack",
        "key": f"staged:{cast.dietitian.id}",
        "lane": "DD-unknown",
        "body": SECRET,
        "received_at": at,
        "state": "failed",
        "attempts": 1,
        "due_at": at,
        "error": "ValueError at bot/events.py:1",
        "closed_at": at,
    }
    uow.connection.execute(insert(inbox), came)


def reported(uow: UnitOfWork, rig: Rig, programs: int) -> None:
    """`programs` of them, each with a job that does well and one that does not."""
    now = rig.clock.now()
    for at in range(programs):
        name = f"program-{at}"
        well = Job(program=name, name="outbox", every=1, ran_at=now, succeeded_at=now, reported_at=now)
        ill = Job(
            program=name,
            name="payments",
            every=3,
            ran_at=now,
            failed_at=now,
            error="Paystack is away: https://api.telegram.org/bot123456:AAsecret/getMe",
            reported_at=now,
        )
        uow.jobs.report(name, [well, ill], forget_before=now)


async def desk(rig: Rig, *labels: str, failures: int = 0, programs: int = 0) -> Scene:
    """The admin's phone after these presses on a desk of one practice, with so many failures on it."""
    await rig.write(clear)
    cast = await rig.cast()
    if failures:
        await rig.write(lambda uow: given_up(uow, cast, failures))
    if programs:
        await rig.write(lambda uow: reported(uow, rig, programs))
    admin = await admin_of(rig)
    admin.clear()
    await rig.say(admin, "/admin")
    for label in labels:
        await rig.press(admin, label)
    return Scene(cast=cast, phone=admin)


async def written(rig: Rig, *labels: str, words: str = WORDS) -> Scene:
    scene = await desk(rig, "Broadcast", "Write to all")
    await rig.say(scene.phone, words)
    for label in labels:
        await rig.press(scene.phone, label)
    return scene


async def profile(rig: Rig, *labels: str) -> Scene:
    cast = await rig.cast()
    await rig.say(cast.ada, "/settings")
    for label in ("Practice profile", *labels):
        await rig.press(cast.ada, label)
    return Scene(cast=cast, phone=cast.ada)


async def audited(rig: Rig, *labels: str) -> Scene:
    """Two pages of the audit trail, of one record."""
    scene = await desk(rig)

    def only(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.connection.execute(delete(audit))
        for _ in range(9):
            record(uow, rig.clock.now(), "operator", "applied practice", "practice:all")

    await rig.write(only)
    for label in ("Audit trail", *labels):
        await rig.press(scene.phone, label)
    return scene


def newest(phone: Phone) -> str:
    return phone.last.text


SCREENS: dict[str, Arrive] = {
    "back office: desk": desk,
    "failures": partial(desk, failures=7),
    "failures: going out": lambda rig: desk(rig, "Failed deliveries", failures=7),
    "failures: one": lambda rig: desk(rig, "Failed deliveries", "1", failures=2),
    "failures: drop question": lambda rig: desk(rig, "Failed deliveries", "1", "Let it be", failures=2),
    "failures: retry question": lambda rig: desk(rig, "Failed deliveries", "Retry all", failures=2),
    "backlog": lambda rig: desk(rig, "Backlog"),
    "jobs": lambda rig: desk(rig, "Jobs", programs=2),
    "data kept": lambda rig: desk(rig, "Data kept"),
    "audit trail": audited,
    "audit trail: of a record": lambda rig: audited(rig, "1"),
    "broadcast: preview": written,
    "broadcast: sent": lambda rig: written(rig, "Yes, send", "Back"),
    "profile: room": lambda rig: profile(rig, "Own room"),
    "profile: room question": lambda rig: profile(rig, "Own room", "Take it away"),
    "profile: zone": lambda rig: profile(rig, "Time zone"),
}
