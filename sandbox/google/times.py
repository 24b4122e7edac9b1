"""EventDateTime, both ways."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.google.model import ApiError, Json


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ApiError(400, "invalid", f"Invalid time zone definition for '{name}'.") from error


def instant(written: Json, *, calendar_zone: str) -> datetime:
    """From `dateTime` (with an offset, or a timeZone beside it) or, all day long, from `date`."""
    own = written.get("timeZone")
    tz = zone(own or calendar_zone)
    if (written.get("date") is None) == (written.get("dateTime") is None):
        raise ApiError(400, "invalid", "Invalid start or end: exactly one of date and dateTime is needed.")
    if written.get("date") is not None:
        return datetime.combine(date.fromisoformat(written["date"]), time(), tz).astimezone(UTC)
    moment = datetime.fromisoformat(written["dateTime"].upper())
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if own is None:
        raise ApiError(400, "required", "Missing time zone definition for start time.")
    return moment.replace(tzinfo=tz).astimezone(UTC)


def shown(written: Json, moment: datetime, *, calendar_zone: str) -> Json:
    """Google answers in the calendar's zone, whatever offset the client wrote."""
    if written.get("date") is not None:
        return {"date": written["date"]}
    told = written.get("timeZone") or calendar_zone
    return {"dateTime": rfc3339(moment.astimezone(zone(calendar_zone))), "timeZone": told}


def rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
