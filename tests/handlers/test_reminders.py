"""Reminders of a session: chosen, quiet, late, called off; and what else somebody should not forget."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.model.queue import OutboxItem
from domain.model.request import Request
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from sandbox.telegram.seen import SeenMessage
from storage.tables import outbox
from tests.handlers.tour_intake import session as session_with_questions
from tests.money.practice import (
    DAY,
    HOUR,
    MINUTE,
    all_well,
    booked,
    card,
    held,
    play,
    screen,
    told,
    too_late,
)
from tests.money.test_reschedule import booking_of, moved
from tests.rig import Cast, Rig


def reminders(phone: Phone) -> list[SeenMessage]:
    return [one for one in phone.messages if not one.mine and one.text.startswith("⏰ Reminder")]


async def until(rig: Rig, request: Request, before: timedelta) -> None:
    """Until so long before the start."""
    start = (await booking_of(rig, request)).start
    await rig.pass_time(start - before - rig.clock.now())


async def choose(rig: Rig, who: int, **fields: Any) -> None:
    await rig.write(lambda uow: uow.people.save(replace(uow.people.get(who), **fields)))


async def dropped(rig: Rig) -> list[str]:
    rows = await rig.rows(
        select(outbox.c.error).where(outbox.c.state == "dropped", outbox.c.key.startswith("notice:reminder:"))
    )
    return [error for (error,) in rows]


async def test_both_are_reminded_a_day_an_hour_and_ten_minutes_before(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    for number, before in enumerate((DAY, HOUR, 10 * MINUTE), start=1):
        await until(rig, request, before)
        assert len(reminders(cast.amina)) == len(reminders(cast.ada)) == number
    first, second, third = reminders(cast.amina)
    assert "in about 24 hours" in first.text
    assert "in 60 minutes" in second.text
    assert "in 10 minutes" in third.text
    assert first.labels == ["🎥 Join", "🔁 Reschedule", "✖️ Cancel"]
    assert third.labels == ["🎥 Join", "🔁 Reschedule", "✖️ Cancel", "🏃 I'm late"]
    assert "can still be cancelled, without a refund; to move it, ask your dietitian" in third.text
    assert "can still be cancelled" not in first.text
    theirs = reminders(cast.ada)[-1]
    assert theirs.labels == ["🎥 Join", "🔁 Reschedule", "✖️ Cancel", "🏃 I'm late"]
    assert "can still be cancelled" not in theirs.text
    assert not any("late" in one.text or one.silent for one in (first, second, third))
    await until(rig, request, -HOUR)
    assert len(reminders(cast.amina)) == 3
    await all_well(rig, cast.ada, cast.amina)


async def test_each_is_reminded_as_they_chose_also_after_the_booking(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await choose(rig, cast.client.id, remind_day=False, remind_soon=False)
    for before, counts in ((DAY, (0, 1)), (HOUR, (1, 2)), (10 * MINUTE, (1, 3))):
        await until(rig, request, before)
        assert (len(reminders(cast.amina)), len(reminders(cast.ada))) == counts
    assert await dropped(rig) == ["not wanted by who would be reminded"] * 2


async def test_what_was_due_while_nothing_ran_goes_out_once_and_says_that_it_is_late(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until(rig, request, 5 * HOUR)
    for phone in (cast.amina, cast.ada):
        [late] = reminders(phone)
        assert late.text.startswith("⏰ Reminder (sent late): ")
        assert "in about 5 hours" in late.text
    await until(rig, request, 4 * MINUTE)
    for phone in (cast.amina, cast.ada):
        _, late = reminders(phone)
        assert "(sent late)" in late.text
        assert "in 4 minutes" in late.text
    assert await dropped(rig) == ["a nearer reminder is due as well"] * 2


async def test_nothing_is_said_once_the_session_has_begun(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until(rig, request, timedelta())
    assert reminders(cast.amina) == reminders(cast.ada) == []
    assert await dropped(rig) == ["the session has begun"] * 6


@pytest.mark.parametrize("way", ["moved", "cancelled"])
async def test_a_reminder_that_was_sent_is_edited_when_it_no_longer_holds(rig: Rig, way: str) -> None:
    cast = await play(rig, free_hours=1)
    request, _ = await booked(rig, cast, day=5)
    await until(rig, request, DAY)
    assert [one.labels for one in reminders(cast.amina)] == [["🎥 Join", "🔁 Reschedule", "✖️ Cancel"]]
    if way == "moved":
        await moved(rig, cast.amina, request)
    else:
        await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
        await rig.press(cast.ada, "Yes")
    for phone in (cast.amina, cast.ada):
        [void] = [one for one in phone.messages if "⏰ Reminder" in one.text]
        assert void.edited
        assert void.labels == []
        assert f"This session was {way}" in void.text
    called_off = [why for why in await dropped(rig) if why == f"the session was {way}"]
    assert len(called_off) == 4  # the hour's and the ten minutes' of each
    await all_well(rig, cast.ada, cast.amina)


async def test_a_reminder_on_its_way_when_the_session_is_cancelled_is_edited_too(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    rev = (await card(rig, request)).request.rev
    now = (await booking_of(rig, request)).start - DAY
    rig.clock.advance(now - rig.clock.now())

    def set_out(uow: UnitOfWork) -> OutboxItem:
        """Some program has it in hand; the others are as before."""
        items = uow.outbox.claim(owner="other", now=now, lease_until=now + HOUR, limit=99)
        mine = [one for one in items if "reminder" in one.key and one.key.endswith(f":{cast.client.id}")]
        uow.outbox.release([one.id for one in items if one not in mine])
        return mine[0]

    item: OutboxItem = await rig.write(set_out)
    cancel = rig.machine.router.cases.cancel_booking
    await cancel(person=cast.client, public_id=request.public_id, rev=rev)
    await rig.settled()
    sent = await rig.world.bot.send_message(cast.amina.user_id, "⏰ Reminder: on its way")
    await rig.write(lambda uow: uow.outbox.sent(item.id, now=now, receipt=str(sent.message_id)))
    await rig.pass_time(timedelta(seconds=3))
    [void] = [one for one in cast.amina.messages if "⏰ Reminder" in one.text]
    assert "This session was cancelled" in void.text
    assert told(cast.amina, "on its way") == 0


async def test_in_quiet_hours_it_comes_without_a_sound_and_the_last_one_sounds(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await choose(rig, cast.client.id, quiet_from=0, quiet_until=23 * 60 + 59)
    for before in (DAY, HOUR, 10 * MINUTE):
        await until(rig, request, before)
    assert [one.silent for one in reminders(cast.amina)] == [True, True, False]
    assert [one.silent for one in reminders(cast.ada)] == [False, False, False]


async def test_settings_hold_the_choice(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.amina, "/settings")
    await rig.press(cast.amina, "🔔 Reminders")
    assert "🌙 Quiet hours: none" in cast.amina.last.text
    await rig.press(cast.amina, "✅ 1 hour before")
    assert "☐ 1 hour before" in cast.amina.last.labels
    await rig.press(cast.amina, "🌙 Quiet hours")
    await rig.say(cast.amina, "late at night")
    assert "For example: 22-7" in cast.amina.last.text
    await rig.say(cast.amina, "10pm to 6:30")
    assert "22:00–06:30 (Africa/Lagos)" in cast.amina.last.text
    stored = await rig.read(lambda uow: uow.people.get(cast.client.id))
    assert (stored.remind_hour, stored.quiet_from, stored.quiet_until) == (False, 22 * 60, 390)
    await rig.press(cast.amina, "🔔 None")
    assert "🌙 Quiet hours: none" in cast.amina.last.text
    for forged in ("day.2", "week.1", ""):
        await rig.press_data(cast.amina, f"v1:{Verb.REMIND_ME}::{forged}:0")
    assert await rig.read(lambda uow: uow.people.get(cast.client.id)) == replace(
        stored, quiet_from=None, quiet_until=None
    )
    await all_well(rig, cast.amina)


async def late_cast(rig: Rig) -> tuple[Cast, str]:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until(rig, request, 10 * MINUTE)
    return cast, request.public_id


async def test_who_runs_late_says_so_once_a_minute(rig: Rig) -> None:
    cast, subject = await late_cast(rig)
    await rig.press(cast.amina, "🏃 I'm late")
    assert cast.amina.last.labels[:3] == ["5 min", "10 min", "15 min"]
    for _ in range(2):
        await rig.press_data(cast.amina, f"v1:{Verb.LATE_SURE}:{subject}:10:1")
    assert told(cast.ada, "is running about 10 minutes late") == 1
    assert "knows that you will be about 10 minutes late" in "".join(one.text for one in cast.amina.messages)
    await rig.pass_time(MINUTE)
    await rig.press_data(cast.amina, f"v1:{Verb.LATE_SURE}:{subject}:15:1")
    assert told(cast.ada, "is running about 15 minutes late") == 1
    await rig.press_data(cast.ada, f"v1:{Verb.LATE_SURE}:{subject}:5:1")
    assert told(cast.amina, "Dr Ada Obi is running about 5 minutes late") == 1
    for forged in ("6", "0", "-5", "x"):
        await rig.press_data(cast.amina, f"v1:{Verb.LATE_SURE}:{subject}:{forged}:1")
    assert told(cast.ada, "minutes late") == 2
    await all_well(rig, cast.ada, cast.amina)


async def test_nobody_runs_late_long_before_or_after_or_for_somebody_else(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await until(rig, request, 61 * MINUTE)
    pressed = f"v1:{Verb.LATE_SURE}:{request.public_id}:5:1"
    assert "from an hour before" in await rig.press_data(cast.amina, pressed)
    assert "from an hour before" in await rig.press_data(cast.amina, f"v1:{Verb.LATE}:{request.public_id}::1")
    await rig.pass_time(MINUTE)
    _, stranger = await rig.person(name="Nosy")
    assert "not here for you" in await rig.press_data(stranger, pressed)
    await rig.pass_time(91 * MINUTE)
    assert "from an hour before" in await rig.press_data(cast.amina, pressed)
    assert told(cast.ada, "minutes late") == 0


async def test_a_hold_that_is_not_paid_is_told_of_ten_minutes_before_its_end(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    booking = await booking_of(rig, request)
    assert booking.shown_until is not None
    await rig.pass_time(booking.shown_until - 11 * MINUTE - rig.clock.now())
    assert told(cast.amina, "The time kept for you ends") == 0
    await rig.pass_time(MINUTE)
    assert "ends in 10 minutes" in cast.amina.last.text
    assert screen(cast.amina, "The time kept for you ends")[:2] == ["💳 Go on to pay", "✖️ Give it back"]
    await rig.press(cast.amina, "💳 Go on to pay")
    assert any(label.startswith("💳 Pay") for label in cast.amina.last.labels)


async def test_a_hold_that_was_paid_is_not_told_of(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    await rig.pass_time(HOUR)
    assert told(cast.amina, "The time kept for you ends") == 0


async def test_money_that_waits_is_told_of_after_two_and_five_days(rig: Rig) -> None:
    cast, _, _ = await too_late(rig)
    words = "Reminder: Your payment of"
    await rig.pass_time(2 * DAY)
    assert told(cast.amina, words) == 1
    await rig.pass_time(3 * DAY)
    assert told(cast.amina, words) == 2


async def test_money_that_waited_while_nothing_ran_is_told_of_once(rig: Rig) -> None:
    cast, _, _ = await too_late(rig)
    await rig.pass_time(5 * DAY + HOUR)
    assert told(cast.amina, "Reminder: Your payment of") == 1


async def test_open_questions_are_told_of_a_day_after_the_payment_and_a_day_before(rig: Rig) -> None:
    asked = await session_with_questions(rig, day=4)
    words = "asked you some questions"
    await rig.pass_time(DAY)
    assert told(asked.cast.amina, words) == 1
    await until(rig, asked.request, DAY)
    assert told(asked.cast.amina, words) == 2
    assert "📝 Questions for you" in screen(asked.cast.amina, words)


async def test_answered_questions_are_not_told_of(rig: Rig) -> None:
    asked = await session_with_questions(rig, ("Any allergies?",))
    await rig.press(asked.cast.amina, "Agree")
    await rig.press(asked.cast.amina, "Skip")
    await until(rig, asked.request, DAY)
    assert told(asked.cast.amina, "asked you some questions") == 0
    assert (await card(rig, asked.request)).request.state == "approved"
