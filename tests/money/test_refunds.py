"""A refund's way: what Paystack says of it by event or when asked, the bank account it needs, and one of each."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.callbacks import Verb
from sandbox.faults import Fault, FaultKind
from sandbox.paystack import events
from sandbox.paystack.model import RefundStatus
from tests.money.practice import (
    DAY,
    HOUR,
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    booked,
    payment_of,
    play,
    refund_of,
    refund_state,
    screen,
    stands,
    told,
)
from tests.rig import Cast, Rig

SECOND = timedelta(seconds=1)
STARTED, PAID_OUT = (
    "Your refund of ₦12,500.00 has been started",
    "Your refund of ₦12,500.00 has been paid out",
)
NEEDS = "needs your bank account"


async def cancelled(rig: Rig, *, percent: int = 100) -> tuple[Cast, str]:
    """A paid session that the client has just cancelled; `percent` of it comes back."""
    cast = await play(rig, free_hours=24 if percent == 100 else 24 * 30, late_refund_percent=percent)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await rig.press(cast.amina, "Yes, cancel it")
    return cast, reference


async def finished(rig: Rig, outcome: str) -> None:
    (refund,) = rig.paystack.refunds.all
    await rig.paystack.finish_refund(refund.id, outcome)
    await rig.settled()


async def once(rig: Rig, cast: Cast, reference: str) -> None:
    """It went back, all of it, and the client heard of each step once."""
    await rig.pass_time(2 * HOUR)
    assert await refund_state(rig, reference) == "processed"
    assert await stands(rig, reference) == {"refund": PRICE}
    assert [(one.amount, one.status) for one in rig.paystack.refunds.all] == [(PRICE, "processed")]
    assert (told(cast.amina, STARTED), told(cast.amina, PAID_OUT)) == (1, 1)
    await all_well(rig, cast.ada, cast.amina)


async def test_events_lead_a_refund_from_pending_to_processed(rig: Rig) -> None:
    cast, reference = await cancelled(rig)
    assert await refund_state(rig, reference) == "pending"
    assert "3 to 10 working days" in next(one.text for one in cast.amina.messages if STARTED in one.text)
    await rig.pass_time(2 * SECOND)
    assert await refund_state(rig, reference) == "processing"
    await rig.pass_time(2 * SECOND)
    assert await refund_state(rig, reference) == "processed"
    await once(rig, cast, reference)


async def test_without_events_it_is_asked_about(rig: Rig) -> None:
    rig.paystack.webhooks = "never"
    rig.paystack.refund_seconds = 90
    cast = await play(rig)
    request, reference = await booked_by_polling(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await rig.press(cast.amina, "Yes, cancel it")
    assert await refund_state(rig, reference) == "pending"
    await rig.pass_time(MINUTE)
    assert await refund_state(rig, reference) == "processing"
    await rig.pass_time(MINUTE)
    assert await refund_state(rig, reference) == "processed"
    assert rig.paystack.attempts == []
    await once(rig, cast, reference)


async def booked_by_polling(rig: Rig, cast: Cast) -> Any:
    from tests.money.practice import held

    request, reference = await held(rig, cast)
    await rig.paystack.pay(reference)
    await rig.pass_time(MINUTE)
    return request, reference


async def test_events_twice_and_out_of_order_are_told_once(rig: Rig) -> None:
    rig.paystack.webhooks = "twice_at_once"
    rig.paystack.refund_seconds = None
    cast, reference = await cancelled(rig)
    (refund,) = rig.paystack.refunds.all
    older = [events.refund_event(refund)]
    await finished(rig, "processed")
    refund.status = RefundStatus.PROCESSING
    older.insert(0, events.refund_event(refund))
    refund.status = RefundStatus.PROCESSED
    for event in older:
        await rig.paystack.send_event(event)
    await rig.settled()
    await once(rig, cast, reference)


async def test_an_event_alone_is_believed_in_nothing(rig: Rig) -> None:
    """Signed, but Paystack's own list says otherwise."""
    rig.paystack.refund_seconds = None
    _, reference = await cancelled(rig)
    (refund,) = rig.paystack.refunds.all
    refund.status = RefundStatus.PROCESSED
    forged = events.refund_event(refund)
    refund.status = RefundStatus.PENDING
    await rig.paystack.send_event(forged)
    await rig.settled()
    assert await refund_state(rig, reference) == "pending"
    stranger = {"event": "refund.processed", "data": {"transaction_reference": "DD-nobody", "amount": "5"}}
    await rig.paystack.send_event(stranger)
    await rig.settled()
    assert await rig.failed() == []


