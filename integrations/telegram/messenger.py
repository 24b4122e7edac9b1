"""`domain.ports.Messenger` over Telegram: our messages in its shapes, its errors in ours."""

from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, TypeVar

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from domain.errors import DeliveryRefused, DeliveryUnavailable, RecipientGone
from domain.model.message import Button, Document, File, LocationPicker, Message, PersonPicker, SentFile
from integrations.telegram.client import call
from integrations.telegram.documents import download, upload
from integrations.telegram.limiter import retry_after_seconds

# The server's own texts, lower case (github.com/tdlib/telegram-bot-api, Client.cpp).
_UNCHANGED: Final = "message is not modified"
_NO_TEXT: Final = "there is no text in the message to edit"
_CANNOT_EDIT: Final = (
    "message to edit not found",
    "message can't be edited",
    _NO_TEXT,
    "message_id_invalid",
)
_TOO_LATE: Final = ("query is too old", "query id is invalid")
_NOBODY: Final = ("chat not found", "user not found", "peer_id_invalid")
_ANSWER_LIMIT: Final = 200
_NO_PREVIEW: Final = {"is_disabled": True}

T = TypeVar("T")
Values = dict[str, Any]


class TelegramMessenger:
    """HTML everywhere; no link previews: a preview would open a one-time link."""

    def __init__(self, bot: ExtBot[None], *, fetch_within: float = 60.0) -> None:
        """`fetch_within`: seconds that a file may take to come, all in all."""
        self._bot = bot
        self._fetch_within = fetch_within

    async def send(self, telegram_id: int, message: Message) -> int:
        return await _translated(self._send(telegram_id, message))

    async def _send(self, telegram_id: int, message: Message) -> int:
        if message.file is not None:
            return (await self._send_file(telegram_id, message, message.file)).message_id
        values = {"chat_id": telegram_id, **_text(message, _markup(message)), **_sound(message)}
        sent = await call(self._bot, "sendMessage", values)
        message_id: int = sent["message_id"]
        return message_id

    async def send_file(self, telegram_id: int, message: Message) -> SentFile:
        if message.file is None:
            raise ValueError("a message without a file")
        return await _translated(self._send_file(telegram_id, message, message.file))

    async def _send_file(self, telegram_id: int, message: Message, file: File) -> SentFile:
        return await upload(self._bot, telegram_id, message, file, markup=_inline(message))

    async def fetch(self, document: Document) -> bytes:
        return await _translated(download(self._bot, document, within=self._fetch_within))

    async def edit(self, telegram_id: int, message_id: int, message: Message) -> None:
        if message.file is not None or message.picker is not None:
            await self.send(telegram_id, message)
            if message.file is not None and message.rows:  # a screen of its own, not only an enclosure
                await self._take_the_buttons(telegram_id, message_id)
            return
        await _translated(self._edit(telegram_id, message_id, message))

    async def _edit(self, telegram_id: int, message_id: int, message: Message) -> None:
        values = {"chat_id": telegram_id, "message_id": message_id, **_text(message, _inline(message))}
        try:
            await call(self._bot, "editMessageText", values)
        except BadRequest as error:
            said = error.message.casefold()
            if _UNCHANGED in said:
                return
            if not any(text in said for text in _CANNOT_EDIT):
                raise
            if _NO_TEXT in said:
                await self._take_the_buttons(telegram_id, message_id)
            await self._send(telegram_id, message)

    async def _take_the_buttons(self, telegram_id: int, message_id: int) -> None:
        """From under a message whose place a new one takes. Where that fails, they say so when pressed."""
        with suppress(TelegramError):
            values = {"chat_id": telegram_id, "message_id": message_id}
            await call(self._bot, "editMessageReplyMarkup", values)

    async def answer(self, press_id: str, text: str | None = None, *, alert: bool = False) -> None:
        values: Values = {"callback_query_id": press_id}
        if text:
            values |= {"text": text[:_ANSWER_LIMIT], "show_alert": alert}
        try:
            await _translated(call(self._bot, "answerCallbackQuery", values))
        except DeliveryRefused as error:
            if not any(late in str(error).casefold() for late in _TOO_LATE):
                raise


async def _translated(speaking: Coroutine[Any, Any, T]) -> T:
    """The one place where Telegram's errors become ours."""
    try:
        return await speaking
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


def _text(message: Message, markup: Values | None) -> Values:
    values = {"text": message.text, "parse_mode": "HTML", "link_preview_options": _NO_PREVIEW}
    return values if markup is None else {**values, "reply_markup": markup}


def _sound(message: Message) -> Values:
    return {"disable_notification": True} if message.silent else {}


def _markup(message: Message) -> Values | None:
    if message.picker is not None:
        return _picker(message.picker)
    if message.closes_picker:
        return {"remove_keyboard": True}
    return _inline(message)


def _inline(message: Message) -> Values | None:
    if not message.rows:
        return None
    return {"inline_keyboard": [[_button(button) for button in row] for row in message.rows]}


def _button(button: Button) -> Values:
    if button.copy is not None:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}


def _picker(picker: PersonPicker | LocationPicker) -> Values:
    wanted = {"request_location": True} if isinstance(picker, LocationPicker) else _people(picker)
    return {
        "keyboard": [[{"text": picker.label, **wanted}], [{"text": picker.cancel_label}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def _people(picker: PersonPicker) -> Values:
    request = {
        "request_id": picker.ask_id % 2**31,
        "user_is_bot": False,
        "max_quantity": 1,
        "request_name": True,
    }
    return {"request_users": request}
