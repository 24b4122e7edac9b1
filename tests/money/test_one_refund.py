"""Whatever becomes of the call or the process, a payment is refunded once at Paystack."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from domain.model.refund import ReportedRefund
from domain.usecases.refunding import follow
from handlers.callbacks import Verb
from integrations.paystack import gateway
from sandbox.faults import Fault, FaultKind
from tests.money.practice import (
    DAY,
    MINUTE,
    PRICE,
    all_well,
    booked,
    play,
    refund_of,
    refund_state,
    stands,
    told,
)
from tests.money.restart import restart
from tests.money.test_refunds import SECOND, cancelled, once, tried_again
from tests.rig import Rig

KEY = {"status": False, "message": "Invalid key"}
AWAY = [
    pytest.param(Fault(match="POST /refund", kind=FaultKind.DROP), id="dropped before it is done"),
    pytest.param(Fault(match="POST /refund", kind=FaultKind.DROP, after=True), id="dropped after it is done"),
    pytest.param(Fault(match="POST /refund", kind=FaultKind.STATUS, after=True), id="500 after it is done"),
    pytest.param(Fault(match="POST /refund", kind=FaultKind.STATUS, status=503), id="503 before it is done"),
    pytest.param(
        Fault(match="* /refund*", kind=FaultKind.STATUS, status=503, times=8), id="away for a while"
    ),
]


@pytest.mark.parametrize("fault", AWAY)
@pytest.mark.parametrize("percent", [100, 40])
async def test_whatever_becomes_of_the_call_there_is_one_refund(rig: Rig, fault: Fault, percent: int) -> None:
    """A part could be refunded twice at Paystack; the whole it would refuse a second time."""
    rig.paystack.faults.plan(replace(fault))
    cast, reference = await cancelled(rig, percent=percent)
    for _ in range(6):
        await rig.pass_time(MINUTE)
    assert [one.amount for one in rig.paystack.refunds.all] == [PRICE * percent // 100]
    assert await refund_state(rig, reference) == "processed"
    assert (await refund_of(rig, reference)).provider_id == rig.paystack.refunds.all[0].id  # type: ignore[union-attr]
    assert told(cast.amina, "has been started") == told(cast.amina, "has been paid out") == 1
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("percent", [100, 40])
async def test_a_call_that_hangs_and_is_done_after_all_is_adopted(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, percent: int
) -> None:
    monkeypatch.setattr(gateway, "_TIMEOUT", httpx.Timeout(0.2))
    rig.paystack.faults.plan(Fault(match="POST /refund", kind=FaultKind.HANG, seconds=1.5))
    cast, reference = await cancelled(rig, percent=percent)
    assert rig.paystack.refunds.all == []
    await rig.pass_time(30 * SECOND)  # asked again now, there would be two
    await asyncio.sleep(1.7)  # until what hung is done
    await rig.pass_time(MINUTE)
    await rig.pass_time(MINUTE)
    assert [one.amount for one in rig.paystack.refunds.all] == [PRICE * percent // 100]
    assert await refund_state(rig, reference) == "processed"
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_refund_in_a_state_without_a_name_is_watched_to_its_end(rig: Rig) -> None:
    rig.paystack.faults.plan(Fault(match="* /refund*", kind=FaultKind.STATUS, status=503, times=99))
    _, reference = await cancelled(rig)
    asked = await refund_of(rig, reference)
    assert asked is not None
    report = ReportedRefund(
        id=77, status=None, amount=PRICE, currency="NGN", transaction_id=None, reference=reference
    )
    now = rig.clock.now()
    standing = await rig.write(lambda uow: follow(uow, asked.id, report, now))
    assert (standing.state, standing.provider_id) == ("pending", 77)
    due = await rig.read(lambda uow: uow.refunds.due_for_check(now + DAY, limit=9))
    assert [one.id for one in due] == [asked.id]


async def test_a_wrong_key_is_a_failure_that_an_admin_can_mend(rig: Rig) -> None:
    """It must not leave a refund that nobody works and nobody sees."""
    rig.paystack.faults.plan(Fault(match="GET /refund", kind=FaultKind.STATUS, status=401, body=KEY))
    cast, reference = await cancelled(rig)
    assert await refund_state(rig, reference) == "failed"
    assert await stands(rig, reference) == {"quarantine": PRICE}
    await tried_again(rig, reference)
    await once(rig, cast, reference)


async def test_what_was_given_back_by_hand_at_paystack_is_not_given_back_again(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    rig.paystack.refunds.create({"transaction": reference})
    await rig.settled()
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await rig.press(cast.amina, "Yes, cancel it")
    await once(rig, cast, reference)


async def test_a_kill_between_our_row_and_the_call_leaves_one_refund(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    rig.machine.outbox.stop()
    await cast.amina.press("Yes, cancel it")
    assert (await refund_state(rig, reference), rig.paystack.refunds.all) == ("requested", [])
    await restart(rig)
    assert await refund_state(rig, reference) == "pending"
    await once(rig, cast, reference)


@pytest.mark.parametrize("percent", [100, 40])
async def test_a_kill_while_the_call_is_under_way_leaves_one_refund(rig: Rig, percent: int) -> None:
    """Paystack does it, but whoever asked is dead when the answer comes."""
    cast = await play(rig, free_hours=24 if percent == 100 else 24 * 30, late_refund_percent=percent)
    request, reference = await booked(rig, cast)
    rig.paystack.webhooks = "never"
    rig.paystack.faults.plan(Fault(match="POST /refund", kind=FaultKind.HANG, after=True, seconds=0.5))
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::1")
    await cast.amina.press("Yes, cancel it")
    async with asyncio.timeout(5):
        while not rig.paystack.refunds.all:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert await refund_state(rig, reference) == "requested"
    await restart(rig)
    for _ in range(3):
        await rig.pass_time(MINUTE)
    assert [one.amount for one in rig.paystack.refunds.all] == [PRICE * percent // 100]
    assert await refund_state(rig, reference) == "processed"
    # the one message that was on its way when the program died may come once more, never less
    assert 1 <= told(cast.amina, "has been started") <= 2
    assert told(cast.amina, "has been paid out") == 1
    await all_well(rig, cast.ada, cast.amina)