@pytest.mark.parametrize("amount", ["1250000", 1250000])
async def test_an_amount_is_understood_as_text_and_as_a_number(rig: Rig, amount: object) -> None:
    rig.paystack.refund_seconds = None
    cast, reference = await cancelled(rig)
    (refund,) = rig.paystack.refunds.all
    refund.status = RefundStatus.PROCESSED
    event = events.refund_event(refund)
    event["data"]["amount"] = amount
    await rig.paystack.send_event(event)
    await rig.settled()
    await once(rig, cast, reference)


async def needing_account(rig: Rig) -> tuple[Cast, str]:
    rig.paystack.refund_outcome = "needs-attention"
    cast, reference = await cancelled(rig)
    await rig.pass_time(4 * SECOND)
    assert await refund_state(rig, reference) == "needs-attention"
    assert told(cast.amina, NEEDS) == 1
    return cast, reference


async def test_a_refund_that_needs_an_account_asks_for_bank_number_and_a_last_look(rig: Rig) -> None:
    cast, reference = await needing_account(rig)
    await rig.press(cast.amina, "Choose the bank")
    await rig.press(cast.amina, "Zenith")
    assert "ten digits" in await rig.say(cast.amina, "12345")
    assert "ten digits" in await rig.say(cast.amina, "٠١٢٣٤٥٦٧٨٩")
    rig.paystack.faults.plan(_unknown_account())
    assert "no account with that number" in await rig.say(cast.amina, "9999999999")
    words = await rig.say(cast.amina, "01234 56789")
    for part in ("SANDBOX ACCOUNT HOLDER", "Zenith Bank", "6789"):
        assert part in words
    assert "0123456789" not in words
    assert await refund_state(rig, reference) == "needs-attention", "only Confirm hands it over"
    sealed = (await refund_of(rig, reference)).sealed_account  # type: ignore[union-attr]
    assert sealed
    assert "0123456789" not in sealed
    await rig.press(cast.amina, "Confirm")
    assert await refund_state(rig, reference) == "processing"
    await rig.pass_time(4 * SECOND)
    assert (await refund_of(rig, reference)).sealed_account is None  # type: ignore[union-attr]
    await once(rig, cast, reference)


def _unknown_account() -> Fault:
    body = {"status": False, "message": "Could not resolve account name. Check parameters or try again."}
    return Fault(match="GET /bank/resolve*", kind=FaultKind.STATUS, status=422, body=body)


async def test_confirm_pressed_twice_and_again_later_hands_the_account_over_once(rig: Rig) -> None:
    cast, reference = await needing_account(rig)
    await rig.press(cast.amina, "Choose the bank")
    await rig.press(cast.amina, "Zenith")
    await rig.say(cast.amina, "0123456789")
    await cast.amina.press_many("Confirm", 3)
    await rig.settled()
    retries = [call for call in rig.paystack.calls if "retry_with_customer_details" in call]
    assert len(retries) == 1
    await rig.pass_time(4 * SECOND)
    await once(rig, cast, reference)


async def test_the_first_account_is_not_confirmed_once_another_was_typed(rig: Rig) -> None:
    cast, reference = await needing_account(rig)
    await rig.press(cast.amina, "Choose the bank")
    await rig.press(cast.amina, "Zenith")
    await rig.say(cast.amina, "0123456789")
    first = cast.amina.last
    await rig.press(cast.amina, "Back")
    await rig.press(cast.amina, "Access")
    await rig.say(cast.amina, "0123456789")
    confirm = next(button for row in first.buttons for button in row if "Confirm" in button.label)
    await rig.press_data(cast.amina, str(confirm.data), message_id=first.id)
    assert await refund_state(rig, reference) == "needs-attention"
    await rig.press(cast.amina, "Confirm")
    assert await refund_state(rig, reference) == "processing"


async def test_nobody_else_gives_the_account(rig: Rig) -> None:
    cast, reference = await needing_account(rig)
    refund = await refund_of(rig, reference)
    assert refund is not None
    stranger = (await rig.person(name="Bola"))[1]
    for phone in (stranger, cast.ada, await admin_of(rig)):
        for verb in (Verb.BANKS, Verb.ACCOUNT_SURE):
            assert "not here for you" in await rig.press_data(phone, f"v1:{verb}:{refund.public_id}:0:0")
    assert await refund_state(rig, reference) == "needs-attention"


