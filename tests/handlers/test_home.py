"""The home card: who somebody is here and what waits for them; the menus beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from telegram import BotCommandScopeChat

from bot.menus import ADMIN_COMMANDS, CLIENT_COMMANDS, DIETITIAN_COMMANDS, Menus
from domain.model.calendar import Connection, ConnectionState
from domain.model.overview import Overview
from domain.model.payment import MoneyOutcome, PaymentState
from domain.model.people import Dietitian, Person
from domain.model.plan import PlanState
from domain.ports import UnitOfWork
from domain.usecases.overview import LookAround
from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from storage.quick import QuickConnection
from tests.clock import MORNING
from tests.handlers import tour_invites as tour
from tests.handlers.tour_intake import plan as paid_plan
from tests.handlers.tour_shop import put_away, shop
from tests.money.practice import admin_of, booked, play, too_late
from tests.rig import ADMIN, Cast, Rig
from tests.storage import plan_seeds, seeds

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WAITS = "What waits for you"


async def home(rig: Rig, phone: Phone) -> str:
    return await rig.say(phone, "/start")


async def look(
    rig: Rig, person: Person, dietitian: Dietitian | None = None, *, admin: bool = False
) -> Overview:
    around = LookAround(transactions=rig.database, clock=rig.clock)
    return await around(person=person, dietitian=dietitian, admin=admin)


async def test_where_nothing_waits_the_card_says_nothing_of_it(rig: Rig) -> None:
    cast = await rig.cast()
    for phone in (cast.amina, cast.ada, await admin_of(rig)):
        assert WAITS not in await home(rig, phone)
    assert "Hello Amina Bello" in cast.amina.last.text


async def test_a_client_sees_the_request_that_waits(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.request(cast)
    assert "Dr Ada Obi sent you a consultation request: First consultation" in await home(rig, cast.amina)
    await rig.press(cast.amina, "Open the request")
    assert "✅ Approve" in cast.amina.last.labels
    await rig.request(cast)
    assert "2 requests wait for you" in await home(rig, cast.amina)
    await rig.press(cast.amina, "2 requests")
    assert "Your requests (2)" in cast.amina.last.text


async def test_what_a_client_began_is_no_request_that_waits(rig: Rig) -> None:
    """The newest of their own, for two days; those that a dietitian sent are counted without them."""
    cast, _, plan = await shop(rig)
    await rig.say(cast.amina, "/book")
    for label in ("First consultation", "Back", "Home"):
        await rig.press(cast.amina, label)
    assert "Begun and not paid: First consultation with Dr Ada Obi" in cast.amina.last.text
    rig.clock.advance(DAY)
    await rig.press_data(cast.amina, f"v1:{Verb.TAKE}:{plan.public_id}::0")
    words = await home(rig, cast.amina)
    assert f"Begun and not paid: {plan.title} with Dr Ada Obi" in words
    assert words.count("Begun and not paid") == 1
    assert "requests wait for you" not in words
    for number in (1, 2):
        await rig.request(cast)
        facts = (await look(rig, cast.client)).client
        assert (facts.requests, facts.begun is not None) == (number, True)
    words = await home(rig, cast.amina)
    assert "2 requests wait for you" in words
    assert f"Begun and not paid: {plan.title}" in words
    await rig.press(cast.amina, "Go on")
    assert cast.amina.url_of("Pay")
    rig.clock.advance(2 * DAY)
    assert "Begun and not paid" not in await home(rig, cast.amina)
    found = await rig.read(lambda uow: uow.requests.open_between(cast.dietitian.id, cast.client.id))
    assert len(found) == 4, "nothing of it is gone"


async def test_a_client_sees_until_when_a_time_is_kept(rig: Rig) -> None:
    cast = await play(rig)
    await rig.held(cast)
    words = await home(rig, cast.amina)
    assert "Kept for you until 09:35 (Africa/Lagos), not paid yet" in words
    assert "sent you a consultation request" not in words
    await rig.press(cast.amina, "Pay until 09:35")
    assert cast.amina.url_of("Pay ₦12,500.00")
    rig.clock.advance(timedelta(minutes=36))
    assert "Kept for you" not in await home(rig, cast.amina)
    assert "Begun and not paid: First consultation with Dr Ada Obi" in cast.amina.last.text


async def test_both_sides_see_their_next_meeting_with_its_link(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    assert "Your next meeting:" in await home(rig, cast.amina)
    assert cast.amina.url_of("Join") == "https://meet.example.com/ada"
    await rig.press(cast.amina, "See it")
    words = await home(rig, cast.ada)
    assert "None today. Next:" in words
    assert "Amina Bello" in words
    assert cast.ada.url_of("Join") == "https://meet.example.com/ada"


async def test_todays_meetings_are_those_of_the_dietitians_own_day(rig: Rig) -> None:
    cast = await rig.cast()
    auckland = replace(
        cast.dietitian, timezone="Pacific/Auckland"
    )  # 13 hours ahead: her day began at 11:00 UTC

    def book(uow: UnitOfWork) -> None:
        uow.dietitians.save(auckland)
        for start in (MORNING - 22 * HOUR, MORNING - 2 * HOUR, MORNING + 2 * HOUR, MORNING + 4 * HOUR):
            of = uow.requests.add(seeds.request(auckland.id, cast.client.id, state="approved"))
            uow.bookings.add(seeds.booking(of, start, state="confirmed", hold_until=None))

    await rig.write(book)
    found = await look(rig, cast.client, auckland)
    assert found.dietitian is not None
    assert found.dietitian.today == 2
    card = found.card(found.dietitian.meeting)
    assert card is not None
    assert card.booking is not None
    assert card.booking.start == MORNING + 2 * HOUR


async def test_money_that_waits_is_on_both_cards_and_on_the_admins(rig: Rig) -> None:
    cast, _, _ = await too_late(rig)
    assert "Your payment waits" in await home(rig, cast.amina)
    await rig.press(cast.amina, "Decide")
    assert "Choose another time" in "".join(cast.amina.last.labels)
    assert "1 payment is held" in await home(rig, cast.ada)
    admin = await admin_of(rig)
    assert "Admin: 1 payment needs a person" in await home(rig, admin)
    await rig.press(admin, "1 payment needs a person")
    assert "Money that needs a person (1)" in admin.last.text


async def test_plans_and_questions_are_on_the_cards(rig: Rig) -> None:
    asked = await paid_plan(rig)
    cast = asked.cast
    words = await home(rig, cast.amina)
    assert "Dr Ada Obi would like to know some things" in words
    assert "1 meal plan is on its way" in words
    await rig.press(cast.amina, "Answer")
    assert "1 meal plan waits for its PDF" in await home(rig, cast.ada)
    await rig.pass_time(30 * DAY)
    assert "1 meal plan is late" in await home(rig, cast.ada)
    await rig.press(cast.ada, "1 meal plan is late")
    assert "1 meal plan is late" in await home(rig, await admin_of(rig))
    await rig.write(lambda uow: _receive(uow, cast))
    words = await home(rig, cast.amina)
    assert "1 meal plan received" in words
    assert "would like to know" not in words


def _receive(uow: UnitOfWork, cast: Cast) -> None:
    for shown in uow.plans.page_for_client(cast.client.id, number=0, size=9).items:
        uow.plans.save(replace(shown.plan, state=PlanState.RECEIVED))


async def test_a_dietitian_sees_what_is_missing_and_that_google_is_lost(rig: Rig) -> None:
    cast = await rig.cast()
    connection = Connection(
        dietitian_id=cast.dietitian.id,
        state=ConnectionState.NEEDS_RECONNECT,
        account=None,
        sealed_token="",
        scopes="",
        connected_at=MORNING,
    )
    await rig.write(lambda uow: uow.connections.put(connection))
    await rig.request(cast)
    words = await home(rig, cast.ada)
    assert "Google no longer lets me in" in words
    assert "1 request is not answered yet" in words
    assert "missing" not in words
    bare = replace(cast.dietitian, email="", fallback_meeting_url=None, zone_is_guessed=True)

    def strip(uow: UnitOfWork) -> None:
        uow.dietitians.save(bare)
        uow.connections.remove(bare.id)
        uow.dietitians.set_hours(bare.id, ((),) * 7)
        uow.services.save(replace(cast.service, archived=True))

    await rig.write(strip)
    words = await home(rig, cast.ada)
    for part in ("e-mail", "time zone", "first service", "weekly hours", "meeting link"):
        assert f"Still missing: {part}" in words
        assert f"⚠️ Add your {part}" in cast.ada.last.labels


async def test_a_suspended_dietitian_reads_it_first(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.write(lambda uow: uow.dietitians.save(replace(cast.dietitian, suspended_at=rig.clock.now())))
    assert "⏸ Suspended by an admin, or as you asked to leave, since" in await home(rig, cast.ada)


async def test_somebody_may_be_client_dietitian_and_admin_at_once(rig: Rig) -> None:
    scene = await tour.own_link(rig)
    admin = scene.phone
    await rig.press(admin, "It is for me")
    await tour.answer(rig, admin, "[Sade]")
    person = await rig.read(lambda uow: uow.people.by_telegram_id(ADMIN))
    await rig.request(replace(scene.cast, client=person, amina=admin))
    await too_late(rig)
    words = await home(rig, admin)
    assert words.startswith("Sade")
    assert "Admin: 1 payment needs a person" in words
    assert "Still missing: e-mail" in words
    assert "Dr Ada Obi sent you a consultation request" in words
    assert "🛠 Admin desk" in admin.last.labels
    help_ = await rig.say(admin, "/help")
    assert "Your practice" in help_
    assert "/admin" in help_


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []
    execute = QuickConnection.execute

    def count(self: QuickConnection, statement: object, values: object = None) -> object:
        statements.append(str(statement))
        return execute(self, statement, values)  # type: ignore[arg-type]

    with patch.object(QuickConnection, "execute", count):
        yield statements


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_card_of_all_three_roles_takes_four_statements_however_much_there_is(rig: Rig) -> None:
    cast, _, _ = await shop(rig)

    def fill(uow: UnitOfWork, number: int) -> None:
        for at in range(number):
            asked = uow.requests.add(seeds.request(cast.dietitian.id, cast.client.id))
            uow.payments.add(
                seeds.payment(
                    asked, state=PaymentState.SUCCEEDED, outcome=MoneyOutcome.CREDIT, settled_at=MORNING
                )
            )
            of = uow.requests.add(seeds.request(cast.dietitian.id, cast.client.id, state="approved"))
            start = MORNING + (at + 2 * number) * DAY
            uow.bookings.add(seeds.booking(of, start, state="confirmed", hold_until=None))
            uow.intakes.add(plan_seeds.intake(of))
            owed = uow.requests.add(seeds.request(cast.dietitian.id, cast.client.id, state="approved"))
            uow.plans.add(plan_seeds.plan(owed))

    for number in (0, 1, 30):
        await rig.write(partial(fill, number=number))
        with counted() as statements:
            found = await look(rig, cast.client, cast.dietitian, admin=True)
        assert len(statements) == (4 if number else 3)
        assert found.client.requests == found.client.intakes == (31 if number == 30 else number)


async def test_a_forged_button_brings_the_card_too(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.request(cast)
    await rig.press_data(cast.amina, "nonsense")
    assert WAITS in cast.amina.last.text


async def menu(rig: Rig, telegram_id: int) -> list[str]:
    found = await rig.world.bot.get_my_commands(scope=BotCommandScopeChat(telegram_id))
    return [one.command for one in found]


async def test_menus_are_set_by_role_and_follow_it(rig: Rig) -> None:
    menus = Menus(bot=rig.world.bot, database=rig.database, admin_ids=frozenset({ADMIN, 77}))
    names = {
        who: [name for name, _ in commands]
        for who, commands in (
            ("client", CLIENT_COMMANDS),
            ("dietitian", DIETITIAN_COMMANDS),
            ("admin", ADMIN_COMMANDS),
        )
    }
    scene = await tour.newcomer(rig)
    await menus.tick()
    assert [one.command for one in await rig.world.bot.get_my_commands()] == names["client"]
    assert await menu(rig, scene.cast.ada.user_id) == names["dietitian"]
    assert await menu(rig, ADMIN) == names["client"] + names["admin"]
    assert "privacy" in names["client"]
    assert "privacy" in names["dietitian"]
    assert await menu(rig, scene.phone.user_id) == []
    await tour.answer(rig, scene.phone, tour.NAME)
    await menus.tick()
    assert await menu(rig, scene.phone.user_id) == names["dietitian"]
    await rig.write(put_away)
    await menus.tick()
    assert await menu(rig, scene.phone.user_id) == names["client"]
    with patch.object(type(rig.world.bot), "set_my_commands", side_effect=AssertionError):
        await menus.tick()  # nothing has changed: nothing is said
