"""What people agree to: given, proven, asked for again, taken back, given again; by nobody in their place."""

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from domain.model.consent import Consent, Purpose, Wording, about_request
from domain.model.intake import Intake
from domain.model.people import CONSENT_VERSION, Person
from domain.model.policy import RECIPIENTS, VERSIONS, Operator, Policy
from domain.model.request import Request
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.telegram.phone import Phone
from storage.tables import outbox
from tests.handlers import tour_intake
from tests.handlers.tour_intake import SAID, answered
from tests.handlers.tour_privacy import LIST, agreements, with_mail
from tests.rig import Cast, Rig

OLD = "2026-11"
OPERATOR = Operator(
    name="Ọ̀sẹ́ Clinics & <Sons>", address="1 Marina, Lagos", contact="privacy@example.com", officer="Ms Bello"
)


async def given(rig: Rig, person: Person) -> list[Consent]:
    found: list[Consent] = await rig.read(lambda uow: uow.consents.of(person.id))
    return found


async def person_of(rig: Rig, phone: Phone) -> Person:
    found: Person | None = await rig.read(lambda uow: uow.people.by_telegram_id(phone.user_id))
    assert found is not None
    return found


async def kept(rig: Rig, consent: Consent) -> Wording:
    found: Wording | None = await rig.read(lambda uow: uow.consents.wording(consent.words_hash))
    assert found is not None
    return found


def notice_in(text: str, first: str) -> str:
    """The words of a screen from this line on, up to what the button does."""
    return re.split(r"\n\n(?:Press Agree|Nothing is asked|They go to)", text[text.index(first) :])[0]


def run_by(rig: Rig, operator: Operator) -> None:
    policy = replace(rig.machine.router.house.policy, operator=operator)
    object.__setattr__(rig.machine.router, "house", replace(rig.machine.router.house, policy=policy))
    object.__setattr__(rig.machine.doors, "policy", policy)


async def of_an_older_version(rig: Rig, **fields: Any) -> Cast:
    return await rig.cast(**{"consent_version": OLD, "email": "amina@example.com", **fields})


async def test_what_is_agreed_to_is_kept_word_for_word_as_it_was_shown(rig: Rig) -> None:
    run_by(rig, OPERATOR)
    phone = rig.phone(first_name="Amina")
    await rig.say(phone, "/start")
    shown = notice_in(phone.last.text, "Privacy, in short")
    assert f"{OPERATOR.name}, {OPERATOR.address}, is answerable" in shown
    assert await given(rig, await person_of(rig, phone)) == []
    await rig.press(phone, "Agree")
    person = await person_of(rig, phone)
    (consent,) = await given(rig, person)
    assert (consent.purpose, consent.version, consent.given_at) == (
        Purpose.PRACTICE, CONSENT_VERSION, rig.clock.now(),
    )  # fmt: skip
    assert consent.words_hash == sha256(shown.encode()).hexdigest()
    assert (await kept(rig, consent)).words == shown
    await rig.press_data(phone, LIST)
    await rig.press(phone, "Words 1")
    assert shown in phone.last.text
    assert consent.words_hash in phone.last.text


async def test_words_that_changed_before_agree_was_pressed_are_read_first(rig: Rig) -> None:
    phone = rig.phone(first_name="Amina")
    await rig.say(phone, "/start")
    run_by(rig, OPERATOR)
    assert "has changed since it was shown" in await rig.press(phone, "Agree")
    assert OPERATOR.name in phone.last.text
    person = await person_of(rig, phone)
    assert (person.consented_at, await given(rig, person)) == (None, [])
    await rig.press(phone, "Agree")
    (consent,) = await given(rig, person)
    assert OPERATOR.name in (await kept(rig, consent)).words


async def test_after_another_version_a_press_goes_on_where_it_was(rig: Rig) -> None:
    cast = await of_an_older_version(rig)
    request = await rig.request(cast)
    await rig.press_data(cast.amina, f"v1:{Verb.APPROVE}:{request.public_id}::1")
    assert "Our privacy notice has changed since you agreed to it" in cast.amina.last.text
    assert (await card_of(rig, request)).agreed_at is None
    await rig.press(cast.amina, "Agree")
    assert (await card_of(rig, request)).agreed_at == rig.clock.now()
    assert [one.version for one in await given(rig, cast.client)] == [CONSENT_VERSION]
    assert await rig.failed() == []


