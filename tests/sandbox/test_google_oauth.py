"""Consent and tokens of the pretended Google, as a browser and a server would meet them."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp.test_utils import TestServer

from sandbox.clock import MovableClock
from sandbox.google import SCOPE_ROOT, GoogleStandIn

ADA = "ada@example.com"
CALLBACK = "https://bot.example.com/google/callback"
EVENTS, FREE_BUSY = f"{SCOPE_ROOT}calendar.events", f"{SCOPE_ROOT}calendar.freebusy"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class World:
    def __init__(self, standin: GoogleStandIn, clock: MovableClock, http: httpx.AsyncClient) -> None:
        self.standin, self.clock, self.http = standin, clock, http

    def asked(self, **changes: Any) -> dict[str, str]:
        asked = {
            "client_id": "dietdesk",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": f"{EVENTS} {FREE_BUSY}",
            "state": "s-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return {name: value for name, value in (asked | changes).items() if value is not None}

    async def decide(
        self, decision: str, scopes: tuple[str, ...] = (EVENTS, FREE_BUSY), **asked: Any
    ) -> dict[str, str]:
        form = {"decision": decision, "account": ADA, "scope": list(scopes)}
        answer = await self.http.post("/o/oauth2/v2/auth", params=self.asked(**asked), data=form)
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"].startswith(f"{CALLBACK}?")
        return {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
        }

    async def token(self, **changes: Any) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": "dietdesk",
            "client_secret": "secret",
        }
        return await self.http.post(
            "/token", data={name: value for name, value in (form | changes).items() if value is not None}
        )


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = MovableClock(tmp_path / "clock.json")
    standin = GoogleStandIn(
        clock=clock, client_id="dietdesk", client_secret="secret", public_url="", redirect_uris=[CALLBACK]
    )
    standin.add_account(ADA)
    server = TestServer(standin.app())
    await server.start_server()
    standin.public_url = str(server.make_url("/"))
    async with httpx.AsyncClient(base_url=standin.public_url) as http:
        yield World(standin, clock, http)
    await server.close()


async def test_the_page_names_who_and_what_and_grants_nothing_by_being_looked_at(world: World) -> None:
    page = await world.http.get("/o/oauth2/v2/auth", params=world.asked())
    assert page.status_code == 200
    for word in (ADA, "calendar.events", "calendar.freebusy", 'data-testid="allow"', 'data-testid="deny"'):
        assert word in page.text
    assert world.standin.grants(ADA) == []


async def test_boxes_are_shown_for_two_scopes_and_not_for_one(world: World) -> None:
    both = await world.http.get("/o/oauth2/v2/auth", params=world.asked())
    one = await world.http.get("/o/oauth2/v2/auth", params=world.asked(scope=EVENTS))
    assert both.text.count('type="checkbox"') == 2
    assert 'type="checkbox"' not in one.text


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"redirect_uri": CALLBACK + "/"}, 400, "redirect_uri_mismatch"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"scope": None}, 400, "invalid_request"),
        ({"scope": f"{SCOPE_ROOT}calendar.evnts"}, 400, "invalid_scope"),
        ({"state": None}, 400, "invalid_request"),
        ({"code_challenge_method": "plain"}, 400, "invalid_request"),
        ({"code_challenge": VERIFIER}, 400, "invalid_request"),
        ({"access_type": "away"}, 400, "invalid_request"),
        ({"prompt": "please"}, 400, "invalid_request"),
        ({"acess_type": "offline"}, 400, "invalid_request"),
    ],
)
async def test_it_refuses_a_bad_request_on_a_page_of_its_own(
    world: World, changes: dict[str, Any], status: int, error: str
) -> None:
    for method in ("GET", "POST"):
        answer = await world.http.request(method, "/o/oauth2/v2/auth", params=world.asked(**changes))
        assert (answer.status_code, error in answer.text) == (status, True)


async def test_it_signs_nobody_in_inside_telegram(world: World) -> None:
    headers = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Telegram-Android/11.0"}
    page = await world.http.get("/o/oauth2/v2/auth", params=world.asked(), headers=headers)
    assert page.status_code == 403
    assert "disallowed_useragent" in page.text


async def test_a_code_is_exchanged_once(world: World) -> None:
    back = await world.decide("allow")
    assert (back["state"], back["scope"]) == ("s-1", f"{EVENTS} {FREE_BUSY}")
    answer = (await world.token(code=back["code"])).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)
    assert answer["refresh_token"] == world.standin.grants(ADA)[0].refresh_token
    again = await world.token(code=back["code"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_the_scopes_are_those_whose_boxes_were_ticked(world: World) -> None:
    back = await world.decide("allow", (FREE_BUSY,))
    assert (await world.token(code=back["code"])).json()["scope"] == FREE_BUSY
    assert (await world.decide("allow", ()))["error"] == "access_denied"
    assert (await world.decide("deny")) == {"error": "access_denied", "state": "s-1"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 64}, 400, "invalid_grant"),
        ({"redirect_uri": "https://bot.example.com/"}, 400, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_it_refuses_a_bad_exchange(
    world: World, changes: dict[str, Any], status: int, error: str
) -> None:
    back = await world.decide("allow")
    answer = await world.token(code=back["code"], **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_code_lives_ten_minutes(world: World) -> None:
    back = await world.decide("allow")
    world.clock.advance(timedelta(minutes=11))
    assert (await world.token(code=back["code"])).json()["error"] == "invalid_grant"


async def test_the_client_may_name_itself_in_the_header(world: World) -> None:
    back = await world.decide("allow")
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": back["code"],
        "code_verifier": VERIFIER,
    }
    wrong = await world.http.post("/token", data=form, auth=("dietdesk", "wrong"))
    assert wrong.status_code == 401
    assert (await world.http.post("/token", data=form, auth=("dietdesk", "secret"))).status_code == 200


async def test_a_second_consent_gives_a_refresh_token_only_where_the_prompt_was_asked_for(
    world: World,
) -> None:
    async def refreshable(**asked: Any) -> bool:
        back = await world.decide("allow", **asked)
        return "refresh_token" in (await world.token(code=back["code"])).json()

    assert await refreshable(prompt=None)
    assert not await refreshable(prompt=None)
    assert await refreshable()
    assert not await refreshable(access_type="online")


async def test_a_refresh_gives_a_new_access_token_for_granted_scopes_only(world: World) -> None:
    refresh = world.standin.grant(ADA, [EVENTS])
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    fresh = (await world.token(**form)).json()
    assert fresh["access_token"].startswith("ya29.")
    assert "refresh_token" not in fresh
    wider = await world.token(**form, scope=FREE_BUSY)
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")


async def test_revoking_ends_every_grant_of_the_account(world: World) -> None:
    first, second = world.standin.grant(ADA, [EVENTS]), world.standin.grant(ADA, [EVENTS])
    assert (await world.http.post("/revoke", data={"token": first})).status_code == 200
    dead = await world.token(grant_type="refresh_token", refresh_token=second)
    assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")
    again = await world.http.post("/revoke", data={"token": first})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")
