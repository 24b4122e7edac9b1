"""Plans that do not simply arrive: a closed chat, a promise that is not kept, a cancellation."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.model.plan import promised, reminders
from sandbox.faults import Fault, FaultKind
from sandbox.ports import free_port
from sandbox.stage import ADMIN, Stage
from sandbox.telegram import Phone
from tests.engines import ENGINES
from tests.faults.crowd import until
from tests.journeys.checks import assert_log_is_clean, quiet, rows
from tests.journeys.consultation import ARRIVES, Consultation, count, offers, press
from tests.journeys.plans import (
    DAYS,
    FIRST_CLIENT,
    KOBO,
    PRICE,
    STATES,
    MealPlan,
    deliver,
    plans_of,
    received,
    upload,
    waiting_plans,
)
from tests.journeys.staging import OpenStage

pytestmark = pytest.mark.processes
ZONE = "Africa/Lagos"


class Letterbox:
    """Keeps what is delivered."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.port = free_port()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


async def _sent_to_a_closed_chat(stage: Stage) -> MealPlan:
    await Consultation(stage=stage).go(ARRIVES)
    [on] = await waiting_plans(stage, ["Halima"])
    await on.client.block()
    await upload(on)
    await on.confirm()
    await on.ada.wait_for("Halima can't be reached in Telegram")
    assert plans_of(on.client) == []
    return on


_REACHABLE = f"SELECT 1 FROM people WHERE telegram_id = {FIRST_CLIENT} AND CAST(reachable AS int) = {{}}"


async def test_who_has_blocked_the_bot_gets_it_when_they_come_back(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        on = await _sent_to_a_closed_chat(stage)
        assert "Perhaps you can reach them otherwise" in on.ada.last.text
        await press(on.ada, "Details")
        await on.ada.wait_for("but your client can't be reached")
        away = Fault(match="sendDocument", kind=FaultKind.STATUS, status=503, times=-1)
        stage.telegram.faults.plan(away)
        for _ in range(2):  # they think it over, while Telegram stumbles
            await on.client.unblock()
            await until(partial(rows, stage, _REACHABLE.format(1)), bool)
            await on.client.block()
            await until(partial(rows, stage, _REACHABLE.format(0)), bool)
        await on.client.start()
        await on.client.wait_for_button("Help")
        stage.telegram.faults.clear()
        await on.client.wait_until(partial(received, on), timeout=20)
        await quiet(stage)
        assert plans_of(on.client) == [on.content]
        assert [state for (state,) in await rows(stage, STATES)] == ["received"]
        assert_log_is_clean(stage)


async def test_who_has_blocked_the_bot_gets_it_by_mail(open_stage: OpenStage, letterbox: Letterbox) -> None:
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{letterbox.port}", "MAIL_FROM": "desk@example.com"}
    async with open_stage(extra=mail) as stage:
        on = await _sent_to_a_closed_chat(stage)
        await on.ada.wait_for("Halima has received the plan")
        [letter] = letterbox.letters
        assert letter["To"] == on.email
        [attached] = letter.iter_attachments()
        assert attached.get_payload(decode=True) == on.content
        assert str(attached.get_filename()).startswith("Meal plan – Halima – 20")
        await on.ada.send("/plans")
        await on.ada.wait_for_button("Sent")
        await press(on.ada, "Sent")
        await on.ada.wait_for("received by e-mail")
        await on.client.unblock()
        await on.client.wait_until(lambda: plans_of(on.client) == [on.content])
        await quiet(stage)
        assert (len(letterbox.letters), count(on.ada, "has received")) == (1, 1)
        assert_log_is_clean(stage)


@pytest.mark.parametrize("engine_name", ENGINES)
async def test_time_goes_by_and_plans_are_cancelled_by_the_terms(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        admin = stage.telegram.phone(ADMIN, first_name="Sade")
        await admin.start()
        await admin.wait_for_button("Agree")
        await press(admin, "Agree")
        await Consultation(stage=stage).go(ARRIVES)
        early, hers, last_day, late, kept = await waiting_plans(
            stage, ["Early", "Hers", "Last", "Late", "Kept"]
        )
        await _cancel(early, early.client, "mp", f"you get {PRICE} of {PRICE} back")
        await _cancel(hers, hers.ada, "pl", f"gets all of it back: {PRICE}")
        end = promised(stage.clock.now(), DAYS, ZONE)
        due = reminders(stage.clock.now(), end, ZONE)
        _wait_until(stage, due["half"])
        await kept.ada.wait_for("Kept is waiting for Four-week meal plan; half of the time is over")
        _wait_until(stage, due["before"])
        await kept.ada.wait_for("Kept is waiting for Four-week meal plan; it is promised by tomorrow")
        _wait_until(stage, end - timedelta(hours=20))
        await _cancel(last_day, last_day.client, "mp", f"nothing of {PRICE} is refunded")
        _wait_until(stage, due["late"])
        await kept.ada.wait_for("Kept is waiting for Four-week meal plan; it was promised by")
        await kept.client.wait_for("Your plan is late")
        await admin.wait_for("A meal plan is late", count=2)
        await _cancel(late, late.client, "mp", f"you get {PRICE} of {PRICE} back")
        await admin.send("/admin")
        await admin.wait_for("Meal plans that are late: 1")
        await press(admin, "Late plans")
        assert "Kept" in (await admin.wait_for("Late meal plans (1)")).text
        await deliver(kept)
        await quiet(stage)
        back = {one.transaction.reference: one.amount for one in stage.paystack.refunds.all}
        assert back == {on.reference: KOBO for on in (early, hers, late)}
        for on in (early, hers, last_day):
            assert count(on.ada, f"{on.name} is waiting") == (2 if on is last_day else 0)
            assert count(on.client, "Your plan is late") == 0
        assert_log_is_clean(stage)


def _wait_until(stage: Stage, due: datetime) -> None:
    stage.clock.advance(due - stage.clock.now() + timedelta(minutes=2))


async def _cancel(on: MealPlan, who: Phone, card: str, words: str) -> None:
    """From the plan's own card; the terms are said before it is done."""
    await who.press_raw(who.last.id, f"v1:{card}:{on.public_id}::0")
    await who.wait_until(lambda: offers(who, "Cancel"))
    await press(who, "Cancel")
    await who.wait_for(words)
    await press(who, "Yes, cancel it")
    other = on.ada if who is on.client else on.client
    await other.wait_for("Cancelled by the")


async def test_who_was_away_for_a_week_hears_only_what_is_true_now(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await Consultation(stage=stage).go(ARRIVES)
        [on] = await waiting_plans(stage, ["Halima"])
        await quiet(stage)
        await stage.kill()
        stage.clock.advance(timedelta(days=9))
        await stage.start()
        await on.client.wait_for("Your plan is late")
        await on.ada.wait_for("it is late now")
        await quiet(stage)
        assert count(on.ada, "Reminder") == 1
        assert_log_is_clean(stage)
