"""The dietitian sets her cancellation terms in the chat; what is booked keeps those that were shown."""

import pytest

from handlers.callbacks import Verb
from tests.money.practice import all_well, another, booked, card, held, play
from tests.rig import Rig


async def test_the_terms_are_set_in_the_chat_and_shown_before_paying(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.ada, "/settings")
    await rig.press(cast.ada, "Cancellation terms")
    await rig.press(cast.ada, "48 h")
    await rig.press(cast.ada, "50%")
    assert "a full refund until 48 hours before, 50% after that" in cast.ada.last.text
    assert {"✅ 48 h", "✅ 50%"} <= set(cast.ada.last.labels)
    await held(rig, cast)
    words = "Cancel up to 48 hours before the start for a full refund; 50% is refunded after that."
    assert words in cast.amina.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_what_is_booked_already_keeps_the_terms_that_were_shown(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.SET_TERMS}::8760.0:0")
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    assert "you get ₦12,500.00 of ₦12,500.00 back" in cast.amina.last.text
    other = await another(rig, cast)
    theirs, _ = await booked(rig, other, day=4)
    await rig.press_data(other.amina, f"v1:{Verb.CANCEL_BOOKING}:{theirs.public_id}::0")
    assert "nothing of ₦12,500.00 is refunded" in other.amina.last.text


@pytest.mark.parametrize(
    "argument", ["8761.0", "24.101", "-1.0", "24", "24.x", ".", "", "99999999.0", "24.50.1"]
)
async def test_terms_that_cannot_be_are_refused(rig: Rig, argument: str) -> None:
    cast = await play(rig)
    await rig.press_data(cast.ada, f"v1:{Verb.SET_TERMS}::{argument}:0")
    now = await rig.read(lambda uow: uow.dietitians.get(cast.dietitian.id))
    assert (now.free_hours, now.late_refund_percent) == (24, 0)


async def test_a_client_has_no_terms_to_set(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/settings")
    assert not any("terms" in label for label in cast.amina.last.labels)
    assert "not here for you" in await rig.press_data(cast.amina, f"v1:{Verb.SET_TERMS}::0.0:0")
    request, _ = await held(rig, cast)
    assert (await card(rig, request)).booking.free_hours == 24  # type: ignore[union-attr]
