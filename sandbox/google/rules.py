"""What the discovery document says of an event in prose only."""

import re
from typing import Any, Final

from sandbox.google.model import ApiError, Json

_ID = re.compile(r"[a-v0-9]{5,1024}")
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "visibility": ("default", "public", "private", "confidential"),
    "transparency": ("opaque", "transparent"),
    "status": ("confirmed", "tentative", "cancelled"),
}


def check_event(body: Json) -> None:
    """ApiError for values whose enumeration or bounds stand in descriptions."""
    for name, words in _WORDS.items():
        if body.get(name, words[0]) not in words:
            raise _invalid(f"Invalid {name} value.")
    _check_reminders(body.get("reminders") or {})
    for attendee in body.get("attendees") or []:
        if "@" not in attendee.get("email", ""):
            raise _invalid("Invalid attendee email.")
    source = (body.get("source") or {}).get("url", "https://")
    if not source.startswith(("http://", "https://")):
        raise _invalid("Invalid source url.")


def check_id(body: Json) -> None:
    """base32hex, 5 to 1024 signs; an id or an iCalUID, not both."""
    if "id" not in body:
        return
    if not _ID.fullmatch(body["id"]):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    if "iCalUID" in body:
        raise _invalid("id and iCalUID are mutually exclusive.")


def trimmed_properties(given: Any) -> Json:
    """Keys over 44 signs are dropped and values over 1024 cut, both without a word."""
    return {
        kind: {key: value and value[:1024] for key, value in (pairs or {}).items() if len(key) <= 44}
        for kind, pairs in (given or {}).items()
    }


def merged(old: Any, patch: Any) -> Any:
    """PATCH: objects merge, arrays and values are replaced, null removes."""
    if not isinstance(patch, dict):
        return patch
    base = old if isinstance(old, dict) else {}
    changed = {name: merged(base.get(name), value) for name, value in patch.items()}
    return {name: value for name, value in {**base, **changed}.items() if value is not None}


def _check_reminders(reminders: Json) -> None:
    overrides = reminders.get("overrides") or []
    if len(overrides) > 5:
        raise ApiError(400, "invalid", "The maximum number of override reminders is 5.")
    if overrides and reminders.get("useDefault"):
        raise ApiError(400, "cannotUseDefaultRemindersAndSpecifyOverride", "Cannot specify both.")
    for one in overrides:
        if one.get("method") not in ("email", "popup") or not 0 <= one.get("minutes", -1) <= 40320:
            raise _invalid("Invalid reminder override.")


def _invalid(message: str) -> ApiError:
    return ApiError(400, "invalid", message)
