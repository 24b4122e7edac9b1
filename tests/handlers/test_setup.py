"""A new dietitian's set-up: from the link to a practice that can be booked, left and gone on with at every step."""

import pytest
from sqlalchemy import select

from domain.model.people import Dietitian
from domain.model.service import Service, ServiceKind
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from storage.tables import outbox
from tests.handlers import tour_invites as tour
from tests.handlers.tour_invites import (
    ALL,
    EMAIL,
    KIND,
    MINUTES,
    NAME,
    PLAN,
    PRICE,
    TITLE,
    ZONE,
    answer,
    newcomer,
)
from tests.handlers.tour_shop import put_away
from tests.money.practice import admin_of, all_well, texts, told
from tests.rig import ADMIN, HOSTILE, Rig

ASKED = (
    "professional name", "e-mail is your practice", "time zone do you work", "first service", "title",
    "long is it", "cost", "weekly hours", "Where do you meet", "Your practice is set up",
)  # fmt: skip


async def practice_of(rig: Rig, phone: Phone) -> Dietitian:
    found = await rig.read(lambda uow: uow.dietitians.by_telegram_id(phone.user_id))
    assert found is not None
    return found  # type: ignore[no-any-return]


async def services_of(rig: Rig, phone: Phone) -> list[Service]:
    dietitian = await practice_of(rig, phone)
    found: list[Service] = await rig.read(lambda uow: uow.services.of(dietitian.id))
    return found


async def test_every_question_is_asked_once_and_the_practice_is_as_it_was_told(rig: Rig) -> None:
    phone = (await newcomer(rig)).phone
    for words, asked in zip((None, *ALL), ASKED, strict=True):
        if words is not None:
            await answer(rig, phone, words)
        assert asked in phone.last.text, phone.last.text
    dietitian = await practice_of(rig, phone)
    assert (dietitian.name, dietitian.email, dietitian.timezone) == ("Dr Bisi Ojo", EMAIL, "Africa/Lagos")
    assert dietitian.fallback_meeting_url == tour.ROOM
    (service,) = await services_of(rig, phone)
    assert (service.title, service.minutes, service.price) == (TITLE, 45, 1_250_000)
    hours = await rig.read(lambda uow: uow.dietitians.hours(dietitian.id))
    assert hours == (((540, 720), (780, 1020)),) * 5 + ((),) * 2
    assert await rig.failed() == []


async def test_what_was_set_up_by_chat_alone_is_booked_and_paid(rig: Rig) -> None:
    phone = (await newcomer(rig, *ALL)).phone
    client, amina = await rig.person(email="amina@example.com")
    await rig.say(amina, "/book")
    await answer(rig, amina, NAME, f"[{TITLE}]")
    for _ in range(2):
        await rig.press(amina, amina.last.labels[0])
    (service,) = await services_of(rig, phone)
    request = await rig.read(lambda uow: uow.requests.own_draft(client.id, service.id))
    await rig.pay((await rig.references(request))[0])
    assert told(phone, "Amina Bello")
    assert any(button.url == tour.ROOM for one in amina.messages for row in one.buttons for button in row)
    await all_well(rig, phone, amina)


async def test_a_plan_asks_for_its_days_and_not_for_minutes(rig: Rig) -> None:
    phone = (await newcomer(rig, *PLAN)).phone
    assert "is the plan ready" in phone.last.text
    await answer(rig, phone, "2 weeks")
    (service,) = await services_of(rig, phone)
    assert (service.kind, service.minutes, service.promised_days) == (ServiceKind.MEAL_PLAN, None, 14)
    assert service.price == 1_500_000
    assert "weekly hours" in phone.last.text


@pytest.mark.parametrize("place", range(1, len(ALL)))
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_it_can_be_left_and_gone_on_with_at_every_step(rig: Rig, place: int) -> None:
    phone = (await newcomer(rig, *ALL[:place])).phone
    await rig.say(phone, "/cancel")
    await rig.say(phone, "/start")
    assert "What waits for you" in phone.last.text
    await rig.press(phone, next(label for label in phone.last.labels if label.startswith(("⚠️", "🧭"))))
    assert ASKED[place] in phone.last.text
    await answer(rig, phone, *ALL[place:])
    assert "Your practice is set up" in phone.last.text
    (service,) = await services_of(rig, phone)
    assert service.title == TITLE
    await rig.say(phone, "/start")
    assert "missing" not in phone.last.text


async def test_what_is_missing_can_be_given_elsewhere_and_the_admin_hears_of_it_all_the_same(
    rig: Rig,
) -> None:
    phone = (await newcomer(rig, *ALL[: ALL.index(PRICE) + 1])).phone
    admin = await admin_of(rig)
    assert told(admin, "has completed the set-up") == 0
    await rig.say(phone, "/availability")
    await answer(rig, phone, "[Mon]", "[09:00–12:00, 13:00–17:00]")
    assert told(admin, "has completed the set-up") == 1
    await answer(rig, phone, "[Closed]", "[09:00–12:00, 13:00–17:00]")
    assert told(admin, "has completed the set-up") == 1


