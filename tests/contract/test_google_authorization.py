"""Consent as a dietitian gives it: through the page, with a browser, box by box."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp.test_utils import TestServer

from domain.errors import CalendarRefused, CalendarUnavailable, ConnectionLost
from integrations.google.authorization import EVENTS, FREE_BUSY, GoogleAuthorization
from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.google.standin import GoogleStandIn
from sandbox.ports import free_port

ADA = "ada@example.com"
BACK = "https://bot.example.com/google/callback"
VERIFIER = secrets.token_urlsafe(48)


@pytest.fixture
async def google(tmp_path: Path) -> AsyncIterator[GoogleStandIn]:
    standin = GoogleStandIn(
        clock=MovableClock(tmp_path / "clock"),
        client_id="dietdesk",
        client_secret="hush",
        public_url="",
        redirect_uris=[BACK],
    )
    async with TestServer(standin.app()) as server:
        standin.public_url = str(server.make_url("")).rstrip("/")
        standin.add_account(ADA)
        yield standin


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def authorization_at(
    google: GoogleStandIn,
    http: httpx.AsyncClient,
    *,
    secret: str = "hush",
    client_id: str = "dietdesk",
    back: str | None = BACK,
) -> GoogleAuthorization:
    return GoogleAuthorization(
        client_id=client_id,
        client_secret=secret,
        auth_url=google.auth_url,
        token_url=google.token_url,
        revoke_url=google.revoke_url,
        redirect_uri=back,
        http=http,
    )


@pytest.fixture
def authorization(google: GoogleStandIn, http: httpx.AsyncClient) -> GoogleAuthorization:
    return authorization_at(google, http)


async def consent(http: httpx.AsyncClient, url: str, *, scopes: list[str]) -> dict[str, list[str]]:
    """Open the page, tick `scopes`, allow; what the browser brings back."""
    page = await http.get(url)
    assert page.status_code == 200, page.text
    answer = await http.post(url, data={"account": ADA, "decision": "allow", "scope": scopes})
    location = urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == BACK
    return parse_qs(location.query)


async def code_for(
    http: httpx.AsyncClient, authorization: GoogleAuthorization, *, scopes: list[str] | None = None
) -> str:
    url = authorization.url(state="state-1", verifier=VERIFIER)
    return (await consent(http, url, scopes=scopes or [EVENTS, FREE_BUSY]))["code"][0]


def test_the_address_asks_for_lasting_consent_to_the_least_that_is_needed(
    authorization: GoogleAuthorization,
) -> None:
    query = parse_qs(urlsplit(authorization.url(state="s", verifier="v" * 43)).query)
    assert query["scope"] == [f"{EVENTS} {FREE_BUSY}"]
    assert (query["access_type"], query["prompt"], query["state"]) == (["offline"], ["consent"], ["s"])
    digest = hashlib.sha256(b"v" * 43).digest()
    assert query["code_challenge"] == [urlsafe_b64encode(digest).decode().rstrip("=")]
    assert query["code_challenge_method"] == ["S256"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", query["code_challenge"][0])


async def test_consent_brings_a_token_that_lasts(
    google: GoogleStandIn, http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    refresh_token, scopes = await authorization.exchange(
        code=await code_for(http, authorization), verifier=VERIFIER
    )
    assert google.grants(ADA)[0].refresh_token == refresh_token
    assert set(scopes.split()) == {EVENTS, FREE_BUSY}


async def test_the_second_connection_brings_a_token_as_well(
    http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    first = await authorization.exchange(code=await code_for(http, authorization), verifier=VERIFIER)
    second = await authorization.exchange(code=await code_for(http, authorization), verifier=VERIFIER)
    assert first[0] != second[0]


async def test_a_code_is_good_once(http: httpx.AsyncClient, authorization: GoogleAuthorization) -> None:
    code = await code_for(http, authorization)
    await authorization.exchange(code=code, verifier=VERIFIER)
    with pytest.raises(ConnectionLost):
        await authorization.exchange(code=code, verifier=VERIFIER)


async def test_a_code_is_good_only_with_its_own_verifier(
    http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    code = await code_for(http, authorization)
    with pytest.raises(ConnectionLost):
        await authorization.exchange(code=code, verifier="another" * 8)


async def test_free_busy_alone_is_not_enough_and_the_words_say_what_is(
    http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    code = await code_for(http, authorization, scopes=[FREE_BUSY])
    with pytest.raises(ConnectionLost, match="tick every box"):
        await authorization.exchange(code=code, verifier=VERIFIER)


async def test_events_without_free_busy_are_enough(
    http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    code = await code_for(http, authorization, scopes=[EVENTS])
    assert (await authorization.exchange(code=code, verifier=VERIFIER))[1] == EVENTS


async def test_a_consent_that_does_not_last_is_refused(
    http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    url = authorization.url(state="s", verifier=VERIFIER).replace("access_type=offline", "access_type=online")
    code = (await consent(http, url, scopes=[EVENTS, FREE_BUSY]))["code"][0]
    with pytest.raises(ConnectionLost, match="lasting"):
        await authorization.exchange(code=code, verifier=VERIFIER)


async def test_revoking_ends_the_grant_and_revoking_again_is_no_error(
    google: GoogleStandIn, http: httpx.AsyncClient, authorization: GoogleAuthorization
) -> None:
    token, _ = await authorization.exchange(code=await code_for(http, authorization), verifier=VERIFIER)
    await authorization.revoke(token)
    await authorization.revoke(token)
    assert all(grant.revoked for grant in google.grants(ADA))


async def test_revoking_does_not_depend_on_google(
    google: GoogleStandIn, authorization: GoogleAuthorization
) -> None:
    google.faults.plan(Fault(match="POST /revoke", kind=FaultKind.DROP, times=-1))
    await authorization.revoke("token")


@pytest.mark.parametrize(
    "missing", [{"client_id": ""}, {"secret": ""}, {"back": None}], ids=lambda missing: next(iter(missing))
)
async def test_without_client_or_way_back_it_is_not_configured(
    google: GoogleStandIn, http: httpx.AsyncClient, missing: dict[str, str]
) -> None:
    assert not authorization_at(google, http, **missing).configured
    assert authorization_at(google, http).configured


async def test_the_right_client_is_known(authorization: GoogleAuthorization) -> None:
    await authorization.ping()


async def test_a_wrong_secret_is_named(google: GoogleStandIn, http: httpx.AsyncClient) -> None:
    with pytest.raises(CalendarRefused, match="invalid_client"):
        await authorization_at(google, http, secret="shout").ping()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match="POST /token", kind=FaultKind.STATUS, status=503, body={"error": "invalid_grant"}),
        Fault(match="POST /token", kind=FaultKind.STATUS, status=429, body={}),
        Fault(match="POST /token", kind=FaultKind.STATUS, status=400, body="<html>"),
        Fault(match="POST /token", kind=FaultKind.STATUS, status=200, body="<html>"),
        Fault(match="POST /token", kind=FaultKind.DROP),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
async def test_a_token_endpoint_in_trouble_is_an_absence(
    google: GoogleStandIn, authorization: GoogleAuthorization, fault: Fault
) -> None:
    fault.times = 2
    google.faults.plan(fault)
    with pytest.raises(CalendarUnavailable):
        await authorization.ping()
    with pytest.raises(CalendarUnavailable):
        await authorization.exchange(code="c", verifier=VERIFIER)


async def test_a_google_that_is_not_there_is_an_absence(google: GoogleStandIn) -> None:
    google.public_url = f"http://127.0.0.1:{free_port()}"
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(CalendarUnavailable):
            await authorization_at(google, http).ping()
