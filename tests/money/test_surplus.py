"""Money that pays for nothing: a second payment, something cancelled meanwhile, not what was asked for."""

from typing import Any

import pytest

from handlers.callbacks import Verb
from tests.money.practice import (
    HOUR,
    PRICE,
    admin_of,
    all_well,
    card,
    choose,
    held,
    payment_of,
    play,
    refund_of,
    refund_state,
    screen,
    stands,
    told,
)
from tests.rig import Cast, Rig

STARTED = "Your refund of ₦12,500.00 has been started"


async def second_link(rig: Rig, cast: Cast) -> str:
    """Another e-mail makes another link; the older one can still be paid."""
    before = {one.reference for one in rig.paystack.transactions}
    await rig.press(cast.amina, "Other e-mail")
    await rig.say(cast.amina, "other@example.com")
    (second,) = {one.reference for one in rig.paystack.transactions} - before
    return second


async def test_of_two_links_that_are_both_paid_the_first_gives_value_and_the_second_goes_back(
    rig: Rig,
) -> None:
    cast = await play(rig)
    request, first = await held(rig, cast)
    second = await second_link(rig, cast)
    await rig.pay(second)
    await rig.pay(first)
    await rig.pass_time(HOUR)
    assert await stands(rig, second) == {"value": PRICE}
    assert await stands(rig, first) == {"refund": PRICE}
    assert (await refund_state(rig, second), await refund_state(rig, first)) == ("none", "processed")
    assert [(one.transaction.reference, one.amount) for one in rig.paystack.refunds.all] == [(first, PRICE)]
    assert told(cast.amina, f"{STARTED} (it was paid for already)") == 1
    assert told(cast.amina, "Receipt\n") == told(cast.ada, "Booking confirmed") == 1
    assert (await card(rig, request)).request.state == "approved"
    await all_well(rig, cast.ada, cast.amina)


async def test_a_session_with_a_surplus_behind_it_can_still_be_cancelled_for_all(rig: Rig) -> None:
    """The payment that counts is the one with value, not the newest."""
    cast = await play(rig)
    request, first = await held(rig, cast)
    second = await second_link(rig, cast)
    await rig.pay(first)
    await rig.pay(second)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await rig.press(cast.amina, "Yes, cancel it")
    await rig.pass_time(HOUR)
    assert await stands(rig, first) == await stands(rig, second) == {"refund": PRICE}
    assert len(rig.paystack.refunds.all) == 2
    await all_well(rig, cast.ada, cast.amina)


async def released(rig: Rig, cast: Cast, request: Any) -> None:
    await rig.press(cast.amina, "Cancel")
    assert "nothing was charged" in cast.amina.last.text


async def declined(rig: Rig, cast: Cast, request: Any) -> None:
    await rig.press_data(cast.amina, f"v1:{Verb.DECLINE_SILENTLY}:{request.public_id}::1")


async def withdrawn(rig: Rig, cast: Cast, request: Any) -> None:
    await rig.press_data(cast.ada, f"v1:{Verb.WITHDRAW_SURE}:{request.public_id}::1")


@pytest.mark.parametrize("ending", [released, declined, withdrawn])
async def test_what_is_paid_for_something_that_has_ended_goes_back(rig: Rig, ending: Any) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await ending(rig, cast, request)
    await rig.pay(reference)
    await rig.pass_time(HOUR)
    assert await stands(rig, reference) == {"refund": PRICE}
    assert await refund_state(rig, reference) == "processed"
    assert told(cast.amina, f"{STARTED} (there was nothing left to pay for)") == 1
    assert told(await admin_of(rig), "could not be given value") == 1
    assert told(cast.ada, "could not be given value") == 1
    assert told(cast.ada, "Booking confirmed") == 0
    await all_well(rig, cast.ada, cast.amina)


