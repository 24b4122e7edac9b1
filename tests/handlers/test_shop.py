"""/book and /buy: from the list of dietitians to what is paid for, and every ditch beside that road."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from domain.model.people import Person
from domain.model.plan import promised
from domain.model.request import Origin
from domain.model.service import Service
from domain.ports import UnitOfWork
from domain.usecases.shop import TakeService
from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.telegram.phone import Phone
from storage.repositories.dietitians import SqlDietitians
from storage.tables import bookings, requests
from tests.handlers.tour_shop import SESSION, crowd, held, put_away, shop, stall, stock
from tests.money.practice import all_well, choose, payment_of, texts, told
from tests.races.hands import replica
from tests.rig import HOSTILE, Cast, Rig

GONE = "not offered here, or not any more"


async def drafts(rig: Rig) -> list[tuple[str, str, int]]:
    columns = (requests.c.public_id, requests.c.state, requests.c.price)
    return [(one[0], one[1], one[2]) for one in await rig.rows(select(*columns).order_by(requests.c.id))]


async def pay_newest(rig: Rig) -> None:
    await rig.pay(rig.paystack.transactions[-1].reference)


async def choose_first(rig: Rig, phone: Phone) -> None:
    for _ in range(2):
        await rig.press(phone, phone.last.labels[0])


async def clients_of(rig: Rig, cast: Cast) -> list[str]:
    page = await rig.read(lambda uow: uow.clients.page(cast.dietitian.id, number=0, size=9))
    return [one.name for one in page.items]


async def test_a_session_is_booked_without_a_request(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    before = len(texts(cast.ada))
    await rig.say(cast.amina, "/book")
    await rig.press(cast.amina, "First consultation")
    assert "Choose a day" in cast.amina.last.text
    await choose_first(rig, cast.amina)
    assert cast.amina.url_of("Pay ₦12,500.00")
    assert len(texts(cast.ada)) == before
    assert await clients_of(rig, cast) == []
    await pay_newest(rig)
    assert told(cast.amina, "Your booking is confirmed\n") == 1
    assert told(cast.ada, "Booking confirmed") == 1
    assert await clients_of(rig, cast) == ["Amina Bello"]
    stored = (await drafts(rig))[0]
    assert stored[1] == "approved"
    await rig.press_data(cast.ada, f"v1:{Verb.SHOW}:{stored[0]}::0")
    assert "Request for Amina Bello" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_a_plan_is_bought_without_a_request(rig: Rig) -> None:
    cast, _, plan = await shop(rig)
    before = len(texts(cast.ada))
    await rig.say(cast.amina, "/buy")
    assert "Seven days with a list of what to buy\nReady within 5 days" in cast.amina.last.text
    await rig.press(cast.amina, "Weekly plan")
    assert cast.amina.url_of("Pay ₦15,000.00")
    assert len(texts(cast.ada)) == before
    await pay_newest(rig)
    assert told(cast.ada, "has paid for Weekly plan") == 1
    assert await clients_of(rig, cast) == ["Amina Bello"]
    request = (await rig.read(lambda uow: uow.requests.card(_newest(uow)))).request
    assert (request.origin, request.service_id, request.promised_days) == (Origin.CLIENT, plan.id, 5)
    waiting = await rig.read(lambda uow: uow.plans.of_request(request.id))
    assert waiting.promised_at == promised(rig.clock.now(), 5, "Africa/Lagos")
    await all_well(rig, cast.ada, cast.amina)


def _newest(uow: UnitOfWork) -> str:
    public_id: str = uow.connection.execute(  # type: ignore[attr-defined]
        select(requests.c.public_id).order_by(requests.c.id.desc()).limit(1)
    ).scalar_one()
    return public_id


async def test_the_only_dietitian_is_not_asked_for(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.say(cast.amina, "/book")
    assert cast.amina.last.labels == ["First consultation · 45 min · ₦12,500.00", "🏠 Home"]


async def test_of_two_one_is_chosen_and_the_other_can_be_gone_back_to(rig: Rig) -> None:
    scene = await crowd(rig, "/book")
    assert scene.phone.last.labels[:2] == ["Dr Ada Obi", "Dr Number 00"]
    await rig.press(scene.phone, "Dr Number 00")
    assert "Follow-up 00" in scene.phone.last.text
    await rig.press(scene.phone, "Back")
    await rig.press(scene.phone, "Dr Ada Obi")
    assert "First consultation" in scene.phone.last.text


async def walk(rig: Rig, phone: Phone) -> list[str]:
    """The labels of all pages, without those that every page has."""
    seen = [*phone.last.labels]
    while "›" in phone.last.labels:
        await rig.press(phone, "›")
        seen += phone.last.labels
    return [label for label in seen if label not in {"‹", "›", "🏠 Home", "← Back"}]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_sixty_dietitians_and_sixty_services_are_paged(rig: Rig) -> None:
    scene = await crowd(rig, "/book", number=60)
    assert len(set(await walk(rig, scene.phone))) == 60
    await rig.write(lambda uow: stock(uow, scene.cast.dietitian, SESSION, 59))
    await rig.press_data(scene.phone, f"v1:{Verb.BOOK}::0:0")
    await rig.press(scene.phone, "Dr Ada Obi")
    assert len(set(await walk(rig, scene.phone))) == 60
    await rig.press(scene.phone, "Follow-up 58")
    assert "Choose a day\nFollow-up 58" in scene.phone.last.text


@pytest.mark.parametrize("page", ["99999", "-1", "x", "9" * 40, "", "consultation.99999"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_page_that_there_is_not_shows_one_that_there_is(rig: Rig, page: str) -> None:
    scene = await crowd(rig, "/book", number=20)
    for data in (f"v1:book::{page}:0", f"v1:buy::{page}:0", f"v1:svs::{page}:0"):
        await rig.press_data(scene.phone, data)
    await rig.press_data(scene.phone, f"v1:shelf:{scene.cast.dietitian.public_id}:consultation.{page}:0"[:64])
    await rig.press_data(scene.phone, f"v1:shelf:{scene.cast.dietitian.public_id}:nothing.0:0")
    assert await rig.failed() == []


async def test_many_presses_begin_one_request(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    for words, label in (("/book", "First consultation"), ("/buy", "Weekly plan")):
        await rig.say(cast.amina, words)
        await cast.amina.press_many(label, 3)
        await rig.settled()
    assert len(await drafts(rig)) == 2
    assert len(rig.paystack.transactions) == 1
    assert await rig.failed() == []


async def test_two_programs_begin_one_request(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    async with replica(rig) as other:
        await asyncio.gather(
            *(
                TakeService(transactions=database, clock=rig.clock)(
                    person=cast.client, service=session.public_id
                )
                for database in (rig.database, other) * 4
            )
        )
    assert len(await drafts(rig)) == 1


@pytest.mark.parametrize("engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_without_the_lock_two_programs_would_begin_several(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, session, _ = await shop(rig)
    monkeypatch.setattr(SqlDietitians, "lock", SqlDietitians.get)
    async with replica(rig) as other:
        for _ in range(10):
            await asyncio.gather(
                *(
                    TakeService(transactions=database, clock=rig.clock)(
                        person=cast.client, service=session.public_id
                    )
                    for database in (rig.database, other) * 4
                )
            )
            if len(await drafts(rig)) > 1:
                return
            await rig.write(partial(_forget, client=cast.client, service=session))
    pytest.fail("the lock guards nothing")


def _forget(uow: UnitOfWork, client: Person, service: Service) -> None:
    draft = uow.requests.own_draft(client.id, service.id)
    assert draft is not None
    uow.requests.delete(draft.id)


async def test_what_was_begun_is_gone_on_with_until_its_terms_change(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    for _ in range(2):
        await rig.say(cast.amina, "/book")
        await rig.press(cast.amina, "First consultation")
        rig.clock.advance(timedelta(days=2))
    assert len(await drafts(rig)) == 1
    await rig.write(lambda uow: uow.services.save(replace(session, price=2_000_000)))
    await rig.say(cast.amina, "/book")
    await rig.press(cast.amina, "₦20,000.00")
    assert [price for _, _, price in await drafts(rig)] == [1_250_000, 2_000_000]


async def test_a_held_time_is_shown_again_instead_of_the_days(rig: Rig) -> None:
    scene = await held(rig)
    await rig.say(scene.phone, "/book")
    await rig.press(scene.phone, "First consultation")
    assert scene.phone.url_of("Pay ₦12,500.00")
    assert len(await drafts(rig)) == 1


async def test_two_phones_of_one_person_hold_one_time(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    bubbles = []
    for _ in range(2):
        await rig.say(cast.amina, "/book")
        await rig.press(cast.amina, "First consultation")
        await rig.press(cast.amina, cast.amina.last.labels[1])
        bubbles.append(cast.amina.last)
    presses = [(one.id, one.buttons[0][at].data or "") for at, one in enumerate(bubbles)]
    await rig.press_all(cast.amina, presses)
    states = [state for (state,) in await rig.rows(select(bookings.c.state))]
    assert states == ["pending"]
    assert len(await drafts(rig)) == 1
    assert await rig.failed() == []


def _archived(service: Service) -> Service:
    return replace(service, archived=True)


def _by_request(service: Service) -> Service:
    return replace(service, by_request_only=True)


@pytest.mark.parametrize("change", [_archived, _by_request])
@pytest.mark.parametrize("others", [True, False])
async def test_what_is_not_on_offer_cannot_be_taken_by_an_old_or_forged_button(
    rig: Rig, change: object, *, others: bool
) -> None:
    cast, session, _ = await shop(rig)
    if others:
        await rig.write(lambda uow: stock(uow, cast.dietitian, SESSION))
    await rig.say(cast.amina, "/book")
    await rig.write(lambda uow: uow.services.save(change(session)))  # type: ignore[operator]
    assert GONE in await rig.press(cast.amina, "First consultation")
    assert GONE in cast.amina.last.text
    assert ("Follow-up" in cast.amina.last.text) is others
    assert "First consultation" not in " ".join(cast.amina.last.labels)
    assert GONE in await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{session.public_id}::0")
    assert await drafts(rig) == []


async def test_a_dietitian_who_left_offers_nothing_by_an_old_button(rig: Rig) -> None:
    cast, session, plan = await shop(rig)
    await rig.write(put_away)
    for service in (session, plan):
        assert GONE in await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{service.public_id}::0")
    data = f"v1:{Verb.SHELF}:{cast.dietitian.public_id}:consultation.0:0"
    assert GONE in await rig.press_data(cast.amina, data)
    assert "Ask your dietitian to send you one" in cast.amina.last.text
    assert await drafts(rig) == []


async def test_what_there_never_was_is_refused(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    for data in (f"v1:{Verb.TAKE}:ZZZZZZZZZZ::0", f"v1:{Verb.TAKE}:::0", f"v1:{Verb.SHELF}:x:nothing.0:0"):
        assert await rig.press_data(cast.amina, data) == NOT_YOURS
    assert await drafts(rig) == []


async def test_the_notice_is_agreed_to_before_anything_is_taken(rig: Rig) -> None:
    cast, session, _ = await shop(rig, consented_at=None, consent_version=None)
    await rig.say(cast.amina, "/book")
    assert "Agree" in cast.amina.last.labels[0]
    await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{session.public_id}::0")
    assert await drafts(rig) == []


async def test_nobody_else_sees_what_was_begun(rig: Rig) -> None:
    scene = await held(rig)
    draft = (await drafts(rig))[0][0]
    before = await rig.dump("requests", "bookings", "payments")
    for verb in (
        Verb.SHOW,
        Verb.WITHDRAW,
        Verb.WITHDRAW_SURE,
        Verb.RENEW,
        Verb.SEND,
        Verb.DISCARD,
        Verb.BACK,
    ):
        assert await rig.press_data(scene.cast.ada, f"v1:{verb}:{draft}::1") == NOT_YOURS, verb
    for state in ("pending", "approved", "declined", "closed"):
        await rig.press_data(scene.cast.ada, f"v1:{Verb.SENT}::{state}.0:0")
        assert "None here" in scene.cast.ada.last.text
    _, phone = await rig.person(name="Tunde")
    for verb in (Verb.SHOW, Verb.DECLINE, Verb.DECLINE_SILENTLY, Verb.DAYS, Verb.PAY):
        assert await rig.press_data(phone, f"v1:{verb}:{draft}::1") == NOT_YOURS, verb
    assert await rig.dump("requests", "bookings", "payments") == before


async def test_cancelling_gives_the_time_free_and_tells_nobody(rig: Rig) -> None:
    scene = await held(rig)
    ada, amina = scene.cast.ada, scene.phone
    before = len(texts(ada))
    await rig.say(amina, "/requests")
    assert "a time is held for you; not paid yet" in amina.last.text
    await rig.press(amina, "Cancel")
    assert "type" not in amina.last.text.casefold()
    assert "Cancelled" in await rig.press(amina, "Yes, cancel it")
    assert [state for (state,) in await rig.rows(select(bookings.c.state))] == ["cancelled"]
    assert [state for _, state, _ in await drafts(rig)] == ["cancelled"]
    assert len(texts(ada)) == before
    await rig.press_data(ada, f"v1:{Verb.SENT}::closed.0:0")
    assert "None here" in ada.last.text


async def test_money_that_comes_after_the_cancelling_goes_back(rig: Rig) -> None:
    scene = await held(rig, "Cancel", "Cancel", "Yes, cancel it")
    reference = rig.paystack.transactions[-1].reference
    await rig.pay(reference)
    assert (await payment_of(rig, reference)).outcome == "refund"
    assert told(scene.phone, "refund") >= 1
    assert [state for _, state, _ in await drafts(rig)] == ["cancelled"]
    alert = next(one for one in reversed(scene.cast.ada.messages) if "arrived from Amina Bello" in one.text)
    assert alert.labels == ["🏠 Home"]  # what she never had cannot be opened
    await all_well(rig, scene.cast.ada, scene.phone)


async def test_a_plan_that_was_begun_is_cancelled_and_late_money_goes_back(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.say(cast.amina, "/buy")
    for label in ("Weekly plan", "Cancel", "Yes, cancel it"):
        await rig.press(cast.amina, label)
    await pay_newest(rig)
    reference = rig.paystack.transactions[-1].reference
    assert (await payment_of(rig, reference)).outcome == "refund"
    assert await clients_of(rig, cast) == []
    await all_well(rig, cast.ada, cast.amina)


async def test_a_lapsed_hold_says_cancel_where_the_client_began_it(rig: Rig) -> None:
    scene = await held(rig)
    await rig.pass_time(timedelta(minutes=36))
    assert "has expired" in scene.phone.last.text
    assert "✖️ Cancel" in scene.phone.last.labels
    assert "Decline" not in " ".join(scene.phone.last.labels)


async def test_a_dietitian_books_at_a_colleagues_and_never_at_their_own(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    colleague = await rig.write(lambda uow: stall(uow, "Dr Bisi Cole"))
    await rig.write(lambda uow: uow.people.save(replace(_of(uow, cast.ada), email="ada@example.com")))
    await rig.say(cast.ada, "/book")
    assert "Dr Bisi Cole" in cast.ada.last.text
    assert "First consultation" not in cast.ada.last.text
    assert GONE in await rig.press_data(cast.ada, f"v1:{Verb.TAKE}:{session.public_id}::0")
    await rig.press(cast.ada, "Follow-up 00")
    await choose_first(rig, cast.ada)
    await pay_newest(rig)
    assert told(cast.ada, "Your booking is confirmed\n") == 1
    await rig.say(cast.ada, "/start")
    await rig.press(cast.ada, "As a client")
    await rig.press(cast.ada, "Approved")
    assert "Dr Bisi Cole" in cast.ada.last.text
    page = await rig.read(lambda uow: uow.clients.page(colleague.id, number=0, size=9))
    assert [one.name for one in page.items] == ["Ada Obi"]


def _of(uow: UnitOfWork, phone: Phone) -> Person:
    person = uow.people.by_telegram_id(phone.user_id)
    assert person is not None
    return person


async def test_names_and_words_of_any_kind_are_shown_as_they_are(rig: Rig) -> None:
    cast, session, plan = await shop(rig)
    hostile = replace(session, title=HOSTILE, description=f"{HOSTILE}\n" * 900)

    def spoil(uow: UnitOfWork) -> None:
        uow.dietitians.save(replace(cast.dietitian, name=HOSTILE * 9))
        uow.services.save(hostile)
        uow.services.save(replace(plan, title="🌸 & <i>" * 99))
        for _ in range(9):
            stock(uow, cast.dietitian, SESSION, title=HOSTILE * 20, description="&<>" * 3000)

    await rig.write(spoil)
    await rig.say(cast.amina, "/book")
    assert f"{HOSTILE} · 45 min" in cast.amina.last.text
    assert HOSTILE in cast.amina.last.labels[0]
    for place in (cast.dietitian.public_id, session.public_id, plan.public_id):
        await rig.say(cast.amina, f"/start at-{place}")
        assert HOSTILE in cast.amina.last.text
    await rig.say(cast.amina, "/buy")
    await rig.write(lambda uow: stall(uow, "</b>" * 99))
    await rig.say(cast.amina, "/book")
    await rig.press(cast.amina, "</b></b></b>")
    assert "</b></b>" in cast.amina.last.text
    assert await rig.failed() == []


async def test_the_list_of_requests_has_what_was_begun_and_what_was_asked(rig: Rig) -> None:
    scene = await held(rig, "Cancel")
    cast, amina = scene.cast, scene.phone
    await rig.request(cast)
    await rig.say(amina, "/requests")
    assert "you began this; not paid yet" in amina.last.text
    assert "waiting for your answer" in amina.last.text
    assert amina.last.labels[:4] == ["✅ Approve 1", "✖️ Decline 1", "▶️ Continue 2", "✖️ Cancel 2"]
    await rig.press_data(amina, f"v1:{Verb.REQUESTS}::0:0")  # as older buttons carry it
    assert "✅ Approve 1" in amina.last.labels
    await rig.press(amina, "Continue 2")
    assert "Choose a day to go on" in amina.last.text


async def test_what_was_approved_leads_to_the_session_and_to_the_plan(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.say(cast.amina, "/buy")
    await rig.press(cast.amina, "Weekly plan")
    await pay_newest(rig)
    await rig.confirmed(cast)
    for phone, verb in ((cast.amina, Verb.REQUESTS), (cast.ada, Verb.SENT)):
        for number, words in (("1", "Reschedule"), ("2", "Weekly plan")):
            await rig.press_data(phone, f"v1:{verb}::approved.0:0")
            assert phone.last.labels[:2] == ["1", "2"]
            bubble = phone.last
            button = next(one for row in bubble.buttons for one in row if one.label == number)
            await rig.press_data(phone, button.data or "", message_id=bubble.id)
            assert words in phone.last.text + " ".join(phone.last.labels)
    assert await rig.failed() == []


async def test_start_leads_to_every_request_that_waits_whoever_began_it(rig: Rig) -> None:
    scene = await held(rig, "Cancel")
    await rig.say(scene.phone, "/start")
    assert "🗓 Book" in scene.phone.last.labels
    await rig.request(scene.cast)
    await rig.say(scene.phone, "/start")
    assert {"📨 Open the request", "▶️ Go on"} <= set(scene.phone.last.labels)
    assert "Begun and not paid" in scene.phone.last.text
    await rig.press(scene.phone, "My requests")
    assert "Your requests (2)" in scene.phone.last.text
    assert "waiting for your answer" in scene.phone.last.text
    assert "you began this; not paid yet" in scene.phone.last.text


async def test_an_older_payment_that_came_too_late_is_used_instead_of_a_second_one(rig: Rig) -> None:
    scene = await held(rig, "Change time")
    await choose(rig, scene.phone, 3, 0)
    reference = rig.paystack.transactions[-1].reference
    await rig.pass_time(timedelta(minutes=36))
    _, phone = await rig.person(name="Tunde Cole", email="tunde@example.com")
    await rig.say(phone, "/book")
    await rig.press(phone, "First consultation")
    await choose(rig, phone, 3, 0)
    await pay_newest(rig)
    await rig.pay(reference)
    await rig.say(scene.phone, "/book")
    await rig.press(scene.phone, "First consultation")
    assert "Your money is safe" in scene.phone.last.text
    await rig.press(scene.phone, "Choose another time")
    await choose_first(rig, scene.phone)
    assert told(scene.phone, "Your booking is confirmed\n") == 1
    assert (await payment_of(rig, reference)).outcome == "value"
    await all_well(rig, scene.phone, phone)


@pytest.mark.parametrize("words", ["/book", "/buy"])
async def test_where_nobody_offers_it_the_way_on_is_said(rig: Rig, words: str) -> None:
    cast, _, _ = await shop(rig)
    await rig.write(put_away)
    await rig.say(cast.amina, words)
    assert "Ask your dietitian to send you one" in cast.amina.last.text
