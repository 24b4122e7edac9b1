"""Taken back, the agreement ends nothing that is booked and paid; anything new asks for it again."""

import pytest

from domain.model.booking import BookingState
from handlers import rights, router, without_consent
from handlers.callbacks import Verb
from handlers.rights import Record
from handlers.without_consent import FOR_WAITING_MONEY, GOES_ON
from sandbox.telegram.phone import Phone
from tests.handlers import good_presses, tour_money
from tests.handlers.lives import data_of
from tests.handlers.tour_privacy import LIST
from tests.handlers.two_practices import CLIENT, two_practices
from tests.handlers.who_may import STRANGERS
from tests.money.practice import card, choose, refund_of
from tests.rig import Rig

OF_A_DIETITIAN = {Verb.AGENDA, Verb.PAST_AGENDA}
LITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NOTICE = "Press Agree to go on"


async def take_back(rig: Rig, phone: Phone) -> None:
    await rig.press_data(phone, LIST)
    await rig.press(phone, "Take back 1")
    await rig.press(phone, "Yes, take it back")
    assert "From now on nothing is begun or kept but what your booked and paid" in phone.last.text


async def test_who_took_it_back_cancels_what_is_paid_and_gets_the_refund(rig: Rig) -> None:
    story = await tour_money.paid(rig)
    amina = story.cast.amina
    await take_back(rig, amina)
    await rig.say(amina, "/upcoming")
    assert NOTICE not in amina.last.text
    await rig.press_data(amina, f"v1:{Verb.BOOKING}:{story.request.public_id}::0")
    await rig.press(amina, "Cancel")
    await rig.press(amina, "Yes, cancel it")
    found = await card(rig, story.request)
    assert found.booking is not None
    assert found.booking.state is BookingState.CANCELLED
    assert await refund_of(rig, story.reference) is not None
    await rig.say(amina, "/book")
    assert NOTICE in amina.last.text
    assert await rig.failed() == []


@LITE
async def test_who_took_it_back_moves_a_session(rig: Rig) -> None:
    story = await tour_money.paid(rig)
    before = (await card(rig, story.request)).booking
    await take_back(rig, story.cast.amina)
    await tour_money.opened(rig, story)
    await rig.press(story.cast.amina, "Reschedule")
    await choose(rig, story.cast.amina, 5, 1)
    await rig.press(story.cast.amina, "Confirm")
    after = (await card(rig, story.request)).booking
    assert before is not None
    assert after is not None
    assert after.start != before.start


@LITE
async def test_money_that_waits_is_spent_on_another_time(rig: Rig) -> None:
    story = await tour_money.too_late(rig)
    amina, days = story.cast.amina, data_of(story.cast, Verb.DAYS)
    await take_back(rig, amina)
    await rig.press_data(amina, days)
    await choose(rig, amina, 3, 0)
    found = await card(rig, story.request)
    assert found.booking is not None
    assert found.booking.state is BookingState.CONFIRMED


@LITE
async def test_the_account_for_a_refund_is_typed_without_it(rig: Rig) -> None:
    scene = await tour_money.needs_account(rig)
    banks = data_of(scene.cast, Verb.BANKS)
    await take_back(rig, scene.phone)
    await rig.press_data(scene.phone, banks)
    await rig.press(scene.phone, "Zenith")
    await rig.say(scene.phone, "0123456789")
    await rig.press(scene.phone, "Confirm")
    assert NOTICE not in scene.phone.last.text
    await rig.say(scene.phone, "hello")
    assert NOTICE in scene.phone.last.text


@LITE
async def test_of_all_buttons_those_alone_go_on_and_nothing_new_is_begun(rig: Rig) -> None:
    house = await two_practices(rig)
    amina = house.phones[CLIENT]
    await take_back(rig, amina)
    before = await house.rows()
    for verb, good in good_presses.PRESSES.items():
        if verb in without_consent.PRESSES or verb in OF_A_DIETITIAN:
            continue
        if verb in GOES_ON:
            await rig.say(amina, "/help")  # another screen than the notice
        await rig.press_data(amina, good.data(verb, house.one))
        assert (NOTICE in amina.last.text) is (verb not in GOES_ON), verb
        await house.put_back(before)


@LITE
async def test_what_is_not_theirs_stays_so(rig: Rig) -> None:
    house = await two_practices(rig)
    stranger = house.phones[STRANGERS[0]]
    await take_back(rig, stranger)
    for verb in sorted({*GOES_ON, *FOR_WAITING_MONEY}):
        if rights.PRESSES[verb].subject is not Record.NONE:
            data = good_presses.PRESSES[verb].data(verb, house.one)
            assert await rig.press_data(stranger, data) == router.NOT_YOURS, verb
