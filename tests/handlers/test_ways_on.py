"""Wherever somebody stopped, the next press leads on; what cannot be done is said at the first press."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.callbacks import Verb
from storage.tables import requests
from tests.handlers import tour
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


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_says_nothing_answers_no_question(rig: Rig) -> None:
    scene = await tour.reason(rig)
    amina = scene.phone
    await amina.send_other("pinned_message", message_id=1)
    await rig.settled()
    assert "I can only read words here" in amina.last.text
    assert "Skip" in amina.last.labels
    for words in ("\u200b", "x" * 501):
        assert "for example: i am away" in (await rig.say(amina, words)).casefold()
    assert await rig.rows(select(requests.c.state)) == [("pending",)]
    await rig.say(amina, "I am travelling.")
    assert await rig.rows(select(requests.c.state)) == [("declined",)]
    assert any("I am travelling." in one.text for one in scene.cast.ada.messages)


async def test_a_command_that_there_is_not_is_called_that(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.amina, "/frobnicate")
    assert cast.amina.last.text.startswith("I don't know that command.")
    await rig.say(cast.amina, "hello?")
    assert cast.amina.last.text.startswith("I wasn't waiting for a message")