async def test_after_a_change_of_time_the_old_link_pays_for_the_new_time(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.press(cast.amina, "Change time")
    await choose(rig, cast.amina, 5, 1)
    await rig.pay(reference)
    now = await card(rig, request)
    assert now.booking is not None
    assert (now.request.state, now.booking.state) == ("approved", "confirmed")
    assert await stands(rig, reference) == {"value": PRICE}
    await all_well(rig, cast.ada, cast.amina)


WRONG = [
    pytest.param({"amount": PRICE - 1}, "NGN", PRICE - 1, id="too little"),
    pytest.param({"amount": PRICE + 1}, "NGN", PRICE + 1, id="too much"),
    pytest.param({"currency": "USD"}, "USD", PRICE, id="another currency"),
    pytest.param({"domain": "live"}, "NGN", PRICE, id="another domain"),
]


@pytest.mark.parametrize(("how", "currency", "amount"), WRONG)
async def test_what_was_not_asked_for_waits_for_an_admin_who_gives_it_back(
    rig: Rig, how: dict[str, Any], currency: str, amount: int
) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.pay(reference, **how)
    assert await stands(rig, reference) == {"quarantine": amount}
    assert await refund_state(rig, reference) == "none"
    assert (await card(rig, request)).request.state == "pending"
    assert told(cast.amina, "which is not what was asked for") >= 1
    assert told(cast.ada, "could not be given value (it is not what was asked for)") == 1
    admin = await admin_of(rig)
    assert told(admin, "Asked for: ₦12,500.00 (test)") == 1
    await rig.say(admin, "/admin")
    await rig.press(admin, "Money (1)")
    assert "quarantined (mismatch)" in admin.last.text
    await rig.press(admin, "1")
    assert reference in admin.last.text
    await rig.press(admin, "Refund")
    assert await refund_state(rig, reference) == "none", "the first press only asks"
    await rig.press(admin, "Yes, refund")
    await rig.pass_time(HOUR)
    refund = await refund_of(rig, reference)
    assert refund is not None
    assert (refund.state, refund.amount, refund.currency) == ("processed", amount, currency)
    assert await stands(rig, reference) == {"refund": amount}
    assert told(cast.amina, "has been paid out by Paystack") == 1
    await rig.say(admin, "/admin")
    assert "Money (0)" in " ".join(admin.last.labels)
    await all_well(rig, cast.ada, cast.amina)


async def test_the_client_goes_on_and_pays_rightly_while_the_wrong_payment_waits(rig: Rig) -> None:
    cast = await play(rig)
    request, wrong = await held(rig, cast)
    await rig.pay(wrong, amount=500)
    assert any("Choose a time" in label for label in screen(cast.amina, "not what was asked for"))
    await rig.press(cast.amina, "Choose a time")
    await choose(rig, cast.amina, 3, 1)
    (right,) = {one.reference for one in rig.paystack.transactions} - {wrong}
    assert cast.amina.url_of("Pay ₦"), "the new link is on the screen"
    await rig.pay(right)
    assert (await card(rig, request)).request.state == "approved"
    assert (await stands(rig, wrong), await stands(rig, right)) == ({"quarantine": 500}, {"value": PRICE})
    await all_well(rig, cast.ada, cast.amina)


async def test_a_customer_who_bears_the_fees_has_paid_what_was_asked_for(rig: Rig) -> None:
    rig.paystack.customer_bears_fees = True
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.pay(reference)
    payment = await payment_of(rig, reference)
    assert payment.fees is not None
    assert payment.paid_amount == PRICE + payment.fees
    assert (await card(rig, request)).request.state == "approved"
    assert await stands(rig, reference) == {"value": PRICE + payment.fees}
    await all_well(rig, cast.ada, cast.amina)


async def test_fees_on_top_do_not_make_half_of_it_enough(rig: Rig) -> None:
    rig.paystack.customer_bears_fees = True
    cast = await play(rig)
    request, reference = await held(rig, cast)
    await rig.pay(reference, amount=PRICE // 2)
    assert (await card(rig, request)).request.state == "pending"
    assert list(await stands(rig, reference)) == ["quarantine"]
    await all_well(rig, cast.ada, cast.amina)
