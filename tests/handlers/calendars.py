"""A dietitian with a calendar: connected as a browser does it, lost, moved about in, deleted from."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import aiohttp

from domain.model.booking import Booking
from domain.model.calendar import Connection
from domain.model.request import Request
from handlers.callbacks import Verb
from sandbox.faults import Fault, FaultKind
from sandbox.google import SCOPE_ROOT
from sandbox.telegram.phone import Phone
from tests.money.practice import card, texts
from tests.rig import ACCOUNT, Cast, Rig

EVENTS, FREE_BUSY = f"{SCOPE_ROOT}calendar.events.owned", f"{SCOPE_ROOT}calendar.freebusy"
BOTH = (EVENTS, FREE_BUSY)
ASKED = "POST /calendar/v3/freeBusy"
AWAY = "Google does not tell me just now"
GONE = "no longer in your Google Calendar"
ELSEWHERE = "is not where it was booked"
HOUR = timedelta(hours=1)


async def consent(
    rig: Rig, phone: Phone, *, ticked: Sequence[str] = BOTH, account: str = ACCOUNT, decision: str = "allow"
) -> tuple[int, str]:
    """From the screen with the way to Google: the status and the words of the page it ends at."""
    form = [("decision", decision), ("account", account), *(("scope", scope) for scope in ticked)]
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(phone.url_of("Connect with Google"), data=form) as page,
    ):
        status, words = page.status, await page.text()
    await rig.settled()
    return status, words


async def connect(rig: Rig, cast: Cast, *, ticked: Sequence[str] = BOTH, account: str = ACCOUNT) -> None:
    rig.google.pending_gets = 0
    await rig.say(cast.ada, "/google")
    await rig.press_data(cast.ada, f"v1:{Verb.CONNECT}:::0")
    status, words = await consent(rig, cast.ada, ticked=ticked, account=account)
    assert status == 200, words


async def connection_of(rig: Rig, cast: Cast) -> Connection | None:
    found: Connection | None = await rig.read(lambda uow: uow.connections.of(cast.dietitian.id))
    return found


def asked(rig: Rig) -> int:
    """How often busy times were asked for."""
    return rig.google.calls.count(ASKED)


def down(rig: Rig) -> None:
    """Busy times cannot be had; events can."""
    rig.google.faults.plan(Fault(match=ASKED, kind=FaultKind.STATUS, status=503, body={}, times=-1))


async def booking_of(rig: Rig, request: Request) -> Booking:
    booking = (await card(rig, request)).booking
    assert booking is not None
    return booking


async def event_of(rig: Rig, request: Request, *, account: str = ACCOUNT) -> dict[str, object]:
    """As the owner sees it in the calendar."""
    booking = await booking_of(rig, request)
    return next(one for one in rig.google.events(account) if one["id"] == booking.event_id)


async def stands_at(rig: Rig, request: Request) -> datetime:
    start = (await event_of(rig, request))["start"]
    assert isinstance(start, dict)
    return datetime.fromisoformat(start["dateTime"])


async def drag(rig: Rig, request: Request, by: timedelta) -> None:
    booking = await booking_of(rig, request)
    rig.google.move_event(ACCOUNT, booking.event_id or "", by)


async def throw_away(rig: Rig, request: Request) -> None:
    booking = await booking_of(rig, request)
    rig.google.delete_event(ACCOUNT, booking.event_id or "")


async def until_before(rig: Rig, request: Request, before: timedelta) -> None:
    booking = await booking_of(rig, request)
    await rig.pass_time(booking.start - before - rig.clock.now())


def newest(phone: Phone, words: str) -> str:
    return next(text for text in reversed(texts(phone)) if words in text)
