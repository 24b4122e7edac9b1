"""/buy and /book without being asked, over real processes: the payment is the request."""

import pytest

from tests.engines import ENGINES
from tests.journeys.checks import assert_answered, assert_log_is_clean, quiet, rows
from tests.journeys.consultation import (
    ARRIVES,
    KOBO,
    SERVICE,
    Consultation,
    choose_day,
    choose_slot,
    confirmed,
    count,
    offers,
    press,
    says,
)
from tests.journeys.plans import KOBO as PLAN_KOBO
from tests.journeys.plans import PRICE, TITLE, MealPlan, deliver, paid, pay, pdf, plans_of
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

NAME = "Amina Bello"  # as Telegram knows her
BOUGHT = "SELECT r.origin, r.state, p.outcome, p.paid_amount FROM requests r JOIN payments p ON p.request_id = r.id"


async def _begin(on: Consultation, command: str, title: str) -> None:
    """By the command, to the dietitian, to the service."""
    await on.client.send(command)
    await on.client.wait_for("With whom?")
    await press(on.client, "Dr Ada Obi")
    await on.client.wait_until(lambda: offers(on.client, title))
    await press(on.client, title)


async def _type_email(on: Consultation) -> None:
    """Nobody has given it before: it is asked for on the way to the first payment."""
    await on.client.wait_for("e-mail")
    await on.client.send(on.email)
    await on.client.wait_until(lambda: offers(on.client, "Pay ₦"))


async def _comes_unasked(on: Consultation) -> None:
    await on.go(ARRIVES)
    await on.client.start()
    await on.client.wait_for_button("Agree")
    await press(on.client, "Agree")
    await on.client.wait_for_button("Buy a meal plan")


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_a_plan_is_bought_and_a_session_booked_by_somebody_nobody_asked(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        on = MealPlan(stage=stage, name=NAME, content=pdf("bought"))
        await _comes_unasked(on)
        await _begin(on, "/buy", TITLE)
        await _type_email(on)
        assert PRICE in on.client.last.text
        assert count(on.ada, on.name) == 0, "what is not paid is nobody's business"
        await pay(on)
        await deliver(on)
        assert plans_of(on.client) == [on.content]
        session = Consultation(stage=stage, name=NAME)
        await _begin(session, "/book", SERVICE)
        await session.client.wait_until(lambda: says(session.client, "Choose a day"))
        await choose_day(session)
        await session.client.wait_until(lambda: says(session.client, "Choose a time"))
        await choose_slot(session)
        await session.client.wait_until(lambda: offers(session.client, "Pay ₦"))
        await session.pay()
        await session.client.wait_until(lambda: confirmed(session))
        await quiet(stage)
        bought = await rows(stage, f"{BOUGHT} ORDER BY r.id")
        assert [tuple(row) for row in bought] == [
            ("client", "approved", "value", PLAN_KOBO),
            ("client", "approved", "value", KOBO),
        ]
        assert_answered(on.ada, on.client)
        assert_log_is_clean(stage)


async def test_a_public_link_leads_to_the_plan_past_the_notice(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        on = MealPlan(stage=stage, name=NAME)
        await on.go(ARRIVES)
        await on.ada.send("/services")
        await on.ada.wait_for_button(TITLE)
        await press(on.ada, TITLE)
        await on.ada.wait_until(lambda: offers(on.ada, "Questions"))
        await press(on.ada, "Public link")
        link = (await on.ada.wait_for("?start=at-")).text
        payload = link.rpartition("?start=")[2].split()[0]
        await on.client.start(payload)
        await on.client.wait_until(lambda: offers(on.client, "Agree"))
        assert TITLE in on.client.last.text
        await press(on.client, "Agree")
        await on.client.wait_until(lambda: offers(on.client, f"Buy · {PRICE}"))
        await press(on.client, "Buy ·")
        await _type_email(on)
        await on.pay()
        await on.client.wait_until(lambda: paid(on))
        assert_log_is_clean(stage)
