"""What a client may do on the way: look, decline, wait too long, think again, press early."""

from datetime import timedelta
from functools import partial

import pytest

from sandbox.stage import Stage
from tests.journeys.checks import assert_all_well, assert_answered, assert_log_is_clean, quiet, rows
from tests.journeys.consultation import (
    ARRIVES,
    ASKS,
    DAY,
    OPENS,
    PAYS,
    TO_PAY,
    Consultation,
    Step,
    choose_slot,
    count,
    labels,
    offers,
    press,
    says,
)
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes

SLOT = Step("a slot", choose_slot, lambda on: offers(on.client, "Pay ₦"))
AGAIN = Step("looks again", lambda on: press(on.client, "Choose a time"), lambda on: says(on.client, DAYS))
DAYS = "Days and times are shown"
HELD = "SELECT count(*) FROM bookings WHERE state = 'pending'"


async def held(stage: Stage) -> int:
    number: int = (await rows(stage, HELD))[0][0]
    return number


async def test_the_lists_of_both_sides_follow_it(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        ada, client = journey.ada, journey.client
        await journey.go((*ARRIVES, *ASKS, *OPENS))
        await client.send("/requests")
        await client.wait_for("Your requests (1)")
        assert {"✅ Approve", "✖️ Decline"} <= set(labels(client))
        await ada.send("/requests")
        listed = await ada.wait_for("Your requests · pending (1)")
        assert "waiting for the client" in listed.text
        await journey.go(TO_PAY[len((*ARRIVES, *ASKS, *OPENS)) :])
        await journey.go([PAYS])
        for phone, other in ((client, "Dr Ada Obi"), (ada, "Amina")):
            await phone.send("/upcoming")
            upcoming = await phone.wait_for("Upcoming (1)")
            assert other in upcoming.text
            assert "confirmed" in upcoming.text
            assert "Join opens at" in upcoming.text
            assert "🔗 Get link" in upcoming.labels
        await client.send("/requests")
        await client.wait_for("None is waiting for you")
        await press(ada, "Home")
        await press(ada, "Requests")
        await press(ada, "Approved")
        await ada.wait_for("Your requests · approved (1)")
        await assert_all_well(journey, events=0)


async def test_declining_with_a_reason_tells_the_dietitian(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go((*ARRIVES, *ASKS, *OPENS))
        await press(journey.client, "Decline")
        await journey.client.wait_for("Type a word about why")
        await journey.client.send("Too dear <for> me")
        await journey.client.wait_for("You declined this request")
        told = await journey.ada.wait_for("Amina declined your request")
        assert "Too dear <for> me" in told.text
        await journey.client.send("/requests")
        await journey.client.wait_for("None is waiting for you")
        assert_answered(journey.ada, journey.client)
        assert_log_is_clean(stage)


async def test_a_hold_that_lapsed_is_told_and_can_be_chosen_again(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        stage.clock.advance(timedelta(minutes=35, seconds=1))
        await journey.client.wait_for("has expired", 15)
        assert await held(stage) == 0
        assert not offers(journey.client, "Pay ₦"), "the old message has no Pay button any more"
        await journey.go((AGAIN, DAY, SLOT, PAYS))
        await assert_all_well(journey, events=0)


async def test_changing_the_time_swaps_the_hold(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        first = (await rows(stage, "SELECT start_at FROM bookings WHERE state = 'pending'"))[0][0]
        await press(journey.client, "Change time")
        await journey.client.wait_for("Choose a day")
        assert await held(stage) == 1, "nothing is given up before the new time is held"
        journey.day, journey.slot = 5, 1
        await journey.go((DAY, SLOT))
        second = (await rows(stage, "SELECT start_at FROM bookings WHERE state = 'pending'"))[0][0]
        assert (await held(stage), second != first) == (1, True)
        await journey.go([PAYS])
        await assert_all_well(journey, events=0)


async def test_cancelling_gives_the_time_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        await press(journey.client, "Cancel")
        await journey.client.wait_for("Cancelled: the time is free again")
        assert await held(stage) == 0
        await journey.go((AGAIN, DAY, SLOT, PAYS))
        await assert_all_well(journey, events=0)


async def test_i_have_paid_says_what_paystack_says(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        stage.paystack.webhooks = "never"
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY)
        early = await journey.client.press("I've paid")
        assert "has not seen ₦12,500.00 yet" in early.text
        await journey.pay()
        late = await journey.client.press("I've paid")
        assert late.answered
        await journey.see(PAYS)
        await assert_all_well(journey, events=0)


async def test_an_e_mail_that_is_typed_leaves_no_pay_button_behind_either(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY[:-1])
        await journey.client.send("not an e-mail")
        await journey.client.wait_for("e-mail", count=2)
        await journey.client.send("amina.bello@example.com")
        await journey.client.wait_until(lambda: offers(journey.client, "Pay ₦"))
        assert stage.paystack.transactions[0].email == "amina.bello@example.com"
        await journey.go([PAYS])
        await assert_all_well(journey, events=0)


async def test_the_link_belongs_to_whoever_opened_it_first(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go((*ARRIVES, *ASKS))
        link = (await journey.ada.wait_for("?start=")).text.rpartition("?start=")[2].split()[0]
        await journey.ada.start(link)
        await journey.ada.wait_for("It works. Forward it")
        await journey.go(OPENS)
        await journey.client.start(link)
        await journey.client.wait_for("sends you a consultation request", count=2)
        stranger = stage.telegram.phone(2777, first_name="Bola")
        await stranger.start(link)
        await stranger.wait_for("used up")
        await stranger.wait_for_button("Agree")
        await press(stranger, "Agree")
        approve = journey.client.button("Approve").data
        assert approve is not None
        forged = await stranger.press_raw(stranger.last.id, approve)
        assert "not here for you" in forged.text
        assert not says(stranger, "First consultation")
        assert_log_is_clean(stage)


async def test_two_clients_with_two_requests_each_do_not_mix(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        journeys = [
            Consultation(stage=stage, client_id=2001, name="Amina", email="amina@example.com", slot=0),
            Consultation(stage=stage, client_id=2002, name="Tunde", email="tunde@example.com", slot=1),
        ]
        await journeys[0].go(ARRIVES)
        for journey in journeys:
            await journey.go((*ASKS, *OPENS))
        for journey in journeys:
            await _ask_again(journey)
        for journey in journeys:
            await journey.client.wait_for("Follow-up", 20)
            await _book(journey, "First consultation")
            await _book(journey, "Follow-up")
        await quiet(stage, seconds=30)
        booked = await rows(
            stage,
            "SELECT p.email, r.title, b.state FROM requests r JOIN bookings b ON b.request_id = r.id "
            "JOIN payments p ON p.request_id = r.id ORDER BY p.email, r.title",
        )
        assert [tuple(row) for row in booked] == [
            (email, title, "confirmed")
            for email in ("amina@example.com", "tunde@example.com")
            for title in ("First consultation", "Follow-up")
        ]
        for journey in journeys:
            assert count(journey.client, "Reference:") == 2
            assert count(journey.ada, f"with {journey.name}\n") == 2
        assert_log_is_clean(stage)


async def _ask_again(journey: Consultation) -> None:
    """A follow-up for a client she knows already, without a link."""
    await journey.ada.send("/request")
    for label in ("Consultation", "Follow-up", journey.name, "Skip", "Send"):
        await journey.ada.wait_until(partial(offers, journey.ada, label))
        await press(journey.ada, label)
    await journey.ada.wait_for(f"Your request was sent to {journey.name}")


async def _book(journey: Consultation, title: str) -> None:
    """From the list of requests to the receipt; the e-mail is asked for once."""
    client, before = journey.client, count(journey.client, "Reference:")
    await client.send("/requests")
    await client.wait_until(lambda: says(client, "Your requests (") and offers(client, "Approve"))
    number = next(line[0] for line in client.last.text.splitlines() if line[:1].isdigit() and title in line)
    several = f"Approve {number}" if f"Approve {number}" in " ".join(labels(client)) else "Approve"
    await press(client, several)
    await client.wait_until(lambda: says(client, "Choose a day"))
    await journey.go([DAY])
    await choose_slot(journey)
    await client.wait_until(lambda: offers(client, "Use ") or offers(client, "Pay ₦"))
    if offers(client, "Use "):
        await press(client, "Use ")
        await client.wait_until(lambda: offers(client, "Pay ₦"))
    await journey.pay()
    await client.wait_until(lambda: count(client, "Reference:") == before + 1)
