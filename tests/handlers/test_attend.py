"""The session itself: it begins, who taps what, how it ended, how it was."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import MovedOn
from domain.model.attendance import Attendance
from domain.model.booking import BookingState
from domain.model.people import Role
from domain.model.request import Request
from domain.ports import UnitOfWork
from domain.usecases.attend import CloseUnanswered
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from tests.handlers.test_sealed_rows import places
from tests.handlers.tour_attend import LENGTH, OVER, Session, begun, booking_of, unclear
from tests.money.practice import (
    DAY,
    HOUR,
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    booked,
    card,
    invitations,
    play,
    refund_state,
    screen,
    stands,
    told,
)
from tests.rig import ADMIN, HOSTILE, Cast, Rig, newest_bubble
from tests.storage import seeds

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
BEGINS, ASKED, HOW = "begins now", "Are you both there?", "How did it end?"
NOTHING_BACK = "By the terms nothing is refunded"


async def until(rig: Rig, request: Request, after: timedelta) -> None:
    """So long after the start."""
    start = (await booking_of(rig, request)).start
    await rig.pass_time(start + after - rig.clock.now())


async def state(rig: Rig, session: Session) -> BookingState:
    return (await booking_of(rig, session.request)).state


async def at_the_end(rig: Rig) -> tuple[Session, str]:
    """A session that took its course, minute by minute, and nobody tapped anything."""
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    session = Session(cast=cast, request=request)
    await until(rig, request, OVER)
    return session, reference


async def audited(rig: Rig, session: Session) -> list[str]:
    booking = await booking_of(rig, session.request)
    entries = await rig.read(lambda uow: uow.audit.of(f"booking:{booking.public_id}"))
    return [entry.action for entry in entries]


def links(phone: Phone, words: str) -> list[str | None]:
    found = [one for one in phone.messages if not one.mine and words in one.text][-1]
    return [button.url for row in found.buttons for button in row if button.url is not None]


async def test_at_the_start_both_have_the_way_in_and_minutes_later_they_are_asked(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until(rig, request, timedelta())
    for phone in (cast.ada, cast.amina):
        assert told(phone, BEGINS) == 1
        assert links(phone, BEGINS) == ["https://meet.example.com/ada"]
        assert told(phone, ASKED) == 0
    await until(rig, request, 5 * MINUTE)
    for phone in (cast.ada, cast.amina):
        assert told(phone, ASKED) == 1
        assert "🙋 I'm here" in screen(phone, ASKED)
        assert "🙅 They aren't here" in screen(phone, ASKED)
    await until(rig, request, LENGTH)
    assert (told(cast.ada, HOW), told(cast.amina, HOW)) == (1, 0)
    assert (told(cast.ada, BEGINS), told(cast.ada, ASKED)) == (1, 1)
    await all_well(rig, cast.ada, cast.amina)


async def test_what_was_cancelled_neither_begins_nor_ends(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.BOOKING}:{request.public_id}::0")
    for label in ("Cancel", "Yes, cancel it"):
        await rig.press(cast.amina, label)
    await until(rig, request, LENGTH + 3 * DAY)
    assert [told(one, words) for one in (cast.ada, cast.amina) for words in (BEGINS, ASKED, HOW)] == [0] * 6
    assert (await booking_of(rig, request)).state is BookingState.CANCELLED


async def test_what_was_moved_begins_once_at_its_new_time(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    before = await booking_of(rig, request)
    await rig.press_data(cast.ada, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    await rig.press(cast.ada, cast.ada.last.labels[5])
    await rig.press(cast.ada, cast.ada.last.labels[0])
    await rig.press(cast.ada, "Confirm")
    after = await booking_of(rig, request)
    assert after.start > before.end
    await rig.pass_time(before.end + HOUR - rig.clock.now())
    assert told(cast.amina, BEGINS) == told(cast.ada, HOW) == 0
    await until(rig, request, timedelta())
    assert told(cast.amina, BEGINS) == told(cast.ada, BEGINS) == 1


async def test_what_was_tapped_before_it_was_moved_says_nothing_of_its_new_time(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    session = Session(cast=cast, request=request)
    await until(rig, request, -10 * MINUTE)
    await rig.press_data(cast.amina, session.data(Verb.HERE, "me"))
    await rig.press_data(cast.ada, f"v1:{Verb.MOVE}:{request.public_id}:0:0")
    await rig.press(cast.ada, cast.ada.last.labels[5])
    await rig.press(cast.ada, cast.ada.last.labels[0])
    await rig.press(cast.ada, "Confirm")
    await until(rig, request, 6 * MINUTE)
    assert "Amina Bello: nothing tapped" in cast.ada.last.text
    assert "🙋 I'm here" in screen(cast.amina, ASKED)
    before = told(cast.ada, "tapped “I'm here” at")
    await rig.press_data(cast.amina, session.data(Verb.HERE, "me"))
    assert told(cast.ada, "tapped “I'm here” at") == before + 1
    await all_well(rig, cast.ada, cast.amina)


async def test_after_hours_of_downtime_only_what_is_still_of_use_is_said(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until(rig, request, 3 * HOUR)  # the first look since it was booked
    assert told(cast.amina, BEGINS) == told(cast.amina, ASKED) == told(cast.ada, BEGINS) == 0
    assert told(cast.ada, HOW) == 1


async def test_a_tap_is_kept_once_and_told_as_it_was(rig: Rig) -> None:
    session = await begun(rig, 6 * MINUTE)
    cast, at = session.cast, rig.clock.now()
    answers = await rig.press_all(
        cast.amina, [(newest_bubble(cast.amina), session.data(Verb.HERE, "alone"))] * 3
    )
    assert answers == ["Noted, and they are told"] * 3
    assert told(cast.ada, "“They aren't here”, meaning you") == 1
    assert "🙋 I'm here" in screen(cast.ada, "meaning you")
    rig.clock.advance(MINUTE)
    await rig.press(cast.ada, "I'm here")
    assert told(cast.amina, "tapped “I'm here” at") == 1
    booking = await booking_of(rig, session.request)
    kept = await rig.read(lambda uow: uow.attendances.of(booking.id))
    assert {role.value: (one.here_at, one.alone_at) for role, one in kept.items()} == {
        "client": (None, at), "dietitian": (at + MINUTE, None),
    }  # fmt: skip
    assert (await audited(rig, session)).count("says the other is not there") == 1
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize(
    ("ago", "what", "words"),
    [
        (-HOUR, "me", "too early"),
        (-5 * MINUTE, "alone", "has not begun yet"),
        (OVER, "me", "is over"),
        (OVER, "alone", "is over"),
    ],
)
async def test_a_tap_has_its_time(rig: Rig, ago: timedelta, what: str, words: str) -> None:
    session = await begun(rig, ago)
    assert words in await rig.press_data(session.cast.amina, session.data(Verb.HERE, what))
    booking = await booking_of(rig, session.request)
    assert await rig.read(lambda uow: uow.attendances.of(booking.id)) == {}


async def test_who_tapped_both_is_not_asked_again(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    session = Session(cast=cast, request=request)
    await until(rig, request, timedelta())
    for what in ("me", "alone"):
        await rig.press_data(cast.amina, session.data(Verb.HERE, what))
    before = told(cast.amina, ASKED)
    await until(rig, request, 6 * MINUTE)
    assert told(cast.amina, ASKED) == before
    assert told(cast.ada, ASKED) > 0


async def test_completed_ends_it_and_the_client_is_asked_how_it_was(rig: Rig) -> None:
    session, reference = await at_the_end(rig)
    cast = session.cast
    assert "No-show</b>" not in cast.ada.last.text
    assert "nothing tapped" in cast.ada.last.text
    await rig.press(cast.ada, "✅ Completed")
    assert await state(rig, session) is BookingState.COMPLETED
    assert told(cast.amina, "⭐ How was") == 1
    assert {"➕ Follow-up request", "↩️ Take it back"} <= set(cast.ada.last.labels)
    await rig.pass_time(3 * DAY)
    assert await state(rig, session) is BookingState.COMPLETED
    assert await stands(rig, reference) == {"value": PRICE}
    assert (await audited(rig, session)).count("completed") == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_it_can_be_completed_only_from_its_end_on(rig: Rig) -> None:
    session = await begun(rig, LENGTH - MINUTE)
    assert "not over yet" in await rig.press_data(session.cast.ada, session.data(Verb.HELD))
    assert "✅ Completed" not in session.cast.ada.last.labels
    assert await state(rig, session) is BookingState.CONFIRMED


async def test_a_no_show_is_said_from_ten_minutes_on_and_both_know_what_follows(rig: Rig) -> None:
    session = await begun(rig, 9 * MINUTE)
    cast = session.cast
    await rig.press_data(cast.ada, session.data(Verb.SESSION_END))
    assert "🚫 No-show" not in cast.ada.last.labels
    assert "10 minutes" in await rig.press_data(cast.ada, session.data(Verb.NO_SHOW_SURE))
    rig.clock.advance(MINUTE)
    await rig.press_data(cast.ada, session.data(Verb.SESSION_END))
    await rig.press(cast.ada, "No-show")
    assert NOTHING_BACK in cast.ada.last.text
    await rig.press(cast.ada, "Yes, they did not come")
    assert await state(rig, session) is BookingState.NO_SHOW
    assert told(cast.amina, "noted that you did not come") == 1
    assert NOTHING_BACK in cast.amina.last.text
    assert await refund_state(rig, (await rig.references(session.request))[0]) == "none"
    await all_well(rig, cast.ada, cast.amina)


async def test_a_no_show_against_the_clients_word_is_told_to_the_admins(rig: Rig) -> None:
    session = await begun(rig, 12 * MINUTE)
    cast, admin = session.cast, await admin_of(rig)
    before = told(admin, "although the client had tapped")
    await rig.press_data(cast.amina, session.data(Verb.HERE, "me"))
    await rig.press_data(cast.ada, session.data(Verb.NO_SHOW))
    assert "has tapped: “I'm here”" in cast.ada.last.text
    await rig.press(cast.ada, "Yes, they did not come")
    assert told(admin, "although the client had tapped") == before + 1


async def test_what_was_said_can_be_taken_back_for_a_day(rig: Rig) -> None:
    session = await begun(rig, OVER)
    cast = session.cast
    await rig.press_data(cast.ada, session.data(Verb.NO_SHOW_SURE))
    rig.clock.advance(DAY - MINUTE)
    await rig.press_data(cast.ada, session.data(Verb.TAKE_BACK))
    assert await state(rig, session) is BookingState.CONFIRMED
    assert told(cast.amina, "took back that you did not come") == 1
    await rig.press(cast.ada, "They came late")
    assert await state(rig, session) is BookingState.COMPLETED
    rig.clock.advance(DAY)
    assert "24 hours are over" in await rig.press_data(cast.ada, session.data(Verb.TAKE_BACK))
    assert await state(rig, session) is BookingState.COMPLETED
    ends = [one for one in await audited(rig, session) if one in {"not attended", "taken back", "completed"}]
    assert ends == ["not attended", "taken back", "completed"]


async def test_what_is_open_again_closes_itself_two_days_later(rig: Rig) -> None:
    session, _ = await at_the_end(rig)
    await rig.press(session.cast.ada, "✅ Completed")
    await rig.press(session.cast.ada, "Take it back")
    await rig.pass_time(2 * DAY + MINUTE)
    assert await state(rig, session) is BookingState.COMPLETED


async def test_what_was_taken_back_closes_itself_two_days_from_then_and_no_sooner(rig: Rig) -> None:
    session, _ = await at_the_end(rig)
    ada = session.cast.ada
    await rig.press(ada, "✅ Completed")
    rig.clock.advance(DAY - HOUR)
    await rig.press_data(ada, session.data(Verb.TAKE_BACK))
    assert "This is asked late" not in ada.last.text
    closes = (rig.clock.now() + 2 * DAY + HOUR).strftime("%H:%M (Africa/Lagos)")  # an hour ahead of UTC
    assert f", {closes} it counts as completed" in ada.last.text
    await rig.press_data(ada, session.data(Verb.BOOKING))
    assert closes in ada.last.text
    for wait in (DAY + 2 * HOUR, DAY - 3 * HOUR):  # two days after its end, nearly two after it was undone
        await rig.pass_time(wait)
        assert await state(rig, session) is BookingState.CONFIRMED
    await rig.pass_time(HOUR)
    assert await state(rig, session) is BookingState.COMPLETED
    assert told(session.cast.amina, "⭐ How was") == 1


async def test_a_dietitian_who_was_not_there_gives_all_of_it_back(rig: Rig) -> None:
    session, reference = await at_the_end(rig)
    cast = session.cast
    await rig.press(cast.ada, "I wasn't there")
    assert "gets all of it back: ₦12,500.00" in cast.ada.last.text
    await rig.press(cast.ada, "give all of it back")
    found = await card(rig, session.request)
    assert found.request.state == "cancelled"
    assert await state(rig, session) is BookingState.CANCELLED
    assert await stands(rig, reference) == {"refund": PRICE}
    assert told(cast.amina, "notes that they were not there") == 1
    assert invitations(cast.amina)[-1][:2] == ("CANCEL", "CANCELLED")
    await rig.pass_time(3 * DAY)
    assert await state(rig, session) is BookingState.CANCELLED
    await all_well(rig, cast.ada, cast.amina)


async def test_what_was_not_held_says_so_wherever_it_is_looked_at(rig: Rig) -> None:
    """Also in the messages that had confirmed it, and at their buttons."""
    session, _ = await at_the_end(rig)
    cast, away = session.cast, session.data(Verb.MOVE, "0")
    for label in ("I wasn't there", "give all of it back"):
        await rig.press(cast.ada, label)
    assert told(cast.ada, "not held: you were not there") == 1
    for phone in (cast.ada, cast.amina):
        assert told(phone, "Booking confirmed: First consultation") == 1
        assert any("This session was not held" in one.text for one in phone.messages)
        assert not any("Reschedule" in label for one in phone.messages for label in one.labels)
        assert "moved on" in await rig.press_data(phone, away)
    assert "Your session was not held" in cast.amina.last.text
    await rig.press(cast.amina, "Details")
    assert "not held: the dietitian was not there" in cast.amina.last.text
    assert "Now: not held." in cast.ada.last.text
    await rig.press(cast.ada, "The session")
    await rig.press(cast.ada, "Back")
    assert "↩️ not held" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_an_older_question_gives_nothing_back(rig: Rig) -> None:
    """Something was paid in vain since it was asked, for one: it cannot be undone, so it is asked again."""
    session = await begun(rig, OVER)
    older = (await card(rig, session.request)).request
    await rig.write(lambda uow: uow.requests.save(older))
    await rig.press_data(session.cast.ada, session.data(Verb.ABSENT_SURE, rev=older.rev))
    assert await state(rig, session) is BookingState.CONFIRMED
    await rig.press_data(session.cast.ada, session.data(Verb.ABSENT_SURE, rev=older.rev + 1))
    assert await state(rig, session) is BookingState.CANCELLED


async def test_two_ends_at_once_are_one(rig: Rig) -> None:
    """The database decides, and what is left says so."""
    session = await begun(rig, OVER)
    cast, at = session.cast, newest_bubble(session.cast.ada)
    ways = [session.data(Verb.HELD), session.data(Verb.NO_SHOW_SURE), session.data(Verb.HELD, "late")] * 2
    await rig.press_all(cast.ada, [(at, way) for way in ways])
    assert await state(rig, session) in {BookingState.COMPLETED, BookingState.NO_SHOW}
    ends = [one for one in await audited(rig, session) if one in {"completed", "not attended"}]
    assert len(ends) == 1


async def test_whoever_is_first_of_dietitian_admin_and_clock_is_the_only_one(rig: Rig) -> None:
    session = await unclear(rig)
    booking, rev = await booking_of(rig, session.request), (await card(rig, session.request)).request.rev
    await rig.write(lambda uow: uow.attendances.put(Attendance(booking_id=booking.id, role=Role.CLIENT)))
    sade = await rig.read(lambda uow: uow.people.by_telegram_id(ADMIN))
    ada = await rig.read(lambda uow: uow.people.get(session.cast.dietitian.person_id))
    close, which = rig.machine.router.cases.attend.close, session.request.public_id
    silence = CloseUnanswered(transactions=rig.database, clock=rig.clock)
    ends = await asyncio.gather(
        close.missed(person=ada, public_id=which),
        close.absent(person=sade, public_id=which, rev=rev),
        silence(booking_id=booking.id, start=booking.start),
        close.took_place(person=ada, public_id=which, late=True),
        return_exceptions=True,
    )
    assert all(not isinstance(one, BaseException) or isinstance(one, MovedOn) for one in ends)
    said = [one for one in await audited(rig, session) if one in {"completed", "not attended", "not held"}]
    assert len(said) == 1
    await rig.settled()
    await all_well(rig, session.cast.ada, session.cast.amina)


@pytest.mark.parametrize(
    "verb", [Verb.HELD, Verb.NO_SHOW_SURE, Verb.ABSENT_SURE, Verb.TAKE_BACK, Verb.SESSION_END]
)
async def test_a_client_does_not_say_how_it_ended(rig: Rig, verb: Verb) -> None:
    session = await begun(rig, OVER)
    await rig.press_data(session.cast.amina, session.data(verb))
    assert await state(rig, session) is BookingState.CONFIRMED


async def test_without_a_word_it_counts_as_held_after_two_days(rig: Rig) -> None:
    session, _ = await at_the_end(rig)
    await rig.pass_time(2 * DAY - 3 * MINUTE)
    assert await state(rig, session) is BookingState.CONFIRMED
    await rig.pass_time(3 * MINUTE)
    assert await state(rig, session) is BookingState.COMPLETED
    assert told(session.cast.amina, "⭐ How was") == 1


async def test_who_is_asked_late_has_two_days_from_then_and_hears_what_silence_came_to(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    session = Session(cast=cast, request=request)
    await until(rig, request, 3 * DAY)  # nothing ran until now
    assert told(cast.ada, HOW) == told(cast.ada, "This is asked late") == 1
    closes = (rig.clock.now() + 2 * DAY + HOUR).strftime("%H:%M (Africa/Lagos)")  # an hour ahead of UTC
    assert f", {closes} it counts as completed" in cast.ada.last.text
    await rig.press_data(cast.ada, session.data(Verb.BOOKING))
    assert closes in cast.ada.last.text
    await rig.press_data(cast.ada, session.data(Verb.SESSION_END))
    await rig.pass_time(2 * DAY - MINUTE)
    assert await state(rig, session) is BookingState.CONFIRMED
    assert told(cast.amina, "⭐ How was") == 0
    await rig.pass_time(MINUTE)
    assert await state(rig, session) is BookingState.COMPLETED
    assert told(cast.amina, "⭐ How was") == 1
    assert "it has counted as completed since" in cast.ada.last.text
    assert cast.ada.last.labels == ["↩️ Take it back", "🔎 Details", "🏠 Home"]


@pytest.mark.parametrize(
    ("verb", "argument", "wanted"),
    [
        (Verb.NO_SHOW, "", "no-show"),
        (Verb.NO_SHOW_SURE, "", "no-show"),
        (Verb.HELD, "late", "that they came late"),
        (Verb.ABSENT, "", "that you were not there"),
        (Verb.ABSENT_SURE, "", "that you were not there"),
    ],
)
async def test_what_is_said_after_its_end_was_known_is_answered(
    rig: Rig, verb: Verb, argument: str, wanted: str
) -> None:
    session = await begun(rig, OVER)
    await rig.press_data(session.cast.ada, session.data(Verb.HELD))
    answer = await rig.press_data(session.cast.ada, session.data(verb, argument))
    assert answer.startswith("This has counted as completed since ")
    assert f"; {wanted} was not noted. You can take it back." in answer
    assert session.cast.ada.toasts[-1].alert
    assert await state(rig, session) is BookingState.COMPLETED


async def test_a_no_show_whose_time_was_taken_since_stays_one_and_says_why(rig: Rig) -> None:
    session = await begun(rig, 12 * MINUTE)
    ada, booking = session.cast.ada, await booking_of(rig, session.request)
    await rig.press_data(ada, session.data(Verb.NO_SHOW_SURE))

    def take(uow: UnitOfWork) -> None:
        other = uow.requests.add(seeds.request(booking.dietitian_id, booking.client_id, state="approved"))
        start = booking.start + 30 * MINUTE
        uow.bookings.add(seeds.booking(other, start, state=BookingState.CONFIRMED, hold_until=None))

    await rig.write(take)
    assert "its time has been taken by another session" in await rig.press_data(
        ada, session.data(Verb.TAKE_BACK)
    )
    assert await state(rig, session) is BookingState.NO_SHOW


async def test_who_said_that_they_run_late_did_so_as_evidence_and_it_leaves_a_trace(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    session = Session(cast=cast, request=request)
    await until(rig, request, -5 * MINUTE)
    said = f"“I'm late”, about 10 minutes, at {(rig.clock.now() + HOUR):%H:%M}"
    await rig.press_data(cast.amina, session.data(Verb.LATE_SURE, "10"))
    await until(rig, request, 12 * MINUTE)
    await rig.press_data(cast.amina, session.data(Verb.HERE, "me"))
    await until(rig, request, LENGTH)
    assert f"Amina Bello: {said}, “I'm here” at" in cast.ada.last.text
    await rig.press(cast.ada, "No-show")
    assert f"has tapped: {said}" in cast.ada.last.text
    await rig.press_data(cast.ada, session.data(Verb.HELD, "late"))
    assert "✅ completed, the client came late" in cast.ada.last.text
    await rig.press(cast.ada, "← Back")
    assert "✅ completed, came late" in cast.ada.last.text
    await rig.press_data(cast.ada, session.data(Verb.TAKE_BACK))
    assert not (await booking_of(rig, request)).came_late


async def test_a_silent_end_in_doubt_goes_to_the_admins(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    session, admin = Session(cast=cast, request=request), await admin_of(rig)
    await until(rig, request, 6 * MINUTE)
    await rig.press_data(cast.amina, session.data(Verb.HERE, "alone"))
    await until(rig, request, LENGTH)
    assert "an admin is asked to decide" in cast.ada.last.text
    before = told(admin, "A session is unclear")
    await rig.pass_time(2 * DAY + MINUTE)
    assert told(admin, "A session is unclear") == before + 1
    assert await state(rig, session) is BookingState.CONFIRMED
    await rig.press_data(admin, session.data(Verb.DESK_SESSION))
    assert "Amina Bello: “They aren't here” at" in admin.last.text
    await rig.press(admin, "The dietitian was not there")
    await rig.press(admin, "Yes")
    assert await stands(rig, reference) == {"refund": PRICE}
    assert await state(rig, session) is BookingState.CANCELLED
    await all_well(rig, cast.ada, cast.amina)


async def test_who_is_asked_late_has_their_two_days_before_an_admin_decides(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    session, admin = Session(cast=cast, request=request), await admin_of(rig)
    await until(rig, request, 6 * MINUTE)
    await rig.press_data(cast.amina, session.data(Verb.HERE, "alone"))
    await until(rig, request, 3 * DAY)  # nothing ran until now
    assert told(cast.ada, "This is asked late") == 1
    assert await unclear_ones(rig) == (0, [])
    await rig.pass_time(2 * DAY - MINUTE)
    assert await unclear_ones(rig) == (0, [])
    await rig.pass_time(MINUTE)
    assert await unclear_ones(rig) == (1, [request.public_id])
    assert told(admin, "A session is unclear") == 1


async def unclear_ones(rig: Rig) -> tuple[int, list[str]]:
    """As the desk counts them, and as it lists them."""
    now, close = rig.clock.now(), rig.machine.router.cases.attend.close
    counted = await rig.read(lambda uow: uow.overviews.of_office(now).unclear)
    return counted, [one.request.public_id for one in (await close.unclear(number=0)).items]


async def test_the_desk_counts_what_is_unclear_and_the_dietitian_can_still_say(rig: Rig) -> None:
    session = await unclear(rig)
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    assert any("Unclear sessions (" in label and "(0)" not in label for label in admin.last.labels)
    await rig.press_data(session.cast.ada, session.data(Verb.HELD))
    await rig.press_data(admin, session.data(Verb.DESK_SESSION))
    assert "Now: completed" in admin.last.text
    assert not any("took place" in label for label in admin.last.labels)


async def test_a_rating_and_a_word_reach_the_dietitian_alone(rig: Rig) -> None:
    session = await begun(rig, OVER)
    cast, words = session.cast, f"It helped with my zebra diet {HOSTILE}"
    await rig.press_data(cast.ada, session.data(Verb.HELD))
    await rig.press(cast.amina, "3 ⭐")
    await rig.press(cast.amina, "5 ⭐")
    assert "• 5 ⭐" in cast.amina.last.labels
    await rig.press(cast.amina, "Add a word")
    await rig.say(cast.amina, "🌸" * 2000)
    assert "there is room for 1,000" in cast.amina.last.text
    await rig.say(cast.amina, words)
    assert "✏️ Change the word" in cast.amina.last.labels
    assert (await places(rig, ["zebra"]))["zebra"] == set()
    await rig.press_data(cast.ada, session.data(Verb.BOOKING))
    assert words in cast.ada.last.text
    assert "★★★★★" in cast.ada.last.text
    await rig.press(cast.ada, "👤 Client")
    assert "Ratings: 5.0 of 5 (1)" in cast.ada.last.text
    await rig.say(cast.ada, "/stats")
    assert "Ratings: 5.0 of 5 (1)" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_a_rating_can_be_changed_for_a_week(rig: Rig) -> None:
    session = await begun(rig, OVER)
    cast = session.cast
    await rig.press_data(cast.ada, session.data(Verb.HELD))
    await rig.press_data(cast.amina, session.data(Verb.RATE, "2"))
    rig.clock.advance(7 * DAY)
    assert "can no longer be changed" in await rig.press_data(cast.amina, session.data(Verb.RATE, "5"))
    await rig.press_data(cast.amina, session.data(Verb.RATE))
    assert "★★☆☆☆" in cast.amina.last.text
    assert not any("⭐" in label for label in cast.amina.last.labels)


@pytest.mark.parametrize("argument", ["0", "6", "99", "abc", "-1"])
async def test_stars_that_nobody_offered_are_refused(rig: Rig, argument: str) -> None:
    session = await begun(rig, OVER)
    await rig.press_data(session.cast.ada, session.data(Verb.HELD))
    await rig.press_data(session.cast.amina, session.data(Verb.RATE, argument))
    booking = await booking_of(rig, session.request)
    assert await rig.read(lambda uow: uow.reviews.of(booking.id)) is None


async def test_what_did_not_take_place_is_not_rated(rig: Rig) -> None:
    session = await begun(rig, OVER)
    await rig.press_data(session.cast.amina, session.data(Verb.RATE, "5"))
    booking = await booking_of(rig, session.request)
    assert await rig.read(lambda uow: uow.reviews.of(booking.id)) is None


async def test_a_follow_up_is_a_request_to_the_same_client_for_the_same_service(rig: Rig) -> None:
    session = await begun(rig, OVER)
    cast = session.cast
    await rig.press_data(cast.ada, session.data(Verb.HELD))
    await rig.press(cast.ada, "Follow-up request")
    draft = await rig.read(lambda uow: uow.requests.draft_of(cast.dietitian.id))
    assert (draft.client_id, draft.service_id) == (cast.client.id, cast.service.id)
    await rig.press(cast.ada, "Skip")
    await rig.press(cast.ada, "Send")
    assert told(cast.amina, "First consultation") > 0
    newest = await rig.read(lambda uow: uow.requests.card(draft.public_id))
    assert newest.request.state == "pending"
    await all_well(rig, cast.ada, cast.amina)


async def test_a_session_that_is_over_still_counts_towards_the_dietitians_day(rig: Rig) -> None:
    """Else the day's maximum would grow with every session that was closed."""
    session = await begun(rig, OVER)
    cast = session.cast
    await rig.press_data(cast.ada, session.data(Verb.HELD))
    offered = [await offered_today(rig, cast, most) for most in (1, 2)]
    assert offered == [False, True]


async def offered_today(rig: Rig, cast: Cast, most: int) -> bool:
    changed = replace(cast.dietitian, daily_maximum=most, minimum_notice_hours=0)
    await rig.write(lambda uow: uow.dietitians.save(changed))
    request = await rig.request(cast)
    await rig.press_data(cast.amina, f"v1:{Verb.APPROVE}:{request.public_id}::1")
    return "Mon 2 Nov" in cast.amina.last.labels[0]
