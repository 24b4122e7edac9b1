"""Every button that a journey ever showed, pressed again after the journey has come to its end."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from domain.errors import Suspended
from domain.usecases.start_payment import StartPayment
from handlers.callbacks import Verb, parse
from sandbox.telegram.phone import Phone
from storage.tables import requests
from tests.handlers import tour
from tests.rig import Cast, Rig

# what a person may always do again: a new draft, a question about themselves, a way to Google
ALWAYS = {Verb.COMPOSE, Verb.SEND_ANEW, Verb.CONNECT}
THE_END = {
    "confirmed": "approved",
    "declined": "declined",
    "withdrawn": "cancelled",
    "withdrawn with a time held": "cancelled",
}


def ever_shown(rig: Rig, phone: Phone) -> Iterator[tuple[int, str]]:
    """Each button with a message it stood under, also where that message says something else now."""
    seen = set()
    newest = next(one.id for one in reversed(phone.messages) if not one.mine)
    for method in ("sendMessage", "editMessageText", "sendPhoto", "sendDocument"):
        for call in rig.telegram.calls(method, chat=phone.user_id):
            for data in _datas(call.params.get("reply_markup")):
                if data in seen:
                    continue
                seen.add(data)
                yield int(call.params.get("message_id") or newest), data


def _datas(markup: Any) -> list[str]:
    shape = json.loads(markup) if isinstance(markup, str) else markup or {}
    rows = shape.get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


async def composed(rig: Rig) -> Cast:
    """The dietitian sends it through the wizard, with a detour; the client opens the link."""
    scene = await tour.review(rig)
    await rig.press(scene.phone, "Back")
    await rig.say(scene.phone, "See you soon")
    await rig.press(scene.phone, "Send")
    link = (await scene.phone.wait_for("t.me/")).text
    token = link.partition("start=")[2].split()[0]
    bola = rig.phone(first_name="Bola")
    await bola.start(token)
    await rig.settled()
    await rig.press(bola, "Agree")
    return Cast(
        dietitian=scene.cast.dietitian,
        service=scene.cast.service,
        client=scene.cast.client,
        ada=scene.phone,
        amina=bola,
    )


async def _to_pay(rig: Rig, bola: Phone) -> None:
    await rig.press(bola, "Approve")
    await rig.press(bola, bola.last.labels[0])
    await rig.press(bola, bola.last.labels[0])
    await rig.say(bola, "bola@example.com")


async def confirmed(rig: Rig, cast: Cast) -> None:
    bola = cast.amina
    await _to_pay(rig, bola)
    await rig.press(bola, "Change time")
    await rig.press(bola, bola.last.labels[1])
    await rig.press(bola, bola.last.labels[1])
    await rig.press(bola, "Cancel")
    await rig.press(bola, "Choose a time")
    await rig.press(bola, bola.last.labels[0])
    await rig.press(bola, bola.last.labels[2])
    await rig.press(bola, "I've paid")
    await rig.pay(rig.paystack.transactions[-1].reference)


async def declined(rig: Rig, cast: Cast) -> None:
    await _to_pay(rig, cast.amina)
    await rig.pass_time(timedelta(minutes=36))
    await rig.press(cast.amina, "Decline")
    await rig.say(cast.amina, "It is too early for me")


async def withdrawn(rig: Rig, cast: Cast) -> None:
    await rig.press(cast.ada, "Open")
    await rig.press(cast.ada, "Cancel this request")
    await rig.press(cast.ada, "Yes, cancel it")


async def withdrawn_with_a_time_held(rig: Rig, cast: Cast) -> None:
    await _to_pay(rig, cast.amina)
    await withdrawn(rig, cast)


ENDS = {
    "confirmed": confirmed,
    "declined": declined,
    "withdrawn": withdrawn,
    "withdrawn with a time held": withdrawn_with_a_time_held,
}


CASES = [pytest.param("sqlite", end) for end in ENDS]
CASES.append(pytest.param("postgres", "confirmed", marks=pytest.mark.postgres))


@pytest.mark.parametrize(("engine_name", "end"), CASES, indirect=["engine_name"])
async def test_an_old_button_changes_nothing_in_anybodys_hands(rig: Rig, end: str) -> None:
    cast = await composed(rig)
    await ENDS[end](rig, cast)
    assert {row[0] for row in await rig.rows(select(requests.c.state))} == {THE_END[end]}
    stranger = await rig.cast(email="other@example.com")
    old = {phone: set(ever_shown(rig, phone)) for phone in (cast.ada, cast.amina)}
    assert min(len(buttons) for buttons in old.values()) > 2
    before = await rig.dump()
    for owner, buttons in old.items():
        mine = [press for press in sorted(buttons) if parse(press[1]).verb not in ALWAYS]
        copied = [press for press in mine if parse(press[1]).subject]
        await rig.press_all(owner, mine)
        for other in {cast.ada, cast.amina, stranger.ada, stranger.amina} - {owner}:
            await rig.press_all(other, copied)
        assert await rig.dump() == before
    assert await rig.failed() == []
    for phone in (cast.ada, cast.amina, stranger.ada, stranger.amina):
        assert phone.unanswered_callbacks == []


async def test_an_old_button_says_that_things_moved_on_and_shows_where_they_stand(rig: Rig) -> None:
    cast = await composed(rig)
    await confirmed(rig, cast)
    request = (await rig.dump("requests"))["requests"][0][1]
    for verb in ("ok", "no", "nono", "days", "day", "slot", "free", "pay", "mail", "mail2"):
        argument = {"slot": "20261103T0900Z", "day": "20261103"}.get(verb, "")
        words = await rig.press_data(cast.amina, f"v1:{verb}:{request}:{argument}:3")
        assert "moved on" in words, verb
        assert "confirmed" in cast.amina.last.text
    for verb in ("kind", "svc", "cl", "newc", "pick", "nomail", "nomsg", "send", "back", "wd", "wdy", "link"):
        argument = {"kind": "consultation", "cl": "1", "back": "client"}.get(verb, "")
        words = await rig.press_data(cast.ada, f"v1:{verb}:{request}:{argument}:3")
        assert "moved on" in words, verb
        assert "confirmed" in cast.ada.last.text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_an_old_button_is_answered_also_where_all_moves_on_at_that_moment(rig: Rig) -> None:
    cast = await rig.cast()
    request = await rig.held(cast)

    async def suspended(*_: Any, **__: Any) -> None:
        raise Suspended(cast.dietitian.person_id)

    with patch.object(StartPayment, "__call__", suspended):
        words = await rig.press_data(cast.amina, f"v1:{Verb.RELEASE}:{request.public_id}::0")
    assert "moved on" in words
    assert await rig.failed() == []
