"""A meal plan from the request to the PDF in the client's chat, on both engines."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfWriter
from sqlalchemy import select

from domain.model.plan import PlanState
from domain.model.service import Service, ServiceKind
from domain.model.views import PlanCard
from domain.ports import UnitOfWork
from domain.usecases.approving import know_client
from handlers.screens.mealplans import day_of
from sandbox.faults import Fault, FaultKind
from sandbox.telegram.phone import Phone
from storage.tables import outbox
from tests.rig import ADMIN, Cast, Rig, newest_bubble

NOTE = "Start on Monday & drink water <3"


def pdf(pages: int = 1, *, title: str = "plan") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": title})
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _plan_service(uow: UnitOfWork, cast: Cast, fields: dict[str, Any]) -> Service:
    given: dict[str, Any] = {
        "public_id": f"P{cast.dietitian.id}",
        "dietitian_id": cast.dietitian.id,
        "slug": "four-weeks",
        "kind": ServiceKind.MEAL_PLAN,
        "title": "Four-week plan",
        "minutes": None,
        "price": 2_500_000,
        "currency": "NGN",
        "promised_days": 6,
    }
    return uow.services.add(Service(**{**given, **fields}))


async def plan_service(rig: Rig, cast: Cast, **fields: Any) -> Service:
    service: Service = await rig.write(lambda uow: _plan_service(uow, cast, fields))
    return service


async def asked(rig: Rig, cast: Cast, **fields: Any) -> str:
    """The request's public id; its screen is in the client's chat."""
    service = await plan_service(rig, cast)
    request = await rig.consultation(
        cast,
        kind=ServiceKind.MEAL_PLAN,
        service_id=service.id,
        title=service.title,
        minutes=None,
        price=service.price,
        promised_days=6,
        **fields,
    )
    return request.public_id


async def paid(rig: Rig, cast: Cast, **fields: Any) -> str:
    public_id = await asked(rig, cast, **fields)
    await rig.press(cast.amina, "Approve")
    assert cast.amina.url_of("Pay")
    card = await rig.read(lambda uow: uow.requests.card(public_id))
    await rig.pay((await rig.references(card.request))[0])
    return public_id


async def uploaded(rig: Rig, cast: Cast, content: bytes, *, caption: str | None = NOTE) -> None:
    await rig.say(cast.ada, "/plans")
    await rig.press(cast.ada, "Upload")
    assert "send the pdf" in cast.ada.last.text.lower()
    await cast.ada.send_document("whatever.pdf", content, caption)
    await rig.settled()


async def test_a_note_is_measured_as_telegram_measures_it(rig: Rig) -> None:
    """Else the client's message would be refused for good."""
    cast = await rig.cast(email="amina@example.com")
    await paid(rig, cast)
    await uploaded(rig, cast, pdf(), caption="🥗" * 400)
    assert "Your note has 800 characters" in cast.ada.last.text


async def sent(rig: Rig, cast: Cast, content: bytes) -> None:
    await uploaded(rig, cast, content)
    await rig.press(cast.ada, "Confirm")


def documents(phone: Phone) -> list[bytes]:
    return [one.document.bytes for one in phone.messages if not one.mine and one.document is not None]


async def state_of(rig: Rig, public_id: str) -> PlanState:
    shown = await rig.read(lambda uow: uow.plans.card(public_id))
    state: PlanState = shown.plan.state
    return state


@pytest.fixture
async def cast(rig: Rig) -> Cast:
    return await rig.cast(email="amina@example.com")


async def test_a_plan_is_asked_for_paid_sent_and_received(rig: Rig, cast: Cast) -> None:
    public_id = await asked(rig, cast)
    assert "meal plan request" in cast.amina.last.text
    await rig.press(cast.amina, "Approve")
    summary = cast.amina.last.text
    assert "₦25,000.00" in summary
    assert "within 6 days" in summary
    card = await rig.read(lambda uow: uow.requests.card(public_id))
    await rig.pay((await rig.references(card.request))[0])
    assert "paid" in cast.ada.last.text
    assert await state_of(rig, public_id) is PlanState.WAITING
    assert "being prepared" in await rig.say(cast.amina, "/mealplans")
    content = pdf(3)
    await uploaded(rig, cast, content)
    preview = cast.ada.last
    assert preview.photo is not None
    for word in ("Amina Bello", "whatever.pdf", "3 pages", "Meal plan – Amina Bello – "):
        assert word in preview.text
    assert documents(cast.amina) == []
    await rig.press(cast.ada, "Confirm")
    assert documents(cast.amina) == [content]
    received = next(one for one in cast.amina.messages if one.document is not None)
    assert received.document is not None
    # Telegram itself puts a space where a dash stands in a file's name
    assert received.document.name.startswith("Meal plan   Amina Bello   20")
    assert received.document.name.endswith(".pdf")
    assert NOTE in received.text
    assert "Dr Ada Obi" in received.text
    assert await state_of(rig, public_id) is PlanState.RECEIVED
    assert "has received the plan" in cast.ada.last.text
    assert await rig.failed() == []


