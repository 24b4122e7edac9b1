"""A person's phone against a small bot written with python-telegram-bot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest
from telegram import (
    Bot,
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    KeyboardButtonRequestUsers,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from sandbox.clock import MovableClock
from sandbox.faults import Fault, FaultKind
from sandbox.telegram import Phone, TelegramStandIn
from sandbox.telegram.errors import ApiError
from sandbox.telegram.serving import served

TOKEN = "4242:secret"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x40\0\0\0\x20" + b"rest"


@pytest.fixture
def standin(tmp_path: Path) -> TelegramStandIn:
    return TelegramStandIn(clock=MovableClock(tmp_path / "clock.json"), token=TOKEN)


@pytest.fixture
def phone(standin: TelegramStandIn) -> Phone:
    return standin.phone(2001, first_name="Chioma")


@pytest.fixture
async def bot(standin: TelegramStandIn) -> AsyncIterator[Bot]:
    async with (
        served(standin.app()) as root,
        Bot(TOKEN, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot") as bot,
    ):
        yield bot


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[list[Update]]:
    """Answers every press with its data in capitals and puts it into the message; gives what arrived."""
    seen: list[Update] = []

    async def work() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=5):
                offset = update.update_id + 1
                seen.append(update)
                if (query := update.callback_query) and query.data != "silent":
                    await query.answer(str(query.data).upper(), show_alert=query.data == "alert")
                    if query.data == "edit":
                        await query.edit_message_text("Edited")

    task = asyncio.get_running_loop().create_task(work())
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def inline(*labels_and_data: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data)] for text, data in labels_and_data]
    )


async def test_the_library_starts_against_it(bot: Bot) -> None:
    assert (bot.username, bot.bot.is_bot, bot.id) == ("dietdesk_bot", True, 4242)
    await bot.set_my_commands([BotCommand("help", "Help")])
    assert [one.command for one in await bot.get_my_commands()] == ["help"]
    assert await bot.set_my_description("Books consultations")
    assert (await bot.get_my_description()).description == "Books consultations"
    assert await bot.set_chat_menu_button()
    assert (await bot.get_webhook_info()).url == ""


async def test_the_library_raises_its_own_errors(
    bot: Bot, phone: Phone, standin: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    await phone.start()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "x")
    await phone.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(2001, "x")
    await phone.unblock()
    standin.faults.plan(Fault(match="sendMessage", kind=FaultKind.STATUS, status=429, seconds=3))
    with pytest.raises(RetryAfter):
        await bot.send_message(2001, "x")
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=bot.base_url.removesuffix(TOKEN)):
            pass
    await bot.set_webhook("https://example.com/hook")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_pressing_gives_the_answer_and_shows_the_edit(bot: Bot, phone: Phone) -> None:
    await phone.start()
    await bot.send_message(
        2001, "<b>Choose</b>", parse_mode="HTML", reply_markup=inline(("Edit it", "edit"), ("Warn", "alert"))
    )
    async with running(bot):
        warned = await phone.press("warn")
        edited = await phone.press("Edit")
        shown = await phone.wait_for("edited")
    assert (warned.text, warned.alert, edited.text, edited.alert) == ("ALERT", True, "EDIT", False)
    assert shown.edited
    assert shown.labels == []
    assert [one.text for one in phone.toasts] == ["ALERT", "EDIT"]


async def test_a_press_that_is_never_answered_says_so(bot: Bot, phone: Phone) -> None:
    await phone.start()
    await bot.send_message(2001, "x", reply_markup=inline(("Silent", "silent")))
    async with running(bot):
        answer = await phone.press("Silent", timeout=0.2)
    assert not answer.answered
    assert [one.data for one in phone.unanswered_callbacks] == ["silent"]


async def test_many_presses_at_once_are_many_queries(bot: Bot, phone: Phone) -> None:
    await phone.start()
    await bot.send_message(2001, "x", reply_markup=inline(("Go", "go")))
    async with running(bot) as seen:
        answers = await phone.press_many("Go", 5)
    assert all(answer.answered for answer in answers)
    assert len({update.callback_query.id for update in seen if update.callback_query}) == 5


async def test_the_newest_button_is_pressed_and_an_exact_label_wins(bot: Bot, phone: Phone) -> None:
    await phone.start()
    await bot.send_message(2001, "old", reply_markup=inline(("Go", "old")))
    await bot.send_message(2001, "new", reply_markup=inline(("Go on", "on"), ("Go", "new")))
    assert phone.button("Go").data == "new"
    with pytest.raises(AssertionError, match=r"no button 'Pay'(?s:.*)'Go on'"):
        phone.button("Pay")


async def test_a_link_is_not_pressed_but_read(bot: Bot, phone: Phone) -> None:
    await phone.start()
    button = InlineKeyboardButton("Pay ₦12,500", url="https://checkout.example/abc", style="primary")
    await bot.send_message(2001, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert phone.url_of("Pay") == "https://checkout.example/abc"
    with pytest.raises(AssertionError, match="opens something"):
        await phone.press("Pay")


async def test_documents_go_both_ways(bot: Bot, phone: Phone) -> None:
    await phone.send_document("plan.pdf", b"%PDF-1.7 plan", caption="Here")
    received = (await bot.get_updates())[0].message
    assert received is not None
    assert received.document is not None
    assert (received.document.file_name, received.document.mime_type, received.caption) == (
        "plan.pdf",
        "application/pdf",
        "Here",
    )
    data = await (await received.document.get_file()).download_as_bytearray()
    await bot.send_document(
        2001, InputFile(BytesIO(bytes(data)), filename="copy.pdf"), caption="<i>Back</i>", parse_mode="HTML"
    )
    document = phone.last.document
    assert document is not None
    assert (document.name, document.size, document.bytes) == ("copy.pdf", 13, b"%PDF-1.7 plan")
    assert phone.last.text == "Back"
    sent = await bot.send_document(2001, received.document.file_id)
    await sent.edit_caption("Changed")
    assert (phone.last.text, phone.last.edited) == ("Changed", True)


async def test_a_photo_comes_in_sizes_and_without_a_name(bot: Bot, phone: Phone) -> None:
    await phone.send_photo(PNG, caption="My breakfast")
    with pytest.raises(ApiError, match="IMAGE_PROCESS_FAILED"):
        await phone.send_photo(b"%PDF-1.7")
    received = (await bot.get_updates())[0].message
    assert received is not None
    assert (received.caption, received.document) == ("My breakfast", None)
    assert [(size.width, size.height) for size in received.photo] == [(64, 32)]
    assert await (await received.photo[-1].get_file()).download_as_bytearray() == PNG
    assert phone.last.photo is not None


async def test_the_buttons_under_a_photo_can_be_taken_away(bot: Bot, phone: Phone) -> None:
    await phone.start()
    sent = await bot.send_photo(2001, PNG, caption="Page 1", reply_markup=inline(("Confirm", "yes")))
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await sent.edit_text("Sent")
    await sent.edit_reply_markup()
    assert (phone.last.text, phone.last.labels) == ("Page 1", [])
    with pytest.raises(BadRequest, match="is not modified"):
        await sent.edit_reply_markup()


async def test_a_voice_message_has_no_text(bot: Bot, phone: Phone) -> None:
    await phone.send_other("voice", file_id="AwAC", file_unique_id="x", duration=3)
    received = (await bot.get_updates())[0].message
    assert received is not None
    assert received.voice is not None
    assert received.text is None


async def test_the_keyboard_under_the_text_box_comes_and_goes(bot: Bot, phone: Phone) -> None:
    await phone.start()
    ask = KeyboardButton("Choose", request_users=KeyboardButtonRequestUsers(7, request_name=True))
    await bot.send_message(2001, "Who?", reply_markup=ReplyKeyboardMarkup([[ask], ["New client"]]))
    await phone.press("New client")
    await phone.share_users(7, [(3001, "Bola", "Ade", "bola")])
    with pytest.raises(AssertionError, match="request_id 8"):
        await phone.share_users(8, [(3001, "Bola")])
    typed, shared = [update.message for update in await bot.get_updates()][-2:]
    assert typed is not None
    assert shared is not None
    assert shared.users_shared is not None
    assert typed.text == "New client"
    user = shared.users_shared.users[0]
    assert (shared.users_shared.request_id, user.user_id, user.first_name, user.username) == (
        7,
        3001,
        "Bola",
        None,
    )
    await bot.send_message(2001, "Thanks", reply_markup=ReplyKeyboardRemove())
    assert phone.keyboard == ()


async def test_a_place_is_shared_by_the_keyboards_button(bot: Bot, phone: Phone) -> None:
    await phone.start()
    ask = KeyboardButton("Where I am", request_location=True)
    await bot.send_message(2001, "Where?", reply_markup=ReplyKeyboardMarkup([[ask]], one_time_keyboard=True))
    with pytest.raises(AssertionError, match="share_location"):
        await phone.press("Where I am")
    await phone.share_location(6.45, 3.4)
    sent = (await bot.get_updates())[-1].message
    assert sent is not None
    assert sent.location is not None
    assert (sent.location.latitude, sent.location.longitude) == (6.45, 3.4)
    assert phone.last.place == "6.45, 3.40"
    assert phone.keyboard == ()


async def test_a_forced_reply_quotes_the_question(bot: Bot, phone: Phone) -> None:
    await phone.start()
    asked = await bot.send_message(2001, "Your e-mail?", reply_markup=ForceReply())
    await phone.send("a@b.example")
    await phone.send("by the way")
    answer, after = [update.message for update in await bot.get_updates()][-2:]
    assert answer is not None
    assert after is not None
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == asked.message_id
    assert after.reply_to_message is None


async def test_waiting_counts_and_shows_the_screen_when_it_was_in_vain(bot: Bot, phone: Phone) -> None:
    await phone.start()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(phone.wait_for("REMINDER", count=2))
        for text in ("A reminder", "Another reminder"):
            await bot.send_message(2001, text)
    assert waiting.result().text == "Another reminder"
    with pytest.raises(AssertionError, match=r"no 'refund' within(?s:.*)Another reminder"):
        await phone.wait_for("refund", timeout=0.05)
    with pytest.raises(AssertionError, match="not within"):
        await phone.wait_until(lambda: False, timeout=0.05)
    assert (await bot.send_message(2001, "x", reply_markup=inline(("Go", "g")))).text == "x"
    assert (await phone.wait_for_button("go")).data == "g"


async def test_a_deleted_message_leaves_the_screen(bot: Bot, phone: Phone) -> None:
    await phone.start()
    sent = await bot.send_message(2001, "gone soon")
    await sent.delete()
    assert [one.text for one in phone.messages] == ["/start"]


async def test_a_phone_belongs_to_one_person(standin: TelegramStandIn, phone: Phone) -> None:
    assert standin.phone(2001, first_name="Somebody else") is phone
    assert phone.chat.first_name == "Chioma"
