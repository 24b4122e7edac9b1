"""How to come to each screen about what a time brought."""

from datetime import timedelta

from sqlalchemy import update

from domain.ports import UnitOfWork
from storage.tables import ledger, requests
from storage.uow import SqlUnitOfWork
from tests.clock import MORNING
from tests.handlers.tour import Arrive, Scene
from tests.money.practice import admin_of
from tests.rig import Cast, Rig


async def month(rig: Rig, *, busy: bool) -> Scene:
    cast = await rig.cast(email="amina@example.com")
    if busy:
        await rig.confirmed(cast)
    await rig.say(cast.ada, "/stats")
    return Scene(cast=cast, phone=cast.ada)


def _long_ago(uow: UnitOfWork) -> None:
    """The admin sees everybody's: what the stories before this one left there is put aside."""
    assert isinstance(uow, SqlUnitOfWork)
    before = MORNING - timedelta(days=900)
    uow.connection.execute(update(ledger).values(at=before))
    uow.connection.execute(update(requests).values(sent_at=before))


async def of_all(rig: Rig, *labels: str) -> Scene:
    await rig.write(_long_ago)
    cast: Cast = (await month(rig, busy=True)).cast
    admin = await admin_of(rig)
    admin.clear()
    await rig.say(admin, "/admin")
    for label in ("Stats", *labels):
        await rig.press(admin, label)
    return Scene(cast=cast, phone=admin)


SCREENS: dict[str, Arrive] = {
    "stats: nothing": lambda rig: month(rig, busy=False),
    "stats: a month": lambda rig: month(rig, busy=True),
    "stats of all": of_all,
    "stats by dietitian": lambda rig: of_all(rig, "By dietitian"),
}