async def test_confirm_pressed_many_times_sends_one(rig: Rig, cast: Cast) -> None:
    await paid(rig, cast)
    await uploaded(rig, cast, pdf())
    bubble = newest_bubble(cast.ada)
    data = next(button.data for row in cast.ada.last.buttons for button in row if "Confirm" in button.label)
    assert data is not None
    await rig.press_all(cast.ada, [(bubble, data)] * 3)
    assert len(documents(cast.amina)) == 1


async def test_a_new_version_is_marked_and_the_old_one_kept(rig: Rig, cast: Cast) -> None:
    public_id = await paid(rig, cast)
    first, second = pdf(1), pdf(2)
    await sent(rig, cast, first)
    await rig.press_data(cast.ada, f"v1:pl:{public_id}::1")
    await rig.press(cast.ada, "new version")
    await cast.ada.send_document("v2.pdf", second)
    await rig.settled()
    assert "version 2" in cast.ada.last.text
    await rig.press(cast.ada, "Confirm")
    assert documents(cast.amina) == [first, second]
    newest = [one for one in cast.amina.messages if one.document is not None][-1]
    assert "New version (2)" in newest.text
    await rig.press_data(cast.amina, f"v1:mpr:{public_id}:1:1")
    assert documents(cast.amina) == [first, second, first]


async def test_it_is_sent_again_by_handle_and_by_its_bytes_where_that_is_refused(
    rig: Rig, cast: Cast
) -> None:
    public_id = await paid(rig, cast)
    content = pdf()
    await sent(rig, cast, content)
    await rig.press_data(cast.amina, f"v1:mpr:{public_id}:1:1")
    assert documents(cast.amina) == [content, content]
    rig.telegram.world.files._by_id.clear()  # as if Telegram had forgotten it
    await rig.pass_time(timedelta(minutes=2))
    await rig.press_data(cast.amina, f"v1:mpr:{public_id}:1:1")
    assert documents(cast.amina) == [content, content, content]


async def test_a_pdf_out_of_the_blue_asks_whose_it_is(rig: Rig, cast: Cast) -> None:
    await paid(rig, cast)
    content = pdf(2)
    await cast.ada.send_document("blue.pdf", content, "For you")
    await rig.settled()
    assert "Whose plan is this?" in cast.ada.last.text
    assert documents(cast.amina) == []
    await rig.press(cast.ada, "Amina Bello")
    assert "Press" not in cast.amina.last.text
    await rig.press(cast.ada, "Confirm")
    assert documents(cast.amina) == [content]
    assert "For you" in cast.amina.messages[-1].text


async def test_two_clients_waiting_are_never_swapped(rig: Rig) -> None:
    cast = await rig.cast(email="amina@example.com")
    first = await paid(rig, cast)
    other, bola = await rig.person(name="Bọ́lá", email="bola@example.com")
    second_cast = Cast(dietitian=cast.dietitian, service=cast.service, client=other, ada=cast.ada, amina=bola)
    request = await rig.consultation(
        second_cast, kind=ServiceKind.MEAL_PLAN, title="Plan", minutes=None, service_id=cast.service.id
    )
    await rig.press(bola, "Approve")
    await rig.pay((await rig.references(request))[0])
    for_amina, for_bola = pdf(1), pdf(2)
    await rig.press_data(cast.ada, f"v1:plup:{first}::1")
    await cast.ada.send_document("a.pdf", for_amina)
    await rig.settled()
    amina_preview = cast.ada.last
    await rig.press_data(cast.ada, f"v1:plup:{request.public_id}::1")
    await cast.ada.send_document("b.pdf", for_bola)
    await rig.settled()
    bola_preview = cast.ada.last
    assert "Amina" in amina_preview.text
    assert "Bọ́lá" in bola_preview.text
    for bubble in (bola_preview, amina_preview):
        confirm = bubble.buttons[0][0].data
        assert confirm is not None
        await rig.press_data(cast.ada, confirm, message_id=bubble.id)
    assert documents(cast.amina) == [for_amina]
    assert documents(bola) == [for_bola]
    assert hashlib.sha256(for_amina).hexdigest() != hashlib.sha256(for_bola).hexdigest()


NO = {"ok": False, "error_code": 400, "description": "Bad Request: file must be non-empty"}


