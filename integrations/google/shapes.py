"""Events as Google writes them (Google discovery document calendar v3, Event).

Health stays out: an event carries the title it was given and the booking's opaque id, no guests, no notes.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from domain.model.availability import Interval
from domain.model.calendar import CalendarEvent, ConferenceStatus

Json: TypeAlias = dict[str, Any]

FIELDS = (
    "id,status,start,end,hangoutLink,conferenceData(createRequest/status,entryPoints),"
    "organizer/email,creator/email"
)
"""All that is asked for of an event: what else the dietitian keeps there is not ours to read."""

_MEETING = re.compile(r"https://meet\.google\.com/[A-Za-z0-9/_?=&-]+")
_LONGEST_QUESTION = timedelta(days=90)  # Google refuses longer ones, "The requested time range is too long."
_EPOCH = datetime.fromtimestamp(0, UTC)


def event_body(*, event_id: str, title: str, booking: str, times: Json, conference: Json) -> Json:
    return {
        "id": event_id,
        "summary": title,
        **times,
        **conference,
        "visibility": "private",
        "reminders": {"useDefault": True},
        "extendedProperties": {"private": {"booking_id": booking}},
    }


def times_body(*, start: datetime, end: datetime, timezone: str) -> Json:
    return {
        name: {"dateTime": instant.isoformat(), "timeZone": timezone}
        for name, instant in (("start", start), ("end", end))
    }


def conference_body(request_id: str) -> Json:
    """The same `request_id` again is the same request: Google ignores it."""
    request = {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    return {"conferenceData": {"createRequest": request}}


def read_event(event: Any) -> CalendarEvent:
    """Raises ValueError where it is none."""
    if not isinstance(event, dict) or not isinstance(event.get("id"), str):
        raise ValueError("not an event")  # noqa: TRY004 - the answer is wrong, not our call
    cancelled = event.get("status") == "cancelled"
    meeting_url = _meeting_url(event)
    return CalendarEvent(
        event_id=event["id"],
        start=_instant(event.get("start"), cancelled=cancelled),
        end=_instant(event.get("end"), cancelled=cancelled),
        cancelled=cancelled,
        conference=ConferenceStatus.SUCCESS if meeting_url else _conference_status(event),
        meeting_url=meeting_url,
        account=_email(event.get("organizer")) or _email(event.get("creator")),
    )


def busy_bodies(after: datetime, before: datetime) -> list[Json]:
    """Of the primary calendar, in as many questions as Google wants it cut into."""
    bodies, at = [], after.replace(microsecond=0)
    before = before.replace(microsecond=0)
    while at < before:
        until = min(at + _LONGEST_QUESTION, before)
        span = {"timeMin": at.astimezone(UTC).isoformat(), "timeMax": until.astimezone(UTC).isoformat()}
        bodies.append({**span, "timeZone": "UTC", "items": [{"id": "primary"}]})
        at = until
    return bodies


def read_busy(answer: Any) -> list[Interval]:
    """Raises ValueError where it is unknown: also inside a good answer a calendar can have `errors`."""
    calendars = list(_object(_object(answer).get("calendars")).values())
    if len(calendars) != 1:  # its key is "primary" or the account's address
        raise ValueError("not an answer about one calendar")
    told = _object(calendars[0])
    if told.get("errors"):
        reasons = [str(_object(one).get("reason", "unknown"))[:40] for one in told["errors"]]
        raise ValueError(f"busy times are unknown: {'/'.join(reasons)}")
    if not isinstance(told.get("busy"), list):
        raise ValueError("an answer without busy times")  # noqa: TRY004 - the answer is wrong, not our call
    return [_busy(one) for one in told["busy"]]


def _busy(period: Any) -> Interval:
    begin, end = (_aware(_object(period).get(name)) for name in ("start", "end"))
    if end < begin:
        raise ValueError("a busy time that ends before it begins")
    return begin, end


def _aware(written: Any) -> datetime:
    instant = datetime.fromisoformat(written) if isinstance(written, str) else None
    if instant is None or instant.tzinfo is None:
        raise ValueError("a busy time without its instant")
    return instant.astimezone(UTC)


def _meeting_url(event: Json) -> str | None:
    """The room's address. Only Google Meet's own is passed on to a client."""
    return next((uri for uri in _candidates(event) if _MEETING.fullmatch(uri)), None)


def _candidates(event: Json) -> Iterator[str]:
    """Phone and SIP entries stand beside the video one, in any order; `hangoutLink` is the older place."""
    for entry in _object(event.get("conferenceData")).get("entryPoints") or []:
        if _object(entry).get("entryPointType") == "video" and isinstance(entry.get("uri"), str):
            yield entry["uri"]
    if isinstance(event.get("hangoutLink"), str):
        yield event["hangoutLink"]


def _conference_status(event: Json) -> ConferenceStatus:
    """Without a link: still coming, failed, or never to come because the request was passed over."""
    request = _object(event.get("conferenceData")).get("createRequest")
    if not isinstance(request, dict):
        return ConferenceStatus.ABSENT
    match _object(request.get("status")).get("statusCode"):
        case "success" | "failure":  # a success without a room is none
            return ConferenceStatus.FAILURE
        case _:
            return ConferenceStatus.PENDING


def _instant(moment: Any, *, cancelled: bool) -> datetime:
    """A cancelled event may have lost its times; an all-day one has dates, and is no longer what we made."""
    moment = _object(moment)
    written = moment.get("dateTime") or moment.get("date")
    if written is None and cancelled:
        return _EPOCH
    if not isinstance(written, str):
        raise ValueError("an event without times")  # noqa: TRY004 - the answer is wrong, not our call
    instant = datetime.fromisoformat(written)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def _email(person: Any) -> str | None:
    email = _object(person).get("email")
    return email if isinstance(email, str) and email else None


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
