"""Which path leads to which answer, with the faults and the record of calls around each."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from sandbox.faults import Faults
from sandbox.google.api import CalendarApi, TokenApi
from sandbox.google.consent import ConsentPage
from sandbox.google.model import ApiError, OAuthError

_Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_EVENTS = "/calendar/v3/calendars/{calendarId}/events"
_EVENT = _EVENTS + "/{eventId}"


def build(
    *,
    api: CalendarApi,
    tokens: TokenApi,
    consent: ConsentPage,
    faults: Faults,
    calls: list[str],
    heard: list[str],
) -> web.Application:
    app = web.Application()
    answers: list[tuple[str, str, _Answer]] = [
        ("GET", "/o/oauth2/v2/auth", consent.show),
        ("POST", "/o/oauth2/v2/auth", consent.decide),
        ("POST", "/token", tokens.token),
        ("POST", "/revoke", tokens.revoke),
        ("POST", _EVENTS, api.insert),
        ("GET", _EVENTS, api.list),
        ("GET", _EVENT, api.get),
        ("PATCH", _EVENT, api.patch),
        ("DELETE", _EVENT, api.delete),
        ("POST", "/calendar/v3/freeBusy", api.free_busy),
    ]
    for method, path, answer in answers:
        app.router.add_route(
            method, path, _watched(path, _told(answer), faults=faults, calls=calls, heard=heard)
        )
    return app


def _watched(path: str, answer: _Answer, *, faults: Faults, calls: list[str], heard: list[str]) -> _Answer:
    """Faults know a call by its path here, whatever prefix the stand-in is mounted under."""

    async def handle(request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {path.format_map(request.match_info)}"
        calls.append(name)
        if not path.startswith("/o/oauth2"):  # that is a person's browser
            heard.append(f"{request.method} {request.path_qs} {await request.text()}")
        return await faults.around(name, request, lambda: answer(request))

    return handle


def _told(answer: _Answer) -> _Answer:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await answer(request)
        except (ApiError, OAuthError) as error:
            return web.json_response(error.body, status=error.status)

    return handle
