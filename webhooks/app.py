"""The aiohttp application: which path is answered by whom."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import StorageUnavailable
from webhooks.doors import DOORS, Doors
from webhooks.google import google_callback, google_start
from webhooks.health import healthz, metrics, readyz
from webhooks.pages import index, payment_return, privacy
from webhooks.paystack import paystack_webhook
from webhooks.telegram import telegram_webhook
from webhooks.visits import VISITS, Visits

log = structlog.get_logger(__name__)
BODY_LIMIT = 1024 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@web.middleware
async def _come_again(request: web.Request, handler: Handler) -> web.StreamResponse:
    """While the database is away nothing can be kept; Paystack and Telegram send it again."""
    try:
        return await handler(request)
    except StorageUnavailable as error:
        log.warning("the database is away", path=request.path, error=str(error))
        return web.Response(status=503, text="come again soon")


async def _keep_to_itself(request: web.Request, response: web.StreamResponse) -> None:
    """On whatever goes out; a page may say more for itself."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "dietdesk"  # not what it is made of
    if request.app[DOORS].is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


def build_app(doors: Doors) -> web.Application:
    """`POST /telegram/webhook` is there in webhook mode only."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_come_again])
    app[DOORS] = doors
    app[VISITS] = Visits()
    app.on_response_prepare.append(_keep_to_itself)
    app.router.add_post("/paystack/webhook", paystack_webhook)
    app.router.add_get("/payments/return", payment_return)
    app.router.add_get("/google/callback", google_callback, allow_head=False)  # the state works once
    app.router.add_get("/google/start", google_start)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/", index)
    app.router.add_get("/privacy", privacy)
    if doors.telegram_secret is not None:
        app.router.add_post("/telegram/webhook", telegram_webhook)
    return app
