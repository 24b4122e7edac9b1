"""Whatever people type, send or press about health or money cannot be read in the database without the key."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from domain.model.step import StepKind
from handlers.callbacks import Verb
from storage.vault import FernetVault
from tests.handlers import (
    tour,
    tour_attend,
    tour_back_office,
    tour_clients,
    tour_google,
    tour_intake,
    tour_invites,
    tour_money,
    tour_offers,
    tour_plans,
    tour_waiting,
)
from tests.handlers.test_sealed_rows import files, places
from tests.handlers.tour import Scene
from tests.rig import ACCOUNT, ADMIN, Rig

Plant = Callable[[Rig], Awaitable[object]]
DAY = timedelta(days=1)


async def say(rig: Rig, scene: Scene, words: str, *labels: str) -> None:
    await rig.say(scene.phone, words)
    for label in labels:
        await rig.press(scene.phone, label)


async def request_message(rig: Rig) -> None:
    await say(rig, await tour.message(rig), "diabetes-in-request", "Send")
    await say(rig, await tour.message(rig), "diabetes-in-draft")


async def decline_reason(rig: Rig) -> None:
    await say(rig, await tour.reason(rig), "pregnant-so-declined")


async def template(rig: Rig) -> None:
    scene = await tour_offers.at_message(rig)
    await say(rig, scene, "keto-in-template")
    label = next(one for one in scene.phone.last.labels if "template" in one.casefold())
    await rig.press(scene.phone, label)


async def message_to_client(rig: Rig) -> None:
    await tour_clients.card(rig, "Message", typed="insulin-unsent")
    scene = await tour_clients.card(rig, "Message", typed="insulin-in-message")
    await rig.press(scene.phone, "Send")


async def notes(rig: Rig) -> None:
    await tour_clients.card(rig, "Write notes", typed="bulimia-in-notes")


async def search(rig: Rig) -> None:
    await tour_clients.found(rig, "celiac-in-search")


async def intake(rig: Rig) -> None:
    asked = await tour_intake.opened(rig, "Agree")
    await rig.say(asked.cast.amina, "hiv-in-answer")
    await rig.say(asked.cast.amina, "gout-in-answer")


async def plan_file(rig: Rig) -> None:
    asked = await tour_plans.paid(rig)
    await rig.press_data(asked.cast.ada, asked.data(Verb.UPLOAD, rev=1))
    await asked.cast.ada.send_document("renal-file.pdf", tour_plans.pdf(), "renal-caption")
    await rig.settled()
    await rig.press(asked.cast.ada, "Confirm")
    await asked.cast.amina.send_document("blood-panel.pdf", b"%PDF-1.7", "blood-caption")
    await rig.settled()


async def review(rig: Rig) -> None:
    session = await tour_attend.begun(rig, tour_attend.OVER)
    await rig.press_data(session.cast.ada, session.data(Verb.HELD))
    await rig.press(session.cast.amina, "3 ⭐")
    await rig.press(session.cast.amina, "Add a word")
    await rig.say(session.cast.amina, "anorexia-in-review")


async def time_off(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "➕ Time off")
    await rig.say(cast.ada, "Friday 2-5pm")
    await rig.press(cast.ada, "Reason")
    await rig.say(cast.ada, "chemo-unsaid")
    await rig.press(cast.ada, "Confirm")
    await rig.say(cast.ada, "/timeoff")
    await rig.press(cast.ada, "➕ Time off")
    await rig.say(cast.ada, "Saturday 2-5pm")
    await rig.press(cast.ada, "Reason")
    await rig.say(cast.ada, "chemo-waiting")


async def suspension(rig: Rig) -> None:
    scene = await tour_invites.desk(rig, "Dr Ada Obi", "Suspend")
    await rig.say(scene.phone, "dementia-of-dietitian")


async def broadcast(rig: Rig) -> None:
    await tour_back_office.written(rig, "Yes, send", words="lassa-in-broadcast")
    await tour_back_office.written(rig, words="lassa-in-draft")


async def account(rig: Rig) -> None:
    scene = await tour_money.needs_account(rig, "Choose the bank", "Zenith")
    await rig.say(scene.phone, "0123456789")


async def google(rig: Rig) -> None:
    await tour_google.card_of_one_that_closes(rig)


async def wish(rig: Rig) -> None:
    await tour_waiting.asked(rig, typed="dialysis-in-wish")


async def out_of_place(rig: Rig) -> None:
    """Where nothing of the kind was asked for."""
    cast = await rig.cast()
    for words in ("epilepsy-out-of-place", "/epilepsy_command", "/start epilepsy_payload"):
        await rig.say(cast.amina, words)
    await rig.press_data(cast.amina, "v1:zz:epilepsy-press")
    await cast.amina.send_document("epilepsy.pdf", b"%PDF-1.7", "epilepsy-caption")
    await rig.settled()
    await rig.paystack.send_event(
        {"event": "customeridentification.success", "data": {"id": 77, "reason": "epilepsy-in-event"}}
    )
    await rig.settled()


PLANTS: dict[Plant, tuple[str, ...]] = {
    request_message: ("diabetes-in-request", "diabetes-in-draft"),
    decline_reason: ("pregnant-so-declined",),
    template: ("keto-in-template",),
    message_to_client: ("insulin-unsent", "insulin-in-message"),
    notes: ("bulimia-in-notes",),
    search: ("celiac-in-search",),
    intake: ("hiv-in-answer", "gout-in-answer"),
    plan_file: ("renal-file.pdf", "renal-caption", "blood-panel.pdf", "blood-caption"),
    review: ("anorexia-in-review",),
    time_off: ("chemo-unsaid", "chemo-waiting"),
    suspension: ("dementia-of-dietitian",),
    broadcast: ("lassa-in-broadcast", "lassa-in-draft"),
    account: ("0123456789",),
    google: (),
    wish: ("dialysis-in-wish",),
    out_of_place: ("epilepsy",),
}
WORDS = tuple(word for words in PLANTS.values() for word in words)
LONG_TYPED = {  # the words that somebody can be asked for, by what is planted above
    StepKind.REQUEST_MESSAGE, StepKind.DECLINE_REASON, StepKind.ACCOUNT_NUMBER, StepKind.PLAN_FILE,
    StepKind.INTAKE_ANSWER, StepKind.SUSPEND_REASON, StepKind.TIME_OFF_REASON, StepKind.BROADCAST,
    StepKind.CLIENT_SEARCH, StepKind.CLIENT_NOTES, StepKind.CLIENT_MESSAGE, StepKind.REVIEW_WORDS,
    StepKind.WISH_HOURS,
}  # fmt: skip
MAY_BE_PLAIN = {
    "people.name": "lists are sorted by it, and it is found by it",
    "clients.name": "the same",
    "clients.sort_name": "the same; the index is on it",
    "requests.client_name": "the same",
    "invites.name": "the same",
    "dietitians.name": "a practice shows it to everybody",
    "services.title": "a practice shows it to everybody who asks",
    "services.description": "the same",
    "services.questions": "the same",
    "service_drafts.title": "the same",
    "requests.title": "copied from the service, the words are the practice's and not the client's",
    "requests.description": "the same",
    "intakes.questions": "the same; the answers are sealed",
    "people.email": "whom to write to; found by it",
    "clients.email": "the same",
    "requests.client_email": "the same",
    "payments.email": "Paystack has it too",
    "dietitians.email": "a practice shows it",
    "connections.account": "the Google account's address",
}
"""Names of people, addresses, and what a practice offers, each with the reason."""
ASKED_FOR = {  # names, addresses, what is offered, and what is understood or refused at once
    StepKind.CLIENT_NAME, StepKind.CLIENT_EMAIL, StepKind.SHARED_CLIENT, StepKind.INTAKE_QUESTION,
    StepKind.NEW_SERVICE, StepKind.SERVICE_FIELD, StepKind.INVITE_NAME, StepKind.SET_UP,
    StepKind.OPENING_TIMES, StepKind.BOOKING_RULE, StepKind.TIME_OFF, StepKind.PROFILE,
    StepKind.QUIET_HOURS, StepKind.EMAIL, StepKind.NAME, StepKind.TIMEZONE,
}  # fmt: skip


def test_every_question_is_thought_of() -> None:
    """Who adds one decides whether its answer is planted here or may stand in plain."""
    assert set(StepKind) == LONG_TYPED | ASKED_FOR
    assert not LONG_TYPED & ASKED_FOR


def whole_text(rig: Rig) -> str:
    """As SQLite itself would write it out."""
    path = Path(rig.settings.database_url.get_secret_value().partition("///")[2])
    connection = sqlite3.connect(path)
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


async def test_nothing_that_was_planted_stands_in_plain(rig: Rig, engine_name: str) -> None:
    for plant in PLANTS:
        await plant(rig)
    tokens = tuple(
        grant.refresh_token for grant in rig.google.tokens.grants if grant.refresh_token is not None
    )
    assert tokens
    words = (*WORDS, *tokens)
    found = await places(rig, words)
    assert {word: where for word, where in found.items() if where} == {}
    if engine_name == "sqlite":
        raw = files(rig)
        assert [word for word in words if word.encode() in raw] == []
        assert [word for word in words if word in whole_text(rig)] == []
    said = [message.text for phone in rig.telegram.known_phones for message in phone.messages]
    assert any(
        "diabetes-in-request" in text for text in said
    )  # they were taken in, and reached whom they should
    assert any("insulin-in-message" in text for text in said)
    assert any("lassa-in-broadcast" in text for text in said)
    failed = await rig.failed()
    assert failed == []


async def test_without_the_seal_each_of_them_is_found(rig: Rig) -> None:
    """The negative control: also where the words pass through the inbox alone."""
    with patch.object(FernetVault, "seal", lambda _, plain: plain):
        await request_message(rig)
        await template(rig)
        await time_off(rig)
        await notes(rig)
    found = await places(rig, WORDS)
    assert "requests.message" in found["diabetes-in-request"]
    assert "templates.text" in found["keto-in-template"]
    assert {"time_off.reason"} <= found["chemo-unsaid"]
    assert "steps.subject" in found["chemo-waiting"]
    assert "clients.sealed_notes" in found["bulimia-in-notes"]


async def test_names_and_what_is_offered_stand_where_it_was_decided_and_nowhere_else(rig: Rig) -> None:
    scene = await tour.client_name(rig)
    await rig.say(scene.phone, "Zainab Namedplainly")
    await rig.say(scene.phone, "addressed.plainly@example.com")
    await say(rig, scene, "ok", "Send")
    await tour_invites.desk(rig, "Invite a dietitian")
    await rig.say(rig.telegram.phone(ADMIN), "Dr Invitedplainly")
    await tour_google.card_of_one_that_closes(rig)
    found = await places(
        rig, ("Namedplainly", "addressed.plainly", "First consultation", "Invitedplainly", ACCOUNT)
    )
    assert {where for places_of in found.values() for where in places_of} <= set(MAY_BE_PLAIN)
    assert all(found.values())
