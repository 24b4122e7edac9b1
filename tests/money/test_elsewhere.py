"""What was done at Paystack and not from here, and money that is none."""

from handlers.callbacks import Verb
from tests.money.practice import (
    PRICE,
    admin_of,
    all_well,
    booked,
    held,
    payment_of,
    play,
    stands,
    texts,
    told,
)
from tests.rig import Rig

REFUNDED, SENT_BACK = "A refund that these books don't know", "Paystack sent a bank transfer back"


async def test_a_refund_made_on_the_dashboard_is_told_once_and_changes_nothing(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    made = rig.paystack.refunds.create({"transaction": reference})
    await rig.settled()
    await rig.paystack.finish_refund(made.id)  # the events of the same refund that follow
    await rig.settled()
    (alert,) = [text for text in texts(await admin_of(rig)) if REFUNDED in text]
    assert reference in alert
    assert "12,500.00 NGN" in alert
    assert await stands(rig, reference) == {"value": PRICE}
    assert (await payment_of(rig, reference)).outcome == "value"


async def test_two_parts_given_back_on_the_dashboard_are_two_refunds(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await booked(rig, cast)
    for _ in range(2):  # their first events look the same, those that follow do not
        made = rig.paystack.refunds.create({"transaction": reference, "amount": 100_000})
        await rig.settled()
        await rig.paystack.finish_refund(made.id)
        await rig.settled()
    assert told(await admin_of(rig), REFUNDED) == 2


async def test_a_refund_of_ours_is_nothing_to_tell(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await rig.press(cast.amina, "Yes, cancel it")
    await rig.settled()
    assert len(rig.paystack.refunds.all) == 1
    assert told(await admin_of(rig), REFUNDED) == 0
    assert await stands(rig, reference) == {"refund": PRICE}


async def test_a_transfer_that_paystack_sent_back_is_told_once(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await held(rig, cast)
    for _ in range(2):
        await rig.paystack.reject_transfer(reference, 1_000_050)
        await rig.settled()
    (alert,) = [text for text in texts(await admin_of(rig)) if SENT_BACK in text]
    assert "Amount: 10,000.50" in alert
    assert "Why: incorrect amount sent" in alert
    assert f"Transaction: {rig.paystack.find(reference).id}" in alert
    assert (await payment_of(rig, reference)).state == "open"
    await all_well(rig, cast.ada, cast.amina)


async def test_a_payment_of_nothing_is_nothing_for_everybody(rig: Rig) -> None:
    cast = await play(rig)
    _, reference = await held(rig, cast)
    await rig.pay(reference, amount=0)
    admin = await admin_of(rig)
    for phone in (cast.amina, cast.ada):
        assert [text for text in texts(phone) if "₦0.00 arrived" in text]
    await rig.press_data(admin, f"v1:{Verb.DESK_PAYMENT}:{reference}::0")
    assert not any("Refund" in label for label in admin.last.labels)
    assert "moved on" in await rig.press_data(admin, f"v1:{Verb.DESK_REFUND_SURE}:{reference}::0")
    assert rig.paystack.refunds.all == []
    assert await stands(rig, reference) == {}