async def card_of(rig: Rig, request: Request) -> Request:
    card = await rig.read(lambda uow: uow.requests.card(request.public_id))
    found: Request = card.request
    return found


async def test_after_another_version_a_command_goes_on_where_it_was(rig: Rig) -> None:
    cast = await of_an_older_version(rig)
    await rig.say(cast.amina, "/settings")
    assert "has changed" in cast.amina.last.text
    await rig.press(cast.amina, "Agree")
    assert cast.amina.last.text.startswith("Settings")


async def test_after_another_version_the_open_question_is_asked_again(rig: Rig) -> None:
    asked = await answered(rig, 1)
    await outdate(rig, asked.cast.client)
    await rig.say(asked.cast.amina, SAID[1])
    assert "I have not kept what you sent just now" in asked.cast.amina.last.text
    await rig.press(asked.cast.amina, "Agree")
    assert asked.cast.amina.last.text.startswith("Question 2 of 3")
    await rig.say(asked.cast.amina, SAID[1])
    assert asked.cast.amina.last.text.startswith("Question 3 of 3")
    assert await rig.failed() == []


async def outdate(rig: Rig, who: Person) -> None:
    current = await rig.read(lambda uow: uow.people.get(who.id))
    await rig.write(lambda uow: uow.people.save(replace(current, consent_version=OLD)))


@pytest.mark.parametrize(
    "argument",
    [
        "p.agree.0.",
        "p.nothing.0.",
        "p.slot.1.nonsense",
        "p.ok.x.",
        "p.",
        "c.nothing",
        "c.",
        "t",
        "q.1",
        "p.show.1.",
    ],
)
async def test_a_forged_agree_leads_to_what_there_is_for_them(rig: Rig, argument: str) -> None:
    cast, other = await of_an_older_version(rig), await rig.cast(email="o@example.com")
    theirs = await rig.request(other)
    for subject in ("", theirs.public_id):
        mark = rig.machine.router.house.policy.notice(Purpose.PRACTICE).mark
        await outdate(rig, cast.client)
        await rig.press_data(cast.amina, f"v1:{Verb.AGREE}:{subject}:{argument}:{mark}")
        assert other.dietitian.name not in cast.amina.last.text.replace(cast.dietitian.name, "")
        assert "Press Agree" not in cast.amina.last.text
    assert cast.amina.unanswered_callbacks == []
    assert await rig.failed() == []


async def test_taken_back_nothing_new_is_stored_until_it_is_given_again(rig: Rig) -> None:
    phone = rig.phone(first_name="Amina")
    await rig.say(phone, "/start")
    await rig.press(phone, "Agree")
    await rig.press(phone, "Settings")
    await rig.press(phone, "Privacy")
    assert "Running the practice" in phone.last.text
    assert "(Africa/Lagos), version" in phone.last.text
    await rig.press(phone, "Take back 1")
    assert (await person_of(rig, phone)).has_consented  # asked first
    rig.clock.advance(timedelta(hours=2))
    await rig.press(phone, "Yes, take it back")
    assert "/deletemydata" in phone.last.text
    left = await person_of(rig, phone)
    (consent,) = await given(rig, left)
    assert (left.consented_at, consent.withdrawn_at) == (None, rig.clock.now())
    rig.clock.advance(timedelta(hours=2))
    for text in ("/settings", "/book", "hello", "/request"):
        await rig.say(phone, text)
        assert "Press Agree to go on" in phone.last.text
    assert await person_of(rig, phone) == left
    await rig.say(phone, "/start")
    await rig.press(phone, "Agree")
    assert [one.holds for one in await given(rig, left)] == [False, True]
    assert (await person_of(rig, phone)).has_consented
    assert await rig.failed() == []


