"""Two hands reach for one meal plan at once: it is sent, cancelled and paid for once, on both engines."""

import asyncio
from collections import Counter
from dataclasses import replace
from unittest.mock import patch

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from domain.errors import MovedOn, TooLate
from domain.model import settlement
from domain.model.charge import Charge
from domain.model.payment import Payment, PaymentState
from domain.model.plan import PlanState
from domain.model.settlement import Verdict
from domain.usecases import cancel_plan, settle_payment, upload_plan
from storage.rows import Revisions
from storage.tables import intakes, plans
from tests.money.practice import all_well, stands, told
from tests.races.hands import RUNS, at_once, replica, settle
from tests.races.plan_hands import (
    PRICE,
    as_before,
    cancel,
    confirm,
    done,
    files,
    received,
    shown,
    unguarded,
    unpaid,
    upload,
    waiting,
)
from tests.rig import Rig

ONCE = {"waits": 1, "sent": 1, "received": 1}


@pytest.mark.parametrize("run", RUNS)
async def test_an_upload_confirmed_on_two_phones_at_once_is_one_version(rig: Rig, run: int) -> None:
    at = await waiting(rig)
    file = await upload(rig, at)
    async with replica(rig) as other:
        ended = await at_once(*(confirm(rig, one, at, file) for one in (rig.database, other) * 2))
    await rig.settled()
    assert Counter(isinstance(one, MovedOn) for one in ended) == {True: 3, False: 1}
    assert await done(rig, at) == ONCE
    assert await files(rig) == [("confirmed", 1)]
    assert received(at) == [b"plan"]
    await all_well(rig, at.cast.ada, at.cast.amina)


async def test_without_the_look_at_the_upload_it_is_confirmed_twice(rig: Rig) -> None:
    """The negative control."""
    at = await waiting(rig)
    file = await upload(rig, at)
    with patch.object(upload_plan, "_own_upload", as_before(file)):
        await at_once(*(confirm(rig, rig.database, at, file) for _ in range(2)))
    assert (await done(rig, at))["sent"] == 2
    assert await files(rig) == [("confirmed", 2)]


@pytest.mark.parametrize("run", RUNS)
async def test_a_plan_is_sent_or_cancelled_never_both(rig: Rig, run: int) -> None:
    at = await waiting(rig)
    file = await upload(rig, at)
    async with replica(rig) as other:
        sends, cancels = confirm(rig, other, at, file), await cancel(rig, rig.database, at, at.cast.client)
        ended = await at_once(*((sends, cancels) if run else (cancels, sends)))
    await rig.settled()
    assert sum(isinstance(one, MovedOn | TooLate) for one in ended) == 1
    if (await shown(rig, at)).plan.state is PlanState.RECEIVED:
        assert await stands(rig, at.reference) == {"value": PRICE}
        assert received(at) == [b"plan"]
    else:
        assert (await shown(rig, at)).plan.state is PlanState.CANCELLED
        assert await stands(rig, at.reference) == {"refund": PRICE}
        assert (received(at), await files(rig)) == ([], [])
    await all_well(rig, at.cast.ada, at.cast.amina)


async def test_without_the_look_at_the_plan_the_money_goes_back_for_what_was_sent(rig: Rig) -> None:
    """The negative control."""
    at = await waiting(rig)
    file = await upload(rig, at)
    await confirm(rig, rig.database, at, file)
    with patch.object(cancel_plan, "require_cancellable", lambda _: None):
        await (await cancel(rig, rig.database, at, at.cast.client))
    await rig.settled()
    assert await stands(rig, at.reference) == {"refund": PRICE}
    assert len(await files(rig)) == 1


