"""Wherever somebody stopped, the next press leads on; what cannot be done is said at the first press."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from bot.updates import UpdateWorker
from domain.errors import StorageUnavailable
from domain.model.step import StepKind
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
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


async def say_and_be_cut_short(rig: Rig, phone: Phone, words: str) -> None:
    """The answer is kept, the program ends before it is shown, and the text is worked once more."""
    reply, cuts = UpdateWorker._reply, [StorageUnavailable("the power went")]

    async def shaky(self: UpdateWorker, *given: Any) -> None:
        if cuts:
            raise cuts.pop()
        await reply(self, *given)

    with patch.object(UpdateWorker, "_reply", shaky):
        await rig.say(phone, words)
        await rig.pass_time(timedelta(minutes=1))
    assert cuts == []


async def test_a_text_that_is_worked_again_does_not_answer_the_next_question_too(rig: Rig) -> None:
    scene = await tour.client_name(rig)
    ada = scene.phone
    await say_and_be_cut_short(rig, ada, "kim@example.com")
    step = await rig.read(lambda uow: uow.steps.of(ada.user_id))
    assert step.kind is StepKind.CLIENT_EMAIL, "it was taken as the name, and as that alone"
    await say_and_be_cut_short(rig, ada, "kim@example.com")
    step = await rig.read(lambda uow: uow.steps.of(ada.user_id))
    assert step.kind is StepKind.REQUEST_MESSAGE
    assert "kim@example.com" not in "".join(str(row) for row in await rig.rows(select(requests.c.message)))
    await say_and_be_cut_short(rig, ada, "See you soon")
    assert "Ready to send?" in ada.last.text


async def test_the_last_answer_of_a_conversation_worked_again_leads_home(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.amina, "/settings")
    await rig.press(cast.amina, "Name")
    await say_and_be_cut_short(rig, cast.amina, "Amina B.")
    assert "waiting for a message" not in cast.amina.last.text
    assert (await rig.read(lambda uow: uow.people.get(cast.client.id))).name == "Amina B."
