"""A dietitian leaves: asked for in their chat, seen to by an admin."""

from datetime import timedelta

from sqlalchemy import select

from domain.model.erasure import NO_PRACTICE
from sandbox.telegram.phone import Phone
from storage.tables import bookings, clients, connections, dietitians, people, refunds
from tests.handlers.lives import everything, left_of, lived
from tests.money.practice import admin_of, another, booked, play
from tests.rig import Cast, Rig

DAY = timedelta(days=1)
GONE = select(people.c.id).where(people.c.erased_at.is_not(None))


async def asked(rig: Rig, cast: Cast) -> Phone:
    """The dietitian asks; the admin's phone with the case open."""
    await rig.say(cast.ada, "/deletemydata")
    await rig.press(cast.ada, "Delete")
    await rig.press(cast.ada, "Confirm")
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Leaving")
    await rig.press(admin, "Dr Ada")
    return admin


async def test_a_dietitian_is_told_that_an_admin_does_it_and_the_admins_hear_of_it(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.ada, "/deletemydata")
    assert "admin" in cast.ada.last.text
    await rig.press(cast.ada, "Delete")
    await rig.press(cast.ada, "Confirm")
    assert "An admin has been asked" in cast.ada.last.text
    admin = await admin_of(rig)
    assert "wants to leave" in admin.messages[-1].text
    assert await rig.rows(GONE) == []


async def test_all_sessions_are_cancelled_with_a_full_refund_and_then_the_practice_goes(rig: Rig) -> None:
    cast = await play(rig, free_hours=24 * 30)
    await booked(rig, cast)
    other = await another(rig, cast)
    await booked(rig, other, slot=2)
    admin = await asked(rig, cast)
    assert "Open with their clients, paid: 2" in admin.last.text
    await rig.press(admin, "Cancel all 2")
    await rig.press(admin, "Yes, cancel")
    assert {row[0] for row in await rig.rows(select(bookings.c.state))} == {"cancelled"}
    assert [row[0] for row in await rig.rows(select(refunds.c.amount))] == [1_250_000] * 2
    assert any("gives up their practice" in one.text for one in cast.amina.messages)
    assert any("cancelled" in one.text for one in other.amina.messages)
    await rig.press(admin, "Delete the practice")
    await rig.press(admin, "Confirm")
    assert "deleted" in admin.last.text or "deleted" in admin.messages[-2].text
    assert any("deleted" in one.text for one in cast.ada.messages)
    assert await rig.rows(select(dietitians.c.name, dietitians.c.email, dietitians.c.active)) == [
        (NO_PRACTICE, "", False)
    ]
    assert left_of(await everything(rig), str(cast.ada.user_id), "ada@example.com") == []
    assert await rig.rows(select(clients.c.id)) == []
    await rig.pass_time(DAY)
    assert await rig.failed() == []


async def test_what_is_kept_is_waited_for_and_then_it_is_done_by_itself(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    admin = await asked(rig, cast)
    await rig.press(admin, "Keep until done")
    await rig.press(admin, "Yes, keep")
    assert "They are kept" in admin.last.text
    assert await rig.rows(GONE) == []
    await rig.pass_time(9 * DAY)
    assert len(await rig.rows(GONE)) == 1
    assert await rig.failed() == []


async def test_one_session_alone_can_be_cancelled(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    other = await another(rig, cast)
    await booked(rig, other, slot=2)
    admin = await asked(rig, cast)
    await rig.press(admin, "Cancel: Tunde")
    await rig.press(admin, "Yes, cancel")
    assert sorted(row[0] for row in await rig.rows(select(bookings.c.state))) == ["cancelled", "confirmed"]
    assert "paid: 1" in admin.last.text


async def test_an_old_question_does_nothing(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    admin = await asked(rig, cast)
    await rig.press(admin, "Cancel:")
    rig.clock.advance(timedelta(minutes=16))
    assert "Nothing was done" in await rig.press(admin, "Yes, cancel")
    assert await rig.rows(select(bookings.c.state)) == [("confirmed",)]


async def test_who_stays_after_all_stays(rig: Rig) -> None:
    cast = await play(rig)
    admin = await asked(rig, cast)
    await rig.press(admin, "Delete the practice")
    await rig.press(cast.ada, "Keep my data")
    answer = await rig.press(admin, "Confirm")
    assert "not here for you" in answer or "Nothing was done" in answer
    assert await rig.rows(GONE) == []


async def test_clients_keep_their_plans_and_nothing_of_the_practice_is_left(rig: Rig) -> None:
    life = await lived(rig)
    cast = life.cast
    admin = await asked(rig, cast)
    await rig.press(admin, "Delete the practice")
    await rig.press(admin, "Confirm")
    assert len(await rig.rows(GONE)) == 1
    await rig.press_data(cast.amina, f"v1:mp:{life.asked.public_id}::1")
    assert "plan" in cast.amina.last.text.casefold()
    files = len([one for one in cast.amina.messages if one.document is not None])
    await rig.press(cast.amina, "Send")
    assert len([one for one in cast.amina.messages if one.document is not None]) == files + 1
    assert await rig.rows(select(connections.c.id)) == []
    assert "not here for you" not in await rig.say(cast.amina, "/start")
    assert await rig.failed() == []


async def test_nobody_but_an_admin_sees_who_leaves(rig: Rig) -> None:
    cast = await play(rig)
    await asked(rig, cast)
    for verb in ("lvs", "lv", "lvc", "lvcy", "lvk", "lvky", "lve", "lvey"):
        for phone in (cast.amina, cast.ada):
            assert "not here for you" in await rig.press_data(phone, f"v1:{verb}:1:all:2")
    assert await rig.rows(GONE) == []
