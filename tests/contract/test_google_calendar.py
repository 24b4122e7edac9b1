"""Google's own client against a Google that answers over real HTTP, well and badly."""

import asyncio
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import (
    CalendarRefused,
    ConferenceRefused,
    EventExists,
    EventMissing,
)
from domain.model.calendar import ConferenceStatus, Connection
from integrations.google.authorization import EVENTS
from integrations.google.calendar import GoogleCalendar
from sandbox.faults import Fault, FaultKind
from sandbox.google.standin import GoogleStandIn
from tests.contract.google_calls import (
    ADA,
    END,
    EVENT,
    EVENTS_PATH,
    START,
    calendar_at,
    connection_with,
    insert,
    posts,
)


def refuse(google: GoogleStandIn, status: int, reason: str, message: str = "No.", **more: Any) -> None:
    body = {"error": {"code": status, "message": message, "errors": [{"reason": reason}]}}
    google.faults.plan(
        Fault(match="* /calendar/v3/*", kind=FaultKind.STATUS, status=status, body=body, **more)
    )


async def test_the_meeting_link_comes_after_a_few_looks(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    made = await insert(calendar, connection)
    looks = [await calendar.get(connection, EVENT) for _ in range(3)]

    assert (made.event_id, made.start, made.end, made.account) == (EVENT, START, END, ADA)
    assert (made.conference, made.meeting_url) == (ConferenceStatus.PENDING, None)
    assert [look.conference for look in looks] == [
        ConferenceStatus.PENDING,
        ConferenceStatus.PENDING,
        ConferenceStatus.SUCCESS,
    ]
    assert re.fullmatch(r"https://meet\.google\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}", looks[2].meeting_url or "")


async def test_an_event_tells_nobody_more_than_its_title(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await insert(calendar, connection)

    [event] = google.events(ADA)
    assert event["summary"] == "Consultation with A. O."
    assert event["visibility"] == "private"
    assert event["extendedProperties"] == {"private": {"booking_id": "BK23456789"}}
    assert event["start"]["timeZone"] == "Africa/Lagos"
    assert not {"attendees", "description", "location", "source"} & event.keys()


async def test_the_link_of_a_connection_that_only_covers_its_own_events_is_enough(
    google: GoogleStandIn, calendar: GoogleCalendar
) -> None:
    alone = connection_with(google.grant(ADA, [EVENTS]))
    await insert(calendar, alone)
    assert await calendar.account(alone) == ADA


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("failure", ConferenceStatus.FAILURE), ("ignored", ConferenceStatus.ABSENT)],
)
async def test_no_link_is_told_apart_from_a_link_still_coming(
    google: GoogleStandIn,
    calendar: GoogleCalendar,
    connection: Connection,
    outcome: str,
    status: ConferenceStatus,
) -> None:
    google.conference, google.pending_gets = outcome, 0
    made = await insert(calendar, connection)
    assert (made.conference, made.meeting_url) == (status, None)


