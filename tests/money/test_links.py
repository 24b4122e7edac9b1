"""A meeting link that is missing: asked for by anybody who may, made for all, looked for before the meeting."""

from datetime import timedelta
from functools import partial

import pytest

from domain.model.request import Request
from domain.ports import UnitOfWork
from handlers.callbacks import Verb
from sandbox.faults import Fault, FaultKind
from tests.money.practice import (
    HOUR,
    MINUTE,
    admin_of,
    all_well,
    booked,
    card,
    connect_google,
    play,
    texts,
    told,
)
from tests.rig import ACCOUNT, Cast, Rig

MEET = "https://meet.google.com/"
MISSING = "There is no meeting link"
NEAR = "A meeting is near and has no link"


async def without_link(rig: Rig) -> tuple[Cast, Request]:
    """Neither Google nor a room of her own when it was paid for."""
    cast = await play(rig, fallback_meeting_url=None)
    request, _ = await booked(rig, cast)
    assert (await card(rig, request)).booking.meeting_url is None  # type: ignore[union-attr]
    return cast, request


async def url(rig: Rig, request: Request) -> str:
    booking = (await card(rig, request)).booking
    return "" if booking is None else booking.meeting_url or ""


async def test_without_any_room_the_dietitian_is_told_and_the_booking_stands(rig: Rig) -> None:
    cast, request = await without_link(rig)
    assert told(cast.ada, MISSING) == 1
    assert told(cast.amina, MISSING) == 0
    assert (await card(rig, request)).request.state == "approved"
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("who", ["ada", "amina", "admin"])
async def test_get_link_makes_it_afterwards_for_whoever_may_ask(rig: Rig, who: str) -> None:
    cast, request = await without_link(rig)
    await connect_google(rig, cast)
    phone = {"ada": cast.ada, "amina": cast.amina, "admin": await admin_of(rig)}[who]
    if who == "admin":
        await rig.say(phone, "/admin")
        await rig.press(phone, "Missing links (1)")
    else:
        await rig.say(phone, "/upcoming")
    await rig.press(phone, "Get link")
    assert (await url(rig, request)).startswith(MEET)
    for side in (cast.ada, cast.amina):
        assert told(side, "is ready.") == 1
        assert side.url_of("Join") == await url(rig, request)
    assert len(rig.google.events(ACCOUNT)) == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_get_link_pressed_often_makes_one_event(rig: Rig) -> None:
    cast, request = await without_link(rig)
    await connect_google(rig, cast)
    await rig.say(cast.amina, "/upcoming")
    await cast.amina.press_many("Get link", 3)
    await rig.settled()
    await rig.pass_time(MINUTE)
    assert told(cast.amina, "is ready.") == told(cast.ada, "is ready.") == 1
    await rig.press_data(cast.ada, f"v1:{Verb.GET_LINK}:{request.public_id}::0")
    await rig.pass_time(MINUTE)
    assert len(rig.google.events(ACCOUNT)) == 1
    assert told(cast.amina, "is ready.") == 1
    await all_well(rig, cast.ada, cast.amina)


async def test_get_link_where_none_can_be_made_says_what_is_wrong_to_the_dietitian(rig: Rig) -> None:
    cast, request = await without_link(rig)
    await rig.press_data(cast.amina, f"v1:{Verb.GET_LINK}:{request.public_id}::0")
    assert await url(rig, request) == ""
    assert told(cast.ada, MISSING) == 2
    assert "There is no link yet. Your dietitian has been told" in cast.amina.last.text
    await rig.press_data(cast.ada, f"v1:{Verb.GET_LINK}:{request.public_id}::0")
    assert any(
        "Google is not connected, and you have no room of your own set" in one for one in texts(cast.ada)
    )
    assert not any("is being made" in one for phone in (cast.ada, cast.amina) for one in texts(phone))
    stranger = (await rig.person(name="Bola"))[1]
    assert "not here for you" in await rig.press_data(stranger, f"v1:{Verb.GET_LINK}:{request.public_id}::0")
    await all_well(rig, cast.ada, cast.amina)


