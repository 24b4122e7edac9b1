"""Files to Telegram and from it, within what a bot may send and fetch (core.telegram.org/bots/api#getfile)."""

import asyncio
import re
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from telegram import InlineKeyboardMarkup, InputFile
from telegram import Message as TelegramMessage
from telegram.error import BadRequest
from telegram.ext import ExtBot

from domain.errors import DeliveryRefused, DeliveryUnavailable
from domain.model.message import Document, File, FileKind, Message, SentFile
from domain.model.plan import LARGEST_FILE
from integrations.telegram.client import call
from integrations.telegram.transport import AiohttpRequest

_TOO_BIG: Final = "File is too big"  # the server's own words
_NOT_NOW: Final = "temporarily unavailable"
# What ends a name in a form, or is a folder in it; the server itself would turn them into blanks.
_UNNAMEABLE: Final = re.compile(r"[\x00-\x1f\x7f\"/\\]+")


async def upload(
    bot: ExtBot[None], telegram_id: int, message: Message, file: File, *, markup: dict[str, Any] | None
) -> SentFile:
    """By its handle where it has one, which costs the same whatever its size; else by its content."""
    common: dict[str, Any] = {
        "caption": message.text,
        "parse_mode": "HTML",
        "reply_markup": InlineKeyboardMarkup.de_json(markup) if markup is not None else None,
        "disable_notification": True if message.silent else None,
    }
    content = file.handle or _input(file)
    if file.kind is FileKind.PHOTO:
        sent = await bot.send_photo(telegram_id, content, **common)
    else:
        sent = await bot.send_document(telegram_id, content, **common)
    return SentFile(message_id=sent.message_id, handle=_handle(sent))


async def download(bot: ExtBot[None], document: Document, *, within: float) -> bytes:
    """`within` seconds in all: a server that sends a byte now and then keeps nobody waiting for ever."""
    try:
        async with asyncio.timeout(within):
            return await _download(bot, document)
    except TimeoutError as error:
        raise DeliveryUnavailable(f"the file was not here within {within:g} s") from error


async def _download(bot: ExtBot[None], document: Document) -> bytes:
    status = await _link_and_content(bot, document)
    if status == HTTPStatus.NOT_FOUND:  # the link ran out in between: there is a new one for the asking
        status = await _link_and_content(bot, document)
    if isinstance(status, int):
        raise DeliveryUnavailable(f"the file could not be fetched: {status}")
    return status


async def _link_and_content(bot: ExtBot[None], document: Document) -> bytes | int:
    """The content, or the status that came instead of it."""
    link = await _link(bot, document)
    request, path, size = bot.request, link.get("file_path"), link.get("file_size")
    if not isinstance(request, AiohttpRequest):
        raise TypeError(f"{type(request).__name__} bounds no download")
    if not path:
        raise DeliveryUnavailable("the file has no address at the moment")
    status, content = await request.download(f"{bot.base_file_url}/{quote(path)}", most=LARGEST_FILE)
    if status != HTTPStatus.OK:
        return status
    if len(content) > LARGEST_FILE:
        raise DeliveryRefused(_TOO_BIG)
    if size is not None and size != len(content):
        raise DeliveryUnavailable(f"{len(content)} bytes came of {size}")
    return content


async def _link(bot: ExtBot[None], document: Document) -> dict[str, Any]:
    """A path and a size, good for an hour at least. The server fetches the file first: one word says both
    that it cannot just now and that the id is wrong, and Telegram itself gave us the id."""
    try:
        link: dict[str, Any] = await call(bot, "getFile", {"file_id": document.file_id})
    except BadRequest as error:
        if _NOT_NOW in error.message.casefold():
            raise DeliveryUnavailable(error.message) from error
        raise
    return link


def _input(file: File) -> InputFile:
    content = InputFile(file.content, filename=_file_name(file.name))
    content.mimetype = file.mime_type
    return content


def _file_name(name: str) -> str:
    return _UNNAMEABLE.sub("_", name).strip() or "file"


def _handle(sent: TelegramMessage) -> str:
    """Of a photo the largest size's, which is the last."""
    what = sent.effective_attachment
    handle: str = getattr(what[-1] if isinstance(what, tuple) else what, "file_id", "")
    return handle
