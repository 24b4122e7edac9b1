"""Every button of every screen: two and three presses at once, and a press by somebody who copied it."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from operator import ne

import pytest
from sqlalchemy import select

from handlers.callbacks import Press, Verb, parse
from handlers.router import NOT_YOURS
from sandbox.telegram.phone import Phone
from sandbox.telegram.seen import Button, SeenMessage
from storage.tables import bookings, ledger, outbox, payments, refunds, requests
from tests.handlers import (
    tour,
    tour_attend,
    tour_back_office,
    tour_clients,
    tour_erasure,
    tour_google,
    tour_intake,
    tour_invites,
    tour_money,
    tour_offers,
    tour_plans,
    tour_privacy,
    tour_reminders,
    tour_shop,
    tour_stats,
    tour_waiting,
    tour_week,
)
from tests.handlers.tour import Scene, callbacks
from tests.rig import Rig, newest_bubble

SCREENS = tour.SCREENS | tour_money.SCREENS | tour_shop.SCREENS | tour_intake.SCREENS | tour_plans.SCREENS
SCREENS |= tour_google.SCREENS
SCREENS |= tour_invites.SCREENS | tour_offers.SCREENS | tour_stats.SCREENS
SCREENS |= tour_week.SCREENS
SCREENS |= tour_back_office.SCREENS
SCREENS |= tour_clients.SCREENS
SCREENS |= tour_waiting.SCREENS
SCREENS |= tour_attend.SCREENS
SCREENS |= tour_reminders.SCREENS
SCREENS |= tour_privacy.SCREENS
SCREENS |= tour_erasure.SCREENS
# what is new each time, however equal the story: names of records, secrets of links
_RANDOM = re.compile(
    r"RQ\d{8}|DD-[0-9a-f]{32}|(?<=start=)[\w-]+|(?<=Client )\d+|(?<=person:)\d+|\b[2-9A-HJ-NP-Z]{10}\b"
    r"|(?<=meet.google.com/)[a-z-]+|(?<=#)(?:\d+|\w{4})\b"
)
# these say something new each time, so the chat grows with every press
SPEAKING = {Verb.PICK, Verb.RENEW, Verb.RENEW_INVITE, Verb.DESK_LEDGER, Verb.PUBLIC_LINK, Verb.DESK_STATS,
            Verb.CALENDAR, Verb.WEEK_PICTURE, Verb.SHARE_PLACE, Verb.MY_DATA}  # fmt: skip
# after these the second press finds the record moved on, and shows where it stands now
MOVING = {
    Verb.SEND,
    Verb.DISCARD,
    Verb.CANCEL_BOOKING_SURE,
    Verb.MOVE_SURE,
    Verb.CANCEL_PLAN_SURE,
    Verb.TRY_AGAIN,
    Verb.SET_UP_CHOICE,
    Verb.ABSENT_SURE,
}
# the link, or the dietitians' messages, can be there by the second press: it shows that in the message pressed
MAKING = {Verb.GET_LINK, Verb.BROADCAST_SEND}
GO_HOME = {"offer", "e-mail question", "plan: preview"}
# where PostgreSQL decides: the screens whose buttons change records that others reach for too
ON_POSTGRES = (
    "welcome", "offer", "reason", "slots", "e-mail question", "pay", "expired", "client's e-mail", "review",
    "withdraw question", "unopened card", "disconnect question", "session without a link", "cancel question",
    "move question", "refund question", "account question", "desk: refund question", "desk: failed refund",
    "plan: cancel question", "meal plan: cancel question", "plan: preview",
    "intake: consent", "intake: second question", "intake: change an answer", "intake: delete question",
    "book: the only one", "buy: the only one", "taken: cancel question", "questions",
    "add a service: days", "service: session", "several: one chosen", "several: review", "template: to keep",
    "set-up: name", "set-up: days", "desk: suspend question", "desk: revoke question",
    "client: message", "client: block question", "week: a day", "time off: understood", "time off: clashes",
    "failures: one", "broadcast: preview", "late question", "hold ending", "session: over", "session: absent question",
    "privacy: leave question", "privacy: answers question", "privacy: e-mail notice",
    "waiting list: asked", "waiting list: a time is free",
    "deletion: question", "leaving: delete question",
)  # fmt: skip
CASES = [pytest.param("sqlite", name) for name in SCREENS] + [
    pytest.param("postgres", name, marks=pytest.mark.postgres) for name in ON_POSTGRES
]
# what a dietitian offers is there for everybody
FOR_ALL = {Verb.SHELF, Verb.TAKE}
Shown = tuple[str, list[list[str]]]


def shown(message: SeenMessage) -> Shown:
    return _RANDOM.sub("…", message.text), [
        [_RANDOM.sub("…", button.label) for button in row] for row in message.buttons
    ]


def chat(phone: Phone) -> list[Shown]:
    return [shown(message) for message in phone.messages if not message.mine]


def button_of(scene: Scene, number: int) -> tuple[Button, Press]:
    button = callbacks(scene.bubble)[number]
    assert button.data is not None
    return button, parse(button.data)


def different(scene: Scene) -> list[int]:
    """One button of each kind: of fourteen days the first."""
    verbs: dict[tuple[Verb, bool], int] = {}
    for number in range(len(callbacks(scene.bubble))):
        press = button_of(scene, number)[1]
        verbs.setdefault((press.verb, press.argument.isalpha()), number)
    return list(verbs.values())


async def counts(rig: Rig) -> Counter[str]:
    """How much there is of each kind, whatever it is called."""
    found: Counter[str] = Counter()
    for name in ("people", "clients", "links", "connections"):
        found[name] = len((await rig.dump(name))[name])
    for table in (requests, bookings, payments, refunds):
        found.update(f"{table.name} {state}" for (state,) in await rig.rows(select(table.c.state)))
    found.update(f"ledger {to}" for (to,) in await rig.rows(select(ledger.c.target)))
    found.update(f"outbox {key.partition(':')[0]}" for (key,) in await rig.rows(select(outbox.c.key)))
    return found


async def pressed(rig: Rig, name: str, number: int, times: int) -> tuple[list[Shown], Counter[str]]:
    """What the chat and the records have become after so many presses of this button at once."""
    await rig.write(tour_shop.put_away)
    scene = await SCREENS[name](rig)
    before = await counts(rig)
    bubble, (button, _) = scene.bubble, button_of(scene, number)
    answers = await asyncio.gather(*(scene.phone.press_button(bubble.id, button) for _ in range(times)))
    assert all(answer.answered for answer in answers)
    await rig.settled()
    assert scene.phone.unanswered_callbacks == []
    after = await counts(rig)
    after.subtract(before)
    return chat(scene.phone), Counter({kind: change for kind, change in after.items() if change})


@pytest.mark.parametrize(("engine_name", "name"), CASES, indirect=["engine_name"])
async def test_many_presses_at_once_do_what_one_does(rig: Rig, engine_name: str, name: str) -> None:
    scene = await SCREENS[name](rig)
    answered_anew = scene.bubble.photo is not None
    for number, (button, press) in [(number, button_of(scene, number)) for number in different(scene)]:
        if press.verb is Verb.HOME and name not in GO_HOME:
            continue  # the same way from everywhere
        once = await pressed(rig, name, number, 1)
        for times in (2, 3) if engine_name == "sqlite" else (3,):
            again = await pressed(rig, name, number, times)
            expected = once[1].copy()
            if press.verb is Verb.RENEW:
                expected["links"] = times  # a link each, all of them good
            assert again[1] == expected, (button.label, times)
            if press.verb in MAKING:
                assert sum(map(ne, again[0], once[0])) <= 1, (button.label, times)
                assert len(again[0]) == len(once[0]), (button.label, times)
            elif press.verb not in SPEAKING | MOVING and not answered_anew:  # as a photo is
                assert again[0] == once[0], (button.label, times)
    assert await rig.failed() == []


@pytest.mark.parametrize(("engine_name", "name"), CASES, indirect=["engine_name"])
async def test_a_copied_button_is_nothing_in_other_hands(rig: Rig, name: str) -> None:
    """The same words, whether the record is somebody else's or does not exist."""
    scene = await SCREENS[name](rig)
    others = await rig.cast(email="other@example.com")
    before = await rig.dump()
    for number in different(scene):
        button, press = button_of(scene, number)
        if not press.subject or press.verb in FOR_ALL or press.argument == "at":
            continue  # a way to their own lists, not to a record; or what is offered to everybody
        nowhere = replace(press, subject="ZZZZZZZZZZ")
        for phone in (others.amina, others.ada):
            at = newest_bubble(phone)
            theirs = await rig.press_data(phone, str(press), message_id=at), chat(phone)
            unknown = await rig.press_data(phone, str(nowhere), message_id=at), chat(phone)
            assert theirs == unknown, button.label
            if press.verb is not Verb.AGREE:
                assert theirs[0] == NOT_YOURS
    assert await rig.dump() == before
    assert await rig.failed() == []


@pytest.mark.timeout(600)  # every screen there is, which a busy machine draws out
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_tour_passes_every_button_there_is(rig: Rig) -> None:
    """A verb that no screen of the tour shows would be pressed by nobody here."""
    seen = set()
    for arrive in SCREENS.values():
        scene = await arrive(rig)
        seen |= {parse(button.data).verb for button in callbacks(scene.bubble) if button.data is not None}
    assert set(Verb) - seen == set()
