"""/timeoff: days off and openings as people type them, and the sessions that lie in time off."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from domain.model.hours import Opening, TimeOff
from domain.ports import UnitOfWork
from domain.usecases.set_time_off import MOST_AHEAD
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from storage.tables import bookings, outbox
from tests.handlers.tour_week import FRIDAY, book, time_off, typed
from tests.money.practice import (
    HOUR,
    PRICE,
    all_well,
    another,
    booked,
    card,
    held,
    play,
    refund_of,
    screen,
    told,
)
from tests.rig import HOSTILE, Cast, Rig

AFTERNOON = TimeOff(first=date(2026, 11, 6), last=date(2026, 11, 6), begins=840, ends=1020)
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


async def off_of(rig: Rig, cast: Cast) -> list[TimeOff]:
    found: list[TimeOff] = await rig.read(lambda uow: uow.dietitians.time_off(cast.dietitian.id))
    return found


async def openings_of(rig: Rig, cast: Cast) -> list[Opening]:
    found: list[Opening] = await rig.read(lambda uow: uow.dietitians.openings(cast.dietitian.id))
    return found


async def say_off(rig: Rig, cast: Cast, text: str, *labels: str) -> None:
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "➕ Time off")
    await rig.say(cast.ada, text)
    for label in labels:
        await rig.press(cast.ada, label)


async def asked(rig: Rig) -> list[str]:
    rows = await rig.rows(select(outbox.c.key).where(outbox.c.key.like("notice:moveasked:%")))
    return [row[0] for row in rows]


async def test_what_was_typed_is_repeated_in_full_and_kept_when_confirmed(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "Friday 2-5pm")
    assert FRIDAY in cast.ada.last.text
    assert await off_of(rig, cast) == []
    await rig.press(cast.ada, "Confirm")
    assert await off_of(rig, cast) == [AFTERNOON]
    assert f"✅ Saved. 🏖 Off: {FRIDAY}" in cast.ada.last.text
    assert "Time off and openings (1)" in cast.ada.last.text
    await rig.say(cast.ada, "Saturday")
    assert "I wasn't waiting for a message" in cast.ada.last.text


async def test_pressed_three_times_it_is_kept_once(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "Friday 2-5pm")
    await cast.ada.press_many("Confirm", 3)
    await rig.settled()
    assert await off_of(rig, cast) == [AFTERNOON]
    await say_off(rig, cast, "6 Nov 14-17", "Confirm")
    assert await off_of(rig, cast) == [AFTERNOON]


async def test_typed_again_before_it_is_confirmed_it_is_understood_anew(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "Friday 2-5pm")
    await rig.say(cast.ada, "24 Dec to 2 Jan")
    await rig.press(cast.ada, "Confirm")
    assert await off_of(rig, cast) == [TimeOff(first=date(2026, 12, 24), last=date(2027, 1, 2))]


async def test_a_reason_is_typed_or_skipped(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "Friday 2-5pm", "Reason", "Skip", "Reason")
    await rig.say(cast.ada, HOSTILE)
    assert f"Reason, for you alone: {HOSTILE}" in cast.ada.last.text
    await cast.ada.press_many("Confirm", 2)
    await rig.settled()
    assert await off_of(rig, cast) == [replace(AFTERNOON, reason=HOSTILE)]
    assert HOSTILE in cast.ada.last.text
    await rig.press(cast.ada, "1.")
    assert HOSTILE in cast.ada.last.text


async def test_a_reason_does_not_go_with_other_dates(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "Friday 2-5pm", "Reason")
    await rig.say(cast.ada, "Surgery")
    await rig.say(cast.ada, "20 Dec")
    await rig.press(cast.ada, "Confirm")
    assert await off_of(rig, cast) == [TimeOff(first=date(2026, 12, 20), last=date(2026, 12, 20))]


@pytest.mark.parametrize(("typed", "words"), [("x" * 201, "201 characters"), ("\u202e\u200b", "some words")])
@SQLITE
async def test_what_is_no_reason_is_refused_and_asked_again(rig: Rig, typed: str, words: str) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "Friday 2-5pm", "Reason")
    assert words in await rig.say(cast.ada, typed)
    assert (
        "For example: Family holiday" in cast.ada.last.text
        or "for example: Family holiday" in cast.ada.last.text
    )
    await rig.say(cast.ada, "عيد 🌸")
    await rig.press(cast.ada, "Confirm")
    assert await off_of(rig, cast) == [replace(AFTERNOON, reason="عيد 🌸")]


@pytest.mark.parametrize(
    "words", ["soon", "yesterday", "24 Dec - 20 Dec", HOSTILE, "🌸", "الجمعة", "F" * 4096]
)
@SQLITE
async def test_what_is_no_date_is_refused_and_the_question_stays_open(rig: Rig, words: str) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, words)
    assert "For example: 24 Dec to 2 Jan, or Friday 2-5pm" in cast.ada.last.text
    await rig.say(cast.ada, "Friday 2-5pm")
    await rig.press(cast.ada, "Confirm")
    assert await off_of(rig, cast) == [AFTERNOON]
    assert await rig.failed() == []


async def test_hours_of_several_days_are_kept_day_by_day(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "24-26 Dec 9-12, 2-5pm", "Confirm")
    found = await off_of(rig, cast)
    assert len(found) == 6
    assert {(one.begins, one.ends) for one in found} == {(540, 720), (840, 1020)}


async def test_nothing_is_offered_in_time_off_and_again_when_it_is_removed(rig: Rig) -> None:
    cast = await rig.cast()
    await say_off(rig, cast, "today to Thursday", "Confirm")
    await say_off(rig, cast, "Friday until 4pm", "Confirm")
    await rig.approved(cast)
    assert cast.amina.last.labels[0] == "Fri 6 Nov"
    await rig.press(cast.amina, "Fri 6 Nov")
    assert cast.amina.last.labels[0] == "16:00"
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "🏖 1.")
    await rig.press(cast.ada, "Remove")
    assert "Monday 2 November 2026 to Thursday 5 November 2026, whole days" in cast.ada.last.text
    assert await rig.press(cast.ada, "Yes, remove it") == "Removed"
    assert len(await off_of(rig, cast)) == 1
    await rig.press(cast.amina, "Back")
    assert cast.amina.last.labels[0] == "Mon 2 Nov"


async def test_an_opening_is_offered_once_and_time_off_wins_over_it(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "➕ Opening")
    await rig.say(cast.ada, "Saturday 10-12")
    assert "🟢 Open: Saturday 7 November 2026, 10:00–12:00 (Africa/Lagos)" in cast.ada.last.text
    assert "Reason" not in " ".join(cast.ada.last.labels)
    await cast.ada.press_many("Confirm", 2)
    await rig.settled()
    assert await openings_of(rig, cast) == [Opening(day=date(2026, 11, 7), opens=600, closes=720)]
    await rig.approved(cast)
    assert cast.amina.last.labels[0] == "Sat 7 Nov"
    await rig.press(cast.ada, "➕ Opening")
    await rig.say(cast.ada, "7 Nov 11-14")
    await rig.press(cast.ada, "Confirm")
    assert await openings_of(rig, cast) == [Opening(day=date(2026, 11, 7), opens=600, closes=840)]
    await say_off(rig, cast, "7 Nov", "Confirm")
    await rig.press(cast.ada, "➕ Opening")
    await rig.say(cast.ada, "7 Nov 16-18")
    assert "⚠️ You have time off then" in cast.ada.last.text


@SQLITE
async def test_an_opening_needs_its_times(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "➕ Opening")
    assert "For example: Saturday 5 December 10-14" in await rig.say(cast.ada, "Saturday")
    await rig.say(cast.ada, "Saturday 10-14")
    await rig.press(cast.ada, "Confirm")
    assert len(await openings_of(rig, cast)) == 1


async def test_sixty_entries_are_paged_without_those_that_are_over(rig: Rig) -> None:
    scene = await time_off(rig, number=60)
    past = TimeOff(first=date(2026, 10, 1), last=date(2026, 11, 1))

    def add(uow: UnitOfWork) -> None:
        uow.dietitians.set_time_off(
            scene.cast.dietitian.id, [past, *uow.dietitians.time_off(scene.cast.dietitian.id)]
        )

    await rig.write(add)
    await rig.say(scene.phone, "/timeoff")
    assert "(61) · page 1 of 11" in scene.phone.last.text
    seen = list(scene.phone.last.labels)
    while "›" in scene.phone.last.labels:
        await rig.press(scene.phone, "›")
        seen += scene.phone.last.labels
    assert len([label for label in seen if ". " in label]) == 61
    assert past in await off_of(rig, scene.cast)


@SQLITE
async def test_there_is_an_end_to_how_much_is_kept(rig: Rig) -> None:
    cast = await rig.cast()
    days = [
        TimeOff(first=date(2027, 1, 1) + timedelta(days=at), last=date(2027, 1, 1) + timedelta(days=at))
        for at in range(MOST_AHEAD)
    ]
    await rig.write(lambda uow: uow.dietitians.set_time_off(cast.dietitian.id, days))
    await say_off(rig, cast, "Friday 2-5pm")
    assert f"{MOST_AHEAD} entries at most" in await rig.press(cast.ada, "Confirm")
    assert len(await off_of(rig, cast)) == MOST_AHEAD


@SQLITE
async def test_what_a_file_has_too_much_of_can_still_be_removed(rig: Rig) -> None:
    cast = await rig.cast()
    first = date(2027, 1, 1)
    days = [first + timedelta(days=at) for at in range(MOST_AHEAD + 2)]
    whole = [TimeOff(first=day, last=day) for day in days]
    await rig.write(lambda uow: uow.dietitians.set_time_off(cast.dietitian.id, whole))
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "1.")
    await rig.press(cast.ada, "Remove")
    await rig.press(cast.ada, "Yes, remove")
    assert await off_of(rig, cast) == whole[1:]


async def test_what_is_gone_already_shows_the_list(rig: Rig) -> None:
    scene = await time_off(rig, "1.", "Remove", number=1)
    bubble, label = scene.bubble, scene.bubble.buttons[0][0]
    await scene.phone.press_button(bubble.id, label)
    await rig.settled()
    await scene.phone.press_button(bubble.id, label)
    await rig.settled()
    assert len(await off_of(rig, scene.cast)) == 1
    assert await openings_of(rig, scene.cast) == []
    assert "not in the list any more" in await rig.press_data(
        scene.phone, "v1:toe::20261128.20261128.o600-840:0"
    )


@pytest.mark.parametrize("verb", ["toe", "tox", "toxy", "toy", "tor", "tors", "toc", "toaa", "ton"])
@SQLITE
async def test_a_forged_press_keeps_nothing(rig: Rig, verb: str) -> None:
    cast = await rig.cast()
    for argument in ("", "x", "20261105.20261104.a", "20261101.20261101.a", "20200101.20200102.a",
                     "20261105.20280101.a", "20261105.20261106.r1-0", "20401105.20401105.a"):  # fmt: skip
        await rig.press_data(cast.ada, f"v1:{verb}::{argument}:0")
        assert await rig.press_data(cast.amina, f"v1:{verb}::{argument}:0") == NOT_YOURS
    assert (await off_of(rig, cast), await openings_of(rig, cast)) == ([], [])
    assert await rig.failed() == []


async def test_sessions_in_it_are_listed_and_stay_booked(rig: Rig) -> None:
    scene = await typed(rig, sessions=2)
    ada, cast = scene.phone, scene.cast
    await rig.write(lambda uow: book(uow, cast, 1, hour=16, hold=True))
    await rig.press(ada, "Confirm")
    assert "Sessions in it (3)" in ada.last.text
    assert "held, not paid: it lapses by itself" in ada.last.text
    assert [label for label in ada.last.labels if "Ask" in label] == [
        "🔁 Ask Amina Bello to move", "🔁 Ask Amina Bello to move", "📣 Ask all (2)",
    ]  # fmt: skip
    states = [
        row[0]
        for row in await rig.rows(
            select(bookings.c.state).where(bookings.c.dietitian_id == cast.dietitian.id)
        )
    ]
    assert sorted(states) == ["confirmed", "confirmed", "pending"]
    assert await asked(rig) == []
    await rig.say(ada, "/timeoff")
    await rig.press(ada, "1.")
    await rig.press(ada, "Sessions in it: 3")
    assert "Sessions in it (3)" in ada.last.text


async def test_a_session_that_only_touches_it_does_not_clash(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.write(lambda uow: book(uow, cast, 1, hour=11))  # 12:00 to 12:45 in Lagos
    await say_off(rig, cast, "6 Nov 12:45-14:00", "Confirm")
    assert "Sessions in it" not in cast.ada.last.text
    await say_off(rig, cast, "6 Nov 12:44-14:00", "Confirm")
    assert "Sessions in it (1)" in cast.ada.last.text


async def test_sixty_clashes_are_paged_and_all_asked_by_one_press(rig: Rig) -> None:
    cast = await rig.cast()
    for day in range(10):
        await rig.write(partial(_book_six, cast=cast, day=day))
    await say_off(rig, cast, "6 Nov to 20 Nov", "Confirm")
    assert "Sessions in it (60) · page 1 of 12" in cast.ada.last.text
    for _ in range(11):
        await rig.press(cast.ada, "›")
    assert "page 12 of 12" in cast.ada.last.text
    assert "Asked: 60" in await rig.press(cast.ada, "Ask all (60)")
    assert len(await asked(rig)) == 60
    assert "asked to move" in cast.ada.last.text
    assert not any("Ask" in label for label in cast.ada.last.labels)
    assert "asked already" in await rig.press_data(cast.ada, "v1:toaa::20261106.20261120.a:0")
    assert len(await asked(rig)) == 60


def _book_six(uow: UnitOfWork, cast: Cast, day: int) -> None:
    later = replace(cast.client, created_at=cast.client.created_at + timedelta(days=day))
    book(uow, replace(cast, client=later), 6)


async def paid(rig: Rig, text: str = "5 Nov") -> Cast:
    """A paid session on Thursday 5 November at 08:00, and time off over it."""
    cast = await play(rig)
    await booked(rig, cast, day=3)
    await say_off(rig, cast, text, "Confirm")
    return cast


async def test_a_session_leads_back_to_the_list_it_was_opened_from(rig: Rig) -> None:
    cast = await paid(rig)
    await rig.press(cast.ada, "🔎 Session 1")
    await rig.press(cast.ada, "Back")
    assert "Sessions in it (1)" in cast.ada.last.text
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    await rig.say(cast.ada, "/availability")
    await rig.press(cast.ada, "Outside the hours: 1")
    await rig.press(cast.ada, "🔎 Session 1")
    await rig.press(cast.ada, "Back")
    assert "Outside your hours (1)" in cast.ada.last.text
    await rig.say(cast.ada, "/upcoming")
    await rig.press(cast.ada, "Details")
    await rig.press(cast.ada, "Back")
    assert "Upcoming (1)" in cast.ada.last.text


async def test_the_client_asked_to_move_chooses_another_time(rig: Rig) -> None:
    cast = await paid(rig)
    assert "Asked" in await rig.press(cast.ada, "Ask Amina Bello to move")
    assert "– asked to move" in cast.ada.last.text
    assert told(cast.amina, "asks you to choose another") == 1
    await rig.press(cast.amina, "Choose another time")
    assert "Thu 5 Nov" not in cast.amina.last.labels
    for label in ("Fri 6 Nov", "09:00", "Confirm"):
        await rig.press(cast.amina, label)
    assert told(cast.ada, "🔁 Moved") == 1
    await rig.press_data(cast.ada, "v1:toc::20261105.20261105.a:0")
    assert "No session lies in it" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_the_client_asked_to_move_can_have_all_back_however_late(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast, day=3)
    await rig.pass_time(timedelta(days=2, hours=21))  # two hours before it
    await say_off(rig, cast, "5 Nov", "Confirm", "Ask Amina Bello to move")
    await rig.press(cast.amina, "Refund")
    assert "By the terms you get ₦12,500.00 of ₦12,500.00 back." in cast.amina.last.text
    await rig.press(cast.amina, "Yes, cancel it")
    assert told(cast.amina, "Cancelled as your dietitian can't be there: First consultation") == 1
    assert told(cast.amina, "has been started (your dietitian can't be there)") == 1
    assert told(cast.ada, "Cancelled by the client, whom you had asked to move it: First consultation") == 1
    refund = await refund_of(rig, reference)
    assert refund is not None
    assert refund.amount == PRICE
    assert (await card(rig, request)).request.state == "cancelled"
    assert "No session lies in it" in await look_again(rig, cast)
    await all_well(rig, cast.ada, cast.amina)


async def look_again(rig: Rig, cast: Cast) -> str:
    await rig.press_data(cast.ada, "v1:toc::20261105.20261105.a:0")
    return cast.ada.last.text


async def test_without_being_asked_a_client_gets_by_the_terms_what_is_left(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast, day=3)
    await say_off(rig, cast, "5 Nov", "Confirm")
    await rig.pass_time(timedelta(days=2, hours=21))
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    assert "nothing of ₦12,500.00 is refunded" in cast.amina.last.text


async def test_a_press_three_times_asks_once(rig: Rig) -> None:
    cast = await paid(rig)
    await cast.ada.press_many("Ask Amina Bello to move", 3)
    await rig.settled()
    assert told(cast.amina, "asks you to choose another") == 1
    assert len(await asked(rig)) == 1


async def test_after_a_move_into_time_off_they_can_be_asked_again(rig: Rig) -> None:
    cast = await paid(rig)
    await rig.press(cast.ada, "Ask Amina Bello to move")
    for label in ("Choose another time", "Fri 6 Nov", "09:00", "Confirm"):
        await rig.press(cast.amina, label)
    await say_off(rig, cast, "6 Nov", "Confirm", "Ask Amina Bello to move")
    assert len(await asked(rig)) == 2
    assert "Friday 6 November 2026, 09:00–09:45" in cast.amina.last.text
    assert "asks you to choose another" in cast.amina.last.text


async def test_a_session_that_was_cancelled_meanwhile_is_not_asked_about(rig: Rig) -> None:
    cast = await paid(rig)
    list_of_clashes = cast.ada.last
    await rig.say(cast.amina, "/upcoming")
    for label in ("Cancel", "Yes, cancel it"):
        await rig.press(cast.amina, label)
    (ask,) = [one for row in list_of_clashes.buttons for one in row if "Ask" in one.label]
    words = await rig.press_data(cast.ada, ask.data or "", message_id=list_of_clashes.id)
    assert "changed meanwhile" in words
    assert await asked(rig) == []


async def test_a_session_that_has_begun_is_not_asked_about(rig: Rig) -> None:
    cast = await paid(rig)
    bubble = cast.ada.last
    ask = next(one for row in bubble.buttons for one in row if "Ask" in one.label)
    rig.clock.advance(timedelta(days=2, hours=23, minutes=30))
    assert "changed meanwhile" in await rig.press_data(cast.ada, ask.data or "", message_id=bubble.id)
    assert await asked(rig) == []


async def test_who_cannot_be_written_to_is_not_offered(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast, day=3)
    telegram_id = cast.client.telegram_id
    assert telegram_id is not None
    await rig.write(lambda uow: uow.people.set_reachable(telegram_id, reachable=False))
    await say_off(rig, cast, "5 Nov", "Confirm")
    assert "can't be reached here: please write to them yourself" in cast.ada.last.text
    assert not any("Ask" in label for label in cast.ada.last.labels)
    await rig.press(cast.ada, "Session 1")
    assert "Reschedule" in " ".join(cast.ada.last.labels)


async def test_a_hold_in_it_can_still_be_paid_or_lapses_by_itself(rig: Rig) -> None:
    cast = await play(rig)
    await held(rig, cast, day=3)
    await say_off(rig, cast, "5 Nov", "Confirm")
    assert "held, not paid: it lapses by itself at 09:35" in cast.ada.last.text
    await rig.pass_time(HOUR)
    assert "No session lies in it" in await look_again(rig, cast)


async def test_only_the_dietitian_concerned_can_ask(rig: Rig) -> None:
    cast = await paid(rig)
    ask = next(one for row in cast.ada.last.buttons for one in row if "Ask" in one.label)
    others = await another(rig, cast)
    stranger = await rig.cast(email="other@example.com")
    for phone in (others.amina, cast.amina, stranger.ada):
        assert await rig.press_data(phone, ask.data or "") == NOT_YOURS
    assert await asked(rig) == []


@SQLITE
async def test_it_is_for_dietitians_alone(rig: Rig) -> None:
    cast = await rig.cast()
    assert NOT_YOURS in await rig.say(cast.amina, "/timeoff")
    assert screen(cast.amina, NOT_YOURS) == ["🏠 Home"]