async def test_before_the_name_the_home_card_leads_back(rig: Rig) -> None:
    phone = (await newcomer(rig, "/start")).phone
    await rig.press(phone, "Go on with the set-up")
    assert ASKED[0] in phone.last.text


async def test_parts_can_be_told_in_another_order(rig: Rig) -> None:
    phone = (await newcomer(rig, NAME, "/start")).phone
    await rig.press(phone, "Add your weekly hours")
    await answer(rig, phone, "Sat 10-14")
    assert "✓ Hours: Sat 10:00–14:00" in phone.last.text
    assert ASKED[1] in phone.last.text
    await answer(rig, phone, "/start", "[Add your first service]", KIND, TITLE, "1h 30", PRICE)
    assert ASKED[1] in phone.last.text
    await answer(rig, phone, EMAIL, ZONE)
    assert ASKED[8] in phone.last.text
    assert told(await admin_of(rig), "has completed the set-up") == 1


async def test_back_leads_to_the_question_before_and_its_answer_replaces(rig: Rig) -> None:
    phone = (await newcomer(rig, NAME, EMAIL, ZONE, KIND, TITLE)).phone
    await answer(rig, phone, "[Back]")
    assert ASKED[4] in phone.last.text
    await answer(rig, phone, "Better title", MINUTES, "[Back]", "60", PRICE)
    (service,) = await services_of(rig, phone)
    assert (service.title, service.minutes) == ("Better title", 60)


async def test_another_kind_keeps_the_title(rig: Rig) -> None:
    phone = (await newcomer(rig, *ALL[:5], "[Back]", "[Back]", "[Meal plan]")).phone
    assert "cost" in phone.last.text
    assert f"🥗 Meal plan · {TITLE}" in phone.last.text


async def test_the_admin_who_invited_is_told_once(rig: Rig) -> None:
    phone = (await newcomer(rig, *ALL)).phone
    admin = rig.telegram.phone(ADMIN, first_name="Sade")
    assert told(admin, "Dr Bisi Ojo has completed the set-up") == 1
    done = await rig.rows(select(outbox.c.key).where(outbox.c.key.like("notice:setup:%")))
    await rig.press(admin, "Open")
    assert "E-mail: bisi@example.com" in admin.last.text
    dietitian = await practice_of(rig, phone)
    await rig.write(lambda uow: uow.dietitians.set_hours(dietitian.id, ((),) * 7))
    await rig.press_data(phone, f"v1:{Verb.SET_UP}:::0")
    await answer(rig, phone, "daily 9-17")
    assert await rig.rows(select(outbox.c.key).where(outbox.c.key.like("notice:setup:%"))) == done
    assert len(done) == 1


async def test_where_to_meet_may_be_left_out(rig: Rig) -> None:
    phone = (await newcomer(rig, *ALL[:-1], "[Skip]")).phone
    assert "Still missing is where you meet" in phone.last.text
    await rig.say(phone, "/start")
    await rig.press(phone, "Add your meeting link")
    assert ASKED[8] in phone.last.text
    await answer(rig, phone, "meet.example.com/bisi")
    assert (await practice_of(rig, phone)).fallback_meeting_url == "https://meet.example.com/bisi"


async def test_skipping_in_the_midst_does_not_leave_anything_out(rig: Rig) -> None:
    phone = (await newcomer(rig, NAME)).phone
    await rig.press_data(phone, f"v1:{Verb.SET_UP_CHOICE}::meeting.skip:0")
    assert ASKED[1] in phone.last.text


async def test_google_is_offered_and_counts_as_where_to_meet(rig: Rig) -> None:
    phone = (await newcomer(rig, *ALL[:-1])).phone
    await rig.press(phone, "Connect Google")
    assert phone.url_of("Connect")


async def test_old_buttons_change_nothing_that_was_finished(rig: Rig) -> None:
    phone = (await newcomer(rig, *ALL)).phone
    before = await rig.dump("dietitians", "services")
    for argument in (
        "hours.day", "zone.3", "kind.meal_plan", "minutes.30", "days.3", "name.person", "email.person", "price.1",
        "hours.never", "zone.99", "zone.999999", "kind.", "x.y", "", "minutes.1", "days.0", "title.x",
    ):  # fmt: skip
        await rig.press_data(phone, f"v1:{Verb.SET_UP_CHOICE}::{argument}:0")
        assert "Your practice is set up" in phone.last.text, argument
    for argument in ("hours", "zone.2", "service", "kind", "name", "nonsense", "meeting"):
        await rig.press_data(phone, f"v1:{Verb.SET_UP}::{argument}:0")
        assert "Your practice is set up" in phone.last.text
    assert await rig.dump("dietitians", "services") == before
    assert await rig.failed() == []


async def test_three_presses_at_once_make_one_service(rig: Rig) -> None:
    phone = (await newcomer(rig, *PLAN)).phone
    await phone.press_many("7 days", 3)
    await rig.settled()
    assert len(await services_of(rig, phone)) == 1
    phone = (await newcomer(rig)).phone
    await phone.press_many("Dr Bisi Ojo", 3)
    await rig.settled()
    assert (await practice_of(rig, phone)).name == "Dr Bisi Ojo"
    assert await rig.failed() == []