async def test_what_telegram_will_not_take_is_told_and_can_be_tried_again(rig: Rig, cast: Cast) -> None:
    public_id = await paid(rig, cast)
    refusal = Fault(match="sendDocument", kind=FaultKind.STATUS, status=400, body=NO, times=-1)
    rig.telegram.faults.plan(refusal)
    content = pdf()
    await sent(rig, cast, content)
    for pause in (timedelta(minutes=1), timedelta(minutes=6), timedelta(minutes=31)):
        await rig.pass_time(pause)
    assert "Telegram would not take the plan" in cast.ada.last.text
    assert documents(cast.amina) == []
    assert await state_of(rig, public_id) is PlanState.WAITING
    await rig.say(cast.amina, "/mealplans")
    assert "being prepared" in cast.amina.last.text
    assert not any("Open" in label for label in cast.amina.last.labels)
    assert await rig.press_data(cast.amina, f"v1:mpr:{public_id}:1:1") != "Here it comes."
    await rig.press_data(cast.ada, f"v1:pl:{public_id}::1")
    assert "does not have it" in cast.ada.last.text
    rig.telegram.faults.clear()
    await rig.press(cast.ada, "Try again")
    assert documents(cast.amina) == [content]
    assert await state_of(rig, public_id) is PlanState.RECEIVED
    await rig.press_data(cast.ada, f"v1:plrt:{public_id}::1")
    assert documents(cast.amina) == [content]
    assert await rig.failed() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_file_for_a_plan_that_was_cancelled_ends_the_waiting_for_it(rig: Rig, cast: Cast) -> None:
    public_id = await paid(rig, cast)
    await rig.press_data(cast.ada, f"v1:plup:{public_id}::1")
    await rig.press_data(cast.amina, f"v1:mp:{public_id}::1")
    await rig.press(cast.amina, "Cancel this plan")
    await rig.press(cast.amina, "Yes, cancel it")
    for words in ("moved on", "Nobody is waiting for a plan"):
        await cast.ada.send_document("plan.pdf", pdf())
        await rig.settled()
        assert words in cast.ada.last.text
    assert documents(cast.amina) == []


async def test_confirm_after_the_client_cancelled_says_so(rig: Rig, cast: Cast) -> None:
    public_id = await paid(rig, cast)
    await uploaded(rig, cast, pdf())
    confirm = cast.ada.last.buttons[0][0].data
    assert confirm is not None
    await rig.press_data(cast.amina, f"v1:mp:{public_id}::1")
    await rig.press(cast.amina, "Cancel this plan")
    await rig.press(cast.amina, "Yes, cancel it")
    assert "was cancelled, so nothing was sent" in await rig.press_data(cast.ada, confirm)
    assert documents(cast.amina) == []


async def test_an_older_preview_says_that_another_file_took_its_place(rig: Rig, cast: Cast) -> None:
    await paid(rig, cast)
    await uploaded(rig, cast, pdf(1))
    older = cast.ada.last
    await cast.ada.send_document("second.pdf", pdf(2))
    await rig.settled()
    confirm = older.buttons[0][0].data
    assert confirm is not None
    assert "took its place" in await rig.press_data(cast.ada, confirm, message_id=older.id)
    assert documents(cast.amina) == []


async def test_two_clients_of_one_name_are_told_apart(rig: Rig, cast: Cast) -> None:
    await paid(rig, cast)
    other, phone = await rig.person(name="Amina Bello", email="other@example.com")
    twin = Cast(dietitian=cast.dietitian, service=cast.service, client=other, ada=cast.ada, amina=phone)
    request = await rig.consultation(twin, kind=ServiceKind.MEAL_PLAN, title="Plan", minutes=None)
    await rig.press(phone, "Approve")
    await rig.pay((await rig.references(request))[0])
    await cast.ada.send_document("blue.pdf", pdf())
    await rig.settled()
    labels = [label for label in cast.ada.last.labels if "Amina Bello" in label]
    assert len(set(labels)) == len(labels) == 2
    await rig.press(cast.ada, "other@example.com")
    assert "other@example.com" in cast.ada.last.text


async def test_an_older_version_is_sent_again_as_what_it_is(rig: Rig, cast: Cast) -> None:
    public_id = await paid(rig, cast)
    await sent(rig, cast, pdf(1))
    await rig.press_data(cast.ada, f"v1:plup:{public_id}::1")
    await cast.ada.send_document("two.pdf", pdf(2))
    await rig.settled()
    await rig.press(cast.ada, "Confirm")
    await rig.press_data(cast.amina, f"v1:mpr:{public_id}:1:1")
    assert "An older version (1 of 2)" in [one for one in cast.amina.messages if one.document][-1].text


