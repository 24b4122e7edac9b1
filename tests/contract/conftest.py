"""A Google that answers over real HTTP, an account in it, and our client of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from domain.model.calendar import Connection
from integrations.google.authorization import EVENTS, FREE_BUSY
from integrations.google.calendar import GoogleCalendar
from sandbox.clock import MovableClock
from sandbox.google.standin import GoogleStandIn
from tests.contract.google_calls import ADA, calendar_at, connection_with


@pytest.fixture
async def google(tmp_path: Path) -> AsyncIterator[GoogleStandIn]:
    standin = GoogleStandIn(
        clock=MovableClock(tmp_path / "clock"), client_id="dietdesk", client_secret="hush", public_url=""
    )
    async with TestServer(standin.app()) as server:
        standin.public_url = str(server.make_url("")).rstrip("/")
        standin.add_account(ADA)
        yield standin


@pytest.fixture
def connection(google: GoogleStandIn) -> Connection:
    return connection_with(google.grant(ADA, [EVENTS, FREE_BUSY]))


@pytest.fixture
async def calendar(google: GoogleStandIn) -> AsyncIterator[GoogleCalendar]:
    client = calendar_at(google.api_url, google.token_url)
    yield client
    await client.aclose()
