"""A payer disputes a payment with their bank: an admin must know at once, and until when to answer."""

from datetime import timedelta

import pytest

from domain.usecases.disputes import NoteDispute
from handlers.callbacks import Verb
from sandbox.paystack import events
from tests.money.practice import DAY, PRICE, admin_of, all_well, booked, payment_of, play, stands, texts, told
from tests.rig import Rig

DISPUTED, RESOLVED = "A payment is disputed", "A dispute is resolved"


async def test_a_dispute_is_told_at_once_with_the_time_by_which_to_answer(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    dispute = await rig.paystack.open_dispute(reference)
    await rig.settled()
    admin = await admin_of(rig)
    (alert,) = [text for text in texts(admin) if DISPUTED in text]
    assert reference in alert
    assert f"answer by: {dispute.due_at:%Y-%m-%d %H:%M} UTC" in alert
    payment = await payment_of(rig, reference)
    assert (payment.dispute, payment.dispute_due_at) == ("awaiting-merchant-feedback", dispute.due_at)
    assert payment.dispute_resolution is None
    await rig.press_data(cast.ada, f"v1:{Verb.BOOKING}:{request.public_id}::0")
    assert "Its payment is disputed" in cast.ada.last.text
    await rig.press_data(cast.amina, f"v1:{Verb.BOOKING}:{request.public_id}::0")
    assert "disputed" not in cast.amina.last.text
    assert await stands(rig, reference) == {"value": PRICE}
    await all_well(rig, cast.ada, cast.amina)


async def test_it_waits_on_the_desk_until_it_is_resolved(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    dispute = await rig.paystack.open_dispute(reference)
    await rig.settled()
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Money (1)")
    assert "disputed (awaiting-merchant-feedback)" in admin.last.text
    await rig.press(admin, "1")
    assert "Answer the dispute by: Tuesday 3 November 2026, 09:00" in admin.last.text
    assert not any("Refund" in label for label in admin.last.labels)
    await rig.paystack.resolve_dispute(dispute, resolution="declined")
    await rig.settled()
    assert told(admin, RESOLVED) == 1
    assert (await payment_of(rig, reference)).dispute_resolution == "declined"
    await rig.say(admin, "/admin")
    assert "Money (0)" in " ".join(admin.last.labels)
    await all_well(rig, cast.ada, cast.amina)


async def test_paystacks_reminder_reminds_the_admin_too(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    dispute = await rig.paystack.open_dispute(reference)
    await rig.settled()
    await rig.pass_time(timedelta(hours=12))
    await rig.paystack.remind_dispute(dispute)
    await rig.settled()
    admin = await admin_of(rig)
    assert told(admin, DISPUTED) == 2
    assert told(admin, f"answer by: {dispute.due_at:%Y-%m-%d %H:%M} UTC") == 2
    await all_well(rig, cast.ada, cast.amina)


async def test_a_reminder_whose_first_event_was_lost_is_news(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    rig.paystack.webhooks = "never"
    dispute = await rig.paystack.open_dispute(reference)
    rig.paystack.webhooks = "once"
    await rig.paystack.remind_dispute(dispute)
    await rig.settled()
    assert told(await admin_of(rig), DISPUTED) == 1
    assert (await payment_of(rig, reference)).dispute_due_at == dispute.due_at
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_dispute_that_comes_back_with_another_time_to_answer_is_told_again(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    note, until = NoteDispute(transactions=rig.database, clock=rig.clock), rig.clock.now() + DAY
    ours, theirs = "awaiting-merchant-feedback", "awaiting-bank-feedback"
    for status, due_at in ((ours, until), (theirs, None), (ours, until + DAY), (ours, until + DAY)):
        assert await note(reference=reference, status=status, due_at=due_at, resolution=None)
        rig.machine.outbox.nudge()
        await rig.settled()
    alerts = [text for text in texts(await admin_of(rig)) if DISPUTED in text]
    times = [f"answer by: {at:%Y-%m-%d %H:%M} UTC" for at in (until, until, until + DAY)]
    assert [time in alert for time, alert in zip(times, alerts, strict=True)] == [True] * 3
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("webhooks", ["twice_at_once", "once"])
async def test_an_event_that_comes_twice_is_told_once(rig: Rig, webhooks: str) -> None:
    rig.paystack.webhooks = webhooks
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    dispute = await rig.paystack.open_dispute(reference)
    await rig.settled()
    await rig.paystack.send_event(events.dispute_event("create", dispute))
    await rig.settled()
    assert told(await admin_of(rig), DISPUTED) == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_an_older_event_that_comes_late_reopens_nothing(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    rig.paystack.webhooks = "never"
    dispute = await rig.paystack.open_dispute(reference)
    older = events.dispute_event("create", dispute)
    rig.paystack.webhooks = "once"
    await rig.paystack.resolve_dispute(dispute, resolution="merchant-accepted")
    await rig.settled()
    await rig.paystack.send_event(older)
    await rig.settled()
    payment = await payment_of(rig, reference)
    assert (payment.dispute, payment.dispute_resolution) == ("resolved", "merchant-accepted")
    admin = await admin_of(rig)
    assert (told(admin, DISPUTED), told(admin, RESOLVED)) == (0, 1)
    await all_well(rig, cast.ada, cast.amina)


async def test_a_dispute_about_somebody_elses_payment_is_recorded_and_no_more(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    event = events.dispute_event("create", await rig.paystack.open_dispute(reference))
    await rig.settled()
    event["data"]["transaction"]["reference"] = "somebody-elses"
    event["data"] |= {"id": 7}
    await rig.paystack.send_event(event)
    odd = {"event": "charge.dispute.create", "data": {"id": 8, "dueAt": "soon", "transaction": None}}
    await rig.paystack.send_event(odd)
    await rig.settled()
    assert told(await admin_of(rig), DISPUTED) == 1
    assert await rig.failed() == []
