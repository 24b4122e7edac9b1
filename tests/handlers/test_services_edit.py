"""/services: adding one, changing it, its place, archiving it; and what none of that may touch."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain.model.service import Service, ServiceKind
from domain.ports import UnitOfWork
from domain.usecases.declare_practice import ApplyPractice, ReadPractice
from handlers.callbacks import Verb, parse
from handlers.router import NOT_YOURS
from tests.handlers.tour_offers import adding
from tests.handlers.tour_shop import PLAN, SESSION, offers, said, shop, stock
from tests.money.practice import all_well, told
from tests.rig import HOSTILE, Cast, Rig

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


async def everything(rig: Rig, cast: Cast) -> list[Service]:
    """Archived ones too, in their order."""
    found: list[Service] = await rig.read(lambda uow: uow.services.everything_of(cast.dietitian.id))
    return found


async def titled(rig: Rig, cast: Cast, title: str) -> Service:
    return next(one for one in await everything(rig, cast) if one.title == title)


async def order(rig: Rig, cast: Cast) -> list[str]:
    return [one.title for one in await everything(rig, cast) if not one.archived]


async def test_a_consultation_is_added_question_by_question(rig: Rig) -> None:
    scene = await adding(rig, "  Follow-up\ntalk ", "1h 15", "₦12.5k")
    ada = scene.phone
    assert "🗓 Consultation · Follow-up talk · 75 min · ₦12,500.00" in ada.last.text, "what was understood"
    await rig.say(ada, "We look at your diary.\nThen we plan.")
    assert "Your clients can have it now" in ada.last.text
    assert "Number 3 of 3" in ada.last.text
    made = await titled(rig, scene.cast, "Follow-up talk")
    assert (made.slug, made.kind, made.minutes, made.price) == ("follow-up-talk", SESSION, 75, 1_250_000)
    assert (made.description, made.promised_days) == ("We look at your diary.\nThen we plan.", None)
    assert (made.currency, made.by_request_only, made.archived) == ("NGN", False, False)
    await rig.say(scene.cast.amina, "/book")
    assert any("Follow-up talk" in label for label in scene.cast.amina.last.labels)
    await all_well(rig, ada, scene.cast.amina)


async def test_a_meal_plan_is_added_with_what_it_promises_and_no_length(rig: Rig) -> None:
    scene = await adding(rig, "Winter plan", "30,000", kind="Meal plan")
    await rig.press(scene.phone, "Skip")
    await rig.say(scene.phone, "2 weeks")
    made = await titled(rig, scene.cast, "Winter plan")
    assert (made.kind, made.minutes, made.promised_days, made.description) == (PLAN, None, 14, None)
    assert "Ready within 14 days" in scene.phone.last.text


@pytest.mark.parametrize(
    ("says", "wrong", "words", "right"),
    [
        ((), "🌸🌸", "For example: First consultation", "Talk"),
        ((), "x" * 4096, "For example: First consultation", HOSTILE),
        (("Talk",), "forever", "For example: 45", "45"),
        (("Talk",), "<b>45</b>", "For example: 45", "60 min"),
        (("Talk", "45"), "$100", "For example: 12,500", "N5k"),
        (("Talk", "45"), "السعر", "For example: 12,500", "١٢٥٠٠"),
        (("Talk", "45", "5000"), "x" * 1001, "1,001 characters", "Words"),
    ],
)
@ON_SQLITE
async def test_what_is_not_understood_is_said_with_an_example_and_asked_again(
    rig: Rig, says: tuple[str, ...], wrong: str, words: str, right: str
) -> None:
    scene = await adding(rig, *says)
    before = scene.phone.last.text
    assert words in await rig.say(scene.phone, wrong)
    assert before in scene.phone.last.text, "the question stays there with its buttons"
    assert "✖️ Cancel" in scene.phone.last.labels
    assert len(await everything(rig, scene.cast)) == 2
    assert await rig.say(scene.phone, right) != before
    assert "For example:" not in scene.phone.last.text
    assert await rig.failed() == []


async def test_back_asks_the_question_before_again(rig: Rig) -> None:
    scene = await adding(rig, "Talk", "45")
    await rig.press(scene.phone, "Back")
    assert "How long is it?" in scene.phone.last.text
    assert "45 min" not in scene.phone.last.text.split("How long")[0]
    await rig.press(scene.phone, "30 min")
    await rig.press(scene.phone, "Back")
    await rig.press(scene.phone, "Back")
    assert "What is it called?" in scene.phone.last.text
    await rig.press(scene.phone, "Back")
    assert "What kind is it?" in scene.phone.last.text
    assert len(await everything(rig, scene.cast)) == 2


async def test_leaving_half_way_leaves_nothing_behind(rig: Rig) -> None:
    scene = await adding(rig, "Talk")
    bubble = scene.phone.last
    preset = next(one.data for row in bubble.buttons for one in row if one.label == "30 min")
    await rig.press(scene.phone, "Cancel")
    assert "Your services (2)" in scene.phone.last.text
    await rig.say(scene.phone, "45")
    assert "I wasn't waiting" in scene.phone.last.text
    assert await rig.press_data(scene.phone, preset or "") == NOT_YOURS
    assert len(await everything(rig, scene.cast)) == 2


@ON_SQLITE
async def test_leaving_by_command_says_that_the_begun_service_is_forgotten(rig: Rig) -> None:
    scene = await adding(rig, "Talk", "45")
    assert "the service you had begun to add is forgotten" in await rig.say(scene.phone, "/cancel")
    assert "There is no open step" in await rig.say(scene.phone, "/cancel")
    assert len(await everything(rig, scene.cast)) == 2


async def test_an_answer_to_an_earlier_question_changes_nothing(rig: Rig) -> None:
    scene = await adding(rig, "Talk")
    bubble = scene.phone.last
    preset = next(one.data for row in bubble.buttons for one in row if one.label == "30 min")
    await rig.press(scene.phone, "60 min")
    await rig.press_data(scene.phone, preset or "", message_id=bubble.id)
    assert "60 min" in scene.phone.last.text
    assert "What does it cost" in scene.phone.last.text


async def test_three_presses_on_the_last_answer_add_one_service(rig: Rig) -> None:
    scene = await adding(rig, "Talk", "45", "5000")
    await scene.phone.press_many("Skip", 3)
    await rig.settled()
    assert [one.title for one in await everything(rig, scene.cast)].count("Talk") == 1
    assert "Your clients can have it now" in scene.phone.last.text


async def test_the_same_title_twice_has_a_name_of_its_own_in_the_practice_file(rig: Rig) -> None:
    scene = await adding(rig, "First consultation", "45", "5000")
    await rig.press(scene.phone, "Skip")
    await rig.press_data(scene.phone, f"v1:{Verb.ADD_OFFER}::consultation:0")
    for words in ("First Consultation!", "45", "5000"):
        await rig.say(scene.phone, words)
    await rig.press(scene.phone, "Skip")
    slugs = [one.slug for one in await everything(rig, scene.cast)]
    assert len(set(slugs)) == 4
    assert {"first-consultation", "first-consultation-2"} <= set(slugs)


@pytest.mark.parametrize(
    ("button", "says", "shown", "field", "value"),
    [
        ("Title", HOSTILE, f"The title is now {HOSTILE}.", "title", HOSTILE),
        ("Price", "₦20k", "The price is now ₦20,000.00.", "price", 2_000_000),
        ("Minutes", "90", "The length is now 90 min.", "minutes", 90),
        ("Description", "New\nwords", "The description is changed.", "description", "New\nwords"),
    ],
)
@ON_SQLITE
async def test_each_thing_about_a_session_is_typed_anew(
    rig: Rig, button: str, says: str, shown: str, field: str, value: Any
) -> None:
    scene = await offers(rig, "First consultation", button)
    assert "requests already sent keep the copy" in scene.phone.last.text
    assert shown in await rig.say(scene.phone, says)
    changed = next(one for one in await everything(rig, scene.cast) if one.id == scene.cast.service.id)
    assert changed == replace(scene.cast.service, **{field: value})
    await rig.say(scene.phone, "once more")
    assert "I wasn't waiting" in scene.phone.last.text


async def test_presets_and_removals_are_one_press(rig: Rig) -> None:
    scene = await offers(rig, "Weekly plan", "Days", "14 days")
    assert "What you promise is now 14 days." in scene.phone.last.text
    await rig.press(scene.phone, "Description")
    await rig.press(scene.phone, "No description")
    assert "The description is removed." in scene.phone.last.text
    plan = await titled(rig, scene.cast, "Weekly plan 00")
    assert (plan.promised_days, plan.description) == (14, None)


@pytest.mark.parametrize(
    "data",
    [
        "sves:{}:minutes.45",
        "sve:{}:minutes",
        "sves:{}:promised_days.91",
        "sves:{}:price.1",
        "sves:{}:",
        "sve:{}:slug",
    ],
)
@ON_SQLITE
async def test_a_forged_change_changes_nothing(rig: Rig, data: str) -> None:
    """A meal plan has no minutes, a promise has bounds, and a price is typed."""
    cast, _, plan = await shop(rig)
    before = await everything(rig, cast)
    assert await rig.press_data(cast.ada, f"v1:{data.format(plan.public_id)}:0")
    assert await everything(rig, cast) == before
    assert await rig.failed() == []


async def test_what_was_sent_keeps_its_copy(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    first = await rig.request(cast, price=session.price)
    await rig.say(cast.ada, "/services")
    for label, words in (("Price", "99,000"), ("Title", "Dearer"), ("Minutes", "120")):
        await rig.press_data(cast.ada, f"v1:{Verb.OFFER}:{session.public_id}::0")
        await rig.press(cast.ada, label)
        await rig.say(cast.ada, words)
    await rig.press_data(cast.amina, f"v1:show:{first.public_id}::1")
    assert "First consultation · 45 min · ₦12,500.00" in cast.amina.last.text
    await rig.say(cast.amina, "/book")
    assert "Dearer · 120 min · ₦99,000.00" in cast.amina.last.text


async def test_what_is_by_request_only_is_on_no_shelf_until_it_is_let_out_again(rig: Rig) -> None:
    scene = await offers(rig, "Weekly plan", "By request only")
    assert "By request only: clients do not see it" in scene.phone.last.text
    assert "🔗 Public link" not in scene.phone.last.labels
    await rig.say(scene.cast.amina, "/buy")
    assert "No meal plan can be had without a request" in scene.cast.amina.last.text
    await rig.press(scene.phone, "Let everybody take it")
    await rig.say(scene.cast.amina, "/buy")
    assert "Weekly plan 00" in scene.cast.amina.last.text


async def test_the_order_is_changed_one_place_at_a_time_or_to_the_front(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.write(lambda uow: stock(uow, cast.dietitian, SESSION, 3))
    await rig.say(cast.ada, "/services")
    await rig.press(cast.ada, "Follow-up 02")
    await rig.press(cast.ada, "Up")
    assert "Number 4 of 5" in cast.ada.last.text
    assert await order(rig, cast) == [
        "First consultation", "Weekly plan 00", "Follow-up 00", "Follow-up 02", "Follow-up 01",
    ]  # fmt: skip
    await rig.press(cast.ada, "First")
    assert (await order(rig, cast))[0] == "Follow-up 02"
    assert [label for label in cast.ada.last.labels if "Up" in label or "First" in label] == []
    await rig.press(cast.ada, "Down")
    assert (await order(rig, cast))[:2] == ["First consultation", "Follow-up 02"]
    await rig.say(cast.amina, "/book")
    assert "First consultation" in cast.amina.last.labels[0]


async def test_an_old_arrow_moves_nothing(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.write(lambda uow: stock(uow, cast.dietitian, SESSION, 3))
    await rig.say(cast.ada, "/services")
    await rig.press(cast.ada, "Follow-up 02")
    bubble = cast.ada.last
    up = next(one.data for row in bubble.buttons for one in row if "Up" in one.label) or ""
    await rig.press_data(cast.ada, up, message_id=bubble.id)
    once = await order(rig, cast)
    assert "changed meanwhile" in await rig.press_data(cast.ada, up, message_id=bubble.id)
    assert await order(rig, cast) == once
    await rig.press_data(cast.ada, up.replace(":2:", ":999999:").rpartition(":")[0] + ":3")
    assert (await order(rig, cast))[-1] == "Follow-up 01", "past the end is the end"


async def test_an_archived_service_is_gone_for_clients_and_what_was_sent_goes_on(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    request = await rig.request(cast)
    await rig.say(cast.ada, "/services")
    await rig.press(cast.ada, "First consultation")
    await rig.press(cast.ada, "Archive")
    assert "Requests already sent and what is paid" in cast.ada.last.text
    await rig.press(cast.ada, "Yes, archive it")
    assert "🗄 Archived" in cast.ada.last.text
    await rig.say(cast.amina, "/book")
    assert "No consultation can be had" in cast.amina.last.text
    assert "not here any more" in await rig.say(cast.amina, f"/start at-{session.public_id}")
    await rig.press_data(cast.amina, f"v1:{Verb.APPROVE}:{request.public_id}::1")
    assert "Choose a day" in cast.amina.last.text
    await rig.say(cast.ada, "/services")
    assert "Your services (1)" in cast.ada.last.text
    await all_well(rig, cast.ada, cast.amina)


async def test_an_archived_service_is_restored_as_it_was_at_the_end_of_the_list(rig: Rig) -> None:
    scene = await offers(rig, "First consultation", "Archive", "Yes, archive it", "Back")
    assert "Archived services (1)" in scene.phone.last.text
    await rig.press(scene.phone, "First consultation")
    await rig.press(scene.phone, "Restore")
    assert "Number 2 of 2" in scene.phone.last.text
    restored = next(one for one in await everything(rig, scene.cast) if one.id == scene.cast.service.id)
    assert restored == replace(scene.cast.service, position=restored.position)
    await rig.say(scene.phone, "/services")
    await rig.press(scene.phone, "Archived")
    assert "None." in scene.phone.last.text


async def test_an_archived_service_is_not_changed_by_an_old_button_or_a_late_answer(rig: Rig) -> None:
    scene = await offers(rig, "First consultation", "Price")
    service = scene.cast.service
    await rig.write(lambda uow: uow.services.save(replace(service, archived=True)))
    assert "moved on" in await rig.say(scene.phone, "1,000")
    for data in (
        f"{Verb.SET_OFFER}:{service.public_id}:minutes.30",
        f"{Verb.SHOW_OFFER}:{service.public_id}:asked",
    ):
        assert "moved on" in await rig.press_data(scene.phone, f"v1:{data}:0")
        assert any("Restore" in label for label in scene.phone.last.labels), "it is shown as it stands"
    kept = next(one for one in await everything(rig, scene.cast) if one.id == service.id)
    assert (kept.price, kept.minutes, kept.by_request_only) == (service.price, service.minutes, False)


@ON_SQLITE
async def test_two_hundred_services_are_paged_and_back_leads_to_the_page(rig: Rig) -> None:
    cast, _, _ = await shop(rig)
    await rig.write(lambda uow: stock(uow, cast.dietitian, SESSION, 198))
    await rig.press_data(cast.ada, f"v1:{Verb.OFFERS}::20:0")
    assert "Your services (200) · page 21 of 25" in cast.ada.last.text
    title = cast.ada.last.labels[0]
    await rig.press(cast.ada, title)
    assert "Number 161 of 200" in cast.ada.last.text
    await rig.press(cast.ada, "Back")
    assert title in cast.ada.last.labels


async def test_title_edits_leave_the_practice_files_name_alone(rig: Rig) -> None:
    """What was changed in the chat is exported, and applying that changes nothing."""
    scene = await offers(rig, "First consultation", "Title")
    await rig.say(scene.phone, "Another name altogether")
    await rig.press(scene.phone, "▼ Down")
    before = await everything(rig, scene.cast)
    assert next(one for one in before if one.id == scene.cast.service.id).slug == scene.cast.service.slug
    practice = await ReadPractice(transactions=rig.database)()
    await ApplyPractice(transactions=rig.database, clock=rig.clock, currency="NGN")(practice)
    after = await everything(rig, scene.cast)
    assert [replace(one, position=0) for one in after] == [replace(one, position=0) for one in before]


async def test_nobody_else_changes_what_somebody_offers(rig: Rig) -> None:
    cast, session, _ = await shop(rig)
    other = await rig.cast()
    before = await everything(rig, cast)
    verbs = (
        (Verb.EDIT_OFFER, "price"), (Verb.SET_OFFER, "minutes.30"), (Verb.SHOW_OFFER, "asked"),
        (Verb.PLACE_OFFER, "1"), (Verb.ARCHIVE_OFFER, ""), (Verb.ARCHIVE_OFFER_SURE, ""),
        (Verb.RESTORE_OFFER, ""), (Verb.ADD_OFFER_ANSWER, "minutes.30"), (Verb.ADD_OFFER_BACK, "title"),
    )  # fmt: skip
    for phone in (cast.amina, other.ada):
        for verb, argument in verbs:
            words = await rig.press_data(phone, f"v1:{verb}:{session.public_id}:{argument}:0")
            assert words == NOT_YOURS, verb
    assert await rig.press_data(cast.amina, f"v1:{Verb.ADD_OFFER}::consultation:0") == NOT_YOURS
    assert await everything(rig, cast) == before


async def test_a_dietitian_who_offers_nothing_is_led_to_the_first_service(rig: Rig) -> None:
    cast, session, plan = await shop(rig)
    for service in (session, plan):
        await rig.write(partial(_put_away, service=service))
    for command in ("/services", "/request"):
        await rig.say(cast.ada, command)
        assert "➕ Add a service" in cast.ada.last.labels
    await rig.press(cast.ada, "Add a service")
    assert [label for label in cast.ada.last.labels if "Consultation" in label or "Meal plan" in label]


def _put_away(uow: UnitOfWork, service: Service) -> None:
    uow.services.save(replace(service, archived=True))


async def test_every_button_of_a_card_names_the_service(rig: Rig) -> None:
    scene = await said(rig, "/services", "Weekly plan", by_dietitian=True)
    presses = [parse(one.data) for row in scene.phone.last.buttons for one in row if one.data]
    plan = await titled(rig, scene.cast, "Weekly plan 00")
    assert plan.kind is ServiceKind.MEAL_PLAN
    assert {one.subject for one in presses if one.verb not in {Verb.OFFERS, Verb.HOME}} == {plan.public_id}
    assert told(scene.phone, "Ready within 5 days") == 1
