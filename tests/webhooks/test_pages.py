"""What a browser gets: the page after a payment, the end of a Google connection, and the rest."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from domain.model.calendar import ConnectionState
from sandbox.faults import Fault, FaultKind
from storage.database import Database
from tests.handlers import tour
from tests.handlers.test_screens import Reader
from tests.rig import ACCOUNT, Rig, running
from webhooks.visits import DRAINS_IN, MOST, REMEMBERED, Visits

PAGES = ("/", "/privacy", "/payments/return", "/payments/return?reference=DD-1", "/google/callback")
Browser = aiohttp.ClientSession


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as session:
        yield session


async def visit(browser: Browser, url: str) -> tuple[int, str]:
    """The status and what a reader sees; the page is well formed and leads back to the chat."""
    async with browser.get(url) as answer:
        text = await answer.text()
    read = Reader(re.sub(r"<meta[^>]*>|<!doctype html>|<style>.*?</style>", "", text, flags=re.DOTALL))
    assert read.open == []
    assert "script" not in read.tags
    assert 'href="https://t.me/dietdesk_bot"' in text
    return answer.status, " ".join(read.words.split())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_page_keeps_to_itself(rig: Rig, browser: Browser, path: str) -> None:
    async with browser.get(rig.url + path) as answer:
        headers = answer.headers
        text = await answer.text()
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Set-Cookie" not in headers
    assert "<script" not in text
    links = re.findall(r'(?:href|src)="([^"]+)"', text)
    assert set(links) <= {"https://t.me/dietdesk_bot", "privacy", "../privacy"}


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "DD-1",
        "x" * 5000,
        "%00",
        "%ff%fe",
        "%ED%A0%BD",
        "%27%20OR%201%3D1--",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "🌸",
    ],
    ids=range(9),
)
async def test_an_unknown_reference_is_unknown_whatever_it_looks_like(
    rig: Rig, browser: Browser, reference: str
) -> None:
    for name in ("reference", "trxref"):
        status, words = await visit(browser, f"{rig.url}/payments/return?{name}={reference}")
        assert status == 404
        assert "We don't know this payment" in words
        assert "alert(1)" not in words
    assert rig.paystack.calls == []


async def test_the_page_after_a_payment_says_what_became_of_it(rig: Rig, browser: Browser) -> None:
    cast = await rig.cast(email="amina@example.com")
    request = await rig.held(cast)
    (reference,) = await rig.references(request)
    page = f"{rig.url}/payments/return?trxref={reference}&reference={reference}"
    assert "No payment yet" in (await visit(browser, page))[1]
    await rig.paystack.pay(reference, send_webhook=False)
    for _ in range(2):  # the first visit confirms, the second only looks
        status, words = await visit(browser, page)
        assert status == 200
        assert "Paid and confirmed" in words
    await rig.settled()
    assert "confirmed" in cast.amina.last.text or "calendar" in cast.amina.last.text
    assert await rig.failed() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_page_says_that_wrong_money_is_safe(rig: Rig, browser: Browser) -> None:
    cast = await rig.cast(email="amina@example.com")
    (reference,) = await rig.references(await rig.held(cast))
    await rig.paystack.pay(reference, amount=100, send_webhook=False)
    for _ in range(2):
        status, words = await visit(browser, f"{rig.url}/payments/return?reference={reference}")
        assert status == 200
        assert "Your money is safe" in words
        assert "confirmed" not in words


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_whoever_opens_one_payment_s_page_for_ever_does_not_have_paystack_asked_for_ever(
    rig: Rig, browser: Browser
) -> None:
    cast = await rig.cast(email="amina@example.com")
    (reference,) = await rig.references(await rig.held(cast))
    other = await rig.cast(email="bola@example.com")
    (another,) = await rig.references(await rig.held(other))
    page = f"{rig.url}/payments/return?reference="
    asked = len(rig.paystack.calls)
    answers = [await visit(browser, page + reference) for _ in range(MOST + 5)]
    assert [status for status, _ in answers] == [200] * MOST + [429] * 5
    assert "you will be told in the chat" in answers[-1][1]
    assert len(rig.paystack.calls) == asked + MOST
    assert (await visit(browser, page + another))[0] == 200


def test_a_page_may_be_opened_again_when_time_has_gone_by() -> None:
    now = 0.0
    visits = Visits(now=lambda: now)
    assert [visits.may_ask("DD-1") for _ in range(MOST + 1)] == [True] * MOST + [False]
    now += DRAINS_IN / MOST
    assert [visits.may_ask("DD-1"), visits.may_ask("DD-1")] == [True, False]
    for number in range(REMEMBERED):  # whoever writes new ones for ever fills no memory
        visits.may_ask(str(number))
    assert visits.may_ask("DD-1")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_page_does_not_pretend_where_paystack_is_silent(rig: Rig, browser: Browser) -> None:
    cast = await rig.cast(email="amina@example.com")
    (reference,) = await rig.references(await rig.held(cast))
    rig.paystack.faults.plan(
        Fault(match="GET /transaction/verify/*", kind=FaultKind.STATUS, status=503, body={}, times=-1)
    )
    status, words = await visit(browser, f"{rig.url}/payments/return?reference={reference}")
    assert status == 503
    assert "We are checking your payment" in words


async def allowed(rig: Rig, browser: Browser, url: str, *, tick: bool = True) -> str:
    """Where Google sends the browser to after the consent page."""
    async with browser.get(url) as page:
        scopes = re.findall(r'name="scope" value="([^"]+)"', await page.text())
    form = [("decision", "allow"), ("account", ACCOUNT), *(("scope", scope) for scope in scopes if tick)]
    async with browser.post(url, data=form, allow_redirects=False) as answer:
        return answer.headers["Location"]


async def test_a_google_connection_ends_once(rig: Rig, browser: Browser) -> None:
    scene = await tour.consent(rig)
    back = await allowed(rig, browser, scene.phone.url_of("Connect"))
    status, words = await visit(browser, back)
    assert (status, "Google is connected" in words) == (200, True)
    await rig.settled()
    assert "connected" in scene.phone.last.text
    status, words = await visit(browser, back)
    assert (status, "has been used or has expired" in words) == (400, True)
    assert await connection(rig, scene) is ConnectionState.ACTIVE


async def connection(rig: Rig, scene: tour.Scene) -> ConnectionState | None:
    found = await rig.read(lambda uow: uow.connections.of(scene.cast.dietitian.id))
    return found.state if found is not None else None


async def test_the_way_to_google_is_open_for_ten_minutes(rig: Rig, browser: Browser) -> None:
    scene = await tour.consent(rig)
    back = await allowed(rig, browser, scene.phone.url_of("Connect"))
    rig.clock.advance(timedelta(minutes=10))
    status, words = await visit(browser, back)
    assert (status, "expired" in words) == (400, True)
    assert await connection(rig, scene) is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_who_says_no_at_google_is_not_connected(rig: Rig, browser: Browser) -> None:
    scene = await tour.consent(rig)
    url = scene.phone.url_of("Connect")
    async with browser.post(url, data={"decision": "deny"}, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    _, words = await visit(browser, back)
    assert "You did not allow it" in words
    assert await connection(rig, scene) is None


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 400, "Something is missing"),
        ("?code=x", 400, "Something is missing"),
        ("?state=x", 400, "Something is missing"),
        ("?code=x&state=forged", 400, "has been used or has expired"),
        ("?code=%00&state=%00", 400, "has been used or has expired"),
        ("?code=x&state=" + "x" * 4000, 400, "has been used or has expired"),
        ("?error=access_denied&state=x", 200, "You did not allow it"),
        ("?error=%3Cscript%3Ealert(1)%3C/script%3E", 200, "You did not allow it"),
    ],
    ids=range(8),
)
async def test_a_forged_end_of_a_connection_connects_nothing(
    rig: Rig, browser: Browser, query: str, status: int, words: str
) -> None:
    before = await rig.dump()
    answered = await visit(browser, f"{rig.url}/google/callback{query}")
    assert answered[0] == status
    assert words in answered[1]
    assert "alert(1)" not in answered[1]
    assert await rig.dump() == before


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_google_that_does_not_answer_is_named(rig: Rig, browser: Browser) -> None:
    scene = await tour.consent(rig)
    back = await allowed(rig, browser, scene.phone.url_of("Connect"))
    rig.google.faults.plan(Fault(match="POST /token", kind=FaultKind.STATUS, status=503, body={}, times=-1))
    status, words = await visit(browser, back)
    assert (status, "Google isn't answering" in words) == (502, True)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("status", "answer", "wanted", "words"),
    [
        (401, {"error": "invalid_client"}, 502, "the people who run this bot have to look"),
        (200, {"access_token": "a"}, 400, "no lasting permission.Nothing was connected. Go back"),
    ],
)
async def test_a_connection_that_google_refuses_says_whose_turn_it_is(
    rig: Rig, browser: Browser, status: int, answer: dict[str, str], wanted: int, words: str
) -> None:
    scene = await tour.consent(rig)
    back = await allowed(rig, browser, scene.phone.url_of("Connect"))
    rig.google.faults.plan(
        Fault(match="POST /token", kind=FaultKind.STATUS, status=status, body=answer, times=-1)
    )
    answered = await visit(browser, back)
    assert (answered[0], words in answered[1]) == (wanted, True), answered
    assert "invalid_client" not in answered[1]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_health_tells_what_does_not_answer(rig: Rig, browser: Browser) -> None:
    async with browser.get(f"{rig.url}/healthz") as alive, browser.get(f"{rig.url}/readyz") as ready:
        assert (alive.status, ready.status) == (200, 200)
        assert await ready.json() == {"database": True, "telegram": True}
    rig.telegram.faults.plan(Fault(match="getMe", kind=FaultKind.STATUS, status=502, times=-1))
    async with browser.get(f"{rig.url}/healthz") as alive, browser.get(f"{rig.url}/readyz") as ready:
        assert (alive.status, ready.status) == (200, 503)
        assert await ready.json() == {"database": True, "telegram": False}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_the_database_is_part_of_being_ready(
    rig: Rig, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.errors import StorageUnavailable

    async def away(_: Database) -> None:
        raise StorageUnavailable("away")

    monkeypatch.setattr(Database, "ping", away)
    async with browser.get(f"{rig.url}/readyz") as ready:
        assert ready.status == 503
        assert (await ready.json())["database"] is False


async def test_the_metrics_are_prometheus_text_and_name_nobody(rig: Rig, browser: Browser) -> None:
    cast = await rig.cast(email="amina@example.com")
    await rig.confirmed(cast)
    async with browser.get(f"{rig.url}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        text = await answer.text()
    found = {family.name: family.samples for family in text_string_to_metric_families(text)}
    assert {"dietdesk_inbox_rows", "dietdesk_outbox_rows", "dietdesk_inbox_oldest_seconds"} <= set(found)
    rows = {sample.labels["state"]: sample.value for sample in found["dietdesk_outbox_rows"]}
    assert rows["sent"] >= 3
    assert rows["dead"] == 0
    for private in (str(cast.amina.user_id), "Amina", "amina@example.com", "DD-"):
        assert private not in text


async def test_the_policy_is_linked_from_wherever_the_program_is_served(rig: Rig, browser: Browser) -> None:
    """Behind a proxy that serves it under a path of its own an absolute link would miss."""
    for path, link in (
        ("/", "privacy"),
        ("/payments/return", "../privacy"),
        ("/google/callback", "../privacy"),
    ):
        async with browser.get(rig.url + path) as answer:
            assert f'href="{link}"' in await answer.text()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_without_google_its_callback_says_so(database_url: str, browser: Browser) -> None:
    async with running(database_url, google_client_id=None, google_client_secret=None) as rig:
        status, words = await visit(browser, f"{rig.url}/google/callback?code=x&state=y")
        assert (status, "not set up here" in words) == (404, True)