async def test_whom_the_practice_file_had_put_away_comes_back_with_all_they_had(rig: Rig) -> None:
    scene = await tour.invited(rig)
    ada = scene.cast.ada
    await rig.write(put_away)
    await ada.start(tour.payload_of(scene.phone))
    await rig.settled()
    await answer(rig, ada, "[Dr Bisi Ojo]")
    assert "Your practice is set up" in ada.last.text
    assert (await practice_of(rig, ada)).id == scene.cast.dietitian.id
    assert len(await services_of(rig, ada)) == 1


async def test_who_runs_a_declared_practice_is_asked_for_what_it_lacks(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.write(lambda uow: uow.dietitians.set_hours(cast.dietitian.id, ((),) * 7))
    await rig.say(cast.ada, "/start")
    await rig.press(cast.ada, "Add your weekly hours")
    await answer(rig, cast.ada, "Mon-Fri 9-5")
    assert "✓ Hours: Mon–Fri 09:00–17:00" in cast.ada.last.text
    assert "Your practice is set up" in cast.ada.last.text


STEPS = {
    "name": 0,
    "email": 1,
    "zone": 2,
    "kind": 3,
    "title": 4,
    "minutes": 5,
    "price": 6,
    "hours": 7,
    "meeting": 8,
}
UNDERSTOOD = [
    ("name", " Dr  Ada\nObi ", "✓ Dr Ada Obi"),
    ("name", HOSTILE, f"✓ {HOSTILE}"),
    ("name", "د. آدا", "✓ د. آدا"),
    ("email", "mailto:Ada@Example.com ", "✓ Ada@example.com"),
    ("zone", "new york", "✓ America/New_York"),
    ("zone", "AFRICA/accra", "✓ Africa/Accra"),
    ("kind", "a consultation please", "🗓 Consultation"),
    ("kind", "Meal plan", "🥗 Meal plan"),
    ("title", HOSTILE, f"✓ {HOSTILE}"),
    ("minutes", "1h 30", "✓ Length: 90 min"),
    ("price", "₦12.5k", "✓ Price: ₦12,500.00"),
    ("price", "12,500.00", "✓ Price: ₦12,500.00"),
    ("hours", "mon-fri 9-12, 1-5", "✓ Hours: Mon–Fri 09:00–12:00, 13:00–17:00"),
    ("meeting", "meet.example.com/ada", "✓ https://meet.example.com/ada"),
    ("meeting", " HTTPS://meet.example.com/a?b=c#d ", "✓ HTTPS://meet.example.com/a?b=c#d"),
]


@pytest.mark.parametrize(("step", "typed", "shown"), UNDERSTOOD)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_is_typed_is_understood_and_shown_back(
    rig: Rig, step: str, typed: str, shown: str
) -> None:
    phone = (await newcomer(rig, *ALL[: STEPS[step]])).phone
    assert shown in await rig.say(phone, typed)
    assert await rig.failed() == []


WRONG = {
    "name": ["\u200b", "x" * 4096],
    "email": ["ada", "ada@", "<b>@example.com", "x" * 4096, "🌸", "آدا"],
    "zone": ["Nowhere", "🌸", "x" * 4096, "../../etc/passwd", "<b>Lagos</b>", "لاغوس"],
    "kind": ["🌸", "something", "x" * 4096],
    "title": ["🌸", "x" * 4096, "\u202e"],
    "minutes": ["long", "0", "9999", "-5", "x" * 4096, HOSTILE],
    "price": ["free", "-1", "€5", "1.234.5", "x" * 4096, HOSTILE, "0"],
    "hours": ["always", "9-17", "mon closed", "x" * 4096, HOSTILE, "الاثنين"],
    "meeting": [
        "http://meet.example.com", "javascript:alert(1)", "https://", "https://localhost", "my room", "x" * 4096,
        "https://user:pw@example.com/", 'https://example.com/"><b>', "https://пример.com", "ftp://a.example",
        "https://example.com:99999/", "https://exa\u202emple.com",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("step", "typed"), [(step, one) for step, wrong in WRONG.items() for one in wrong])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_what_is_not_understood_gets_an_example_and_the_question_stays(
    rig: Rig, step: str, typed: str
) -> None:
    phone = (await newcomer(rig, *ALL[: STEPS[step]])).phone
    before = await rig.dump("dietitians", "services")
    words = await rig.say(phone, typed)
    assert "or example" in words, words
    assert await rig.dump("dietitians", "services") == before
    right = {
        "name": "Dr Bisi Ojo",
        "kind": "consultation",
        "zone": "Lagos",
        "minutes": "45",
        "hours": "daily 9-5",
    }
    await answer(rig, phone, right.get(step, ALL[STEPS[step]]))
    assert ASKED[STEPS[step] + 1] in phone.last.text
    assert len(texts(phone)) > 2
    assert await rig.failed() == []
