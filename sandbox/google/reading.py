"""events.list and freebusy.query."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sandbox.google import times
from sandbox.google.calendar import Calendar
from sandbox.google.model import Account, ApiError, Event, Json

_LONGEST = timedelta(days=90)


def listed(calendar: Calendar, account: Account, query: Mapping[str, list[str]]) -> Json:
    """One page; `pageToken` is the place of its first event."""
    one = {name: values[-1] for name, values in query.items()}
    if "syncToken" in one:
        raise ApiError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
    if one.get("orderBy") == "startTime" and one.get("singleEvents") != "true":
        message = "The requested ordering is not available for the particular query."
        raise ApiError(400, "requestedOrderingNotAvailable", message)
    wanted = [event for event in account.events.values() if _wanted(event, one, query)]
    if one.get("orderBy") == "startTime":
        wanted.sort(key=lambda event: event.start)
    elif one.get("orderBy") == "updated":
        wanted.sort(key=lambda event: event.updated)
    first, size = _place(one.get("pageToken", "0")), min(int(one.get("maxResults", "250")), 2500)
    zone = one.get("timeZone")
    rows = [calendar.shown(account, event, time_zone=zone) for event in wanted[first : first + size]]
    more = {"nextPageToken": str(first + size)} if first + size < len(wanted) else {}
    return {
        "kind": "calendar#events",
        "etag": '"p33"',
        "summary": account.email,
        "description": "",
        "updated": times.stamp(
            max((each.updated for each in wanted), default=datetime(2026, 1, 1, tzinfo=UTC))
        ),
        "timeZone": zone or account.time_zone,
        "accessRole": "owner",
        "defaultReminders": [{"method": "popup", "minutes": 10}],
        **more,
        "items": rows,
    }


def free_busy(account: Account, body: Json, *, errors: Mapping[str, str]) -> Json:
    """What is wrong with one calendar is said inside the 200: unknown, not free."""
    start, end = _bound(body, "timeMin"), _bound(body, "timeMax")
    if end <= start:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    if end - start > _LONGEST:
        message = "The requested time range is too long."
        raise ApiError(400, "timeRangeTooLong", message, domain="calendar")
    if len(body.get("items") or []) > body.get("calendarExpansionMax", 50):
        raise ApiError(400, "tooManyCalendarsRequested", "Too many calendars.", domain="global")
    zone = body.get("timeZone") or "UTC"
    calendars = {}
    for item in body.get("items") or []:
        name = item.get("id", "")
        reason = errors.get(name) or (None if owns(account, name) else "notFound")
        failed = {"errors": [{"domain": "global", "reason": reason}], "busy": []}
        calendars[name] = failed if reason else {"busy": _busy(account, start, end, zone)}
    return {
        "kind": "calendar#freeBusy",
        "timeMin": times.stamp(start),
        "timeMax": times.stamp(end),
        "calendars": calendars,
    }


def owns(account: Account, calendar_id: str) -> bool:
    return calendar_id in ("primary", account.email)


def _busy(account: Account, start: datetime, end: datetime, zone: str) -> list[Json]:
    spans: list[tuple[datetime, datetime]] = []
    for event in sorted(account.events.values(), key=lambda each: each.start):
        if not event.blocks or event.end <= start or event.start >= end:
            continue
        low, high = max(event.start, start), min(event.end, end)
        if spans and low <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], high))
        else:
            spans.append((low, high))
    tz = times.zone(zone)
    return [
        {"start": times.rfc3339(low.astimezone(tz)), "end": times.rfc3339(high.astimezone(tz))}
        for low, high in spans
    ]


def _bound(body: Json, name: str) -> datetime:
    written = body.get(name)
    if written is None:
        raise ApiError(400, "required", f"Missing {name} parameter.")
    moment = datetime.fromisoformat(written.upper())
    if moment.tzinfo is None:
        where = {"location": name, "locationType": "parameter"}
        raise ApiError(400, "badRequest", "Bad Request", where=where)
    return moment.astimezone(UTC)


def _wanted(event: Event, one: Mapping[str, str], query: Mapping[str, list[str]]) -> bool:
    if event.cancelled and one.get("showDeleted") != "true":
        return False
    if "timeMin" in one and event.end <= datetime.fromisoformat(one["timeMin"].upper()):
        return False
    if "timeMax" in one and event.start >= datetime.fromisoformat(one["timeMax"].upper()):
        return False
    if "updatedMin" in one and event.updated < datetime.fromisoformat(one["updatedMin"].upper()):
        return False
    return _matches(event, one, query)


def _matches(event: Event, one: Mapping[str, str], query: Mapping[str, list[str]]) -> bool:
    properties = event.fields.get("extendedProperties", {})
    for kind in ("private", "shared"):
        for pair in query.get(f"{kind}ExtendedProperty", []):
            key, _, value = pair.partition("=")
            if properties.get(kind, {}).get(key) != value:
                return False
    if "iCalUID" in one and one["iCalUID"] != f"{event.id}@google.com":
        return False
    kinds = query.get("eventTypes", ["default"])
    text = f"{event.fields.get('summary', '')} {event.fields.get('description', '')}".lower()
    return event.fields.get("eventType", "default") in kinds and one.get("q", "").lower() in text


def _place(token: str) -> int:
    if not token.isdigit():
        raise ApiError(400, "invalid", "Invalid page token value.")
    return int(token)
