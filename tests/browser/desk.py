"""The demo in a real browser: its two phones, and a hand that counts what it clicks."""

import os
import re
from asyncio.subprocess import PIPE, STDOUT, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sys import executable

from playwright.async_api import Locator, Page, ViewportSize, async_playwright, expect

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
PATIENCE = 15_000  # ms; the machine may be busy
_QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_WIDE, _NARROW = ViewportSize(width=1280, height=940), ViewportSize(width=390, height=844)


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """What `make demo` starts; yields the one address it prints, and sees it end well."""
    command = Path(executable).with_name("dietdesk")
    program = await create_subprocess_exec(command, "demo", cwd=folder, stdout=PIPE, stderr=STDOUT)
    try:
        yield await _address(program)
    finally:
        if program.returncode is None:
            program.terminate()
        rest, _ = await program.communicate()
    assert program.returncode == 0, rest.decode()


async def _address(program: Process) -> str:
    assert program.stdout is not None
    said = ""
    async for line in program.stdout:
        said += line.decode()
        if found := re.search(r"http://\S+", line.decode()):
            return found[0]
    raise AssertionError(f"the demo ended without an address: {said}")


@asynccontextmanager
async def browser(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIETLY)
        context = await chromium.new_context(viewport=_WIDE, color_scheme="light", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page = await context.new_page()
        await page.goto(address)
        await expect(page.get_by_test_id("message").first).to_be_visible()
        yield page
        await chromium.close()


@dataclass(slots=True, kw_only=True)
class Hand:
    """Clicks as a person does: on what is seen, and on the newest of what looks the same."""

    page: Page
    clicks: list[str] = field(default_factory=list)

    def phone(self, role: str) -> Locator:
        return self.page.get_by_test_id(f"phone-{role}")

    def buttons(self, role: str, label: str | re.Pattern[str]) -> Locator:
        return self.phone(role).get_by_test_id("inline-button").filter(has_text=label)

    async def click(self, target: Locator, name: str) -> None:
        await target.click()
        self.clicks.append(name)

    async def press(self, role: str, *labels: str | re.Pattern[str]) -> None:
        for label in labels:
            await self.click(self.buttons(role, label).last, f"{role}: {label}")

    async def type(self, role: str, text: str) -> None:
        await self.phone(role).get_by_test_id("composer").fill(text)
        await self.click(self.phone(role).get_by_test_id("send"), f"{role}: send")

    async def command(self, role: str, name: str) -> None:
        await self.click(self.phone(role).get_by_test_id("menu"), f"{role}: menu")
        label = self.page.get_by_text(name, exact=True)
        choice = self.phone(role).get_by_test_id("choice").filter(has=label)
        await self.click(choice, f"{role}: {name}")

    async def sees(self, role: str, text: str | re.Pattern[str]) -> None:
        await expect(self.phone(role).get_by_test_id("message").filter(has_text=text).last).to_be_visible()

    async def follow(self, role: str, label: str) -> Page:
        """Click a button that opens a tab; the tab."""
        async with self.page.context.expect_page() as opened:
            await self.press(role, label)
        return await opened.value


@dataclass(frozen=True, slots=True)
class Album:
    """Screenshots, kept where DIETDESK_SCREENSHOTS says, else with the test's own files."""

    folder: Path

    @classmethod
    def of(cls, tmp_path: Path) -> "Album":
        folder = Path(os.environ.get("DIETDESK_SCREENSHOTS", tmp_path))
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    async def take(self, page: Page, name: str) -> None:
        """Light, dark, and as wide as a phone."""
        await page.set_viewport_size(_WIDE)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=self.folder / f"{name}-{scheme}.png")
        await page.set_viewport_size(_NARROW)
        await page.emulate_media(color_scheme="light")
        await page.screenshot(path=self.folder / f"{name}-390.png", full_page=True)
        await page.set_viewport_size(_WIDE)
