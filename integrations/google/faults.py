"""Everything Google's library can raise, as the practice's own errors. The one place for it.

Loads Google's library: only `integrations.google.api` imports this. Statuses and reasons: Google Calendar
API, handle API errors.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.exceptions import TimeoutError as GoogleTimeoutError
from googleapiclient.errors import Error as ApiError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error

from domain.errors import (
    CalendarError,
    CalendarRefused,
    CalendarUnavailable,
    ConferenceRefused,
    ConnectionLost,
    EventExists,
    EventMissing,
)

EXPECTED = (
    *(ApiError, GoogleAuthError, HttpLib2Error, HTTPException),
    OSError,  # time-outs and refusals during a token refresh come bare
    *(ValueError, TypeError, KeyError, AttributeError),  # an answer of another shape, deep in the library
)
"""What executing a request may raise. A mistake of ours shows earlier, where the request is built."""

_QUOTA_RESTS = timedelta(hours=1)
_LONGEST_REST = timedelta(days=1)
_DEAD_TOKEN = frozenset({"invalid_grant", "admin_policy_enforced"})
_THROTTLED = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_OVER_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_BY_STATUS: dict[int, type[CalendarError]] = {
    401: ConnectionLost,  # the library has refreshed and asked again, twice
    404: EventMissing,
    409: EventExists,
    410: EventMissing,
}
_NOT_GRANTED = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})


def calendar_error(fault: Exception) -> CalendarError:
    name = type(fault).__name__
    match fault:
        case HttpError():
            return _answered(fault)
        case RefreshError():
            return _refresh_failed(fault)
        case TransportError() | GoogleTimeoutError():
            return CalendarUnavailable(f"Google did not answer: {name}")
        case ApiError() | GoogleAuthError():
            return CalendarRefused(f"Google's library refused: {name}")
        case HttpLib2Error() | HTTPException() | OSError():
            return CalendarUnavailable(f"Google did not answer: {name}")
        case _:
            return CalendarUnavailable(f"Google's answer is unreadable: {name}")


def _answered(answer: HttpError) -> CalendarError:
    status, reasons = int(answer.status_code), set(_reasons(answer.content))
    said = f"Google said {status} {'/'.join(sorted(reasons))}: {answer.reason[:200]}"
    if status in {403, 429} and reasons & _OVER_QUOTA:
        return CalendarUnavailable(said, retry_after=_QUOTA_RESTS)
    if status in {408, 429} or status >= 500 or status < 400 or reasons & _THROTTLED:  # noqa: PLR2004
        return CalendarUnavailable(said, retry_after=_retry_after(answer))
    if status == 400 and "invalid conference type" in answer.reason.lower():  # noqa: PLR2004
        return ConferenceRefused(said)
    if status == 403 and reasons & _NOT_GRANTED:  # noqa: PLR2004
        return ConnectionLost(said)
    return _BY_STATUS.get(status, CalendarRefused)(said)


def _refresh_failed(fault: RefreshError) -> CalendarError:
    """Only a dead grant is the dietitian's business; a wrong client is the operator's, and hits them all."""
    told = fault.args[1] if len(fault.args) > 1 and isinstance(fault.args[1], dict) else {}
    error = told.get("error")
    if fault.retryable or not isinstance(error, str):
        return CalendarUnavailable("Google's token endpoint gave no token")
    if error in _DEAD_TOKEN:
        return ConnectionLost(f"Google refused the refresh token: {error}")
    return CalendarRefused(f"Google's token endpoint said {error}")


def _reasons(content: bytes) -> Iterator[str]:
    """From both forms of an error: `errors[].reason` and the newer `details[].reason`."""
    try:
        error: Any = json.loads(content)["error"]
    except (ValueError, TypeError, KeyError):
        return
    if not isinstance(error, dict):
        return
    for entries in (error.get("errors"), error.get("details")):
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("reason"), str):
                yield entry["reason"]


def _retry_after(answer: HttpError) -> timedelta | None:
    seconds = str(answer.resp.get("retry-after", ""))
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10):  # noqa: PLR2004 - a sane number
        return None
    return min(timedelta(seconds=int(seconds)), _LONGEST_REST)
