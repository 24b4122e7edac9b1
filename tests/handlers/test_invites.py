"""An admin's dietitians: inviting, opening the invitation, suspending, reinstating."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from domain.errors import StorageUnavailable
from domain.model.booking import BookingState
from domain.model.people import Dietitian, Invite
from domain.model.request import Request
from domain.ports import UnitOfWork
from domain.usecases.suspend_dietitian import SuspendDietitian
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS, SUSPENDED, YOU_ARE_SUSPENDED
from sandbox.telegram.phone import Phone
from storage.tables import outbox
from tests.handlers import tour_invites as tour
from tests.handlers.tour_shop import SESSION, shop, stall
from tests.money.practice import (
    admin_of,
    all_well,
    booked,
    card,
    held,
    payment_of,
    play,
    refund_of,
    texts,
    told,
    too_late,
)
from tests.rig import ADMIN, HOSTILE, Cast, Rig

USED_UP = "used up or has expired"
DAY = timedelta(days=1)


async def opened(rig: Rig, phone: Phone, payload: str) -> str:
    await phone.start(payload)
    await rig.settled()
    return phone.last.text


async def invites(rig: Rig) -> list[Invite]:
    found = await rig.read(lambda uow: uow.invites.page(number=0, size=99))
    return list(found.items)


async def dietitian_of(rig: Rig, phone: Phone) -> Dietitian | None:
    found: Dietitian | None = await rig.read(lambda uow: uow.dietitians.by_telegram_id(phone.user_id))
    return found


async def test_a_link_is_made_shown_with_its_picture_and_kept_only_as_a_hash(rig: Rig) -> None:
    scene = await tour.invited(rig)
    payload = tour.payload_of(scene.phone)
    assert len(payload) == 32
    assert scene.phone.last.photo is not None
    (invite,) = await invites(rig)
    assert invite.name == "Dr Bisi Ojo"
    assert payload not in str(await rig.dump("invites"))
    shown = next(one for one in scene.phone.messages if payload in one.text)
    assert "📋 Copy the link" in [button.label for row in shown.buttons for button in row]
    assert await rig.failed() == []


async def test_it_belongs_to_the_first_who_opens_it(rig: Rig) -> None:
    scene = await tour.invited(rig)
    payload = tour.payload_of(scene.phone)
    first, second = rig.phone(first_name="Bisi"), rig.phone(first_name="Tunde")
    assert "You are invited to open a practice here" in await opened(rig, first, payload)
    assert USED_UP in await _said(rig, second, payload)
    await rig.press(first, "Agree")
    assert "professional name" in first.last.text
    assert "professional name" in await opened(rig, first, payload)
    (invite,) = await invites(rig)
    assert invite.used_by is not None


async def _said(rig: Rig, phone: Phone, payload: str) -> str:
    await opened(rig, phone, payload)
    return "\n".join(texts(phone))


async def test_of_two_who_open_it_at_once_one_has_it(rig: Rig) -> None:
    scene = await tour.invited(rig)
    payload = tour.payload_of(scene.phone)
    phones = [rig.phone(first_name=name) for name in ("Bisi", "Tunde", "Kemi")]
    await asyncio.gather(*(phone.start(payload) for phone in phones))
    await rig.settled()
    assert sorted(USED_UP in "\n".join(texts(phone)) for phone in phones) == [False, True, True]


@pytest.mark.parametrize("end", ["expired", "revoked", "renewed", "unknown"])
async def test_a_link_that_is_good_no_more_says_the_same_words(rig: Rig, end: str) -> None:
    scene = await tour.invited(rig)
    payload = tour.payload_of(scene.phone)
    (invite,) = await invites(rig)
    if end == "expired":
        rig.clock.advance(7 * DAY)
    elif end == "unknown":
        payload = "x" * 32
    else:
        verb = Verb.REVOKE_SURE if end == "revoked" else Verb.RENEW_INVITE
        await rig.press_data(scene.phone, f"v1:{verb}:{invite.public_id}::0")
    bisi = rig.phone(first_name="Bisi")
    assert USED_UP in await _said(rig, bisi, payload)
    assert await dietitian_of(rig, bisi) is None
    if end == "renewed":
        assert "You are invited" in await opened(rig, bisi, tour.payload_of(scene.phone))


async def test_a_new_link_takes_a_bound_one_back(rig: Rig) -> None:
    scene = await tour.invited(rig)
    wrong, right = rig.phone(first_name="Wrong"), rig.phone(first_name="Bisi")
    await opened(rig, wrong, tour.payload_of(scene.phone))
    await rig.press(wrong, "Agree")
    (invite,) = await invites(rig)
    await rig.press_data(scene.phone, f"v1:{Verb.RENEW_INVITE}:{invite.public_id}::0")
    await rig.say(wrong, "Dr Wrong")
    assert await dietitian_of(rig, wrong) is None
    assert "You are invited" in await opened(rig, right, tour.payload_of(scene.phone))
    assert await rig.failed() == []


async def test_a_revoked_invitation_stops_a_set_up_that_has_no_name_yet(rig: Rig) -> None:
    scene = await tour.newcomer(rig)
    (invite,) = await invites(rig)
    admin = rig.telegram.phone(ADMIN, first_name="Sade")
    await rig.press_data(admin, f"v1:{Verb.REVOKE_SURE}:{invite.public_id}::0")
    await rig.press(scene.phone, "Dr Bisi Ojo")
    assert await dietitian_of(rig, scene.phone) is None
    await rig.say(scene.phone, "/start")
    assert "set-up" not in scene.phone.last.text


@pytest.mark.parametrize("verb", [Verb.REVOKE_SURE, Verb.REVOKE, Verb.RENEW_INVITE, Verb.INVITATION])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_one_that_has_led_to_a_practice_is_not_on_the_list_any_more(rig: Rig, verb: Verb) -> None:
    scene = await tour.newcomer(rig)
    (invite,) = await invites(rig)
    await rig.press(scene.phone, "Dr Bisi Ojo")
    admin = rig.telegram.phone(ADMIN, first_name="Sade")
    words = await rig.press_data(admin, f"v1:{verb}:{invite.public_id}::0")
    assert "has led to a practice" in words
    assert "No invitation is open" in admin.last.text
    assert await dietitian_of(rig, scene.phone) is not None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_an_admin_finds_their_own_link_taken_or_has_a_practice_already(rig: Rig) -> None:
    scene = await tour.own_link(rig)
    payload = tour.payload_of(scene.phone)
    (invite,) = await invites(rig)
    await opened(rig, rig.phone(first_name="Bisi"), payload)
    assert "Somebody else has opened it" in await rig.press(scene.phone, "It is for me")
    assert "the set-up has not begun" in scene.phone.last.text
    await rig.press(scene.phone, "Make a new link")
    await rig.press_data(scene.phone, f"v1:{Verb.INVITE_MINE}:{invite.public_id}::0")
    await tour.answer(rig, scene.phone, "[Sade]")
    await rig.say(scene.phone, "/admin")
    for label in ("Dietitians", "Invite a dietitian"):
        await rig.press(scene.phone, label)
    await rig.say(scene.phone, "Dr Kemi")
    (another,) = await invites(rig)
    await rig.press_data(scene.phone, f"v1:{Verb.INVITE_MINE}:{another.public_id}::0")
    assert "You have a practice here already" in scene.phone.last.text
    assert await rig.failed() == []


async def test_who_has_a_practice_is_told_so_and_does_not_use_it_up(rig: Rig) -> None:
    scene = await tour.invited(rig)
    payload = tour.payload_of(scene.phone)
    assert "have a practice here already" in await opened(rig, scene.cast.ada, payload)
    assert "You are invited" in await opened(rig, rig.phone(first_name="Bisi"), payload)


async def test_an_admin_who_looks_does_not_use_it_up_and_may_take_it(rig: Rig) -> None:
    scene = await tour.own_link(rig)
    assert "not used up by your looking" in scene.phone.last.text
    (invite,) = await invites(rig)
    assert invite.used_by is None
    await rig.press(scene.phone, "It is for me")
    await tour.answer(rig, scene.phone, "[Sade]")
    found = await dietitian_of(rig, scene.phone)
    assert found is not None
    assert found.name == "Sade"


async def test_open_lapsed_and_opened_invitations_are_listed_and_practices_are_not(rig: Rig) -> None:
    scene = await tour.invited(rig, name="Dr Lapsed")
    rig.clock.advance(8 * DAY)
    for name in ("Dr Open", "Dr Opened", "Dr There"):
        await rig.press_data(scene.phone, f"v1:{Verb.INVITE}:::0")
        await rig.say(scene.phone, name)
        phone = rig.phone(first_name="Somebody")
        if name != "Dr Open":
            await opened(rig, phone, tour.payload_of(scene.phone))
            await rig.press(phone, "Agree")
        if name == "Dr There":
            await rig.press(phone, "Dr There")
    await rig.press_data(scene.phone, f"v1:{Verb.DIETITIANS}::invited.0:0")
    listed = scene.phone.last.text
    assert "Dr Lapsed – expired" in listed
    assert "Dr Open – open until" in listed
    assert "Dr Opened – opened" in listed
    assert "Dr There" not in listed
    await rig.press(scene.phone, "Active")
    assert "Dr There" in "".join(scene.phone.last.labels)


async def test_sixty_of_each_are_paged(rig: Rig) -> None:
    await rig.write(tour.clear)
    scene = await tour.desk(rig)

    def crowd(uow: UnitOfWork) -> None:
        admin = uow.people.by_telegram_id(ADMIN)
        assert admin is not None
        for at in range(60):
            stall(uow, f"Dr Number {at:02}")
            uow.invites.add(
                Invite(
                    public_id=f"I{at}",
                    token_hash=f"{at}",
                    name=HOSTILE,
                    created_by=admin.id,
                    created_at=rig.clock.now(),
                    expires_at=rig.clock.now() + DAY,
                )
            )

    await rig.write(crowd)
    for tab in ("active", "invited"):
        await rig.press_data(scene.phone, f"v1:{Verb.DIETITIANS}::{tab}.0:0")
        pages = 1
        while "›" in scene.phone.last.labels:
            await rig.press(scene.phone, "›")
            pages += 1
        assert pages == 8
    assert await rig.failed() == []


async def test_these_are_for_admins_alone(rig: Rig) -> None:
    scene = await tour.invited(rig)
    (invite,) = await invites(rig)
    before = await rig.dump()
    for verb in (
        Verb.DIETITIANS, Verb.DIETITIAN, Verb.SUSPEND, Verb.SUSPEND_SURE, Verb.REINSTATE, Verb.REINSTATE_SURE,
    ):  # fmt: skip
        for phone in (scene.cast.ada, scene.cast.amina):
            words = await rig.press_data(phone, f"v1:{verb}:{scene.cast.dietitian.public_id}::0")
            assert words == NOT_YOURS, verb
    for verb in (
        Verb.INVITE,
        Verb.INVITATION,
        Verb.RENEW_INVITE,
        Verb.REVOKE,
        Verb.REVOKE_SURE,
        Verb.INVITE_MINE,
    ):
        words = await rig.press_data(scene.cast.ada, f"v1:{verb}:{invite.public_id}::0")
        assert words == NOT_YOURS, verb
    assert await rig.dump() == before
    await rig.press_data(scene.cast.ada, f"v1:{Verb.SET_UP}:::0")  # she has a practice: hers
    assert await rig.press_data(scene.cast.amina, f"v1:{Verb.SET_UP}:::0") == NOT_YOURS
    assert await rig.press_data(scene.cast.amina, f"v1:{Verb.SET_UP_CHOICE}::name.person:0") == NOT_YOURS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Dr Ada Obi", "Dr Ada Obi"),
        ("  dr\nada  ", "dr ada"),
        (HOSTILE, HOSTILE),
        ("د. آدا", "د. آدا"),
        ("Ọlá 🌸", "Ọlá 🌸"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_invited_are_named_as_was_typed(rig: Rig, typed: str, kept: str) -> None:
    await tour.invited(rig, name=typed)
    assert [invite.name for invite in await invites(rig)] == [kept]
    assert await rig.failed() == []


@pytest.mark.parametrize("typed", ["x" * 4096, "\u200b", "🏽" * 81])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_is_no_name_is_refused_with_an_example(rig: Rig, typed: str) -> None:
    scene = await tour.desk(rig, "Invite a dietitian")
    assert "For example: Amina Bello" in await rig.say(scene.phone, typed)
    assert await invites(rig) == []


async def suspend(rig: Rig, cast: Cast, reason: str | None = None) -> Phone:
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.SUSPEND}:{cast.dietitian.public_id}::0")
    if reason is None:
        await rig.press(admin, "Yes, suspend")
    else:
        await rig.say(admin, reason)
    return admin


async def reinstate(rig: Rig, cast: Cast) -> None:
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.REINSTATE_SURE}:{cast.dietitian.public_id}::0")


async def test_a_suspended_dietitian_is_told_why_and_asks_for_nothing_new(rig: Rig) -> None:
    cast = await play(rig)
    await rig.say(cast.ada, "/request")
    draft = cast.ada.last
    admin = await suspend(rig, cast, reason=f"Complaints {HOSTILE}")
    assert "suspended since" in admin.last.text
    assert f"Complaints {HOSTILE}" in cast.ada.last.text
    data = draft.buttons[0][0].data or ""
    assert await rig.press_data(cast.ada, data, message_id=draft.id) == YOU_ARE_SUSPENDED
    assert YOU_ARE_SUSPENDED in await rig.say(cast.ada, "/request")
    trail = await rig.read(lambda uow: uow.audit.of(f"dietitian:{cast.dietitian.public_id}"))
    assert [(one.action, one.detail["reason"]) for one in trail] == [("suspended", f"Complaints {HOSTILE}")]
    await reinstate(rig, cast)
    assert "goes on" in cast.ada.last.text
    assert "What would you like to offer?" in await rig.say(cast.ada, "/request")
    assert await rig.failed() == []


async def test_suspending_twice_tells_once(rig: Rig) -> None:
    cast = await play(rig)
    admin = await suspend(rig, cast)
    for _ in range(2):
        await rig.press_data(admin, f"v1:{Verb.SUSPEND_SURE}:{cast.dietitian.public_id}::0")
    assert told(cast.ada, "has been suspended") == 1


async def test_what_is_booked_and_paid_goes_on(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await booked(rig, cast)
    await suspend(rig, cast)
    await rig.say(cast.ada, "/upcoming")
    assert "Amina Bello" in cast.ada.last.text
    await rig.press(cast.ada, "Cancel")
    assert "Yes, cancel it" in "".join(cast.ada.last.labels)
    await rig.say(cast.ada, "/plans")
    assert NOT_YOURS not in cast.ada.last.text
    await rig.say(cast.amina, "/upcoming")
    await rig.press(cast.amina, "Reschedule")
    await rig.press(cast.amina, cast.amina.last.labels[0])
    assert ":" in cast.amina.last.labels[0]  # times to choose from
    await rig.pass_time(timedelta(hours=1))
    assert (
        await rig.read(lambda uow: uow.requests.card(request.public_id))
    ).booking.state.value == "confirmed"
    await all_well(rig, cast.ada, cast.amina)


async def test_clients_do_not_find_a_suspended_dietitian(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    await suspend(rig, cast)
    for words in ("/book", "/buy"):
        assert "can be had without a request" in await rig.say(cast.amina, words)
    for place in (cast.dietitian.public_id, session.public_id):
        assert "not here any more" in await rig.say(cast.amina, f"/start at-{place}")
    words = await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{session.public_id}::0")
    assert "not offered here" in words
    assert (await rig.dump("requests"))["requests"] == []
    await reinstate(rig, cast)
    assert "First consultation" in await rig.say(cast.amina, "/book")


async def test_who_has_no_hours_offers_no_consultation_but_their_plans(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    assert "No consultation can be had" in await rig.say(cast.amina, "/book")
    assert "Weekly plan" in await rig.say(cast.amina, "/buy")
    await rig.press_data(cast.amina, f"v1:{Verb.SHELF}:{cast.dietitian.public_id}:{SESSION}.0:0")
    assert session.title not in cast.amina.last.text


async def test_a_request_that_waits_cannot_be_approved_and_goes_on_after(rig: Rig) -> None:
    cast = await play(rig)
    request = await rig.consultation(cast)
    approve = f"v1:{Verb.APPROVE}:{request.public_id}::1"
    bubble = cast.amina.last
    await suspend(rig, cast)
    assert await rig.press_data(cast.amina, approve, message_id=bubble.id) == SUSPENDED
    assert "takes nothing new at present" in cast.amina.last.text
    assert "✅ Approve" not in cast.amina.last.labels
    assert (await rig.read(lambda uow: uow.requests.card(request.public_id))).request.agreed_at is None
    await reinstate(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::1")
    await rig.press(cast.amina, "Approve")
    assert "Choose a day" in cast.amina.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_a_request_that_waits_can_still_be_declined(rig: Rig) -> None:
    cast = await play(rig)
    request = await rig.consultation(cast)
    await suspend(rig, cast)
    await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::1")
    await rig.press(cast.amina, "Decline")
    await rig.press(cast.amina, "Skip")
    assert "declined" in cast.amina.last.text
    assert await rig.failed() == []


async def test_no_time_is_chosen_and_none_is_held(rig: Rig) -> None:
    cast = await play(rig)
    request = await rig.approved(cast)
    days = cast.amina.last
    await suspend(rig, cast)
    data = days.buttons[0][0].data or ""
    assert await rig.press_data(cast.amina, data, message_id=days.id) == SUSPENDED
    start = rig.clock.now() + 2 * DAY
    slot = f"v1:{Verb.SLOT}:{request.public_id}:{start:%Y%m%dT%H%MZ}:2"
    assert await rig.press_data(cast.amina, slot) == SUSPENDED
    assert (await rig.dump("bookings"))["bookings"] == []


async def test_a_held_time_is_given_back_and_its_pay_button_goes(rig: Rig) -> None:
    cast = await play(rig)
    request = await rig.held(cast)
    (reference,) = await rig.references(request)
    bubble = cast.amina.last
    await suspend(rig, cast)
    shown = next(one for one in cast.amina.messages if one.id == bubble.id)
    assert "takes nothing new at present" in shown.text
    assert not [b for row in shown.buttons for b in row if b.url is not None]
    card = await rig.read(lambda uow: uow.requests.card(request.public_id))
    assert card.booking.state.value == "cancelled"
    (words,) = [text for text in texts(cast.amina) if "is not kept for you any more" in text]
    assert "Nothing was charged. If you have just paid, the money comes back to you by itself" in words
    assert bubble.text.partition("🗓 ")[2].partition("\n")[0] in words
    await rig.pay(reference)
    assert (await payment_of(rig, reference)).outcome is not None
    assert await refund_of(rig, reference) is not None
    assert "refund" in "\n".join(texts(cast.amina)).casefold()
    await all_well(rig, cast.ada, cast.amina)


async def test_a_plan_paid_after_all_is_refunded(rig: Rig) -> None:
    cast, _, plan = await shop(rig)
    await admin_of(rig)
    await rig.say(cast.amina, "/buy")
    await rig.press(cast.amina, "Weekly plan")
    request = await rig.read(lambda uow: uow.requests.own_draft(cast.client.id, plan.id))
    (reference,) = await rig.references(request)
    await suspend(rig, cast)
    assert "takes nothing new at present" in cast.amina.last.text
    await rig.pay(reference)
    assert await refund_of(rig, reference) is not None
    assert (await rig.read(lambda uow: uow.plans.of_request(request.id))) is None
    await reinstate(rig, cast)
    await all_well(rig, cast.amina)


async def test_only_who_holds_a_time_is_told_that_it_is_not_kept(rig: Rig) -> None:
    cast = await play(rig)
    await rig.approved(cast)
    await suspend(rig, cast)
    await reinstate(rig, cast)
    assert told(cast.amina, "is not kept for you any more") == 0
    request = await rig.held(cast)
    await rig.write(lambda uow: uow.requests.save(_unseen(uow, request)))
    await suspend(rig, cast)
    assert told(cast.amina, "is not kept for you any more") == 1, "whatever message shows it"
    assert await rig.failed() == []


def _unseen(uow: UnitOfWork, request: Request) -> Request:
    return replace(uow.requests.card_by_id(request.id).request, screen_message_id=None)


async def refunded(rig: Rig) -> tuple[Cast, Request, str]:
    """A plan that was paid during a suspension, which is over."""
    cast, _, plan = await shop(rig)
    await admin_of(rig)
    request = await rig.request(cast, kind="meal_plan", service_id=plan.id, title=plan.title, minutes=None)
    await rig.press_data(cast.amina, f"v1:{Verb.SHOW}:{request.public_id}::1")
    await rig.press(cast.amina, "Approve")
    (reference,) = await rig.references(request)
    await suspend(rig, cast)
    await rig.pay(reference)
    await reinstate(rig, cast)
    return cast, request, reference


async def test_what_was_paid_and_went_back_is_no_pay_link_any_more(rig: Rig) -> None:
    cast, request, reference = await refunded(rig)
    (shown,) = [one for one in cast.amina.messages if "Get the pay link" in "".join(one.labels)]
    assert "What you paid before goes back to you; nothing else was charged" in shown.text
    dead = (await payment_of(rig, reference)).authorization_url
    assert not [b for one in cast.amina.messages for row in one.buttons for b in row if b.url == dead]
    pay = f"v1:{Verb.PAY}:{request.public_id}::0"
    await rig.press_data(cast.amina, pay, message_id=shown.id)
    _, newer = await rig.references(request)
    shown = next(one for one in cast.amina.messages if one.id == shown.id)
    assert (await payment_of(rig, newer)).authorization_url in [b.url for row in shown.buttons for b in row]
    paid = f"v1:{Verb.PAID}:{request.public_id}::0"
    assert "has not seen" in await rig.press_data(cast.amina, paid, message_id=shown.id)
    await rig.pay(newer)
    assert (await rig.read(lambda uow: uow.plans.of_request(request.id))) is not None
    await all_well(rig, cast.ada, cast.amina)


async def test_i_have_paid_says_that_it_went_back_and_nothing_newer_came(rig: Rig) -> None:
    cast, request, _ = await refunded(rig)
    paid = f"v1:{Verb.PAID}:{request.public_id}::0"
    words = await rig.press_data(cast.amina, paid)
    assert "you paid before is being given back" in words
    assert words.endswith("Nothing newer has arrived.")
    await rig.pass_time(timedelta(minutes=5))
    assert "you paid before was given back to you" in await rig.press_data(cast.amina, paid)


async def test_i_have_paid_says_at_once_that_the_money_goes_back(rig: Rig) -> None:
    cast, _, plan = await shop(rig)
    await rig.say(cast.amina, "/buy")
    await rig.press(cast.amina, "Weekly plan")
    request = await rig.read(lambda uow: uow.requests.own_draft(cast.client.id, plan.id))
    (reference,) = await rig.references(request)
    await suspend(rig, cast)
    await rig.paystack.pay(reference, send_webhook=False)
    words = await rig.press_data(cast.amina, f"v1:{Verb.PAID}:{request.public_id}::0")
    assert "there is nothing left here to pay for. It goes back to you" in words
    await rig.pass_time(timedelta(minutes=5))
    await all_well(rig, cast.amina)


async def test_an_older_link_is_not_shown_in_place_of_what_went_back(rig: Rig) -> None:
    """With one e-mail a link, with another the one that was paid, and back to the first e-mail."""
    cast, _, plan = await shop(rig)
    await rig.say(cast.amina, "/buy")
    await rig.press(cast.amina, "Weekly plan")
    await rig.press(cast.amina, "Other e-mail")
    await rig.say(cast.amina, "second@example.com")
    request = await rig.read(lambda uow: uow.requests.own_draft(cast.client.id, plan.id))
    older, reference = await rig.references(request)
    await suspend(rig, cast)
    await rig.pay(reference)
    await reinstate(rig, cast)
    first = (await payment_of(rig, older)).email
    await rig.write(lambda uow: uow.people.save(replace(uow.people.get(cast.client.id), email=first)))
    await rig.press_data(cast.amina, f"v1:{Verb.PAY}:{request.public_id}::0")
    assert len(await rig.references(request)) == 3
    words = await rig.press_data(cast.amina, f"v1:{Verb.PAID}:{request.public_id}::0")
    assert "has not seen" in words


async def test_money_that_waits_can_be_had_back(rig: Rig) -> None:
    cast, request, reference = await too_late(rig)
    await suspend(rig, cast)
    words = await rig.press_data(cast.amina, f"v1:{Verb.DAYS}:{request.public_id}:0:0")
    assert words == SUSPENDED
    await rig.press(cast.amina, "Refund")
    await rig.press(cast.amina, "Yes, refund")
    assert await refund_of(rig, reference) is not None
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("typed", [" ", "x" * 501, "x" * 4096])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_reason_too_long_is_refused_and_nobody_is_suspended(rig: Rig, typed: str) -> None:
    cast = await play(rig)
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.SUSPEND}:{cast.dietitian.public_id}::0")
    if typed.strip():
        assert "For example: complaints" in await rig.say(admin, typed)
    found = await dietitian_of(rig, cast.ada)
    assert found is not None
    assert found.takes_new


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_suspension_that_was_cut_short_is_finished_when_its_press_is_worked_again(rig: Rig) -> None:
    cast = await play(rig)
    request, _ = await held(rig, cast)
    sade = await rig.read(lambda uow: uow.people.by_telegram_id(ADMIN))
    suspend = partial(rig.machine.router.cases.office.suspension.suspend, admin=sade, reason=None)
    with (
        patch.object(SuspendDietitian, "_redraw", side_effect=StorageUnavailable),
        pytest.raises(StorageUnavailable),
    ):
        await suspend(public_id=cast.dietitian.public_id)
    assert (await card(rig, request)).booking.state is BookingState.PENDING  # type: ignore[union-attr]
    await suspend(public_id=cast.dietitian.public_id)
    assert (await card(rig, request)).booking.state is BookingState.CANCELLED  # type: ignore[union-attr]
    told_of_it = select(outbox.c.key).where(outbox.c.key.like("notice:suspended:%"))
    assert len(await rig.rows(told_of_it)) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_typed_reason_suspends_also_where_the_database_was_away_at_first(rig: Rig) -> None:
    cast = await play(rig)
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.SUSPEND}:{cast.dietitian.public_id}::0")
    suspend, away = SuspendDietitian.suspend, [StorageUnavailable()]

    async def shaky(self: SuspendDietitian, **how: Any) -> Dietitian:
        if away:
            raise away.pop()
        return await suspend(self, **how)

    with patch.object(SuspendDietitian, "suspend", shaky):
        await admin.send("Complaints are being looked into")
        await rig.settled()
        await rig.pass_time(timedelta(minutes=1))
    assert not away
    assert not (await dietitian_of(rig, cast.ada)).takes_new  # type: ignore[union-attr]


async def test_back_leaves_the_question_of_a_reason(rig: Rig) -> None:
    cast = await play(rig)
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.SUSPEND}:{cast.dietitian.public_id}::0")
    await rig.press(admin, "Back")
    assert "I wasn't waiting" in await rig.say(admin, "good morning")
    assert (await dietitian_of(rig, cast.ada)).takes_new  # type: ignore[union-attr]
