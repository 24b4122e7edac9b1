"""`POST /paystack/webhook`: check the signature over the raw bytes, store, answer 200.

Anything but 200 makes Paystack send it again for up to 72 hours (Paystack docs, webhooks), so what is rightly
signed but unknown to us is stored and answered 200 as well.
"""

from aiohttp import web

from webhooks.doors import DOORS

SIGNATURE = "x-paystack-signature"


async def paystack_webhook(request: web.Request) -> web.Response:
    doors = request.app[DOORS]
    raw = await request.read()  # over the limit: aiohttp answers 413
    if not doors.is_signed(raw, request.headers.get(SIGNATURE)):
        return web.Response(status=401, text="bad signature")
    try:
        event = doors.read_event(raw)
    except ValueError:
        return web.Response(status=400, text="not an event")
    await doors.record_event(key=event.key, lane=event.reference or event.key, body=raw.decode())
    return web.Response(text="stored")
