"""/services: what a dietitian offers, the questions about it, and the public links to it."""

from dataclasses import replace

import pytest

from domain.model.service import Service
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.telegram.phone import Phone
from tests.handlers.tour_shop import PLAN, QUESTIONS, SESSION, offers, put_away, shop, stock
from tests.money.practice import all_well, texts
from tests.rig import HOSTILE, Cast, Rig


async def questions_of(rig: Rig, service: Service) -> tuple[str, ...]:
    found: Service = await rig.read(lambda uow: uow.services.get(service.id))
    return found.questions


async def asked(rig: Rig, *, by: tuple[str, ...] = ("First consultation", "Questions")) -> tuple[Cast, Phone]:
    scene = await offers(rig, *by)
    return scene.cast, scene.phone


async def test_the_list_has_both_kinds_and_leaves_out_what_was_put_away(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    await rig.write(lambda uow: stock(uow, cast.dietitian, PLAN, title="By hand", by_request_only=True))
    await rig.write(lambda uow: uow.services.save(replace(session, archived=True)))
    await rig.say(cast.ada, "/services")
    assert cast.ada.last.labels[:2] == ["🥗 Weekly plan 00 · ₦15,000.00", "🥗 By hand · ₦15,000.00"]
    await rig.press(cast.ada, "By hand")
    assert "By request only" in cast.ada.last.text
    assert "🔗 Public link" not in cast.ada.last.labels


async def test_sixty_services_are_paged(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.write(lambda uow: stock(uow, cast.dietitian, SESSION, 60))
    await rig.say(cast.ada, "/services")
    seen = set(cast.ada.last.labels)
    while "›" in cast.ada.last.labels:
        await rig.press(cast.ada, "›")
        seen |= set(cast.ada.last.labels)
    assert len([label for label in seen if "₦" in label]) == 62


async def test_a_question_is_added_and_another_removed(rig: Rig) -> None:
    cast, ada = await asked(rig)
    await rig.press(ada, "Add")
    await rig.say(ada, "  How many\nmeals a day?  ")
    assert "4. How many meals a day?" in ada.last.text
    assert "Removed" in await rig.press(ada, "✖ 2")
    left = (QUESTIONS[0], QUESTIONS[2], "How many meals a day?")
    assert await questions_of(rig, cast.service) == left
    await rig.say(ada, "And now?")
    assert "I wasn't waiting for a message" in ada.last.text
    assert await questions_of(rig, cast.service) == left


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x" * 201, "That has 201 characters"),
        ("🌸" * 3, "I need a question in words"),
        ("\u202e\u200b\u2028", "I need a question in words"),
        ("do you have any ALLERGIES?", "is there already"),
        ("  What  is your\naim? ", "is there already"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_is_no_question_is_said_and_the_question_stays_open(
    rig: Rig, typed: str, words: str
) -> None:
    cast, ada = await asked(rig)
    await rig.press(ada, "Add")
    assert words in await rig.say(ada, typed)
    assert await questions_of(rig, cast.service) == QUESTIONS
    await rig.say(ada, "x" * 200)
    assert (await questions_of(rig, cast.service))[-1] == "x" * 200


@pytest.mark.parametrize(
    "typed", [HOSTILE, "'; DROP TABLE services; --", "ما هو هدفك؟", "¿Ọlá? {0} %s \\n", "&lt;b&gt;"]
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_any_words_are_kept_and_shown_as_they_were_typed(rig: Rig, typed: str) -> None:
    cast, ada = await asked(rig)
    await rig.press(ada, "Add")
    assert f"4. {typed}" in await rig.say(ada, typed)
    assert (await questions_of(rig, cast.service))[-1] == typed
    assert await rig.failed() == []


async def test_what_turns_the_reading_direction_is_left_out(rig: Rig) -> None:
    cast, ada = await asked(rig)
    await rig.press(ada, "Add")
    await rig.say(ada, "Your\u202e aim\x00 today?")
    assert (await questions_of(rig, cast.service))[-1] == "Your aim today?"


async def test_there_are_twelve_questions_and_no_more(rig: Rig) -> None:
    cast, ada = await asked(rig)
    for number in range(9):
        await rig.press(ada, "Add")
        await rig.say(ada, f"{'y' * 190} {number}?")
    assert len(await questions_of(rig, cast.service)) == 12
    assert "➕ Add" not in ada.last.labels
    words = await rig.press_data(ada, f"v1:{Verb.ADD_QUESTION}:{cast.service.public_id}::0")
    assert "12 questions already" in words
    await rig.press(ada, "✖ 12")
    assert "➕ Add" in ada.last.labels


async def test_a_removal_is_refused_where_the_list_is_another_now(rig: Rig) -> None:
    cast, ada = await asked(rig)
    bubble = ada.last
    second = bubble.buttons[0][1].data or ""
    await rig.press_data(ada, second, message_id=bubble.id)
    left = (QUESTIONS[0], QUESTIONS[2])
    assert "changed meanwhile" in await rig.press_data(ada, second, message_id=bubble.id)
    assert await questions_of(rig, cast.service) == left
    await rig.press(ada, "Add")
    await rig.say(ada, "As many as before?")  # the count is as it was on the old button
    assert "changed meanwhile" in await rig.press_data(ada, second, message_id=bubble.id)
    assert await questions_of(rig, cast.service) == (*left, "As many as before?")
    assert "As many as before?" in ada.last.text


async def test_three_presses_at_once_remove_one(rig: Rig) -> None:
    cast, ada = await asked(rig)
    await ada.press_many("✖ 1", 3)
    await rig.settled()
    assert await questions_of(rig, cast.service) == QUESTIONS[1:]


@pytest.mark.parametrize("argument", ["", "0", "0.", ".3", "3.3", "-1.3", "99999.3", "x.y", "0.3.1", "0.4"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_forged_removal_removes_nothing(rig: Rig, argument: str) -> None:
    cast, ada = await asked(rig)
    mark = (ada.last.buttons[0][0].data or "").rpartition(":")[2]
    for rev in ("0", "1", mark):
        if (argument, rev) != ("0.3", mark):
            await rig.press_data(ada, f"v1:svqd:{cast.service.public_id}:{argument}:{rev}")
    assert await questions_of(rig, cast.service) == QUESTIONS
    assert await rig.failed() == []


async def test_nobody_else_looks_at_or_changes_what_is_asked(rig: Rig) -> None:
    cast, ada = await asked(rig)
    theirs = [button.data or "" for row in ada.last.buttons for button in row if button.data]
    theirs += [f"v1:{verb}:{cast.service.public_id}::0" for verb in (Verb.OFFER, Verb.PUBLIC_LINK)]
    other = await rig.cast()
    for phone in (cast.amina, other.ada):
        for data in theirs:
            if cast.service.public_id in data:
                assert await rig.press_data(phone, data) == NOT_YOURS, data
    await rig.say(cast.amina, "/services")
    assert NOT_YOURS in cast.amina.last.text
    assert await questions_of(rig, cast.service) == QUESTIONS


async def test_what_was_put_away_is_not_changed_by_an_old_button_or_a_late_answer(rig: Rig) -> None:
    cast, ada = await asked(rig)
    await rig.press(ada, "Add")
    await rig.write(lambda uow: uow.services.save(replace(uow.services.get(cast.service.id), archived=True)))
    await rig.say(ada, "Too late?")
    assert "moved on" in ada.last.text
    await rig.say(ada, "Again?")
    assert "I wasn't waiting" in ada.last.text
    assert await questions_of(rig, cast.service) == QUESTIONS


async def test_changed_questions_hold_for_what_is_paid_from_now_on(rig: Rig) -> None:
    cast, ada = await asked(rig)
    first = await rig.confirmed(cast)
    for _ in QUESTIONS:
        await rig.press_data(ada, f"v1:{Verb.QUESTIONS}:{cast.service.public_id}::0")
        await rig.press(ada, "✖ 1")
    await rig.press(ada, "Add")
    await rig.say(ada, "What changed?")
    second = await rig.confirmed(cast)
    before = await rig.read(lambda uow: uow.intakes.of_request(first.id))
    after = await rig.read(lambda uow: uow.intakes.of_request(second.id))
    assert (before.questions, after.questions) == (QUESTIONS, ("What changed?",))


async def opened(rig: Rig, phone: Phone, link: str) -> str:
    await phone.start(link.partition("start=")[2])
    await rig.settled()
    return phone.last.text


async def test_a_link_leads_everybody_to_the_service_any_number_of_times(rig: Rig) -> None:
    scene = await offers(rig, "First consultation", "Public link")
    ada = scene.cast.ada
    assert ada.last.photo is not None
    link = (await ada.press("Copy the link")).copied
    assert link == f"https://t.me/{rig.world.bot.username}?start=at-{scene.cast.service.public_id}"
    for _ in range(2):
        for phone in (scene.cast.amina, (await rig.person(name="Tunde"))[1]):
            assert "First consultation · 45 min" in await opened(rig, phone, link)
    assert "your own public link" in await opened(rig, ada, link)
    await rig.press(scene.cast.amina, "Book · ₦12,500.00")
    assert "Choose a day" in scene.cast.amina.last.text
    await all_well(rig, ada, scene.cast.amina)


async def test_a_link_to_the_practice_shows_what_there_is(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    link = f"?start=at-{cast.dietitian.public_id}"
    assert "Weekly plan 00 · ₦15,000.00" in await opened(rig, cast.amina, link)
    assert cast.amina.last.labels == ["🗓 Book a consultation", "🥗 Buy a meal plan", "🏠 Home"]
    await rig.write(lambda uow: uow.services.save(replace(session, by_request_only=True)))
    await opened(rig, cast.amina, link)
    assert cast.amina.last.labels == ["🥗 Buy a meal plan", "🏠 Home"]
    await rig.press(cast.amina, "Buy a meal plan")
    await rig.press(cast.amina, "Weekly plan")
    assert cast.amina.url_of("Pay ₦15,000.00")


@pytest.mark.parametrize("place", ["practice", "session"])
async def test_a_newcomer_agrees_first_and_then_is_where_the_link_leads(rig: Rig, place: str) -> None:
    cast, session, _ = await shop(rig)
    newcomer = rig.phone(first_name="Bola")
    public_id = session.public_id if place == "session" else cast.dietitian.public_id
    words = await opened(rig, newcomer, f"?start=at-{public_id}")
    assert "Dr Ada Obi" in words
    assert "Privacy, in short" in words
    await rig.press(newcomer, "Agree")
    assert newcomer.last.text.startswith("Dr Ada Obi")
    assert "First consultation" in newcomer.last.text
    assert len(texts(newcomer)) == 1


async def test_a_link_to_nobody_is_answered_kindly(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    newcomer = rig.phone(first_name="Bola")
    assert "Press Agree" in await opened(rig, newcomer, "?start=at-ZZZZZZZZZZ")
    assert "not here any more" in texts(newcomer)[0]
    await rig.press(newcomer, "Agree")
    assert "Hello Bola" in newcomer.last.text
    assert "not here any more" in await opened(rig, cast.amina, "?start=at-ZZZZZZZZZZ")
    await rig.write(lambda uow: uow.services.save(replace(session, archived=True)))
    assert "not here any more" in await opened(rig, cast.amina, f"?start=at-{session.public_id}")
    await rig.write(put_away)
    assert "not here any more" in await opened(rig, cast.amina, f"?start=at-{cast.dietitian.public_id}")
    await rig.press_data(cast.amina, f"v1:{Verb.AGREE}:{cast.dietitian.public_id}:at:0")
    assert "not here any more" in cast.amina.last.text


@pytest.mark.parametrize(
    "payload", ["at-", "at-short", "at-" + "Z" * 11, "at-zzzzzzzzzz", "at-ZZZZZZZZZ0", "AT-ZZZZZZZZZZ"]
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_only_looks_like_a_public_link_is_taken_for_a_one_time_link(
    rig: Rig, payload: str
) -> None:
    cast, _, _ = await shop(rig)
    assert "used up or has expired" in await opened(rig, cast.amina, f"?start={payload}")


async def test_agreeing_to_a_request_still_leads_to_the_request(rig: Rig) -> None:
    cast, _, _ = await shop(rig, consented_at=None, consent_version=None)
    request = await rig.request(cast)
    await rig.press_data(
        cast.amina, f"v1:{Verb.AGREE}:{request.public_id}::0"
    )  # as an earlier release drew it
    await rig.press(cast.amina, "Agree")
    assert "sends you a consultation request" in cast.amina.last.text


async def test_what_is_by_request_only_has_no_link_and_no_button_behind_one(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    await rig.write(lambda uow: uow.services.save(replace(session, by_request_only=True)))
    words = await rig.press_data(cast.ada, f"v1:{Verb.PUBLIC_LINK}:{session.public_id}::0")
    assert "by request only" in words
    assert "is by request only" in await opened(rig, cast.amina, f"?start=at-{session.public_id}")
    assert cast.amina.last.labels == ["🥗 Buy a meal plan", "🏠 Home"]
