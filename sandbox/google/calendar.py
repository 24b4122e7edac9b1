"""Writing and reading one account's primary calendar."""

import itertools
import secrets
from datetime import datetime

from sandbox.google import rules, times
from sandbox.google.conference import Conferences
from sandbox.google.model import Account, ApiError, Clock, Event, Json

_GENERATED = "abcdefghijklmnopqrstuv0123456789"


class Calendar:
    def __init__(self, *, clock: Clock, conferences: Conferences) -> None:
        self._clock = clock
        self._conferences = conferences
        self._versions = itertools.count(3_500_000_000_000_000)

    def insert(self, account: Account, body: Json, *, conference_version: str) -> Event:
        """An id is taken for ever: that of a cancelled event as well."""
        rules.check_event(body)
        rules.check_id(body)
        event_id = body.get("id") or "".join(secrets.choice(_GENERATED) for _ in range(26))
        if event_id in account.events:
            raise ApiError(409, "duplicate", "The requested identifier already exists.")
        fields = {name: value for name, value in body.items() if name not in ("id", "conferenceData")}
        now = self._clock.now()
        start, end = _span(account, fields)
        meet = None
        if "conferenceData" in body:
            asked = body["conferenceData"]
            meet = self._conferences.ask(event_id, asked, version=conference_version, before=None)
        event = Event(id=event_id, start=start, end=end, fields=fields, created=now, updated=now, meet=meet)
        self._store(account, event, fields)
        return event

    def get(self, account: Account, event_id: str) -> Event:
        """Cancelled events are still found."""
        found = account.events.get(event_id)
        if found is None:
            raise ApiError(404, "notFound", "Not Found")
        return found

    def patch(
        self, account: Account, event_id: str, body: Json, *, conference_version: str, if_match: str | None
    ) -> Event:
        event = self.get(account, event_id)
        _check_etag(event, if_match)
        if event.cancelled:
            raise ApiError(403, "forbidden", "Forbidden")
        if body.get("id", event.id) != event.id:
            raise ApiError(400, "invalid", "The id of an event cannot be changed.")
        fields = rules.merged(
            event.fields, {key: body[key] for key in body if key not in ("id", "conferenceData")}
        )
        rules.check_event(fields)
        span = _span(account, fields)
        if "conferenceData" in body:
            asked = body["conferenceData"]
            event.meet = self._conferences.ask(event.id, asked, version=conference_version, before=event.meet)
        event.start, event.end = span
        self._store(account, event, fields)
        return event

    def delete(self, account: Account, event_id: str, *, if_match: str | None) -> None:
        event = self.get(account, event_id)
        if event.cancelled:
            raise ApiError(410, "deleted", "Resource has been deleted")
        _check_etag(event, if_match)
        self._store(account, event, {**event.fields, "status": "cancelled"})

    def read(self, event: Event) -> None:
        self._conferences.read(event)

    def shown(self, account: Account, event: Event, *, time_zone: str | None = None) -> Json:
        shown_zone = time_zone or account.time_zone
        told = {name: value for name, value in event.fields.items() if name not in ("start", "end")}
        me = {"email": account.email, "self": True}
        return {
            "kind": "calendar#event",
            "etag": event.etag,
            "id": event.id,
            "htmlLink": f"https://www.google.com/calendar/event?eid={event.id}",
            "created": times.stamp(event.created),
            "updated": times.stamp(event.updated),
            "creator": me,
            "organizer": me,
            "start": times.shown(event.fields["start"], event.start, calendar_zone=shown_zone),
            "end": times.shown(event.fields["end"], event.end, calendar_zone=shown_zone),
            "iCalUID": f"{event.id}@google.com",
            "sequence": 0,
            "reminders": {"useDefault": True},
            "eventType": "default",
            **told,
            "status": event.status,
            **self._conferences.shown(event),
        }

    def _store(self, account: Account, event: Event, fields: Json) -> None:
        event.status = fields.get("status", "confirmed")
        if "extendedProperties" in fields:
            fields = {
                **fields,
                "extendedProperties": rules.trimmed_properties(fields["extendedProperties"]),
            }
        event.fields = fields
        event.updated = self._clock.now()
        event.version = next(self._versions)
        account.events[event.id] = event


def _check_etag(event: Event, if_match: str | None) -> None:
    if if_match not in (None, "*", event.etag):
        where = {"locationType": "header", "location": "If-Match"}
        raise ApiError(412, "conditionNotMet", "Precondition Failed", where=where)


def _span(account: Account, fields: Json) -> tuple[datetime, datetime]:
    """Start and end as instants; an event has to last."""
    for name in ("start", "end"):
        if not fields.get(name):
            raise ApiError(400, "required", f"Missing {name} time.")
    start = times.instant(fields["start"], calendar_zone=account.time_zone)
    end = times.instant(fields["end"], calendar_zone=account.time_zone)
    if end <= start:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    return start, end
