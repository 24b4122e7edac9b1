"""Google's own client against a Google that answers over real HTTP, in every kind of trouble."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import (
    CalendarError,
    CalendarRefused,
    CalendarUnavailable,
    ConnectionLost,
    EventExists,
)
from domain.model.calendar import Connection
from integrations.google.authorization import FREE_BUSY
from integrations.google.calendar import GoogleCalendar
from sandbox.faults import Fault, FaultKind
from sandbox.google.standin import GoogleStandIn
from sandbox.ports import free_port
from tests.contract.google_calls import (
    ADA,
    EVENT,
    EVENTS_PATH,
    GlassVault,
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


async def test_a_connection_lost_after_the_work_makes_one_event_and_says_it_exists(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.faults.plan(Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.DROP, after=True))
    with pytest.raises(EventExists):
        await insert(calendar, connection)
    assert posts(google) == 2, "httplib2 sends a lost request again by itself"
    assert len(google.events(ADA)) == 1


async def test_a_connection_lost_before_the_work_makes_one_event(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.faults.plan(Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.DROP))
    await insert(calendar, connection)
    assert posts(google) == 2
    assert len(google.events(ADA)) == 1


async def test_a_connection_that_keeps_breaking_is_an_absence(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.faults.plan(Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.DROP, times=-1))
    with pytest.raises(CalendarUnavailable):
        await insert(calendar, connection)
    assert google.events(ADA) == []


async def test_an_answer_that_never_comes_is_an_absence_though_the_event_is_there(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    hang = Fault(match=f"POST {EVENTS_PATH}", kind=FaultKind.HANG, seconds=1.5, after=True)
    google.faults.plan(hang)
    with pytest.raises(CalendarUnavailable):
        await insert(calendar, connection)
    assert posts(google) == 1
    assert (await calendar.get(connection, EVENT)).event_id == EVENT


@pytest.mark.parametrize(
    ("status", "reason", "rest"),
    [
        (429, "rateLimitExceeded", None),
        (403, "rateLimitExceeded", None),
        (403, "userRateLimitExceeded", None),
        (403, "quotaExceeded", timedelta(hours=1)),
        (429, "quotaExceeded", timedelta(hours=1)),
        (500, "backendError", None),
        (503, "backendError", None),
    ],
)
async def test_google_asking_for_patience_is_an_absence_and_nothing_is_sent_twice(
    google: GoogleStandIn,
    calendar: GoogleCalendar,
    connection: Connection,
    status: int,
    reason: str,
    rest: timedelta | None,
) -> None:
    refuse(google, status, reason)
    with pytest.raises(CalendarUnavailable) as away:
        await insert(calendar, connection)
    assert away.value.retry_after == rest
    assert posts(google) == 1


async def test_a_named_time_to_come_back_is_passed_on(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    refuse(google, 429, "rateLimitExceeded", headers={"Retry-After": "17"})
    with pytest.raises(CalendarUnavailable) as away:
        await calendar.get(connection, EVENT)
    assert away.value.retry_after == timedelta(seconds=17)


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "insufficientPermissions", ConnectionLost),
        (403, "accessNotConfigured", CalendarRefused),
        (403, "forbiddenForNonOrganizer", CalendarRefused),
        (400, "timeRangeEmpty", CalendarRefused),
        (404, "notFound", CalendarRefused),
        (412, "conditionNotMet", CalendarRefused),
    ],
)
async def test_a_refused_insert_says_who_can_help(
    google: GoogleStandIn,
    calendar: GoogleCalendar,
    connection: Connection,
    status: int,
    reason: str,
    error: type[CalendarError],
) -> None:
    refuse(google, status, reason)
    with pytest.raises(error) as refused:
        await insert(calendar, connection)
    assert type(refused.value) is error
    assert reason in str(refused.value)


async def test_a_permission_that_does_not_cover_events_is_a_lost_connection(
    google: GoogleStandIn, calendar: GoogleCalendar
) -> None:
    with pytest.raises(ConnectionLost):
        await insert(calendar, connection_with(google.grant(ADA, [FREE_BUSY])))


async def test_a_withdrawn_permission_is_a_lost_connection(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    google.revoke(ADA)
    with pytest.raises(ConnectionLost) as lost:
        await insert(calendar, connection)
    assert GlassVault().open(connection.sealed_token) not in str(lost.value)


async def test_an_access_token_refused_again_and_again_is_a_lost_connection(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    refuse(google, 401, "authError", times=-1)
    with pytest.raises(ConnectionLost):
        await insert(calendar, connection)


async def test_an_access_token_refused_once_is_renewed(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection
) -> None:
    refuse(google, 401, "authError")
    assert (await insert(calendar, connection)).event_id == EVENT


async def test_a_wrong_client_is_the_operators_fault_not_the_dietitians(
    google: GoogleStandIn, connection: Connection
) -> None:
    google.faults.plan(
        Fault(match="POST /token", kind=FaultKind.STATUS, status=401, body={"error": "invalid_client"})
    )
    calendar = calendar_at(google.api_url, google.token_url)
    with pytest.raises(CalendarRefused, match="invalid_client"):
        await calendar.get(connection, EVENT)
    await calendar.aclose()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match="POST /token", kind=FaultKind.HANG, seconds=1.5),
        Fault(match="POST /token", kind=FaultKind.DROP, times=-1),
        Fault(match="POST /token", kind=FaultKind.STATUS, status=400, body="<html>"),
        Fault(match="POST /token", kind=FaultKind.STATUS, status=200, body=[1]),
        Fault(match="POST /token", kind=FaultKind.STATUS, status=200, body={"token_type": "Bearer"}),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.body}",
)
async def test_a_token_endpoint_in_trouble_loses_nobodys_connection(
    google: GoogleStandIn, calendar: GoogleCalendar, connection: Connection, fault: Fault
) -> None:
    fault.times = fault.times or 1
    google.faults.plan(fault)
    with pytest.raises(CalendarUnavailable):
        await insert(calendar, connection)


@pytest.mark.parametrize("body", ["<html>hello</html>", "", "[]", '{"kind":"x"}', '{"id":"a","start":{}}'])
async def test_an_answer_that_cannot_be_read_is_an_absence(body: str) -> None:
    async def token(_: web.Request) -> web.Response:
        return web.json_response({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})

    async def anything(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/token", token)
    app.router.add_route("*", "/{path:.*}", anything)
    async with TestServer(app) as server:
        calendar = calendar_at(str(server.make_url("")), str(server.make_url("/token")))
        with pytest.raises(CalendarUnavailable):
            await insert(calendar, connection_with("r"))
        await calendar.aclose()


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
async def test_a_google_that_is_not_there_is_an_absence(host: str) -> None:
    calendar = calendar_at(f"http://{host}:{free_port()}", f"http://{host}:{free_port()}/token")
    with pytest.raises(CalendarUnavailable):
        await calendar.account(connection_with("r"))
    await calendar.aclose()
