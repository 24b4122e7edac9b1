"""The web chat: its HTTP side, and the page itself in a browser."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from playwright.async_api import FilePayload, Page, async_playwright, expect

from sandbox.chat import ChatPage, Link, PhoneSpec
from sandbox.clock import MovableClock
from sandbox.telegram import TelegramStandIn
from sandbox.telegram.serving import served

TOKEN = "4242:secret"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x40\0\0\0\x20" + b"rest"
CHIOMA, ADA, TUNDE = 2001, 1001, 3001
PEOPLE = [
    PhoneSpec(CHIOMA, "Chioma Eze", "client"),
    PhoneSpec(ADA, "Dr Ada Obi", "dietitian"),
    PhoneSpec(TUNDE, "Tunde Bello", "admin"),
]


@pytest.fixture
def standin(tmp_path: Path) -> TelegramStandIn:
    return TelegramStandIn(clock=MovableClock(tmp_path / "clock.json"), token=TOKEN)


@pytest.fixture
async def chat(standin: TelegramStandIn) -> AsyncIterator[str]:
    page = ChatPage(
        standin, title="A <sandbox>", phones=PEOPLE, links=lambda: [Link("Checkout", "http://127.0.0.1:1/")]
    )
    async with served(page.app()) as root:
        yield root


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


class Api:
    def __init__(self, session: ClientSession, root: str) -> None:
        self._session = session
        self._root = root

    async def __call__(self, method: str, **params: Any) -> Any:
        async with self._session.post(f"{self._root}/bot{TOKEN}/{method}", json=params) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]


@pytest.fixture
async def api(standin: TelegramStandIn, session: ClientSession) -> AsyncIterator[Api]:
    async with served(standin.app()) as root:
        yield Api(session, root)


@asynccontextmanager
async def answering(api: Api) -> AsyncIterator[None]:
    """A bot that answers every press: "alert" with an alert, the rest with a toast."""

    async def work() -> None:
        offset = 0
        while True:
            for update in await api("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                if query := update.get("callback_query"):
                    words = {"text": f"Got {query['data']}", "show_alert": query["data"] == "alert"}
                    await api("answerCallbackQuery", callback_query_id=query["id"], **words)

    task = asyncio.get_running_loop().create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def buttons(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


async def test_the_page_is_one_document_that_loads_only_from_itself(
    chat: str, session: ClientSession
) -> None:
    async with session.get(f"{chat}/") as response:
        html = await response.text()
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "<h1>A &lt;sandbox&gt;</h1>" in html
    for name in ("chat.css", "chat.js", "phone.js", "message.js", "sheet.js", "dom.js"):
        async with session.get(f"{chat}/{name}") as response:
            assert response.status == 200
    async with session.get(f"{chat}/other.js") as response:
        assert response.status == 404


async def test_text_start_and_documents_reach_the_bot(
    chat: str, session: ClientSession, standin: TelegramStandIn
) -> None:
    phone = standin.phone(CHIOMA)
    await session.post(f"{chat}/people/{CHIOMA}/start", json={"payload": "abc"})
    await session.post(f"{chat}/people/{CHIOMA}/text", json={"text": " Hello "})
    form = FormData({"caption": "Mine"})
    form.add_field("file", b"%PDF", filename='a "b".pdf', content_type="application/pdf")
    async with session.post(f"{chat}/people/{CHIOMA}/document", data=form) as response:
        number = (await response.json())["id"]
    assert [one.text for one in phone.messages] == ["/start abc", "Hello", "Mine"]
    async with session.get(f"{chat}/people/{CHIOMA}/files/{number}") as response:
        assert await response.read() == b"%PDF"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with session.post(f"{chat}/people/{CHIOMA}/text", json={"text": " "}) as response:
        assert response.status == 400
    async with session.post(f"{chat}/people/77/text", json={"text": "x"}) as response:
        assert response.status == 404


async def test_photos_reach_the_bot_and_are_shown(
    chat: str, session: ClientSession, standin: TelegramStandIn
) -> None:
    where = f"{chat}/people/{CHIOMA}"
    form = FormData({"caption": "Lunch"})
    form.add_field("file", PNG, filename="lunch.png", content_type="image/png")
    async with session.post(f"{where}/photo", data=form) as response:
        number = (await response.json())["id"]
    async with session.get(where) as response:
        shown = (await response.json())["messages"][-1]
    async with session.get(f"{where}/files/{number}") as response:
        assert await response.read() == PNG
        assert response.content_type == "image/jpeg"
    assert (shown["photo"]["href"], shown["document"]) == (f"people/{CHIOMA}/files/{number}", None)
    wrong = FormData()
    wrong.add_field("file", b"%PDF", filename="plan.png", content_type="image/png")
    async with session.post(f"{where}/photo", data=wrong) as response:
        assert (response.status, await response.text()) == (400, "A photo is a PNG or JPEG of 10 MB at most.")
    async with session.post(f"{where}/photo", data={"caption": "x"}) as response:
        assert (response.status, await response.text()) == (400, "a file is expected")
    assert len(standin.phone(CHIOMA).messages) == 1


async def test_big_documents_pass_also_where_the_page_is_mounted_in_another(
    session: ClientSession, standin: TelegramStandIn
) -> None:
    whole = web.Application()
    whole.add_subapp("/chat", ChatPage(standin, title="x", phones=PEOPLE).app())
    form = FormData()
    form.add_field("file", BytesIO(bytes(20 * 2**20)), filename="big.pdf")
    async with (
        served(whole) as root,
        session.post(f"{root}/chat/people/{CHIOMA}/document", data=form) as response,
    ):
        assert response.status == 200
    document = standin.phone(CHIOMA).last.document
    assert document is not None
    assert document.size == 20 * 2**20


async def test_a_press_waits_for_the_answer(
    chat: str, session: ClientSession, standin: TelegramStandIn, api: Api
) -> None:
    await standin.phone(CHIOMA).start()
    markup = buttons([{"text": "Go", "callback_data": "go"}])
    sent = await api("sendMessage", chat_id=CHIOMA, text="x", reply_markup=markup)
    where = {"message_id": sent["message_id"], "row": 0, "column": 0}
    async with answering(api), session.post(f"{chat}/people/{CHIOMA}/press", json=where) as response:
        answer = await response.json()
    assert (answer["answered"], answer["text"], answer["alert"]) == (True, "Got go", False)
    async with session.post(f"{chat}/people/{CHIOMA}/press", json=where | {"row": 5}) as response:
        assert response.status == 404


async def test_the_clock_goes_forward_for_everybody(
    chat: str, session: ClientSession, standin: TelegramStandIn
) -> None:
    async with session.post(f"{chat}/clock/advance", json={"seconds": 3600}) as response:
        assert (await response.json())["shift"] == 3600
    assert standin.world.clock.shift == timedelta(hours=1)
    async with session.post(f"{chat}/clock/advance", json={"seconds": -1}) as response:
        assert response.status == 400


async def test_another_page_in_the_browser_cannot_post(chat: str, session: ClientSession) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with session.post(f"{chat}/people/{CHIOMA}/text", json={"text": "x"}, headers=headers) as response:
        assert response.status == 403


async def test_the_stream_tells_each_change_once(
    chat: str, session: ClientSession, standin: TelegramStandIn
) -> None:
    async with asyncio.timeout(5), session.get(f"{chat}/stream") as stream:
        first = await _phones(stream, len(PEOPLE))
        await standin.phone(CHIOMA).send("<b>not bold</b>")
        changed = await _phones(stream, 1)
    assert {view["id"] for view in first} == {CHIOMA, ADA, TUNDE}
    assert changed[0]["id"] == CHIOMA
    assert changed[0]["messages"][0]["html"] == "&lt;b&gt;not bold&lt;/b&gt;"


async def _phones(stream: Any, count: int) -> list[dict[str, Any]]:
    views: list[dict[str, Any]] = []
    name = ""
    while len(views) < count:
        line = (await stream.content.readline()).decode().strip()
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: ") and name == "phone":
            views.append(json.loads(line.removeprefix("data: ")))
    return views


@pytest.fixture
async def page(chat: str) -> AsyncIterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=args)
        page = await browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(chat)
        yield page
        await browser.close()
        assert wrong == []


@pytest.mark.browser
async def test_two_people_talk_to_the_bot_in_a_browser(
    page: Page, standin: TelegramStandIn, api: Api
) -> None:
    client, dietitian = page.get_by_test_id("phone-client"), page.get_by_test_id("phone-dietitian")
    await client.get_by_test_id("start").click()
    await dietitian.get_by_test_id("composer").fill("Hello <img src=x>")
    await dietitian.get_by_test_id("send").click()
    await expect(dietitian.get_by_test_id("message")).to_contain_text("Hello <img src=x>")
    link = f"https://t.me/{standin.username}?start=tok"
    await api("sendMessage", chat_id=ADA, text=f"Forward {link}")
    await dietitian.get_by_role("link", name=link).click()
    await dietitian.get_by_test_id("deep-link").get_by_text("Chioma Eze").click()
    await expect(client.get_by_test_id("message").last).to_contain_text("/start tok")


@pytest.mark.browser
async def test_presses_give_toasts_and_alerts_in_a_browser(
    page: Page, standin: TelegramStandIn, api: Api
) -> None:
    await standin.phone(CHIOMA).start()
    row = [{"text": "Approve", "callback_data": "ok"}, {"text": "Warn", "callback_data": "alert"}]
    pay = [{"text": "Pay", "url": "https://checkout.example/1"}]
    await api("sendMessage", chat_id=CHIOMA, text="x", reply_markup=buttons(row, pay))
    client = page.get_by_test_id("phone-client")
    inline = client.get_by_test_id("inline-button")
    async with answering(api):
        await inline.filter(has_text="Approve").click()
        await expect(client.get_by_test_id("toast")).to_have_text("Got ok")
        await inline.filter(has_text="Warn").click()
        await expect(client.get_by_role("alertdialog")).to_contain_text("Got alert")
    await client.get_by_test_id("alert-ok").click()
    await expect(client.get_by_role("alertdialog")).to_have_count(0)
    await expect(inline.filter(has_text="Pay")).to_have_attribute("href", "https://checkout.example/1")
    await expect(inline.filter(has_text="Pay")).to_have_attribute("target", "_blank")


@pytest.mark.browser
async def test_files_people_and_the_clock_work_in_a_browser(
    page: Page, standin: TelegramStandIn, api: Api
) -> None:
    await standin.phone(ADA).start()
    wanted = {"text": "Choose", "request_users": {"request_id": 7, "request_name": True}}
    await api("sendMessage", chat_id=ADA, text="Who?", reply_markup={"keyboard": [[wanted]]})
    dietitian = page.get_by_test_id("phone-dietitian")
    await dietitian.get_by_test_id("reply-button").click()
    await dietitian.get_by_test_id("people").get_by_text("Chioma Eze").click()
    await dietitian.get_by_test_id("share").click()
    await expect(dietitian.get_by_test_id("message").last).to_contain_text("Shared: Chioma")
    file = FilePayload(name="plan.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")
    await dietitian.get_by_test_id("file").set_input_files(file)
    await expect(dietitian.get_by_test_id("document")).to_contain_text("plan.pdf")
    await page.get_by_test_id("clock-24h").click()
    await expect(page.get_by_test_id("clock-shift")).to_have_text("moved by 24 h")
    assert standin.phone(ADA).last.document is not None


@pytest.mark.browser
async def test_a_place_is_shared_in_a_browser(page: Page, standin: TelegramStandIn, api: Api) -> None:
    await standin.phone(ADA).start()
    wanted = {"text": "Where I am", "request_location": True}
    await api("sendMessage", chat_id=ADA, text="Where?", reply_markup={"keyboard": [[wanted]]})
    dietitian = page.get_by_test_id("phone-dietitian")
    await dietitian.get_by_test_id("reply-button").click()
    await dietitian.get_by_test_id("places").get_by_text("Kathmandu").click()
    await expect(dietitian.get_by_test_id("message").last).to_contain_text("27.72, 85.32")
    assert standin.phone(ADA).last.place == "27.72, 85.32"


@pytest.mark.browser
async def test_a_picture_is_sent_as_a_photo_or_as_a_file_in_a_browser(
    page: Page, standin: TelegramStandIn
) -> None:
    client = page.get_by_test_id("phone-client")
    await standin.phone(CHIOMA).start()
    for choice, shown in (
        ("as a photo", client.get_by_alt_text("Photo")),
        ("as a file", client.get_by_test_id("document")),
    ):
        await client.get_by_test_id("composer").fill("Lunch")
        picture = FilePayload(name="lunch.png", mimeType="image/png", buffer=PNG)
        await client.get_by_test_id("file").set_input_files(picture)
        await client.get_by_test_id("attachment").get_by_text(choice).click()
        await expect(shown).to_have_count(1)
        await expect(client.get_by_test_id("message").last).to_contain_text("Lunch")
    photo, document = standin.phone(CHIOMA).messages[-2:]
    assert (photo.photo is not None, document.document is not None) == (True, True)


@pytest.mark.browser
async def test_a_document_of_twenty_megabytes_goes_up_and_down_in_a_browser(
    page: Page, standin: TelegramStandIn
) -> None:
    dietitian = page.get_by_test_id("phone-dietitian")
    await standin.phone(ADA).start()
    big = FilePayload(name="plan 🥗.pdf", mimeType="application/pdf", buffer=bytes(range(256)) * 81920)
    await dietitian.get_by_test_id("file").set_input_files(big)
    card = dietitian.get_by_test_id("document")
    await expect(card).to_contain_text("plan 🥗.pdf")
    await expect(card).to_contain_text("20.0 MB")
    async with page.expect_download() as download:
        await card.click()
    path = await (await download.value).path()
    assert path.read_bytes() == big["buffer"]
    assert (await download.value).suggested_filename == "plan 🥗.pdf"


@pytest.mark.browser
async def test_news_for_somebody_not_shown_is_counted_in_a_browser(
    page: Page, standin: TelegramStandIn, api: Api
) -> None:
    await standin.phone(TUNDE).start()
    await expect(page.get_by_test_id("person").first).to_contain_text("Tunde Bello")
    await api("sendMessage", chat_id=TUNDE, text="A payment needs you")
    await expect(page.get_by_test_id("person").first).to_contain_text("Tunde Bello · admin (1 new)")
    await page.get_by_test_id("person").first.select_option(label="Tunde Bello · admin (1 new)")
    await expect(page.get_by_test_id("phone-client").get_by_test_id("message").last).to_contain_text(
        "payment"
    )
    await expect(page.get_by_test_id("person").first).not_to_contain_text("new")
