"""`dietdesk erase NUMBER`: deleted again after a backup brought them back."""

import pytest
from sqlalchemy import select

from bot.erasing import erase_again
from domain.errors import Malformed, NotYours
from storage.tables import audit, people
from tests.handlers.lives import PLANTED, everything, left_of, lived
from tests.money.practice import booked, play
from tests.rig import Rig


async def test_all_about_them_goes_and_the_audit_trail_says_who_did_it(rig: Rig) -> None:
    life = await lived(rig)
    await erase_again(rig.settings, rig.clock, life.cast.client.id)
    await rig.settled()
    assert left_of(await everything(rig), *PLANTED) == []
    erased = select(audit.c.actor, audit.c.record).where(audit.c.action == "erased")
    assert await rig.rows(erased) == [("operator", f"person:{life.cast.client.id}")]
    with pytest.raises(Malformed, match="deleted already"):
        await erase_again(rig.settings, rig.clock, life.cast.client.id)


async def test_dietitians_and_who_has_paid_for_what_is_ahead_are_refused(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    assert cast.dietitian.person_id is not None
    for person_id, why in ((cast.dietitian.person_id, "dietitian"), (cast.client.id, "paid")):
        with pytest.raises(Malformed, match=why):
            await erase_again(rig.settings, rig.clock, person_id)
    with pytest.raises(NotYours):
        await erase_again(rig.settings, rig.clock, 987_654)
    assert await rig.rows(select(people.c.id).where(people.c.erased_at.is_not(None))) == []
