"""Paystack away while a pay link is wanted: the time stays held, the client knows, the link follows."""

import time

import pytest

from sandbox.faults import Fault, FaultKind
from tests.journeys.checks import assert_all_well, assert_log_is_clean, rows
from tests.journeys.consultation import EMAIL, PAYS, TO_PAY, Consultation, offers, press
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

TO_EMAIL = TO_PAY[: TO_PAY.index(EMAIL)]
INITIALIZE = "POST /transaction/initialize"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match=INITIALIZE, kind=FaultKind.STATUS, status=503, times=2),
        Fault(match=INITIALIZE, kind=FaultKind.DROP, after=True),
    ],
    ids=["503", "the answer dropped"],
)
async def test_the_pay_link_follows_by_itself(open_stage: OpenStage, fault: Fault) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_EMAIL)
        stage.paystack.faults.plan(fault)
        await press(journey.client, "Use")
        await journey.client.wait_for("The pay link follows")
        assert await rows(stage, "SELECT state FROM bookings") == [("pending",)]
        await journey.client.wait_until(lambda: offers(journey.client, "Pay ₦"), timeout=20)
        assert await rows(stage, "SELECT state FROM bookings") == [("pending",)]
        await journey.go([PAYS])
        await assert_all_well(journey, events=0)


async def test_while_paystack_hangs_nobody_else_waits(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_EMAIL)
        stage.paystack.faults.plan(Fault(match=INITIALIZE, kind=FaultKind.HANG, seconds=6))
        began = time.monotonic()
        await press(journey.client, "Use")
        await journey.ada.send("/upcoming")
        await journey.ada.wait_for("Upcoming")
        assert time.monotonic() - began < 5
        assert not offers(journey.client, "Pay ₦")
        await journey.client.wait_until(lambda: offers(journey.client, "Pay ₦"), timeout=20)
        await journey.go([PAYS])
        await assert_all_well(journey, events=0)


async def test_verify_out_of_order_delays_the_money_and_loses_none(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        verify = "GET /transaction/verify/*"
        stage.paystack.faults.plan(Fault(match=verify, kind=FaultKind.STATUS, status=502, times=6))
        stage.paystack.faults.plan(Fault(match=verify, kind=FaultKind.DROP, times=2))
        await journey.pay()
        toast = await journey.client.press("I've paid")
        assert "isn't answering" in toast.text
        await journey.see(PAYS, seconds=40)
        await assert_all_well(journey, events=0)
        assert_log_is_clean(stage)
