"""The meal plan by hand in real Chromium, on what `make demo` starts: bought, uploaded, downloaded byte for byte."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from sandbox.sample_plan import sample_plan
from tests.browser.desk import CHROMIUM, Album, Hand, browser, demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"needs Chromium and there is none at {CHROMIUM} (apt-get install chromium, or set CHROMIUM)",
    ),
]
TITLE, NOTE = "Two-week plan for type 2 diabetes", "Start on Monday & drink water <3"


async def _buy(hand: Hand, album: Album) -> None:
    await hand.command("client", "/buy")
    await hand.sees("client", "With whom?")
    await album.take(hand.page, "buy")
    await hand.press("client", "Dr Ada Obi", "Two-week plan")
    await expect(hand.buttons("client", "Pay ₦").last).to_be_visible()
    await album.take(hand.page, "plan-pay")
    checkout = await hand.follow("client", "Pay ₦")
    await hand.click(checkout.get_by_test_id("pay"), "checkout: pay")
    await expect(checkout.get_by_role("heading", name="Paid")).to_be_visible()
    await album.take(checkout, "plan-paid-page")
    await checkout.close()
    await hand.sees("client", "prepares your plan")
    await hand.sees("dietitian", "Amina Bello has paid")
    await album.take(hand.page, "plan-paid")


async def _upload(hand: Hand, album: Album, content: bytes) -> None:
    dietitian = hand.phone("dietitian")
    told = dietitian.get_by_test_id("message").filter(has_text=f"has paid for {TITLE}")
    await hand.click(told.get_by_test_id("inline-button").filter(has_text="Upload"), "dietitian: Upload")
    await hand.sees("dietitian", "send the PDF")
    await album.take(hand.page, "upload")
    await dietitian.get_by_test_id("composer").fill(NOTE)
    async with hand.page.expect_file_chooser() as chosen:
        await hand.click(dietitian.get_by_test_id("attach"), "dietitian: attach")
    chooser = await chosen.value
    await chooser.set_files({"name": "plan.pdf", "mimeType": "application/pdf", "buffer": content})
    preview = dietitian.get_by_test_id("message").filter(has_text="It goes out when you press Confirm")
    await expect(preview.last).to_be_visible()
    await _is_drawn(preview.last.locator("img"))
    await expect(hand.buttons("dietitian", "Confirm").last).to_be_in_viewport()
    await album.take(hand.page, "preview")


async def _is_drawn(picture: Locator) -> None:
    await expect(picture).to_be_visible()
    assert await picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 100


async def test_a_plan_is_bought_uploaded_and_downloaded_byte_for_byte(tmp_path: Path) -> None:
    album, content = Album.of(tmp_path), sample_plan("Amina")
    async with demo(tmp_path) as address, browser(address) as page:
        hand = Hand(page=page)
        await _buy(hand, album)
        await _upload(hand, album, content)
        await hand.press("dietitian", "Confirm")
        arrived = hand.phone("client").get_by_test_id("message").filter(has_text=NOTE)
        await expect(arrived).to_have_count(1)
        await hand.sees("dietitian", "Amina Bello has received the plan")
        await album.take(page, "plan-received")
        async with page.expect_download() as coming:
            await hand.click(arrived.get_by_test_id("document"), "client: the PDF")
        download = await coming.value
        await download.save_as(tmp_path / "plan.pdf")
        assert (tmp_path / "plan.pdf").read_bytes() == content
        assert download.suggested_filename.startswith("Meal plan   Amina Bello   20")
        for role, command, words in (
            ("client", "/mealplans", "Your meal plans"),
            ("dietitian", "/plans", "Meal plans · waiting"),
        ):
            await hand.command(role, command)
            await hand.sees(role, words)
        await album.take(page, "plan-lists")
