"""The floor: aiohttp alone. No framework, no objects, no order, no database."""

import asyncio
import json
import os
from typing import Any

import aiohttp

ROOT = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}"
KEYBOARD = json.dumps(
    {"inline_keyboard": [[{"text": f"Day {n}", "callback_data": f"d{n}"}] for n in range(4)]}
)


async def call(session: aiohttp.ClientSession, method: str, **data: str) -> Any:
    async with session.post(f"{ROOT}/{method}", data=data) as answer:
        return (await answer.json())["result"]


async def pressed(session: aiohttp.ClientSession, query: dict[str, Any]) -> None:
    message = query["message"]
    await asyncio.gather(
        call(session, "answerCallbackQuery", callback_query_id=query["id"]),
        call(
            session,
            "editMessageText",
            chat_id=str(message["chat"]["id"]),
            message_id=str(message["message_id"]),
            text="<b>Choose a day</b>",
            parse_mode="HTML",
            reply_markup=KEYBOARD,
        ),
    )


async def main() -> None:
    offset, connector = 0, aiohttp.TCPConnector(limit=256)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as presses:
        while True:
            for update in await call(session, "getUpdates", offset=str(offset), timeout="30"):
                offset = update["update_id"] + 1
                presses.create_task(pressed(session, update["callback_query"]))


if __name__ == "__main__":
    asyncio.run(main())
