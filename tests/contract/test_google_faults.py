"""Every exception of Google's libraries, and every shape of an event."""

import http.client
import inspect
import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import google.auth.exceptions
import googleapiclient.errors
import httplib2.error
import pytest
from googleapiclient.errors import HttpError

from domain.errors import CalendarError, CalendarRefused, CalendarUnavailable, ConnectionLost
from domain.model.calendar import ConferenceStatus
from integrations.google import faults
from integrations.google.shapes import read_event

MEET = "https://meet.google.com/abc-defg-hij"
AT = {"dateTime": "2030-05-06T10:00:00+01:00", "timeZone": "Africa/Lagos"}
PLAIN = {"id": "event1", "status": "confirmed", "start": AT, "end": AT}


def exceptions_of(module: ModuleType) -> list[type[Exception]]:
    return [
        found
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Exception) and not issubclass(found, Warning)
    ]


EVERY = [
    *exceptions_of(google.auth.exceptions),
    *exceptions_of(googleapiclient.errors),
    *exceptions_of(httplib2.error),
    *exceptions_of(http.client),
    *(TimeoutError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError, OSError),
    *(ssl.SSLError, ssl.SSLCertVerificationError, socket.gaierror, json.JSONDecodeError, UnicodeDecodeError),
]


def refresh_error(*arguments: Any, retryable: bool = False) -> Exception:
    kind: Any = google.auth.exceptions.RefreshError
    fault: Exception = kind(*arguments, retryable=retryable)
    return fault


def answer(status: int, reason: str = "x", **headers: str) -> HttpError:
    body = {"error": {"code": status, "message": "No.", "errors": [{"reason": reason}]}}
    response = httplib2.Response({"status": str(status), **headers})
    return HttpError(response, json.dumps(body).encode(), uri="https://www.googleapis.com/calendar")


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_of_google_becomes_one_of_ours(kind: type[Exception]) -> None:
    assert issubclass(kind, faults.EXPECTED)
    fault: Exception = answer(500) if issubclass(kind, HttpError) else kind.__new__(kind)
    if isinstance(fault, google.auth.exceptions.RefreshError):
        fault = refresh_error("no")
    assert isinstance(faults.calendar_error(fault), CalendarError)


@pytest.mark.parametrize("status", [*range(300, 600)])
def test_every_status_becomes_one_of_ours(status: int) -> None:
    ours = faults.calendar_error(answer(status))
    assert isinstance(ours, CalendarError)
    assert ours.retryable is (status < 400 or status in {408, 429} or status >= 500)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"error":"x"}', b'{"error":{"errors":[1]}}'])
def test_an_error_without_reasons_is_still_an_error(content: bytes) -> None:
    fault = HttpError(httplib2.Response({"status": "403"}), content)
    assert isinstance(faults.calendar_error(fault), CalendarRefused)


