"""A dietitian leaves: asked for in their chat, seen to by an admin."""

from datetime import timedelta

from sqlalchemy import select

from domain.model.erasure import NO_PRACTICE
from domain.model.people import Client
from domain.ports import UnitOfWork
from sandbox.telegram.phone import Phone
from storage.tables import audit, bookings, clients, connections, dietitians, outbox, people, refunds
from tests.handlers import tour_plans
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
    assert len([one for one in cast.amina.messages if "gives up their practice" in one.text]) == 1
    for phone, whose in ((cast.ada, "your"), (other.amina, "the")):
        said = f"Cancelled by an admin ({whose} practice is being closed)"
        assert any(said in one.text for one in phone.messages)
    assert any("started (the practice is being closed)" in one.text for one in cast.amina.messages)
    assert any("You asked to leave, and an admin has begun" in one.text for one in cast.ada.messages)
    assert not any("suspended by an admin" in one.text for one in cast.ada.messages)
    await _is_written_down_as_the_admins(rig, admin, 2)
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


async def _is_written_down_as_the_admins(rig: Rig, admin: Phone, refunded: int) -> None:
    (row,) = await rig.rows(select(people.c.id).where(people.c.telegram_id == admin.user_id))
    acts = audit.c.action.in_(["cancelled", "refund requested"])
    actors = [one[0] for one in await rig.rows(select(audit.c.actor).where(acts))]
    assert actors == [f"person:{row[0]}"] * 3 * refunded
    assert (
        await rig.rows(select(refunds.c.reason, refunds.c.decided_by))
        == [("cancelled by an admin", f"person:{row[0]}")] * refunded
    )


async def test_a_plan_that_is_cancelled_is_the_admins_deed_too(rig: Rig) -> None:
    bought = await tour_plans.paid(rig)
    admin = await asked(rig, bought.cast)
    await rig.press(admin, "Cancel: ")
    await rig.press(admin, "Yes, cancel")
    await _is_written_down_as_the_admins(rig, admin, 1)
    for phone, whose in ((bought.cast.ada, "your"), (bought.cast.amina, "the")):
        said = f"Cancelled by an admin ({whose} practice is being closed)"
        assert any(said in one.text for one in phone.messages)


async def test_who_only_asked_hears_of_it_and_who_is_blocked_does_not(rig: Rig) -> None:
    """The practice is deleted in the same breath, so the words come after it is gone."""
    cast = await play(rig)
    other = await another(rig, cast)
    await rig.approved(cast)
    await rig.approved(other)

    def block(uow: UnitOfWork) -> None:
        now = rig.clock.now()
        uow.clients.add(
            Client(
                dietitian_id=cast.dietitian.id,
                person_id=other.client.id,
                name="Tunde Cole",
                email=None,
                created_at=now,
                blocked_at=now,
            )
        )

    await rig.write(block)
    admin = await asked(rig, cast)
    await rig.press(admin, "Delete the practice")
    await rig.press(admin, "Confirm")
    assert len(await rig.rows(GONE)) == 1
    words = "Dr Ada Obi gives up their practice"
    assert len([one for one in cast.amina.messages if words in one.text]) == 1
    assert not any(words in one.text for one in other.amina.messages)
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
    late = select(outbox.c.payload).where(outbox.c.key.startswith("alert:planlate:"))
    assert await rig.rows(late) == [({},)]
    assert "not here for you" not in await rig.say(cast.amina, "/start")
    assert await rig.failed() == []


async def test_nobody_but_an_admin_sees_who_leaves(rig: Rig) -> None:
    cast = await play(rig)
    await asked(rig, cast)
    for verb in ("lvs", "lv", "lvc", "lvcy", "lvk", "lvky", "lve", "lvey"):
        for phone in (cast.amina, cast.ada):
            assert "not here for you" in await rig.press_data(phone, f"v1:{verb}:1:all:2")
    assert await rig.rows(GONE) == []
