"""`/healthz`: the process lives. `/readyz`: the database and Telegram answer. `/metrics`: Prometheus text."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from webhooks.doors import DOORS


async def healthz(_: web.Request) -> web.Response:
    return web.Response(text="alive")


async def readyz(request: web.Request) -> web.Response:
    """503 names what does not answer."""
    parts = await request.app[DOORS].ready()
    return web.json_response(parts, status=200 if all(parts.values()) else 503)


async def metrics(request: web.Request) -> web.Response:
    return web.Response(
        body=await request.app[DOORS].render_metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )
