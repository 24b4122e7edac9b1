"""Every button of every screen: by somebody who copied it, once, three times at once, and once more."""

import os
from dataclasses import replace
from operator import ne
from pathlib import Path

import pytest

from handlers.callbacks import Verb
from handlers.router import NOT_YOURS
from sandbox.telegram.seen import Button
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
from tests.handlers.visits import Told, Visit, buttons_of, chat, everything
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
    Verb.SEND_MESSAGE,
    Verb.DESK_REFUND_SURE,
    Verb.DESK_RETRY,
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


async def refuse_strangers(rig: Rig, visit: Visit) -> None:
    """The same words, whether the record is somebody else's or does not exist."""
    others = await rig.cast(email="other@example.com")
    before = await everything(rig)
    for button, press in map(visit.buttons.__getitem__, visit.different()):
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
    assert await everything(rig) == before
    await rig.write(lambda uow: uow.dietitians.save(replace(others.dietitian, active=False)))


def compare(button: Button, once: Told, again: Told, *, verb: Verb, anew: bool) -> None:
    """`again` are three presses at once."""
    more = {"links": 3} if verb is Verb.RENEW else {}  # a link each, all of them good
    assert again.grown == {**once.grown, **more}, button.label
    assert again.changed <= once.changed, button.label
    if verb in MAKING:
        assert sum(map(ne, again.chat, once.chat)) <= 1, button.label
        assert len(again.chat) == len(once.chat), button.label
    elif verb not in SPEAKING | MOVING and not anew:
        assert again.chat == once.chat, button.label


def compare_later(button: Button, again: Told, later: Told, *, verb: Verb, anew: bool) -> None:
    """One more press, lest it goes back and forth."""
    assert later.grown == ({"links": 1} if verb is Verb.RENEW else {}), button.label
    if verb not in SPEAKING | MOVING | MAKING and not anew:
        assert later.chat == again.chat, button.label


@pytest.fixture(scope="session")
def met(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for each screen with the verbs of its buttons, shared by all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "met"
    folder.mkdir(exist_ok=True)
    return folder


def file_of(name: str, met: Path) -> Path:
    return met / str(list(SCREENS).index(name))


@pytest.mark.parametrize(("engine_name", "name"), CASES, indirect=["engine_name"])
async def test_a_button_is_good_for_one_press_and_in_no_other_hands(rig: Rig, name: str, met: Path) -> None:
    """What only shows another screen is pressed again where it is; else this one is come to anew."""
    arrive = SCREENS[name]
    visit = await Visit.to(arrive, rig)
    file_of(name, met).write_text(" ".join(verb for verb, _ in visit.buttons))
    await refuse_strangers(rig, visit)
    anew, fresh = visit.bubble.photo is not None, True  # a photo is answered with a new message
    for place, (button, press) in [(place, visit.buttons[place]) for place in visit.different()]:
        if press.verb is Verb.HOME and name not in GO_HOME:
            continue  # the same way from everywhere
        visit = visit if fresh else await Visit.to(arrive, rig)
        once = await visit.press(place)
        fresh = not once.changed and not once.spoke
        visit = visit if fresh else await Visit.to(arrive, rig)
        again = await visit.press(place, times=3)
        compare(button, once, again, verb=press.verb, anew=anew)
        if once.changed:
            compare_later(button, again, await visit.press(place), verb=press.verb, anew=anew)
    assert await rig.failed() == []


@pytest.mark.timeout(600)  # run alone it comes to every screen there is
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_tour_passes_every_button_there_is(rig: Rig, met: Path) -> None:
    """A verb that no screen of the tour shows would be pressed by nobody here."""
    left = set(Verb)
    for name in SCREENS:
        if (file := file_of(name, met)).exists():
            left -= set(map(Verb, file.read_text().split()))
    for name, arrive in SCREENS.items():
        if left and not file_of(name, met).exists():
            left -= {verb for verb, _ in buttons_of(await arrive(rig))}
    assert left == set()