async def test_an_account_that_does_not_work_is_asked_for_again(rig: Rig) -> None:
    cast, reference = await needing_account(rig)
    rig.paystack.refund_seconds = None
    await rig.press(cast.amina, "Choose the bank")
    await rig.press(cast.amina, "Zenith")
    await rig.say(cast.amina, "0123456789")
    await rig.press(cast.amina, "Confirm")
    await finished(rig, "needs-attention")
    await rig.pass_time(HOUR)
    assert await refund_state(rig, reference) == "needs-attention"
    assert NEEDS in cast.amina.last.text, "the first asking was answered on its own message"
    rig.paystack.refund_seconds = 4
    await rig.press(cast.amina, "Choose the bank")
    await rig.press(cast.amina, "Access")
    await rig.say(cast.amina, "0123456780")
    await rig.press(cast.amina, "Confirm")
    await rig.pass_time(4 * SECOND)
    await once(rig, cast, reference)


async def test_a_refund_that_fails_waits_for_an_admin_who_tries_it_again(rig: Rig) -> None:
    rig.paystack.refund_outcome = "failed"
    cast, reference = await cancelled(rig)
    await rig.pass_time(4 * SECOND)
    admin = await admin_of(rig)
    assert await refund_state(rig, reference) == "failed"
    assert await stands(rig, reference) == {"quarantine": PRICE}
    assert told(admin, "A refund failed; the money is still here") == 1
    assert told(cast.amina, "did not go through yet") == 1
    await all_well(rig, cast.ada, cast.amina)
    rig.paystack.refund_outcome = "processed"
    await tried_again(rig, reference)
    await rig.pass_time(4 * SECOND)
    await rig.pass_time(HOUR)
    assert await refund_state(rig, reference) == "processed"
    assert await stands(rig, reference) == {"refund": PRICE}
    assert [one.status for one in rig.paystack.refunds.all] == ["failed", "processed"]
    assert told(cast.amina, PAID_OUT) == 1
    await rig.say(admin, "/admin")
    assert "Money (0)" in " ".join(admin.last.labels)
    await all_well(rig, cast.ada, cast.amina)


async def tried_again(rig: Rig, reference: str) -> None:
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Money (1)")
    await rig.press(admin, "1")
    assert reference in admin.last.text
    await rig.press(admin, "Try the refund again")


async def test_too_little_on_the_account_fails_until_there_is_more(rig: Rig) -> None:
    body = {"status": False, "message": "Insufficient balance", "code": "insufficient_balance"}
    rig.paystack.faults.plan(Fault(match="POST /refund", kind=FaultKind.STATUS, status=400, body=body))
    cast, reference = await cancelled(rig)
    assert await refund_state(rig, reference) == "failed"
    assert rig.paystack.refunds.all == []
    admin = await admin_of(rig)
    assert told(admin, "Insufficient balance") == 1
    await tried_again(rig, reference)
    await once(rig, cast, reference)


async def test_a_part_that_fails_is_a_part_in_quarantine(rig: Rig) -> None:
    rig.paystack.refund_outcome = "failed"
    cast, reference = await cancelled(rig, percent=40)
    await rig.pass_time(4 * SECOND)
    part = PRICE * 40 // 100
    assert await stands(rig, reference) == {"value": PRICE - part, "quarantine": part}
    rig.paystack.refund_outcome = "processed"
    await tried_again(rig, reference)
    await rig.pass_time(4 * SECOND)
    assert await stands(rig, reference) == {"value": PRICE - part, "refund": part}
    await all_well(rig, cast.ada, cast.amina)


async def test_a_refund_that_takes_days_is_followed_to_its_end(rig: Rig) -> None:
    rig.paystack.webhooks = "never"
    rig.paystack.refund_seconds = None
    cast = await play(rig)
    request, reference = await booked_by_polling(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await rig.press(cast.amina, "Yes, cancel it")
    for _ in range(4):
        await rig.pass_time(DAY)
    asked = sum(call.startswith("GET /refund") for call in rig.paystack.calls)
    assert asked <= 8, "once a day is enough"
    await finished(rig, "processed")
    await rig.pass_time(DAY)
    assert (await payment_of(rig, reference)).outcome == "refund"
    await once(rig, cast, reference)
    assert screen(cast.amina, PAID_OUT)
