"""Files to Telegram and back through `TelegramMessenger`, over real HTTP, byte for byte."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import NetworkError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from domain.errors import DeliveryError, DeliveryRefused, DeliveryUnavailable, RecipientGone
from domain.model.message import Button, Document, File, FileKind, Message, SentFile
from domain.model.plan import LARGEST_FILE
from handlers.incoming import read_update
from integrations.telegram.client import build_bot
from integrations.telegram.limiter import PerChatLimiter
from integrations.telegram.messenger import TelegramMessenger
from integrations.telegram.transport import AiohttpRequest
from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.telegram import Phone, SeenFile, TelegramStandIn
from sandbox.telegram.serving import served

TOKEN = "123456:AAtoken-of_the_test"
ADA = 1001
PDF = b"%PDF-1.7\r\n--boundary\r\n\x00\xff" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x40\0\0\0\x20" + b"rest"
ROWS = ((Button(label="Confirm", data="v1:plan:x"),),)
PLAN = File(name="Week 1.pdf", mime_type="application/pdf", content=PDF)


@dataclass(frozen=True, slots=True)
class Line:
    """Our messenger, and the phone and the server on the other side."""

    messenger: TelegramMessenger
    standin: TelegramStandIn
    phone: Phone
    bot: ExtBot[None]

    async def send(self, file: File = PLAN, *, text: str = "Your plan") -> SentFile:
        return await self.messenger.send_file(ADA, Message(text=text, rows=ROWS, file=file))

    async def given(self, content: bytes, name: str = "plan.pdf") -> Document:
        """A document as we read it from the update that brought it."""
        await self.phone.send_document(name, content)
        incoming = read_update(self.standin.world.updates.waiting()[-1].json)
        assert incoming is not None
        assert incoming.document is not None
        return incoming.document

    def fails(self, method: str, status: int, *, seconds: float = 0, times: int = 1, skip: int = 0) -> None:
        self.standin.faults.plan(
            Fault(match=method, kind=FaultKind.STATUS, status=status, seconds=seconds, times=times, skip=skip)
        )

    def asked(self, method: str) -> int:
        return len(self.standin.calls(method))

    @property
    def received(self) -> SeenFile:
        document = self.phone.last.document
        assert document is not None
        return document


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    standin = TelegramStandIn(clock=MovableClock(tmp_path / "clock.json"), token=TOKEN)
    phone = standin.phone(ADA, first_name="Ada")
    await phone.start()
    async with (
        served(standin.app()) as root,
        build_bot(token=TOKEN, api_url=root, limiter=PerChatLimiter(longest_wait=1.5)) as bot,
    ):
        yield Line(TelegramMessenger(bot, fetch_within=20), standin, phone, bot)


def said_by(error: BaseException) -> str:
    """All that a log could make of it."""
    return "".join(traceback.format_exception(error))


# To Telegram


async def test_a_document_arrives_byte_for_byte_with_its_caption_and_buttons(line: Line) -> None:
    sent = await line.send(text="<b>Your plan</b>")

    assert (line.received.name, line.received.mime_type) == ("Week 1.pdf", "application/pdf")
    assert line.received.bytes == PDF
    assert (line.phone.last.html, line.phone.last.labels) == ("<b>Your plan</b>", ["Confirm"])
    assert sent.message_id == line.phone.last.id


async def test_the_type_is_ours_whatever_the_name_looks_like(line: Line) -> None:
    await line.send(replace(PLAN, name="Week 1"))

    assert (line.received.name, line.received.mime_type) == ("Week 1", "application/pdf")


async def test_twenty_megabytes_go_up_and_come_down(line: Line) -> None:
    content = bytes(range(256)) * (LARGEST_FILE // 256)

    await line.send(replace(PLAN, content=content))
    fetched = await line.messenger.fetch(await line.given(content))

    assert len(content) == LARGEST_FILE
    assert line.phone.messages[-2].document is not None
    assert line.phone.messages[-2].document.bytes == content
    assert fetched == content


async def test_an_empty_file_is_refused_on_the_way_up_and_comes_down_empty(line: Line) -> None:
    with pytest.raises(DeliveryRefused, match="must be non-empty"):
        await line.send(replace(PLAN, content=b""))

    assert await line.messenger.fetch(await line.given(b"")) == b""


async def test_the_handle_sends_the_same_file_without_its_content(line: Line) -> None:
    first = await line.send()

    again = await line.send(replace(PLAN, content=b"", handle=first.handle), text="Again")

    assert line.received.bytes == PDF
    assert (line.phone.last.text, line.phone.last.labels) == ("Again", ["Confirm"])
    assert again == SentFile(message_id=line.phone.last.id, handle=first.handle)
    assert line.standin.calls("sendDocument")[-1].params["document"] == first.handle


async def test_what_a_person_sent_can_be_sent_on_by_its_id(line: Line) -> None:
    document = await line.given(PDF, "Ọsẹ̀ 🥗.pdf")

    await line.send(replace(PLAN, content=b"", handle=document.file_id))

    assert (line.received.name, line.received.bytes) == ("Ọsẹ̀ 🥗.pdf", PDF)


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        ("nonsense", "Wrong remote file identifier specified"),
        ("A" * 62, "Wrong file identifier/http url specified"),
    ],
)
async def test_a_wrong_handle_is_refused_so_that_the_content_can_be_sent(
    line: Line, handle: str, words: str
) -> None:
    with pytest.raises(DeliveryRefused, match=f"(?i){words}"):
        await line.send(replace(PLAN, handle=handle))

    await line.send(PLAN)
    assert line.received.bytes == PDF


async def test_the_handle_of_a_photo_is_refused_for_a_document(line: Line) -> None:
    photo = await line.send(File(kind=FileKind.PHOTO, name="p.png", mime_type="image/png", content=PNG))

    with pytest.raises(DeliveryRefused, match=r"(?i)can't use file of type photo as document"):
        await line.send(replace(PLAN, handle=photo.handle))


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: wrong file_id or the file is temporarily unavailable",
        "Bad Request: wrong file identifier/HTTP URL specified",
    ],
)
async def test_any_word_against_a_handle_is_a_refusal(line: Line, words: str) -> None:
    body = {"ok": False, "error_code": 400, "description": words}
    line.standin.faults.plan(Fault(match="sendDocument", kind=FaultKind.STATUS, status=400, body=body))

    with pytest.raises(DeliveryRefused):
        await line.send(replace(PLAN, handle="A" * 62))


async def test_a_photo_is_sent_again_by_its_handle(line: Line) -> None:
    page = File(kind=FileKind.PHOTO, name="page.png", mime_type="image/png", content=PNG)
    first = await line.send(page)

    await line.send(replace(page, content=b"", handle=first.handle))

    assert line.phone.last.photo is not None
    assert line.phone.last.photo.bytes == PNG


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("Ọjọ́ Ajé.pdf", "Ọjọ Ajé.pdf"),
        ("🥗 plan.pdf", "plan.pdf"),
        ('the "good" plan.pdf', "the _good_ plan.pdf"),
        ("week 1/2.pdf", "week 1_2.pdf"),
        ("C:\\plans\\week.pdf", "C _plans_week.pdf"),
        ('x"\r\nContent-Type: text/html\r\n\r\n.pdf', "x_Content-Type  text_html_.pdf"),
        ("p" * 300 + ".pdf", "p" * 60 + ".pdf"),
        ("ọ" * 300 + ".pdf", "ọ" * 60 + ".pdf"),
        ("100%41 %22.pdf", "100%41 %22.pdf"),
        ("", "file"),
        ("\n", "_"),
    ],
)
async def test_every_name_arrives_as_a_name(line: Line, name: str, arrives: str) -> None:
    """As the server leaves it: of what is no letter it drops most."""
    await line.send(replace(PLAN, name=name))

    assert line.received.name == arrives
    assert line.received.mime_type == "application/pdf"
    assert line.received.bytes == PDF


async def test_a_caption_has_1024_characters_and_not_one_more(line: Line) -> None:
    await line.send(text="ọ" * 1024)
    with pytest.raises(DeliveryRefused, match="caption is too long"):
        await line.send(text="ọ" * 1025)

    assert line.phone.last.text == "ọ" * 1024


async def test_a_caption_is_counted_without_its_tags(line: Line) -> None:
    await line.send(text="<b>" + "&lt;" * 1024 + "</b>")

    assert line.phone.last.text == "<" * 1024


async def test_whoever_blocked_the_bot_is_gone(line: Line) -> None:
    await line.phone.block()

    with pytest.raises(RecipientGone, match="blocked by the user"):
        await line.send()


async def test_whoever_never_started_is_gone(line: Line) -> None:
    with pytest.raises(RecipientGone, match="hat not found"):
        await line.messenger.send_file(77, Message(text="x", file=PLAN))


async def test_a_long_wait_is_handed_on_with_its_seconds(line: Line) -> None:
    line.fails("sendDocument", 429, seconds=30)

    with pytest.raises(DeliveryUnavailable) as caught:
        await line.send()

    assert caught.value.retry_after == timedelta(seconds=30)
    assert line.asked("sendDocument") == 0


async def test_a_short_wait_is_waited_out_and_the_whole_file_sent_then(line: Line) -> None:
    line.fails("sendDocument", 429, seconds=1)

    await line.send()

    assert line.received.bytes == PDF
    assert len([one for one in line.phone.messages if one.document]) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_in_trouble_is_tried_again_later(line: Line, status: int) -> None:
    line.fails("sendDocument", status)

    with pytest.raises(DeliveryUnavailable):
        await line.send()


async def test_an_answer_that_never_comes_is_unavailable_and_names_no_token(line: Line) -> None:
    line.standin.faults.plan(Fault(match="sendDocument", kind=FaultKind.DROP, after=True))

    with pytest.raises(DeliveryUnavailable) as caught:
        await line.send()

    assert TOKEN not in said_by(caught.value)
    assert line.received.bytes == PDF  # it went: whoever sends it again sends it twice


async def test_a_file_to_send_is_a_file(line: Line) -> None:
    with pytest.raises(ValueError, match="without a file"):
        await line.messenger.send_file(ADA, Message(text="x"))


# From Telegram


@pytest.mark.parametrize("name", ["🥗 plan.pdf", 'a "b".pdf', "../../plan.pdf", "ọ" * 300 + ".pdf", ""])
async def test_what_somebody_sent_comes_whole_whatever_its_name(line: Line, name: str) -> None:
    document = await line.given(PDF, name)

    assert await line.messenger.fetch(document) == PDF
    assert document.size == len(PDF)


async def test_one_byte_too_many_is_refused_in_telegrams_words(line: Line) -> None:
    document = await line.given(bytes(LARGEST_FILE + 1))

    with pytest.raises(DeliveryRefused, match=r"^File is too big$"):
        await line.messenger.fetch(document)


async def test_no_more_is_read_than_may_be_whatever_the_server_sends(line: Line) -> None:
    document = await line.given(PDF)
    line.standin.downloads.padding = 3 * LARGEST_FILE

    with pytest.raises(DeliveryRefused, match=r"^File is too big$"):
        await line.messenger.fetch(document)

    assert line.standin.downloads.sent < LARGEST_FILE + 16 * 2**20  # what was under way in buffers


async def test_an_id_that_telegram_cannot_read_is_refused(line: Line) -> None:
    with pytest.raises(DeliveryRefused, match="nvalid file_id"):
        await line.messenger.fetch(Document(file_id="nonsense", name="x"))


async def test_a_file_that_telegram_cannot_give_just_now_is_unavailable(line: Line) -> None:
    with pytest.raises(DeliveryUnavailable, match="temporarily unavailable"):
        await line.messenger.fetch(Document(file_id="A" * 62, name="x"))


async def test_a_file_is_fetched_hours_after_it_was_sent(line: Line) -> None:
    document = await line.given(PDF)
    line.standin.world.clock.advance(timedelta(days=30))

    assert await line.messenger.fetch(document) == PDF


async def test_a_link_that_ran_out_is_asked_for_once_more(line: Line) -> None:
    document = await line.given(PDF)
    line.fails("file", 404)

    assert await line.messenger.fetch(document) == PDF
    assert line.asked("getFile") == 2


async def test_a_link_that_never_works_is_asked_for_twice_and_not_for_ever(line: Line) -> None:
    document = await line.given(PDF)
    line.fails("file", 404, times=-1)

    with pytest.raises(DeliveryUnavailable, match="could not be fetched: 404"):
        await line.messenger.fetch(document)

    assert line.asked("getFile") == 2


@pytest.mark.parametrize("status", [302, 401, 429, 500, 502])
async def test_a_download_in_trouble_is_unavailable(line: Line, status: int) -> None:
    document = await line.given(PDF)
    line.fails("file", status)

    with pytest.raises(DeliveryUnavailable, match=f"could not be fetched: {status}"):
        await line.messenger.fetch(document)

    assert line.asked("getFile") == 1


async def test_asking_too_often_is_handed_on_with_its_seconds(line: Line) -> None:
    document = await line.given(PDF)
    line.fails("getFile", 429, seconds=9)

    with pytest.raises(DeliveryUnavailable) as caught:
        await line.messenger.fetch(document)

    assert caught.value.retry_after == timedelta(seconds=9)


async def test_a_file_without_an_address_is_unavailable(line: Line) -> None:
    document = await line.given(PDF)
    body = {"ok": True, "result": {"file_id": document.file_id, "file_unique_id": "x"}}
    line.standin.faults.plan(Fault(match="getFile", kind=FaultKind.STATUS, status=200, body=body))

    with pytest.raises(DeliveryUnavailable, match="no address"):
        await line.messenger.fetch(document)


async def test_a_connection_cut_in_the_middle_is_unavailable_and_names_no_token(line: Line) -> None:
    document = await line.given(bytes(300_000))
    line.standin.downloads.cut_after = 100_000

    with pytest.raises(DeliveryUnavailable) as caught:
        await line.messenger.fetch(document)
    assert TOKEN not in said_by(caught.value)

    line.standin.downloads.cut_after = None
    assert await line.messenger.fetch(document) == bytes(300_000)


async def test_fewer_bytes_than_were_told_are_no_file(line: Line) -> None:
    document = await line.given(PDF)
    body = {
        "ok": True,
        "result": {
            "file_id": "x",
            "file_unique_id": "x",
            "file_size": 9999,
            "file_path": "documents/file_0.pdf",
        },
    }
    await line.messenger.fetch(document)  # opens the link
    line.standin.faults.plan(Fault(match="getFile", kind=FaultKind.STATUS, status=200, body=body))

    with pytest.raises(DeliveryUnavailable, match=f"{len(PDF)} bytes came of 9999"):
        await line.messenger.fetch(document)


async def test_a_connection_dropped_before_the_answer_is_unavailable_and_names_no_token(line: Line) -> None:
    document = await line.given(PDF)
    line.standin.faults.plan(Fault(match="file", kind=FaultKind.DROP, times=-1))

    with pytest.raises(DeliveryUnavailable) as caught:
        await line.messenger.fetch(document)

    assert TOKEN not in said_by(caught.value)


async def test_a_malformed_address_names_no_token() -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError, match="NonHttpUrlClientError") as caught:
            await request.download(f"ftp://telegram/file/bot{TOKEN}/documents/file_0.pdf", most=1)

    assert TOKEN not in str(caught.value)


async def test_a_slow_server_is_waited_for(line: Line) -> None:
    document = await line.given(PDF)
    line.standin.downloads.pause, line.standin.downloads.piece = 0.01, 16

    assert await line.messenger.fetch(document) == PDF


async def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for_for_ever(line: Line) -> None:
    document = await line.given(PDF)
    line.standin.downloads.pause, line.standin.downloads.piece = 0.05, 1
    impatient = TelegramMessenger(line.bot, fetch_within=0.3)

    with pytest.raises(DeliveryUnavailable, match=r"not here within 0\.3 s") as caught:
        async with asyncio.timeout(3):
            await impatient.fetch(document)

    assert TOKEN not in said_by(caught.value)


async def test_twenty_files_come_at_once_each_its_own(line: Line) -> None:
    contents = [bytes([number]) * 100_000 for number in range(20)]
    documents = [await line.given(content) for content in contents]

    fetched = await asyncio.gather(*(line.messenger.fetch(document) for document in documents))

    assert fetched == contents


async def test_only_a_transport_that_bounds_a_download_is_used(line: Line) -> None:
    document = await line.given(PDF)
    root = line.bot.base_url.removesuffix(TOKEN)
    unbounded = HTTPXRequest()
    async with ExtBot(TOKEN, base_url=root, request=unbounded, get_updates_request=unbounded) as bot:
        with pytest.raises(TypeError, match="HTTPXRequest"):
            await TelegramMessenger(bot).fetch(document)


# Screens in the place of files


async def test_a_screen_that_takes_the_place_of_a_photo_leaves_no_buttons_behind(line: Line) -> None:
    page = File(kind=FileKind.PHOTO, name="page.png", mime_type="image/png", content=PNG)
    shown = await line.send(page, text="Page 1")

    await line.messenger.edit(ADA, shown.message_id, Message(text="It is on its way.", rows=ROWS))

    photo, screen = line.phone.messages[-2:]
    assert (photo.text, photo.labels) == ("Page 1", [])
    assert (screen.text, screen.labels) == ("It is on its way.", ["Confirm"])


@pytest.mark.parametrize("status", [400, 500])
async def test_the_screen_comes_also_where_the_buttons_stay(line: Line, status: int) -> None:
    shown = await line.send()
    line.fails("editMessageReplyMarkup", status)

    await line.messenger.edit(ADA, shown.message_id, Message(text="It is on its way."))

    assert line.phone.last.text == "It is on its way."
    assert line.phone.messages[-2].labels == ["Confirm"]


async def test_a_file_without_buttons_is_no_trouble(line: Line) -> None:
    shown = await line.messenger.send_file(ADA, Message(text="x", file=PLAN))

    await line.messenger.edit(ADA, shown.message_id, Message(text="Home"))

    assert line.phone.last.text == "Home"


async def test_a_deleted_message_is_replaced_without_touching_buttons(line: Line) -> None:
    await line.messenger.edit(ADA, 999, Message(text="Home"))

    assert line.phone.last.text == "Home"
    assert line.asked("editMessageReplyMarkup") == 0


async def test_a_file_in_answer_to_a_press_leaves_the_pressed_message_as_it_was(line: Line) -> None:
    shown = await line.messenger.send(ADA, Message(text="Your plans", rows=ROWS))

    await line.messenger.edit(ADA, shown, Message(text="Here", file=PLAN))

    screen, file = line.phone.messages[-2:]
    assert (screen.text, screen.labels, screen.edited) == ("Your plans", ["Confirm"], False)
    assert file.document is not None


async def test_a_file_with_buttons_takes_the_place_of_the_pressed_message(line: Line) -> None:
    shown = await line.messenger.send(ADA, Message(text="Your plans", rows=ROWS))

    await line.messenger.edit(ADA, shown, Message(text="Here", file=PLAN, rows=ROWS))

    screen, file = line.phone.messages[-2:]
    assert (screen.text, screen.labels) == ("Your plans", [])
    assert (file.text, file.labels) == ("Here", ["Confirm"])


async def test_somebody_who_blocked_the_bot_meanwhile_is_gone(line: Line) -> None:
    shown = await line.send()
    await line.phone.block()

    with pytest.raises(DeliveryError) as caught:
        await line.messenger.edit(ADA, shown.message_id, Message(text="Home"))

    assert isinstance(caught.value, RecipientGone)
