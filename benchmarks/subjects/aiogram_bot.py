"""Bare aiogram, as its guide has it: answer the press, edit the message. No database."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=f"Day {n}", callback_data=f"day:{n}")] for n in range(4)]
)


async def pressed(query: CallbackQuery) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text("<b>Choose a day</b>", parse_mode="HTML", reply_markup=KEYBOARD)


async def main() -> None:
    dispatcher = Dispatcher()
    dispatcher.callback_query.register(pressed)
    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    bot = Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=AiohttpSession(api=server, limit=256))
    await dispatcher.start_polling(bot, polling_timeout=30)


if __name__ == "__main__":
    asyncio.run(main())
