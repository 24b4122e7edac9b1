"""What goes wrong with money, by hand in Chromium on what `make demo` starts: both phones come out right."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk import CHROMIUM, Hand, browser, demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"needs Chromium and there is none at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)",
    ),
]
DAY = re.compile(r"^\w{3} \d+ \w{3}$")
SLOT = re.compile(r"^\d\d:\d\d")
PAID_FOR, BACK = "Reference: DD-", "Your refund of ₦12,500.00 has been"


async def booked(hand: Hand, day: str | re.Pattern[str] = DAY) -> str:
    """The dietitian asks, the client takes the last time of the day (the last that is shown), and can pay.

    Returns the day's label: in the afternoon today drops out of the list and another last day comes in.
    """
    await hand.command("dietitian", "/request")
    await hand.press("dietitian", "Consultation", "First consultation", "Amina Bello")
    await hand.press("dietitian", "Skip", "Send")
    await hand.press("client", "Approve")
    label = (await hand.buttons("client", day).last.inner_text()).strip()
    await hand.press("client", label, SLOT)
    await expect(hand.buttons("client", "Pay ₦").last).to_be_visible()
    return label


async def at_checkout(hand: Hand, button: str, *, address: str | None = None) -> None:
    checkout = await hand.follow("client", "Pay ₦") if address is None else await _page(hand, address)
    await hand.click(checkout.get_by_test_id(button), f"checkout: {button}")
    await expect(
        checkout.get_by_test_id("amount" if button.startswith("pay-later") else "pay")
    ).to_have_count(1 if button.startswith("pay-later") else 0)
    await checkout.close()


async def _page(hand: Hand, address: str) -> Page:
    page = await hand.page.context.new_page()
    await page.goto(address)
    return page


async def advance(hand: Hand, minutes: int) -> None:
    answer = await hand.page.request.post(
        f"{hand.page.url.rstrip('/')}/clock/advance", data={"seconds": 60 * minutes}
    )
    assert answer.ok, await answer.text()


async def said(hand: Hand, role: str, text: str, times: int) -> None:
    await expect(hand.phone(role).get_by_test_id("message").filter(has_text=text)).to_have_count(times)


async def test_who_pays_late_has_the_time_or_another_one_or_the_money(tmp_path: Path) -> None:
    async with demo(tmp_path) as address, browser(address) as page:
        hand = Hand(page=page)
        await booked(hand)
        await at_checkout(hand, "pay-later")
        await advance(hand, 41)
        await said(hand, "client", PAID_FOR, 1)
        await hand.sees("dietitian", "Booking confirmed")

        day = await booked(hand)
        await at_checkout(hand, "pay-later")
        await advance(hand, 36)
        await hand.sees("client", "has expired")
        await booked(hand, day)
        await at_checkout(hand, "pay")
        await said(hand, "client", PAID_FOR, 2)
        await advance(hand, 5)
        await hand.sees("client", "Your money is safe")
        await hand.sees("dietitian", "could not be given value (the time was taken)")
        await hand.press("client", "Choose another time", DAY, SLOT)
        await said(hand, "client", PAID_FOR, 3)
        await said(hand, "client", BACK, 0)


async def test_twice_by_two_links_and_by_half_each_come_out_right(tmp_path: Path) -> None:
    async with demo(tmp_path) as address, browser(address) as page:
        hand = Hand(page=page)
        await booked(hand)
        await at_checkout(hand, "pay-twice")
        await said(hand, "client", PAID_FOR, 1)

        await booked(hand)
        await at_checkout(hand, "pay-wrong")
        await hand.sees("client", "₦6,250.00 arrived, which is not what was asked for")
        await hand.sees("dietitian", "could not be given value (it is not what was asked for)")
        await said(hand, "client", PAID_FOR, 1)

        await booked(hand)
        first = await hand.buttons("client", "Pay ₦").last.get_attribute("href")
        assert first is not None
        await hand.press("client", "Other e-mail")
        await hand.sees("client", "Type your e-mail")
        await hand.type("client", "other@example.com")
        await hand.sees("client", "Receipt to: other@example.com")
        await at_checkout(hand, "pay")
        await said(hand, "client", PAID_FOR, 2)
        await at_checkout(hand, "pay", address=first)
        await hand.sees("client", f"{BACK} started (it was paid for already)")
        await hand.sees("client", f"{BACK} paid out")
        await hand.sees("dietitian", "could not be given value (it was paid for already)")
        await said(hand, "dietitian", "Booking confirmed", 2)
