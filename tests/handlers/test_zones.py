"""Somebody's time zone, by list, by name, by place; the place is kept nowhere; both sides' zones in every time."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.answers import message_from, message_payload
from bot.poller import update_item
from domain.model.message import LocationPicker, Message
from domain.model.views import RequestCard
from handlers.callbacks import Press, Verb, parse
from handlers.formats import Side, moment, span
from handlers.incoming import read_update
from handlers.screens.parts import when_both, zone_moved
from handlers.screens.zones import offer
from storage.tables import audit, inbox, outbox, steps
from storage.vault import FernetVault
from tests.clock import MORNING, FrozenClock
from tests.money.practice import booked, card, play, told
from tests.rig import Cast, Rig
from tests.storage import seeds

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
LAGOS, LONDON = "Africa/Lagos", "Europe/London"


async def zone_of(rig: Rig, cast: Cast) -> str:
    return str((await rig.read(lambda uow: uow.people.get(cast.client.id))).timezone)


async def asked(rig: Rig) -> Cast:
    cast = await rig.cast()
    await rig.press_data(cast.amina, f"v1:{Verb.CHANGE_ZONE}::0:0")
    return cast


@on_sqlite
@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Port Harcourt", LAGOS),
        ("Kathmandu", "Asia/Kathmandu"),
        ("Nigeria", LAGOS),
        ("New York", "America/New_York"),
        ("london", LONDON),
        ("Lagos Nigeria", LAGOS),
        ("WAT", LAGOS),
    ],
)
async def test_a_city_without_doubt_is_saved_at_once(rig: Rig, typed: str, zone: str) -> None:
    cast = await asked(rig)
    await rig.say(cast.amina, typed)
    assert await zone_of(rig, cast) == zone
    assert told(cast.amina, f"Saved: {zone}, where it is ") == 1
    assert told(cast.amina, "Sessions that are booked stay at their moment") == 1
    assert f"Time zone: {zone}" in cast.amina.last.text


@on_sqlite
async def test_what_may_be_several_places_or_is_misspelt_is_asked(rig: Rig) -> None:
    cast = await asked(rig)
    await rig.say(cast.amina, "Birmingham")
    assert cast.amina.last.text.startswith("Which of these?")
    assert any("United Kingdom" in label for label in cast.amina.last.labels)
    assert await zone_of(rig, cast) == LAGOS
    await rig.say(cast.amina, "Kathmndu")  # the question stays open
    assert "Did you mean" in cast.amina.last.text
    words = await rig.press(cast.amina, "Kathmandu, Nepal")
    assert words.startswith("Saved: Asia/Kathmandu, where it is ")
    assert await zone_of(rig, cast) == "Asia/Kathmandu"


@on_sqlite
async def test_a_number_or_an_abbreviation_offers_places_and_changes_nothing_yet(rig: Rig) -> None:
    cast = await asked(rig)
    await rig.say(cast.amina, "EST")
    assert cast.amina.last.text.startswith("EST is used in several places")
    assert f"Until you choose, your time zone stays {LAGOS}" in cast.amina.last.text
    await rig.say(cast.amina, "GMT+5:45")
    assert await zone_of(rig, cast) == LAGOS
    await rig.press(cast.amina, "Kathmandu, Nepal")
    assert await zone_of(rig, cast) == "Asia/Kathmandu"


@on_sqlite
@pytest.mark.parametrize("typed", ["Qwertyuiop", "🌸", "<b>x</b>", "y" * 4096])
async def test_an_unknown_place_is_asked_again(rig: Rig, typed: str) -> None:
    cast = await asked(rig)
    await rig.say(cast.amina, typed)
    assert f"I don't know that place, so your time zone stays {LAGOS}" in cast.amina.last.text
    assert "Share where I am" in " ".join(cast.amina.last.labels)
    assert await zone_of(rig, cast) == LAGOS


async def test_a_shared_place_becomes_a_zone_and_is_kept_nowhere(rig: Rig) -> None:
    cast = await asked(rig)
    await rig.press(cast.amina, "Share where I am")
    assert [b.request_location for row in cast.amina.keyboard for b in row] == [True, False]
    await cast.amina.share_location(51.5074, -0.1278)
    await rig.settled()
    assert await zone_of(rig, cast) == LONDON
    assert told(cast.amina, "The place itself was not kept") == 1
    assert f"Time zone: {LONDON}" in cast.amina.last.text
    assert cast.amina.keyboard == ()
    stored = [str(row) for table in (inbox, outbox, audit, steps) for row in await rig.rows(select(table))]
    assert {row[0] for row in await rig.rows(select(inbox.c.body))} == {""}
    assert not any("51.50" in row or "latitude" in row for row in stored)


@on_sqlite
async def test_who_would_rather_not_share_comes_back_to_the_list(rig: Rig) -> None:
    cast = await asked(rig)
    await rig.press(cast.amina, "Share where I am")
    await rig.press(cast.amina, "Back")
    assert "Which time zone are you in?" in cast.amina.last.text
    assert await zone_of(rig, cast) == LAGOS


@on_sqlite
async def test_a_place_that_was_not_asked_for_changes_nothing_before_a_press(rig: Rig) -> None:
    cast = await rig.cast()
    await cast.amina.share_location(51.5074, -0.1278)
    await rig.settled()
    assert await zone_of(rig, cast) == LAGOS
    await rig.press(cast.amina, f"Use {LONDON}")
    assert await zone_of(rig, cast) == LONDON
    await cast.amina.share_location(0, -25)
    await rig.settled()
    assert "can't tell which time zone" in cast.amina.last.text


@on_sqlite
@pytest.mark.parametrize("argument", ["", "Mars.Olympus", "..", "localtime.x", "Europe.Lo-ndon", "99"])
async def test_a_forged_zone_is_refused(rig: Rig, argument: str) -> None:
    cast = await rig.cast()
    assert "not here for you" in await rig.press_data(cast.amina, f"v1:{Verb.ZONE_NAMED}::{argument}:0")
    assert await zone_of(rig, cast) == LAGOS


def test_every_zone_on_earth_fits_on_a_button() -> None:
    for zone in available_timezones():
        if not zone.startswith("Etc/") and "+" not in zone:
            button = offer(zone, MORNING).rows[0][0]
            assert button.data is not None
            assert parse(button.data) == Press(Verb.ZONE_NAMED, "", zone.replace("/", "."))


def _update(**message: Any) -> dict[str, Any]:
    who = {"id": 7, "is_bot": False, "first_name": "Amina"}
    given = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}, "from": who, **message}
    return {"update_id": 1, "message": given}


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ({"latitude": 6.45, "longitude": 3.4}, LAGOS),
        ({"latitude": 0, "longitude": -25}, ""),
        ({"latitude": "north", "longitude": None}, ""),
        ({}, ""),
    ],
)
def test_a_place_leaves_an_update_before_it_is_stored(location: dict[str, Any], place: str) -> None:
    update = _update(location=location, venue={"location": location, "title": "Home", "address": "1 Road"})
    body = json.loads(update_item(update, FrozenClock()).body)
    assert body["message"]["location"] == {"zone": place}
    assert "venue" not in body["message"]
    read = read_update(body)
    assert read is not None
    assert (read.place, read.media) == (place, None)


def test_a_message_that_asks_for_a_place_survives_the_outbox() -> None:
    vault = FernetVault([Fernet.generate_key().decode()])
    message = Message(text="Where?", picker=LocationPicker(label="Here", cancel_label="Back"))
    assert message_from(message_payload(message, vault), vault) == message


START = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
END = START + timedelta(minutes=45)


def test_both_zones_are_named_where_they_differ() -> None:
    said = "Thursday 3 December 2026, 15:00–15:45 (Africa/Lagos)"
    assert span(START, END, LAGOS) == said
    assert span(START, END, LAGOS, Side(name="Dr Ada", timezone=LAGOS)) == said
    assert (
        span(START, END, LAGOS, Side(name="Dr Ada", timezone=LONDON))
        == f"{said}, 14:00 for Dr Ada (Europe/London)"
    )
    assert span(START, END, LAGOS, Side(name="Dr Ada", timezone="Pacific/Chatham")).endswith(
        "Fri 4 Dec, 03:45 for Dr Ada (Pacific/Chatham)"
    )


def test_an_instant_is_shown_by_the_app_with_words_for_older_ones() -> None:
    words = "Thursday 3 December 2026, 15:00 (Africa/Lagos)"
    assert moment(START, LAGOS) == f'<tg-time unix="1796306400" format="wDt">{words}</tg-time>'


async def test_a_session_names_both_zones_and_tells_who_has_travelled(rig: Rig) -> None:
    cast = await play(rig, timezone=LONDON)
    request, _ = await booked(rig, cast)
    at = (await card(rig, request)).booking
    assert at is not None
    assert (at.client_zone, at.dietitian_zone) == (LAGOS, LONDON)
    await rig.press_data(cast.amina, f"v1:{Verb.BOOKING}:{request.public_id}::1")
    assert f"for {cast.dietitian.name} (Europe/London)" in cast.amina.last.text
    assert "you are in" not in cast.amina.last.text
    await rig.machine.router.cases.change_profile(person=cast.client, timezone="Asia/Kathmandu")
    await rig.press_data(cast.amina, f"v1:{Verb.BOOKING}:{request.public_id}::1")
    assert "in Africa/Lagos; you are in Asia/Kathmandu now" in cast.amina.last.text
    await rig.press_data(cast.ada, f"v1:{Verb.BOOKING}:{request.public_id}::1")
    assert "(Asia/Kathmandu)" in cast.ada.last.text
    assert "you are in" not in cast.ada.last.text


def test_names_beside_a_zone_are_escaped() -> None:
    owner = replace(seeds.dietitian(1, name="<b>Ada</b>", timezone=LONDON), id=1)
    request = replace(seeds.request(1, 2), id=5)
    person = replace(seeds.person(name="<i>Amina</i>"), id=2)
    found = RequestCard(request=request, dietitian=owner, client=person, booking=None, payment=None)
    at = seeds.booking(request, START, client_zone=LAGOS, dietitian_zone=LAGOS)
    assert "&lt;b&gt;Ada" in when_both(found, at, LAGOS, for_dietitian=False)
    assert zone_moved(at, LAGOS, for_dietitian=True) == ""
    assert "14:00 your time" in zone_moved(at, LONDON, for_dietitian=True)


@on_sqlite
async def test_a_dietitian_reads_a_request_in_the_zone_of_the_practice(rig: Rig) -> None:
    cast = await play(rig, timezone=LONDON)
    request = await rig.held(cast)
    await rig.press_data(cast.ada, f"v1:{Verb.SHOW}:{request.public_id}::1")
    assert "(Europe/London)" in cast.ada.last.text
    assert "(Africa/Lagos)" not in cast.ada.last.text
