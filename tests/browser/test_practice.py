"""A new practice by hand in real Chromium: invited by the admin, set up, found by its public link, booked and paid."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import CHROMIUM, Album, Hand, browser, demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.timeout(240),
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"needs Chromium and there is none at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)",
    ),
]
NAME, TITLE, ROOM = "Dr Tunde O'Neill, RD", "First talk", "https://meet.example.com/tunde"
ADMIN, TUNDE, AMINA = "Sade Admin · admin", "Tunde O'Neill · client", "Amina Bello · client"
ADA, OWN = "Ada Obi · dietitian", "dietitian"
NEW = "client"  # the phone on the left, in the hands of the new dietitian
DAY = re.compile(r"^\w{3} \d+ \w{3}$")
SLOT = re.compile(r"^\d\d:\d\d")


async def _hand_over(hand: Hand, role: str, person: str) -> None:
    """The phone on that side to somebody else."""
    name = person.partition(" · ")[0]
    choice = hand.phone(role).get_by_test_id("person").locator("option").filter(has_text=name)
    await hand.phone(role).get_by_test_id("person").select_option(value=await choice.get_attribute("value"))


async def _open_link(hand: Hand, role: str, person: str) -> None:
    """The newest link on this phone, on another person's."""
    await hand.click(hand.phone(role).get_by_role("link", name="https://t.me/").last, f"{role}: link")
    choice = hand.phone(role).get_by_test_id("choice").filter(has_text=person.partition(" · ")[0])
    await hand.click(choice, f"{role}: on {person}")


async def _drawn(hand: Hand, role: str) -> None:
    picture = hand.phone(role).get_by_test_id("message").locator("img").last
    await expect(picture).to_be_in_viewport()
    assert await picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 100


async def _invite(hand: Hand, album: Album) -> None:
    await _hand_over(hand, OWN, ADMIN)
    await hand.click(hand.phone(OWN).get_by_test_id("start"), "admin: start")
    await hand.sees(OWN, "Hello Sade")
    await album.take(hand.page, "home-admin")
    await hand.type(OWN, "/admin")
    await hand.sees(OWN, "Admin desk")
    await album.take(hand.page, "admin")
    await hand.press(OWN, "Dietitians", "Invite a dietitian")
    await hand.sees(OWN, "Type their name")
    await hand.type(OWN, NAME)
    await hand.sees(OWN, "The same link for")
    await _drawn(hand, OWN)
    await album.take(hand.page, "invite")


async def _set_up(hand: Hand, album: Album) -> None:
    await _open_link(hand, OWN, TUNDE)
    await hand.sees(NEW, "You are invited")
    await album.take(hand.page, "invited")
    await hand.press(NEW, "Agree", NAME)
    for asked, answer in (("e-mail", "tunde@example.com"), ("time zone", "Lagos")):
        await hand.sees(NEW, asked)
        await hand.type(NEW, answer)
    await hand.press(NEW, "Consultation")
    await hand.sees(NEW, "title")
    await hand.type(NEW, TITLE)
    await hand.press(NEW, "45 min")
    await hand.sees(NEW, "What does it cost")
    await hand.type(NEW, "12.5k")
    await hand.sees(NEW, "weekly hours")
    await album.take(hand.page, "setup-hours")
    await hand.type(NEW, "mon-fri 9-12, 1pm-5pm; sat 10-2pm")
    await hand.sees(NEW, "Where do you meet")
    await hand.type(NEW, "/start")
    await hand.sees(NEW, "Still missing: meeting link")
    await album.take(hand.page, "setup-home")
    await hand.press(NEW, "Add your meeting link")
    await hand.type(NEW, ROOM)
    await hand.sees(NEW, "Your practice is set up")
    await hand.sees(OWN, "has completed the set-up")
    await album.take(hand.page, "setup-done")


async def _book(hand: Hand, album: Album) -> str:
    """By the public link; the day, as it stood on its button."""
    await hand.press(NEW, "My public link")
    await hand.sees(NEW, "The same link to your practice")
    await album.take(hand.page, "public-link")
    await _open_link(hand, NEW, AMINA)
    await hand.press(OWN, "Book a consultation", TITLE)
    day = hand.buttons(OWN, DAY).first
    name = await day.inner_text()
    await hand.click(day, "client: a day")
    await hand.press(OWN, SLOT)
    checkout = await hand.follow(OWN, "Pay ₦")
    await hand.click(checkout.get_by_test_id("pay"), "checkout: pay")
    await expect(checkout.get_by_role("heading", name="confirmed")).to_be_visible()
    await checkout.close()
    for role in (OWN, NEW):
        await expect(hand.buttons(role, "Join").last).to_have_attribute("href", ROOM)
    await album.take(hand.page, "practice-booked")
    return name


async def _look_around(hand: Hand, album: Album, day: str) -> None:
    """The new dietitian's screens, with the session that was booked."""
    await hand.type(NEW, "/start")
    await hand.sees(NEW, "What waits for you")
    await hand.type(OWN, "/start")
    await hand.sees(OWN, "Your next meeting")
    await album.take(hand.page, "home")
    await hand.type(NEW, "/services")
    await hand.sees(NEW, "Your services (1)")
    await hand.type(NEW, "/timeoff")
    await hand.press(NEW, "➕ Time off")
    await hand.sees(NEW, "for example")
    await hand.type(NEW, day.split(" ", 1)[1])
    await hand.sees(NEW, "I understood")
    await hand.press(NEW, "Confirm")
    await hand.sees(NEW, "Sessions in it (1)")
    await expect(hand.buttons(NEW, "Ask").last).to_be_in_viewport()
    await album.take(hand.page, "timeoff")
    await hand.type(NEW, "/availability")
    await _look_at_week(hand, NEW)


async def _look_at_week(hand: Hand, role: str) -> None:
    await hand.press(role, "Picture")
    await hand.sees(role, "This week")
    await _drawn(hand, role)


async def _look_at_ada(hand: Hand, album: Album, page: Page) -> None:
    """A practice that has been going on for a while, and the admin's side of it."""
    await _hand_over(hand, OWN, ADA)
    for command, words, name in (
        ("/start", "What waits for you", "home-dietitian"),
        ("/services", "Your services", "services"),
        ("/clients", "Your clients", "clients"),
        ("/availability", "Your week", "availability"),
    ):
        await hand.type(OWN, command)
        await hand.sees(OWN, words)
        await album.take(page, name)
    await _look_at_week(hand, OWN)
    await album.take(page, "week")
    await _hand_over(hand, NEW, ADMIN)
    await hand.type(OWN, "/stats")
    await hand.sees(OWN, "Income")
    await _drawn(hand, OWN)
    await hand.type(NEW, "/admin")
    await hand.press(NEW, "Stats")
    await hand.sees(NEW, "Income")
    await _drawn(hand, NEW)
    await album.take(page, "stats")


async def test_a_practice_is_opened_found_booked_and_paid_by_clicks_and_typing(tmp_path: Path) -> None:
    album = Album.of(tmp_path)
    async with demo(tmp_path) as address, browser(address) as page:
        hand = Hand(page=page)
        await _invite(hand, album)
        await _set_up(hand, album)
        day = await _book(hand, album)
        await _look_around(hand, album, day)
        await _look_at_ada(hand, album, page)
