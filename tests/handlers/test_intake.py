"""What a dietitian wants to know: asked after payment, with consent of its own, seen by that dietitian alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from domain.model.consent import Purpose
from domain.model.intake import INTAKE_CONSENT_VERSION, LONGEST_ANSWER, Intake
from domain.model.plan import PlanState
from domain.model.request import RequestState
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from storage.tables import metadata, outbox
from storage.uow import SqlUnitOfWork
from storage.vault import FernetVault
from tests.handlers import tour_intake
from tests.handlers.tour_intake import QUESTIONS, SAID, Asked, answered, opened, plan, session, two_clients
from tests.money.practice import DAY, HOUR, admin_of, booked, held, play, told
from tests.money.restart import restart
from tests.money.test_reschedule import booking_of, moved
from tests.rig import Rig

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
OWN_TABLES = {"intakes", "audit", "steps", "requests", "plans", "bookings", "clients", "people", "outbox"}
CLIENT_VERBS = (
    Verb.INTAKE, Verb.INTAKE_AGREE, Verb.INTAKE_REFUSE, Verb.INTAKE_ASK, Verb.INTAKE_SKIP, Verb.INTAKE_CLEAR,
    Verb.INTAKE_CLEAR_SURE,
)  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script> & </blockquote>",
    "'; DROP TABLE intakes; --",
    "السكري منذ ٢٠١٩",
    "糖尿病、高血圧 👩‍⚕️🏳️‍🌈",
    "{{7*7}} %s %(x)s {0} \\u0000 \\",
    "first line\n\n  second line\ttab",
    "null",
    '["",null]',
    "🫨" * 400,
    "\u202egnitset",
]


async def intake_of(rig: Rig, asked: Asked) -> Intake:
    found: Intake | None = await rig.read(lambda uow: uow.intakes.of_request(asked.request.id))
    assert found is not None
    return found


async def audited(rig: Rig, asked: Asked) -> list[str]:
    entries = await rig.read(lambda uow: uow.audit.of(f"request:{asked.public_id}"))
    return [entry.action for entry in entries if "intake" in entry.action]


async def read(rig: Rig, asked: Asked) -> str:
    """What the dietitian sees."""
    return (await tour_intake.read(rig, asked)).bubble.text


async def went_out(rig: Rig, kind: str) -> list[str]:
    """What became of the notices of this kind. A message in the chat may have been turned into another screen."""
    rows = await rig.rows(select(outbox.c.state).where(outbox.c.key.startswith(f"notice:{kind}:")))
    return [state for (state,) in rows]


def as_shown(answer: str) -> str:
    """Kept as it was typed; shown without what would turn our own words round."""
    return answer.strip().replace("\u202e", "")


@pytest.mark.parametrize("pay", [plan, session])
async def test_from_the_payment_to_the_dietitians_eyes(rig: Rig, pay: Any) -> None:
    asked: Asked = await pay(rig)
    amina, ada = asked.cast.amina, asked.cast.ada
    assert "would like to know 3 things before your" in amina.last.text
    assert "Question" not in amina.last.text
    assert await intake_of(rig, asked) == replace(await intake_of(rig, asked), consented_at=None, rev=1)
    await rig.press(amina, "Agree")
    for number, (question, answer) in enumerate(zip(QUESTIONS, SAID, strict=True), 1):
        assert amina.last.text.startswith(f"Question {number} of 3\n{question}")
        assert told(ada, "has been through your questions") == 0
        await rig.say(amina, answer)
    for question, answer in zip(QUESTIONS, SAID, strict=True):
        assert question in amina.last.text
        assert answer in amina.last.text
    assert told(ada, "has been through your questions") == 1
    assert told(ada, SAID[0]) == 0
    await rig.press(ada, "Answers")
    assert all(answer in ada.last.text for answer in SAID)
    kept = await intake_of(rig, asked)
    assert (kept.consent_version, kept.consented_at) == (INTAKE_CONSENT_VERSION, rig.clock.now())
    assert await audited(rig, asked) == ["agreed to intake", "completed intake", "read intake"]
    assert await rig.failed() == []


async def test_nothing_is_taken_before_the_consent(rig: Rig) -> None:
    asked = await session(rig)
    amina = asked.cast.amina
    await rig.press_data(amina, asked.data(Verb.INTAKE))
    await rig.say(amina, SAID[0])
    assert amina.last.text.startswith("I wasn't waiting for a message")
    for verb in (Verb.INTAKE_ASK, Verb.INTAKE_SKIP):
        assert "changed since" in await rig.press_data(amina, asked.data(verb, "0", 1))
        assert "Agree" in " ".join(amina.last.labels)
    await rig.say(amina, SAID[0])
    kept = await intake_of(rig, asked)
    assert (kept.rev, kept.sealed_answers, kept.consented_at) == (1, None, None)
    assert (
        await read(rig, asked)
        == "📝 Amina Bello – First consultation\n\nNot answered yet: your client has not agreed to be asked."
    )


async def test_agreeing_to_words_of_another_version_is_agreeing_to_nothing(rig: Rig) -> None:
    asked = await session(rig)
    words = await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE_AGREE, "2024-01"))
    assert "changed since" in words
    assert (await intake_of(rig, asked)).consented_at is None
    await rig.press(asked.cast.amina, "Agree")
    assert (await intake_of(rig, asked)).consented_at is not None


async def test_not_now_says_where_it_waits_and_the_session_leads_back(rig: Rig) -> None:
    asked = await session(rig)
    await rig.press(asked.cast.amina, "Not now")
    assert "/upcoming → Details → Questions for you" in asked.cast.amina.last.text
    await rig.say(asked.cast.amina, "/upcoming")
    await rig.press(asked.cast.amina, "Details")
    await rig.press(asked.cast.amina, "Questions for you")
    await rig.press(asked.cast.amina, "Agree")
    assert asked.cast.amina.last.text.startswith("Question 1 of 3")


async def test_who_would_rather_not_can_still_change_their_mind(rig: Rig) -> None:
    asked = await opened(rig, "Rather not")
    assert (await intake_of(rig, asked)).declined_at == rig.clock.now()
    assert "They would rather not say." in await read(rig, asked)
    await rig.press(asked.cast.amina, "Agree")
    kept = await intake_of(rig, asked)
    assert (kept.declined_at, kept.consented_at) == (None, rig.clock.now())
    assert asked.cast.amina.last.text.startswith("Question 1 of 3")
    assert "changed since" in await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE_REFUSE))
    assert (await intake_of(rig, asked)).declined_at is None


async def test_skipping_every_question_is_an_answer_too(rig: Rig) -> None:
    asked = await opened(rig, "Agree", "Skip", "Skip", "Skip")
    assert asked.cast.amina.last.text.count("skipped") == 3
    assert told(asked.cast.ada, "has been through your questions") == 1
    assert (await read(rig, asked)).count("skipped") == 3


async def test_back_shows_the_answer_and_keeps_or_replaces_it(rig: Rig) -> None:
    asked = await answered(rig, 2, "Back")
    amina = asked.cast.amina
    assert SAID[1] in amina.last.text
    await rig.press(amina, "Back")
    assert amina.last.text.startswith("Question 1 of 3")
    await rig.press(amina, "Keep it")
    assert amina.last.text.startswith("Question 3 of 3")
    await rig.press(amina, "Back")
    await rig.say(amina, "more salt")
    assert amina.last.text.startswith("Question 3 of 3")
    await rig.press(amina, "My answers")
    assert "more salt" in amina.last.text
    assert SAID[1] not in amina.last.text
    await rig.press(amina, "Go on")
    assert amina.last.text.startswith("Question 3 of 3")


async def test_each_answer_can_be_changed_afterwards_and_is_told_once(rig: Rig) -> None:
    asked = await answered(rig, 3, "✏️ 2")
    amina = asked.cast.amina
    await rig.say(amina, "to sleep well")
    assert "to sleep well" in amina.last.text
    await rig.press(amina, "✏️ 1")
    await rig.press(amina, "Skip instead")
    assert SAID[0] not in amina.last.text
    assert told(asked.cast.ada, "has been through your questions") == 1
    assert told(asked.cast.ada, "has changed an answer") == 1
    seen = await read(rig, asked)
    assert ("to sleep well" in seen, SAID[0] in seen, SAID[2] in seen) == (True, False, True)
    assert await went_out(rig, "intake_done") == ["sent"]


async def test_a_question_left_by_looking_at_the_list_takes_no_text(rig: Rig) -> None:
    asked = await answered(rig, 3, "✏️ 2", "Back")
    await rig.say(asked.cast.amina, "good morning")
    assert "I wasn't waiting" in asked.cast.amina.last.text
    assert SAID[1] in await read(rig, asked)


async def test_it_goes_on_where_it_stopped(rig: Rig) -> None:
    asked = await answered(rig, 1)
    amina = asked.cast.amina
    assert "Nothing is lost" in await rig.say(amina, "/cancel")
    await rig.say(amina, "peace")
    assert "I wasn't waiting" in amina.last.text
    await rig.say(amina, "/upcoming")
    rig.clock.advance(timedelta(hours=3))
    await rig.press_data(amina, asked.data(Verb.INTAKE))
    assert amina.last.text.startswith("Question 2 of 3")
    await rig.say(amina, SAID[1])
    assert amina.last.text.startswith("Question 3 of 3")
    await rig.say(amina, "/help")
    await rig.say(amina, SAID[2])
    seen = await read(rig, asked)
    assert [answer for answer in SAID if answer not in seen] == []


async def test_the_question_is_still_open_after_a_restart(rig: Rig) -> None:
    asked = await answered(rig, 1)
    await restart(rig)
    await rig.say(asked.cast.amina, SAID[1])
    assert asked.cast.amina.last.text.startswith("Question 3 of 3")
    assert SAID[1] in await read(rig, asked)


async def test_a_forgotten_question_is_asked_again_when_it_is_opened(rig: Rig) -> None:
    asked = await plan(rig)
    amina = asked.cast.amina
    await rig.press(amina, "Agree")
    await rig.pass_time(timedelta(days=2, minutes=1))
    await rig.say(amina, SAID[0])
    assert "I wasn't waiting" in amina.last.text
    await rig.press_data(amina, asked.data(Verb.INTAKE))
    await rig.say(amina, SAID[0])
    assert amina.last.text.startswith("Question 2 of 3")


@pytest.mark.parametrize("answer", HOSTILE, ids=ascii)
async def test_an_answer_comes_out_as_it_was_typed(rig: Rig, answer: str) -> None:
    asked = await opened(rig, "Agree")
    await rig.say(asked.cast.amina, answer)
    assert asked.cast.amina.last.text.startswith("Question 2 of 3")
    await rig.press(asked.cast.amina, "Back")
    assert as_shown(answer) in asked.cast.amina.last.text
    assert as_shown(answer) in await read(rig, asked)
    assert await rig.failed() == []


async def test_what_is_no_answer_leaves_the_question_open(rig: Rig) -> None:
    asked = await opened(rig, "Agree")
    amina = asked.cast.amina
    await rig.say(amina, "x" * (LONGEST_ANSWER + 1))
    assert "1,001 characters long" in amina.last.text
    await rig.say(amina, " \u200b\n ")
    assert "type your answer in words" in amina.last.text
    await amina.send_other("sticker", emoji="🍎")
    await rig.settled()
    assert "I can only read words here" in amina.last.text
    for send in (amina.send_photo, partial(amina.send_document, "blood.pdf")):
        await send(_png(), caption="my results")
        await rig.settled()
        assert "I can only read words here" in amina.last.text
    assert (await intake_of(rig, asked)).sealed_answers is None
    await rig.say(amina, "x" * LONGEST_ANSWER)
    assert amina.last.text.startswith("Question 2 of 3")


def _png() -> bytes:
    from io import BytesIO

    import segno

    picture = BytesIO()
    segno.make("apple").save(picture, kind="png")
    return picture.getvalue()


async def test_deleting_takes_answers_and_consent_and_can_be_begun_anew(rig: Rig) -> None:
    asked = await answered(rig, 3, "Delete my answers")
    amina = asked.cast.amina
    assert SAID[0] in await read(rig, asked)
    await rig.press(amina, "Yes, delete them")
    kept = await intake_of(rig, asked)
    assert (kept.sealed_answers, kept.consented_at, kept.consent_version) == (None, None, None)
    assert (await read(rig, asked)).endswith("Deleted by the client.")
    await rig.press_data(amina, asked.data(Verb.INTAKE_CLEAR_SURE))
    await rig.press(amina, "Agree")
    for _ in QUESTIONS:
        await rig.say(amina, "other words")
    assert (await read(rig, asked)).count("other words") == 3
    assert await went_out(rig, "intake_done") == ["sent"]
    assert (await audited(rig, asked)).count("deleted intake") == 1
    assert await rig.failed() == []


async def test_what_was_deleted_half_way_is_called_deleted(rig: Rig) -> None:
    asked = await answered(rig, 1, "My answers", "Delete my answers", "Yes, delete them")
    assert (await read(rig, asked)).endswith("Deleted by the client.")
    await rig.say(asked.cast.amina, SAID[1])
    assert "I wasn't waiting" in asked.cast.amina.last.text
    assert told(asked.cast.ada, "has been through") == 0


def _set_plan(uow: UnitOfWork, asked: Asked, state: PlanState) -> None:
    found = uow.plans.of_request(asked.request.id)
    assert found is not None
    uow.plans.save(replace(found, state=state))
    if state is PlanState.CANCELLED:
        card = uow.requests.card_by_id(asked.request.id)
        uow.requests.save(replace(card.request, state=RequestState.CANCELLED))


async def answered_plan(rig: Rig, number: int = 3) -> Asked:
    asked = await plan(rig)
    await rig.press(asked.cast.amina, "Agree")
    for words in SAID[:number]:
        await rig.say(asked.cast.amina, words)
    return asked


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (PlanState.SENT, "Your plan has been sent."),
        (PlanState.RECEIVED, "Your plan has been sent."),
        (PlanState.CANCELLED, "Your plan was cancelled."),
    ],
)
async def test_once_the_plan_is_sent_answers_can_be_read_and_deleted_only(
    rig: Rig, state: PlanState, words: str
) -> None:
    asked = await answered_plan(rig, 2)
    amina = asked.cast.amina
    await rig.write(partial(_set_plan, asked=asked, state=state))
    before = await intake_of(rig, asked)
    await rig.say(amina, "too late")
    assert amina.last.text.startswith("I have not kept that message as an answer")
    assert words in amina.last.text
    assert not [label for label in amina.last.labels if "✏️" in label or "Go on" in label]
    for verb in (Verb.INTAKE_ASK, Verb.INTAKE_SKIP):
        assert "changed since" in await rig.press_data(amina, asked.data(verb, "0", before.rev))
    await rig.say(amina, "too late again")
    assert "I wasn't waiting" in amina.last.text
    assert await intake_of(rig, asked) == before
    closed = state is PlanState.CANCELLED
    assert ("the answers are closed" if closed else "not answered yet") in await read(rig, asked)
    await rig.press(amina, "Delete my answers")
    await rig.press(amina, "Yes, delete")
    assert (await intake_of(rig, asked)).sealed_answers is None
    assert (await read(rig, asked)).endswith("Deleted by the client.")
    mark = rig.machine.router.house.policy.notice(Purpose.HEALTH).mark
    await rig.press_data(amina, asked.data(Verb.INTAKE_AGREE, INTAKE_CONSENT_VERSION, mark))
    assert (await intake_of(rig, asked)).consented_at is None
    assert "Nothing is asked any more" in amina.last.text


async def test_a_session_that_has_begun_asks_nothing_any_more(rig: Rig) -> None:
    asked = await answered(rig, 1)
    await rig.pass_time(timedelta(days=3))
    await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE))
    assert "Your session has begun." in asked.cast.amina.last.text
    assert "Delete my answers" in " ".join(asked.cast.amina.last.labels)


async def test_a_moved_session_can_be_answered_until_its_new_start(rig: Rig) -> None:
    asked = await answered(rig, 1)
    booking = (await rig.read(lambda uow: uow.requests.card_by_id(asked.request.id))).booking
    later = timedelta(days=5)
    moved = replace(
        booking, start=booking.start + later, end=booking.end + later, busy_until=booking.busy_until + later
    )
    await rig.write(lambda uow: uow.bookings.save(moved))
    await rig.pass_time(booking.start - rig.clock.now())
    await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE))
    assert asked.cast.amina.last.text.startswith("Question 2 of 3")
    await rig.pass_time(later)
    await rig.press_data(asked.cast.amina, asked.data(Verb.INTAKE))
    assert "Your session has begun." in asked.cast.amina.last.text


async def test_a_notice_that_waited_is_not_sent_for_what_was_answered_meanwhile(rig: Rig) -> None:
    cast = await play(rig)
    await rig.write(lambda uow: uow.services.save(replace(cast.service, questions=QUESTIONS)))
    request, reference = await held(rig, cast)
    asked = Asked(cast=cast, request=request, reference=reference)
    rig.telegram.faults.plan(Fault(match="sendMessage", kind=FaultKind.STATUS, status=503, times=-1))
    await rig.pay(reference)
    await rig.press_data(cast.amina, asked.data(Verb.INTAKE))
    await rig.press(cast.amina, "Rather not")
    rig.telegram.faults.clear()
    await rig.pass_time(timedelta(minutes=5))
    assert await went_out(rig, "booking_confirmed") == ["sent", "sent"]
    assert await went_out(rig, "intake") == ["dropped"]


async def test_a_request_without_questions_has_nothing_to_open(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    for phone in (cast.amina, cast.ada):
        for verb in (*CLIENT_VERBS, Verb.INTAKE_READ):
            assert await rig.press_data(phone, f"v1:{verb}:{request.public_id}:0:1") == NOT_YOURS
        await rig.press_data(phone, f"v1:{Verb.BOOKING}:{request.public_id}::0")
        assert not [label for label in phone.last.labels if "📝" in label]


async def test_before_the_payment_there_is_nothing_to_open(rig: Rig) -> None:
    cast = await play(rig)
    await rig.write(lambda uow: uow.services.save(replace(cast.service, questions=QUESTIONS)))
    request = await rig.held(cast)
    for phone in (cast.amina, cast.ada):
        for verb in (*CLIENT_VERBS, Verb.INTAKE_READ):
            assert await rig.press_data(phone, f"v1:{verb}:{request.public_id}:0:1") == NOT_YOURS


async def test_nobody_else_reads_or_changes_anything(rig: Rig) -> None:
    asked = await answered(rig, 2)
    others = await rig.cast()
    admin = await admin_of(rig)
    before = await intake_of(rig, asked), await audited(rig, asked)
    for phone in (others.amina, others.ada, admin, asked.cast.ada):
        for verb in CLIENT_VERBS:
            for argument in ("", "0", "2", "privacy", INTAKE_CONSENT_VERSION):
                words = await rig.press_data(phone, asked.data(verb, argument, before[0].rev))
                assert words == NOT_YOURS, (verb, argument)
    for phone in (others.amina, others.ada, admin, asked.cast.amina):
        for argument in ("", "0", "1", "99999"):
            assert await rig.press_data(phone, asked.data(Verb.INTAKE_READ, argument)) == NOT_YOURS
        _saw_nothing(phone if phone is not asked.cast.amina else others.amina)
    assert (await intake_of(rig, asked), await audited(rig, asked)) == before
    assert await rig.failed() == []


def _saw_nothing(phone: Phone) -> None:
    assert not [one for one in phone.messages if any(answer in one.text for answer in SAID)]


async def test_a_dietitian_who_left_the_practice_reads_nothing(rig: Rig) -> None:
    asked = await answered(rig)
    gone = replace(asked.cast.dietitian, active=False)
    await rig.write(lambda uow: uow.dietitians.save(gone))
    assert await rig.press_data(asked.cast.ada, asked.data(Verb.INTAKE_READ)) == NOT_YOURS


async def test_two_clients_of_one_dietitian_are_never_mixed_up(rig: Rig) -> None:
    first, second = await two_clients(rig)
    await rig.press(second.cast.amina, "Agree")
    await rig.press_data(first.cast.amina, first.data(Verb.INTAKE))
    await rig.press(first.cast.amina, "Agree")
    for number in range(3):
        await first.cast.amina.send(f"amina {number}")
        await second.cast.amina.send(f"tunde {number}")
        await rig.settled()
    assert ("amina 2" in await read(rig, first), "tunde" in await read(rig, first)) == (True, False)
    assert ("tunde 2" in await read(rig, second), "amina" in await read(rig, second)) == (True, False)
    assert await rig.press_data(first.cast.amina, second.data(Verb.INTAKE, "0")) == NOT_YOURS


async def test_two_texts_at_once_answer_two_questions(rig: Rig) -> None:
    asked = await opened(rig, "Agree")
    await asked.cast.amina.send("one")
    await asked.cast.amina.send("two")
    await rig.settled()
    assert asked.cast.amina.last.text.startswith("Question 3 of 3")
    seen = await read(rig, asked)
    assert seen.index("one") < seen.index("two")


async def test_a_stale_skip_takes_no_answer_away(rig: Rig) -> None:
    asked = await opened(rig, "Agree")
    amina = asked.cast.amina
    stale = asked.data(Verb.INTAKE_SKIP, "0", (await intake_of(rig, asked)).rev)
    old = amina.last.id
    await rig.say(amina, SAID[0])
    assert "changed since" in await rig.press_data(amina, stale, message_id=old)
    shown = next(one for one in amina.messages if one.id == old)
    assert shown.text.startswith("Question 2 of 3")
    assert SAID[0] in await read(rig, asked)


async def test_many_skips_at_once_skip_one_question(rig: Rig) -> None:
    asked = await opened(rig, "Agree")
    await asked.cast.amina.press_many("Skip", 4)
    await rig.settled()
    assert asked.cast.amina.last.text.startswith("Question 2 of 3")


async def test_forged_places_and_pages_show_where_it_stands(rig: Rig) -> None:
    asked = await answered(rig, 1)
    amina = asked.cast.amina
    before = await intake_of(rig, asked)
    for argument in ("3", "99", "999999999999999", "9" * 30, "-1"):
        for verb in (Verb.INTAKE_ASK, Verb.INTAKE_SKIP):
            await rig.press_data(amina, asked.data(verb, argument, 1)[:64])
            assert amina.last.text.startswith("Question")
        await rig.press_data(amina, asked.data(Verb.INTAKE, argument))
        assert "Your answers for Dr Ada Obi" in amina.last.text
        await rig.press_data(asked.cast.ada, asked.data(Verb.INTAKE_READ, argument))
        assert SAID[0] in asked.cast.ada.last.text
    assert await intake_of(rig, asked) == before
    assert await rig.failed() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_longer_than_a_message_is_turned_page_by_page(rig: Rig) -> None:
    asked = await tour_intake.long(rig)
    for phone, verb in ((asked.cast.amina, Verb.INTAKE), (asked.cast.ada, Verb.INTAKE_READ)):
        await rig.press_data(phone, asked.data(verb, "0"))
        seen = phone.last.text
        while "›" in phone.last.labels:
            await rig.press(phone, "›")
            seen += phone.last.text
        assert [seen.count(f"Question {number}:") for number in range(5)] == [1] * 5
        assert seen.count("🌸<&") == 5 * 332
    assert await rig.failed() == []


def _everything(uow: UnitOfWork) -> dict[str, bytes]:
    """What each column of every table holds, the inbox left out."""
    assert isinstance(uow, SqlUnitOfWork)
    found = {}
    for table in metadata.sorted_tables:
        for column in table.c if table.name != "inbox" else ():
            values = [value for (value,) in uow.connection.execute(select(column))]
            raw = [value if isinstance(value, bytes) else str(value).encode() for value in values]
            found[f"{table.name}.{column.name}"] = b"\n".join(raw)
    return found


async def places(rig: Rig, words: Sequence[str]) -> set[str]:
    columns = await rig.read(_everything)
    assert {name.partition(".")[0] for name in columns} >= OWN_TABLES
    return {name for name, held in columns.items() if any(word.encode() in held for word in words)}


PLANTED = ("gestational-diabetes", "penicillin-shock")


async def tell_secrets(rig: Rig) -> Asked:
    """Answered, changed, read by the dietitian."""
    asked = await opened(rig, "Agree", "Skip")
    await rig.say(asked.cast.amina, PLANTED[0])
    await rig.say(asked.cast.amina, PLANTED[0])
    await rig.press(asked.cast.amina, "✏️ 1")
    await rig.say(asked.cast.amina, PLANTED[1])
    assert PLANTED[1] in await read(rig, asked)
    return asked


async def test_no_table_and_no_log_holds_an_answer(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    asked = await tell_secrets(rig)
    assert await places(rig, PLANTED) == set()
    kept = (await intake_of(rig, asked)).sealed_answers
    assert kept is not None
    assert PLANTED[0] in rig.world.vault.open(kept)
    assert [word for word in PLANTED if word in "".join(capsys.readouterr())] == []


async def test_without_the_seal_the_same_look_finds_the_answers(rig: Rig) -> None:
    """The negative control."""
    with (
        patch.object(FernetVault, "seal", lambda _, text: text),
        patch.object(FernetVault, "open", lambda _, text: text),
    ):
        await tell_secrets(rig)
    assert await places(rig, PLANTED) == {"intakes.sealed_answers"}


WAITING = "asked you some questions"


async def days_go_by(rig: Rig, number: int) -> None:
    for _ in range(number):
        await rig.pass_time(DAY)


@on_sqlite
async def test_open_questions_are_told_of_once_where_the_session_is_near(rig: Rig) -> None:
    asked = await session(rig, day=2)
    begins = (await booking_of(rig, asked.request)).start
    assert begins - rig.clock.now() < 2 * DAY
    for _ in range(40):
        await rig.pass_time(HOUR)
    assert told(asked.cast.amina, WAITING) == 1


@on_sqlite
async def test_a_move_asks_again_only_where_nothing_was_said_before_the_session(rig: Rig) -> None:
    asked = await session(rig, day=4)
    await days_go_by(rig, 1)
    first = await moved(rig, asked.cast.ada, asked.request, day=4, slot=2)
    assert told(asked.cast.amina, WAITING) == 1
    await rig.pass_time(first - DAY - rig.clock.now())
    assert told(asked.cast.amina, WAITING) == 2
    for _ in range(2):
        later = await moved(rig, asked.cast.ada, asked.request, day=4, slot=2)
        await rig.pass_time(later - DAY - rig.clock.now())
    assert told(asked.cast.amina, WAITING) == 2


@on_sqlite
async def test_one_that_comes_late_gives_way_to_the_one_before_the_session(rig: Rig) -> None:
    """Nothing could be sent for days: not both at once then."""
    asked = await session(rig, day=5)
    start = (await booking_of(rig, asked.request)).start
    await rig.pass_time(start - DAY - rig.clock.now())
    assert told(asked.cast.amina, WAITING) == 1


@on_sqlite
async def test_who_would_rather_not_is_not_asked_again(rig: Rig) -> None:
    asked = await session(rig, day=5)
    await days_go_by(rig, 1)
    await rig.press(asked.cast.amina, "Don't ask again")
    assert "You would rather not say, and that is fine" in asked.cast.amina.last.text
    await days_go_by(rig, 5)
    assert told(asked.cast.amina, WAITING) == 0  # that message became the answer to the press
