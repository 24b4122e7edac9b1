"""HTTP around the calendar and the tokens: who asks, may she, is the question well formed."""

import base64
import binascii
import json
from collections.abc import Mapping

from aiohttp import web

from sandbox.google import mask, oracle, reading
from sandbox.google.calendar import Calendar
from sandbox.google.model import Account, ApiError, Json, OAuthError
from sandbox.google.oauth import Tokens


class CalendarApi:
    """`free_busy_errors`: calendar id to reason (`notFound`, `internalError`), said inside a 200."""

    def __init__(self, *, tokens: Tokens, calendar: Calendar) -> None:
        self.free_busy_errors: dict[str, str] = {}
        self._tokens = tokens
        self._calendar = calendar

    async def insert(self, request: web.Request) -> web.Response:
        account, body = await self._admit(request, "insert")
        version = request.query.get("conferenceDataVersion", "0")
        event = self._calendar.insert(account, body, conference_version=version)
        return _json(request, self._calendar.shown(account, event))

    async def get(self, request: web.Request) -> web.Response:
        account, _ = await self._admit(request, "get")
        event = self._calendar.get(account, request.match_info["eventId"])
        shown = self._calendar.shown(account, event, time_zone=request.query.get("timeZone"))
        self._calendar.read(event)
        return _json(request, shown)

    async def list(self, request: web.Request) -> web.Response:
        account, _ = await self._admit(request, "list")
        return _json(request, reading.listed(self._calendar, account, _query(request)))

    async def patch(self, request: web.Request) -> web.Response:
        account, body = await self._admit(request, "patch")
        event = self._calendar.patch(
            account,
            request.match_info["eventId"],
            body,
            conference_version=request.query.get("conferenceDataVersion", "0"),
            if_match=request.headers.get("If-Match"),
        )
        return _json(request, self._calendar.shown(account, event))

    async def delete(self, request: web.Request) -> web.Response:
        account, _ = await self._admit(request, "delete")
        if_match = request.headers.get("If-Match")
        self._calendar.delete(account, request.match_info["eventId"], if_match=if_match)
        return web.Response(status=204)

    async def free_busy(self, request: web.Request) -> web.Response:
        account, body = await self._admit(request, "query", resource="freebusy")
        return _json(request, reading.free_busy(account, body, errors=self.free_busy_errors))

    async def _admit(
        self, request: web.Request, name: str, *, resource: str = "events"
    ) -> tuple[Account, Json]:
        """The account that asks and the body it sent, both judged by the discovery document."""
        spec = oracle.method(resource, name)
        token = self._tokens.bearer(request.headers.get("Authorization", ""))
        if token is None:
            where = {"locationType": "header", "location": "Authorization"}
            raise ApiError(401, "authError", "Invalid Credentials", where=where)
        oracle.check_scopes(spec, token.scopes)
        oracle.check_query(spec, _query(request))
        body = await _body(request) if "request" in spec else {}
        if "request" in spec:
            oracle.check_body(spec, body)
        account = token.grant.account
        if not reading.owns(account, request.match_info.get("calendarId", "primary")):
            raise ApiError(404, "notFound", "Not Found")
        return account, body


class TokenApi:
    def __init__(self, *, tokens: Tokens) -> None:
        self._tokens = tokens

    async def token(self, request: web.Request) -> web.Response:
        form = await _form(request)
        answer = self._tokens.token(form, basic=_basic(request.headers.get("Authorization", "")))
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    async def revoke(self, request: web.Request) -> web.Response:
        form = await _form(request)
        self._tokens.revoke(form.get("token") or request.query.get("token", ""))
        return web.json_response({})


async def _form(request: web.Request) -> Mapping[str, str]:
    form = {name: str(value) for name, value in (await request.post()).items()}
    if len(form) != len(await request.post()):
        raise OAuthError("invalid_request", "Parameters must not be given twice.")
    return form


def _basic(header: str) -> tuple[str, str] | None:
    if not header.startswith("Basic "):
        return None
    try:
        name, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client", "Unauthorized", status=401) from error
    return name, secret


def _query(request: web.Request) -> dict[str, list[str]]:
    return {name: request.query.getall(name) for name in request.query}


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise ApiError(400, "parseError", "Parse Error") from error
    if not isinstance(body, dict):
        raise ApiError(400, "parseError", "Parse Error")
    return body


def _json(request: web.Request, body: Json) -> web.Response:
    fields = request.query.get("fields")
    shown = mask.apply(mask.parse(fields), body) if fields else body
    etag = {"ETag": body["etag"]} if "etag" in body else {}
    return web.json_response(shown, headers=etag)