async def test_the_admin_makes_all_that_are_missing_and_the_message_follows(rig: Rig) -> None:
    casts = [await without_link(rig) for _ in range(3)]
    for cast, _ in casts[:2]:
        await connect_google(rig, cast)
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Missing links (3)")
    await admin.press("Make all of them")
    assert "0 of 3" in admin.last.text
    before = len(admin.messages)
    await rig.settled()
    for _ in range(3):
        await rig.pass_time(timedelta(seconds=2))
    assert "3 of 3" in admin.last.text
    assert "1 could not be made" in admin.last.text
    assert len(admin.messages) == before, "it edits itself"
    made = [(await url(rig, request)).startswith(MEET) for _, request in casts]
    assert made == [True, True, False]
    await rig.press(admin, "Desk")
    assert "Missing links (1)" in " ".join(admin.last.labels)
    await all_well(rig, *(phone for cast, _ in casts for phone in (cast.ada, cast.amina)))


async def test_the_progress_stands_while_google_is_away_and_goes_on_after(rig: Rig) -> None:
    cast, request = await without_link(rig)
    await connect_google(rig, cast)
    rig.google.faults.plan(Fault(match="POST*events*", kind=FaultKind.STATUS, status=503, times=-1))
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Missing links (1)")
    await rig.press(admin, "Make all of them")
    await rig.pass_time(timedelta(seconds=4))
    assert "0 of 1" in admin.last.text
    rig.google.faults.clear()
    await rig.pass_time(MINUTE)
    await rig.pass_time(timedelta(seconds=4))
    assert "1 of 1" in admin.last.text
    assert (await url(rig, request)).startswith(MEET)
    await all_well(rig, cast.ada, cast.amina)


async def test_before_the_meeting_a_missing_link_is_told_again_to_dietitian_and_admins(rig: Rig) -> None:
    cast, request = await without_link(rig)
    admin = await admin_of(rig)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    await rig.pass_time(start - 24 * HOUR - MINUTE - rig.clock.now())
    assert (told(cast.ada, MISSING), told(admin, NEAR)) == (1, 0)
    await rig.pass_time(MINUTE)
    assert (told(cast.ada, MISSING), told(admin, NEAR)) == (2, 1)
    assert f"starts: {start:%Y-%m-%d %H:%M} UTC" in next(text for text in texts(admin) if NEAR in text)
    await rig.pass_time(start - 30 * MINUTE - rig.clock.now())
    assert (told(cast.ada, MISSING), told(admin, NEAR)) == (3, 2)
    await rig.pass_time(30 * MINUTE)
    assert (told(cast.ada, MISSING), told(admin, NEAR)) == (3, 2)
    await all_well(rig, cast.ada, cast.amina)


async def test_the_look_before_the_meeting_asks_once_more(rig: Rig) -> None:
    """Connected meanwhile: the look makes the link."""
    cast, request = await without_link(rig)
    await connect_google(rig, cast)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    await rig.pass_time(start - 24 * HOUR - rig.clock.now())
    assert (await url(rig, request)).startswith(MEET)
    await rig.pass_time(23 * HOUR + 30 * MINUTE)
    assert told(await admin_of(rig), NEAR) == 1
    await all_well(rig, cast.ada, cast.amina)


@pytest.mark.parametrize("what", ["there is a link", "cancelled", "moved"])
async def test_no_alert_where_none_is_due(rig: Rig, what: str) -> None:
    cast, request = await without_link(rig)
    start = (await card(rig, request)).booking.start  # type: ignore[union-attr]
    match what:
        case "there is a link":
            await connect_google(rig, cast)
            await rig.press_data(cast.ada, f"v1:{Verb.GET_LINK}:{request.public_id}::0")
        case "cancelled":
            await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
            await rig.press(cast.ada, "Yes, cancel it")
        case _:
            await rig.write(partial(_given_a_later_start, request=request))
    await rig.pass_time(start - 24 * HOUR - rig.clock.now())
    await rig.pass_time(24 * HOUR)
    assert told(await admin_of(rig), NEAR) == 0
    await all_well(rig, cast.ada, cast.amina)


def _given_a_later_start(uow: UnitOfWork, request: Request) -> None:
    from dataclasses import replace

    booking = uow.requests.card_by_id(request.id).booking
    assert booking is not None
    later = timedelta(days=9)
    uow.bookings.save(
        replace(
            booking,
            start=booking.start + later,
            end=booking.end + later,
            busy_until=booking.busy_until + later,
        )
    )
