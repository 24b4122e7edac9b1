"""`domain.ports.Messenger` over Telegram: our messages in its shapes, its errors in ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    KeyboardButtonRequestUsers,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from domain.errors import DeliveryRefused, DeliveryUnavailable, RecipientGone
from domain.model.message import Button, FileKind, Message, PersonPicker
from integrations.telegram.limiter import retry_after_seconds

# The server's own texts, lower case (github.com/tdlib/telegram-bot-api, Client.cpp).
_UNCHANGED: Final = "message is not modified"
_CANNOT_EDIT: Final = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message_id_invalid",
)
_TOO_LATE: Final = ("query is too old", "query id is invalid")
_NOBODY: Final = ("chat not found", "user not found", "peer_id_invalid")
_ANSWER_LIMIT: Final = 200
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


class TelegramMessenger:
    """HTML everywhere; no link previews: a preview would open a one-time link."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot

    async def send(self, telegram_id: int, message: Message) -> int:
        async with _translated():
            return await self._send(telegram_id, message)

    async def _send(self, telegram_id: int, message: Message) -> int:
        if message.file is None:
            sent = await self._bot.send_message(
                telegram_id,
                message.text,
                parse_mode="HTML",
                reply_markup=_markup(message),
                link_preview_options=_NO_PREVIEW,
            )
            return sent.message_id
        common: dict[str, Any] = {
            "caption": message.text,
            "parse_mode": "HTML",
            "reply_markup": _markup(message),
        }
        file = message.file
        content = file.handle or InputFile(file.content, filename=file.name)
        if file.kind is FileKind.PHOTO:
            return (await self._bot.send_photo(telegram_id, content, **common)).message_id
        return (await self._bot.send_document(telegram_id, content, **common)).message_id

    async def edit(self, telegram_id: int, message_id: int, message: Message) -> None:
        if message.file is not None or message.picker is not None:
            await self.send(telegram_id, message)
            return
        async with _translated():
            try:
                await self._bot.edit_message_text(
                    message.text,
                    chat_id=telegram_id,
                    message_id=message_id,
                    parse_mode="HTML",
                    reply_markup=_inline(message),
                    link_preview_options=_NO_PREVIEW,
                )
            except BadRequest as error:
                said = error.message.casefold()
                if _UNCHANGED in said:
                    return
                if not any(text in said for text in _CANNOT_EDIT):
                    raise
                await self._send(telegram_id, message)

    async def answer(self, press_id: str, text: str | None = None, *, alert: bool = False) -> None:
        async with _translated():
            try:
                await self._bot.answer_callback_query(
                    press_id, text=text[:_ANSWER_LIMIT] if text else None, show_alert=alert
                )
            except BadRequest as error:
                if not any(late in error.message.casefold() for late in _TOO_LATE):
                    raise


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """The one place where Telegram's errors become ours."""
    try:
        yield
    except RetryAfter as error:
        wait = timedelta(seconds=retry_after_seconds(error))
        raise DeliveryUnavailable("asked to slow down", retry_after=wait) from error
    except Forbidden as error:
        raise RecipientGone(error.message) from error
    except BadRequest as error:
        if any(nobody in error.message.casefold() for nobody in _NOBODY):
            raise RecipientGone(error.message) from error
        raise DeliveryRefused(error.message) from error
    except NetworkError as error:
        raise DeliveryUnavailable(error.message) from error
    except TelegramError as error:
        # a wrong token or a conflict is the operator's to mend; what waits is delivered after that
        raise DeliveryUnavailable(error.message) from error


def _markup(message: Message) -> Markup:
    if message.picker is not None:
        return _picker(message.picker)
    if message.closes_picker:
        return ReplyKeyboardRemove()
    return _inline(message)


def _inline(message: Message) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in message.rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy is not None:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    return InlineKeyboardButton(button.label, callback_data=button.data, url=button.url)


def _picker(picker: PersonPicker) -> ReplyKeyboardMarkup:
    request = KeyboardButtonRequestUsers(
        request_id=picker.ask_id % 2**31, user_is_bot=False, max_quantity=1, request_name=True
    )
    return ReplyKeyboardMarkup(
        [[KeyboardButton(picker.label, request_users=request)], [KeyboardButton(picker.cancel_label)]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
