"""Two hands give one payment back at once, or hear at once that it went: its money moves once."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from domain.errors import MovedOn
from domain.model.ledger import LedgerAccount, standing
from domain.model.refund import Refund, RefundState
from domain.ports import UnitOfWork
from domain.usecases import refunding
from domain.usecases.change_booking import CancelBooking
from domain.usecases.desk import Desk
from domain.usecases.follow_refund import FollowRefund
from domain.usecases.refunding import CarryOutRefund
from handlers.callbacks import Verb
from sandbox.paystack.model import RefundStatus
from storage.repositories.refunds import SqlRefunds
from storage.rows import Revisions
from tests.money.practice import (
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    booked,
    held,
    payment_of,
    play,
    refund_of,
    stands,
    told,
)
from tests.races.hands import RUNS, at_once, parts, replica, rev_of
from tests.rig import Cast, Rig


async def requested(rig: Rig, *, late: int = 40) -> tuple[Cast, str, Refund]:
    """A part, because Paystack would refuse the whole a second time but not a part."""
    cast = await play(rig, free_hours=24 * 30, late_refund_percent=late)
    request, reference = await booked(rig, cast)
    rig.machine.outbox.stop()
    cancel = CancelBooking(**parts(rig, rig.database))
    await cancel(person=cast.client, public_id=request.public_id, rev=await rev_of(rig, request))
    refund = await refund_of(rig, reference)
    assert refund is not None
    return cast, reference, refund


@pytest.mark.parametrize("run", RUNS)
async def test_two_who_follow_a_refund_that_failed_move_its_money_once(rig: Rig, run: int) -> None:
    """An event in one program, the clock's look in the other."""
    rig.paystack.refund_seconds = None
    cast, reference, refund = await requested(rig)
    await CarryOutRefund(**parts(rig, rig.database), gateway=rig.world.gateway)(refund_id=refund.id)
    rig.paystack.refunds.all[0].status = RefundStatus.FAILED
    async with replica(rig) as other:
        followers = [
            FollowRefund(**parts(rig, one), gateway=rig.world.gateway)(reference=reference)
            for one in (rig.database, other) * 3
        ]
        done = await at_once(*followers)
    assert [one.state for one in done] == [RefundState.FAILED] * 6
    part = PRICE * 40 // 100
    assert await stands(rig, reference) == {"value": PRICE - part, "quarantine": part}
    payment = await payment_of(rig, reference)
    moves = await rig.read(lambda uow: uow.ledger.of_payment(payment.id))
    assert [move.target for move in moves].count(LedgerAccount.QUARANTINE) == 1
    await all_well(rig)
    assert cast.client.id == payment.client_id


async def test_without_lock_and_revision_its_money_is_moved_twice(rig: Rig) -> None:
    """The negative control: both read the refund before either has written."""
    rig.paystack.refund_seconds = None
    _, reference, refund = await requested(rig)
    await CarryOutRefund(**parts(rig, rig.database), gateway=rig.world.gateway)(refund_id=refund.id)
    stale = await refund_of(rig, reference)
    assert stale is not None
    rig.paystack.refunds.all[0].status = RefundStatus.FAILED
    payment = await payment_of(rig, reference)

    def as_it_was(*_: object, **__: object) -> Any:
        return stale, payment

    def save(self: SqlRefunds, changed: Refund) -> Refund:
        return replace(changed, rev=changed.rev + 1)

    with patch.object(refunding, "_with_payment", as_it_was), patch.object(SqlRefunds, "save", save):
        follow = FollowRefund(**parts(rig, rig.database), gateway=rig.world.gateway)
        await at_once(follow(reference=reference), follow(reference=reference))
    moves = await rig.read(lambda uow: uow.ledger.of_payment(payment.id))
    assert standing(moves)[LedgerAccount.REFUND] < 0


@pytest.mark.parametrize("run", RUNS)
async def test_a_payment_is_given_back_by_one_of_two_admins(rig: Rig, run: int) -> None:
    cast = await play(rig)
    _, reference = await held(rig, cast)
    await rig.pay(reference, amount=PRICE // 2)
    await admin_of(rig)
    async with replica(rig) as other:
        desks = [
            Desk(**parts(rig, one)).refund(person=cast.client, reference=reference)
            for one in (rig.database, other) * 3
        ]
        done = await at_once(*desks)
    await rig.settled()
    assert Counter(isinstance(one, MovedOn) for one in done) == {True: 5, False: 1}
    assert [one.amount for one in rig.paystack.refunds.all] == [PRICE // 2]
    assert await stands(rig, reference) == {"refund": PRICE // 2}
    await all_well(rig, cast.ada, cast.amina)


async def test_without_lock_and_revision_the_ledger_would_give_it_back_twice(rig: Rig) -> None:
    """The negative control: what one refund a payment and the revision keep from happening."""
    cast = await play(rig)
    _, reference = await held(rig, cast)
    await rig.pay(reference, amount=PRICE // 2)
    payment = await payment_of(rig, reference)

    def twice(uow: UnitOfWork) -> None:
        for _ in range(2):
            refunding.give_back(uow, payment, PRICE // 2, by="nobody", why="control", now=rig.clock.now())

    real = Revisions.revise
    with (
        patch.object(SqlRefunds, "of_payment", lambda *_, **__: None),
        patch.object(SqlRefunds, "add", lambda _, refund: replace(refund, id=1)),
        patch.object(Revisions, "revise", lambda _self, _connection, record: record),
    ):
        rig.machine.outbox.stop()
        await rig.write(twice)
    assert Revisions.revise is real
    moves = await rig.read(lambda uow: uow.ledger.of_payment(payment.id))
    assert standing(moves)[LedgerAccount.REFUND] == PRICE
    assert standing(moves)[LedgerAccount.QUARANTINE] < 0


@pytest.mark.parametrize("run", RUNS)
async def test_an_event_and_the_answer_to_our_call_about_one_refund_are_told_once(rig: Rig, run: int) -> None:
    """The refund is done at Paystack before our own call has its answer."""
    rig.paystack.webhooks = "twice_at_once"
    rig.paystack.refund_seconds = 0
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await asyncio.gather(cast.amina.press("Yes, cancel it"), _busy_paystack(rig))
    await rig.settled()
    await rig.pass_time(2 * MINUTE)
    assert (await refund_of(rig, reference)).state == "processed"  # type: ignore[union-attr]
    assert told(cast.amina, "has been started") == told(cast.amina, "has been paid out") == 1
    await all_well(rig, cast.ada, cast.amina)


async def _busy_paystack(rig: Rig) -> None:
    for _ in range(40):
        await rig.paystack.schedule.tick()
        await asyncio.sleep(0.01)