async def test_a_dietitian_who_takes_it_back_is_warned_and_the_admins_are_told(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.press_data(cast.ada, LIST)
    await rig.press(cast.ada, "Take back 1")
    assert "You have a practice here" in cast.ada.last.text
    await rig.press(cast.ada, "Yes, take it back")
    rows = await rig.rows(select(outbox.c.key).where(outbox.c.key.startswith("alert:left:")))
    assert len(rows) == 2  # the fact, and the admin's own


async def test_what_was_said_about_health_is_gone_when_it_is_taken_back(rig: Rig) -> None:
    asked = await answered(rig)
    amina, ada = asked.cast.amina, asked.cast.ada
    (consent,) = await given(rig, asked.cast.client)
    assert (consent.purpose, consent.record) == (Purpose.HEALTH, about_request(asked.public_id))
    await rig.press_data(amina, LIST)
    assert "Health data: First consultation, Dr Ada Obi" in amina.last.text
    await rig.press(amina, "Take back 2")
    assert (await intake_of(rig, asked)).sealed_answers is not None  # asked first
    await rig.press(amina, "Yes, delete them")
    intake = await intake_of(rig, asked)
    assert (intake.sealed_answers, intake.consented_at) == (None, None)
    assert [one.withdrawn_at for one in await given(rig, asked.cast.client)] == [rig.clock.now()]
    assert "Health data" not in amina.last.text
    assert "has taken back their answers" in ada.last.text
    assert not any(answer in ada.last.text for answer in SAID)
    await rig.press_data(amina, asked.data(Verb.INTAKE))
    await rig.press(amina, "Agree")
    assert [one.holds for one in await given(rig, asked.cast.client)] == [False, True]
    assert await rig.failed() == []


async def intake_of(rig: Rig, asked: tour_intake.Asked) -> Intake:
    found: Intake | None = await rig.read(lambda uow: uow.intakes.of_request(asked.request.id))
    assert found is not None
    return found


async def test_an_agreement_whose_answers_went_by_themselves_is_not_shown(rig: Rig) -> None:
    asked = await answered(rig)
    await rig.press_data(asked.cast.amina, LIST)
    assert "Health data" in asked.cast.amina.last.text
    intake = await intake_of(rig, asked)
    await rig.write(
        lambda uow: uow.intakes.save(
            replace(intake, sealed_answers=None, consented_at=None, consent_version=None)
        )
    )
    await rig.press_data(asked.cast.amina, LIST)
    assert "Health data" not in asked.cast.amina.last.text
    await rig.press_data(asked.cast.amina, asked.data(Verb.DROP_CONSENT))  # by a button from before
    assert "What you have agreed to" in asked.cast.amina.last.text


async def test_the_words_about_health_are_kept_as_they_were_shown(rig: Rig) -> None:
    asked = await tour_intake.opened(rig)
    shown = notice_in(asked.cast.amina.last.text, "Your answers are health data")
    await rig.press(asked.cast.amina, "Agree")
    (consent,) = await given(rig, asked.cast.client)
    assert consent.words_hash == sha256(shown.encode()).hexdigest()
    assert asked.cast.dietitian.name not in (await kept(rig, consent)).words


async def test_answers_given_under_an_older_version_are_kept_and_nothing_more_is_asked(rig: Rig) -> None:
    asked = await answered(rig, 1)
    intake = await intake_of(rig, asked)
    await rig.write(lambda uow: uow.intakes.save(replace(intake, consent_version=OLD)))
    amina = asked.cast.amina
    await rig.say(amina, SAID[1])  # to the question that is still open
    assert "The notice about your answers has changed" in amina.last.text
    await rig.press(amina, "Agree")
    assert amina.last.text.startswith("Question 2 of 3")
    await rig.press(amina, "Back")
    assert SAID[0] in amina.last.text
    assert (await intake_of(rig, asked)).consent_version == VERSIONS[Purpose.HEALTH]
    assert len(await given(rig, asked.cast.client)) == 2
    assert await rig.failed() == []


async def test_nobody_takes_anything_back_in_anothers_place(rig: Rig) -> None:
    asked, other = await answered(rig), await rig.cast(email="o@example.com")
    before = await rig.dump("consents", "intakes", "people")
    for verb in (Verb.CONSENT, Verb.DROP_CONSENT, Verb.DROP_CONSENT_SURE):
        for phone in (other.amina, other.ada, asked.cast.ada):
            for subject in (asked.public_id, "ZZZZZZZZZZ"):
                for argument in ("", "practice", "health"):
                    assert await rig.press_data(phone, f"v1:{verb}:{subject}:{argument}:0") == NOT_YOURS
        assert await rig.press_data(other.amina, f"v1:{verb}::nonsense:0") == NOT_YOURS
    assert await rig.dump("consents", "intakes", "people") == before
    assert await rig.failed() == []


async def test_receipts_by_e_mail_are_switched_on_with_words_of_their_own_and_off_with_one_press(
    rig: Rig,
) -> None:
    scene = await agreements(rig, "Receipts by e-mail")
    shown = notice_in(scene.phone.last.text, "Receipts by e-mail")
    assert "They go to amina@example.com" in scene.phone.last.text
    assert not (await person_of(rig, scene.phone)).mail_receipts
    await rig.press(scene.phone, "Agree")
    person = await person_of(rig, scene.phone)
    (consent,) = await given(rig, person)
    assert (person.mail_receipts, consent.purpose) == (True, Purpose.MAIL)
    assert consent.words_hash == sha256(shown.encode()).hexdigest()
    await rig.press(scene.phone, "Take back 1")
    person = await person_of(rig, scene.phone)
    assert (person.mail_receipts, person.has_consented) == (False, True)
    assert [one.holds for one in await given(rig, person)] == [False]
    await rig.press(scene.phone, "Receipts by e-mail")
    await rig.press(scene.phone, "Agree")
    assert [one.holds for one in await given(rig, person)] == [False, True]


async def test_receipts_by_e_mail_are_not_offered_where_no_mail_is_sent_nor_agreed_to_unread(
    rig: Rig,
) -> None:
    cast = await rig.cast(email="amina@example.com")
    await rig.press_data(cast.amina, LIST)
    assert not any("e-mail" in label for label in cast.amina.last.labels)
    with_mail(rig)
    await rig.press_data(cast.amina, f"v1:{Verb.MAIL_AGREE}:::7")
    assert "Receipts by e-mail\nKept:" in cast.amina.last.text
    assert await given(rig, cast.client) == []


async def test_an_agreement_of_before_the_words_were_kept_can_be_seen_and_taken_back(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.press_data(cast.amina, LIST)
    await rig.press(cast.amina, "Words 1")
    assert "did not keep the words" in cast.amina.last.text
    await rig.press(cast.amina, "Take back")
    await rig.press(cast.amina, "Yes, take it back")
    assert not (await person_of(rig, cast.amina)).has_consented


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_page_and_the_command_say_the_same(rig: Rig) -> None:
    run_by(rig, OPERATOR)
    cast = await rig.cast(consented_at=None)
    await rig.say(cast.amina, "/privacy")
    async with aiohttp.ClientSession() as browser, browser.get(f"{rig.url}/privacy") as answer:
        page = unescape(await answer.text())
    command = cast.amina.last.text
    lines = rig.machine.router.house.policy.notice(Purpose.PRACTICE).words.splitlines()
    said = [
        line
        for line in lines
        if line.startswith(("Kept:", "Why:", "Ground:", "You may", "This bot", "Data "))
    ]
    assert len(said) == 6
    for words in (
        *said,
        Policy().kept_for[0],
        f"{OPERATOR.name}, {OPERATOR.address}, is answerable",
        CONSENT_VERSION,
    ):
        assert words in command
        assert words in page
    for recipient in RECIPIENTS:
        assert recipient.name in command
        assert recipient.name.casefold() in page.casefold()
        assert recipient.gets in page
    assert f"{rig.settings.public_url}/privacy" == cast.amina.url_of("Privacy policy")
    assert "<Sons>" not in await _source(rig)


async def _source(rig: Rig) -> str:
    async with aiohttp.ClientSession() as browser, browser.get(f"{rig.url}/privacy") as answer:
        return await answer.text()
