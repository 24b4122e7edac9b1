"""The secrets that we hand out: a request's link, an invitation, the state of a connection to Google.

That each works once, for one person and for a time is tested where it is used; here, that nothing else does.
"""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import pytest

from domain.model.ids import new_token, token_hash
from handlers.callbacks import Verb
from handlers.screens import home
from sandbox.telegram.phone import Phone
from tests.handlers.tour_invites import payload_of
from tests.handlers.two_practices import ADMIN, DIETITIAN, Rows, TwoPractices, changed, two_practices
from tests.rig import Rig

LITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
GUESSES = {"audit", "people", "steps"}  # that somebody was here and guessed is kept, and counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Fresh ones, one of each kind."""

    house: TwoPractices
    request: str
    invite: str
    state: str

    def not_quite(self) -> list[str]:
        found = []
        for token in (self.request, self.invite, self.state):
            found += [token[:-1], token[1:], f"{token}A", f"{token}=", f"A{token}", token.swapcase()]
            found += [token_hash(token), token_hash(token)[:32], f"{token}\x00", f"{token}{token}"]
        return [*found, "", "0", "None", "%", "'", "😀" * 10]


@pytest.fixture
async def secrets(rig: Rig) -> Secrets:
    house = await two_practices(rig)
    ada, admin = house.phones[DIETITIAN], house.phones[ADMIN]
    await house.press(DIETITIAN, [f"v1:{Verb.RENEW}:{house.one.ids['unopened']}::1"])
    request = payload_of(ada)
    await house.press(ADMIN, [f"v1:{Verb.INVITE}:::0"])
    await rig.say(admin, "Dr Bisi Ojo")
    await house.press(DIETITIAN, [f"v1:{Verb.CONNECT}:::0"])
    state = parse_qs(urlsplit(ada.url_of("Connect")).query)["state"][0]
    return Secrets(house=house, request=request, invite=payload_of(admin), state=state)


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def stranger(rig: Rig) -> Phone:
    return rig.phone(first_name="Mallory")


async def unchanged(house: TwoPractices, before: Rows) -> None:
    after = await house.rows()
    for rows in (before, after):
        for name in GUESSES:
            rows.pop(name, None)
    assert changed(before, after) == []
    assert await house.rig.failed() == []


def test_a_token_has_more_bits_than_can_be_guessed() -> None:
    many = {new_token() for _ in range(1000)}
    assert len(many) == 1000
    assert all(len(base64.urlsafe_b64decode(one)) * 8 >= 128 for one in many)


@LITE
async def test_no_row_holds_a_secret_that_was_handed_out(rig: Rig, secrets: Secrets) -> None:
    stored = str(await secrets.house.rows())
    for token in (secrets.request, secrets.invite, secrets.state):
        assert token not in stored
        assert token_hash(token) in stored  # so it was looked for in the right place


@LITE
async def test_what_is_not_quite_a_link_opens_nothing(rig: Rig, secrets: Secrets, stranger: Phone) -> None:
    """Nor does a token that is meant for something else. All are told the same."""
    before = await secrets.house.rows()
    wrong = [one for one in secrets.not_quite() if one and "\x00" not in one]
    for payload in (*wrong[:18], secrets.state):  # before too many wrong links are no longer tried
        words = await opened(rig, stranger, payload)
        assert words == home.link_used_up().text, payload
    await unchanged(secrets.house, before)


async def opened(rig: Rig, phone: Phone, payload: str) -> str:
    """The words that came first: the notice may follow."""
    seen = len(phone.messages)
    await rig.say(phone, f"/start {payload}")
    return next(one.text for one in phone.messages[seen:] if not one.mine)


@LITE
@pytest.mark.parametrize("page", ["callback", "start"])
async def test_what_is_not_quite_a_state_connects_nothing(
    rig: Rig, secrets: Secrets, browser: aiohttp.ClientSession, page: str
) -> None:
    before = await secrets.house.rows()
    for state in (*secrets.not_quite(), secrets.request, secrets.invite):
        address = f"{rig.url}/google/{page}?code=4/any&state={quote(state)}"
        async with browser.get(address, allow_redirects=False) as answer:
            words = await answer.text()
        assert answer.status == 400, state
        assert "has been used or has expired" in words or (not state and "missing" in words)
    await unchanged(secrets.house, before)


async def test_a_withdrawn_requests_link_makes_nobody_its_client(
    rig: Rig, secrets: Secrets, stranger: Phone
) -> None:
    """It was sent to the wrong person: they must not become who it was for."""
    house = secrets.house
    await house.press(DIETITIAN, [f"v1:{Verb.WITHDRAW_SURE}:{house.one.ids['unopened']}::1"])
    before = await house.rows()
    assert await opened(rig, stranger, secrets.request) == home.link_used_up().text
    await unchanged(house, before)


async def test_whoever_opened_it_comes_back_by_it_when_it_is_over(
    rig: Rig, secrets: Secrets, stranger: Phone
) -> None:
    house = secrets.house
    assert "used up" not in await opened(rig, stranger, secrets.request)
    await house.press(DIETITIAN, [f"v1:{Verb.WITHDRAW_SURE}:{house.one.ids['unopened']}::1"])
    assert await opened(rig, stranger, secrets.request) != home.link_used_up().text
