"""One payment, heard of from every side at once: value is given once."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import aiohttp
import pytest

from domain.errors import SlotTaken
from domain.model import settlement
from domain.model.booking import BookingState
from domain.model.charge import Charge
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.request import Request, RequestState
from domain.model.settlement import Verdict
from domain.model.views import RequestCard
from domain.ports import UnitOfWork
from domain.usecases import settle_payment
from domain.usecases.book_slot import HoldSlot
from domain.usecases.settle_payment import Settled, SettlePayment
from domain.usecases.start_payment import StartPayment
from sandbox.telegram.phone import Phone
from storage.database import Database
from tests.races.test_slots import drop_the_constraint
from tests.rig import Cast, Rig

Settling = Callable[[], Awaitable[Settled]]
Taking = Callable[[], Awaitable[RequestCard]]
ONCE = {"paid": 1, "approved": 1, "confirmed": 1}


@asynccontextmanager
async def replica(rig: Rig) -> AsyncIterator[SettlePayment]:
    """A second program on the same database."""
    database = Database.from_url(rig.settings.database_url.get_secret_value(), rig.world.vault)
    await database.open()
    yield replace(settle(rig), transactions=database)
    await database.close()


def settle(rig: Rig) -> SettlePayment:
    return SettlePayment(
        transactions=rig.database, clock=rig.clock, gateway=rig.world.gateway, calendar_is_offered=False
    )


def start(rig: Rig) -> StartPayment:
    return StartPayment(
        transactions=rig.database,
        clock=rig.clock,
        gateway=rig.world.gateway,
        domain="test",
        callback_url=None,
        link_lives=timedelta(minutes=35),
    )


async def paid_hold(rig: Rig) -> tuple[Cast, Request, str]:
    """Paid at Paystack, of which the program has not heard."""
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    (reference,) = await rig.references(request)
    await rig.paystack.pay(reference, send_webhook=False)
    at_once = replace(cast.dietitian, minimum_notice_hours=0)
    await rig.write(lambda uow: uow.dietitians.save(at_once))
    return cast, request, reference


async def card(rig: Rig, request: Request) -> RequestCard:
    found: RequestCard = await rig.read(lambda uow: uow.requests.card_by_id(request.id))
    return found


async def given(rig: Rig) -> Counter[str]:
    """How often each thing was done, by the audit trail: unlike the outbox it forgives no second time."""
    rows = (await rig.dump("audit"))["audit"]
    return Counter(row[3] for row in rows if row[2] == "paystack" and row[3] != "opened")


async def is_confirmed_once(rig: Rig, cast: Cast, request: Request) -> None:
    now = await card(rig, request)
    assert now.request.state is RequestState.APPROVED
    assert now.booking is not None
    assert now.booking.state is BookingState.CONFIRMED
    assert await given(rig) == ONCE
    for phone in (cast.amina, cast.ada):
        assert len([one for one in phone.messages if "💳" in one.text or "Receipt" in one.text]) == 1
    assert await rig.failed() == []


async def test_a_webhook_that_comes_twice_at_once_confirms_once(rig: Rig) -> None:
    rig.paystack.webhooks = "twice_at_once"
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    await rig.pay((await rig.references(request))[0])
    assert [attempt.status for attempt in rig.paystack.attempts] == [200, 200]
    await is_confirmed_once(rig, cast, request)


async def test_ten_hear_of_one_payment_at_once_in_two_programs(rig: Rig) -> None:
    cast, request, reference = await paid_hold(rig)
    async with replica(rig) as other:
        asked = [one(reference=reference) for one in (settle(rig), other) for _ in range(5)]
        settled = await asyncio.gather(*asked)
    await rig.settled()
    verdicts = Counter(one.verdict for one in settled)
    assert verdicts == {Verdict.VALUE: 1, Verdict.ALREADY_SETTLED: 9}
    await is_confirmed_once(rig, cast, request)


async def test_without_the_judgement_under_the_lock_the_second_is_taken_for_new_money(rig: Rig) -> None:
    """The negative control: what would be believed of one payment that is heard of twice."""
    cast, _, reference = await paid_hold(rig)
    judge = settlement.judge_charge

    def forgetful(payment: Payment, charge: Charge) -> Verdict:
        return judge(replace(payment, state=PaymentState.OPEN), charge)

    with patch.object(settle_payment, "judge_charge", forgetful):
        await asyncio.gather(*(settle(rig)(reference=reference) for _ in range(2)))
        await rig.settled()
    assert (await given(rig))["paid"] == 2
    assert any("could not be" in one.text for one in cast.ada.messages)


async def test_webhook_and_button_and_poller_and_return_page_at_once(rig: Rig) -> None:
    cast, request, reference = await paid_hold(rig)
    rig.clock.advance(timedelta(minutes=1))
    body, sign = _event(rig, reference)
    async with aiohttp.ClientSession() as browser:
        await asyncio.gather(
            browser.post(f"{rig.url}/paystack/webhook", data=body, headers={"x-paystack-signature": sign}),
            browser.get(f"{rig.url}/payments/return", params={"reference": reference}),
            cast.amina.press("I've paid"),
            rig.machine.watch_payments(),
            rig.machine.expire_holds(),
        )
    await rig.settled()
    await is_confirmed_once(rig, cast, request)


def _event(rig: Rig, reference: str) -> tuple[bytes, str]:
    raw = json.dumps({"event": "charge.success", "data": {"id": 1, "reference": reference}}).encode()
    return raw, rig.paystack.sender.signature(raw)


async def test_money_that_comes_as_the_hold_ends_still_gets_the_slot(rig: Rig) -> None:
    cast, request, reference = await paid_hold(rig)
    rig.clock.advance(timedelta(minutes=35))
    await asyncio.gather(
        settle(rig)(reference=reference), rig.machine.expire_holds(), settle(rig)(reference=reference)
    )
    await rig.settled()
    await is_confirmed_once(rig, cast, request)


async def rivals(rig: Rig) -> tuple[Request, Settling, Taking]:
    """The hold has ended; its payer's money and somebody else's press are about to come."""
    cast, request, reference = await paid_hold(rig)
    booking = (await card(rig, request)).booking
    assert booking is not None
    person, phone = await rig.person(email="rival@example.com")
    theirs = Cast(dietitian=cast.dietitian, service=cast.service, client=person, ada=cast.ada, amina=phone)
    wanted = await rig.request(theirs, agreed_at=rig.clock.now())
    rig.clock.advance(timedelta(minutes=35))
    hold = HoldSlot(transactions=rig.database, clock=rig.clock, hold_minutes=35, calendar_is_offered=True)
    take = partial(
        hold, person=person, public_id=wanted.public_id, rev=1, start=booking.start, message_id=None
    )
    return request, partial(settle(rig), reference=reference), take


async def live(rig: Rig) -> int:
    rows = (await rig.dump("bookings"))["bookings"]
    return sum(row[6] in {"pending", "confirmed"} for row in rows)


@pytest.mark.parametrize("run", range(4))
async def test_late_money_and_a_rival_never_share_the_slot(rig: Rig, run: int) -> None:
    request, pay, take = await rivals(rig)
    settled, taken = await asyncio.gather(pay(), take(), return_exceptions=True)
    await rig.settled()
    assert isinstance(settled, Settled), settled
    now = await card(rig, request)
    assert now.payment is not None
    assert await live(rig) == 1
    if isinstance(taken, SlotTaken):
        assert (settled.verdict, now.payment.outcome) == (Verdict.VALUE, MoneyOutcome.VALUE)
        assert now.request.state is RequestState.APPROVED
    else:
        assert isinstance(taken, RequestCard), taken
        assert (settled.verdict, now.payment.outcome) == (Verdict.SLOT_GONE, MoneyOutcome.CREDIT)
        assert now.request.state is RequestState.PENDING
    assert await rig.failed() == []


async def test_a_rival_who_was_first_keeps_the_slot_and_the_money_is_safe(rig: Rig) -> None:
    request, pay, take = await rivals(rig)
    await take()
    assert (await pay()).verdict is Verdict.SLOT_GONE
    await rig.settled()
    assert (await card(rig, request)).request.state is RequestState.PENDING
    assert any("Your money is safe" in one.text for phone in everybody(rig) for one in phone.messages)


def everybody(rig: Rig) -> list[Phone]:
    return [rig.telegram.phone(user_id) for user_id in rig.telegram.world.chats]


def blind(_: object, uow: UnitOfWork, found: RequestCard, *__: object, slot_is_gone: bool) -> Any:
    """Takes the slot for free, unless the database has said otherwise."""
    assert found.booking is not None
    return replace(found, booking=uow.bookings.get(found.booking.id)), not slot_is_gone


async def test_without_the_look_at_the_slot_and_the_constraint_both_have_it(rig: Rig) -> None:
    """The negative control."""
    _, pay, take = await rivals(rig)
    await rig.write(drop_the_constraint)
    with patch.object(SettlePayment, "_slot", blind):
        await take()
        await pay()
    assert await live(rig) == 2


async def test_the_constraint_alone_turns_late_money_into_a_credit(rig: Rig) -> None:
    _, pay, take = await rivals(rig)
    with patch.object(SettlePayment, "_slot", blind):
        await take()
        assert (await pay()).verdict is Verdict.SLOT_GONE
    assert await live(rig) == 1


async def test_two_who_start_one_payment_at_once_show_one_link(rig: Rig) -> None:
    cast = await rig.cast()
    request = await rig.held(cast)
    await rig.write(lambda uow: uow.people.save(replace(cast.client, email="amina@example.com")))
    starting = (start(rig)(person=cast.client, public_id=request.public_id) for _ in range(6))
    cards = await asyncio.gather(*starting)
    shown = {one.payment.authorization_url for one in cards if one.payment is not None}
    assert len(shown - {None}) == 1
    later = await start(rig)(person=cast.client, public_id=request.public_id)
    assert later.payment is not None
    assert {later.payment.authorization_url} == shown - {None}
    payments = await rig.read(lambda uow: uow.payments.of_request(request.id))
    assert Counter(payment.state for payment in payments)[PaymentState.OPEN] == 1


async def test_what_is_paid_before_its_link_is_known_is_not_shown_as_a_link(rig: Rig) -> None:
    """Paystack's word of the money is faster than its answer to us."""
    cast = await rig.cast()
    request = await rig.held(cast)
    await rig.write(lambda uow: uow.people.save(replace(cast.client, email="amina@example.com")))
    gateway = type(rig.world.gateway)
    initialize = gateway.initialize

    async def paid_first(self: Any, *, reference: str, **order: Any) -> str:
        url = await initialize(self, reference=reference, **order)
        await rig.pay(reference)
        return url

    with patch.object(gateway, "initialize", paid_first):
        shown = await start(rig)(person=cast.client, public_id=request.public_id)
    assert shown.request.state is RequestState.APPROVED
    assert shown.booking is not None
    assert shown.booking.state is BookingState.CONFIRMED
    assert len(await rig.references(request)) == 1


async def test_a_payment_by_each_of_two_links_confirms_once_and_tells_of_the_other(rig: Rig) -> None:
    """The first link was too old to be shown again; both are paid at the same moment."""
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    await rig.write(lambda uow: uow.people.save(replace(cast.client, email="other@example.com")))
    await start(rig)(person=cast.client, public_id=request.public_id)
    references = await rig.references(request)
    assert len(references) == 2
    for reference in references:
        await rig.paystack.pay(reference, send_webhook=False)
    settled = await asyncio.gather(*(settle(rig)(reference=reference) for reference in references))
    await rig.settled()
    assert {one.verdict for one in settled} == {Verdict.VALUE, Verdict.SURPLUS}
    done = await given(rig)
    assert {name: done[name] for name in ("paid", "approved", "confirmed", "refund requested")} == {
        "paid": 2,
        "approved": 1,
        "confirmed": 1,
        "refund requested": 1,
    }
    assert any("could not be" in one.text for one in cast.ada.messages)
    assert await rig.failed() == []
