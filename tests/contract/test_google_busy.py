"""Busy times, asked for with Google's own client over real HTTP: all of them, or an error, and never for long."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import CalendarError, CalendarUnavailable, ConnectionLost
from domain.model.availability import Interval
from domain.model.calendar import Connection
from integrations.google.authorization import EVENTS
from integrations.google.calendar import GoogleCalendar
from sandbox.faults import Fault, FaultKind
from sandbox.google import oracle
from sandbox.google.standin import GoogleStandIn
from tests.contract.google_calls import ADA, EVENTS_PATH, GlassVault, connection_with, insert

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOON = datetime(2030, 5, 6, 12, 0, tzinfo=UTC)
ASKED = "POST /calendar/v3/freeBusy"


@pytest.fixture
async def calendar(google: GoogleStandIn) -> AsyncIterator[GoogleCalendar]:
    client = GoogleCalendar(
        client_id="dietdesk", client_secret="hush", api_url=google.api_url, token_url=google.token_url,
        vault=GlassVault(), threads=4, busy_timeout=1.0,
    )  # fmt: skip
    yield client
    await client.aclose()


async def busy(calendar: GoogleCalendar, connection: Connection, *, days: int = 7) -> list[Interval]:
    return await calendar.busy(connection, after=NOON - DAY, before=NOON + timedelta(days=days))


def answered(google: GoogleStandIn, body: Any) -> None:
    google.faults.plan(Fault(match=ASKED, kind=FaultKind.STATUS, status=200, body=body))


async def test_what_she_has_in_her_calendar_is_busy_and_nothing_of_it_is_told(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.add_event(ADA, NOON, NOON + HOUR, summary="Dentist")
    google.add_event(ADA, NOON + 5 * HOUR, NOON + 6 * HOUR, summary="Free", transparency="transparent")
    gone = google.add_event(ADA, NOON + 9 * HOUR, NOON + 10 * HOUR)
    google.delete_event(ADA, gone["id"])
    assert await busy(calendar, connection) == [(NOON, NOON + HOUR)]
    assert [call for call in google.calls if "events" in call] == []


async def test_our_own_events_are_busy_like_any_other(
    calendar: GoogleCalendar, connection: Connection
) -> None:
    made = await insert(calendar, connection)
    assert await busy(calendar, connection) == [(made.start, made.end)]


async def test_an_empty_calendar_is_free(calendar: GoogleCalendar, connection: Connection) -> None:
    assert await busy(calendar, connection) == []


@pytest.mark.parametrize(("days", "questions"), [(89, 1), (90, 2), (364, 5)])
async def test_a_year_is_asked_for_in_pieces_and_nothing_falls_between(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection, days: int, questions: int
) -> None:
    """Google refuses more than 90 days at once, as does the stand-in."""
    first = NOON - DAY
    starts = [first + at * timedelta(days=30) for at in range(1, days // 30)]
    for start in starts:  # some of them lie across a cut
        google.add_event(ADA, start - HOUR, start + HOUR)
    told = await busy(calendar, connection, days=days)
    assert google.calls.count(ASKED) == questions
    assert sum((end - begin for begin, end in told), timedelta()) == 2 * HOUR * len(starts)
    assert all(any(begin <= start - HOUR < end for begin, end in told) for start in starts)


async def test_the_instants_of_a_clock_with_microseconds_are_understood(
    calendar: GoogleCalendar, connection: Connection
) -> None:
    odd = timedelta(microseconds=123_456)
    assert await calendar.busy(connection, after=NOON + odd, before=NOON + DAY + odd) == []


@pytest.mark.parametrize("reason", ["notFound", "internalError"])
async def test_an_error_inside_a_good_answer_is_unknown_and_not_free(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection, reason: str
) -> None:
    google.free_busy_errors["primary"] = reason
    with pytest.raises(CalendarUnavailable, match=reason):
        await busy(calendar, connection)


async def test_a_piece_that_is_unknown_makes_all_of_it_unknown(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.faults.plan(Fault(match=ASKED, kind=FaultKind.STATUS, status=503, body={}, skip=2))
    with pytest.raises(CalendarUnavailable):
        await busy(calendar, connection, days=364)


async def test_the_answer_may_name_the_calendar_by_its_address(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    period = {"start": "2030-05-06T13:00:00+01:00", "end": "2030-05-06T13:00:00Z"}
    answered(google, {"calendars": {ADA: {"busy": [period]}}})
    assert await busy(calendar, connection) == [(NOON, NOON + HOUR)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"calendars": {}},
        {"calendars": []},
        {"calendars": {"primary": None}},
        {"calendars": {"primary": {}}},
        {"calendars": {"primary": {"busy": {}}}},
        {"calendars": {"primary": {"busy": [None]}}},
        {"calendars": {"primary": {"busy": [{"start": "2030-05-06T12:00:00Z"}]}}},
        {"calendars": {"primary": {"busy": [{"start": "2030-05-06T12:00:00", "end": "2030-05-06T13:00:00"}]}}},
        {"calendars": {"primary": {"busy": [{"start": "2030-05-06T13:00:00Z", "end": "2030-05-06T12:00:00Z"}]}}},
        {"calendars": {"primary": {"busy": [{"start": "noon", "end": "2030-05-06T12:00:00Z"}]}}},
        {"calendars": {"primary": {"busy": []}, "other": {"busy": []}}},
        {"calendars": {"primary": {"busy": [], "errors": [None]}}},
    ],
    ids=range(15),
)  # fmt: skip
async def test_an_answer_of_another_shape_is_unknown(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection, body: Any
) -> None:
    answered(google, body)
    with pytest.raises(CalendarUnavailable):
        await busy(calendar, connection)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match=ASKED, kind=FaultKind.STATUS, status=503, body={}),
        Fault(match=ASKED, kind=FaultKind.STATUS, status=429, body={}),
        Fault(match="POST /token", kind=FaultKind.DROP, times=9),
        Fault(match=ASKED, kind=FaultKind.DROP, times=9),
        Fault(match=ASKED, kind=FaultKind.HANG, seconds=3.0),
    ],
    ids=lambda fault: f"{fault.match}-{fault.kind}-{fault.status}",
)
async def test_a_google_in_trouble_is_unknown_soon(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection, fault: Fault
) -> None:
    await calendar.account(connection)  # loads the library
    google.faults.plan(replace(fault))
    began = time.monotonic()
    with pytest.raises(CalendarUnavailable):
        await busy(calendar, connection)
    assert time.monotonic() - began < 2.5


async def test_a_revoked_permission_is_lost(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.revoke(ADA)
    with pytest.raises(ConnectionLost):
        await busy(calendar, connection)


async def test_the_permission_for_events_alone_does_not_cover_it(
    google: GoogleStandIn, calendar: GoogleCalendar
) -> None:
    alone = replace(connection_with(google.grant(ADA, [EVENTS])), scopes=EVENTS)
    assert not alone.covers_busy_times
    with pytest.raises(ConnectionLost):
        await busy(calendar, alone)


async def test_a_token_that_no_key_opens_is_an_error_of_the_calendar(
    calendar: GoogleCalendar, connection: Connection
) -> None:
    with pytest.raises(CalendarError, match="ENCRYPTION_KEY"):
        await busy(calendar, replace(connection, sealed_token="of another key"))


@pytest.mark.parametrize("scope", sorted(oracle.SCOPES))
def test_what_covers_busy_times_is_what_the_discovery_document_says(scope: str) -> None:
    covered = set(oracle.method("freebusy", "query")["scopes"])
    connection = replace(connection_with("t"), scopes=f"openid {scope} email")
    assert connection.covers_busy_times is (scope in covered)


async def test_events_that_are_slow_to_make_hold_up_no_question(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    """Each has threads of its own: four inserts hang in the four that make events."""
    await busy(calendar, connection)
    google.faults.plan(Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.HANG, seconds=0.8, times=4))
    async with asyncio.TaskGroup() as group:
        made = [
            group.create_task(insert(calendar, connection, event_id=f"0123456789abcdef{at}"))
            for at in range(4)
        ]
        began = time.monotonic()
        await busy(calendar, connection)
        assert time.monotonic() - began < 0.6
        assert not any(task.done() for task in made)
