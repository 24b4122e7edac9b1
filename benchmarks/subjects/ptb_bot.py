"""Bare python-telegram-bot over its own httpx transport, one user's presses in order. No database."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, BaseUpdateProcessor, CallbackQueryHandler, ContextTypes

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton(f"Day {n}", callback_data=f"day:{n}")] for n in range(4)]
)


class InOrderPerUser(BaseUpdateProcessor):
    def __init__(self) -> None:
        super().__init__(max_concurrent_updates=256)
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        assert isinstance(update, Update)
        assert update.effective_user is not None
        async with self._turns[update.effective_user.id]:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


async def pressed(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer()
    await query.edit_message_text("<b>Choose a day</b>", parse_mode="HTML", reply_markup=KEYBOARD)


def main() -> None:
    builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    builder = builder.base_url(f"{os.environ['TELEGRAM_API_URL']}/bot").connection_pool_size(256)
    application = builder.pool_timeout(60).concurrent_updates(InOrderPerUser()).build()
    application.add_handler(CallbackQueryHandler(pressed))
    application.run_polling(timeout=30)


if __name__ == "__main__":
    main()