@pytest.mark.parametrize("run", RUNS)
async def test_both_sides_cancel_a_plan_at_once_and_one_of_them_has(rig: Rig, run: int) -> None:
    """By its terms the client would get a part back, by the dietitian's hand all."""
    at = await waiting(rig, free_hours=24 * 30, late_refund_percent=40)
    async with replica(rig) as other:
        presses = [(rig.database, at.cast.client), (other, at.owner), (other, at.cast.client)]
        ended = await at_once(*[await cancel(rig, one, at, who) for one, who in presses])
    await rig.settled()
    assert Counter(isinstance(one, MovedOn) for one in ended) == {True: 2, False: 1}
    assert await done(rig, at) == {"waits": 1, "cancelled": 1}
    by_dietitian = not isinstance(ended[1], MovedOn)
    back = PRICE if by_dietitian else PRICE * 40 // 100
    assert [one.amount for one in rig.paystack.refunds.all] == [back]
    assert told(at.cast.ada, "Cancelled by ") == 1
    await all_well(rig, at.cast.ada, at.cast.amina)


async def test_without_a_look_and_the_revision_both_have_cancelled_it(rig: Rig) -> None:
    """The negative control: each sees the plan as it was, and nothing minds that it no longer is."""
    at = await waiting(rig)
    presses = [await cancel(rig, rig.database, at, who) for who in (at.cast.client, at.cast.client)]
    role = (await shown(rig, at)).card.role_of(at.cast.client.telegram_id or 0)
    before = (await shown(rig, at), role)
    with (
        patch.object(cancel_plan, "either_sides_plan", as_before(before)),
        patch.object(Revisions, "revise", unguarded),
    ):
        await at_once(*presses)
    assert (await done(rig, at))["cancelled"] == 2


async def test_the_revision_alone_lets_one_of_them_cancel_it(rig: Rig) -> None:
    at = await waiting(rig)
    presses = [await cancel(rig, rig.database, at, who) for who in (at.cast.client, at.cast.client)]
    role = (await shown(rig, at)).card.role_of(at.cast.client.telegram_id or 0)
    before = (await shown(rig, at), role)
    with patch.object(cancel_plan, "either_sides_plan", as_before(before)):
        ended = await at_once(*presses)
    assert Counter(isinstance(one, MovedOn) for one in ended) == {True: 1, False: 1}
    assert (await done(rig, at))["cancelled"] == 1


@pytest.mark.parametrize("run", RUNS)
async def test_ten_hear_of_one_payment_and_one_plan_and_one_intake_begin(rig: Rig, run: int) -> None:
    at = await unpaid(rig)
    await rig.paystack.pay(at.reference, send_webhook=False)
    async with replica(rig) as other:
        asked = [settle(rig, one)(reference=at.reference) for one in (rig.database, other) * 5]
        settled = await at_once(*asked)
    await rig.settled()
    assert Counter(one.verdict for one in settled) == {Verdict.VALUE: 1, Verdict.ALREADY_SETTLED: 9}
    assert await done(rig, at) == {"waits": 1}
    assert await _rows(rig) == {"plans": 1, "intakes": 1}
    assert told(at.cast.ada, "has paid for") == told(at.cast.amina, "✅ Paid.") == 1
    await all_well(rig, at.cast.ada, at.cast.amina)


async def _rows(rig: Rig) -> dict[str, int]:
    counts = {table.name: select(func.count()).select_from(table) for table in (plans, intakes)}
    return {name: (await rig.rows(count))[0][0] for name, count in counts.items()}


async def test_without_the_judgements_the_database_alone_lets_one_plan_begin(rig: Rig) -> None:
    """The negative control: both take the money for good and new, and one of them fails."""
    at = await unpaid(rig)
    await rig.paystack.pay(at.reference, send_webhook=False)
    judge = settlement.judge_charge

    def forgetful(payment: Payment, charge: Charge) -> Verdict:
        return judge(replace(payment, state=PaymentState.OPEN), charge)

    with (
        patch.object(settle_payment, "judge_charge", forgetful),
        patch.object(settle_payment, "judge_value", lambda *_, **__: Verdict.VALUE),
    ):
        twice = (settle(rig, rig.database)(reference=at.reference) for _ in range(2))
        ended = await asyncio.gather(*twice, return_exceptions=True)
    assert Counter(isinstance(one, IntegrityError) for one in ended) == {True: 1, False: 1}
    assert await _rows(rig) == {"plans": 1, "intakes": 1}
