"""The aiohttp application: which path is answered by whom."""

from aiohttp import web

from webhooks.doors import DOORS, Doors
from webhooks.google import google_callback
from webhooks.health import healthz, metrics, readyz
from webhooks.pages import index, payment_return, privacy
from webhooks.paystack import paystack_webhook
from webhooks.telegram import telegram_webhook

BODY_LIMIT = 1024 * 1024


def build_app(doors: Doors) -> web.Application:
    """`POST /telegram/webhook` is there in webhook mode only."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app[DOORS] = doors
    app.router.add_post("/paystack/webhook", paystack_webhook)
    app.router.add_get("/payments/return", payment_return)
    app.router.add_get("/google/callback", google_callback)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/", index)
    app.router.add_get("/privacy", privacy)
    if doors.telegram_secret is not None:
        app.router.add_post("/telegram/webhook", telegram_webhook)
    return app
