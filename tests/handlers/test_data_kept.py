"""What the admins see of what is kept, and for how long."""

from datetime import timedelta
from functools import partial

from bot.nights import Nights
from domain.model.retention import Kind
from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from handlers.screens.kept import _NAMES
from tests.money.practice import admin_of
from tests.rig import Rig


async def night(rig: Rig) -> None:
    settings = rig.settings
    nights = Nights(
        transactions=rig.database,
        clock=rig.clock,
        kept=settings.retention,
        timezone=settings.default_timezone,
    )
    await nights.tick()
    while nights._steps is not None:
        await nights.tick()


async def test_an_admin_sees_what_there_is_and_what_the_next_night_takes(rig: Rig) -> None:
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    assert "No night has counted yet" in await rig.press(admin, "Data kept") + admin.last.text
    now = rig.clock.now()
    for number, days in enumerate((40, 30, 2)):
        at = now - timedelta(days=days) + timedelta(hours=number)
        step = Step(telegram_id=number, kind=StepKind.NAME, expires_at=at)
        await rig.write(partial(_put, step=step))
    await night(rig)
    await rig.press(admin, "Look again")
    (line,) = [one for one in admin.last.text.splitlines() if "Open questions" in one]
    assert line.startswith("• Open questions, for 30 days: 2, the oldest of Saturday 3 October 2026")
    assert line.endswith("Taken: 1; the next night takes 1")
    assert all(name in admin.last.text for name in _NAMES.values())


def _put(uow: UnitOfWork, *, step: Step) -> None:
    uow.steps.put(step)


async def test_nobody_else_sees_it(rig: Rig) -> None:
    cast = await rig.cast()
    for phone in (cast.ada, cast.amina):
        await rig.press_data(phone, "v1:dkept:::0")
        assert "Data kept" not in phone.last.text


def test_every_kind_has_a_name() -> None:
    assert set(_NAMES) == set(Kind)
