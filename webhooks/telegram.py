"""`POST /telegram/webhook`: check the secret, store the update, answer 200."""

import hmac

from aiohttp import web

from domain.model.nesting import read_json
from webhooks.body import body_of
from webhooks.doors import DOORS

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


async def telegram_webhook(request: web.Request) -> web.Response:
    """A body that is no update is answered 200: Telegram would send it again and again."""
    doors = request.app[DOORS]
    given = request.headers.get(SECRET, "").encode("utf-8", "surrogateescape")  # a header may hold any byte
    if not hmac.compare_digest(given, (doors.telegram_secret or "").encode()):
        return web.Response(status=401, text="bad secret")
    try:
        update = read_json(await body_of(request))
    except ValueError:
        return web.Response(text="not an update")
    if isinstance(update, dict) and isinstance(update.get("update_id"), int):
        await doors.keep_updates([update])
    return web.Response(text="stored")