async def test_a_failed_link_can_be_asked_for_again(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.conference, google.pending_gets = "failure", 0
    await insert(calendar, connection)
    google.conference = "success"
    again = await calendar.request_conference(connection, EVENT, f"{EVENT}-2")
    assert again.conference is ConferenceStatus.SUCCESS


async def test_a_calendar_without_meetings_says_so_and_takes_the_event_alone(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.conference = "refused"
    with pytest.raises(ConferenceRefused):
        await insert(calendar, connection)
    alone = await insert(calendar, connection, conference=False)
    assert (alone.conference, alone.meeting_url) == (ConferenceStatus.ABSENT, None)


async def test_a_moved_event_keeps_its_link(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.pending_gets = 0
    made = await insert(calendar, connection)
    later = START + timedelta(days=1)
    moved = await calendar.move(connection, EVENT, start=later, end=END + timedelta(days=1), timezone="UTC")
    assert moved.start == later
    assert moved.meeting_url == made.meeting_url is not None


async def test_deleting_is_done_also_the_second_time_and_for_what_never_was(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await insert(calendar, connection)
    await calendar.delete(connection, EVENT)
    await calendar.delete(connection, EVENT)
    await calendar.delete(connection, "neverinserted0")
    assert (await calendar.get(connection, EVENT)).cancelled


async def test_deleting_the_deleted_is_done_also_where_google_forbids_it(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await insert(calendar, connection)
    await calendar.delete(connection, EVENT)
    refuse(google, 403, "forbidden")
    await calendar.delete(connection, EVENT)


async def test_a_forbidden_delete_of_a_living_event_is_refused(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await insert(calendar, connection)
    refuse(google, 403, "forbidden")
    with pytest.raises(CalendarRefused):
        await calendar.delete(connection, EVENT)


async def test_an_event_she_deleted_cannot_be_moved_and_is_missing(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await insert(calendar, connection)
    google.delete_event(ADA, EVENT)
    with pytest.raises(EventMissing):
        await calendar.move(connection, EVENT, start=START, end=END, timezone="UTC")


async def test_an_event_that_never_was_is_missing(calendar: GoogleCalendar, connection: Connection) -> None:
    with pytest.raises(EventMissing):
        await calendar.get(connection, EVENT)


async def test_an_id_is_taken_for_ever(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await insert(calendar, connection)
    google.delete_event(ADA, EVENT)
    with pytest.raises(EventExists):
        await insert(calendar, connection)


async def test_a_slow_google_holds_up_nobody_else(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    await calendar.account(connection)  # loads the library
    google.faults.plan(Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.HANG, seconds=0.5, times=4))
    ids = [f"{EVENT}{number}" for number in range(4)]
    ticks, began = 0, time.monotonic()
    async with asyncio.TaskGroup() as group:
        inserts = [group.create_task(insert(calendar, connection, event_id=each)) for each in ids]
        while not all(task.done() for task in inserts):
            await asyncio.sleep(0.01)
            ticks += 1
    assert sorted(task.result().event_id for task in inserts) == ids
    assert ticks > 10, "the loop went on meanwhile"
    assert time.monotonic() - began < 4 * 0.5, "they waited side by side"


async def test_every_caller_gets_its_own_answer_and_its_own_calendar(
    google: GoogleStandIn, calendar: GoogleCalendar
) -> None:
    emails = [f"d{number}@example.com" for number in range(6)]
    for email in emails:
        google.add_account(email)
    connections = [connection_with(google.grant(email, [EVENTS])) for email in emails]
    made = await asyncio.gather(*(insert(calendar, each) for each in connections))
    accounts = await asyncio.gather(*(calendar.account(each) for each in connections))
    assert [event.account for event in made] == accounts == emails


async def test_closing_waits_for_the_call_under_way(google: GoogleStandIn, connection: Connection) -> None:
    calendar = calendar_at(google.api_url, google.token_url)
    google.faults.plan(Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.HANG, seconds=0.2))
    async with asyncio.TaskGroup() as group:
        under_way = group.create_task(insert(calendar, connection))
        while not posts(google):  # noqa: ASYNC110 - the stand-in rings no bell
            await asyncio.sleep(0.01)
        await calendar.aclose()
    assert under_way.result().event_id == EVENT


async def test_a_token_that_no_key_opens_is_not_the_dietitians_fault(
    calendar: GoogleCalendar, connection: Connection
) -> None:
    with pytest.raises(CalendarRefused, match="ENCRYPTION_KEY"):
        await calendar.get(replace(connection, sealed_token="of another key"), EVENT)


def test_googles_library_is_loaded_by_nobody_who_does_not_use_it() -> None:
    code = (
        "import sys, integrations.google.calendar as c, integrations.google.authorization\n"
        "c.GoogleCalendar(client_id='i', client_secret='s', api_url='u', token_url='t', vault=None)\n"
        "assert not {'googleapiclient', 'httplib2', 'google.auth'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
