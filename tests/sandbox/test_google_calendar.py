"""The pretended Calendar, asked with Google's own client over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import google_auth_httplib2
import httplib2
import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.google import SCOPE_ROOT, GoogleStandIn

ADA = "ada@example.com"
EVENTS, FREE_BUSY = f"{SCOPE_ROOT}calendar.events", f"{SCOPE_ROOT}calendar.freebusy"
LINK = {"createRequest": {"requestId": "r-1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
EVENT: dict[str, Any] = {
    "id": "abc12",
    "summary": "Consultation",
    "start": {"dateTime": "2027-03-01T10:00:00+00:00", "timeZone": "Africa/Lagos"},
    "end": {"dateTime": "2027-03-01T10:45:00+00:00", "timeZone": "Africa/Lagos"},
    "conferenceData": LINK,
    "extendedProperties": {"private": {"booking_id": "7"}},
}


@dataclass
class World:
    standin: GoogleStandIn
    clock: MovableClock
    service: Any
    credentials: Credentials

    async def ask(self, question: Callable[[Any], Any]) -> Any:
        def work() -> Any:
            http = google_auth_httplib2.AuthorizedHttp(self.credentials, http=httplib2.Http(timeout=5))
            try:
                return question(self.service).execute(http=http, num_retries=0)
            finally:
                http.close()

        return await asyncio.to_thread(work)

    async def insert(self, *, version: int = 1, **changes: Any) -> Any:
        body = {name: value for name, value in (EVENT | changes).items() if value is not None}
        return await self.ask(
            lambda s: s.events().insert(calendarId="primary", conferenceDataVersion=version, body=body)
        )

    async def get(self, **more: Any) -> Any:
        return await self.ask(lambda s: s.events().get(calendarId="primary", eventId="abc12", **more))

    async def patch(self, **body: Any) -> Any:
        return await self.ask(
            lambda s: s.events().patch(
                calendarId="primary", eventId="abc12", conferenceDataVersion=1, body=body
            )
        )

    async def delete(self) -> Any:
        return await self.ask(lambda s: s.events().delete(calendarId="primary", eventId="abc12"))

    async def refusal(self, question: Any) -> tuple[int, str]:
        with pytest.raises(HttpError) as caught:
            await question
        details: Any = caught.value.error_details
        return caught.value.status_code, details[0]["reason"]

    def sign_in(self, *scopes: str) -> None:
        self.credentials = Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=self.standin.grant(ADA, scopes),
            token_uri=self.standin.token_url,
            client_id="dietdesk",
            client_secret="secret",
        )


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = MovableClock(tmp_path / "clock.json")
    standin = GoogleStandIn(clock=clock, client_id="dietdesk", client_secret="secret", public_url="")
    standin.add_account(ADA)
    site = web.Application()
    site.add_subapp("/google", standin.app())
    server = TestServer(site)
    await server.start_server()
    standin.public_url = str(server.make_url("/google"))
    service = build(
        "calendar",
        "v3",
        http=httplib2.Http(timeout=5),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": f"{standin.api_url}/calendar/v3/"},
    )
    world = World(standin, clock, service, None)  # type: ignore[arg-type]
    world.sign_in(EVENTS, FREE_BUSY)
    yield world
    await server.close()


def status_of(event: dict[str, Any]) -> str:
    return str(event["conferenceData"]["createRequest"]["status"]["statusCode"])


async def test_a_link_is_pending_for_some_reads_and_then_there(world: World) -> None:
    said = [await world.insert(), await world.get(), await world.get(), await world.get()]
    assert [status_of(event) for event in said] == ["pending", "pending", "pending", "success"]
    assert "hangoutLink" not in said[2]
    [video] = [e for e in said[3]["conferenceData"]["entryPoints"] if e["entryPointType"] == "video"]
    assert video["uri"] == said[3]["hangoutLink"]
    code = said[3]["hangoutLink"].removeprefix("https://meet.google.com/")
    assert [len(part) for part in code.split("-")] == [3, 4, 3]


async def test_times_are_told_in_the_calendars_own_zone(world: World) -> None:
    said = await world.insert()
    assert said["start"] == {"dateTime": "2027-03-01T11:00:00+01:00", "timeZone": "Africa/Lagos"}
    assert said["organizer"]["email"] == ADA


async def test_a_link_is_not_made_where_the_version_is_not_named(world: World) -> None:
    assert "conferenceData" not in await world.insert(version=0)


@pytest.mark.parametrize(("outcome", "said"), [("failure", "failure"), ("never", "pending")])
async def test_a_link_can_fail_or_never_come(world: World, outcome: str, said: str) -> None:
    world.standin.conference, world.standin.pending_gets = outcome, 1
    await world.insert()
    await world.get()
    event = await world.get()
    assert status_of(event) == said
    assert "entryPoints" not in event["conferenceData"]


async def test_a_failed_link_can_be_asked_for_again_with_a_new_request_id_only(world: World) -> None:
    world.standin.conference, world.standin.pending_gets = "failure", 0
    await world.insert()
    world.standin.conference = "success"
    assert status_of(await world.patch(conferenceData=LINK)) == "failure"
    again = {"createRequest": {**LINK["createRequest"], "requestId": "r-2"}}
    assert status_of(await world.patch(conferenceData=again)) == "success"


async def test_a_refused_link_takes_the_event_with_it(world: World) -> None:
    world.standin.conference = "refused"
    with pytest.raises(HttpError, match="Invalid conference type value") as caught:
        await world.insert()
    assert caught.value.status_code == 400
    assert world.standin.events(ADA) == []
    world.standin.conference = "ignored"
    assert "conferenceData" not in await world.insert()


async def test_an_id_is_taken_for_ever(world: World) -> None:
    await world.insert()
    assert await world.refusal(world.insert()) == (409, "duplicate")
    assert await world.delete() == ""
    assert await world.refusal(world.delete()) == (410, "deleted")
    assert (await world.get())["status"] == "cancelled"
    assert await world.refusal(world.insert()) == (409, "duplicate")
    assert await world.refusal(world.patch(summary="x")) == (403, "forbidden")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "ABC12"}, "invalid"),
        ({"id": "abcz"}, "invalid"),
        ({"colour": "red"}, "invalid"),
        ({"hangoutLink": "https://meet.google.com/x"}, "invalid"),
        ({"summary": 7}, "invalid"),
        ({"end": None}, "required"),
        ({"end": EVENT["start"]}, "timeRangeEmpty"),
        ({"start": {"dateTime": "2027-03-01T10:00:00"}}, "required"),
        ({"start": {"dateTime": "tomorrow"}}, "invalid"),
        ({"start": {"dateTime": "2027-03-01T10:00:00", "timeZone": "Lagos"}}, "invalid"),
        ({"visibility": "secret"}, "invalid"),
        ({"reminders": {"overrides": [{"method": "sms", "minutes": 10}]}}, "invalid"),
        ({"conferenceData": {"createRequest": {"requestID": "r"}}}, "invalid"),
        ({"conferenceData": {"createRequest": {}}}, "required"),
        ({"conferenceData": {"conferenceId": "aaa-bbbb-ccc"}}, "invalid"),
        ({"iCalUID": "x@example.com"}, "invalid"),
    ],
)
async def test_it_refuses_a_bad_event(world: World, changes: dict[str, Any], reason: str) -> None:
    assert await world.refusal(world.insert(**changes)) == (400, reason)
    assert world.standin.events(ADA) == []


async def test_it_refuses_parameters_the_method_does_not_have(world: World) -> None:
    def numbered(query: str) -> Callable[[Any], Any]:
        def question(service: Any) -> Any:
            asked = service.events().get(calendarId="primary", eventId="abc12")
            asked.uri += f"&{query}"
            return asked

        return question

    await world.insert()
    for query in ("conferenceDataVersion=1", "maxAttendees=0", "alwaysIncludeEmail=yes"):
        assert await world.refusal(world.ask(numbered(query))) == (400, "invalid")


async def test_a_patch_merges_objects_and_keeps_the_link(world: World) -> None:
    world.standin.pending_gets = 0
    before = await world.insert()
    moved = await world.patch(
        start={"dateTime": "2027-03-02T10:00:00Z"},
        end={"dateTime": "2027-03-02T11:00:00Z"},
        extendedProperties={"private": {"step": "2"}},
        summary=None,
    )
    assert moved["hangoutLink"] == before["hangoutLink"]
    assert moved["start"]["dateTime"] == "2027-03-02T11:00:00+01:00"
    assert moved["extendedProperties"]["private"] == {"booking_id": "7", "step": "2"}
    assert "summary" not in moved
    assert moved["etag"] != before["etag"]


async def test_a_stale_etag_is_refused(world: World) -> None:
    etag = (await world.insert())["etag"]
    await world.patch(summary="New")

    def question(service: Any) -> Any:
        asked = service.events().patch(calendarId="primary", eventId="abc12", body={"summary": "Old"})
        asked.headers["If-Match"] = etag
        return asked

    assert await world.refusal(world.ask(question)) == (412, "conditionNotMet")


async def test_it_leaves_only_the_fields_asked_for(world: World) -> None:
    await world.insert()
    fields = "id,conferenceData(createRequest/status,entryPoints)"
    assert await world.get(fields=fields) == {
        "id": "abc12",
        "conferenceData": {"createRequest": {"status": {"statusCode": "pending"}}},
    }
    assert await world.refusal(world.get(fields="id,(")) == (400, "invalidParameter")


async def test_events_are_found_by_time_and_by_private_property(world: World) -> None:
    await world.insert()
    await world.insert(id="abc13", extendedProperties={"private": {"booking_id": "8"}})

    async def ids(**query: Any) -> list[str]:
        found = await world.ask(lambda s: s.events().list(calendarId=ADA, **query))
        assert (found["summary"], found["timeZone"]) == (ADA, "Africa/Lagos")
        return [event["id"] for event in found["items"]]

    assert await ids(privateExtendedProperty="booking_id=8") == ["abc13"]
    assert await ids(timeMin="2027-03-01T10:44:00Z", singleEvents=True, orderBy="startTime") == [
        "abc12",
        "abc13",
    ]
    assert await ids(timeMin="2027-03-01T10:45:00Z") == []
    assert await ids(maxResults=1) == ["abc12"]
    assert await ids(maxResults=1, pageToken="1") == ["abc13"]
    await world.delete()
    assert await ids() == ["abc13"]
    assert await ids(showDeleted=True) == ["abc12", "abc13"]


async def free_busy(world: World, *calendars: str, days: int = 7) -> Any:
    start = datetime(2027, 3, 1, tzinfo=UTC)
    body = {
        "timeMin": start.isoformat(),
        "timeMax": (start + timedelta(days=days)).isoformat(),
        "items": [{"id": name} for name in calendars],
    }
    return (await world.ask(lambda s: s.freebusy().query(body=body)))["calendars"]


async def test_busy_times_are_merged_and_told_in_utc(world: World) -> None:
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    world.standin.add_event(ADA, at, at + timedelta(minutes=75))
    world.standin.add_event(ADA, at, at + timedelta(hours=9), transparency="transparent")
    await world.insert()
    said = await free_busy(world, "primary", "else@example.com")
    assert said["primary"]["busy"] == [{"start": "2027-03-01T09:00:00Z", "end": "2027-03-01T10:45:00Z"}]
    assert said["else@example.com"]["errors"][0]["reason"] == "notFound"
    world.standin.free_busy_errors["primary"] = "internalError"
    assert (await free_busy(world, "primary"))["primary"]["errors"][0]["reason"] == "internalError"
    assert await world.refusal(free_busy(world, "primary", days=91)) == (400, "timeRangeTooLong")


async def test_the_scopes_of_the_token_decide(world: World) -> None:
    world.sign_in(EVENTS)
    assert await world.refusal(free_busy(world, "primary")) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    world.sign_in(FREE_BUSY)
    assert await world.refusal(world.insert()) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


async def test_a_revoked_account_ends_access_and_refresh(world: World) -> None:
    await world.insert()
    world.standin.revoke(ADA)
    with pytest.raises(RefreshError) as caught:
        await world.get()
    assert caught.value.args[1]["error"] == "invalid_grant"


async def test_an_access_token_that_ran_out_is_refreshed_by_the_client(world: World) -> None:
    await world.insert()
    world.clock.advance(timedelta(hours=1))
    await world.get()
    assert world.standin.calls.count("POST /token") == 2


async def test_her_own_changes_show(world: World) -> None:
    await world.insert()
    world.standin.move_event(ADA, "abc12", timedelta(hours=1))
    assert (await world.get())["start"]["dateTime"] == "2027-03-01T12:00:00+01:00"
    world.standin.delete_event(ADA, "abc12")
    assert (await world.get())["status"] == "cancelled"


async def test_a_connection_dropped_after_the_insert_makes_the_client_send_it_twice(world: World) -> None:
    path = "POST /calendar/v3/calendars/primary/events"
    world.standin.faults.plan(Fault(match=path, kind=FaultKind.DROP, after=True))
    assert await world.refusal(world.insert()) == (409, "duplicate")
    assert world.standin.calls.count(path) == 2
    assert len(world.standin.events(ADA)) == 1


async def test_a_hanging_answer_leaves_the_event_behind(world: World) -> None:
    path = "POST /calendar/v3/calendars/*"
    world.standin.faults.plan(Fault(match=path, kind=FaultKind.HANG, after=True, seconds=30))
    url = f"{world.standin.api_url}/calendar/v3/calendars/primary/events"
    await world.ask(lambda s: s.events().list(calendarId="primary"))
    headers = {"Authorization": f"Bearer {world.credentials.token}"}
    body = {name: value for name, value in EVENT.items() if name != "conferenceData"}
    async with httpx.AsyncClient(timeout=0.5) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post(url, json=body, headers=headers)
    assert [event["id"] for event in world.standin.events(ADA)] == ["abc12"]