def test_the_newer_form_of_an_error_is_read_as_well() -> None:
    details = [{"@type": "type.googleapis.com/ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]
    body = {"error": {"code": 403, "message": "No.", "status": "PERMISSION_DENIED", "details": details}}
    fault = HttpError(httplib2.Response({"status": "403"}), json.dumps(body).encode())
    assert isinstance(faults.calendar_error(fault), ConnectionLost)


@pytest.mark.parametrize(
    ("header", "rest"),
    [("30", timedelta(seconds=30)), ("999999999", timedelta(days=1)), ("9" * 40, None), ("soon", None)],
)
def test_a_time_to_come_back_is_taken_where_it_is_sane(header: str, rest: timedelta | None) -> None:
    ours = faults.calendar_error(answer(503, **{"retry-after": header}))
    assert isinstance(ours, CalendarUnavailable)
    assert ours.retry_after == rest


@pytest.mark.parametrize(
    ("arguments", "retryable", "error"),
    [
        (("invalid_grant: revoked", {"error": "invalid_grant"}), False, ConnectionLost),
        (("x", {"error": "admin_policy_enforced"}), False, ConnectionLost),
        (("x", {"error": "invalid_client"}), False, CalendarRefused),
        (("x", {"error": "deleted_client"}), False, CalendarRefused),
        (("x", {"error": "unauthorized_client"}), False, CalendarRefused),
        (("x", {"error": "internal_failure"}), True, CalendarUnavailable),
        (("x", {"error": 7}), False, CalendarUnavailable),
        (("<html>",), False, CalendarUnavailable),
        (("x", "text"), False, CalendarUnavailable),
        ((), False, CalendarUnavailable),
    ],
)
def test_only_a_dead_grant_costs_the_dietitian_her_connection(
    *, arguments: tuple[Any, ...], retryable: bool, error: type[CalendarError]
) -> None:
    fault = refresh_error(*arguments, retryable=retryable)
    assert type(faults.calendar_error(fault)) is error


def conference(*entries: Any, status: str | None = None) -> dict[str, Any]:
    asked = {"createRequest": {"status": {"statusCode": status}}} if status else {}
    return {**PLAIN, "conferenceData": {"entryPoints": list(entries), **asked}}


VIDEO = {"entryPointType": "video", "uri": MEET}
PHONE = {"entryPointType": "phone", "uri": "tel:+234-1-555"}


@pytest.mark.parametrize(
    "event",
    [
        conference(VIDEO),
        conference(PHONE, VIDEO, status="success"),
        {**PLAIN, "hangoutLink": MEET},
        {**conference(PHONE), "hangoutLink": MEET},
        {**PLAIN, "hangoutLink": MEET, "conferenceData": {"createRequest": {"status": {}}}},
    ],
)
def test_the_link_is_the_video_entry_or_the_older_field(event: dict[str, Any]) -> None:
    read = read_event(event)
    assert (read.meeting_url, read.conference) == (MEET, ConferenceStatus.SUCCESS)


@pytest.mark.parametrize(
    "uri",
    ["http://meet.google.com/abc", "https://meet.google.com.evil.example/abc", "https://evil.example/",
     "https://evil.example/https://meet.google.com/abc", "javascript:alert(1)", "https://meet.google.com/a b",
     "https://user@meet.google.com/abc", "", None, 7],
)  # fmt: skip
def test_a_link_elsewhere_is_no_link(uri: object) -> None:
    event = {**conference({"entryPointType": "video", "uri": uri}, status="success"), "hangoutLink": uri}
    read = read_event(event)
    assert (read.meeting_url, read.conference) == (None, ConferenceStatus.FAILURE)


@pytest.mark.parametrize(
    ("status", "conference_status"),
    [("pending", ConferenceStatus.PENDING), ("failure", ConferenceStatus.FAILURE),
     ("success", ConferenceStatus.FAILURE), ("new-word", ConferenceStatus.PENDING)],
)  # fmt: skip
def test_the_state_of_a_link_is_read_where_google_keeps_it(
    status: str, conference_status: ConferenceStatus
) -> None:
    assert read_event(conference(status=status)).conference is conference_status


def test_an_event_moved_to_whole_days_is_still_read() -> None:
    read = read_event({**PLAIN, "start": {"date": "2030-05-06"}, "end": {"date": "2030-05-07"}})
    assert read.start == datetime(2030, 5, 6, tzinfo=UTC)


def test_a_cancelled_event_may_have_lost_its_times() -> None:
    assert read_event({"id": "event1", "status": "cancelled"}).cancelled


@pytest.mark.parametrize(
    "event",
    [None, [], "", {}, {"id": 1}, {"id": "a"}, {**PLAIN, "start": None}, {**PLAIN, "end": {"dateTime": "x"}}],
)
def test_what_is_not_an_event_is_said_to_be_none(event: object) -> None:
    with pytest.raises(ValueError):
        read_event(event)
