"""Money that is late or not what was asked for, and events that are not what they seem."""

import json
from datetime import timedelta
from io import BytesIO

import aiohttp
import pytest

from sandbox.stage import ADMIN, PAYSTACK_KEY, Stage
from sandbox.telegram import Phone
from tests.engines import ENGINES
from tests.journeys.checks import assert_all_well, assert_answered, assert_log_is_clean, quiet, rows
from tests.journeys.consultation import PAYS, TO_PAY, Consultation, count, offers, press
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

MIB = 1024 * 1024


async def admin_of(stage: Stage) -> Phone:
    admin = stage.telegram.phone(ADMIN, first_name="Sade")
    await admin.start()
    await admin.wait_for_button("Agree")
    await press(admin, "Agree")
    return admin


async def test_late_money_is_honoured_while_the_time_is_free(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        journey.reference = journey.reference_of(journey.client.url_of("Pay"))
        stage.clock.advance(timedelta(minutes=40))
        await journey.client.wait_for("has expired", 15)
        await stage.paystack.pay(journey.reference)
        await journey.see(PAYS)
        await assert_all_well(journey, events=0)


async def test_late_money_for_a_time_that_is_taken_is_not_kept_in_silence(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        admin = await admin_of(stage)
        late = Consultation(stage=stage)
        await late.go(TO_PAY)
        late.reference = late.reference_of(late.client.url_of("Pay"))
        stage.clock.advance(timedelta(minutes=40))
        await late.client.wait_for("has expired", 15)
        other = Consultation(stage=stage, client_id=2002, name="Tunde", email="tunde@example.com")
        await other.go((*TO_PAY[2:], PAYS))
        await stage.paystack.pay(late.reference)
        await late.client.wait_for("Your money is safe")
        await admin.wait_for("could not be given value")
        await late.ada.wait_for("could not be given value")
        await quiet(stage)
        states = await rows(stage, "SELECT state, outcome FROM payments ORDER BY id")
        assert [tuple(each) for each in states] == [("succeeded", "credit"), ("succeeded", "value")]
        assert count(late.client, "booking is confirmed") == 0
        assert_log_is_clean(stage)


@pytest.mark.parametrize("wrong", [{"amount": 1_249_999}, {"currency": "USD"}, {"domain": "live"}])
async def test_money_that_is_not_what_was_asked_for_buys_nothing(
    open_stage: OpenStage, wrong: dict[str, object]
) -> None:
    async with open_stage() as stage:
        admin = await admin_of(stage)
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        await journey.pay(**wrong)
        await journey.client.wait_for("Your money is safe")
        alert = await admin.wait_for("not what was asked for")
        assert "Asked for: ₦12,500.00 (test)" in alert.text
        await journey.ada.wait_for("could not be given value")
        await quiet(stage)
        assert not offers(journey.client, "Pay ₦"), "what is paid is not to be paid again"
        stage.clock.advance(timedelta(minutes=36))
        await journey.client.wait_for("expired")
        await quiet(stage)
        assert count(journey.client, "Nothing was charged") == 0
        assert count(journey.client, "booking is confirmed") == 0
        money = await rows(stage, "SELECT p.state, p.outcome, r.state FROM payments p, requests r")
        assert [tuple(each) for each in money] == [("succeeded", "quarantine", "pending")]
        assert_answered(journey.ada, journey.client, admin)
        assert_log_is_clean(stage)


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_the_webhook_answers_each_kind_of_body_as_it_deserves(open_stage: OpenStage) -> None:
    def event(kind: str, **data: object) -> bytes:
        return json.dumps({"event": kind, "data": data}).encode()

    unknown = event("charge.success", id=1, status="success", reference="somebody-elses")
    cases = [
        (unknown, {"x-paystack-signature": "0" * 128}, 401),
        (unknown, {}, 401),
        (unknown, None, 200),
        (unknown, None, 200),
        (event("customeridentification.failed", id=2), None, 200),
        (event("charge.success", id=3, status="success", reference="nul\0byte"), None, 200),
        (event("charge.success", id=4, status="success", reference="x" * 5000), None, 200),
        (b"[]", None, 400),
        (b"not json", None, 400),
        (b"\xff\xfe{", None, 400),
        (json.dumps({"event": "charge.success", "data": {"id": 5}}).encode("utf-16"), None, 400),
        (b"x" * (MIB + 1), None, 413),
    ]
    async with open_stage() as stage, aiohttp.ClientSession() as paystack:
        for body, forged, status in cases:
            signed = {"x-paystack-signature": stage.paystack.sender.signature(body)}
            headers = signed if forged is None else forged
            url = f"{stage.public_url}/paystack/webhook"
            async with paystack.post(url, data=BytesIO(body), headers=headers) as answer:
                assert answer.status == status, (body[:80], await answer.text())
        await quiet(stage)
        kept = await rows(stage, "SELECT state FROM inbox WHERE source = 'paystack'")
        assert [state for (state,) in kept] == ["done"] * 4
        assert_log_is_clean(stage)
        assert PAYSTACK_KEY not in stage.log.read_text()
