"""Wherever somebody stopped, the next press leads on; what cannot be done is said at the first press."""

from datetime import timedelta

from handlers.callbacks import Verb
from tests.money.practice import booked, play
from tests.rig import Rig


async def test_a_held_time_without_an_email_goes_on_at_the_email(rig: Rig) -> None:
    cast = await rig.cast()
    request = await rig.held(cast)
    await rig.say(cast.amina, "/cancel")
    await rig.say(cast.amina, "/requests")
    await rig.press(cast.amina, "Continue")
    assert "Where should Paystack send your receipt?" in cast.amina.last.text
    await rig.say(cast.amina, "amina@example.com")
    assert cast.amina.url_of("Pay ₦")
    assert len(await rig.references(request)) == 1


async def test_a_session_that_has_begun_cannot_be_cancelled_at_the_first_press(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    rig.clock.advance(timedelta(days=30))
    words = await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    assert "has begun" in words
    assert not [label for label in cast.amina.last.labels if "Yes" in label]


async def test_a_command_that_there_is_not_is_called_that(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.amina, "/frobnicate")
    assert cast.amina.last.text.startswith("I don't know that command.")
    await rig.say(cast.amina, "hello?")
    assert cast.amina.last.text.startswith("I wasn't waiting for a message")
