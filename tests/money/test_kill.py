"""`kill -9` of the real program around a refund: afterwards there is one refund, and the client was told once."""

from datetime import timedelta

import pytest

from sandbox.faults import Fault, FaultKind
from tests.engines import ENGINES
from tests.journeys.checks import quiet, rows
from tests.journeys.consultation import ALL, KOBO, Consultation, count, press
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

FAULTS = [
    pytest.param(Fault(match="GET /refund", kind=FaultKind.HANG, seconds=1.0), id="before it is asked for"),
    pytest.param(
        Fault(match="POST /refund", kind=FaultKind.HANG, seconds=1.0, after=True), id="after it is done"
    ),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("engine_name", ENGINES)
async def test_a_kill_around_the_call_leaves_one_refund(open_stage: OpenStage, fault: Fault) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(ALL)
        await quiet(stage)
        stage.paystack.faults.plan(fault)
        await press(journey.client, "Cancel")
        await journey.client.wait_for_button("Yes, cancel it")
        await press(journey.client, "Yes, cancel it")
        calls = stage.paystack.calls
        name = fault.match
        await journey.client.wait_until(lambda: any(call.startswith(name) for call in calls))
        await stage.kill()
        await stage.start()
        stage.clock.advance(timedelta(minutes=1))
        await journey.client.wait_for("has been paid out", 20)
        await quiet(stage)
        assert [one.amount for one in stage.paystack.refunds.all] == [KOBO]
        # the one message that was on its way when the program died may come once more, never less
        assert 1 <= count(journey.client, "has been started") <= 2
        assert count(journey.client, "has been paid out") == 1
        money = await rows(
            stage, "SELECT p.outcome, r.state FROM payments p JOIN refunds r ON r.payment_id = p.id"
        )
        assert [tuple(each) for each in money] == [("refund", "processed")]
        moves = await rows(stage, "SELECT source, target, amount FROM ledger ORDER BY id")
        assert [tuple(each) for each in moves] == [("outside", "value", KOBO), ("value", "refund", KOBO)]