async def test_a_plan_that_telegram_refused_can_be_cancelled_and_then_goes_out_no_more(
    rig: Rig, cast: Cast
) -> None:
    public_id = await paid(rig, cast)
    rig.telegram.faults.plan(
        Fault(match="sendDocument", kind=FaultKind.STATUS, status=400, body=NO, times=-1)
    )
    await sent(rig, cast, pdf())
    for pause in (timedelta(minutes=1), timedelta(minutes=6), timedelta(minutes=31)):
        await rig.pass_time(pause)
    rig.telegram.faults.clear()
    await rig.press_data(cast.amina, f"v1:mp:{public_id}::1")
    await rig.press(cast.amina, "Cancel this plan")
    await rig.press(cast.amina, "Yes, cancel it")
    assert await state_of(rig, public_id) is PlanState.CANCELLED
    await rig.press_data(cast.ada, f"v1:plrt:{public_id}::1")
    assert "cancelled" in cast.ada.last.text
    assert not any("Try again" in label for label in cast.ada.last.labels)
    assert documents(cast.amina) == []
    assert await state_of(rig, public_id) is PlanState.CANCELLED


async def test_a_new_version_that_telegram_refuses_leaves_the_client_the_old_one(
    rig: Rig, cast: Cast
) -> None:
    public_id = await paid(rig, cast)
    await sent(rig, cast, pdf(1))
    rig.telegram.faults.plan(
        Fault(match="sendDocument", kind=FaultKind.STATUS, status=400, body=NO, times=-1)
    )
    await rig.press_data(cast.ada, f"v1:plup:{public_id}::1")
    await cast.ada.send_document("two.pdf", pdf(2))
    await rig.settled()
    await rig.press(cast.ada, "Confirm")
    for pause in (timedelta(minutes=1), timedelta(minutes=6), timedelta(minutes=31)):
        await rig.pass_time(pause)
    rig.telegram.faults.clear()
    await rig.press_data(cast.amina, f"v1:mp:{public_id}::1")
    assert "a new version could not be delivered" in cast.amina.last.text
    await rig.press(cast.amina, "Send it here again")
    assert documents(cast.amina) == [pdf(1), pdf(1)]


async def test_two_clients_of_one_name_are_told_apart_before_a_request_is_sent(rig: Rig, cast: Cast) -> None:
    """One paid and left an e-mail by that; of the other there is none."""
    await paid(rig, cast)
    other, phone = await rig.person(name="Amina Bello", email=None)
    twin = Cast(dietitian=cast.dietitian, service=cast.service, client=other, ada=cast.ada, amina=phone)
    request = await rig.request(twin)
    await rig.write(lambda uow: know_client(uow, request, other, rig.clock.now()))
    await rig.say(cast.ada, "/request")
    await rig.press(cast.ada, "Consultation")
    await rig.press(cast.ada, "First consultation")
    labels = {label for label in cast.ada.last.labels if "Amina Bello" in label}
    (number,) = labels - {f"Amina Bello · {cast.client.email}"}
    assert len(labels) == 2
    assert re.fullmatch(r"Amina Bello · #\d+", number)
    await rig.press(cast.ada, number)
    await rig.press(cast.ada, "Skip")
    assert f"Client: {number}" in cast.ada.last.text


async def test_a_plan_that_is_not_paid_yet_is_called_so(rig: Rig, cast: Cast) -> None:
    await asked(rig, cast)
    await rig.press(cast.amina, "Approve")
    await rig.say(cast.ada, "/requests")
    assert "approved by the client, not paid yet" in cast.ada.last.text


async def test_a_promise_nearer_than_the_terms_promises_no_full_refund(rig: Rig, cast: Cast) -> None:
    await rig.write(
        lambda uow: uow.dietitians.save(replace(uow.dietitians.get(cast.dietitian.id), free_hours=500))
    )
    await asked(rig, cast)
    await rig.press(cast.amina, "Approve")
    assert "less than 500 hours to the promised day" in cast.amina.last.text
    assert "for a full refund up to" not in cast.amina.last.text


async def test_the_admins_hear_of_a_late_plan_by_the_dietitians_day_and_the_row_names_nobody(
    rig: Rig, cast: Cast
) -> None:
    """The end of a day west of Greenwich is the next day by UTC; what stays of an alert must not name a client."""
    west = replace(cast.dietitian, timezone="America/New_York")
    await rig.write(lambda uow: uow.dietitians.save(west))
    shown = await rig.read(partial(_card, await paid(rig, cast)))
    await rig.pass_time(timedelta(days=8))
    (words,) = (one.text for one in rig.telegram.phone(ADMIN).messages if "A meal plan is late" in one.text)
    assert f"promised by: {day_of(shown.plan.promised_at, west.timezone)}" in words
    assert cast.client.name in words
    kept = await rig.rows(select(outbox.c.payload).where(outbox.c.key.like("alert:planlate:%")))
    assert len(kept) == 2
    assert cast.client.name not in str(kept)


def _card(public_id: str, uow: UnitOfWork) -> PlanCard:
    return uow.plans.card(public_id)
