"""`POST /paystack/webhook`: check the signature over the raw bytes, store, answer 200.

Anything but 200 makes Paystack send it again for up to 72 hours (Paystack docs, webhooks), so what is rightly
signed but unknown to us is stored and answered 200 as well.
"""

from aiohttp import web

from webhooks.addresses import is_among, sender_of
from webhooks.body import body_of
from webhooks.doors import DOORS, Doors

SIGNATURE = "x-paystack-signature"


async def paystack_webhook(request: web.Request) -> web.Response:
    doors = request.app[DOORS]
    if not _may_speak(doors, request):
        return web.Response(status=403, text="not from here")
    raw = await body_of(request)
    if not doors.is_signed(raw, request.headers.get(SIGNATURE)):
        return web.Response(status=401, text="bad signature")
    try:
        event = doors.read_event(raw)
    except ValueError:
        return web.Response(status=400, text="not an event")
    await doors.record_event(key=event.key, lane=event.reference or event.key, body=raw.decode())
    return web.Response(text="stored")


def _may_speak(doors: Doors, request: web.Request) -> bool:
    """A second lock before the signature, where the operator wants one."""
    if not doors.paystack_addresses:
        return True
    forwarded = request.headers.getall("X-Forwarded-For", [])
    sender = sender_of(request.remote, forwarded, doors.trusted_proxies)
    return sender is not None and is_among(sender, doors.paystack_addresses)
