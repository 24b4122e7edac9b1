"""The whole consultation in real Chromium, on what `make demo` starts."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.desk import CHROMIUM, Album, Hand, browser, demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"needs Chromium and there is none at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)",
    ),
]
CLICKS = 11  # from the open page to a confirmed booking, as README.md says
DAY = re.compile(r"^\w{3} \d+ \w{3}$")
SLOT = re.compile(r"^\d\d:\d\d")


async def _pay(hand: Hand, album: Album) -> None:
    checkout = await hand.follow("client", "Pay ₦")
    await expect(checkout.get_by_test_id("amount")).to_be_visible()
    await album.take(checkout, "checkout")
    await hand.click(checkout.get_by_test_id("pay"), "checkout: pay")
    await expect(checkout.get_by_role("heading", name="confirmed")).to_be_visible()
    await album.take(checkout, "paid")
    await checkout.close()


async def _both_can_join(hand: Hand, address: str) -> None:
    for role in ("client", "dietitian"):
        await hand.sees(role, re.compile("confirmed", re.IGNORECASE))
        await expect(hand.buttons(role, "Join").last).to_have_attribute("href", re.compile(address))


async def test_clicks_alone_lead_a_newcomer_to_a_confirmed_booking_with_a_link(tmp_path: Path) -> None:
    album = Album.of(tmp_path)
    async with demo(tmp_path) as address, browser(address) as page:
        hand = Hand(page=page)
        await expect(hand.buttons("client", "My requests")).to_be_visible()
        await album.take(page, "open")
        await hand.press("dietitian", "New request", "Consultation", "First consultation", "Amina Bello")
        await hand.press("dietitian", "Skip", "Send")
        await hand.sees("client", "request")
        await hand.press("client", "Approve")
        await album.take(page, "days")
        await hand.press("client", DAY)
        await album.take(page, "slots")
        await hand.press("client", SLOT)
        await expect(hand.buttons("client", "Pay ₦")).to_be_visible()
        await album.take(page, "pay")
        await _pay(hand, album)
        await _both_can_join(hand, r"^https://meet\.example\.com/ada$")
        await album.take(page, "confirmed")
        assert len(hand.clicks) == CLICKS, hand.clicks


async def test_a_new_client_comes_by_the_link_and_meets_in_the_dietitians_google_room(tmp_path: Path) -> None:
    album = Album.of(tmp_path)
    async with demo(tmp_path) as address, browser(address) as page:
        hand = Hand(page=page)
        await _connect_google(hand, album)
        await hand.phone("client").get_by_test_id("person").select_option(label="Tunde O'Neill · client")
        await hand.command("dietitian", "/request")
        await hand.press("dietitian", "Consultation", "Follow-up", "New client")
        await hand.sees("dietitian", "client's name")
        await hand.type("dietitian", "Tunde O'Neill")
        await hand.sees("dietitian", "e-mail?")
        await hand.type("dietitian", "tunde@example.com")
        await hand.sees("dietitian", "add a word")
        await hand.press("dietitian", "Skip", "Send")
        await _open_link(hand, album)
        await hand.press("client", "Agree", "Approve", DAY, SLOT, "Use tunde@example.com")
        await _pay(hand, album)
        await _both_can_join(hand, r"^https://meet\.google\.com/")
        await album.take(page, "google")


async def _connect_google(hand: Hand, album: Album) -> None:
    await hand.command("dietitian", "/google")
    await hand.press("dietitian", re.compile("Connect$"))
    consent = await hand.follow("dietitian", "Connect with Google")
    await album.take(consent, "consent")
    await hand.click(consent.get_by_role("button", name="Allow"), "consent: allow")
    await expect(consent.get_by_role("heading", name="Google is connected")).to_be_visible()
    await consent.close()
    await hand.sees("dietitian", "Google is connected")


async def _open_link(hand: Hand, album: Album) -> None:
    link = hand.phone("dietitian").get_by_role("link", name="https://t.me/")
    await hand.click(link.last, "dietitian: the link")
    await album.take(hand.page, "link")
    choice = hand.phone("dietitian").get_by_test_id("choice").filter(has_text="Tunde")
    await hand.click(choice, "dietitian: open on Tunde's phone")
    await hand.sees("client", "sent you a request")
    await album.take(hand.page, "notice")
