"""Who waits is not told of a time that the dietitian's own calendar says is busy, nor while it cannot be asked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from handlers.callbacks import Verb
from storage.tables import outbox
from tests.handlers.calendars import HOUR, connect, down
from tests.money.practice import MINUTE, another, play, told
from tests.rig import ACCOUNT, Cast, Rig

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
EIGHTEEN = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)  # Tuesday, 18:00 in Lagos
FREE = "A time is free"


async def waits_for_tuesday_evening(rig: Rig, cast: Cast) -> Cast:
    """When she is not there yet."""
    other = await another(rig, cast)
    request = await rig.request(other, agreed_at=rig.clock.now())
    await rig.press_data(other.amina, f"v1:{Verb.WISH_SURE}:{request.public_id}:2.1020.:1")
    return other


async def open_on_tuesday_evening(rig: Rig, cast: Cast) -> None:
    hours = rig.machine.router.cases.week.hours
    await hours.set_days(dietitian=cast.dietitian, days=[1], ranges=[(18 * 60, 20 * 60)])
    await rig.settled()


async def test_only_what_her_calendar_leaves_free_is_told_of(rig: Rig) -> None:
    cast = await play(rig)
    await connect(rig, cast)
    other = await waits_for_tuesday_evening(rig, cast)
    rig.google.add_event(ACCOUNT, EIGHTEEN, EIGHTEEN + HOUR, summary="Dinner")
    await rig.pass_time(2 * MINUTE)
    await open_on_tuesday_evening(rig, cast)
    assert told(other.amina, FREE) == 1
    assert "19:00" in other.amina.last.text


async def test_nobody_is_told_while_it_cannot_be_asked_but_soon_after(rig: Rig) -> None:
    cast = await play(rig, book_without_google=False)
    await connect(rig, cast)
    other = await waits_for_tuesday_evening(rig, cast)
    down(rig)
    await rig.pass_time(timedelta(hours=2))
    await open_on_tuesday_evening(rig, cast)
    assert told(other.amina, FREE) == 0
    waiting = select(outbox.c.id).where(outbox.c.key.startswith("waiting:"), outbox.c.state == "due")
    assert await rig.rows(waiting)
    rig.google.faults.clear()
    for _ in range(3):
        await rig.pass_time(timedelta(minutes=11))
    assert told(other.amina, FREE) == 1
